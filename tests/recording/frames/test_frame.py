"""Frames of ordinary pages."""

from inline_snapshot import snapshot

from replay_mcp.recording.frames.base import HEAD
from replay_mcp.recording.frames.css import StyleWriter
from replay_mcp.recording.frames.frame import render_frame
from replay_mcp.recording.screen.page import RecordedPage
from replay_mcp.redaction import Redaction
from tests.recording.frames.attacks import PNG
from tests.recording.frames.frames import body_of, document, el, frame_of, page_of, plain
from tests.recording.rrweb import Raw, event, focus, incremental, read, scrolled, typed

BODY = 6
"""Id of the first node in the body, if the head is empty."""


def shown(*body: Raw | str, later: tuple[Raw, ...] = (), head: tuple[Raw, ...] = ()) -> str:
    return body_of(frame_of(*body, later=later, head=head))


def style_of(css: str, *body: Raw | str) -> str:
    """The written style sheet of a page."""
    return (
        frame_of(*body, head=(el("style", {"_cssText": css}),)).partition("</style><style>")[2].partition("</style>")[0]
    )


def test_a_page_without_a_document_is_empty() -> None:
    assert render_frame(RecordedPage(), plain) == f"<!DOCTYPE html><html><head>{HEAD}</head><body></body></html>"


def test_the_doctype_decides_as_on_the_page() -> None:
    assert frame_of("x").startswith("<!DOCTYPE html><html>")
    assert frame_of("x", doctype=False).startswith("<html><head><meta charset")


def test_elements_keep_what_makes_their_look() -> None:
    page = [
        el("h1", {"class": "big bold", "id": "top", "style": "color: red"}, "Cart"),
        el("a", {"href": "/pay", "onclick": "pay()"}, "Pay"),
        el("table", None, el("tbody", None, el("tr", None, el("td", {"colspan": "2"}, "1")))),
        el("details", {"open": True}, el("summary", None, "More")),
        el("progress", {"value": "3", "max": "5"}),
    ]
    assert shown(*page) == snapshot(
        '<h1 class="big bold" id="top" style="color: red">Cart</h1><a data-replay-link="">Pay</a><table><tbody><tr><td colspan="2">1</td></tr></tbody></table><details open=""><summary>More</summary></details><progress value="3" max="5"></progress>'
    )


def test_values_are_bullets_and_choices_are_kept() -> None:
    page = [
        el("input", {"type": "password", "value": "hunter2"}),
        el("input", {"type": "number", "value": "12", "placeholder": "Nights"}),
        el("textarea", {"rows": "3", "value": "secret note"}),
        el("input", {"type": "checkbox", "checked": True}),
        el("input", {"type": "submit", "value": "Pay"}),
        el("select", {"value": "b"}, el("option", {"value": "a"}, "One"), el("option", {"value": "b"}, "Two")),
        el("div", {"contenteditable": "true", "aria-label": "typed"}, "my ", el("b", None, "secret")),
        el("input", {"type": "hidden", "value": "token"}),
        el("input", {"type": "range", "value": "40", "min": "0"}),
    ]
    assert shown(*page) == snapshot("""\
<input data-replay-type="password" type="password" value="•••••••"><input placeholder="Nights" data-replay-type="number" type="text" value="••"><textarea rows="3">
•••••••••••</textarea><input data-replay-type="checkbox" type="checkbox" checked=""><input data-replay-type="submit" type="button" value="Pay"><select><option>One</option><option selected="">Two</option></select><div>•• <b>••••••</b></div><style></style><input min="0" data-replay-type="range" type="range">\
""")


def test_a_value_typed_later_counts() -> None:
    assert shown(el("input", {"value": "a"}), later=(typed(1, BODY, "four"),)) == snapshot(
        '<input type="text" value="••••">'
    )


def test_text_is_masked_even_when_elements_divide_it() -> None:
    show = Redaction("standard").text
    page = document(
        el("p", {"title": "maya@shop.test"}, "Write to ", el("b", None, "maya@"), el("i", None, "shop.test"), " now"),
        el("p", None, "Write to us"),
        el("input", {"type": "button", "value": "maya@shop.test"}),
    )
    assert body_of(render_frame(page_of(page), show)) == snapshot(
        '<p title="[email]">Write to [email] now<b></b><i></i></p><p>Write to us</p><input data-replay-type="button" type="button" value="[email]">'
    )


def test_white_space_is_kept() -> None:
    assert shown(el("pre", None, "\n a\n  b"), "x\u00a0y") == snapshot("""\
<pre>

 a
  b</pre>x\xa0y\
""")


def test_invisible_characters_are_left_out() -> None:
    assert shown("a\u202eb\u200bc\ue001d\x00e") == "abcde"


def test_what_is_not_recorded_is_a_box() -> None:
    page = [
        el("img", {"src": "https://cdn.test/a.png", "alt": "A boat", "width": "300", "height": "200"}),
        el("img", {"src": PNG, "alt": "dot"}),
        el("canvas", {"width": "100"}),
        el("div", {"class": "private", "rr_width": "200px", "rr_height": "40.5px"}),
        el("iframe", {"src": "https://pay.test"}),
    ]
    assert shown(*page) == snapshot(
        '<replay-img alt="A boat" width="300" height="200" data-replay-box="" style="--replay-width:300px;--replay-height:200px">A boat</replay-img><img src="data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==" alt="dot"><replay-canvas width="100" data-replay-box="" style="--replay-width:100px">not recorded</replay-canvas><div class="private" data-replay-box="" style="width:200px;height:40px;box-sizing:border-box">not recorded</div><replay-iframe data-replay-box="">not recorded</replay-iframe>'
    )


def test_a_frame_of_the_same_origin_is_shown_in_its_place() -> None:
    inner = {
        "type": 0,
        "childNodes": [
            el(
                "html",
                None,
                el("head", None, el("style", None, "body{margin:0}")),
                el("body", {"class": "in"}, "framed"),
            )
        ],
    }
    assert shown(el("iframe", {"src": "/in"}, inner)) == snapshot(
        '<replay-iframe><template shadowrootmode="open"><style>BASE</style><style>:is(body,replay-body){margin:0}</style><replay-html><replay-body class="in">framed</replay-body></replay-html></template></replay-iframe>'
    )


def test_shadow_trees_have_their_own_sheets() -> None:
    host = el(
        "x-card",
        None,
        el("style", None, ":host{color:red}", isShadow=True),
        el("slot", {"name": "top"}, isShadow=True),
        el("b", {"slot": "top"}, "Hi"),
    )
    assert shown(host) == snapshot(
        '<x-card><template shadowrootmode="open"><style>BASE</style><style>:host{color:red}</style><style></style><slot name="top"></slot></template><b slot="top">Hi</b></x-card>'
    )


def test_trees_that_no_html_gives_are_kept_under_other_names() -> None:
    assert shown(el("p", None, el("div", None, "block"))) == snapshot("<p><replay-div>block</replay-div></p>")
    assert shown(el("a", None, el("a", None, "x"))) == snapshot("<a><replay-a>x</replay-a></a>")
    assert shown(el("table", None, el("form", None, "x"), el("tr", None, el("td", None, "1")))) == snapshot(
        "<table><tbody data-replay-wrap><tr data-replay-wrap><td data-replay-wrap><replay-form>x</replay-form></td></tr></tbody><tr><td>1</td></tr></table>"
    )
    assert style_of("p > div{color:red}", el("p", None, el("div", None, "x"))) == snapshot(
        "p > :is(div,replay-div){color:red}"
    )


def test_positions_and_the_focus_are_kept() -> None:
    page = [el("div", {"class": "list"}, el("p", None, "1")), el("button", None, "Save")]
    later = (scrolled(1, 250, 1), scrolled(2, 40, BODY), focus(3, BODY + 3))
    frame = frame_of(*page, later=later)
    assert body_of(frame) == snapshot(
        '<div class="list" style="--replay-left:0px;--replay-top:-40px" data-replay-scrolled=""><p>1</p></div><button data-replay-focus="" type="button">Save</button>'
    )
    assert frame.partition("<html")[2].partition(">")[0] == snapshot(' style="position:relative;left:0px;top:-250px"')


def test_pictures_are_kept() -> None:
    picture = el(
        "svg",
        {"viewBox": "0 0 9 9"},
        el("path", {"d": "M0 0h9v9z", "fill": "url(#a)"}),
        el("use", {"xlink:href": "#a"}),
        el("title", None, "t"),
        el("text", None, "12"),
    )
    assert shown(picture) == snapshot(
        '<svg viewbox="0 0 9 9"><path d="M0 0h9v9z" fill="url(#a)"></path><use xlink:href="#a"></use><text>12</text></svg>'
    )


def test_only_attributes_that_style_sheets_name_are_kept() -> None:
    css = "[data-state=open]{color:red}[data-on]{color:red}[data-kind^='war']{color:red}"
    frame = frame_of(
        el("p", {"data-state": "open", "data-on": "maya", "data-kind": "warning", "data-mail": "a@b.test"}),
        head=(el("style", {"_cssText": css}),),
    )
    assert body_of(frame) == snapshot('<p data-state="open" data-on="" data-kind="war"></p>')


def test_style_sheets_are_written_again() -> None:
    css = """
    @charset "utf-8"; @import url(a.css);
    @font-face { font-family: x; src: url(x.woff) }
    a:hover > b, .md\\:flex { color: RED; background: url(x.png) no-repeat; width: calc(100% - (2 * 3px)) }
    @media (min-width: 400px) and (width < 900px) { p::before { content: "\\201C"; } }
    input[type=text]:focus, a[href] { outline: none }
    x-y:not(:defined) { visibility: hidden }
    .card { &:is(.on) { color: blue } /* } */ }
    .i { background-image: url("data:image/png;base64,AAAA"); mask-image: url(i.svg) }
    """
    assert style_of(css).replace("}", "}\n") == snapshot("""\
a:hover > b, .md\\3a flex{color: RED;width: calc(100% - (2 * 3px));}
@media (min-width: 400px) and (width < 900px){p::before{content: "“";}
}
input[data-replay-type=text][data-replay-focus], a[data-replay-link]{outline: none;}
x-y:not(:is(*)){visibility: hidden;}
.card{&:is(.on){color: blue;}
}
.i{background-image: url("data:image/png;base64,AAAA");mask-image:linear-gradient(#0000,#0000);}
""")


def test_a_sheet_that_ends_early_is_completed() -> None:
    assert StyleWriter().sheet("@media print{a{color:red") == "@media print{a{color:red;}}"


def test_escapes_keep_their_meaning() -> None:
    css = ".\\32 xl\\:flex{a:\\62 c}.\\31 0 p{}.md\\3a flex{}"
    assert StyleWriter().sheet(css) == snapshot(".\\32 xl\\3a flex{a:bc;}.\\31 0 p{}.md\\3a flex{}")


def test_a_modal_dialog_lies_above_the_page() -> None:
    assert shown(el("dialog", {"open": "", "rr_open_mode": "modal"}, "Sure?")) == snapshot(
        '<dialog open="" data-replay-modal="">Sure?</dialog>'
    )


def test_a_page_too_large_is_cut() -> None:
    frame = frame_of(*[el("p", {"class": "x" * 150}, "text") for _ in range(30_000)])
    assert 2_400_000 < len(frame) < 2_600_000
    assert frame.endswith("</p></body></html>")


def test_changed_rules_count() -> None:
    page = document(el("p", None, "x"), head=(el("style", None, "p{color:red}"),))
    rule = incremental(1, 8, id=5, adds=[{"rule": "b{color:blue}"}])
    assert "b{color:blue}" in render_frame(page_of(page, rule), plain)


def test_a_page_that_only_changed_its_address_is_empty() -> None:
    page = RecordedPage()
    for each in read(event(0, 4, {"href": "https://shop.test/", "width": 1, "height": 1})):
        page.apply(each)
    assert render_frame(page, plain).endswith("<body></body></html>")
