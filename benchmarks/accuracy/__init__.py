"""Scores the reader on recordings of real component libraries with known truth.

`python -m benchmarks.accuracy` prints the figures of `tests/corpus`.
"""

import gzip
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from benchmarks.accuracy.judge import Judge
from benchmarks.accuracy.score import Score
from benchmarks.accuracy.truth import Truth
from replay_mcp.recording import Timeline, read_timeline
from replay_mcp.redaction import Redaction

Scorer = Callable[[Path, Truth], Score]
_EXPORT_METADATA: Final = b'{"replay_mcp_'
"""`replay-mcp export` writes lines about the recording beside its events."""


def read_events(path: Path) -> list[bytes]:
    """Read the event lines of an exported recording."""
    lines = gzip.decompress(path.read_bytes()).splitlines(keepends=True)
    return [line for line in lines if not line.startswith(_EXPORT_METADATA)]


def read_exported_timeline(path: Path) -> Timeline:
    """Read the timeline of an exported recording."""
    return read_timeline(read_events(path), Redaction())


def score_recording(path: Path, truth: Truth) -> Score:
    """Score the timeline, summary and claims of a recording."""
    return Judge(path.name.partition(".")[0], truth, read_exported_timeline(path)).judge()


def score_all(recordings: Iterable[tuple[Path, Truth]], scorer: Scorer = score_recording) -> Score:
    """Add up the scores of recordings."""
    total = Score()
    for path, truth in recordings:
        total.add(scorer(path, truth))
    return total
