"""Cache of where the data of a window begins, shared by all calls of a server."""

import time
from datetime import datetime
from typing import Final, NamedTuple

import anyio
from cachetools import TTLCache

KNOWN_SECONDS: Final = 600.0
"""How long an answer is reused: it changes only when old recordings expire or are imported."""
MAX_WINDOWS: Final = 100


class DataStart(NamedTuple):
    """Where the data of a window begins; None if there are recordings before the window."""

    data_from: datetime | None


class OldestCache:
    """Maps the start of a window, as given in arguments, to where its data begins."""

    def __init__(self) -> None:
        self.lock: Final = anyio.Lock()
        self.windows: Final[TTLCache[str, DataStart]] = TTLCache(MAX_WINDOWS, KNOWN_SECONDS, time.monotonic)
