"""Hostile style sheets are read in time proportional to their length."""

import json

import pytest

from replay_mcp.recording.dom.display_rules import DisplayRules
from replay_mcp.recording.dom.document import Document
from replay_mcp.recording.dom.style_rules import shows_by_style
from replay_mcp.recording.dom.work_budget import WorkBudget
from replay_mcp.recording.rrweb.decode import decode_snapshot
from replay_mcp.recording.rrweb.types import Node
from tests.recording.rrweb import element, full

LENGTH = 1_000_000


def filled(piece: str) -> str:
    return piece * (LENGTH // len(piece))


HOSTILE = {
    "declarations without rules": filled("display:none;"),
    "one name without an end": ".a:hover " + filled("b"),
    "blocks that never close": filled(".a{display:none;"),
    "blocks that never open": filled("}"),
    "layers in layers": "@layer a{" + filled("@layer b{display:none;"),
    "long selectors": filled(".a:hover .b,") + "{display:block}",
    "selectors of a thousand parts": filled("div ") + ".a{display:none}",
}


@pytest.mark.parametrize("css", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_style_sheet_is_read_in_linear_time_and_hides_nothing(css: str):
    document, (button, *above) = page(css)
    assert not DisplayRules([css]).hides_element(document, button)
    assert not shows_by_style(document, [button, *above])


def test_a_selector_with_many_partial_matches_is_tried_once_for_each_element():
    css = ".missing " + "div " * 15 + "button{display:none}"
    document, (button, *_) = page(css, depth=60)
    assert not DisplayRules([css]).hides_element(document, button)
    found = "div " * 15 + "button{display:none}"
    assert DisplayRules([found]).hides_element(document, button)


def page(css: str, depth: int = 3) -> tuple[Document, list[Node]]:
    inner = element(9, "button", "Pay", class_="c")
    for level in range(depth):
        inner = element(100 + level, "div", inner, class_="d")
    snapshot = full(0, element(8, "style", css), inner)["data"]
    root, written = decode_snapshot(json.dumps(snapshot).encode(), packed=False)
    document = Document(WorkBudget(), root, len(written))
    return document, document.lineage(9)
