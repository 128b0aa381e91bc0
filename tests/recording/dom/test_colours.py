"""A text beside a field is an error if its style or class makes it red."""

import pytest
from inline_snapshot import snapshot

from replay_mcp.recording import read_timeline
from replay_mcp.recording.timeline.row_text import effect
from replay_mcp.redaction import Redaction
from tests.recording.rrweb import HEAD, Raw, added, element, full, lines, meta, press

CSS = """.a{padding:1px}.x9{margin:0;color:#b00020;font-size:13px}.x9b{color:#b00020}.g4{color:rgb(10, 120, 40)}
.p:hover{color:red}.q .r{color:red}.bg{background-color:red}"""


def errors(node: Raw, *beside: Raw) -> list[str]:
    page = [element(10, "button", "Send"), element(12, "div", *beside)]
    sheet = added(2, HEAD, element(80, "style", CSS))
    recorded = lines(meta(0, "http://shop.example/"), full(1, *page), sheet, press(1_000, 10), added(1_100, 12, node))
    rows = read_timeline([b"\n".join(recorded)], Redaction()).rows
    return [effect(row) for row in rows if "error_shown" in row.flags]


@pytest.mark.parametrize("marked", [{"class_": "a x9"}, {"style": "color: red"}, {"style": "color: rgb(176 0 32)"}])
def test_a_red_sentence_beside_a_field_is_an_error(marked: dict[str, str]):
    node = element(40, "div", "Give it a longer title", **marked)
    assert errors(node, element(11, "input", type="text")) == snapshot(['shows "Give it a longer title"'])
    assert errors(node) == []


@pytest.mark.parametrize(
    "marked",
    [
        {"class_": "g4"},
        {"class_": "p"},
        {"class_": "r"},
        {"class_": "bg"},
        {"class_": "x"},
        {"style": "background-color: red"},
        {"style": "color: #fff"},
        {"style": "color: #ffecec"},
        {"style": "color: var(--red)"},
    ],
)
def test_other_colours_and_rules_for_something_else_make_no_error(marked: dict[str, str]):
    assert errors(element(40, "div", "Give it a longer title", **marked), element(11, "input", type="text")) == []
