"""Measures `spoiler compile`, a Rust program that derives traces from rrweb recordings (PyPI `spoiler`).

It is installed into its own virtual environment in the user's cache directory. `python -m benchmarks.spoiler PROGRAM
PATH…` prints a `Measurement` as JSON.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

import platformdirs

from benchmarks.measurement import Measurement, peak_mb

VERSION: Final = "0.1.3"
INSTALL_SECONDS: Final = 180
COMPILE_SECONDS: Final = 300
VOCABULARY: Final = """\
{"version": 1, "apps": {"b": {"project": 1, "host": "example.com", "audience": "all"}}, "surfaces": []}
"""


class CannotInstallError(Exception):
    """pip could not install spoiler; the message has the reason."""


def install() -> Path:
    """Install spoiler unless it is installed; return the path of its program.

    Raises:
        CannotInstallError: there is no package for this machine, or no network.
    """
    home = platformdirs.user_cache_path("replay-mcp-benchmarks") / f"spoiler-{VERSION}"
    program = home / "bin" / "spoiler"
    if program.exists():
        return program
    commands = (
        [sys.executable, "-m", "venv", "--clear", str(home)],
        [str(home / "bin" / "python"), "-m", "pip", "install", "--quiet", f"spoiler=={VERSION}"],
    )
    try:
        for command in commands:
            subprocess.run(command, check=True, capture_output=True, text=True, timeout=INSTALL_SECONDS)
    except subprocess.CalledProcessError as error:
        raise CannotInstallError(str(error.stderr or error.stdout).strip()[-500:]) from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CannotInstallError(str(error)) from error
    return program


def measure(program: str, paths: Sequence[str]) -> Measurement:
    """Measure compiling the files, with one process per file.

    Raises:
        subprocess.CalledProcessError: spoiler failed on one of them.
    """
    with tempfile.TemporaryDirectory() as directory:
        vocabulary = Path(directory) / "vocabulary.json"
        vocabulary.write_text(VOCABULARY)
        started = time.perf_counter()
        for path in paths:
            command = [program, "compile", "--recording", path, "--vocab", str(vocabulary), "--app", "b"]
            subprocess.run(command, stdout=subprocess.DEVNULL, check=True, timeout=COMPILE_SECONDS)
        seconds = time.perf_counter() - started
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Measurement(seconds, used.ru_utime + used.ru_stime, len(paths), 0.0, peak_mb(resource.RUSAGE_CHILDREN))


if __name__ == "__main__":
    print(json.dumps(asdict(measure(sys.argv[1], sys.argv[2:]))))
