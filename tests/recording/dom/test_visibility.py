"""What is hidden, with answers that are remembered while the document changes."""

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
OF_SIBLINGS = (*RULES, ".{a} + p {{display:none}}", ".{a} ~ .{b} {{display:none}}")
NAMES = [*(f"c{id}" for id in range(2, 20)), *(f"changed{id}" for id in range(8)), "again0", "again1"]


def compare(rng: Random, mutations: int, rules: tuple[str, ...]) -> set[bool]:
    """Ask about every node after each mutation, of answers that are remembered and of fresh ones."""
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
        if rng.random() < 0.8:  # other mutations are applied without being examined
            visibility.invalidate(mutation)
        document.apply(mutation)
        visibility.refresh()
        fresh = Visibility(document)
        nodes = [node for id in tree.inside(ROOT) if (node := document.node(id)) is not None]
        remembered = {node.id: visibility.hides(node) for node in nodes}
        assert remembered == {node.id: fresh.hides(node) for node in nodes}
        answers.update(remembered.values())
    return answers


@pytest.mark.parametrize("rules", [RULES, OF_SIBLINGS], ids=["ancestors", "siblings"])
@given(RANDOM, st.integers(1, 12))
@MANY
def test_remembered_answers_are_those_of_a_fresh_look(rules: tuple[str, ...], rng: Random, mutations: int):
    compare(rng, mutations, rules)


@pytest.mark.parametrize("rules", [RULES, OF_SIBLINGS], ids=["ancestors", "siblings"])
def test_they_are_so_for_nodes_that_are_hidden_and_nodes_that_are_not(rules: tuple[str, ...]):
    assert set[bool]().union(*(compare(Random(seed), 60, rules) for seed in range(3))) == {True, False}
