"""The layout of the package: sizes, and one name for one thing."""

import ast
from collections import defaultdict
from pathlib import Path

import replay_mcp

PACKAGE = Path(replay_mcp.__file__).parent
MODULE_LINES = 300
TOOL_LINES = 110
LONGER = {
    "tools/session_recording_timeline.py": 160,
}
"""Files that may be longer than others of their kind, with their limits."""


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def usual_limit(name: str) -> int:
    return TOOL_LINES if name.startswith("tools/") and not name.startswith("tools/_") else MODULE_LINES


def lengths() -> dict[str, int]:
    return {name_of(path): len(path.read_text().splitlines()) for path in PACKAGE.rglob("*.py")}


def test_no_module_outgrows_its_limit():
    found = lengths()
    assert {name: found[name] for name in found if found[name] > LONGER.get(name, usual_limit(name))} == {}


def test_every_exception_is_needed():
    found = lengths()
    assert {name: found.get(name) for name in LONGER if found.get(name, 0) <= usual_limit(name)} == {}


def test_no_two_classes_share_a_name_even_without_the_underscore_of_private_ones():
    places: dict[str, list[str]] = defaultdict(list)
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                places[node.name.lstrip("_")].append(name_of(path))
    assert {name: where for name, where in places.items() if len(where) > 1} == {}
