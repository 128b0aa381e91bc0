"""Limits on what the local API stores."""

from dataclasses import dataclass
from typing import Final

MIB: Final = 1024 * 1024
MAX_SESSION_EVENTS: Final = 1_000_000
"""Default of the maximum number of events in a recording; a busy hour has about 50,000."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits on the recorder's requests. A request that exceeds one is rejected; stored data stays.

    Attributes:
        body_bytes: bytes of a request as sent. posthog-js sends about 1 MB at a time, more for a large page's snapshot.
        inflated_bytes: bytes of a request, inflated.
        session_events: recorded events of a recording; also product events of a session.
        store_bytes: bytes of the whole store; expired recordings are removed first.
    """

    body_bytes: int = 20 * MIB
    inflated_bytes: int = 64 * MIB
    session_events: int = MAX_SESSION_EVENTS
    store_bytes: int = 10 * 1024 * MIB
