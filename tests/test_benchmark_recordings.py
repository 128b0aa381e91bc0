"""The synthetic recordings of the benchmarks contain only events that a recorder could write."""

from collections.abc import Iterator
from typing import Any

import orjson

from benchmarks.baseline import decode
from benchmarks.recordings import lines
from benchmarks.recordings.document import walk

SIZE = 250_000


def unknown_ids(written: Iterator[bytes]) -> list[dict[str, Any]]:
    """Events that name a node that their tab does not have at that moment."""
    below: dict[str, dict[int, list[int]]] = {}
    wrong: list[dict[str, Any]] = []
    for line in written:
        window, _ = orjson.loads(line)
        event = decode(line)
        assert event is not None
        data = event["data"]
        if event["type"] == 2:
            below[window] = {
                node["id"]: [child["id"] for child in node.get("childNodes", ())] for node in walk(data["node"])
            }
        elif event["type"] == 3 and not apply(below[window], data):
            wrong.append(event)
    return wrong


def apply(below: dict[int, list[int]], data: dict[str, Any]) -> bool:
    """Apply an event to the tree, as a player does; return whether it knows every id."""
    if data["source"] != 0:
        return data["id"] in below if "id" in data else all(place["id"] in below for place in data["positions"])
    known = all(change["id"] in below for change in data["texts"] + data["attributes"])
    for removed in data["removes"]:
        if removed["id"] not in below.get(removed["parentId"], ()):
            return False
        below[removed["parentId"]].remove(removed["id"])
        forget(below, removed["id"])
    for added in data["adds"]:
        siblings, after = below.get(added["parentId"]), added["nextId"]
        if siblings is None or (after is not None and after not in siblings) or added["node"]["id"] in below:
            return False
        siblings.insert(len(siblings) if after is None else siblings.index(after), added["node"]["id"])
        below[added["node"]["id"]] = []
    return known


def forget(below: dict[int, list[int]], id: int) -> None:
    for child in below.pop(id):
        forget(below, child)


def test_every_event_names_nodes_that_the_page_has_at_that_moment():
    assert unknown_ids(lines(SIZE)) == []


def test_the_same_seed_gives_the_same_bytes_and_another_seed_gives_others():
    assert [*lines(SIZE)] == [*lines(SIZE)]
    assert [*lines(SIZE)] != [*lines(SIZE, seed=2)]
