"""Parameter types shared by tools, client and local API: bounds, examples and meaning, each said once."""

import math
import re
from datetime import datetime
from typing import Annotated, Any, Final, TypeVar, cast

from pydantic import AfterValidator, BeforeValidator, Field, JsonValue

Item = TypeVar("Item")
ListOf = Annotated[list[Item], Field(fail_fast=True)]
"""A list in an answer; its first wrong item ends the validation, since errors take a thousand times its bytes."""

MAX_ID_LENGTH: Final = 200
"""Longest session id that PostHog stores (column width)."""
BULK_PLAYLIST_ITEMS: Final = 20
"""Most ids that one `bulk_add` / `bulk_delete` of a playlist takes (live behaviour)."""
BULK_RECORDINGS: Final = 100
"""Most ids that one `bulk_delete` of recordings takes (live behaviour; early builds took 20)."""
MAX_SUMMARY_SESSIONS: Final = 300
"""Most sessions that one summaries call takes (live behaviour)."""
MAX_NAME_LENGTH: Final = 400
MAX_FOCUS_AREA_LENGTH: Final = 500
MAX_DISTINCT_ID_LENGTH: Final = 400
"""Longest distinct id that PostHog stores (column width)."""

_FORBIDDEN_IN_ID = re.compile(r"[/\\\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]|\.\.")


def check_path_id(value: str) -> str:
    r"""Return `value` if it can stand as one segment of a URL path; ids reach URLs, so this guards every request.

    Raises:
        ValueError: it is empty, only dots, longer than 200 characters, or holds `/`, `\`, `..`, control characters
            or lone surrogates.
    """
    if not value.strip():
        raise ValueError("an id must not be empty")
    if len(value) > MAX_ID_LENGTH:
        raise ValueError(f"an id has at most {MAX_ID_LENGTH} characters, this one has {len(value)}")
    if value == "." or _FORBIDDEN_IN_ID.search(value):
        raise ValueError("an id must not hold '/', '\\', '..' or control characters")
    return value


_RELATIVE_DATE = re.compile(r"-\d{1,5}[hdwmqy]")


def check_date_bound(value: str) -> str:
    """Return `value` if every build understands it as one end of a date window.

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
"""One end of a date window; relative dates count back from now, ISO dates without an offset are UTC."""

PathId = Annotated[str, AfterValidator(check_path_id)]
"""Any id that becomes a path segment."""

SessionId = Annotated[
    PathId,
    Field(
        min_length=1,
        max_length=MAX_ID_LENGTH,
        description="Recording id: the `$session_id` of the session.",
        examples=["01975f7e-6c3a-7d2e-9d63-1f0a3c5b7e90"],
    ),
]

ShortId = Annotated[
    PathId,
    Field(
        min_length=1,
        max_length=MAX_ID_LENGTH,
        description="Playlist short_id; `synthetic-…`: a computed one.",
        examples=["aB3dE6gH"],
    ),
]

SYNTHETIC_PREFIX: Final = "synthetic-"
"""What the short_id of every computed playlist begins with (live behaviour)."""


def check_not_synthetic(short_id: str) -> str:
    """Return `short_id` if the playlist can be changed.

    Raises:
        ValueError: it is a computed playlist's.
    """
    if short_id.startswith(SYNTHETIC_PREFIX):
        raise ValueError("a synthetic playlist is computed and cannot be changed")
    return short_id


StoredShortId = Annotated[ShortId, AfterValidator(check_not_synthetic)]
"""A playlist that people made, not a computed one."""

MAX_JSON_DEPTH: Final = 100
"""Deepest free-form JSON (filters, person properties) that is taken; encoders and decoders give up at about 250."""


def check_json(value: Any) -> Any:
    """Return `value` if it is JSON that every side can carry.

    Raises:
        ValueError: a number is not finite, or it is nested too deeply.
    """
    level: list[Any] = [value]
    for _ in range(MAX_JSON_DEPTH):
        if any(isinstance(node, float) and not math.isfinite(node) for node in level):
            raise ValueError("numbers must be finite")
        level = [child for node in level if isinstance(node, dict | list) for child in _children(node)]
        if not level:
            return value
    raise ValueError(f"it is nested more than {MAX_JSON_DEPTH} levels deep")


def _children(node: Any) -> list[Any]:
    return list(cast(dict[str, Any], node).values()) if isinstance(node, dict) else node


MAX_INTEGER: Final = 2**53 - 1
"""Largest integer that every JSON client carries unchanged (`Number.MAX_SAFE_INTEGER`)."""


def check_integer(value: int) -> int:
    """Return `value` if JSON clients and databases can carry it.

    Raises:
        ValueError: it is beyond `MAX_INTEGER`, in either direction.
    """
    if abs(value) > MAX_INTEGER:
        raise ValueError(f"an integer must be from -{MAX_INTEGER} to {MAX_INTEGER}")
    return value


def check_filters(filters: dict[str, Any]) -> dict[str, Any]:
    """Return `filters` if they are JSON that every side can carry.

    Raises:
        ValueError: as `check_json` and `check_integer`.
    """
    level: list[Any] = [check_json(filters)]
    while level:  # check_json bounds its depth
        for node in level:
            if isinstance(node, int):
                check_integer(node)
        level = [child for node in level if isinstance(node, dict | list) for child in _children(node)]
    return filters


CARRIED: Final = AfterValidator(check_integer)
"""Annotates an integer; not part of its JSON Schema, which every tool would repeat."""
FreeJson = Annotated[JsonValue, BeforeValidator(check_json)]
"""Any JSON, bounded in depth."""
Filters = Annotated[dict[str, Any], AfterValidator(check_filters)]
"""PostHog's universal filters, which nobody checks but PostHog's app."""

PlaylistName = Annotated[str, Field(max_length=MAX_NAME_LENGTH, description="Name that people see.")]
FocusArea = Annotated[
    str,
    Field(max_length=MAX_FOCUS_AREA_LENGTH, description="What the summaries should look at.", examples=["checkout"]),
]
