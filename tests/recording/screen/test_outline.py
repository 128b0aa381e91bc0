"""The outline of a page: which elements it shows, in which notation, with which states."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from tests.examples import examples
from tests.recording.rrweb import (
    BODY,
    Raw,
    added,
    blur,
    changed,
    clicked,
    element,
    focus,
    full,
    incremental,
    meta,
    mouse_down,
    mouse_up,
    mutation,
    press,
    removed,
    retexted,
    typed,
)
from tests.recording.screen.screens import PAGE, after, in_body, of_body, outline, screen_of

NAME = element(10, "input", type="text", aria_label="Name")
GIFT = element(11, "input", type="checkbox", aria_label="Gift")
GO = element(12, "button", "Go")
SIZES = element(
    13,
    "select",
    element(14, "option", "Small", value="s"),
    element(15, "option", "Large", value="l"),
    aria_label="Size",
)
FORM: list[Raw | str] = [NAME, GIFT, GO, SIZES]

LABELLED = {"aria-labelledby": "header"}


def recorded(node: int, tag: str, *children: Raw | str, **attributes: str) -> Raw:
    """An element whose attributes keep their underscores, as the recorder's own ones need."""
    return {**element(node, tag, *children), "attributes": attributes}


def shadowed(node: int, shadow: list[Raw], *children: Raw) -> Raw:
    """An element with a shadow root."""
    return {
        **element(node, "x-card", *({**each, "isShadow": True} for each in shadow), *children),
        "isShadowHost": True,
    }


# Roles


@pytest.mark.parametrize(
    ("tag", "line"),
    [
        ("header", snapshot("- banner: word")),
        ("nav", snapshot("- navigation: word")),
        ("main", snapshot("- main: word")),
        ("aside", snapshot("- complementary: word")),
        ("footer", snapshot("- contentinfo: word")),
        ("article", snapshot("- article: word")),
        ("h1", snapshot('- heading "word" [level=1]')),
        ("h6", snapshot('- heading "word" [level=6]')),
        ("p", snapshot("- paragraph: word")),
        ("ul", snapshot("- list: word")),
        ("ol", snapshot("- list: word")),
        ("li", snapshot("- listitem: word")),
        ("blockquote", snapshot("- blockquote: word")),
        ("figure", snapshot("- figure: word")),
        ("button", snapshot('- button "word"')),
        ("fieldset", snapshot("- group: word")),
        ("table", snapshot("- table: word")),
        ("output", snapshot("- status: word")),
        ("summary", snapshot('- button "word" [expanded=false]')),
        ("div", snapshot("- text: word")),
        ("span", snapshot("- text: word")),
        ("section", snapshot("- text: word")),
        ("form", snapshot("- text: word")),
        ("label", snapshot("- text: word")),
        ("a", snapshot("- text: word")),
        ("x-card", snapshot("- text: word")),
        ("script", snapshot("")),
        ("style", snapshot("")),
        ("template", snapshot("")),
    ],
)
def test_elements_have_the_roles_of_their_tags_and_others_only_their_text(tag: str, line: str):
    assert in_body(tag=tag) == line


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("text", snapshot("- textbox [length=0]")),
        ("email", snapshot("- textbox [length=0]")),
        ("password", snapshot("- textbox [length=0]")),
        ("tel", snapshot("- textbox [length=0]")),
        ("url", snapshot("- textbox [length=0]")),
        ("number", snapshot("- spinbutton [length=0]")),
        ("search", snapshot("- searchbox [length=0]")),
        ("date", snapshot("- date [length=0]")),
        ("checkbox", snapshot("- checkbox")),
        ("radio", snapshot("- radio")),
        ("range", snapshot("- slider")),
        ("button", snapshot("- button")),
        ("submit", snapshot('- button "Submit"')),
        ("reset", snapshot('- button "Reset"')),
        ("file", snapshot("- file")),
        ("color", snapshot("- color")),
        ("hidden", snapshot("")),
        ("unknown", snapshot("- textbox [length=0]")),
    ],
)
def test_fields_have_the_roles_of_their_types(kind: str, line: str):
    assert of_body(element(10, "input", type=kind)) == line


@pytest.mark.parametrize(
    ("role", "line"),
    [
        ("button", snapshot('- button "word"')),
        ("BUTTON", snapshot('- button "word"')),
        ("tab", snapshot('- tab "word"')),
        ("alert", snapshot("- alert: word")),
        ("switch", snapshot('- switch "word"')),
        ("link", snapshot('- link "word"')),
        ("none", snapshot("- text: word")),
        ("presentation", snapshot("- text: word")),
        ("generic", snapshot("- text: word")),
    ],
)
def test_an_element_has_the_role_that_it_was_given(role: str, line: str):
    assert in_body(role=role) == line


@pytest.mark.parametrize("role", ["zzz", "button:", "/placeholder", "text", "é", "a" * 300, "…", '"', "-"])
def test_an_unknown_role_is_none(role: str):
    assert in_body(role=role) == "- text: word"


def test_the_first_known_role_of_several_counts():
    assert in_body(role="zzz button link") == '- button "word"'


def test_a_link_has_an_address():
    body = [element(10, "a", "Help", href="/help"), element(11, "a", "Here"), element(12, "a", "Go", role="button")]
    assert of_body(*body) == snapshot("""\
- link "Help"
- text: Here
- button "Go"\
""")


def test_a_table_has_rows_and_cells():
    head = element(11, "thead", element(12, "tr", element(13, "th", "Item"), element(14, "th", "Price")))
    rows = element(
        15, "tbody", element(16, "tr", element(17, "td", "Tea"), element(18, "td", element(19, "a", "5", href="/")))
    )
    assert of_body(element(10, "table", head, rows, aria_label="Cart")) == snapshot("""\
- table "Cart":
  - row:
    - columnheader: Item
    - columnheader: Price
  - row:
    - cell: Tea
    - cell:
      - link "5"\
""")


def test_lists_are_nested():
    inner = element(13, "ul", element(14, "li", "Green"), element(15, "li", "Black"))
    assert of_body(element(10, "ul", element(11, "li", "Coffee"), element(12, "li", "Tea", inner))) == snapshot("""\
- list:
  - listitem: Coffee
  - listitem:
    - text: Tea
    - list:
      - listitem: Green
      - listitem: Black\
""")


# Names and texts


def test_names_come_from_labels_texts_and_titles():
    assert of_body(
        element(10, "label", "City ", element(11, "input", type="text")),
        element(12, "label", "Mail", for_="mail"),
        element(13, "input", type="email", id="mail"),
        element(14, "span", "Phone", id="phone"),
        element(15, "input", type="tel", aria_labelledby="phone"),
        element(16, "button", aria_label="Close"),
        element(17, "button", "x", title="Dismiss"),
        element(18, "button", title="More"),
        element(19, "img", alt="Logo"),
        element(20, "input", type="submit", value="Send"),
        element(21, "input", type="image", alt="Search"),
        element(22, "fieldset", element(23, "legend", "Shipping")),
        element(24, "input", type="text", placeholder="Coupon"),
    ) == snapshot("""\
- text: City
- textbox "City" [length=0]
- text: Mail
- textbox "Mail" [length=0]
- text: Phone
- textbox "Phone" [length=0]
- button "Close"
- button "x"
- button "More"
- img "Logo"
- button "Send"
- button "Search"
- group "Shipping": Shipping
- textbox "Coupon" [length=0]:
  - /placeholder: Coupon\
""")


def test_an_icon_that_is_a_control_has_the_name_of_its_picture():
    assert of_body(
        element(10, "button", element(11, "img", alt="Menu")),
        element(12, "a", element(13, "img", alt="Home"), href="/"),
        element(14, "button", element(15, "svg", aria_label="Delete")),
    ) == snapshot("""\
- button "Menu"
- link "Home"
- button "Delete"\
""")


def test_decorative_pictures_are_left_out_and_others_without_name_are_not_recorded():
    decorative = [element(10, "img", alt=""), element(12, "svg", element(13, "path"))]
    assert of_body(*decorative, element(11, "img", src="x.png")) == "- img [not recorded]"


@pytest.mark.parametrize(
    ("tag", "line"),
    [
        ("h1", "heading"),
        ("li", "listitem"),
        ("td", "cell"),
        ("p", "textbox"),
        ("div", "textbox"),
        ("button", "textbox"),
    ],
)
def test_what_is_typed_into_an_element_is_counted_whatever_its_role(tag: str, line: str):
    level = " [level=1]" if tag == "h1" else ""
    shown = of_body(element(10, tag, "secret words", contenteditable="true"))
    assert shown == f"- {line}{level} [length=12]"


def test_no_name_comes_from_what_was_typed():
    typed = [
        element(10, "textarea", "SECRET", id="a"),
        element(11, "div", "SECRET", id="b", contenteditable=""),
        element(12, "div", "SECRET", id="c", role="textbox"),
    ]
    named = [recorded(20 + at, "nav", "x", **{"aria-labelledby": name}) for at, name in enumerate("abc")]
    captions = [
        element(30, "figure", "x", element(31, "figcaption", "SECRET", contenteditable="")),
        element(32, "table", element(33, "caption", "SECRET", contenteditable=""), element(34, "tr", "x")),
        element(35, "div", "SECRET", role="spinbutton"),
    ]
    assert "SECRET" not in of_body(*typed, *named, *captions)


def test_controls_in_the_legend_of_a_disabled_group_can_be_used():
    group = element(
        10, "fieldset", element(11, "legend", element(12, "button", "Open")), element(13, "button", "Send"), disabled=""
    )
    assert [line for line in of_body(group).split("\n") if "button" in line] == [
        '  - button "Open"',
        '  - button "Send" [disabled]',
    ]


def test_the_first_option_that_can_be_chosen_is_chosen():
    options = [element(11, "option", "Choose", disabled=""), element(12, "option", "Small")]
    assert of_body(element(10, "select", *options)).split("\n")[-1] == '  - option "Small" [selected]'


def test_a_graphic_is_named_by_its_title():
    assert of_body(element(10, "svg", element(11, "title", "Sales by month"), role="img")) == '- img "Sales by month"'


def test_inline_elements_share_a_line_and_blocks_do_not():
    inline = element(10, "p", "Only ", element(11, "b", "3"), " left, ", element(12, "a", "hurry", href="/"), " up")
    blocks = [
        element(13, "div", element(14, "div", "one"), element(15, "div", "two")),
        element(16, "span", "a"),
        element(17, "span", "b"),
    ]
    assert of_body(inline, *blocks) == snapshot("""\
- paragraph:
  - text: Only 3 left,
  - link "hurry"
  - text: up
- text: one
- text: two
- text: a b\
""")


def test_white_space_is_collapsed_everywhere():
    assert of_body(
        element(10, "p", "  a \n\t b  "),
        element(11, "button", " c\n d "),
        element(12, "button", aria_label=" e\n  f "),
        element(13, "img", alt="g\n h"),
    ) == "\n".join(["- paragraph: a b", '- button "c d"', '- button "e f"', '- img "g h"'])


def test_empty_elements_are_left_out_unless_they_can_be_used():
    body = [
        element(10, "p"),
        element(11, "ul"),
        element(12, "nav", element(13, "div")),
        element(14, "button"),
        element(15, "p", " "),
    ]
    assert of_body(*body) == "- button"


def test_long_texts_are_truncated():
    lines = of_body(
        element(10, "p", "word " * 1_000), element(11, "button", "x" * 5_000), element(12, "img", alt="y" * 5_000)
    )
    assert [len(line) < 1_000 for line in lines.split("\n")] == [True] * 3
    assert [line.rstrip('"')[-1] for line in lines.split("\n")] == ["…"] * 3


# States


@pytest.mark.parametrize(
    ("attributes", "line"),
    [
        ({"role": "checkbox", "aria_checked": "true"}, snapshot('- checkbox "word" [checked]')),
        ({"role": "checkbox", "aria_checked": "mixed"}, snapshot('- checkbox "word" [checked=mixed]')),
        ({"role": "checkbox", "aria_checked": "false"}, snapshot('- checkbox "word"')),
        ({"role": "switch", "aria_checked": "true"}, snapshot('- switch "word" [checked]')),
        ({"role": "button", "aria_pressed": "true"}, snapshot('- button "word" [pressed]')),
        ({"role": "button", "aria_pressed": "false"}, snapshot('- button "word" [pressed=false]')),
        ({"role": "button", "aria_expanded": "true"}, snapshot('- button "word" [expanded]')),
        ({"role": "button", "aria_expanded": "false"}, snapshot('- button "word" [expanded=false]')),
        ({"role": "button", "aria_disabled": "true"}, snapshot('- button "word" [disabled]')),
        ({"role": "tab", "aria_selected": "true"}, snapshot('- tab "word" [selected]')),
        ({"role": "tab", "aria_selected": "false"}, snapshot('- tab "word"')),
        ({"role": "heading", "aria_level": "4"}, snapshot('- heading "word" [level=4]')),
        ({"role": "heading"}, snapshot('- heading "word" [level=2]')),
        ({"tag": "button", "disabled": ""}, snapshot('- button "word" [disabled]')),
    ],
)
def test_states_are_those_of_the_attributes(attributes: dict[str, str], line: str):
    assert in_body(**attributes) == line


@pytest.mark.parametrize(
    ("attributes", "line"),
    [
        ({"required": ""}, snapshot('- textbox "Name" [required] [length=0]')),
        ({"readonly": ""}, snapshot('- textbox "Name" [readonly] [length=0]')),
        ({"disabled": ""}, snapshot('- textbox "Name" [disabled] [length=0]')),
        ({"aria_invalid": "true"}, snapshot('- textbox "Name" [invalid] [length=0]')),
        ({"aria_invalid": "false"}, snapshot('- textbox "Name" [length=0]')),
        ({"aria_required": "true"}, snapshot('- textbox "Name" [required] [length=0]')),
        ({"value": "secret"}, snapshot('- textbox "Name" [length=6]')),
        (
            {"placeholder": "Your name"},
            snapshot("""\
- textbox "Name" [length=0]:
  - /placeholder: Your name\
"""),
        ),
        ({"placeholder": "Your name", "value": "Ada"}, snapshot('- textbox "Name" [length=3]')),
        ({"type": "checkbox", "checked": True}, snapshot('- checkbox "Name" [checked]')),
        ({"type": "radio", "checked": ""}, snapshot('- radio "Name" [checked]')),
        ({"type": "radio"}, snapshot('- radio "Name"')),
    ],
)
def test_fields_show_their_states_and_the_length_of_their_value(attributes: dict[str, str | bool], line: str):
    assert of_body(element(10, "input", aria_label="Name", **{"type": "text", **attributes})) == line


def test_controls_of_a_disabled_group_are_disabled():
    group = element(10, "fieldset", element(11, "input", type="text"), element(12, "button", "Save"), disabled="")
    assert of_body(group) == snapshot("""\
- group [disabled]:
  - textbox [disabled] [length=0]
  - button "Save" [disabled]\
""")


def test_chosen_options_are_shown_and_others_are_not():
    options = [element(11, "option", "France", value="fr"), element(12, "option", "Germany", value="de", selected=True)]
    assert of_body(element(10, "select", *options, aria_label="Country")) == snapshot("""\
- combobox "Country":
  - option "Germany" [selected]\
""")


def test_without_a_choice_the_first_option_of_a_menu_is_chosen():
    assert of_body(SIZES) == snapshot("""\
- combobox "Size":
  - option "Small" [selected]\
""")


def test_in_a_list_of_options_several_or_none_are_chosen():
    chosen = [element(20 + at, "option", f"Size {at}", **({"selected": True} if at < 2 else {})) for at in range(3)]
    open_ones = [element(30 + at, "option", f"Colour {at}") for at in range(3)]
    lists = [
        element(10, "select", *chosen, multiple="", aria_label="Sizes"),
        element(11, "select", *open_ones, multiple="", aria_label="Colours"),
        element(12, "select", element(40, "option", "Red"), size="4", aria_label="One"),
    ]
    assert of_body(*lists) == "\n".join([
        '- listbox "Sizes":', '  - option "Size 0" [selected]', '  - option "Size 1" [selected]', '- listbox "Colours"', '- listbox "One"',
    ])  # fmt: skip


@pytest.mark.parametrize("tag", ["textarea", "div"])
def test_texts_that_can_be_edited_have_a_length_only(tag: str):
    attributes = {"contenteditable": "true"} if tag == "div" else {}
    assert of_body(element(10, tag, "my secret", aria_label="Note", **attributes)) == '- textbox "Note" [length=9]'


# What the visitor did


def test_a_click_marks_its_element():
    assert after(FORM, *clicked(500, 12)) == snapshot("""\
- textbox "Name" [length=0]
- checkbox "Gift"
- button "Go" [clicked]
- combobox "Size":
  - option "Small" [selected]\
""")


def test_a_click_on_a_part_of_a_control_marks_the_control():
    assert after([element(10, "button", element(11, "span", "Go"))], *clicked(500, 11)) == '- button "Go" [clicked]'


def test_a_click_on_an_element_without_role_marks_its_text():
    assert after([element(10, "div", "Open"), GO], *clicked(500, 10)) == '- text [clicked]: Open\n- button "Go"'


def test_a_pressed_mouse_button_marks_its_element_until_the_click():
    pressed = [mouse_down(420, 12), mouse_up(490, 12)]
    assert [after([GO], *pressed[:count]) for count in (1, 2)] == ['- button "Go" [pressed]'] * 2
    assert after([GO], *pressed, press(500, 12)) == '- button "Go" [clicked]'


def test_typing_marks_its_field_and_counts_its_characters():
    assert after(FORM, focus(400, 10), typed(500, 10, "Ada"), typed(600, 10, "Ada L")) == snapshot("""\
- textbox "Name" [length=5] [active] [edited]
- checkbox "Gift"
- button "Go"
- combobox "Size":
  - option "Small" [selected]\
""")


def test_only_the_latest_action_is_marked():
    actions = [*clicked(500, 12), focus(600, 10), typed(700, 10, "Ada")]
    assert re.findall(r"\[(?:clicked|edited|pressed)\]", after(FORM, *actions)) == ["[edited]"]


def test_a_choice_in_a_menu_is_shown_and_marked_once():
    shown = after(FORM, focus(400, 13), incremental(500, 5, id=13, text="l", isChecked=False, userTriggered=True))
    assert shown.split("\n")[-2:] == ['- combobox "Size" [active] [edited]:', '  - option "Large" [selected]']


def test_a_checked_box_is_checked_until_it_is_unchecked():
    on, off = (incremental(at, 5, id=11, text="on", isChecked=at == 500) for at in (500, 600))
    assert [after([GIFT], on), after([GIFT], on, off)] == snapshot(['- checkbox "Gift" [checked]', '- checkbox "Gift"'])


def test_one_radio_button_of_a_group_is_checked():
    radios: list[Raw | str] = [
        element(
            10 + at, "input", type="radio", name="pay", aria_label=f"{at}", **({"checked": True} if at == 0 else {})
        )
        for at in range(2)
    ]
    chosen = [
        incremental(500, 5, id=11, text="on", isChecked=True),
        incremental(500, 5, id=10, text="on", isChecked=False),
    ]
    assert after(radios, *chosen) == snapshot("""\
- radio "0"
- radio "1" [checked]\
""")


def test_the_element_with_the_focus_is_active():
    assert after(FORM, focus(500, 10)).split("\n")[0] == '- textbox "Name" [length=0] [active]'
    assert "[active]" not in after(FORM, focus(500, 10), blur(600, 10))
    assert "[active]" not in after(FORM, focus(500, 10), removed(600, BODY, 10))
    assert after(FORM, focus(500, 10), focus(600, 12)).count("[active]") == 1


def test_what_the_page_repeats_of_typed_text_is_masked():
    typing = [focus(400, 10), typed(500, 10, "Lovelace")]
    shown = after(
        [NAME, element(20, "p", "Hi"), GO],
        *typing,
        retexted(600, 2000, "Hi Lovelace!"),
        changed(700, 12, aria_label="Lovelace"),
    )
    assert shown == snapshot("""\
- textbox "Name" [length=8] [active] [edited]
- paragraph: Hi [typed]!
- button "[typed]": Go\
""")


# Not recorded


@pytest.mark.parametrize(
    ("tag", "line"),
    [
        ("canvas", "- canvas [not recorded]"),
        ("video", "- video [not recorded]"),
        ("object", "- object [not recorded]"),
        ("iframe", "- iframe [not recorded]"),
    ],
)
def test_content_that_is_not_recorded_is_named(tag: str, line: str):
    assert of_body(element(10, tag)) == line


def test_names_of_content_that_is_not_recorded_are_shown():
    body = [
        element(10, "canvas", aria_label="Chart"),
        element(11, "iframe", title="Payment"),
        element(12, "video", title="Intro"),
    ]
    assert of_body(*body) == snapshot("""\
- canvas "Chart" [not recorded]
- iframe "Payment" [not recorded]
- video "Intro" [not recorded]\
""")


def test_blocked_elements_are_named():
    size = {"rr_width": "120px", "rr_height": "40px"}
    body = [
        recorded(10, "div", **size),
        recorded(11, "img", **size),
        recorded(12, "input", **size),
        element(13, "main", recorded(14, "section", **size, **{"class": "ph-no-capture"})),
    ]
    assert of_body(*body) == snapshot("""\
- blocked [not recorded]
- blocked [not recorded]
- blocked [not recorded]
- main:
  - blocked [not recorded]\
""")


def test_the_document_of_a_frame_is_shown_within_it():
    inner = element(31, "html", element(32, "body", element(33, "button", "Pay")))
    document = {"type": 0, "id": 30, "childNodes": [inner]}
    attached = mutation(100, adds=[{"parentId": 20, "nextId": None, "node": document}], isAttachIframe=True)
    assert after([element(20, "iframe", title="Payment")], attached, press(500, 33)) == snapshot("""\
- iframe "Payment":
  - button "Pay" [clicked]\
""")


def test_shadow_trees_are_shown_with_the_elements_in_their_slots():
    buttons: list[Raw] = [element(21, "button", "Shadow"), element(22, "slot", name="note"), element(23, "slot")]
    card = shadowed(20, buttons, element(24, "p", "first"), element(25, "p", "named", slot="note"))
    assert of_body(card) == snapshot("""\
- button "Shadow"
- paragraph: named
- paragraph: first\
""")


def test_elements_that_no_slot_shows_are_left_out():
    assert of_body(shadowed(20, [element(21, "button", "Shadow")], element(22, "p", "light"))) == '- button "Shadow"'


# Hidden


@pytest.mark.parametrize(
    "attributes",
    [{"hidden": ""}, {"style": "display: none"}, {"style": "DISPLAY:NONE !important"}, {"style": "visibility: hidden"}],
    ids=["hidden", "display", "display in capitals", "visibility"],
)
def test_hidden_elements_and_their_contents_do_not_appear(attributes: dict[str, str]):
    assert of_body(element(10, "div", "secret", element(11, "button", "Pay"), **attributes), GO) == '- button "Go"'


def test_elements_hidden_by_a_recorded_style_sheet_do_not_appear():
    body = [
        recorded(20, "style", _cssText=".off { display: none } .dim { visibility: hidden }"),
        element(21, "p", "a", class_="off"),
        element(22, "p", "b", class_="dim"),
        element(23, "p", "c"),
    ]
    assert of_body(*body) == "- paragraph: c"


def test_the_content_of_a_closed_disclosure_does_not_appear():
    details = element(10, "details", element(11, "summary", "More"), element(12, "p", "inside"))
    assert of_body(details) == '- button "More" [expanded=false]'
    assert after([details], changed(500, 10, open="")) == '- button "More" [expanded]\n- paragraph: inside'


def test_a_closed_dialog_does_not_appear():
    dialog = element(10, "dialog", element(11, "p", "inside"))
    assert of_body(dialog, GO) == '- button "Go"'
    assert after([dialog, GO], changed(500, 10, open="")) == '- dialog:\n  - paragraph: inside\n- button "Go"'


def test_what_only_screen_readers_skip_is_shown():
    assert of_body(element(10, "p", "seen", aria_hidden="true")) == "- paragraph: seen"


def test_an_element_shown_later_appears():
    assert after([element(10, "p", "late", style="display: none")], changed(500, 10, style="")) == "- paragraph: late"


def test_an_element_hidden_later_does_not_appear():
    assert after([element(10, "p", "gone"), GO], changed(500, 10, hidden="")) == '- button "Go"'


# Text of strangers

BITS = st.sampled_from(
    ["\n- button", '"', "\\", ": ", "[clicked]", "  - link", "\u2028", "\r", "\x00", "\u202e", "…", "#", "'"]
)
texts = st.lists(BITS | st.text(max_size=4), max_size=6).map("".join)


@given(texts, texts, texts)
@examples(200)
def test_no_text_makes_or_changes_a_line(text: str, name: str, attribute: str):
    body = [
        element(10, "p", text + "x"),
        element(11, "button", "x" + text),
        element(12, "img", alt=name + "x"),
        element(13, "input", type="text", placeholder=attribute + "x", aria_label=name + "x"),
        element(14, "div", "x", role="group", aria_label=name + "x"),
        element(15, "iframe", title=name + "x"),
        element(16, "select", element(17, "option", "x" + text), aria_label=name + "x"),
    ]
    shown = after(body, press(500, 11)).split("\n")
    pattern = [
        r"- paragraph: .+",
        r'- button (?:"S" )?\[clicked\](?:: .+)?',
        r'- img "S"',
        r'- textbox "S" \[length=0\]:',
        r"  - /placeholder: .+",
        r'- group "S".*: x',
        r'- iframe "S" \[not recorded\]',
        r'- combobox "S":',
        r'  - option (?:"S" )?\[selected\](?:: .+)?',
    ]
    string = r'(?:[^"\\]|\\.)*'
    assert len(shown) == len(pattern)
    for line, each in zip(shown, pattern, strict=True):
        assert re.fullmatch(each.replace("S", string), line), line
        assert line.isprintable()


@pytest.mark.parametrize(
    "attribute",
    [
        "aria_checked", "aria_current", "aria_disabled", "aria_expanded", "aria_invalid", "aria_level", "aria_pressed",
        "aria_selected", "aria_sort", "aria_valuenow", "aria_valuetext", "role", "value",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "value",
    ['q\n- button "Pay" [clicked]', "2] [clicked]", "x\x00\u202e", "[clicked]", '"', "\n"],
    ids=["line", "state", "invisible", "brackets", "quote", "line feed"],
)
def test_no_attribute_makes_or_changes_a_line(attribute: str, value: str):
    line = re.compile(r'- [a-z]+(?: "word")?(?: \[(?!clicked)[a-z]+(?:=[^\[\]]+)?\])*(?:: word)?')
    for role in ("heading", "button", "checkbox", "slider", "option", "columnheader", "progressbar"):
        shown = in_body(**{"role": role, attribute: value})
        assert shown.isprintable(), role
        assert line.fullmatch(shown), role
    for tag in ("progress", "meter"):
        shown = in_body(tag=tag, **{attribute: value})
        assert shown.isprintable(), tag
        assert line.fullmatch(shown), tag


def test_values_in_words_are_masked_like_other_texts():
    typing = [focus(400, 10), typed(500, 10, "Lovelace")]
    values = ["of ada@b.example", "Lovelace"]
    sliders = [element(20 + at, "div", role="slider", aria_valuetext=value) for at, value in enumerate(values)]
    shown = after([NAME, *sliders], *typing)
    assert "ada@b" not in shown
    assert "Lovelace" not in shown


def test_what_has_the_focus_is_visible_though_its_style_is_transparent():
    box = element(10, "div", element(11, "button", "Refund"), style="opacity: 0")
    assert of_body(box) == ""
    assert after([box], focus(400, 11)) == '- button "Refund" [active]'


def test_a_value_that_the_page_sets_before_its_field_is_recorded_is_not_taken_as_typed():
    early = incremental(400, 5, id=-1, text="Something is missing", isChecked=False)
    assert after([element(10, "p", "Something is missing")], early) == "- paragraph: Something is missing"


def test_a_name_comes_from_the_same_shadow_tree_and_from_the_label_of_what_it_refers_to():
    def dialog(node: int, title: str) -> Raw:
        inner = [element(node + 1, "h2", title, id="header"), recorded(node + 2, "div", role="dialog", **LABELLED)]
        return shadowed(node, inner)

    shown = of_body(dialog(20, "First"), dialog(30, "Second"), element(40, "p", "⋯", id="more", aria_label="More"))
    assert [line for line in shown.split("\n") if "dialog" in line] == ['- dialog "First"', '- dialog "Second"']
    more = recorded(41, "div", "x", role="group", **{"aria-labelledby": "more"})
    assert of_body(element(40, "p", "⋯", id="more", aria_label="More"), more).split("\n")[-1] == '- group "More": x'


# Malicious trees


def test_a_deep_tree_is_shown_within_bounds():
    tree = element(100_000, "p", "bottom")
    for depth in range(300):
        tree = element(10 + depth, "div" if depth % 2 else "ul", tree)
    shown = of_body(tree)
    assert len(shown) < 1_000_000


def test_a_deep_tree_made_by_mutations_is_shown_within_bounds():
    adds = [
        {"parentId": BODY if at == 0 else 9_999 + at, "nextId": None, "node": element(10_000 + at, "ul")}
        for at in range(5_000)
    ]
    screen = screen_of(
        meta(0, PAGE), full(1, GO), mutation(500, adds=adds), added(600, 14_999, element(50_000, "p", "bottom"))
    )
    fitted = screen.fit(screen.lines, 6_000)
    assert sum(len(line) + 1 for line in fitted) <= 6_000
    assert fitted[0] == '- button "Go"'


def test_a_wide_tree_is_shown_within_bounds():
    screen = screen_of(meta(0, PAGE), full(1, *(element(1_000_000 + at, "p", f"{at}") for at in range(8_000))))
    fitted = screen.fit(screen.lines, 6_000)
    assert sum(len(line) + 1 for line in fitted) <= 6_000
    assert fitted[0] == "- paragraph: 0"


@pytest.mark.parametrize(
    "changes",
    [
        mutation(500, adds=[{"parentId": 11, "nextId": None, "node": element(10, "div")}]),
        mutation(500, adds=[{"parentId": 11, "nextId": None, "node": element(11, "div")}]),
        mutation(500, adds=[{"parentId": 10, "nextId": 10, "node": element(BODY, "body")}]),
        mutation(500, adds=[{"parentId": 11, "nextId": None, "node": element(1, "div")}]),
        mutation(
            500,
            adds=[{"parentId": 404, "nextId": 405, "node": element(10, "div")}],
            removes=[{"parentId": 11, "id": 10}],
        ),
        mutation(500, adds=[{"parentId": BODY, "nextId": 10, "node": element(12, "p", "twice")}] * 3),
        mutation(500, removes=[{"parentId": 1, "id": 1}]),
        mutation(500, removes=[{"parentId": BODY, "id": BODY}]),
    ],
    ids=[
        "parent in child",
        "in itself",
        "body in its child",
        "document in its child",
        "nowhere",
        "repeated",
        "no document",
        "no body",
    ],
)
def test_mutations_that_make_no_tree_raise_nothing(changes: Raw):
    body: list[Raw | str] = [element(10, "div", element(11, "div", element(13, "p", "Hi")))]
    shown = after(body, changes, focus(600, 11), press(700, 13), typed(800, 10, "x"))
    assert len(shown) < 1_000


def test_repeated_ids_and_labels_that_name_each_other_raise_nothing():
    body = [
        element(10, "p", "a"),
        element(10, "p", "b"),
        element(11, "button", "x", aria_labelledby="one", id="two"),
        element(12, "button", "y", aria_labelledby="two one", id="one"),
        element(13, "div", element(14, "label", "L", for_="f"), element(15, "input", id="f", aria_labelledby="f")),
        element(16, "slot", element(17, "slot", element(18, "p", "s"))),
        element(19, "x-a", aria_owns="two", id="own", aria_activedescendant="own"),
    ]
    assert len(of_body(*body)) < 1_000


@pytest.mark.parametrize(
    "node",
    [
        {"type": 2, "tagName": None, "attributes": {}, "childNodes": [], "id": 10},
        {"type": 2, "tagName": "p", "attributes": [], "childNodes": None, "id": 10},
        {
            "type": 2,
            "tagName": "input",
            "attributes": {"value": 5, "type": 7, "aria-label": ["x"]},
            "childNodes": [],
            "id": 10,
        },
        {
            "type": 2,
            "tagName": "button",
            "attributes": {"aria-label": None, "role": 3, "aria-level": {}},
            "childNodes": [],
            "id": 10,
        },
        {"type": 3, "textContent": 5, "id": 10},
        {"type": 9, "id": "x"},
        5,
    ],
    ids=["no tag", "no lists", "numbers", "nulls", "number as text", "unknown type", "no node"],
)
def test_nodes_of_wrong_types_hide_no_others(node: Raw):
    assert '- button "Go"' in outline(
        meta(0, PAGE), full(1, GO), mutation(500, adds=[{"parentId": BODY, "nextId": None, "node": node}])
    )
