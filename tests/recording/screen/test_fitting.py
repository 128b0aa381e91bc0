"""Outlines that are too long for a result: what is shown of them, and how the rest is reached."""

import json
import re
from dataclasses import dataclass
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from replay_mcp.recording.screen.outline_text import OutlineLine
from replay_mcp.recording.screen.screen import Screen
from tests.examples import examples
from tests.recording.rrweb import Raw, clicked, element, focus, full, meta, mutation, press
from tests.recording.screen.screens import PAGE, screen_of

MARKER = re.compile(r' *- … (\d+) more lines?: within "(n\d+)(\+?)"')
LEAST = 600
"""Characters that always have room for a line of these pages and for markers."""


def page(*body: Raw, events: tuple[Raw, ...] = ()) -> Screen:
    return screen_of(meta(0, PAGE), full(1, *body), *events)


def items(many: int, first: int = 1_000, word: str = "item") -> list[Raw]:
    return [element(100_000 + first + at, "li", f"{word} {at}") for at in range(many)]


def length(lines: list[str]) -> int:
    """The length of lines as they are in the JSON of a result."""
    return len(json.dumps("\n".join(lines), ensure_ascii=False)) - 2


def is_marker(line: str) -> bool:
    return MARKER.fullmatch(line) is not None


def left_out(lines: list[str]) -> int:
    return sum(int(found[1]) for line in lines if (found := MARKER.fullmatch(line)))


def part(screen: Screen, ref: str, *, rest: bool) -> list[OutlineLine]:
    """The lines that `within` shows for a ref of an outline."""
    node = screen.document.node(int(ref.removeprefix("n")))
    assert node is not None
    return screen.rest(node) if rest else screen.part(node)


def all_reached(screen: Screen, limit: int) -> tuple[list[str], int]:
    """The lines that are reached by following all markers, without indentation, and how many parts were read."""
    reached: list[str] = []
    pending = [screen.lines]
    parts = 0
    seen: set[str] = set()
    while pending:
        lines = pending.pop()
        parts += 1
        shown = screen.fit(lines, limit)
        assert length(shown) <= limit
        for line in shown:
            found = MARKER.fullmatch(line)
            if found is None:
                reached.append(line.strip())
            elif found[0].strip() not in seen:
                seen.add(found[0].strip())
                pending.append(part(screen, found[2], rest=bool(found[3])))
    return reached, parts


def test_an_outline_that_fits_is_whole():
    screen = page(element(10, "ul", *items(20)))
    whole = [line.shown for line in screen.lines]
    assert screen.fit(screen.lines, length(whole) + 2) == whole
    assert len(screen.fit(screen.lines, length(whole) - 1)) < len(whole)


def test_a_long_list_shows_its_first_items_and_counts_the_others():
    screen = page(element(10, "h1", "Shop"), element(11, "ul", *items(300)), element(12, "button", "Pay"))
    assert screen.fit(screen.lines, LEAST) == snapshot(
        [
            '- heading "Shop" [level=1]',
            "- list:",
            "  - listitem: item 0",
            "  - listitem: item 1",
            "  - listitem: item 2",
            "  - listitem: item 3",
            "  - listitem: item 4",
            "  - listitem: item 5",
            "  - listitem: item 6",
            "  - listitem: item 7",
            "  - listitem: item 8",
            "  - listitem: item 9",
            "  - listitem: item 10",
            "  - listitem: item 11",
            "  - listitem: item 12",
            "  - listitem: item 13",
            "  - listitem: item 14",
            "  - listitem: item 15",
            "  - listitem: item 16",
            "  - listitem: item 17",
            "  - listitem: item 18",
            "  - listitem: item 19",
            "  - listitem: item 20",
            '  - … 279 more lines: within "n101021+"',
            '- button "Pay"',
        ]
    )


def test_every_part_of_a_page_is_begun():
    lists = [element(10 + at, "ul", *items(100, 1_000 * at, f"list {at}:")) for at in range(4)]
    shown = page(*lists).fit(page(*lists).lines, 2_000)
    assert [at for at in range(4) if any(f"list {at}: 0" in line for line in shown)] == [0, 1, 2, 3]


@pytest.mark.parametrize("at", [0, 150, 299])
def test_the_element_of_the_latest_action_and_the_focus_are_shown(at: int):
    buttons = [element(10_000 + place, "button", f"Buy {place}") for place in range(300)]
    fields = [element(20_000 + place, "input", type="text", aria_label=f"Field {place}") for place in range(300)]
    events = focus(400, 20_000 + at), press(500, 10_000 + at)
    screen = page(element(10, "main", *buttons), element(11, "form", *fields), events=events)
    shown = "\n".join(screen.fit(screen.lines, LEAST))
    assert f'button "Buy {at}" [clicked]' in shown
    assert f'textbox "Field {at}" [length=0] [active]' in shown


def test_a_part_starts_without_indentation():
    screen = page(element(10, "main", element(11, "ul", *items(3))))
    [list_] = screen.matching("ul")
    assert [line.shown for line in screen.part(list_)] == snapshot(
        ["- list:", "  - listitem: item 0", "  - listitem: item 1", "  - listitem: item 2"]
    )


def test_the_rest_is_an_element_and_its_siblings_after_it():
    screen = page(
        element(10, "main", *(element(10 + at, "p", f"{at}") for at in range(1, 5))), element(20, "p", "outside")
    )
    assert [line.shown for line in part(screen, "n13", rest=True)] == ["- paragraph: 3", "- paragraph: 4"]
    assert [line.shown for line in part(screen, "n13", rest=False)] == ["- paragraph: 3"]


def test_the_parts_of_an_element_without_role_are_those_in_it():
    screen = page(element(10, "div", element(11, "p", "a"), element(12, "div", element(13, "p", "b")), id="box"))
    [box] = screen.matching("#box")
    assert [line.shown for line in screen.part(box)] == ["- paragraph: a", "- paragraph: b"]


@pytest.mark.parametrize("many", [3, 30, 600])
@pytest.mark.parametrize("tag", ["ul", "div"])
def test_all_items_of_one_list_are_reached(tag: str, many: int):
    screen = page(element(10, tag, *items(many)))
    reached, parts = all_reached(screen, 1_000)
    assert set(reached) >= {line.shown.strip() for line in screen.lines}
    assert parts <= 1 + len(screen.lines)


def test_items_of_wrappers_without_role_are_reached():
    cards = [
        element(
            10_000 + at,
            "div",
            element(
                20_000 + at,
                "div",
                element(30_000 + at, "span", f"Card {at}"),
                element(40_000 + at, "button", f"Buy {at}"),
            ),
        )
        for at in range(200)
    ]
    screen = page(element(10, "div", *cards))
    reached, _ = all_reached(screen, 1_000)
    assert set(reached) >= {line.shown.strip() for line in screen.lines}


def test_texts_beside_elements_are_reached():
    words: list[Raw | str] = []
    for at in range(200):
        words += [f"before {at}", element(10_000 + at, "button", f"Go {at}")]
    screen = page(element(10, "p", *words))
    reached, _ = all_reached(screen, 1_000)
    assert set(reached) >= {line.shown.strip() for line in screen.lines}


def test_all_levels_of_a_deep_page_are_reached():
    adds = [
        {
            "parentId": 10 if at == 0 else 100_000 + at - 1,
            "nextId": None,
            "node": element(100_000 + at, "ul", aria_label=f"level {at}"),
        }
        for at in range(500)
    ]
    last = {"parentId": 100_499, "nextId": None, "node": element(200_000, "button", "bottom", aria_label="bottom")}
    screen = page(element(10, "main"), events=(mutation(100, adds=[*adds, last]),))
    reached, _ = all_reached(screen, 1_000)
    named = [re.sub(r":.*", "", line) for line in reached]
    assert set(named) >= {re.sub(r":.*", "", line.shown.strip()) for line in screen.lines}


def test_a_page_with_repeated_ids_is_read_to_the_end():
    twice = [element(10, "ul", *items(50)), element(10, "ul", *items(50, 500, "other"))]
    screen = page(*twice)
    shown = screen.fit(screen.lines, LEAST)
    assert length(shown) <= LEAST


def test_lines_of_characters_that_json_escapes_are_counted_as_they_are_sent():
    screen = page(element(10, "ul", *(element(10_000 + at, "li", '"\\' * 60 + str(at)) for at in range(50))))
    assert length(screen.fit(screen.lines, 3_000)) <= 3_000


ROLES = st.sampled_from(
    ["ul", "li", "div", "main", "p", "section", "nav", "button", "table", "tr", "td", "span", "a", "h2"]
)


@dataclass
class Tree:
    """A drawn element."""

    tag: str
    children: "list[Tree]"


LEAVES = st.builds(Tree, ROLES, st.builds(list[Tree]))
TREES = st.lists(
    st.recursive(LEAVES, lambda inner: st.builds(Tree, ROLES, st.lists(inner, min_size=1, max_size=9)), max_leaves=40),
    max_size=6,
)


def built(trees: list[Tree]) -> list[Raw]:
    """The elements of drawn trees; each has a text of its own."""
    numbers = count(1)

    def build(tree: Tree) -> Raw:
        node = next(numbers)
        text = f"text {node} " + "x" * (node % 7 * 6)
        return element(10_000 + node, tree.tag, text, *(build(child) for child in tree.children))

    return [build(tree) for tree in trees]


@given(TREES, st.integers(LEAST, 2_500))
@examples(32)
def test_what_is_shown_fits_keeps_the_order_and_counts_the_rest(trees: list[Tree], limit: int):
    screen = page(*built(trees))
    whole = [line.shown for line in screen.lines]
    shown = screen.fit(screen.lines, limit)
    assert length(shown) <= limit
    kept = [line for line in shown if not is_marker(line)]
    rest = iter(whole)
    assert all(line in rest for line in kept)
    assert len(kept) + left_out(shown) == len(whole)


@given(TREES, st.integers(LEAST, 1_500))
@examples(32)
def test_following_the_markers_reaches_every_line(trees: list[Tree], limit: int):
    screen = page(*built(trees))
    reached, parts = all_reached(screen, limit)
    assert {line.shown.strip() for line in screen.lines} - set(reached) == set()
    assert parts <= 1 + len(screen.lines)


@given(st.integers(0, 120), st.integers(0, 120), st.integers(LEAST, 1_500))
@examples(32)
def test_marked_elements_do_not_hide_others(at: int, other: int, limit: int):
    buttons = [element(10_000 + place, "button", f"Buy {place}") for place in range(121)]
    screen = page(element(10, "main", *buttons), events=(focus(400, 10_000 + other), *clicked(500, 10_000 + at)))
    shown = screen.fit(screen.lines, limit)
    assert len([line for line in shown if not is_marker(line)]) + left_out(shown) == len(screen.lines)
    reached, _ = all_reached(screen, limit)
    assert {line.shown.strip() for line in screen.lines} - set(reached) == set()


def buttons(first: int, many: int) -> list[Raw]:
    return [element(first + at, "button", f"Button {first + at}") for at in range(many)]


@pytest.mark.parametrize("rows", [20, 150])
@pytest.mark.parametrize(("before", "after"), [(0, 5), (0, 20), (5, 20), (20, 20)])
def test_a_table_among_many_siblings_is_read_at_the_limit_of_results(rows: int, before: int, after: int):
    cells = [
        element(200_000 + at, "tr", element(300_000 + at, "td", f"cell {at} " + "word " * 20)) for at in range(rows)
    ]
    screen = page(*buttons(1_000, before), element(10, "table", *cells), *buttons(2_000, after))
    assert any("Button" in line or "cell" in line for line in screen.fit(screen.lines, 6_000))
    reached, _ = all_reached(screen, 6_000)
    assert {line.shown.strip() for line in screen.lines} - set(reached) == set()
