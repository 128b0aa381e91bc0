"""A session's summary in PostHog's shape, computed from its timeline without a model.

`outcome.RULES` defines the outcomes "success shown", "failed" and "not shown".
"""

import hashlib
import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from replay_mcp.recording.timeline.reader import Timeline
from replay_mcp.recording.timeline.rows import FORMAT, Row

from .focus import Focus
from .outcome import ACTIONS, Outcome, Outcomes
from .segments import VisitSegment, segments
from .sentences import (
    OMITTED_FLAG,
    Tally,
    completion_clause,
    consequence,
    failure_sentence,
    page_name,
    problem,
    refs,
    sentence,
    shown_text,
    tally,
)

VERSION: Final = f"{FORMAT}.0"
"""Version of the rules of timelines and summaries. Stored summaries of another version are not used."""
BY: Final = "Replay MCP"
MAX_DESCRIPTION_LENGTH: Final = 1024
"""PostHog's limit."""
MAX_KEY_ACTIONS: Final = 20
"""Maximum key actions of a segment: problems and reported results first, then the earliest."""
MAX_PROBLEMS: Final = 5
"""Maximum problems that a description names."""
MAX_FAILED_REFS: Final = 100
"""Maximum failed actions that `computed` names."""
MIN_DURATION_MS: Final = 1_000
"""A shorter session is not summarised."""

_NAMESPACE: Final = uuid.UUID("5b0f1d5e-6a0b-5a3e-9a53-0f6f2b7d7c11")
_CONFUSION: Final = frozenset({"rage", "dead", "repeated_submit", "quick_back"})
_HARMLESS_FLAGS: Final = frozenset({"retyped", "quick_back"})
"""People also do this when nothing is wrong: these rows are key actions, not problems."""
_NOTABLE: Final = frozenset({"navigation", "typing", "change", "custom", "idle"})


def summarize(session_id: str, timeline: Timeline, focus_area: str = "") -> dict[str, Any] | None:
    """Compute the API's summary object; None if nothing happened, or everything within a second.

    Besides PostHog's fields it has `computed`: the version of the rules, how much of the recording was read and what is
    missing, and the facts of the sentences as data: `outcome` (`success`, `failed` or `not shown`), `failed_refs`,
    `clicks` and `fields`, and from when to when each segment lasted (`segment_seconds`).

    Args:
        session_id: the recording's id.
        timeline: its timeline.
        focus_area: words. Segments quote the rows that mention one of them; the order is that of time.
    """
    if timeline.end - timeline.start < MIN_DURATION_MS or not timeline.rows:
        return None
    return _SummaryBuilder(session_id, timeline, focus_area).summary()


class _SummaryBuilder:
    def __init__(self, session_id: str, timeline: Timeline, focus_area: str) -> None:
        self._session_id = session_id
        self._timeline = timeline
        self._outcomes = Outcomes(timeline.rows, timeline.coverage)
        self._focus = Focus.for_area(focus_area, timeline.rows)
        self._segments = segments(timeline.rows)
        self._followed = {ref for row in timeline.rows for ref in row.followed_by}
        self._shown_after_actions = {(row.tab, shown_text(row)) for row in timeline.rows if row.kind in ACTIONS}
        self._duration = timeline.end - timeline.start
        self._failed_tries = (
            frozenset(action.ref for action in self._outcomes.failure.actions)
            if self._outcomes.failure
            else frozenset[str]()
        )
        self._abandoned = self._outcomes.failure.actions[-1].ref if self._outcomes.failure else None

    def summary(self) -> dict[str, Any]:
        chosen = {segment.index: self._key_rows(segment) for segment in self._segments}
        return {
            "segments": [self._segment(segment, len(chosen[segment.index])) for segment in self._segments],
            "key_actions": [
                {"segment_index": segment.index, "events": [self._key_action(row) for row in chosen[segment.index]]}
                for segment in self._segments
            ],
            "segment_outcomes": [
                {
                    "segment_index": segment.index,
                    "summary": self._segment_description(segment.rows),
                    "success": self._outcomes.of(segment.rows).success,
                }
                for segment in self._segments
            ],
            "session_outcome": {
                "description": self._session_description(),
                "success": self._outcomes.of(self._timeline.rows).success,
            },
            "computed": self._computed(),
        }

    def _segment(self, segment: VisitSegment, key_actions: int) -> dict[str, Any]:
        rows = segment.rows
        first, last = rows[0], rows[-1]
        start, end = segment.span
        seconds = end - start
        return {
            "index": segment.index,
            "name": segment.name,
            "start_event_id": self._event_id(first),
            "end_event_id": self._event_id(last),
            "meta": {
                "duration": int(seconds),
                "duration_percentage": min(1.0, round(seconds * 1000 / self._duration, 4)),
                "events_count": len(rows),
                "events_percentage": round(len(rows) / len(self._timeline.rows), 4),
                "key_action_count": key_actions,
                "failure_count": sum(map(self._is_problem, rows)),
                "abandonment_count": sum(map(self._is_abandoned, rows)),
                "confusion_count": sum(map(_is_confused, rows)),
                "exception_count": sum(map(self._is_exception, rows)),
            },
        }

    def _key_rows(self, segment: VisitSegment) -> list[Row]:
        rows = [row for row in segment.rows if self._is_key(row)]
        rows.sort(key=lambda row: (not self._focus.matches(row), not (self._is_problem(row) or row.meaning)))
        return sorted(rows[:MAX_KEY_ACTIONS], key=lambda row: int(row.ref[1:]))

    def _is_key(self, row: Row) -> bool:
        if row.kind in ("network", "console"):  # otherwise the action before it reports the error
            return _is_error(row) and row.ref not in self._followed
        if row.kind == "text":  # otherwise the action reports its text
            return bool(row.meaning) and (row.tab, shown_text(row)) not in self._shown_after_actions
        if row.kind == "click":
            return bool(row.flags) or not _only_focused(row)
        return row.kind in _NOTABLE or bool(row.flags)

    def _is_exception(self, row: Row) -> bool:
        alone = _is_error(row) and row.ref not in self._followed
        return alone or bool(row.followed_by) or self._outcomes.has_failed(row)

    def _is_problem(self, row: Row) -> bool:
        return self._is_exception(row) or (row.kind != "text" and not _HARMLESS_FLAGS.issuperset(row.flags))

    def _is_abandoned(self, row: Row) -> bool:
        return row.ref == self._abandoned or "abandoned_form" in row.flags

    def _is_reported_failed(self, row: Row) -> bool:
        """Whether a sentence reports that an action failed."""
        return row.ref in self._failed_tries or (row.kind in ACTIONS and row.meaning == "error")

    def _key_action(self, row: Row) -> dict[str, Any]:
        exception = "non-blocking" if self._is_exception(row) else None
        moment = self._timeline.start + round(row.seconds * 1000)
        event, event_type = _event(row)
        return {
            "description": sentence(row)[:MAX_DESCRIPTION_LENGTH],
            "abandonment": self._is_abandoned(row),
            "confusion": _is_confused(row),
            "exception": "blocking" if row.ref in self._failed_tries else exception,
            "event_id": self._event_id(row),
            "timestamp": datetime.fromtimestamp(moment / 1000, UTC).isoformat(timespec="milliseconds")[:-6] + "Z",
            "milliseconds_since_start": max(0, round(row.seconds * 1000)),
            "window_id": self._timeline.windows[row.tab - 1] if row.tab <= self._timeline.tabs else "",
            "current_url": row.page or None,
            "event": event,
            "event_type": event_type,
            "event_index": int(row.ref[1:]) - 1,
            "session_id": self._session_id,
            "event_uuid": str(self._uuid(row)),
        }

    def _uuid(self, row: Row) -> uuid.UUID:
        """An id of a row that is the same each time the recording is read."""
        return uuid.uuid5(_NAMESPACE, f"{self._session_id}/{row.ref}")

    def _event_id(self, row: Row) -> str:
        return hashlib.sha256(self._uuid(row).bytes).hexdigest()[:8]

    def _segment_description(self, rows: Sequence[Row]) -> str:
        """Describe a segment: outcome, counts, problems."""
        outcome = self._outcomes.of(rows)
        return _joined(
            [*self._verdict(outcome), tally(rows), *self._focus.quotes(rows), *self._problems(rows, outcome)]
        )

    def _session_description(self) -> str:
        """Describe the session: outcome, counts, problems, last page."""
        rows = self._timeline.rows
        outcome = self._outcomes.of(rows)
        visits = [row for row in rows if row.kind == "navigation"]
        last = next((row.page for row in reversed(rows) if row.kind not in ("network", "console")), "")
        tabs = f" in {self._timeline.tabs} tabs" if self._timeline.tabs > 1 else ""
        return _joined(
            [
                *(self._verdict(outcome) or ["Outcome not shown."]),
                f"{self._duration // 1000} s{tabs}: {tally(rows, visits=len(visits))}",
                *self._problems(rows, outcome),
                *([f"The recording ends on {page_name(last)}."] if last else []),
                *self._focus.remark(len(rows)),
                *(["Parts of the recording are missing: see computed."] if self._timeline.coverage.gaps else []),
            ]
        )

    def _verdict(self, outcome: Outcome) -> list[str]:
        if outcome.failure is not None:
            return [failure_sentence(outcome.failure)]
        if outcome.completion is not None and outcome.success:
            return [f"Success shown: {completion_clause(outcome.completion)}."]
        if outcome.completion is not None:
            return [f"Outcome not shown; earlier, {completion_clause(outcome.completion)}."]
        return []

    def _problems(self, rows: Iterable[Row], outcome: Outcome) -> list[str]:
        """The problems, equal ones together, without those that the outcome names already."""
        reported = self._failed_tries if outcome.failure else frozenset[str]()
        alike: dict[tuple[str, ...], list[Row]] = {}
        for row in rows:
            if self._is_problem(row) and row.ref not in reported:
                alike.setdefault((problem(row), *(flag for flag in row.flags if flag != OMITTED_FLAG)), []).append(row)
        if not alike:
            return []
        named = sorted(alike.values(), key=lambda same: not any(map(self._focus.matches, same)))[:MAX_PROBLEMS]
        in_time = (same for same in alike.values() if same in named)
        sentences = [f"{problem(same[0])} ({refs(same)}){consequence(same)}" for same in in_time]
        more = f"; and {len(alike) - MAX_PROBLEMS} more" if len(alike) > MAX_PROBLEMS else ""
        return [f"Problems: {'; '.join(sentences)}{more}."]

    def _computed(self) -> dict[str, Any]:
        coverage, rows = self._timeline.coverage, self._timeline.rows
        count = Tally.of(rows)
        return {
            "by": BY,
            "version": VERSION,
            "seconds": round(self._duration / 1000, 1),
            "events": coverage.events,
            "rows": len(rows),
            "complete": not coverage.gaps,
            "outcome": self._outcomes.of(rows).name,
            "failed_refs": [row.ref for row in rows if self._is_reported_failed(row)][:MAX_FAILED_REFS],
            "clicks": count.clicks,
            "fields": count.fields,
            "segment_seconds": [list(segment.span) for segment in self._segments],
            **({"missing": coverage.gaps} if coverage.gaps else {}),
            **({"focus": self._focus.computed} if self._focus.area else {}),
        }


def _is_error(row: Row) -> bool:
    """Whether a row is a console error, or a failed request that matters."""
    return row.kind in ("network", "console") and row.weight == 4


def _only_focused(click: Row) -> bool:
    """Whether a click only focused a field; the typing has a row of its own."""
    in_field = click.element is not None and click.element.sort == "field"
    return in_field and click.response is not None and not click.texts


def _is_confused(row: Row) -> bool:
    return not _CONFUSION.isdisjoint(row.flags)


def _event(row: Row) -> tuple[str, str | None]:
    """PostHog's event name for a row, and the type of an autocaptured event."""
    if "rage" in row.flags:
        return "$rageclick", None
    if "dead" in row.flags:
        return "$dead_click", None
    if row.kind in ACTIONS:
        return "$autocapture", "click" if row.kind == "click" else "change"
    if row.kind == "custom":
        return row.message, None
    return {"navigation": "$pageview", "network": "request failed", "console": "console error"}.get(
        row.kind, row.kind
    ), None


def _joined(parts: Iterable[str]) -> str:
    """Join the parts that fit into PostHog's limit; cut the first one if it is longer."""
    joined = ""
    for part in parts:
        if joined and len(joined) + 1 + len(part) > MAX_DESCRIPTION_LENGTH:
            continue
        joined = f"{joined} {part}".strip()
    return joined[:MAX_DESCRIPTION_LENGTH]
