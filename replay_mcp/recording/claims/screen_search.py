"""Decides claims about what was visible by the screens of a recording."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from replay_mcp.recording.screen.items import NOT_RECORDED
from replay_mcp.recording.screen.moments import Moments, tab_at
from replay_mcp.redaction import MASKS

from .claim import MISSING, Claim, Finding
from .row_search import NEAR_SECONDS
from .text_match import contains_words, folded

if TYPE_CHECKING:
    from replay_mcp.recording.screen.screen import Screen
    from replay_mcp.recording.timeline.reader import Timeline

MAX_SCREENS: Final = 24
"""Maximum number of screens that are searched for one claim."""
_APART_SECONDS: Final = 0.5
_AROUND: Final = tuple(step / 5 for step in (0, -1, 1, -2, 2, -3, 3, -4, 4, -5, 5))
"""Seconds around the time of a claim at which screens are searched: up to `NEAR_SECONDS`."""
_SAMPLED: Final = frozenset({"click", "change", "navigation", "text", "typing"})


def needs_screens(claim: Claim, by_rows: Finding) -> bool:
    """Whether screens may decide a claim that the rows of the timeline do not decide."""
    return claim.kind == "visible" or (claim.kind == "saw_text" and by_rows.verdict == "not_shown")


class ScreenSearch:
    """The search for the text of one claim on the screens of a recording."""

    def __init__(self, claim: Claim, timeline: "Timeline", moments: Moments, *, complete: bool) -> None:
        self._claim = claim
        self._timeline = timeline
        self._moments = moments
        self._complete = complete
        self._text = folded(claim.text)
        self._named = [row for row in timeline.rows if row.ref in claim.refs]

    def finding(self, by_rows: Finding) -> Finding:
        """The finding on the claim; `by_rows` if the screens do not decide it.

        Raises:
            DeadlineExceeded: the deadline passed.
        """
        if not self._text:
            return by_rows
        if self._claim.kind == "visible":
            return self._visible()
        for seconds, tab in self._samples():
            screen = self._moments.screen(tab, seconds)
            if screen is not None and self._is_on(screen):
                return Finding("supported", f"The screen showed it at {seconds:.2f} s.", by_rows.rows)
        return by_rows

    def _visible(self) -> Finding:
        row = self._named[0] if self._named else None
        at = self._claim.seconds if self._claim.seconds is not None else row.seconds if row is not None else 0.0
        tab = row.tab if row is not None else tab_at(self._timeline.rows, at)
        evidence = () if row is None else (row,)
        end = (self._timeline.end - self._timeline.start) / 1000
        if at > end + NEAR_SECONDS:
            return Finding("not_shown", f"The recording lasts {end:.2f} s.", evidence)
        near = [at] if row is not None and self._claim.seconds is None else [at + apart for apart in _AROUND]
        screens = [screen for seconds in near if seconds >= 0 and (screen := self._moments.screen(tab, seconds))]
        if not screens:
            return Finding("not_shown", "No page was recorded by then in this tab.", evidence)
        for screen in screens:
            if self._is_on(screen):
                moment = (screen.timestamp - self._timeline.start) / 1000
                return Finding("supported", f"The screen showed it at {moment:.2f} s.", evidence)
        if not self._complete or not self._moments.is_kept(max(near)):
            return Finding("not_shown", f"The screen did not show it at {at:.2f} s.{MISSING}", evidence)
        if unknown := next((why for screen in screens if (why := _unknown(screen))), ""):
            return Finding("not_shown", f"The screen did not show it at {at:.2f} s, but {unknown}.", evidence)
        return Finding("contradicted", f"The screen did not show it at {at:.2f} s.", evidence)

    def _samples(self) -> Iterator[tuple[float, int]]:
        """Yield seconds and tabs at which the text may have been on the screen."""
        if (at := self._claim.seconds) is not None:
            tab = tab_at(self._timeline.rows, at)
            yield from ((at + each, tab) for each in _AROUND if at + each >= 0)
            return
        moments = [(row.seconds, row.tab) for row in self._named or self._timeline.rows if row.kind in _SAMPLED]
        if not self._named:
            moments += [(seconds - 2 * _APART_SECONDS, tab) for seconds, tab in moments if seconds > 2 * _APART_SECONDS]
            end = (self._timeline.end - self._timeline.start) / 1000
            moments.append((end, tab_at(self._timeline.rows, end)))
        apart = {(round(seconds / _APART_SECONDS), tab): (seconds, tab) for seconds, tab in sorted(moments)}
        step = max(1, -(-len(apart) // MAX_SCREENS))
        yield from [*apart.values()][::step]

    def _is_on(self, screen: "Screen") -> bool:
        lines = [folded(line.plain) for line in screen.lines]
        return any(contains_words(self._text, line) for line in lines) or contains_words(self._text, _texts_of(screen))


def _texts_of(screen: "Screen") -> str:
    """The texts and names of a screen in a row."""
    return folded(" ".join(line.name for line in screen.lines))


def _unknown(screen: "Screen") -> str:
    """Why a text may be on a screen whose outline does not have it; empty if it cannot be."""
    outline = screen.outline
    if outline.truncated or screen.document.truncated or screen.page.state.unreadable:
        return "the page could not be read completely"
    if any(mark in line.plain for line in screen.lines for mark in (*MASKS, "…")):
        return "some of its text is masked or cut"
    states = {state for line in screen.lines for state in line.states}
    if any(state.startswith("length=") for state in states - {"length=0"}):
        return "what its fields contain is not shown"
    if NOT_RECORDED in states:
        return "a part of it is not recorded"
    return "it is not known whether all of it was visible" if outline.unknown else ""
