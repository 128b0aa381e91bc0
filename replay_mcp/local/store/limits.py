"""How much is taken in."""

from dataclasses import dataclass
from typing import Final

MIB: Final = 1024 * 1024
MAX_SESSION_EVENTS: Final = 1_000_000
"""Most events that a recording may grow to unless told otherwise; a busy hour has some 50,000."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of what the recorder may send; beyond them it gets an error, and what is stored stays.

    Attributes:
        body_bytes: of one request as sent. posthog-js cuts its chunks at about 1 MB, but for a large page's snapshot.
        inflated_bytes: of one request, inflated.
        session_events: of one recording; and as many product events of one session.
        store_bytes: of the whole store; expired recordings go first.
    """

    body_bytes: int = 20 * MIB
    inflated_bytes: int = 64 * MIB
    session_events: int = MAX_SESSION_EVENTS
    store_bytes: int = 10 * 1024 * MIB
