"""Mutations that no recorder writes are applied in linear time and with bounded memory."""

import json
from collections.abc import Callable, Iterator
from itertools import chain
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw

from replay_mcp.recording.dom.attributes import attribute, attributes
from replay_mcp.recording.dom.document import MAX_CLIMB, MAX_NODES, MAX_WALK, Document
from replay_mcp.recording.dom.work_budget import WorkBudget
from replay_mcp.recording.rrweb.types import (
    ELEMENT,
    TEXT,
    AddedNode,
    ChangedAttributes,
    ChangedText,
    Mutation,
    Node,
    RemovedNode,
)
from tests.memory import megabytes

ROOT, BODY = 1, 2


def element(id: int, *inner: Node, **attributes: Any) -> Node:
    raw = Raw(json.dumps(attributes).encode()) if attributes else Raw()
    return Node(id=id, type=ELEMENT, tag_name="p", attributes=raw, child_nodes=inner)


def add(parent: int, id: int, following: int | None = None, *inner: Node) -> AddedNode:
    return AddedNode(parent, element(id, *inner), following)


def page(work: WorkBudget | None = None, **limits: int) -> Document:
    return Document(work or WorkBudget(), Node(id=ROOT, child_nodes=(element(BODY),)), 100, **limits)


def outline(document: Document, id: int = ROOT) -> list[int]:
    node = document.node(id)
    return [] if node is None else [each.id for each in document.walk(node)]


def test_no_mutation_removes_or_moves_the_root():
    document = page()
    document.apply(Mutation([add(BODY, ROOT), add(77, ROOT), add(ROOT, ROOT)], [RemovedNode(ROOT)]))
    document.apply(Mutation([add(ROOT, 77), add(BODY, 3)]))
    assert outline(document) == [ROOT, BODY, 3, 77]


def test_a_node_is_not_put_into_itself():
    document = page()
    document.apply(Mutation([add(BODY, 3), add(3, 4), add(4, 5)]))
    document.apply(Mutation([add(3, 3), add(5, 3), add(4, 3), add(5, BODY)]))
    assert outline(document) == [ROOT, BODY, 3, 4, 5]


def test_nodes_that_contain_each_other_are_not_attached():
    document = page(sweep_after=0)
    document.apply(Mutation([add(11, 10), add(10, 11), add(12, 12), add(BODY, 3)]))
    assert outline(document) == [ROOT, BODY, 3]
    assert [document.attached(id) for id in (10, 11, 12)] == [None, None, None]
    document.apply(Mutation([add(BODY, 4)]))
    assert [document.node(id) for id in (10, 11, 12)] == [None, None, None]


def test_a_cycle_longer_than_the_climb_ends():
    document = page()
    size = 3 * MAX_CLIMB
    document.apply(Mutation([add(100 + (place + 1) % size, 100 + place) for place in range(size)]))
    assert len(document.lineage(100)) == MAX_CLIMB
    assert len(outline(document, 100)) == MAX_WALK + 1
    assert document.attached(100) is None


def test_a_repeated_id_is_the_latest_node():
    document = page()
    document.apply(Mutation([add(BODY, 3), add(3, 4), add(BODY, 5), add(5, 3), add(BODY, 6, 3), add(BODY, 6, 5)]))
    assert outline(document) == [ROOT, BODY, 6, 5, 3, 4]
    twice = Document(
        WorkBudget(),
        Node(id=ROOT, child_nodes=(element(3, element(3), element(ROOT)), element(4), element(4, element(5)))),
    )
    assert outline(twice) == [ROOT, 3, 4]


def test_a_nested_node_replaces_the_one_with_its_id():
    document = page()
    document.apply(Mutation([add(BODY, 3), add(3, 4), add(4, 5)]))
    assert outline(document) == [ROOT, BODY, 3, 4, 5]
    document.apply(Mutation([add(BODY, 6, 3, element(4, element(7)))]))
    assert outline(document) == [ROOT, BODY, 6, 4, 7, 3]
    assert document.attached(5) is None


def test_a_node_that_was_removed_with_its_parent_does_not_come_back_inside_itself():
    document = page()
    document.apply(Mutation([add(ROOT, 4, None, element(BODY, element(4)))]))
    nested = add(3, 4, None, element(BODY, element(4)))
    document.apply(Mutation([add(ROOT, 4), add(BODY, 3), nested, add(ROOT, 3)]))
    assert outline(document) == [ROOT, 3, 4]


def test_a_node_inserted_before_one_that_moved_away_keeps_its_place():
    document = page(sweep_after=5)
    document.apply(Mutation([add(BODY, 21, None, element(22), element(24)), add(BODY, 30)]))
    document.apply(Mutation([add(21, 20, 22), add(30, 22)]))
    document.apply(Mutation([add(BODY, 31, None, element(30, element(22)))]))  # the nodes outside are dropped after it
    assert outline(document, 21) == [21, 20, 24]


@pytest.mark.parametrize("following", [99, BODY, 4, ROOT])
def test_a_node_added_before_an_unknown_sibling_is_last(following: int):
    document = page()
    document.apply(Mutation([add(BODY, 3), add(BODY, 4, following), add(BODY, 5, 5)]))
    assert outline(document) == [ROOT, BODY, 3, 4, 5]


def test_changes_of_missing_nodes_are_ignored():
    document = page()
    document.apply(
        Mutation(
            [],
            [RemovedNode(9), RemovedNode(-1), RemovedNode(2**70)],
            [ChangedText(9, "x")],
            [ChangedAttributes(9, {"id": "x"})],
        )
    )
    assert outline(document) == [ROOT, BODY]


def around(parent: int, outer: int, inner: int) -> AddedNode:
    """A node that contains a node that contains the first one again."""
    return add(parent, outer, None, element(inner, element(outer)))


IDS = st.integers(1, 9)
MUTATIONS = st.builds(
    Mutation,
    st.lists(st.builds(add, IDS, IDS, st.none() | IDS) | st.builds(around, IDS, IDS, IDS), max_size=8),
    st.lists(st.builds(RemovedNode, IDS), max_size=3),
    st.lists(st.builds(ChangedText, IDS, st.none() | st.just("x")), max_size=2),
    st.lists(st.builds(ChangedAttributes, IDS, st.just({"class": "x"})), max_size=2),
)  # fmt: skip


@given(st.lists(MUTATIONS, max_size=12), st.sampled_from([0, 2, 100]))
def test_after_any_mutations_the_document_is_a_tree(mutations: list[Mutation], sweep_after: int):
    document = page(sweep_after=sweep_after)
    for mutation in mutations:
        document.apply(mutation)
        found = outline(document)
        assert found[0] == ROOT
        assert len(found) == len({*found})
        for id in found:
            assert [above.id for above in document.lineage(id)][-1] == ROOT
            for child in document.children(document.node(id) or element(id)):
                assert child.parent == id


# Size. The test keeps no reference to the mutations, so that the peak is the memory of the document.


def tiny_additions() -> Iterator[Mutation]:
    """Additions to one parent, each before an earlier one."""
    rng = Random(1)
    for id in range(3, 30_000):
        yield Mutation([add(BODY, id, rng.randint(2, id))], size=60)


def many_children() -> Iterator[Mutation]:
    yield Mutation([add(BODY, id) for id in range(3, 30_000)], size=1_800_000)


def orphans() -> Iterator[Mutation]:
    for start in range(3, 100_000, 5_000):
        yield Mutation([add(10_000_000 + id, id) for id in range(start, start + 5_000)], size=300_000)


def children_of_orphans() -> Iterator[Mutation]:
    for start in range(3, 100_000, 5_000):
        yield Mutation([add(id + 1, id) for id in range(start, start + 5_000)], size=300_000)


def one_chain() -> Iterator[Mutation]:
    for start in range(2, 60_000, 5_000):
        yield Mutation([add(id, id + 1) for id in range(start, start + 5_000)], size=300_000)


def the_same_ids() -> Iterator[Mutation]:
    for _ in range(20):
        yield Mutation([add(BODY if id % 2 else id - 1, id) for id in range(3, 6_000)], size=300_000)


def added_and_removed() -> Iterator[Mutation]:
    for start in range(3, 60_000, 2_000):
        ids = range(start, start + 2_000)
        yield Mutation([add(BODY, id) for id in ids], size=120_000)
        yield Mutation([], [RemovedNode(id) for id in ids])


def long_texts() -> Iterator[Mutation]:
    yield Mutation([AddedNode(BODY, Node(id=id, type=TEXT)) for id in range(3, 60_000)], size=3_000_000)
    for start in range(3, 60_000, 1_000):
        yield Mutation(texts=[ChangedText(id, chr(65 + id % 26) * 4_000) for id in range(start, start + 1_000)])


def long_attributes() -> Iterator[Mutation]:
    yield Mutation([add(BODY, id) for id in range(3, 60_000)], size=3_000_000)
    for start in range(3, 60_000, 1_000):
        changes = [{name: chr(65 + id % 26) * 2_000 for name in ("class", "style", "title")} for id in range(1_000)]
        yield Mutation(attributes=[ChangedAttributes(start + place, change) for place, change in enumerate(changes)])


HUGE = 1 << 14_000


def long_numbers() -> Iterator[Mutation]:
    yield Mutation([add(BODY, id) for id in range(3, 60_000)], size=3_000_000)
    for start in range(3, 60_000, 1_000):
        yield Mutation(
            attributes=[ChangedAttributes(start + place, {"class": HUGE << place}) for place in range(1_000)]
        )


SIZES: dict[Callable[[], Iterator[Mutation]], float] = {
    tiny_additions: 25, many_children: 25, orphans: 15, children_of_orphans: 15, one_chain: 40, the_same_ids: 20,
    added_and_removed: 15, long_texts: 90, long_attributes: 90, long_numbers: 60,
}  # fmt: skip
"""Maximum number of megabytes of the document, including its nodes."""
IN_EVERY_RUN = {many_children, orphans, added_and_removed, long_texts}


def apply_sequence(name: str) -> None:
    """Apply the mutations with this name in `SIZES`, and query the document."""
    [made] = [made for made in SIZES if made.__name__ == name]
    document = page(sweep_after=15_000)
    for mutation in made():
        document.apply(mutation)
    outline(document)
    list(document.with_attribute("role", "alert"))


@pytest.mark.parametrize(
    "mutations",
    [pytest.param(made, marks=pytest.mark.slow if made in IN_EVERY_RUN else pytest.mark.full) for made in SIZES],
    ids=lambda made: made.__name__,
)
def test_no_sequence_of_mutations_takes_much_memory(mutations: Callable[[], Iterator[Mutation]]):
    assert megabytes(apply_sequence, mutations.__name__) < SIZES[mutations]


def test_nodes_beyond_the_limit_are_dropped():
    document = page()
    document.apply(Mutation([add(BODY, id) for id in range(3, MAX_NODES + 10_000)]))
    assert document.truncated
    body = document.node(BODY)
    assert body is not None
    assert len(document.children(body)) == MAX_NODES - 2
    document.apply(Mutation([], [RemovedNode(id) for id in range(3, MAX_NODES)]))
    document.apply(Mutation([add(BODY, 10_000_000)]))
    assert outline(document)[-1] == 10_000_000


def visits(document: Document, work: WorkBudget, id: int = BODY) -> int:
    before = work.visits_left
    outline(document, id)
    return before - work.visits_left


def test_a_query_costs_one_visit_for_each_node_that_it_examines():
    """Visits are counted, not timed: each query of a parent counts its children."""
    work = WorkBudget()
    document = page(work)
    document.apply(Mutation([add(BODY, id) for id in range(3, 100_003)]))
    assert visits(document, work) == 100_001
    assert visits(document, work, 3) == 1
    document.apply(Mutation([add(BODY, 200_000, 50)]))
    assert visits(document, work) == 100_002


def test_queries_of_parents_do_not_scan_their_whole_mutation():
    """Two additions to each of very many parents, as far apart as possible."""
    work = WorkBudget()
    document = page(work)
    parents = range(1_000, 41_000)
    document.apply(Mutation([add(BODY, id) for id in parents]))
    inner = [add(id, id * 100 + place) for place in range(2) for id in parents]
    document.apply(Mutation(inner))
    assert [visits(document, work, id) for id in chain(parents[:2_000], parents[-2_000:])] == [5] * 4_000


@pytest.mark.parametrize("value", ["x", 1, True, None, 1.5], ids=repr)
def test_values_of_attributes_are_truncated_or_dropped(value: Any):
    long = Raw(
        json.dumps({"class": "x" * 5_000, "id": value, "style": {"top": 1}, "name": 10**4_000, "zzz": "x"}).encode()
    )
    document = page()
    document.apply(Mutation([AddedNode(BODY, Node(id=3, type=ELEMENT, attributes=long))]))
    node = document.node(3)
    assert node is not None
    assert attribute(node, "class") == "x" * 2_000
    assert node.known == {"class": "x" * 2_000, "id": value, "style": "", "name": "", "zzz": "x"}
    document.apply(
        Mutation(attributes=[ChangedAttributes(3, {"class": "y" * 5_000, "name": 10**400, "id": ["x"], "zzz": 1})])
    )
    assert node.known == {"class": "y" * 2_000, "id": "", "style": "", "name": "", "zzz": 1}


def test_attributes_with_long_names_and_more_than_200_of_them_are_dropped():
    named = {"n" * 201: "x", **{f"a{each}": "x" for each in range(400)}}
    document = page()
    document.apply(Mutation([AddedNode(BODY, Node(id=3, type=ELEMENT, attributes=Raw(json.dumps(named).encode())))]))
    node = document.node(3)
    assert node is not None
    assert attributes(node) == {f"a{each}": "x" for each in range(199)}
    document.apply(Mutation(attributes=[ChangedAttributes(3, {"a0": "y", "b1": "z", "b2": "z"})]))
    assert attributes(node) == {f"a{each}": "x" for each in range(199)} | {"a0": "y"}
