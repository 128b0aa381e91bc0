"""Stills of a recording: what its pages showed when something went wrong, for a report without a player."""

import base64
import gzip
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from replay_mcp.recording.css.deadline import Expired, never
from replay_mcp.recording.screen.log import Screens
from replay_mcp.recording.screen.moments import ACTIONS
from replay_mcp.recording.screen.segments import CHANGE_MS
from replay_mcp.recording.timeline.reader import Timeline
from replay_mcp.recording.timeline.rows import Row
from replay_mcp.redaction import Redaction

from .player_data import PlayerRecording, frame_at, player_recording

MAX_STILLS: Final = 60
MAX_BYTES: Final = 8 * 1024 * 1024
"""Maximum size of all stills in a report, which may have to fit into a mail."""
AFTER_MS: Final = 3_000
"""How long after an action its effect is shown, if nothing else is done before."""
SETTLED_MS: Final = CHANGE_MS
"""How long after a text appeared the page is shown: of changes close together, only the last is known."""

Place = tuple[int, int]
"""A tab, and a time in milliseconds from the start of the recording."""


class Still(Struct, frozen=True):
    """What a tab showed at a moment.

    Attributes:
        at: milliseconds from the start of the recording.
        page: the HTML document, gzipped, as base64.
    """

    tab: int
    at: int
    page: str
    width: int
    height: int


class RecordingReport(Struct, frozen=True):
    """A recording with stills instead of all its screens.

    Attributes:
        recording: the only changes of its tabs are those that stills show.
        link: plays the recording.
        left_out: how many stills did not fit.
    """

    recording: PlayerRecording
    stills: list[Still]
    link: str
    left_out: int


def make_report(  # noqa: PLR0917 - all are needed
    session_id: str, timeline: Timeline, screens: Screens, redaction: Redaction, link: str, expired: Expired = never
) -> RecordingReport:
    """Make the report of a recording.

    Raises:
        DeadlineExceeded: the deadline passed.
    """
    recording = player_recording(session_id, timeline, screens)
    places = list(_places(recording, timeline.rows))
    stills: list[Still] = []
    size = 0
    for tab, at in places[:MAX_STILLS]:
        frame = frame_at(screens, tab, timeline.start + at, redaction, expired)
        page = base64.b64encode(gzip.compress(frame.html.encode(), mtime=0)).decode()
        if size + len(page) > MAX_BYTES:
            continue  # a smaller one may still fit
        size += len(page)
        stills.append(Still(tab, at, page, frame.width, frame.height))
    kept = {(still.tab, still.at) for still in stills}
    tabs = [replace(tab, changes=[at for at in tab.changes if (tab.number, at) in kept]) for tab in recording.tabs]
    return RecordingReport(replace(recording, tabs=tabs), stills, link, len(places) - len(stills))


def _places(recording: PlayerRecording, rows: Sequence[Row]) -> Iterator[Place]:
    """The changes of screens to show: those of problems first, then what each page showed at last. None comes twice."""
    changes = {
        tab.number: [at for at in tab.changes if tab.drawn is not None and at >= tab.drawn] for tab in recording.tabs
    }
    shown: set[Place] = set()
    for tab, at in [*_problem_moments(rows), *_last_moments(rows, recording.duration)]:
        known = changes.get(tab, [])
        place = bisect_right(known, at)
        if place and (found := (tab, known[place - 1])) not in shown:
            shown.add(found)
            yield found


def _problem_moments(rows: Sequence[Row]) -> Iterator[Place]:
    """The moments just before and after what has a flag."""
    actions = [row for row in rows if row.kind in ACTIONS]
    for row in rows:
        if not row.flags:
            continue
        start, end = _ms(row.seconds), _ms(row.until or row.seconds)
        if row.kind not in ACTIONS:
            yield row.tab, start + SETTLED_MS
            continue
        yield row.tab, start
        following = (_ms(other.seconds) for other in actions if other.tab == row.tab and _ms(other.seconds) > end)
        yield row.tab, min(end + AFTER_MS, next(following, end + AFTER_MS + 1) - 1)


def _last_moments(rows: Sequence[Row], duration: int) -> Iterator[Place]:
    """The last moment of each page."""
    pages = [row for row in rows if row.kind == "navigation"]
    for place, row in enumerate(pages):
        left = next((other for other in pages[place + 1 :] if other.tab == row.tab), None)
        yield row.tab, duration if left is None else _ms(left.seconds) - 1


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
