"""The layout of the package: sizes, and one name for one thing."""

import ast
from collections import defaultdict
from pathlib import Path

import replay_mcp

PACKAGE = Path(replay_mcp.__file__).parent
MODULE_LINES = 300
TOOL_LINES = 110
LONGER = {
    "tools/create_session_summaries.py": 115,
    "tools/session_claims_check.py": 210,
    "tools/session_recording_playlist_create.py": 115,
    "tools/session_recording_timeline.py": 195,
    "tools/session_recordings_compare.py": 210,
    "tools/session_recordings_list.py": 125,
}
"""Files that may be longer than others of their kind, and how long."""


def limit_of(path: Path) -> int:
    name = path.relative_to(PACKAGE).as_posix()
    is_tool = path.parent.name == "tools" and not path.name.startswith("_")
    return LONGER.get(name, TOOL_LINES if is_tool else MODULE_LINES)


def test_no_module_outgrows_its_limit():
    lengths = {path: len(path.read_text().splitlines()) for path in PACKAGE.rglob("*.py")}
    assert {str(path): length for path, length in lengths.items() if length > limit_of(path)} == {}


def test_every_exception_is_needed():
    lengths = {name: len((PACKAGE / name).read_text().splitlines()) for name in LONGER}
    assert {name: length for name, length in lengths.items() if length <= (LONGER[name] - 25)} == {}


def test_no_two_classes_share_a_name():
    places: dict[str, list[str]] = defaultdict(list)
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(path.relative_to(PACKAGE).as_posix())
    assert {name: where for name, where in places.items() if len(where) > 1} == {}
