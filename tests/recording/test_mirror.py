"""The DOM of a tab follows its mutations: a click shows the label that the button has at that time."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from inline_snapshot import snapshot

from replay_mcp.recording.timeline.reader import Timeline, read_timeline
from replay_mcp.recording.timeline.row_text import effect, target
from replay_mcp.redaction import Redaction
from tests.examples import examples
from tests.recording.rrweb import (
    BODY,
    START,
    Raw,
    added,
    addition,
    changed,
    element,
    full,
    meta,
    mutation,
    packed,
    press,
    removed,
    retexted,
    text,
)

BUTTON = 10
APART = 4_000
"""Milliseconds between two unrelated clicks."""


def compact(raw: Any) -> bytes:
    """A line as PostHog writes it, without spaces."""
    return json.dumps(["window-1", raw], separators=(",", ":"), ensure_ascii=False).encode()


def spaced(raw: Any) -> bytes:
    return json.dumps(["window-1", raw]).encode()


def backwards(raw: Any) -> bytes:
    """A line with the keys of every object in reverse order."""

    def turned(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: turned(each) for name, each in reversed(cast(Raw, value).items())}
        return [turned(each) for each in cast(list[Any], value)] if isinstance(value, list) else value

    return compact(turned(raw))


def long(raw: Any) -> bytes:
    """A line so long that `adds` may be kept as text."""
    return compact({**raw, "data": {**raw["data"], "padding": "x" * 2_000}})


def compressed(raw: Any) -> bytes:
    data = raw["data"]
    if raw["type"] == 2:
        return compact({**raw, "data": packed(data), "cv": "2024-10"})
    names = ("adds", "removes", "texts", "attributes")
    if data.get("source") != 0:
        return compact(raw)
    return compact({**raw, "data": {**data, **{name: packed(data[name]) for name in names}}, "cv": "2024-10"})


WRITINGS: dict[str, Callable[[Any], bytes]] = {
    "compact": compact, "spaced": spaced, "backwards": backwards, "long": long, "compressed": compressed,
}  # fmt: skip


def read(*raws: Raw, write: Callable[[Any], bytes] = compact) -> Timeline:
    return read_timeline([b"\n".join(write(raw) for raw in raws)], Redaction("off"))


def clicked(*raws: Raw, write: Callable[[Any], bytes] = compact) -> list[str]:
    return [target(row) for row in read(*raws, write=write).rows if row.kind == "click"]


@dataclass
class Model:
    """A simple reference document; texts contain their ids, so that the label shows order and place."""

    children: dict[int, list[int]] = field(default_factory=lambda: {BUTTON: []})
    parents: dict[int, int] = field(default_factory=dict[int, int])
    words: dict[int, str] = field(default_factory=dict[int, str])
    count: int = 100

    def elements(self) -> list[int]:
        return [id for id in self.order() if id in self.children]

    def order(self, top: int = BUTTON) -> list[int]:
        return [top, *(inner for child in self.children.get(top, []) for inner in self.order(child))]

    def label(self) -> str:
        return " ".join(self.words[id] for id in self.order() if id in self.words)

    def add(self, parent: int, place: int, id: int, word: str | None) -> Raw:
        siblings = self.children[parent]
        following = siblings[place] if place < len(siblings) else None
        siblings.insert(place, id)
        self.parents[id] = parent
        if word is None:
            self.children[id] = []
            return addition(parent, element(id, "i"), following)
        self.words[id] = word
        return addition(parent, text(id, f"{word} "), following)

    def remove(self, id: int) -> Raw:
        parent = self.parents[id]
        for inner in self.order(id):
            self.children.pop(inner, None)
            self.words.pop(inner, None)
        self.children[parent].remove(id)
        return {"parentId": parent, "id": id}


@st.composite
def steps(draw: st.DrawFn) -> list[tuple[Raw, str]]:
    """Mutations, and the label of the button after each."""
    model = Model()
    found: list[tuple[Raw, str]] = []
    for place in range(draw(st.integers(1, 9))):
        removes: list[Raw] = []
        adds: list[Raw] = []
        texts: list[Raw] = []
        movable = [id for id in model.order() if id != BUTTON]
        kind = draw(st.sampled_from(["add", "add", "add", "remove", "move", "text"])) if movable else "add"
        if kind == "add":
            for _ in range(draw(st.integers(1, 2))):
                parent = draw(st.sampled_from(model.elements()))
                at = draw(st.integers(0, len(model.children[parent])))
                model.count += 1
                adds.append(model.add(parent, at, model.count, draw(st.sampled_from([None, f"w{model.count}"]))))
        elif kind == "remove":
            removes.append(model.remove(draw(st.sampled_from(movable))))
        elif kind == "move":
            id = draw(st.sampled_from(movable))
            inside = model.order(id)
            before = {inner: (model.parents[inner], model.words.get(inner)) for inner in inside}
            removes.append(model.remove(id))
            target = draw(st.sampled_from(model.elements()))
            adds.append(model.add(target, draw(st.integers(0, len(model.children[target]))), id, before[id][1]))
            for inner in inside[1:]:
                above, word = before[inner]
                adds.append(model.add(above, len(model.children[above]), inner, word))
        elif written := [id for id in model.order() if id in model.words]:
            id = draw(st.sampled_from(written))
            model.words[id] = f"v{place}"
            texts.append({"id": id, "value": f"v{place} "})
        found.append((mutation(APART * (place + 1), adds=adds, removes=removes, texts=texts), model.label()))
    return found


def shown(made: list[tuple[Raw, str]], writing: str) -> tuple[list[list[str]], list[list[str]]]:
    """The words in the button after each mutation: as shown by a click, and as expected."""
    events: list[Raw] = [full(0, element(BUTTON, "button"))]
    for change, _ in made:
        events += [change, press(change["timestamp"] - START + 10, BUTTON)]
    labels = [
        name.removeprefix("button").replace('"', "").split() for name in clicked(*events, write=WRITINGS[writing])
    ]
    return labels, [label.split() for _, label in made]


@settings(examples(50), phases=[Phase.generate])
@given(steps(), st.sampled_from(sorted(WRITINGS)))
def test_after_any_mutations_the_document_holds_the_texts_that_the_browser_showed(
    made: list[tuple[Raw, str]], writing: str
):
    labels, expected = shown(made, writing)
    assert [sorted(words) for words in labels] == [sorted(words) for words in expected]


@settings(examples(50), phases=[Phase.generate])
@given(steps(), st.sampled_from(sorted(WRITINGS)))
def test_after_any_mutations_the_document_is_in_the_browser_s_order(made: list[tuple[Raw, str]], writing: str):
    labels, expected = shown(made, writing)
    assert labels == expected


def test_changes_of_an_added_node_stay_when_others_are_added():
    events = [full(0), ADDED, retexted(20, 2100, "Pa"), changed(21, 20, data_attr="paying")]
    assert clicked(*events, added(30, BODY, element(40, "i")), press(5_000, 20)) == [
        'button "Pa now" [data-attr=paying]'
    ]


def test_order_stays_when_the_next_sibling_of_an_added_node_is_removed():
    grown = [added(10, 20, text(30, "two")), mutation(11, adds=[addition(20, text(31, "one "), 30)])]
    grown += [
        mutation(12, adds=[addition(20, element(32, "i"), 31)]),
        mutation(13, adds=[addition(20, text(33, "zero "), 32)]),
    ]
    assert clicked(full(0, element(20, "button")), *grown, removed(20, 20, 32), press(5_000, 20)) == [
        'button "zero one two"'
    ]


ADDED = added(10, BODY, element(20, "button", element(21, "b", "Pay"), " now", data_attr="pay"))
NESTED = mutation(10, adds=[addition(BODY, element(20, "button", element(21, "b", "Pay"), " now", data_attr="pay"))])


@pytest.mark.parametrize("writing", WRITINGS)
@pytest.mark.parametrize("mutated", [ADDED, NESTED], ids=["one by one", "as a tree"])
def test_an_added_node_is_known_in_any_notation_of_its_mutation(mutated: Raw, writing: str):
    clicks = [press(5_000, 2100), press(10_000, 21), press(15_000, 20)]
    assert clicked(full(0), mutated, *clicks, write=WRITINGS[writing]) == ['button "Pay now" [data-attr=pay]'] * 3


def test_texts_that_look_like_additions_are_texts():
    texts = ['{"parentId":5,"nextId":null,', '}}]', '"id":20}}', '"childNodes":[{', '"adds":[{"parentId":', "\\", '\\"}}]']  # fmt: skip
    for value in texts:
        grown = added(10, BODY, element(20, "button", value, title=value), element(21, "button", "after"))
        assert clicked(full(0), grown, press(5_000, 20), press(10_000, 21)) == [
            f'button "{value.replace(chr(34), chr(39))}"',
            'button "after"',
        ]


def test_a_removed_element_is_no_longer_known():
    events = [full(0, element(20, "button", "Pay")), ADDED, removed(20, BODY, 20), press(5_000, 20)]
    assert clicked(*events) == ["element that the recording does not hold, at 100,100"]


@pytest.mark.parametrize("writing", WRITINGS)
def test_nodes_are_added_before_the_sibling_that_they_name(writing: str):
    grown = [
        mutation(
            10, adds=[addition(20, text(30, "b"), 2000), addition(20, text(31, "d")), addition(20, text(32, "a"), 30)]
        ),
        mutation(11, adds=[addition(20, element(33, "i"), 2000), addition(33, text(34, "bb"))]),
    ]
    events = [full(0, element(20, "button", "c")), *grown, press(5_000, 20)]
    assert clicked(*events, write=WRITINGS[writing]) == ['button "abbbcd"']


def test_a_node_that_is_added_elsewhere_leaves_its_old_parent():
    events = [full(0, element(20, "button", "One"), element(21, "button", "Two"))]
    events += [added(10, 20, text(30, "extra")), added(11, 21, text(30, "extra")), press(5_000, 20), press(9_000, 21)]
    assert clicked(*events) == ['button "One"', 'button "Twoextra"']


def test_a_new_snapshot_replaces_everything():
    events = [full(0, element(20, "button", "Old")), ADDED, full(100, element(30, "button", "New"))]
    assert clicked(*events, press(5_000, 20), press(9_000, 30)) == snapshot(
        ["element that the recording does not hold, at 100,100", 'button "New"']
    )


def test_texts_and_attributes_change_both_original_and_added_nodes():
    events = [
        full(0, element(20, "button", "Pay", aria_label="Pay now")),
        added(10, BODY, element(30, "button", "Save", data_attr="save")),
        retexted(20, 2000, "Buy"), changed(30, 20, aria_label=None, name="buy"),
        retexted(40, 3000, "Keep"), changed(50, 30, data_attr="keep"),
        press(5_000, 20), press(9_000, 30),
        changed(9_100, 30, data_attr=None), changed(9_200, 20, name=None), press(15_000, 20), press(19_000, 30),
    ]  # fmt: skip
    assert clicked(*events) == snapshot(
        ['button "Buy" [name=buy]', 'button "Keep" [data-attr=keep]', 'button "Buy"', 'button "Keep"']
    )


def test_the_title_is_that_of_the_document_at_that_time():
    events = [
        meta(0, "http://shop/a"),
        full(10, title="First"),
        retexted(20, 400, "Second"),
        meta(5_000, "http://shop/b"),
    ]
    events += [removed(5_010, 3, 4), added(5_020, 3, element(50, "title", "Third")), press(9_000, BODY)]
    assert [effect(row) for row in read(*events).rows if row.kind == "navigation"] == snapshot(
        ['titled "Second"', 'titled "Third"']
    )


def test_each_tab_has_a_document_of_its_own():
    one = [full(0, element(20, "button", "One")), added(1, BODY, element(30, "button", "First")), press(5_000, 30)]
    two = [full(0, element(20, "button", "Two")), added(2, BODY, element(30, "button", "Second")), press(6_000, 30)]
    blob = b"\n".join(
        json.dumps([window, raw], separators=(",", ":")).encode()
        for pair in zip(one, two, strict=True)
        for window, raw in zip("ab", pair, strict=True)
    )
    timeline = read_timeline([blob], Redaction())
    assert [(row.tab, target(row)) for row in timeline.rows if row.kind == "click"] == snapshot(
        [(1, 'button "First"'), (2, 'button "Second"')]
    )


HALF = added(10, BODY, element(20, "button", "Pay \ud83d"), element(21, "button", "other"))


def escaped(raw: Any) -> bytes:
    """Half a surrogate pair as recorders write it, in a line so long that `adds` may be kept as text."""
    return json.dumps(["window-1", {**raw, "padding": "x" * 2_000}], separators=(",", ":")).encode()


@pytest.mark.parametrize("write", [spaced, escaped, compressed])
def test_half_a_surrogate_pair_hides_nothing(write: Callable[[Any], bytes]):
    events = [full(0, element(30, "button", "Old \ud83d")), HALF, press(5_000, 30), press(9_000, 20), press(13_000, 21)]
    assert clicked(*events, write=write) == ['button "Old \ufffd"', 'button "Pay \ufffd"', 'button "other"']
