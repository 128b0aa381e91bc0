"""Elements get the names that assistive technology gives them; containers are not named by all their text."""

import pytest

from replay_mcp.recording.timeline.reader import read_timeline
from replay_mcp.recording.timeline.row_text import target
from replay_mcp.redaction import Redaction
from tests.recording.rrweb import Raw, clicked, element, focus, full, lines, meta, text

HIT = 40


def shadow(node: Raw) -> Raw:
    """A child of a shadow root."""
    return {**node, "isShadow": True}


def named(*body: Raw, then: tuple[Raw, ...] = ()) -> list[str]:
    events = sorted(
        [meta(0, "https://shop.example/"), full(10, *body), *clicked(5_000, HIT), *then],
        key=lambda raw: raw["timestamp"],
    )
    return [target(row) for row in read_timeline([b"\n".join(lines(*events))], Redaction()).rows if row.kind == "click"]


def nested(levels: int, inner: Raw) -> Raw:
    for level in range(levels):
        inner = element(200 + level, "div", inner)
    return inner


HOST = element(
    30, "sl-button", text(31, "Request a call"),
    shadow(element(HIT, "button", element(41, "span", element(42, "slot"), part="label"), type="button")),
)  # fmt: skip
FIELD_HOST = element(
    30, "sl-input",
    shadow(element(31, "label", element(32, "slot", "Name", name="label"), for_="input")),
    shadow(element(33, "div", element(HIT, "input", id="input", type="text"))),
    label="Name",
)  # fmt: skip


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ([element(30, "span", "Delete", id="a"), element(HIT, "button", "x", aria_labelledby="a", aria_label="no")], 'button "Delete"'),
        ([element(HIT, "button", "x", aria_label="Close")], 'button "Close"'),
        ([element(HIT, "button", "Save", title="Keeps it")], 'button "Save"'),
        ([element(HIT, "button", element(41, "svg", aria_label="Menu"))], 'button "Menu"'),
        ([element(HIT, "input", type="submit")], 'button "Submit"'),
        ([element(HIT, "a", text(41, "Ticket #"), text(42, "42"), href="/t")], 'link "Ticket #42"'),
        ([element(HIT, "a", element(41, "span", "Kettle"), element(42, "span", "$89"), href="/t")], 'link "Kettle $89"'),
        ([element(HIT, "button", element(41, "b", "Pa"), text(42, "y"))], 'button "Pay"'),
        ([nested(7, element(HIT, "input", id="vat", type="text")), nested(0, element(90, "label", "VAT ID", for_="vat"))], 'field "VAT ID" [id=vat]'),
        ([element(90, "div", element(91, "label", "City", for_="c"), aria_hidden="true"), element(HIT, "input", id="c", type="text")], 'field "City" [id=c]'),
        ([element(90, "label", "Role", id="r", aria_hidden="true"), element(HIT, "div", "Editor", role="combobox", aria_labelledby="r")], 'combobox "Role"'),
        ([HOST], 'button "Request a call"'),
        ([FIELD_HOST], 'field "Name" [id=input]'),
        ([element(HIT, "div", element(41, "button", "Van"), element(42, "button", "Comfort"))], "div"),
        ([element(HIT, "div", "Choose a car", element(41, "button", "Van"))], 'div "Choose a car"'),
        ([element(HIT, "div", element(41, "button", "Van"), aria_label="Cars")], 'div "Cars"'),
    ],
    ids=[
        "labelledby", "label attribute", "contents before title", "picture", "default of a submit button", "text nodes",
        "two elements", "inline element", "label far away", "label in a hidden part", "labelled combobox", "slot",
        "label in a shadow tree", "container of controls", "container with a text of its own", "labelled container",
    ],
)  # fmt: skip
def test_an_element_has_the_name_that_assistive_technology_gives_it(body: list[Raw], name: str):
    assert named(*body) == [name]


def test_a_press_around_a_field_is_a_press_on_the_field_that_takes_the_focus():
    select = element(
        30, "div", element(HIT, "span", "Select"), element(41, "input", role="combobox", aria_label="Owner")
    )
    assert named(select, then=(focus(4_950, 41),)) == ['field "Owner"']
