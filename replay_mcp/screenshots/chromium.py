"""Finds what pictures need."""

import os
import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import Final

VARIABLE: Final = "REPLAY_MCP_CHROMIUM"
"""The environment variable with the path of Chromium."""

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome")


def find_chromium() -> str:
    """The path of Chromium: `REPLAY_MCP_CHROMIUM`, else the first one on the PATH; empty if there is none."""
    if chosen := os.environ.get(VARIABLE, ""):
        return chosen if Path(chosen).is_file() and os.access(chosen, os.X_OK) else ""
    return next((path for name in _NAMES if (path := shutil.which(name))), "")


def available() -> str:
    """Empty if pictures can be taken, else one sentence that says what is missing and how to get it."""
    if find_spec("playwright") is None:
        return (
            "Pictures need Chromium and Playwright: pip install 'replay-mcp[screens]', and Debian's package chromium."
        )
    if find_chromium():
        return ""
    if os.environ.get(VARIABLE):
        return f"Pictures need Chromium: {VARIABLE} is not the path of a program."
    return f"Pictures need Chromium: install Debian's package chromium, or set {VARIABLE} to its path."
