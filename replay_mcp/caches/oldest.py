"""Cache of where the data of a window begins, shared by all calls of a server."""

import time
from datetime import datetime
from typing import Final

import anyio
from cachetools import TTLCache

KNOWN_SECONDS: Final = 600.0
"""How long an answer is reused: it changes only when old recordings expire or are imported."""
MAX_WINDOWS: Final = 100


class OldestCache:
    """Maps the start of a window, as given, to that of the oldest recording in it; None if there are older ones."""

    def __init__(self) -> None:
        self.lock: Final = anyio.Lock()
        self.starts: Final[TTLCache[str, datetime | None]] = TTLCache(MAX_WINDOWS, KNOWN_SECONDS, time.monotonic)
