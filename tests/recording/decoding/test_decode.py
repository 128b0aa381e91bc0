"""Mutations and snapshots are decoded from JSON text: valid entries are kept, invalid ones counted."""

import gzip
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot
from msgspec import Struct

from replay_mcp.errors import UnreadableRecording
from replay_mcp.recording.rrweb import decode
from replay_mcp.recording.rrweb.decode import decode_fields, decode_mutation, decode_snapshot
from replay_mcp.recording.rrweb.events import Event, EventReader
from replay_mcp.recording.rrweb.nesting import MAX_NESTING
from replay_mcp.recording.rrweb.packed import MAX_INFLATED_BYTES, is_packed
from replay_mcp.recording.rrweb.types import Mutation, Node
from tests.examples import examples
from tests.recording.rrweb import START

MODEST = examples(100)


class Scroll(Struct):
    id: int
    x: float
    y: float


def text(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def squeezed(data: bytes) -> str:
    """Data as a compressed field holds it."""
    return gzip.compress(data, mtime=0).decode("latin-1")


def entries(mutation: Mutation) -> dict[str, Any]:
    """The decoded entries, and the number of broken ones."""
    found: dict[str, list[Any]] = {
        "adds": [(add.parent_id, add.next_id, add.node.id, add.node.text_content) for add in mutation.adds],
        "removes": [each.id for each in mutation.removes],
        "texts": [(each.id, each.value) for each in mutation.texts],
        "attributes": [(each.id, each.attributes) for each in mutation.attributes],
    }
    return {name: each for name, each in found.items() if each} | {"broken": mutation.broken}


def decoded(data: dict[str, Any], *, packed: bool = False) -> dict[str, Any]:
    return entries(decode_mutation(text(data), packed=packed))


def refusal(read: Callable[[], object]) -> str:
    with pytest.raises(UnreadableRecording) as refused:
        read()
    return str(refused.value)


def test_invalid_entries_are_left_out_and_counted():
    removes = [{"id": 1}, {"id": "2"}, {"id": 3.0}, {"id": True}, {}, None, [4], {"id": 5, "parentId": "x"}]
    texts = [{"id": 1, "value": 2}, {"id": 3, "value": None}, {"id": 4}, {"value": "x"}]
    attributes: list[Any] = [
        {"id": 1, "attributes": []},
        {"id": 2, "attributes": {"class": 1, "style": {"top": False}}},
        {"id": 3},
    ]
    assert decoded({"removes": removes, "texts": texts, "attributes": attributes}) == snapshot(
        {
            "removes": [1, 5],
            "texts": [(3, None), (4, None)],
            "attributes": [(2, {"class": 1, "style": {"top": False}})],
            "broken": 10,
        }
    )


def test_a_broken_addition_does_not_affect_the_others():
    node: dict[str, Any] = {"type": 2, "tagName": "p", "id": 2, "attributes": {}, "childNodes": []}
    adds: list[Any] = [
        {"parentId": 1, "nextId": None, "node": node},
        {"parentId": 1, "nextId": "last", "node": node},
        {"parentId": None, "nextId": None, "node": node},
        {"parentId": 1, "nextId": 2, "node": {**node, "id": 2**80}},
        {"parentId": 1, "nextId": 2, "node": {**node, "tagName": 5}},
        {"parentId": 1, "nextId": 2, "node": {**node, "childNodes": {}}},
        {"parentId": 1, "nextId": 2},
    ]
    mutation = decode_mutation(text({"adds": adds}), packed=False)
    assert ([add.node.id for add in mutation.adds], mutation.broken) == snapshot(([2, 1208925819614629174706176], 5))


VALUES_OF_OURS: list[Any] = [5, "x", {}, [], None]


@pytest.mark.parametrize("name", ["(parent)", "(born)", "(known)", "(traits)"])
def test_a_recording_cannot_set_the_internal_fields_of_a_node(name: str):
    adds: list[Any] = [{"parentId": 1, "node": {"id": 2, name: value}} for value in VALUES_OF_OURS]
    mutation = decode_mutation(text({"adds": adds}), packed=False)
    kept = [(add.node.parent, add.node.born, add.node.known, add.node.traits) for add in mutation.adds]
    assert (kept, mutation.broken) == ([(None, None, None, None)], 4)
    root, _ = decode_snapshot(text({"node": {"id": 1, "childNodes": [{"id": 2, name: 5}]}}), packed=False)
    assert root is not None
    assert [(child.id, child.parent, child.known, child.traits) for child in root.child_nodes] == [
        (2, None, None, None)
    ]


@pytest.mark.parametrize("value", [5, True, {}, "x", "x" * 99, [1], {"id": 1}, [[]]], ids=repr)
@pytest.mark.parametrize("name", ["adds", "removes", "texts", "attributes"])
def test_a_value_that_is_not_a_list_is_counted(name: str, value: Any):
    assert decoded({name: value}) == {"broken": 1}


@pytest.mark.parametrize("value", [None, []], ids=repr)
def test_a_list_without_entries_is_not_broken(value: Any):
    assert decoded({"adds": value}) == {"broken": 0}
    assert decoded({"adds": squeezed(text(value)), "removes": ""}, packed=True) == {"broken": 0}
    assert decode_mutation(b'{"adds":[ ]}', packed=False).broken == 0


@pytest.mark.parametrize("data", [b"[]", b"5", b'"text"', b"null", b"[[1]]"])
def test_data_that_is_not_an_object_has_no_entries(data: bytes):
    assert entries(decode_mutation(data, packed=False)) == {"broken": 0}


@pytest.mark.parametrize(
    "data", [b"", b"{", b'{"adds":[', b'{"removes":[{"id":1}]', b'{"adds":NaN}', b'{"texts":[Infinity]}']
)
def test_damaged_data_is_unreadable(data: bytes):
    assert refusal(lambda: decode_mutation(data, packed=False)) == "A field of an event is damaged."


def test_compressed_and_plain_lists_are_read_side_by_side():
    data = {
        "removes": [{"id": 1}],
        "adds": squeezed(text([{"parentId": 1, "node": {"id": 2, "textContent": "\u00e9\u20ac\U0001f600"}}])),
        "texts": squeezed(text([{"id": 3, "value": "x"}, {"id": "4"}])),
    }
    assert decoded(data, packed=True) == snapshot(
        {"adds": [(1, None, 2, "é€😀")], "removes": [1], "texts": [(3, "x")], "broken": 1}
    )


def test_compressed_text_is_not_read_without_a_compression_version():
    assert decoded({"texts": squeezed(text([{"id": 3, "value": "x"}]))}) == {"broken": 1}


DAMAGES: dict[str, Callable[[str], str]] = {
    "no gzip": lambda _: "x" * 99,
    "not latin-1": lambda whole: whole + "\u0100",
    "flipped": lambda whole: whole[:14] + chr(ord(whole[14]) ^ 255) + whole[15:],
    "checksum": lambda whole: whole[:-6] + "xx" + whole[-4:],
    "cut off": lambda whole: whole[:-9],
    "only a header": lambda whole: whole[:10] + "\0" * 20,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_compressed_field_makes_the_event_unreadable(damage: str):
    whole = squeezed(text([{"id": place, "value": f"{place * 7919}"} for place in range(50)]))
    data = text({"removes": [{"id": 1}], "texts": DAMAGES[damage](whole)})
    assert refusal(lambda: decode_mutation(data, packed=True)) in (
        "A compressed field of an event is damaged.", "A compressed field of an event is cut off.",
    )  # fmt: skip
    snapshot_data = text(DAMAGES[damage](squeezed(text({"node": {"id": 1, "textContent": "x" * 40}}))))
    assert refusal(lambda: decode_snapshot(snapshot_data, packed=True)).startswith("A compressed field of an event is ")


def test_compression_of_an_unknown_version_is_named():
    assert not is_packed(None)
    assert is_packed("2024-10")
    assert refusal(lambda: is_packed("2031-01" + "x" * 1_000)) == snapshot(
        "An event is compressed as '2031-01xxxxxxxxxxxxx'; only '2024-10' is known."
    )


FULL = squeezed(b"[" + b" " * (MAX_INFLATED_BYTES - 2) + b"]")
"""A list that inflates to all bytes that the fields of an event may hold."""


@pytest.mark.parametrize("removes", [5, [], [{"id": 1}], squeezed(b"[]" + b" " * 60), FULL], ids=lambda _: "")
def test_the_fields_of_an_event_share_one_limit(removes: Any):
    data = text({"adds": FULL, "removes": removes, "texts": squeezed(text([{"id": 1, "value": "x" * 99}]))})
    assert refusal(lambda: decode_mutation(data, packed=True)) == "An event inflates to too many bytes."


def test_as_many_bytes_as_the_limit_allows_are_read():
    mutation = decode_mutation(text({"adds": FULL}), packed=True)
    assert (len(mutation.adds), mutation.broken, mutation.size) == (0, 0, MAX_INFLATED_BYTES)
    over = text({"adds": squeezed(b"[" + b" " * (MAX_INFLATED_BYTES - 1) + b"]")})
    assert refusal(lambda: decode_mutation(over, packed=True)) == "An event inflates to too many bytes."


def test_half_surrogates_become_a_replacement_character_plain_and_compressed():
    texts = rb'[{"id":1,"value":"a\ud83d"},{"id":2,"value":"\ude00b"},{"id":3,"value":"\ud83d\ude00 \\ud83d"}]'
    expected = snapshot(["a�", "�b", "😀 \\ud83d"])
    assert [each.value for each in decode_mutation(b'{"texts":%s}' % texts, packed=False).texts] == expected
    packed = decode_mutation(text({"texts": squeezed(texts)}), packed=True)
    assert [each.value for each in packed.texts] == expected
    root, _ = decode_snapshot(text(squeezed(rb'{"node":{"id":1,"textContent":"a\ud83d"}}')), packed=True)
    assert root is not None
    assert root.text_content == "a\ufffd"


def test_raw_control_characters_and_broken_utf_8_are_repaired():
    texts = b'[{"id":1,"value":"a\tb\nc"},{"id":2,"value":"\xff\xc3"}]'
    found = decode_mutation(b'{"texts":' + texts + b"}", packed=False)
    assert [each.value for each in found.texts] == ["a b c", "\ufffd\ufffd"]


def outline(node: Node | None) -> Any:
    if node is None:
        return None
    return [node.id, node.tag_name or node.text_content or node.type, *map(outline, node.child_nodes)]


def test_a_snapshot_with_invalid_nodes_keeps_everything_else():
    page: dict[str, Any] = {
        "type": 0, "id": 1, "childNodes": [
            {"type": "2", "tagName": "html", "id": 2, "attributes": "none", "childNodes": [
                {"type": 2, "tagName": None, "id": 3, "attributes": {"class": "a", "x": {"y": [1]}}, "childNodes": "none"},
                {"type": 2, "tagName": "p", "id": "4", "attributes": {}, "childNodes": [{"type": 3, "textContent": "lost", "id": 5}]},
                None, [], 7,
                {"type": 2, "tagName": "b", "id": 6, "attributes": {}, "childNodes": [{"type": 3, "textContent": "kept", "id": 7}]},
            ]},
        ],
    }  # fmt: skip
    root, _ = decode_snapshot(text({"node": page}), packed=False)
    assert outline(root) == snapshot([1, 0, [2, "html", [3, 2], [6, "b", [7, "kept"]]]])


@pytest.mark.parametrize(
    "data", [{}, [], "html", {"node": None}, {"node": []}, {"node": "html"}, {"node": {}}, {"node": {"id": "1"}}, {"node": {"id": 1.5}}, {"wireframes": [{"id": 1}]}]
)  # fmt: skip
def test_a_snapshot_without_a_document_node_is_none(data: Any):
    assert decode_snapshot(text(data), packed=False)[0] is None


def test_huge_ids_are_accepted():
    root, _ = decode_snapshot(text({"node": {"id": 2**63, "childNodes": [{"id": -1}, {"id": 2**70}]}}), packed=False)
    assert outline(root) == [2**63, 0, [-1, 0], [2**70, 0]]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.integers(1, 5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["id", "node", "parentId", "nextId", "attributes", "childNodes", "tagName", "type", "value", "adds", "removes", "(traits)"]) | st.text(max_size=3),
            inner, max_size=6,
        )
    ),
    max_leaves=30,
)  # fmt: skip


@given(adds=JSON, removes=JSON, packed=st.booleans(), cut=st.integers(0, 60))
@MODEST
def test_only_unreadable_recording_is_raised(adds: Any, removes: Any, *, packed: bool, cut: int):
    written = json.dumps({"adds": adds, "removes": removes, "node": adds}).encode()
    for data in (written, written[: len(written) - cut]):
        for read in (decode_mutation, decode_snapshot):
            with suppress(UnreadableRecording):
                read(data, packed=packed)
        decode_fields(Scroll, data)


@given(JSON)
@MODEST
def test_an_invalid_list_keeps_the_entries_that_are_valid_alone(value: Any):
    valid = {"parentId": 1, "nextId": None, "node": {"id": 9, "type": 3, "textContent": "valid"}}
    written = json.dumps({"adds": [valid, value, valid]}, allow_nan=False) if _is_json(value) else "{"
    if written != "{":
        mutation = decode_mutation(written.encode(), packed=False)
        assert len(mutation.adds) + mutation.broken == 3
        assert [add.node.text_content for add in mutation.adds].count("valid") >= 2


def _is_json(value: Any) -> bool:
    try:
        json.dumps(value, allow_nan=False)
    except ValueError:
        return False
    return True


# Depth. Each element of a tree takes two brackets: its own, and that of the list around it.


def tree(elements: int) -> bytes:
    """The JSON text of nested elements."""
    opened = b"".join(b'{"id":%d,"childNodes":[' % (10 + level) for level in range(elements))
    return opened + b"]}" * elements


def deep(brackets: int) -> bytes:
    return b"[" * brackets + b"]" * brackets


def from_a_deep_stack(read: Callable[[], Any], frames: int = 500) -> Any:
    return from_a_deep_stack(read, frames - 1) if frames else read()


def on_an_empty_stack(read: Callable[[], Any]) -> Any:
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(read).result(timeout=60)


def outcome(read: Callable[[], Any]) -> Any:
    try:
        return read()
    except UnreadableRecording as refused:
        return str(refused)


def depth_of(node: Node | None) -> int:
    levels, found = 0, [node] if node else []
    while found:
        levels, found = levels + 1, [child for each in found for child in each.child_nodes]
    return levels


def line(data: bytes, kind: int = 2, more: bytes = b"") -> bytes:
    return b'["w",{"type":%d,"timestamp":%d,"data":' % (kind, START) + data + more + b"}]"


DEPTHS = [1, 48, 100, 200, 300, 400, 440, 444, 445, 446, 447, 448, 449, 450, 451, 500, 1_000, 10_000]


def events_of(data: bytes) -> list[Event]:
    return list(EventReader([data]))


def seen(data: bytes, kind: int, more: bytes = b"") -> Any:
    """The events of a line, and their content."""
    reader = EventReader([line(data, kind, more)])
    found: list[Any] = []
    for event in reader:
        packed = is_packed(event.cv)
        if kind == 2:
            found.append(
                outcome(lambda event=event, packed=packed: depth_of(decode_snapshot(event.data_json, packed=packed)[0]))
            )
        else:
            mutation = outcome(lambda event=event, packed=packed: decode_mutation(event.data_json, packed=packed))
            found.append(
                (
                    event.source,
                    mutation if isinstance(mutation, str) else entries(mutation)["broken"],
                    event.read(Scroll),
                )
            )
    return found, reader.broken


def shapes(depth: int) -> dict[str, Callable[[], Any]]:
    """Readers of lines with this nesting at different places."""
    node = tree(depth)
    mutation = b'{"source":0,"id":1,"x":1,"y":1,"adds":[{"parentId":1,"node":%s}]%s}'
    return {
        "snapshot": lambda: seen(b'{"node":' + node + b"}", 2),
        "packed snapshot": lambda: seen(text(squeezed(b'{"node":' + node + b"}")), 2, b',"cv":"2024-10"'),
        "mutation": lambda: seen(mutation % (node, b""), 3),
        "packed mutation": lambda: seen(text({"source": 0, "adds": squeezed(b'[{"parentId":1,"node":%s}]' % node)}), 3, b',"cv":"2024-10"'),
        "unknown field": lambda: seen(mutation % (b'{"id":2}', b',"zzz":' + deep(2 * depth)), 3),
        "attributes": lambda: seen(mutation % (b'{"id":2,"attributes":{"class":%s}}' % deep(2 * depth), b""), 3),
    }  # fmt: skip


@pytest.mark.parametrize("depth", DEPTHS)
def test_the_same_bytes_give_the_same_values_however_deep_the_caller_s_stack_is(depth: int):
    for name, read in shapes(depth).items():
        expected = on_an_empty_stack(read)
        assert (name, from_a_deep_stack(read)) == (name, expected)
        assert (name, from_a_deep_stack(read, 800)) == (name, expected)


def test_documents_are_read_to_the_documented_depth():
    """A line has three brackets around `node`, and the nesting found may be too high by eight."""
    elements = (MAX_NESTING - 3 - 8) // 2
    assert seen(b'{"node":' + tree(elements) + b"}", 2) == ([elements], 0)
    packed = text(squeezed(b'{"node":' + tree(elements) + b"}"))
    assert seen(packed, 2, b',"cv":"2024-10"') == ([elements], 0)
    assert seen(b'{"node":' + tree(MAX_NESTING // 2) + b"}", 2) == ([], 1)
    too_deep = text(squeezed(b'{"node":' + tree(MAX_NESTING // 2) + b"}"))
    assert seen(too_deep, 2, b',"cv":"2024-10"') == snapshot((["The nodes of an event are nested too deeply."], 0))


def test_a_list_with_too_many_values_is_refused_before_it_is_decoded():
    many = b"{}," * decode.MAX_OBJECTS
    data = text({"adds": squeezed(b"[" + many + b"{}]")})
    assert refusal(lambda: decode_mutation(data, packed=True)) == "An event has too many values."
    assert refusal(lambda: decode_mutation(b'{"texts":[' + b"1," * decode.MAX_VALUES + b"1]}", packed=False)) == (
        "An event has too many values."
    )


def test_values_of_any_type_are_counted_before_they_are_decoded():
    values = b'["",' + b'"ab",' * decode.MAX_VALUES + b'""]'
    changed = b'{"attributes":[{"id":1,"attributes":{"class":%s}}]}' % values
    assert refusal(lambda: decode_mutation(changed, packed=False)) == "An event has too many values."
    page = b'{"node":{"id":1,"x":%s,"childNodes":[{"id":"2"}]}}'
    assert refusal(lambda: decode_snapshot(page % values, packed=False)) == "An event has too many values."
    many = b"[" + b"{}," * decode.MAX_REPAIRED + b"{}]"
    assert refusal(lambda: decode_snapshot(page % many, packed=False)) == snapshot(
        "A snapshot with invalid nodes has too many values."
    )
