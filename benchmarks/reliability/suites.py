"""Trials that are tests, run with many new examples. The short form leaves them out, because CI runs all tests."""

import re
import subprocess
import sys
from typing import Final

from benchmarks.measurement import ROOT

from .figures import Figure, Trial

_EXAMPLES: Final = re.compile(r"^\s+- (\d+) passing", re.MULTILINE)
_OUTCOMES: Final = re.compile(r"(\d+) passed")
_FAILED: Final = re.compile(r"^(?:FAILED|ERROR) (.*)", re.MULTILINE)


def _suite(what: str, *arguments: str) -> Trial:
    """Build the trial that runs these tests."""

    def run(short: bool) -> Figure:
        del short
        return _run(what, arguments)

    return run


def _run(what: str, arguments: tuple[str, ...]) -> Figure:
    ended = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-n0", "-m", "", "--timeout=3000"),
            *("--hypothesis-profile=full", "--hypothesis-show-statistics", *arguments),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    passed = _OUTCOMES.search(ended.stdout)
    examples = sum(map(int, _EXAMPLES.findall(ended.stdout)))
    failed = _FAILED.findall(ended.stdout)
    if ended.returncode and not failed:
        failed = [f"pytest ended with {ended.returncode}: {ended.stdout[-500:]}"]
    measured = f"{passed[1] if passed else 0} tests passed" + (f" with {examples} examples" if examples else "")
    return Figure(what, measured, tuple(failed))


fuzz: Final = _suite(
    "arguments, prompts, resources and completions made from the schemas, and hostile ones",
    "tests/tools/test_fuzzed_arguments.py",
)
api: Final = _suite("requests made from the local API's document", "tests/local/test_openapi_fuzzed.py")
stores: Final = _suite("damaged store files", "tests/local/test_damaged_store.py")
callers: Final = _suite("concurrent callers with keys and data of their own", "tests/test_serve_per_caller.py")
