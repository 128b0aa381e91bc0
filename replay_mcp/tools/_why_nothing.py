"""Why a search found no recording: which of its names does not exist, and what exists instead."""

from collections.abc import AsyncIterator, Iterable
from typing import Final, cast

import anyio

from replay_mcp.api.models import Recording
from replay_mcp.context import ToolContext
from replay_mcp.errors import ReplayError
from replay_mcp.reading.listing import LONGEST_RETENTION
from replay_mcp.reading.what_exists import PAGE, SearchWindow, Seen, listed, seen_events, seen_values
from replay_mcp.redaction import quoted
from replay_mcp.tools._conditions import PropertyCondition
from replay_mcp.tools._filters import RecordingFilters

_UNKNOWN_IDS: Final = (
    "No recording in this environment has one of these ids: they were not captured, have expired, were deleted, or "
    "belong to another environment."
)
EXPLAINING_SECONDS: Final = 8.0
"""Time limit of finding out what does not exist: the answer itself is there."""
_MAX_REASONS: Final = 3
_MAX_PERSONS: Final = 5
_CANNOT_NAME: Final = "the API does not say which events exist (a key needs the scope query:read)."
_DROP: Final = "Drop a filter, or widen date_from."
_NEGATIVE: Final = frozenset({"is_not", "not_icontains", "is_not_set"})


async def why_nothing(filters: RecordingFilters, context: ToolContext) -> str:
    """A note for a result without recordings."""
    if masked := await filters.masked_reason(context):
        return masked
    if filters.session_ids and not filters.narrowed:
        return _UNKNOWN_IDS
    reasons: list[str] = []
    with anyio.move_on_after(EXPLAINING_SECONDS):
        async for reason in _unknown_names(filters, context):
            reasons.append(reason)
            if len(reasons) == _MAX_REASONS:
                break
        if not reasons:
            return await _nothing_matches(filters, context)
    return " ".join(reasons) or f"No recording matches. {_DROP}"


async def _nothing_matches(filters: RecordingFilters, context: ToolContext) -> str:
    where = f"from {filters.date_from} to {filters.date_to or 'now'}" if not filters.session_ids else "among these ids"
    if filters.session_ids is None and (begins := await filters.data_from(context)) is not None and filters.date_to:
        return f"No recording {where} matches; the oldest recording starts at {begins:%Y-%m-%dT%H:%M:%SZ}."
    if not filters.narrowed:
        return (
            f"There is no recording {where}. Widen date_from; some sessions are not recorded (sampling, triggers, "
            "replay disabled)."
        )
    window = filters.unfiltered()
    try:
        page = (await window.find(context, limit=1)).page
    except ReplayError:
        page = None
    if page is None or (page.count is None and page.results):
        return f"No recording {where} matches. {_DROP}"
    if not page.results:
        return f"There is no recording {where} at all, with or without these filters. Widen date_from."
    return f"Recordings {where}: {page.count}; none of them matches. {_DROP}"


async def _unknown_names(filters: RecordingFilters, context: ToolContext) -> AsyncIterator[str]:
    """One sentence for each name in the filters that the window does not have."""
    window = filters.search_window
    if filters.person is not None and (reason := await _unknown_person(filters.person, context)):
        yield reason
    if filters.event is not None:
        seen = await seen_events(window, context)
        if seen is None:
            yield f"No session with the event {quoted(repr(filters.event))} matches; {_CANNOT_NAME}"
            return
        if reason := _unknown_event(filters.event, seen, context):
            yield reason
            return  # conditions on its properties cannot hold either
    async for reason in unmet_conditions(filters.where or (), window, context, filters.event):
        yield reason
    if filters.visited_url is not None:
        alone = filters.unfiltered().model_copy(update={"visited_url": filters.visited_url})
        if await _finds_nothing(alone, context) and (seen := await seen_values(PAGE, window, context, "$pageview")):
            yield f"No visited URL has {quoted(repr(filters.visited_url))}; paths {_alternatives(seen, context)}"


async def unmet_conditions(
    conditions: Iterable[PropertyCondition], window: SearchWindow, context: ToolContext, event: str | None = None
) -> AsyncIterator[str]:
    """One sentence for each condition whose property or value does not exist.

    Args:
        conditions: on events and persons; others are skipped.
        window: of the events.
        context: the tool's context.
        event: the event that conditions on events apply to; None for all.
    """
    for condition in conditions:
        if condition.names_event:
            seen = await seen_events(window, context)
            if seen is not None and (reason := _unknown_event(condition.value[0], seen, context)):
                yield reason
        elif condition.on == "event":
            seen = await seen_values(condition.property_name, window, context, event)
            if seen is not None and (reason := _unmet(condition, seen, event, context)):
                yield reason
        elif condition.on == "person" and condition.op not in _NEGATIVE:
            anybody = PropertyCondition(on="person", key=condition.key, op="is_set")
            if await _finds_nothing(RecordingFilters(date_from=LONGEST_RETENTION, where=[anybody]), context):
                yield f"No recorded person has the property {quoted(repr(condition.key))}."


async def _finds_nothing(filters: RecordingFilters, context: ToolContext) -> bool:
    try:
        return not (await filters.find(context, limit=1)).page.results
    except ReplayError:
        return False


async def _unknown_person(person: str, context: ToolContext) -> str | None:
    anywhere = RecordingFilters(date_from=LONGEST_RETENTION, person=person)
    try:
        latest = (await anywhere.find(context, limit=1)).page.results
    except ReplayError:
        return None
    if not latest:
        alike = await _persons_like(person, context)
        known = f" Similar: {', '.join(alike)}." if alike else ""
        return f"No recording is of a person whose whole e-mail, name or id is {quoted(repr(person))}.{known}"
    return f"The latest recording of this person {_when(latest[0])}; widen date_from or drop another filter."


async def _persons_like(part: str, context: ToolContext) -> list[str]:
    """Some persons with the text in their e-mail or name; nobody where persons are hidden."""
    if context.redaction.level == "strict":
        return []
    found: dict[str, None] = {}
    for key in ("email", "name"):
        condition = PropertyCondition(on="person", key=key, op="icontains", value=[part])
        try:
            page = (await RecordingFilters(date_from=LONGEST_RETENTION, where=[condition]).find(context, limit=20)).page
        except ReplayError:
            return []
        labels = [recording.person.label for recording in page.results if recording.person is not None]
        found |= dict.fromkeys(shown for label in labels if label and (shown := context.redaction.identity(label)))
    return list(found)[:_MAX_PERSONS]


def _when(recording: Recording) -> str:
    start = recording.start_time
    return f"started at {start:%Y-%m-%dT%H:%M:%SZ}" if start else "has no start time"


def _unknown_event(name: str, seen: list[Seen], context: ToolContext) -> str | None:
    if name in {each.value for each in seen}:
        return None
    return f"No event {quoted(repr(name))} in this window; {_alternatives(seen, context)}"


def _unmet(condition: PropertyCondition, seen: list[Seen], event: str | None, context: ToolContext) -> str | None:
    """Why no event meets the condition, if it compares whole values; None if one does or this is not known."""
    key, subject = quoted(repr(condition.property_name)), f"{quoted(repr(event))} event" if event else "event"
    if not seen:
        return None if condition.op in _NEGATIVE else f"No {subject} in this window has the property {key}."
    compared = condition.filter(context.redaction)["value"]
    wanted = {
        _canonical(str(value)) for value in (cast(list[object], compared) if isinstance(compared, list) else [compared])
    }
    if condition.op != "exact" or wanted & {_canonical(each.value) for each in seen}:
        return None
    named = " or ".join(quoted(repr(value)) for value in condition.value)
    if context.redaction.level == "strict" and not condition.is_about_software:
        return f"No {subject} in this window has {key} {named}."
    return f"No {subject} in this window has {key} {named}; {_alternatives(seen, context)}"


def _canonical(value: str) -> str:
    """A value in the form in which equal numbers and booleans are equal texts."""
    try:
        return repr(float(value))
    except ValueError:
        return value.lower() if value.lower() in ("true", "false") else value


def _alternatives(seen: list[Seen], context: ToolContext) -> str:
    custom = [each for each in seen if not each.value.startswith("$")] or seen
    return f"seen: {listed(custom, context)}." if seen else "no event was captured."
