"""How much memory a piece of work takes, in a process of its own.

`tracemalloc` slows down work that makes many small objects, up to eight times, and counts memory that nobody touches.
Coverage measures none of it: it would take both time and memory.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parent.parent
MEASURED = r"""
import importlib, pathlib, re, resource, sys

def peak():
    status = pathlib.Path("/proc/self/status")  # on Linux `getrusage` counts the parent's memory from before `exec`
    if status.exists():
        return int(re.search(r"VmHWM:\s*(\d+) kB", status.read_text())[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20

module, name, *arguments = sys.argv[1:]
work = getattr(importlib.import_module(module), name)
before = peak()
work(*arguments)
print(peak() - before)
"""


def megabytes(work: Callable[..., object], *arguments: str) -> float:
    """By how much `work(*arguments)` raises the most resident memory of a fresh process; `work` belongs to a module."""
    command = [sys.executable, "-c", MEASURED, work.__module__, work.__name__, *arguments]
    unmeasured = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    ended = subprocess.run(command, cwd=ROOT, env=unmeasured, capture_output=True, text=True, timeout=200, check=False)
    assert ended.returncode == 0, ended.stderr
    return float(ended.stdout)
