"""After any mutations, the document equals the reference tree."""

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replay_mcp.recording.dom.attributes import attribute
from replay_mcp.recording.dom.document import Document
from replay_mcp.recording.dom.work_budget import WorkBudget
from replay_mcp.recording.rrweb.types import TEXT, Node
from tests.examples import examples
from tests.recording.dom.reference import ROOT, Tree

RARELY = 150_000


def outline(document: Document, node: Node) -> Any:
    if node.type == TEXT:
        return node.id, node.text_content
    inner = [outline(document, child) for child in document.children(node)]
    return node.id, attribute(node, "class"), inner


def whole(document: Document) -> Any:
    root = document.node(ROOT)
    assert root is not None
    return outline(document, root)


def query(document: Document, tree: Tree, rng: Random) -> None:
    """Query a random node, as the reader does between mutations."""
    id = rng.randint(ROOT, tree.count)
    there = id == ROOT or tree.lineage(id)[-1] == ROOT
    node = document.attached(id)
    assert (node is not None) == there, f"node {id}"
    if node is not None:
        assert [above.id for above in document.lineage(id)] == tree.lineage(id)
        assert [child.id for child in document.children(node)] == tree.children.get(id, [])
        assert [each.id for each in document.walk(node)] == [*tree.inside(id)]


def compare(rng: Random, *, mutations: int, query_rate: float, sweep_after: int = RARELY) -> None:
    tree = Tree(rng)
    for _ in range(rng.randint(0, 4)):
        tree.put(tree.new(3), ROOT, 0)
    document = Document(WorkBudget(), tree.snapshot(), 1_000, sweep_after=sweep_after)
    for _ in range(mutations):
        document.apply(tree.change())
        while rng.random() < query_rate:
            query(document, tree, rng)
    assert whole(document) == tree.outline()
    there = {*tree.inside(ROOT)}
    assert {id for id in range(ROOT, tree.count + 1) if document.attached(id)} == there
    for id in sorted(there):
        assert [above.id for above in document.lineage(id)] == tree.lineage(id)


MANY = examples(150)
RANDOM = st.integers(0, 2**32).map(Random)


@given(RANDOM, st.integers(1, 12))
@MANY
def test_after_any_mutations_the_document_equals_the_browser_s(rng: Random, mutations: int):
    compare(rng, mutations=mutations, query_rate=0)


@given(RANDOM, st.integers(1, 12))
@MANY
def test_queries_between_mutations_change_nothing(rng: Random, mutations: int):
    compare(rng, mutations=mutations, query_rate=0.5)


@given(RANDOM, st.integers(1, 12), st.integers(0, 10), st.sampled_from([0, 0.3]))
@MANY
def test_dropping_removed_nodes_between_mutations_changes_nothing(
    rng: Random, mutations: int, sweep: int, query_rate: float
):
    compare(rng, mutations=mutations, query_rate=query_rate, sweep_after=sweep)


@pytest.mark.slow
@pytest.mark.parametrize("sweep_after", [0, 3, 50, RARELY])
@pytest.mark.parametrize("query_rate", [0, 0.02, 0.5])
def test_after_long_sequences_the_document_equals_the_browser_s(query_rate: float, sweep_after: int):
    for seed in range(5):
        compare(Random(seed), mutations=120, query_rate=query_rate, sweep_after=sweep_after)
