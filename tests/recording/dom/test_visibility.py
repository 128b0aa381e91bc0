"""Visibility is cached correctly while the document changes."""

import json
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw

from replay_mcp.recording.dom.document import Document
from replay_mcp.recording.dom.visibility import Visibility
from replay_mcp.recording.dom.work_budget import WorkBudget
from replay_mcp.recording.rrweb.types import ELEMENT, Node
from tests.examples import examples
from tests.recording.dom.reference import ROOT, Tree

STYLE = 1_000_000
MANY = examples(150)
RANDOM = st.integers(0, 2**32).map(Random)
RULES = (
    ".{a} {{display:none}}",
    ".{a} p {{display:none}}",
    ".{a} > .{b} {{visibility:hidden}}",
    ".{a} > p:not(.{b}) {{display:none}}",
    "[class={a}] p {{display:none}}",
)
SIBLING_RULES = (*RULES, ".{a} + p {{display:none}}", ".{a} ~ .{b} {{display:none}}")
NAMES = [*(f"c{id}" for id in range(2, 20)), *(f"changed{id}" for id in range(8)), "again0", "again1"]


def compare(rng: Random, mutations: int, rules: tuple[str, ...]) -> set[bool]:
    """Compare cached and fresh visibility of every node after each mutation."""
    tree = Tree(rng)
    for _ in range(3):
        tree.put(tree.new(3), ROOT, 0)
    css = " ".join(rng.choice(rules).format(a=rng.choice(NAMES), b=rng.choice(NAMES)) for _ in range(20))
    root = tree.snapshot()
    style = Node(id=STYLE, type=ELEMENT, tag_name="style", attributes=Raw(json.dumps({"_cssText": css}).encode()))
    root.child_nodes = (style, *root.child_nodes)
    document = Document(WorkBudget(), root, 1_000)
    visibility, answers = Visibility(document), set[bool]()
    for _ in range(mutations):
        mutation = tree.change()
        visibility.refresh()
        if rng.random() < 0.8:  # the other mutations are applied without `invalidate`
            visibility.invalidate(mutation)
        document.apply(mutation)
        visibility.refresh()
        fresh = Visibility(document)
        nodes = [node for id in tree.inside(ROOT) if (node := document.node(id)) is not None]
        cached = {node.id: visibility.hides(node) for node in nodes}
        assert cached == {node.id: fresh.hides(node) for node in nodes}
        answers.update(cached.values())
    return answers


@pytest.mark.parametrize("rules", [RULES, SIBLING_RULES], ids=["ancestors", "siblings"])
@given(RANDOM, st.integers(1, 12))
@MANY
def test_cached_visibility_equals_fresh_visibility(rules: tuple[str, ...], rng: Random, mutations: int):
    compare(rng, mutations, rules)


@pytest.mark.parametrize("rules", [RULES, SIBLING_RULES], ids=["ancestors", "siblings"])
def test_the_comparison_covers_hidden_and_visible_nodes(rules: tuple[str, ...]):
    assert set[bool]().union(*(compare(Random(seed), 60, rules) for seed in range(3))) == {True, False}
