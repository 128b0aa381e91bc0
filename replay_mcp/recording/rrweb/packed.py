"""PostHog's compressed fields: gzip bytes written as Latin-1 characters in a JSON string."""

from typing import Final

from replay_mcp import inflate as bounded
from replay_mcp.errors import UnreadableRecording

MAX_INFLATED_BYTES: Final = 32 * 1024 * 1024
"""Maximum number of bytes to which the fields of one event may inflate; the largest seen in practice is under 4 MB."""
COMPRESSION_VERSION: Final = "2024-10"
"""The only known value of `cv` (live behaviour)."""
EMPTY_LENGTH: Final = 24
"""The gzip data of a list with entries is longer."""


def is_packed(cv: str | None) -> bool:
    """Whether fields of an event are compressed, according to its `cv`.

    Raises:
        UnreadableRecording: the compression is unknown.
    """
    if cv not in (None, COMPRESSION_VERSION):
        raise UnreadableRecording(f"An event is compressed as {cv[:20]!r}; only '2024-10' is known.")
    return cv is not None


def inflate(packed: str, limit: int = MAX_INFLATED_BYTES) -> bytes:
    """The JSON text of a compressed field.

    Raises:
        UnreadableRecording: the field is not compressed, is damaged or cut off, or has more than `limit` bytes.
    """
    try:
        return bounded.inflate(packed.encode("latin-1"), max(limit, 0))
    except (UnicodeEncodeError, bounded.Damaged) as error:
        raise UnreadableRecording("A compressed field of an event is damaged.") from error
    except bounded.TooLarge as error:
        raise UnreadableRecording("An event inflates to too many bytes.") from error
    except bounded.CutOff as error:
        raise UnreadableRecording("A compressed field of an event is cut off.") from error
