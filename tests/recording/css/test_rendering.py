"""How elements are rendered: what hides them, and what only looks as if it did. Checked against Chromium."""

import pytest

from replay_mcp.recording.css.computed import Rendering

from .pages import document_of, rendering, seen, styles_of


def of_style(style: str, css: str = "") -> Rendering:
    return rendering(f'<div id=x style="{style}">1</div>', css)


@pytest.mark.parametrize(
    "style",
    [
        "position:absolute;width:1px;height:1px;margin:-1px;overflow:hidden;clip:rect(0,0,0,0)",
        "position:absolute;clip:rect(1px, 1px, 1px, 1px)",
        "position:absolute;width:1px;height:1px;overflow:hidden",
        "clip-path:inset(50%)",
        "clip-path:inset(100% 100% 100% 100%)",
        "clip-path:circle(0px)",
        "height:0;overflow:hidden",
        "height:0px;overflow:auto",
        "max-height:0;overflow:hidden",
        "max-height:0;overflow-y:clip",
        "width:0;overflow:hidden",
        "block-size:0;overflow:hidden",
        "transform:scale(0)",
        "transform:translate(3px) scaleY(0)",
        "transform:scale3d(1,0,1)",
        "transform:matrix(0,0,0,0,1,2)",
        "scale:0",
        "scale:1 0",
    ],
)
def test_clipped_to_nothing(style: str):
    assert of_style(style).clipped


@pytest.mark.parametrize(
    "style",
    [
        "clip:rect(0,0,0,0)",
        "position:absolute;clip:auto",
        "position:absolute;clip:rect(auto,auto,auto,auto)",
        "clip-path:inset(0)",
        "height:0",
        "height:0;overflow:visible",
        "height:0;overflow:hidden;display:inline",
        "height:0;overflow:hidden;padding-bottom:56%",
        "height:0;overflow:hidden;min-height:40px",
        "height:0;overflow:auto;flex:1 1 0",
        "height:0;overflow:auto;flex-grow:1",
        "max-height:none;overflow:hidden",
        "width:100%;height:0%;overflow:visible",
        "transform:scale(.5)",
        "transform:scale(0);animation:in 1s",
        "transform:matrix(1,0,0,1,0,0)",
        "scale:var(--nope)",
    ],
)
def test_not_clipped(style: str):
    assert not of_style(style).clipped


@pytest.mark.parametrize(
    "style",
    [
        "position:absolute;left:-9999px",
        "position:relative;left:-100rem",
        "position:fixed;inset:0 auto 0 0;width:300px;transform:translateX(-100%)",
        "position:fixed;top:0;right:0;transform:translate3d(100%,0,0)",
        "position:fixed;bottom:0;transform:translateY(100%)",
        "position:absolute;top:0;transform:translateY(-100%)",
        "position:fixed;left:-300px;width:300px",
        "position:fixed;left:100%",
        "position:fixed;bottom:100%",
        "position:fixed;left:-100vw",
        "position:fixed;left:0;translate:-100% 0",
        "position:fixed;left:0;transform:translateX(calc(-1 * 100%))",
        "position:fixed;bottom:0;transform:translateY(calc(100% + 20px))",
        "position:fixed;left:0;width:16rem;transform:translate(-16rem)",
        "position:fixed;transform:translateX(-9999px)",
        "position:fixed;bottom:20px;transform:translateY(90px)",
        "position:fixed;right:1rem;transform:translateX(66px)",
        "position:fixed;left:0;--x:-100%;translate:var(--x) var(--y,0)",
    ],
)
def test_off_screen(style: str):
    assert of_style(style).off_screen


@pytest.mark.parametrize(
    "style",
    [
        "left:-9999px",
        "text-indent:-9999px",
        "position:absolute;left:-20px",
        "position:sticky;top:-100px",
        "position:fixed;top:50%;left:50%;transform:translate(-50%,-50%)",
        "position:fixed;left:50%;transform:translateX(-50%)",
        "position:absolute;left:100%;transform:translateX(-100%)",
        "position:fixed;top:0;left:0;transform:translate(120px,300px)",
        "position:fixed;top:-10px;height:60px",
        "position:fixed;right:0;transform:translateX(calc(100% - 40px))",
        "position:fixed;bottom:20px;transform:translateY(40px)",
        "position:fixed;bottom:0;transform:translateY(300px)",
        "position:fixed;bottom:20px;transform:translateY(-90px)",
        "position:fixed;top:0;transform:translateY(-100%);animation:up 1s",
        "transform:translateX(-100%)",
    ],
)
def test_on_screen(style: str):
    assert not of_style(style).off_screen


def test_an_absolute_element_in_a_positioned_one_may_be_moved_out_of_that_only():
    body = (
        "<div style='position:relative'><p id=x style='position:absolute;top:0;transform:translateY(-100%)'>1</p></div>"
    )
    assert not rendering(body).off_screen


def test_what_hides_an_element_hides_what_is_in_it():
    assert seen("<div style='opacity:0'><p style='opacity:1'>1</p></div>") == ""
    assert seen("<div style='display:none'><p style='display:block'>1</p></div>") == ""
    assert seen("<div style='height:0;overflow:hidden'><p>1</p></div>") == ""
    assert seen("<div style='position:absolute;left:-9999px'><p>1</p></div>") == ""


def test_a_child_of_an_invisible_element_may_be_visible_again():
    assert seen("<div style='visibility:hidden'>1<b style='visibility:visible'>2<i>3</i></b></div>") == "2 3"


def test_a_fixed_element_is_not_clipped_by_what_it_is_in():
    assert seen("<div style='height:0;overflow:hidden'>1<p style='position:fixed'>2</p></div>") == "2"


def test_an_accordion_of_grid_rows_is_closed():
    css = ".a{display:grid;grid-template-rows:0fr} .a.open{grid-template-rows:1fr} .a>p{overflow:hidden}"
    assert seen("<div class=a><p>1</p></div><div class='a open'><p>2</p></div>", css) == "2"


def test_an_animation_may_end_transparency():
    assert seen("<p style='opacity:0;animation:in 1s forwards'>1</p><p style='opacity:0;animation:none'>2</p>") == "1"
    assert seen("<p style='opacity:0%'>1</p><p style='opacity:.01'>2</p><p style='opacity:-1'>3</p>") == "2"


def test_contents_of_an_element_without_a_box():
    body = "<div style='display:contents;opacity:0;height:0;overflow:hidden'><b id=x>1</b></div>"
    assert seen(body) == "1"
    assert not rendering("<div id=x style='display:contents'>1</div>").block


def test_elements_that_a_browser_never_renders():
    body = "<script>1</script><template>2</template><noscript>3</noscript><datalist><option>4</option></datalist><title>5</title><p>6</p>"
    assert seen(body, "script,noscript{display:block}") == "6"
    assert seen("<video>1</video><canvas>2</canvas><audio>3</audio><ruby>4<rp>5</rp></ruby>") == "4"


def test_the_attribute_hidden_gives_way_to_a_rule():
    assert seen("<p hidden>1</p><p hidden class=a>2</p><p hidden=until-found class=a>3</p>", ".a{display:block}") == "2"
    assert not rendering("<p id=x hidden>1</p>").rendered


def test_dialogs_are_rendered_while_open():
    assert seen("<dialog>1</dialog><dialog open>2</dialog><dialog class=a>3</dialog>", ".a{display:flex}") == "2 3"
    body = "<dialog open rr_open_mode=modal>1</dialog><dialog open>2</dialog>"
    assert seen(body, "dialog:modal{opacity:0}") == "2"


def test_closed_details_show_their_first_summary_whatever_the_page_declares():
    body = "<details><summary>1</summary><p>2</p>3<summary>4</summary></details><details open><summary>5</summary><p>6</p></details>"
    assert seen(body, "details > *{display:block;visibility:visible}") == "1 5 6"


def test_a_popover_is_closed_as_far_as_the_recording_tells():
    assert rendering("<div popover id=x>1</div>").unknown == "popover"
    assert not rendering("<div popover id=x>1</div>").rendered
    assert rendering("<div popover id=x>1</div>", "div{display:block}").rendered
    opener = "<button popovertarget=x aria-expanded=true>o</button>"
    assert rendering(f"{opener}<div popover id=x>1</div>").rendered


def test_content_may_be_skipped():
    assert seen("<div style='content-visibility:hidden'>1</div><span style='content-visibility:hidden'>2</span>") == "2"


@pytest.mark.parametrize(
    ("body", "block"),
    [
        ("<p id=x>1</p>", True),
        ("<span id=x>1</span>", False),
        ("<a-b id=x>1</a-b>", False),
        ("<button id=x>1</button>", False),
        ("<td id=x>1</td>", True),
        ("<span id=x style='display:flex'>1</span>", True),
        ("<div id=x style='display:inline-flex'>1</div>", False),
        ("<div style='display:flex'><span id=x>1</span></div>", True),
        ("<span id=x style='position:absolute'>1</span>", True),
    ],
)
def test_blocks_start_a_new_line(body: str, block: bool):
    assert rendering(body).block == block


def test_links_to_sheets_that_were_not_recorded_are_counted():
    links = """<link rel=stylesheet href=a.css><link rel=stylesheet href=b.css media=print><link rel=stylesheet _cssText="p{}">
    <link rel=icon href=c.ico><link rel="alternate stylesheet" href=d.css><link rel=stylesheet href=e.css disabled>"""
    assert styles_of(document_of(f"<html><head>{links}</head></html>")).unrecorded == 1


def test_rules_of_a_page_do_not_reach_into_its_frames():
    assert seen("<p>1</p><iframe>2</iframe>", "p{display:none}") == ""
