"""A session's summary in PostHog's shape, made from what was recorded; no model writes it.

It says what happened and what failed. Whether the person reached a goal is beyond the events: `success` is false where
the session ends in a failure that nothing followed, otherwise null, never true.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, Final

from .account import read_account
from .events import Event
from .happenings import CONSOLE_ERROR, REQUEST_FAILED, Happening, ProductEvent, happenings, page_name

MAX_SEGMENTS: Final = 40
"""Page visits beyond these share the last segment."""
MAX_NAME_LENGTH: Final = 256
MAX_KEY_ACTIONS: Final = 20
"""Most key actions of one segment; failures come first."""
MAX_PROBLEMS: Final = 5
"""Most problems that an outcome names."""
MAX_OUTCOME_LENGTH: Final = 1024
MIN_DURATION_MS: Final = 1_000
"""A shorter session has nothing to summarise."""


def summarize(
    session_id: str, events: Iterable[Event], product_events: Sequence[ProductEvent], focus_area: str = ""
) -> dict[str, Any] | None:
    """The summary object of the API; None when nothing happened that could be told, or all within a second.

    Args:
        session_id: the recording's id.
        events: the recording's events in time order.
        product_events: what PostHog's analytics captured in the session, in any order.
        focus_area: words; with them, the key actions are those that mention one of the words, if any does.
    """
    account = read_account(events)
    found = happenings(session_id, account, product_events)
    if not found:
        return None
    start, end = account.span or (found[0].timestamp, found[-1].timestamp)
    if end - start < MIN_DURATION_MS:
        return None
    return _Summarizer(session_id, found, start, end, focus_area).summary()


@dataclass(slots=True)
class _Segment:
    """A stretch on one page. `places` are the positions of its events in the session."""

    index: int
    opens: str | None
    places: list[int] = field(default_factory=list[int])

    @property
    def name(self) -> str:
        return f"Visit to {page_name(self.opens, MAX_NAME_LENGTH - 10)}" if self.opens else "Session"


class _Summarizer:
    def __init__(self, session_id: str, found: list[Happening], start: int, end: int, focus_area: str) -> None:
        self._session_id = session_id
        self._found = found
        self._start = start
        self._duration = end - start
        self._segments = _segments(found)
        self._blocking = _blocking(found)
        self._abandoned = max(self._blocking, default=None)
        self._focus = _mentioning(found, focus_area) if focus_area else None

    def summary(self) -> dict[str, Any]:
        chosen = [self._key_places(segment) for segment in self._segments]
        return {
            "segments": [self._segment(segment, chosen[segment.index]) for segment in self._segments],
            "key_actions": [
                {
                    "segment_index": segment.index,
                    "events": [self._key_action(place) for place in chosen[segment.index]],
                }
                for segment in self._segments
            ],
            "segment_outcomes": [
                {
                    "segment_index": segment.index,
                    "summary": _told([self._found[place] for place in segment.places]),
                    "success": self._success(segment.places),
                }
                for segment in self._segments
            ],
            "session_outcome": {
                "description": self._outcome(),
                "success": self._success(range(len(self._found))),
            },
        }

    def _success(self, places: Iterable[int]) -> bool | None:
        return False if any(place in self._blocking for place in places) else None

    def _key_places(self, segment: _Segment) -> list[int]:
        notable = [place for place in segment.places if self._found[place].notable]
        if self._focus:
            notable = [place for place in notable if place in self._focus]
        return sorted(sorted(notable, key=lambda place: not self._found[place].failed)[:MAX_KEY_ACTIONS])

    def _segment(self, segment: _Segment, chosen: list[int]) -> dict[str, Any]:
        first, last = self._found[segment.places[0]], self._found[segment.places[-1]]
        actions = [self._key_action(place) for place in chosen]
        return {
            "index": segment.index,
            "name": segment.name,
            "start_event_id": first.event_id,
            "end_event_id": last.event_id,
            "meta": {
                "duration": (last.timestamp - first.timestamp) // 1000,
                "duration_percentage": round(min(1.0, (last.timestamp - first.timestamp) / self._duration), 4),
                "events_count": len(segment.places),
                "events_percentage": round(len(segment.places) / len(self._found), 4),
                "key_action_count": len(chosen),
                "failure_count": sum(self._found[place].failed for place in chosen),
                "abandonment_count": sum(action["abandonment"] for action in actions),
                "confusion_count": sum(action["confusion"] for action in actions),
                "exception_count": sum(action["exception"] is not None for action in actions),
            },
        }

    def _key_action(self, place: int) -> dict[str, Any]:
        happening = self._found[place]
        exception = "blocking" if place in self._blocking else "non-blocking" if happening.exception else None
        return {
            "description": happening.description,
            "abandonment": place == self._abandoned,
            "confusion": happening.confusion,
            "exception": exception,
            "event_id": happening.event_id,
            "timestamp": _iso(happening.timestamp),
            "milliseconds_since_start": max(0, happening.timestamp - self._start),
            "window_id": happening.window_id,
            "current_url": happening.url,
            "event": happening.event,
            "event_type": happening.event_type,
            "event_index": place,
            "session_id": self._session_id,
            "event_uuid": happening.event_uuid,
        }

    def _outcome(self) -> str:
        pages = _pages(self._found)
        sentences = [f"{_count(len(pages), 'page visit')} in {self._duration // 1000} s.", _told(self._found)]
        if self._blocking:
            sentences.append("Nothing new happened between the last failed request and the end of the recording.")
        if pages:
            sentences.append(f"The recording ends on {page_name(pages[-1])}.")
        if self._focus is not None:
            sentences.append(f"Events that mention the focus area: {len(self._focus)}.")
        return " ".join(sentences)[:MAX_OUTCOME_LENGTH]


def _segments(found: Sequence[Happening]) -> list[_Segment]:
    """A segment for each page visit. What comes before the first visit belongs to it: pages load before they report."""
    segments = [_Segment(0, None)]
    for place, happening in enumerate(found):
        current = segments[-1]
        if happening.opens and current.opens is None:
            current.opens = happening.opens
        elif happening.opens and happening.opens != current.opens and len(segments) < MAX_SEGMENTS:
            segments.append(current := _Segment(len(segments), happening.opens))
        current.places.append(place)
    return segments


def _pages(found: Sequence[Happening]) -> list[str]:
    """URLs in the order visited; the same one twice in a row counts once."""
    return [url for url, _ in groupby(happening.opens for happening in found if happening.opens)]


def _blocking(found: Sequence[Happening]) -> frozenset[int]:
    """Positions of the unrecovered failures, if nothing new came after the last: no other page or kind of event."""
    unrecovered = [place for place, happening in enumerate(found) if happening.unrecovered]
    if not unrecovered:
        return frozenset()
    before, after = found[: unrecovered[-1] + 1], found[unrecovered[-1] + 1 :]
    page = next((happening.opens for happening in reversed(before) if happening.opens), None)
    moved = any(happening.opens not in (None, page) for happening in after)
    kinds = {happening.event for happening in before}
    own = [happening for happening in after if not happening.failed and not happening.event.startswith("$")]
    grew = any(happening.event not in kinds for happening in own)
    return frozenset() if moved or grew else frozenset(unrecovered)


def _mentioning(found: Sequence[Happening], focus_area: str) -> frozenset[int]:
    """Positions of the notable events that mention a word of the focus area; short words do not count."""
    words = {word for word in focus_area.casefold().split() if len(word) > 3}
    told = (f"{happening.description} {happening.url}".casefold() for happening in found)
    mentions = (any(word in text for word in words) for text in told)
    return frozenset(place for place, mentioned in enumerate(mentions) if mentioned and found[place].notable)


def _told(found: Sequence[Happening]) -> str:
    """Counts and problems in words."""
    kinds = Counter(happening.event_type for happening in found if happening.event == "$autocapture")
    done = [_count(kinds["click"], "click"), _count(kinds["change"], "field change")]
    told = f"{', '.join(done)}.".capitalize()
    own = Counter(happening.event for happening in found if happening.notable and not happening.event.startswith("$"))
    if events := [_times(event, count) for event, count in own.items() if event not in {REQUEST_FAILED, CONSOLE_ERROR}]:
        told += f" Events: {'; '.join(events[:MAX_PROBLEMS])}{_more(events)}."
    problems = Counter(happening.description for happening in found if happening.failed)
    if failures := [_times(problem.rstrip("."), count) for problem, count in problems.most_common()]:
        told += f" Problems: {'; '.join(failures[:MAX_PROBLEMS])}{_more(failures)}."
    return told[:MAX_OUTCOME_LENGTH]


def _more(named: Sequence[str]) -> str:
    return f"; and {len(named) - MAX_PROBLEMS} more" if len(named) > MAX_PROBLEMS else ""


def _times(what: str, count: int) -> str:
    return what if count == 1 else f"{what} ({count} times)"


def _count(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"


def _iso(timestamp: int) -> str:
    moment = datetime.fromtimestamp(timestamp / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
