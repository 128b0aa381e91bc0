"""Measures how much memory a function takes, in its own process.

`tracemalloc` makes code with many small objects up to eight times slower, and counts memory that is never touched.
Coverage is off in the process, since it takes both time and memory.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parent.parent
SCRIPT = r"""
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
    """By how many MB `work(*arguments)` raises the peak resident memory of a fresh process. `work` is a module's function."""
    command = [sys.executable, "-c", SCRIPT, work.__module__, work.__name__, *arguments]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=200, check=False)
    assert ended.returncode == 0, ended.stderr
    return float(ended.stdout)
