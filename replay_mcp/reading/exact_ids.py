"""Finds the recordings that ids in other forms mean: UUIDs in upper case, and the beginnings of UUIDs."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from string import hexdigits
from typing import Final

import anyio

from replay_mcp.api.endpoints import RECORDINGS_LIST
from replay_mcp.api.models import RecordingPage
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
_LONGEST_SESSION: Final = timedelta(hours=24)
"""PostHog's libraries start a new session, with a new id, after this time."""
_SLACK: Final = timedelta(hours=1)
MAX_BEGINNINGS: Final = 10
"""Beginnings of ids in one call, each of which may need a list of recordings."""
_WHOLE_TIME: Final = 13
"""Characters of a UUID of version 7 up to the end of its time."""
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
    session began: with the whole time, the recordings of the day after it are listed. Otherwise, or if none of these
    fits, all recordings are listed, once for all beginnings; they must fit in one page.

    Raises:
        InvalidArguments: a beginning fits several recordings, too many recordings to tell were made, or there are more
            than `MAX_BEGINNINGS`.
        ReplayError: the recordings cannot be listed.
    """
    ends = anyio.current_time() + _SECONDS
    candidates = list(dict.fromkeys(form for id in ids for form in (str(id), id.lower())))
    found = await list_existing(candidates, context, seconds=_SECONDS)
    exact = {id: form for id in ids for form in (id.lower(), str(id)) if form in found}
    starts = [id for id in ids if short and id not in exact and len(id) < _UUID_LENGTH]
    if len(starts) > MAX_BEGINNINGS:
        raise InvalidArguments(
            f"{len(starts)} of the ids are not whole, and one call takes at most {MAX_BEGINNINGS} such ids.",
            next="Give whole ids, or fewer in one call.",
        )
    everything: RecordingPage | None = None
    for id in starts:
        matching = None
        if (window := _window(id.lower())) is not None:
            matching = _only(id.lower(), await _listed(window, context, ends))
        if matching is None:
            everything = everything or await _listed({"date_from": LONGEST_RETENTION}, context, ends)
            matching = _only(id.lower(), everything)
        exact |= {id: matching} if matching is not None else {}
    return exact


async def _listed(bounds: dict[str, str], context: ToolContext, ends: float) -> RecordingPage:
    request = RecordingsList.model_validate({"limit": MAX_LISTED, **bounds})
    return await context.api.call(RECORDINGS_LIST, request, deadline=max(ends - anyio.current_time(), 0.001))


def _only(start: str, page: RecordingPage) -> str | None:
    """The id of the only recording whose id starts so, or None if there is none.

    Raises:
        InvalidArguments: there are several, or the page does not list all recordings.
    """
    matching = [recording.id for recording in page.results if recording.id.lower().startswith(start)]
    if len(matching) > 1:
        some = ", ".join(visible(id) for id in matching[:_MAX_NAMED])
        raise _not_unique(start, f"{len(matching)} recordings have ids that start with it: {some}")
    if page.more or page.unreadable:
        raise _not_unique(start, "too many recordings were made to tell which one it means")
    return matching[0] if matching else None


def _window(start: str) -> dict[str, str] | None:
    """The bounds of the day after the whole time in a UUID of version 7; None if it has none or it is unlikely."""
    if len(start) < _WHOLE_TIME or (len(start) > _VERSION and start[_VERSION] != "7"):
        return None
    try:
        began = datetime.fromtimestamp(int(start[:_WHOLE_TIME].replace("-", ""), 16) / 1000, UTC)
        return {"date_from": (began - _SLACK).isoformat(), "date_to": (began + _LONGEST_SESSION).isoformat()}
    except (ValueError, OverflowError, OSError):
        return None


def _not_unique(start: str, why: str) -> InvalidArguments:
    return InvalidArguments(f"{quoted(repr(start), 60)} is not a whole id, and {why}.", next="Give the whole id.")
