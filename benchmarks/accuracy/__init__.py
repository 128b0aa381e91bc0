"""How often the reader is right about recordings of real component libraries, whose truth is known.

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
_ABOUT_THE_EXPORT: Final = b'{"replay_mcp_'
"""`replay-mcp export` writes lines about the recording beside its events; `replay-mcp import` takes them out."""


def events_of(path: Path) -> list[bytes]:
    """The lines of an exported recording that hold its events."""
    lines = gzip.decompress(path.read_bytes()).splitlines(keepends=True)
    return [line for line in lines if not line.startswith(_ABOUT_THE_EXPORT)]


def timeline_of(path: Path) -> Timeline:
    """The timeline of an exported recording."""
    return read_timeline(events_of(path), Redaction())


def score_of(path: Path, truth: Truth) -> Score:
    """How right our timeline, summary and claims of a recording are."""
    return Judge(path.name.partition(".")[0], truth, timeline_of(path)).judge()


def scored(recordings: Iterable[tuple[Path, Truth]], scorer: Scorer = score_of) -> Score:
    """The pooled score of recordings with their truths."""
    total = Score()
    for path, truth in recordings:
        total.add(scorer(path, truth))
    return total
