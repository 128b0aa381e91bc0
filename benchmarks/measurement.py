"""Runs one measurement of time and memory in its own process.

Each side (`benchmarks.baseline`, `benchmarks.reader`) runs as `python -m benchmarks.SIDE [--collector on] PATH…`, reads
the files one after the other and prints a `Measurement` as JSON. The garbage collector is off in both by
default, so that a reader that pauses it by itself has no advantage.
"""

import argparse
import gc
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
DEMO: Final = sorted((ROOT / "replay_mcp" / "local").rglob("*.jsonl.gz"))
"""The demo recordings."""
TIMEOUT: Final = 3_600.0
MB: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Measurement:
    """The time and memory that reading files took.

    Attributes:
        seconds: wall time.
        cpu: processor time in seconds.
        found: the number of events or rows read.
        before_mb: memory after imports.
        peak_mb: peak memory of the process.
    """

    seconds: float
    cpu: float
    found: int
    before_mb: float
    peak_mb: float


def peak_mb(who: int = resource.RUSAGE_SELF) -> float:
    """The peak memory of this process so far, or of its children, in MB."""
    peak = resource.getrusage(who).ru_maxrss
    return peak / MB if sys.platform == "darwin" else peak * 1024 / MB


def recordings_in(paths: Sequence[Path]) -> list[Path]:
    """The recordings at the paths; a directory stands for all recordings in it."""
    return [file for path in paths for file in (sorted(path.glob("*.jsonl*")) if path.is_dir() else [path])]


def main(read: Callable[[Path], int]) -> None:
    """Measure `read` on the paths of the command line; it returns how many events or rows it found in a file."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--collector", choices=("on", "off"), default="off")
    parser.add_argument("paths", nargs="+", type=Path)
    options = parser.parse_args()
    if options.collector == "off":
        gc.disable()
    read(min(DEMO, key=lambda path: path.stat().st_size))  # a server builds its decoders only once, too
    before, started, cpu = peak_mb(), time.perf_counter(), time.process_time()
    found = sum(read(path) for path in options.paths)
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    print(json.dumps(asdict(Measurement(seconds, cpu, found, before, peak_mb()))))


def measure(side: str, paths: Sequence[Path], *options: str) -> Measurement:
    """Measure a side in a fresh process.

    Raises:
        subprocess.CalledProcessError: the process failed; its stderr has the reason.
    """
    command = [sys.executable, "-m", f"benchmarks.{side}", *options, *map(str, paths)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True, timeout=TIMEOUT)
    return Measurement(**json.loads(done.stdout))
