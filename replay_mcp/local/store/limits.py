"""Limits on what the local API stores."""

from dataclasses import dataclass
from typing import Final

MIB: Final = 1024 * 1024
MAX_SESSION_EVENTS: Final = 1_000_000
"""Default for the most events of a recording; a busy hour has about 50,000."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits on what the recorder may send. A request beyond them is refused; what is stored stays.

    Attributes:
        body_bytes: of one request as sent. posthog-js sends about 1 MB at a time, more for a large page's snapshot.
        inflated_bytes: of one request, inflated.
        session_events: of one recording; and as many product events of one session.
        store_bytes: of the whole store; expired recordings go first.
    """

    body_bytes: int = 20 * MIB
    inflated_bytes: int = 64 * MIB
    session_events: int = MAX_SESSION_EVENTS
    store_bytes: int = 10 * 1024 * MIB
