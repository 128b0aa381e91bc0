"""`session-recordings-compare`."""

from typing import Final

import anyio

from replay_mcp.api.endpoints import EVENTS_QUERY, RECORDINGS_LIST, SNAPSHOT_SOURCES, SNAPSHOTS
from replay_mcp.api.models import RecordingPage
from replay_mcp.context import ToolContext
from replay_mcp.reading.compare_recordings import ComparisonAnswer, ComparisonQuestion, compare_recordings
from replay_mcp.redaction import quoted
from replay_mcp.tools._compared import CompareParams
from replay_mcp.tools._tool import tool
from replay_mcp.tools._why_nothing import why_nothing
from replay_mcp.views.comparison_result import CompareResult, NotRead, compare_result

_NOT_FOUND: Final = "No recording in this environment has this id."
_NOT_FOUND_FILTERED: Final = "No recording in this environment has this id and matches the filters."
_MORE: Final = "More recordings match than were read: raise limit (at most 100), or narrow the filters."
_NO_VERSUS: Final = "versus compares problems and steps only: leave out show, or add problems to it."
_NOTHING_EARLIER: Final = "No recording of the earlier window matches: nothing can be new or gone."


@tool(
    title="Compare recordings",
    level="read",
    uses=(RECORDINGS_LIST, SNAPSHOT_SOURCES, SNAPSHOTS),
    optional=(EVENTS_QUERY,),
    view="shown",
)
async def session_recordings_compare(params: CompareParams, context: ToolContext) -> CompareResult:
    """Group the problems of up to 100 recordings by page, element and error.

    With sessions, what followed, the best example. Reads whole recordings: start with few.
    """
    started = anyio.current_time()
    wanted = list(dict.fromkeys(params.session_ids or []))
    limit = len(wanted) or params.limit
    page = (await params.find(context, limit=limit)).page
    recordings = page.results[:limit]
    ids = [recording.id for recording in recordings]
    before = await params.find_earlier(context)
    matching = await params.find_matching(context, ids)
    earlier = None if before is None else [each for each in before.results[:limit] if each.id not in ids]
    question = ComparisonQuestion(recordings, earlier, matching, params.parts, params.steps or ())
    seconds = context.timing.deadline - (anyio.current_time() - started)
    answer = await compare_recordings(question, context, seconds=seconds)
    timelines = answer.timelines
    missing = _NOT_FOUND_FILTERED if params.narrowed else _NOT_FOUND
    masked = bool(wanted) and await params.masked_reason(context) is not None
    not_found = [] if masked else [id for id in wanted if id not in ids]
    unreadable = dict.fromkeys(not_found, missing) | dict(timelines.unreadable)
    stop = timelines.stopped_by
    nothing = not (timelines.by_id or unreadable or timelines.not_tried)
    note = await why_nothing(params, context) if nothing else _note(params, page, before, answer)
    if ids and matching is not None and not matching:
        note = " ".join([note or "", *[reason async for reason in params.unmet_split(context)]]).strip() or None
    return compare_result(
        answer.comparison,
        context,
        NotRead(unreadable, timelines.partly_read, timelines.not_tried, f"{stop.why} {stop.next}" if stop else None),
        window=params.window | {"data_from": await params.first_data(context)},
        earlier=params.earlier_window,
        note=note,
    )


def _note(
    params: CompareParams, page: RecordingPage, before: RecordingPage | None, answer: ComparisonAnswer
) -> str | None:
    notes = [_unmatched(answer)]
    if before is not None and not before.results:
        notes.append(_NOTHING_EARLIER)
    if before is not None and not params.steps and "problems" not in params.parts:
        notes.append(_NO_VERSUS)
    limit = len(params.session_ids or ()) or params.limit
    pages = [page, *([before] if before is not None else [])]
    if not params.session_ids and any(each.next_cursor or each.more or len(each.results) > limit for each in pages):
        notes.append(_MORE)
    return " ".join(filter(None, notes)) or None


def _unmatched(answer: ComparisonAnswer) -> str:
    """Which steps nothing matches, so that no session reached them or any later one, and why events may be missing."""
    steps = [each.step for each in answer.comparison.steps]
    unmatched = [quoted(repr(step.text)) for step in steps if step.kind is None]
    nothing = f"No session has a URL, event or element named {', '.join(unmatched)}." if unmatched else ""
    needs_events = answer.no_events and any(step.kind in (None, "event") for step in steps)
    missing = f"Product events may be missing: {answer.no_events}" if needs_events else ""
    return f"{nothing} {missing}".strip()
