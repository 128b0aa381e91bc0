"""Finds the recordings that ids in other forms mean: UUIDs in upper case, and the beginnings of UUIDs."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from string import hexdigits
from typing import Final

import anyio

from replay_mcp.api.endpoints import RECORDINGS_LIST
from replay_mcp.api.params import RecordingsList
from replay_mcp.context import ToolContext
from replay_mcp.errors import InvalidArguments
from replay_mcp.reading.listing import LONGEST_RETENTION, list_existing
from replay_mcp.redaction import quoted, visible

SHORTEST: Final = 8
"""Fewest characters of a beginning."""
MAX_LISTED: Final = 500
"""Recordings in the list that shows that a beginning fits only one of them."""
_UUID_LENGTH: Final = 36
_DASHES: Final = frozenset({8, 13, 18, 23})
_HEX: Final = frozenset(hexdigits)
_VERSION: Final = 14
"""Place of a UUID's version."""
_TIME_DIGITS: Final = 12
"""Hexadecimal digits of the milliseconds with which a UUID of version 7 begins."""
_LONGEST_SESSION: Final = timedelta(hours=24)
"""PostHog's libraries start a new session, with a new id, after this time."""
_SLACK: Final = timedelta(hours=1)
_SECONDS: Final = 8.0
"""Deadline of the search; with the tool's own it stays below the 60 seconds after which clients time out."""
_MAX_NAMED: Final = 5


class InexactId(str):
    """An id that may mean another: a UUID in upper case, or the beginning of a UUID."""

    __slots__ = ()


def is_inexact(id: str) -> bool:
    """Whether it is a UUID with upper-case digits, or the first 8 or more characters of a UUID."""
    if not SHORTEST <= len(id) <= _UUID_LENGTH:
        return False
    if any((character == "-") != (place in _DASHES) for place, character in enumerate(id)):
        return False
    return set(id) <= _HEX | {"-"} and (len(id) < _UUID_LENGTH or id != id.lower())


async def exact_ids(ids: Sequence[str], context: ToolContext, *, short: bool) -> dict[str, str]:
    """Find the ids of the recordings that these mean; those without a recording are left out.

    Libraries for iOS write ids in upper case, so that an id is first taken as it is, then in lower case. With `short`,
    a beginning means the only recording whose id starts with it. A UUID of version 7 begins with the time at which the
    session began: all recordings of the day after it are listed, then all recordings, if they fit in one page.

    Raises:
        InvalidArguments: a beginning fits several recordings, or too many recordings to tell were made.
        ReplayError: the recordings cannot be listed.
    """
    ends = anyio.current_time() + _SECONDS
    candidates = list(dict.fromkeys(form for id in ids for form in (str(id), id.lower())))
    found = await list_existing(candidates, context, seconds=_SECONDS)
    exact = {id: form for id in ids for form in (id.lower(), str(id)) if form in found}
    for id in ids if short else ():
        if id not in exact and len(id) < _UUID_LENGTH:
            matching = await _starting_with(id.lower(), context, ends)
            exact |= {id: matching} if matching is not None else {}
    return exact


async def _starting_with(start: str, context: ToolContext, ends: float) -> str | None:
    """The id of the only recording whose id starts so, or None if there is none.

    Raises:
        InvalidArguments: there are several, or not all recordings can be listed.
    """
    window = _window(start)
    for bounds in ([window] if window else []) + [{"date_from": LONGEST_RETENTION}]:
        request = RecordingsList.model_validate({"limit": MAX_LISTED, **bounds})
        page = await context.api.call(RECORDINGS_LIST, request, deadline=max(ends - anyio.current_time(), 0.001))
        matching = [recording.id for recording in page.results if recording.id.lower().startswith(start)]
        if len(matching) > 1:
            some = ", ".join(visible(id) for id in matching[:_MAX_NAMED])
            raise _not_unique(start, f"{len(matching)} recordings have ids that start with it: {some}")
        if page.more or page.unreadable:
            raise _not_unique(start, "too many recordings were made to tell which one it means")
        if matching:
            return matching[0]
    return None


def _window(start: str) -> dict[str, str] | None:
    """The bounds of the day after the time in a UUID of version 7; None if it is none or the time is unlikely."""
    if len(start) > _VERSION and start[_VERSION] != "7":
        return None
    digits = start.replace("-", "")[:_TIME_DIGITS]
    try:
        first, last = (
            datetime.fromtimestamp(int(digits.ljust(_TIME_DIGITS, fill), 16) / 1000, UTC) for fill in ("0", "f")
        )
        return {"date_from": (first - _SLACK).isoformat(), "date_to": (last + _LONGEST_SESSION).isoformat()}
    except (ValueError, OverflowError, OSError):
        return None


def _not_unique(start: str, why: str) -> InvalidArguments:
    return InvalidArguments(f"{quoted(repr(start), 60)} is not a whole id, and {why}.", next="Give the whole id.")
