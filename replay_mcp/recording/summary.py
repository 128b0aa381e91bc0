"""A session's summary in PostHog's shape, made from what was recorded; no model writes it.

It says what happened and what failed. Whether the person reached a goal is beyond the events: `success` is false where
the session ends in a failure that was tried again in vain and that nothing else followed, otherwise null, never true.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from .account import read_account
from .events import Event
from .happenings import SAME_MOMENT_MS, Clicks, Happening, ProductEvent, happenings, page_name, told_once

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
    everything = happenings(session_id, account, product_events)
    found = told_once(everything)
    if not found:
        return None
    recorded = account.span or (found[0].timestamp, found[-1].timestamp)
    # Product events reach further than the recording: a page opens before its recorder starts, and may close after it.
    duration = max(recorded[1], found[-1].timestamp) - min(recorded[0], found[0].timestamp)
    if duration < MIN_DURATION_MS:
        return None
    blocking = _blocking(everything, account.last_success)
    return _Summarizer(session_id, found, recorded[0], duration, blocking=blocking, focus_area=focus_area).summary()


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
    def __init__(
        self,
        session_id: str,
        found: list[Happening],
        start: int,
        duration: int,
        *,
        blocking: frozenset[Happening],
        focus_area: str,
    ) -> None:
        self._session_id = session_id
        self._found = found
        self._start = start  # of the recording, where its playback starts
        self._duration = duration
        self._segments = _segments(found)
        self._blocking = frozenset(place for place, happening in enumerate(found) if happening in blocking)
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
        events = [self._found[place] for place in segment.places]
        first, last = events[0], events[-1]
        return {
            "index": segment.index,
            "name": segment.name,
            "start_event_id": first.event_id,
            "end_event_id": last.event_id,
            "meta": {
                "duration": (last.timestamp - first.timestamp) // 1000,
                "duration_percentage": round((last.timestamp - first.timestamp) / self._duration, 4),
                "events_count": len(segment.places),
                "events_percentage": round(len(segment.places) / len(self._found), 4),
                "key_action_count": len(chosen),
                "failure_count": sum(happening.failed for happening in events),
                "abandonment_count": sum(place == self._abandoned for place in segment.places),
                "confusion_count": sum(happening.confusion for happening in events),
                "exception_count": sum(happening.exception for happening in events),
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
        visits = _visits(self._found)
        sentences = [f"{_count(len(visits), 'page visit')} in {self._duration // 1000} s.", _told(self._found)]
        if self._blocking:
            sentences.append(
                "After the last failed request there is no edit, no click on anything else, no other page and no"
                " request of the page's code that succeeded."
            )
        if page := _last_page(self._found, visits):
            sentences.append(f"The recording ends on {page_name(page)}.")
        if self._focus is not None:
            sentences.append(f"Events that mention the focus area: {len(self._focus)}.")
        return " ".join(sentences)[:MAX_OUTCOME_LENGTH]


def _segments(found: Sequence[Happening]) -> list[_Segment]:
    """A segment for each page visit in each tab.

    What comes before a tab's first visit belongs to it: pages load before they report. An event of no known tab, as
    servers send them, belongs to the segment of the event before it.
    """
    segments: list[_Segment] = []
    current: dict[str, _Segment] = {}
    latest: _Segment | None = None
    for place, happening in enumerate(found):
        tab = happening.window_id
        segment = current.get(tab) or current.get("") or (None if tab else latest)
        if segment is None or happening.opens not in (None, segment.opens or happening.opens):
            if not tab:  # whichever tab it was in, it has left its page
                current.clear()
            if len(segments) < MAX_SEGMENTS:
                segments.append(_Segment(len(segments), None))
            current[tab] = segment = segments[-1]
        elif tab:
            current[tab] = segment
        if happening.opens and tab:
            current.pop("", None)  # what no tab had claimed is this one's
        segment.opens = segment.opens or happening.opens
        segment.places.append(place)
        latest = segment
    return segments


def _visits(found: Iterable[Happening]) -> list[Happening]:
    """Page visits; the same URL twice in a row in one tab counts once."""
    urls: dict[str, str] = {}
    visits: list[Happening] = []
    for happening in found:
        if happening.opens and urls.get(happening.window_id) != happening.opens:
            urls[happening.window_id] = happening.opens
            visits.append(happening)
    return visits


def _last_page(found: Sequence[Happening], visits: Sequence[Happening]) -> str | None:
    """The page of the tab where the last event was."""
    tab = found[-1].window_id
    pages = [visit.opens for visit in visits if not tab or visit.window_id in (tab, "")]
    return pages[-1] if pages else None


def _blocking(everything: Sequence[Happening], last_success: int | None) -> frozenset[Happening]:
    """The failures of what a person clicked and clicked again in vain, after which nothing else happened.

    A failure that no click brought about (a poll, an analytics call, a check as the page loads) may matter to nobody.
    """
    visits, clicks = _visits(everything), Clicks(everything)
    tries = _tries(everything, clicks)
    if not tries:
        return frozenset()
    struggle = clicks.alike({click for causes in tries.values() for click in causes})
    acts = [happening for happening in everything if happening.edit or (happening.click and happening not in struggle)]
    acted = max((act.until or act.timestamp for act in acts), default=0)
    # An event that came between the failures too, such as the product's own "payment failed", is their echo.
    first, last = min(failure.timestamp for failure in tries), max(failure.timestamp for failure in tries)
    echoes = {happening.event for happening in everything if first <= happening.timestamp <= last}
    news = [happening for happening in everything if happening.own and happening.event not in echoes]
    went_on = max([last_success or 0, *(happening.timestamp for happening in [*visits, *news])])
    return frozenset(
        failure for failure in tries if acted <= failure.timestamp + SAME_MOMENT_MS and went_on <= failure.timestamp
    )


def _tries(everything: Sequence[Happening], clicks: Clicks) -> dict[Happening, list[Happening]]:
    """The unrecovered failures of a click that had such a failure before or after, with the clicks behind each."""
    causes = {failure: clicks.causes(failure) for failure in everything if failure.unrecovered}
    targets = {failure: {click.target for click in found} - {None} for failure, found in causes.items()}
    failures = Counter(target for clicked in targets.values() for target in clicked)
    return {
        failure: causes[failure]
        for failure, clicked in targets.items()
        if any(failures[target] > 1 for target in clicked)
    }


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
    own = Counter(happening.event for happening in found if happening.own)
    if events := [_times(event, count) for event, count in own.items()]:
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
