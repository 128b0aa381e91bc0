"""Each promise of the threat model names tests that exist."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "docs" / "threat-model.md", ROOT / "docs" / "reliability.md"]


def defined_in(path: str) -> set[str]:
    """Return the names of a module's test functions; none if it does not exist."""
    file = ROOT / path
    tree = ast.parse(file.read_text(encoding="utf-8")) if file.is_file() else ast.Module([], [])
    return {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    }


def test_every_test_that_a_promise_names_exists() -> None:
    named = [name for page in PAGES for name in re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", page.read_text("utf-8"))]
    assert len(named) > 30
    assert [f"{path}::{name}" for path, name in named if name not in defined_in(path)] == []


def test_every_promise_names_a_test() -> None:
    promises = PAGES[0].read_text("utf-8").partition("## Promises")[2].partition("## Not promised")[0]
    rows = [line for line in promises.splitlines() if line.startswith("| ") and not line.startswith("| promise")]
    assert [row for row in rows if "`tests/" not in row] == []
