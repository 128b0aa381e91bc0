"""PostHog's compressed fields: gzip bytes written as latin-1 characters of a JSON string."""

from typing import Final

from replay_mcp import inflate as bounded
from replay_mcp.errors import UnreadableRecording

MAX_INFLATED_BYTES: Final = 32 * 1024 * 1024
"""Most bytes that the compressed fields of one event may hold; the largest seen in practice is under 4 MB."""
COMPRESSION_VERSION: Final = "2024-10"
"""The only `cv` there is (live behaviour)."""
EMPTY_LENGTH: Final = 24
"""No gzip of a list with something in it is so short."""


def is_packed(cv: str | None) -> bool:
    """Whether `cv` says that fields of an event are compressed.

    Raises:
        UnreadableRecording: in a way that is not known.
    """
    if cv not in (None, COMPRESSION_VERSION):
        raise UnreadableRecording(f"An event is compressed as {cv[:20]!r}; only '2024-10' is known.")
    return cv is not None


def inflate(packed: str, limit: int = MAX_INFLATED_BYTES) -> bytes:
    """The JSON text of a compressed field.

    Raises:
        UnreadableRecording: it is not compressed, is damaged or cut off, or holds more than `limit` bytes.
    """
    try:
        return bounded.inflate(packed.encode("latin-1"), max(limit, 0))
    except (UnicodeEncodeError, bounded.Damaged) as error:
        raise UnreadableRecording("A compressed field of an event is damaged.") from error
    except bounded.TooLarge as error:
        raise UnreadableRecording("An event inflates to more bytes than are read.") from error
    except bounded.CutOff as error:
        raise UnreadableRecording("A compressed field of an event is cut off.") from error
