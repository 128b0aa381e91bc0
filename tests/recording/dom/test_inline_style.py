"""The declarations of a `style` attribute, and rrweb's changes of them."""

import pytest
from inline_snapshot import snapshot

from replay_mcp.recording.dom.inline_style import declarations, patched


def test_the_last_declaration_of_a_property_counts():
    assert declarations("Color: red; width:1px;;color : blue;broken; :x; y:") == snapshot(
        {"width": "1px", "color": "blue"}
    )


def test_semicolons_in_quotes_and_parentheses_do_not_end_a_declaration():
    style = """background: url(data:image/png;base64,AA==) no-repeat; content: "a;b"; quotes: 'c;d'; top: 1px"""
    assert declarations(style) == snapshot(
        {
            "background": "url(data:image/png;base64,AA==) no-repeat",
            "content": '"a;b"',
            "quotes": "'c;d'",
            "top": "1px",
        }
    )


@pytest.mark.parametrize("style", ["(" * 2_000, '"' * 1_999, "';" * 1_000, "a:((((;b"])
def test_unbalanced_quotes_and_parentheses_are_read_in_linear_time(style: str):
    assert len(declarations(style)) <= 1


def test_a_change_sets_removes_and_keeps_declarations():
    patch = {
        "display": "none",
        "top": False,
        "left": ["1px", "important"],
        "width": [],
        "right": None,
        "bottom": [1, 2],
    }
    assert patched("top: 2px; color: red; right: 0", patch) == snapshot(
        "color: red; display: none; left: 1px !important"
    )
