"""The wireframes of a mobile screen become nodes as rrweb writes them; a point finds its element."""

import time
from typing import Any

import pytest
from inline_snapshot import snapshot

from replay_mcp.recording.rrweb.wireframe_nodes import BODY
from replay_mcp.recording.rrweb.wireframes import MAX_BOXES, AppScreen

Raw = dict[str, Any]


def box(
    id: Any, x: float = 0, y: float = 0, width: float = 400, height: float = 800, *children: Raw, **fields: Any
) -> Raw:
    inner = {"childWireframes": list(children)} if children else {}
    return {"id": id, "x": x, "y": y, "width": width, "height": height, "type": "div", **fields, **inner}


def words(id: int, value: str, y: float = 0, **fields: Any) -> Raw:
    return box(id, 20, y, 360, 30, type="text", text=value, **fields)


def field(id: int, kind: str, y: float = 0, **fields: Any) -> Raw:
    return box(id, 20, y, 360, 50, type="input", inputType=kind, **fields)


def outline(node: Raw, depth: int = -2) -> list[str]:
    """The nodes of a document, one per line."""
    if node["type"] == 3:
        return [f"{'  ' * depth}{node['id']} {node['textContent']!r}"]
    named = "".join(f" {name}={value}" for name, value in node.get("attributes", {}).items())
    own = [f"{'  ' * depth}{node['id']} {node['tagName']}{named}"] if depth >= 0 else []
    return own + [line for child in node["childNodes"] for line in outline(child, depth + 1)]


def drawn(*boxes: Any) -> AppScreen:
    screen = AppScreen()
    screen.draw(list(boxes))
    return screen


def test_each_type_becomes_the_element_that_a_person_would_call_it():
    kinds = [
        words(1, "Your cart"), box(2, type="image", base64="AAAA", label="Mug"), box(3, type="rectangle"), box(4),
        box(5, type="radio_group", label="Size"), box(6, type="web_view", url="https://shop.example/terms"),
        box(7, type="placeholder", label="map"), box(8, type="status_bar"), box(9, type="screenshot", base64="AAAA"),
        box(10, type="hologram", text="New"), field(11, "button", value="Pay now"), field(12, "button", value="Pay", disabled=True),
        field(13, "checkbox", label="I agree", checked=True), field(14, "radio", label="Large"), field(15, "toggle"),
        field(16, "text", value="Ann"), field(17, "password", value="secret"), field(18, "text_area", value="x"),
        field(19, "select", label="Country", value="NL", options=["NL", "BE"]), field(20, "progress", value=3, max=5),
        field(21, "hologram"), box(22, type=None), box(23, type="text", text=7), field(24, "button", children=[]),
    ]  # fmt: skip
    assert outline(AppScreen().draw(kinds)) == snapshot(
        [
            "3 head",
            "4 body",
            "  11 div",
            "    12 'Your cart'",
            "  13 img alt=Mug",
            "  14 div",
            "  15 div",
            "  16 div role=radiogroup aria-label=Size",
            "  17 iframe title=https://shop.example/terms",
            "  18 canvas aria-label=map",
            "  19 div class=status_bar",
            "  20 canvas aria-label=screenshot",
            "  21 div",
            "    22 'New'",
            "  23 button",
            "    24 'Pay now'",
            "  25 button disabled=",
            "    26 'Pay'",
            "  27 div role=checkbox aria-checked=true",
            "    28 'I agree'",
            "  29 div role=radio aria-checked=false",
            "    30 'Large'",
            "  31 div role=switch aria-checked=false",
            "  32 input type=text",
            "  33 input type=password",
            "  34 textarea",
            "  35 select aria-label=Country",
            "  36 progress value=3",
            "  37 input type=text",
            "  38 div",
            "  39 div",
            "    40 '7'",
            "  41 button",
        ]
    )


def test_the_title_that_ios_draws_again_inside_a_button_appears_once():
    assert outline(
        AppScreen().draw([{**field(1, "button", value="Pay now"), "childWireframes": [words(2, "Pay now")]}])
    ) == snapshot(["3 head", "4 body", "  11 button aria-label=Pay now", "    12 div", "      13 'Pay now'"])


def test_boxes_are_nested_in_drawing_order():
    page = [box(1, 0, 0, 400, 800, words(2, "a"), box(3, 0, 0, 9, 9, words(4, "b"), words(5, "c"))), words(6, "d")]
    assert outline(AppScreen().draw(page)) == snapshot(
        [
            "3 head",
            "4 body",
            "  11 div",
            "    14 div",
            "      15 'a'",
            "    16 div",
            "      17 div",
            "        18 'b'",
            "      19 div",
            "        20 'c'",
            "  12 div",
            "    13 'd'",
        ]
    )


def test_a_mutation_adds_updates_and_removes_boxes():
    screen = drawn(box(1, 0, 0, 400, 800, words(2, "Total 10"), field(3, "toggle", label="Gift"), words(4, "Old")))
    changes = screen.change(
        {
            "adds": [{"parentId": 1, "wireframe": words(5, "Payment failed")}],
            "updates": [
                {"parentId": 1, "wireframe": words(2, "Total 12")},
                {"parentId": 1, "wireframe": field(3, "toggle", label="Gift", checked=True)},
            ],
            "removes": [{"parentId": 1, "id": 4}],
        }
    )
    assert changes.mutation == snapshot(
        {
            "texts": [{"id": 13, "value": "Total 12"}],
            "attributes": [{"id": 14, "attributes": {"aria-checked": "true"}}],
            "removes": [{"parentId": 11, "id": 16}],
            "adds": [
                {
                    "parentId": 11,
                    "nextId": None,
                    "node": {"type": 2, "tagName": "div", "attributes": {}, "childNodes": [], "id": 18},
                },
                {"parentId": 18, "nextId": None, "node": {"type": 3, "textContent": "Payment failed", "id": 19}},
            ],
        }
    )


def test_a_box_that_is_listed_alone_and_inside_another_is_added_once():
    inner = words(3, "Payment failed")
    changes = drawn(box(1)).change(
        {"adds": [{"parentId": 1, "wireframe": box(2, 0, 0, 9, 9, inner)}, {"parentId": 2, "wireframe": inner}]}
    )
    assert [add["node"].get("tagName", "text") for add in changes.mutation["adds"]] == ["div", "div", "text"]


def test_an_update_of_a_box_keeps_the_unchanged_boxes_inside_it():
    screen = drawn(box(1, 0, 0, 400, 800, words(2, "a"), words(3, "b")))
    changes = screen.change(
        {"updates": [{"parentId": None, "wireframe": box(1, 0, 0, 400, 900, words(2, "a"), words(4, "c"))}]}
    )
    assert (changes.moved, changes.mutation) == snapshot(
        (
            True,
            {
                "texts": [],
                "attributes": [],
                "removes": [{"parentId": 11, "id": 14}],
                "adds": [
                    {
                        "parentId": 11,
                        "nextId": None,
                        "node": {"type": 2, "tagName": "div", "attributes": {}, "childNodes": [], "id": 16},
                    },
                    {"parentId": 16, "nextId": None, "node": {"type": 3, "textContent": "c", "id": 17}},
                ],
            },
        )
    )


def test_an_update_without_children_leaves_them():
    screen = drawn(box(1, 0, 0, 400, 800, words(2, "a")))
    changes = screen.change({"updates": [{"parentId": None, "wireframe": box(1, 0, 5)}]})
    assert (changes.moved, changes.has_mutation, len(screen)) == (True, False, 2)


def test_a_box_that_becomes_another_element_or_moves_to_another_parent_is_added_again():
    screen = drawn(box(1, 0, 0, 400, 800, words(2, "a")), box(3))
    changed = screen.change({"updates": [{"parentId": 1, "wireframe": field(2, "button", value="a")}]})
    moved = screen.change({"adds": [{"parentId": 3, "wireframe": field(2, "button", value="a")}]})
    assert (changed.mutation, moved.mutation) == snapshot(
        (
            {
                "texts": [],
                "attributes": [],
                "removes": [{"parentId": 11, "id": 13}],
                "adds": [
                    {
                        "parentId": 11,
                        "nextId": None,
                        "node": {"type": 2, "tagName": "button", "attributes": {}, "childNodes": [], "id": 15},
                    },
                    {"parentId": 15, "nextId": None, "node": {"type": 3, "textContent": "a", "id": 16}},
                ],
            },
            {
                "texts": [],
                "attributes": [],
                "removes": [{"parentId": 11, "id": 15}],
                "adds": [
                    {
                        "parentId": 12,
                        "nextId": None,
                        "node": {"type": 2, "tagName": "button", "attributes": {}, "childNodes": [], "id": 17},
                    },
                    {"parentId": 17, "nextId": None, "node": {"type": 3, "textContent": "a", "id": 18}},
                ],
            },
        )
    )


def test_a_later_snapshot_of_the_same_screen_yields_its_changes():
    screen = drawn(box(1, 0, 0, 400, 800, words(2, "Your cart"), field(3, "button", value="Pay now")))
    assert screen.redraw([box(1, 0, 0, 400, 800, words(2, "Your cart"), field(3, "button", value="Pay now"))]).is_empty
    changes = screen.redraw([box(9, 50, 50, 300, 200, words(10, "Payment failed"))])
    assert changes.mutation == snapshot(
        {
            "texts": [],
            "attributes": [],
            "removes": [{"parentId": 4, "id": 11}],
            "adds": [
                {
                    "parentId": 4,
                    "nextId": None,
                    "node": {"type": 2, "tagName": "div", "attributes": {}, "childNodes": [], "id": 16},
                },
                {
                    "parentId": 16,
                    "nextId": None,
                    "node": {"type": 2, "tagName": "div", "attributes": {}, "childNodes": [], "id": 17},
                },
                {"parentId": 17, "nextId": None, "node": {"type": 3, "textContent": "Payment failed", "id": 18}},
            ],
        }
    )
    assert outline(screen.document()) == snapshot(
        ["3 head", "4 body", "  16 div", "    17 div", "      18 'Payment failed'"]
    )


def test_values_of_fields_are_separate_from_the_texts_of_the_screen():
    screen = drawn(box(1, 0, 0, 400, 800, field(2, "email", value="Your e-mail")))
    typed = screen.change({"updates": [{"parentId": 1, "wireframe": field(2, "email", value="ann@shop.example")}]})
    emptied = screen.change({"updates": [{"parentId": 1, "wireframe": field(2, "email", value="Your e-mail")}]})
    assert ([*typed.values.values()], typed.has_mutation, typed.redrawn) == (["ann@shop.example"], False, True)
    assert (emptied.values, emptied.redrawn) == ({}, True)


def test_a_new_screenshot_is_a_change_without_mutation():
    screen = drawn(box(1, type="screenshot", base64="AAAA"))
    assert screen.is_picture
    same = screen.change({"updates": [{"parentId": None, "wireframe": box(1, type="screenshot", base64="AAAA")}]})
    other = screen.change({"updates": [{"parentId": None, "wireframe": box(1, type="screenshot", base64="BBBB")}]})
    assert (same.is_empty, other.is_empty, other.has_mutation) == (True, False, False)
    assert not drawn(box(1, type="screenshot", base64="AAAA"), words(2, "Total 10")).is_picture


# Points

CART = box(
    101, 0, 0, 400, 800,
    words(102, "Your cart", 100),
    box(103, 20, 200, 360, 80, words(104, "Add a mug", 220)),
    field(105, "button", 700, value="Pay now"),
    box(106, 0, 0, 400, 800),
    style={"backgroundColor": "#fff"},
)  # fmt: skip


def seen(screen: AppScreen, x: float | None, y: float | None, key: Any = 0) -> str:
    """The box at a point: its first text, else its tag; `page` for none."""
    node = screen.at(x, y, key)
    nodes = [screen.document()]
    for each in nodes:  # the list grows
        nodes += each.get("childNodes", [])
    found = next(each for each in nodes if each["id"] == node)
    texts = [child["textContent"] for child in found["childNodes"] if child["type"] == 3]
    return "page" if node == BODY else texts[0] if texts else found["tagName"]


@pytest.mark.parametrize(
    ("x", "y", "found"),
    [
        (200, 720, "Pay now"), (200, 110, "Your cart"), (200, 225, "Add a mug"), (200, 270, "div"), (5, 5, "page"),
        (200, 500, "page"), (-5, 900, "page"), (399.9, 720, "page"), (None, None, "page"), (1e308, -1e308, "page"),
    ],
)  # fmt: skip
def test_a_point_finds_the_box_that_is_visible_there(x: float | None, y: float | None, found: str):
    assert seen(drawn(CART), x, y) == found


def test_a_box_above_hides_the_box_beneath():
    dialog = box(2, 0, 0, 400, 800, words(3, "Delete it?", 700), style={"backgroundColor": "#0008"})
    screen = drawn(box(1, 0, 0, 400, 800, field(4, "button", 700, value="Pay now")), dialog)
    assert (seen(screen, 200, 710), seen(screen, 200, 745), seen(screen, 200, 300)) == ("Delete it?", "page", "page")


def test_a_point_is_searched_inside_the_box_that_the_recorder_names_unless_it_is_elsewhere():
    screen = drawn(box(1, 0, 0, 400, 100, words(2, "a", 0)), box(3, 0, 100, 400, 700, words(4, "b", 200)))
    assert {seen(screen, 30, 10, key) for key in (1, 2, 3, 4, 99, "x", None, -1)} == {"a"}
    assert (seen(screen, None, None, 4), seen(screen, 30, 790, 3), seen(screen, 30, 790, None)) == ("b", "page", "page")


# Hostile recordings


HOSTILE: list[Any] = [
    None, 7, "x", [], {}, {"id": 1}, {"id": "1", "childWireframes": "x"}, {"id": -1, "childWireframes": [None, 7, {"id": -1}]},
    {"id": 2**70, "x": "a", "y": None, "width": 1e308, "height": -5, "type": ["div"], "text": {}, "style": "red"},
    {"id": 3, "type": "input", "inputType": {}, "value": [1], "label": 5, "checked": "yes"},
    {"id": 4, "childWireframes": [{"id": 4, "childWireframes": [{"id": 4}]}]}, {"id": True, "type": "text", "text": "\ud83d"},
]  # fmt: skip


def test_malformed_boxes_do_no_harm():
    screen = drawn(*HOSTILE)
    screen.redraw(HOSTILE[::-1])
    screen.change({"adds": HOSTILE, "updates": 5, "removes": [None, {"id": 4}, {"id": []}, {"id": 4}]})
    screen.change({"adds": [{"parentId": place, "wireframe": each} for place, each in enumerate(HOSTILE)]})
    screen.change({"updates": [{"parentId": "x", "wireframe": each} for each in HOSTILE]})
    nothing: list[Any] = ["x", None, {}]
    for each in nothing:
        screen.draw(each)
    assert (len(screen), screen.at(1, 1, 1), screen.is_picture) == (0, BODY, False)


def test_a_box_that_is_put_inside_itself_is_removed():
    screen = drawn(box(1, 0, 0, 400, 800, box(2, 0, 0, 9, 9, words(3, "a"))))
    screen.change({"adds": [{"parentId": 3, "wireframe": box(1)}]})
    assert len(screen) == 0


@pytest.mark.slow
def test_deep_and_wide_screens_are_kept_within_bounds():
    deep: Raw = words(1, "a")
    for place in range(2, 900):
        deep = box(place, 0, 0, 400, 800, deep)
    began = time.monotonic()
    screen = drawn(deep, *(words(place, "x") for place in range(1_000, 1_000 + MAX_BOXES)))
    assert len(screen) == MAX_BOXES
    for _ in range(5):
        screen.at(30, 10, 0)
    assert screen.document()["type"] == 0
    screen.change({"removes": [{"id": place} for place in range(15_000)]})
    assert len(screen) == 0
    assert time.monotonic() - began < 30
