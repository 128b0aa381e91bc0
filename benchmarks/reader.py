"""Measures Replay MCP's timeline of a recording, which is read from a file in chunks."""

from pathlib import Path
from typing import Final

from benchmarks import measurement
from replay_mcp.recording.timeline.reader import read_timeline
from replay_mcp.redaction import Redaction

CHUNK_BYTES: Final = 256 * 1024


def count_rows(path: Path) -> int:
    """Count the rows of the timeline."""
    with path.open("rb") as file:
        return len(read_timeline(iter(lambda: file.read(CHUNK_BYTES), b""), Redaction("standard")).rows)


if __name__ == "__main__":
    measurement.main(count_rows)
