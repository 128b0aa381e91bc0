"""Parameter types shared by tools, client and local API: bounds, examples and descriptions."""

import math
import re
from datetime import datetime
from typing import Annotated, Any, Final, TypeVar, cast

from pydantic import AfterValidator, BeforeValidator, Field, JsonValue

Item = TypeVar("Item")
ListOf = Annotated[list[Item], Field(fail_fast=True)]
"""A list in a response. Validation stops at the first invalid item, because errors need a thousand times its memory."""

MAX_ID_LENGTH: Final = 200
"""Longest session id that PostHog stores (column width)."""
BULK_PLAYLIST_ITEMS: Final = 20
"""Maximum number of ids in a `bulk_add` or `bulk_delete` of a playlist (live behaviour)."""
BULK_RECORDINGS: Final = 100
"""Maximum number of ids in a `bulk_delete` of recordings (live behaviour; 20 in early builds)."""
MAX_SUMMARY_SESSIONS: Final = 300
"""Maximum number of sessions in a summaries request (live behaviour)."""
MAX_NAME_LENGTH: Final = 400
MAX_FOCUS_AREA_LENGTH: Final = 500
MAX_DISTINCT_ID_LENGTH: Final = 400
"""Longest distinct id that PostHog stores (column width)."""

_FORBIDDEN_IN_ID = re.compile(r"[/\\\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]|\.\.")


def check_path_id(value: str) -> str:
    r"""Return `value` if it is valid as a segment of a URL path; all ids in requests are checked.

    Raises:
        ValueError: it is empty, consists of dots, has more than 200 characters, or contains `/`, `\`, `..`, control
            characters or lone surrogates.
    """
    if not value.strip():
        raise ValueError("an id must not be empty")
    if len(value) > MAX_ID_LENGTH:
        raise ValueError(f"an id must have at most {MAX_ID_LENGTH} characters, this one has {len(value)}")
    if value == "." or _FORBIDDEN_IN_ID.search(value):
        raise ValueError("an id must not contain '/', '\\', '..' or control characters")
    return value


_RELATIVE_DATE = re.compile(r"-\d{1,5}[hdwmqy]")


def check_date_bound(value: str) -> str:
    """Return `value` if every build accepts it as a bound of a date window.

    Raises:
        ValueError: it is neither relative (`-24h`, `-7d`, `-2w`, `-3m`, `-1y`) nor an ISO date or date-time.
    """
    if _RELATIVE_DATE.fullmatch(value):
        return value
    try:
        datetime.fromisoformat(value)
    except ValueError:
        raise ValueError("use a relative date such as '-24h' or '-7d', or ISO such as '2026-11-01'") from None
    return value


DateBound = Annotated[str, AfterValidator(check_date_bound)]
"""A bound of a date window; relative dates count back from now, ISO dates without an offset are UTC."""

PathId = Annotated[str, AfterValidator(check_path_id)]
"""An id that becomes a path segment."""

SessionId = Annotated[
    PathId,
    Field(
        min_length=1,
        max_length=MAX_ID_LENGTH,
        description="Recording id: the `$session_id` of the session.",
        examples=["01975f7e-6c3a-7d2e-9d63-1f0a3c5b7e90"],
    ),
]

ShortId = Annotated[PathId, Field(min_length=1, max_length=MAX_ID_LENGTH)]
"""The short_id of a playlist, such as `aB3dE6gH`; that of a computed one begins with `SYNTHETIC_PREFIX`."""

SYNTHETIC_PREFIX: Final = "synthetic-"
"""Prefix of the short_id of computed playlists (live behaviour)."""


def check_not_synthetic(short_id: str) -> str:
    """Return `short_id` if the playlist can be changed.

    Raises:
        ValueError: the playlist is computed.
    """
    if short_id.startswith(SYNTHETIC_PREFIX):
        raise ValueError("a synthetic playlist is computed and cannot be changed")
    return short_id


StoredShortId = Annotated[ShortId, AfterValidator(check_not_synthetic)]
"""The short_id of a playlist that is not computed."""

_MAX_DIGITS: Final = 4_300
_LARGEST: Final = 10**_MAX_DIGITS - 1
"""Largest integer that Python converts to and from text by default."""

_SURROGATE: Final = re.compile("[\ud800-\udfff]")
MAX_JSON_DEPTH: Final = 100
"""Maximum nesting of free-form JSON (filters, person properties); encoders and decoders fail at about 250."""


def check_json(value: Any) -> Any:
    """Return `value` if it is JSON that every encoder and decoder supports.

    Raises:
        ValueError: a number is not finite, an integer has over 4,300 digits, a text contains a lone surrogate, or the
            value is nested too deeply.
    """
    level: list[Any] = [value]
    for _ in range(MAX_JSON_DEPTH):
        if any(isinstance(node, float) and not math.isfinite(node) for node in level):
            raise ValueError("numbers must be finite")
        if any(isinstance(node, int) and abs(node) > _LARGEST for node in level):
            raise ValueError(f"an integer must have at most {_MAX_DIGITS} digits")
        if any(isinstance(node, str) and _SURROGATE.search(node) for node in level):
            raise ValueError("a text must not contain a lone surrogate")
        level = [child for node in level if isinstance(node, dict | list) for child in _children(node)]
        if not level:
            return value
    raise ValueError(f"it is nested more than {MAX_JSON_DEPTH} levels deep")


def _children(node: Any) -> list[Any]:
    return [*(fields := cast(dict[str, Any], node)), *fields.values()] if isinstance(node, dict) else node


MAX_INTEGER: Final = 2**53 - 1
"""Largest integer that all JSON clients represent exactly (`Number.MAX_SAFE_INTEGER`)."""
INTEGER_RANGE: Final = f"an integer must be from -{MAX_INTEGER} to {MAX_INTEGER}"


def check_integer(value: int) -> int:
    """Return `value` if JSON clients and databases represent it exactly.

    Raises:
        ValueError: it is beyond `MAX_INTEGER`, in either direction.
    """
    if abs(value) > MAX_INTEGER:
        raise ValueError(INTEGER_RANGE)
    return value


CARRIED: Final = AfterValidator(check_integer)
"""Annotation that bounds an integer without a bound in the JSON Schema, which every tool would repeat."""
FreeJson = Annotated[JsonValue, BeforeValidator(check_json)]
"""Any JSON of limited depth."""
Filters = Annotated[dict[str, Any], AfterValidator(check_json)]
"""PostHog's universal filters, whose content only PostHog's app validates; their integers may exceed `MAX_INTEGER`."""


def clock_seconds(text: str) -> float | None:
    """The seconds of a time such as `0:37` or `1:02:03.5`; None if the text is no such time."""
    if not re.fullmatch(r"(\d{1,4}:)?\d{1,5}:[0-5]\d(\.\d{1,3})?", text, re.ASCII):
        return None
    *larger, seconds = map(float, text.split(":"))
    return seconds + 60 * larger[-1] + (3_600 * larger[0] if len(larger) > 1 else 0)


def _seconds(value: Any) -> Any:
    seconds = clock_seconds(value) if isinstance(value, str) else None
    return value if seconds is None else seconds


PlaybackSeconds = Annotated[float, Field(ge=0), BeforeValidator(_seconds)]
"""Seconds from a recording's start, as a number or as a time such as `0:37`."""
PlaylistName = Annotated[str, Field(max_length=MAX_NAME_LENGTH, description="Name that people see.")]
FocusArea = Annotated[
    str,
    Field(max_length=MAX_FOCUS_AREA_LENGTH, description="What the summaries should focus on.", examples=["checkout"]),
]
