"""What events, properties and pages exist in a window: the answer to a search for a name that does not."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeGuard

from pydantic import JsonValue

from replay_mcp.api.endpoints import EVENTS_QUERY
from replay_mcp.api.events import EventsQuery
from replay_mcp.api.params import QueryCreate
from replay_mcp.context import ToolContext
from replay_mcp.errors import ReplayError
from replay_mcp.reading.listing import LONGEST_RETENTION
from replay_mcp.redaction import quoted

PAGE: Final = "$pathname"
"""The property of `$pageview` that names a page."""
MAX_KINDS: Final = 1_000
"""Maximum number of different values that are counted."""
MAX_NAMED: Final = 8
"""Maximum number of values that `listed` names."""

_COLUMNS: Final = 2
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Seen:
    """A value in the window, and how many events have it."""

    value: str
    count: int


class SearchWindow(NamedTuple):
    """A window of time as the arguments of a tool give it, or sessions whatever their time."""

    date_from: str
    date_to: str | None
    session_ids: Sequence[str] = ()


async def seen_events(window: SearchWindow, context: ToolContext) -> list[Seen] | None:
    """The names of the window's events, the most frequent first; None if the API does not tell all of them."""
    return await _counted("event", window, context, None)


async def seen_values(
    key: str, window: SearchWindow, context: ToolContext, event: str | None = None
) -> list[Seen] | None:
    """The values of an event property, the most frequent first; None if the API does not tell.

    Args:
        key: the property, as PostHog names it.
        window: the window of the events.
        context: the tool's context.
        event: count these events only.
    """
    if re.search(r"[`\\\"\x00-\x1f]", key):
        return None
    return await _counted(f"properties.`{key}`", window, context, event)


async def _counted(column: str, window: SearchWindow, context: ToolContext, event: str | None) -> list[Seen] | None:
    before = window.date_to
    if before is not None and _DAY.fullmatch(before):
        before += "T23:59:59.999"  # the recordings list includes the whole day
    of_sessions: dict[str, JsonValue] = {
        "type": "event",
        "key": "$session_id",
        "operator": "exact",
        "value": [*window.session_ids],
    }
    query = EventsQuery(
        kind="EventsQuery",
        select=[column, "count()"],
        after=LONGEST_RETENTION if window.session_ids else window.date_from,
        before=None if window.session_ids else before,
        properties=[of_sessions] if window.session_ids else None,
        event=event,
        order_by=["count() DESC"],
        limit=MAX_KINDS,
    )
    try:
        found = await context.api.call(EVENTS_QUERY, QueryCreate(query=query))
    except ReplayError:
        return None
    if found.has_more or len(found.columns) != _COLUMNS:  # what exists is not known completely
        return None
    rows = [(value, count) for value, count in found.results if value not in (None, "")]
    seen = [Seen(_text(value), count) for value, count in rows if _is_scalar(value) and isinstance(count, int)]
    return seen if len(seen) == len(rows) else None


def _is_scalar(value: JsonValue) -> TypeGuard[str | float]:
    return isinstance(value, str | int | float)


def _text(value: str | float) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def listed(found: Sequence[Seen], context: ToolContext) -> str:
    """The most frequent values, masked, with their counts: `'order placed' 4, 'coupon applied' 2`."""
    shown = [f"{quoted(repr(context.redaction.text(each.value, 60)))} {each.count}" for each in found[:MAX_NAMED]]
    more = f" and {len(found) - MAX_NAMED} more" if len(found) > MAX_NAMED else ""
    return ", ".join(shown) + more
