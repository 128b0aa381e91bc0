"""Scores the flags of `spoiler compile` (PyPI `spoiler`) on the same recordings in the same way."""

import functools
import subprocess
import tempfile
from pathlib import Path
from typing import Any, Final

import msgspec
import orjson

from benchmarks.accuracy import read_events, read_exported_timeline
from benchmarks.accuracy.judge import Judge
from benchmarks.accuracy.score import FLAGS, Score
from benchmarks.accuracy.truth import Truth
from benchmarks.spoiler import COMPILE_SECONDS, VOCABULARY, install
from replay_mcp.recording.timeline.rows import Kind, Row

_KINDS: Final[dict[str, Kind]] = {"click": "click", "input": "typing"}
_OUR_NAMES: Final = {"unresponsive": "dead"}
"""Our names of its flags. It calls a click `dead` on an element that is no control, `unresponsive` on a control."""

_program = functools.cache(install)


def score_flags(path: Path, truth: Truth) -> Score:
    """Score spoiler's flags of a recording.

    Raises:
        CannotInstallError: see `benchmarks.spoiler.install`.
        subprocess.CalledProcessError: spoiler failed on the recording.
    """
    rows = tuple(_row(action) for action in _actions(path) if action["kind"] in _KINDS)
    timeline = msgspec.structs.replace(read_exported_timeline(path), rows=rows)
    lenient = msgspec.structs.replace(truth, texts=())  # it does not report which text an error was seen in
    return Judge(path.name.partition(".")[0], lenient, timeline).flags()


def _actions(path: Path) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as directory:
        recording, vocabulary = Path(directory) / "recording.jsonl", Path(directory) / "vocabulary.json"
        recording.write_bytes(b"".join(read_events(path)))
        vocabulary.write_text(VOCABULARY)
        command = [str(_program()), "compile", "--recording", str(recording), "--vocab", str(vocabulary), "--app", "b"]
        trace = subprocess.run(command, check=True, capture_output=True, timeout=COMPILE_SECONDS).stdout
    return orjson.loads(trace)["actions"]


def _row(action: dict[str, Any]) -> Row:
    """Convert an action to one of our rows, with the fields that are scored."""
    flags = {_OUR_NAMES.get(flag, flag) for flag in action["flags"]}
    return Row(
        ref=action["ref"],
        seconds=action["t_ms"] / 1000,
        tab=1,
        kind=_KINDS[action["kind"]],
        flags=tuple(flag for flag in FLAGS if flag in flags),
    )
