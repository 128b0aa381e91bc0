"""Texts that count as errors only because a request of the same action had just failed."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

from replay_mcp.recording.dom.message_words import meaning_of

from .flags import is_own_request
from .pending_rows import PendingAction, PendingRow, PendingRows
from .rows import CLOCK_MS
from .shown_text import TYPED

SOON_MS: Final = 1_500
"""Time after a failed request in which a text in a message place, or with words of an error, counts."""
AT_ONCE_MS: Final = 400
"""Time after a failed request in which any sentence counts."""

_MAX_FAILED: Final = 20
_MAX_KEPT: Final = 500
_SENTENCE_WORDS: Final = 3
_MESSAGE_PLACES: Final = frozenset({"alert", "status", "message", "error"})


class FailureTexts:
    """Collects texts with the action before each, until all requests are known."""

    def __init__(self) -> None:
        self._reported: list[tuple[PendingRow, PendingAction]] = []
        self._others: list[tuple[PendingRow, PendingAction]] = []

    def add_reported(self, entry: PendingRow, action: PendingAction) -> None:
        """Add a text that has a row."""
        self._reported.append((entry, action))

    def add_unreported(self, entry: PendingRow, action: PendingAction) -> None:
        """Add a text that gets a row only if a failed request explains it."""
        if len(self._others) < _MAX_KEPT:
            self._others.append((entry, action))

    def finish(self, pending: PendingRows) -> None:
        """Mark the texts that failed requests explain, when all requests are known."""
        failed = self._failed_by_cause(pending) if self._reported or self._others else {}
        for entry, action in self._reported:
            ends = failed.get(id(action), ())
            worded = _is_soon(entry, ends, SOON_MS) and _may_report_failure(entry)
            if worded or (_is_soon(entry, ends, AT_ONCE_MS) and _is_sentence(entry)):
                _mark_as_error(entry, action)
        for entry, action in self._others:
            if _is_soon(entry, failed.get(id(action), ()), AT_ONCE_MS) and _is_sentence(entry):
                action.shown_texts += [found for found in entry.texts if found not in action.shown_texts]
                _mark_as_error(pending.add(entry), action)

    def _failed_by_cause(self, pending: PendingRows) -> dict[int, list[int]]:
        """Times at which own requests failed, by the identity of the action before them."""
        actions = {id(action): action for _, action in self._reported}  # a drag has no row
        actions.update((id(entry), entry) for entry in pending.entries if isinstance(entry, PendingAction))
        by_tab: dict[int, list[PendingAction]] = {}
        for action in sorted(actions.values(), key=_time):
            by_tab.setdefault(action.tab, []).append(action)
        found: dict[int, list[int]] = {}
        for entry in filter(_has_failed, pending.entries):
            earlier = by_tab.get(entry.tab, [])
            place = bisect_right(earlier, entry.timestamp + CLOCK_MS, key=_time)
            if not place or not is_own_request(entry, earlier[place - 1]):
                continue
            ends = found.setdefault(id(earlier[place - 1]), [])
            if len(ends) < _MAX_FAILED:
                ends.append(entry.timestamp + entry.duration)
        return found


def _time(entry: PendingRow) -> int:
    return entry.timestamp


def _has_failed(entry: PendingRow) -> bool:
    return entry.request is not None and entry.request.status >= 400 and entry.request.by_code


def _is_soon(entry: PendingRow, ends: Sequence[int], within: int) -> bool:
    return any(-CLOCK_MS <= entry.timestamp - end <= within for end in ends)


def _may_report_failure(entry: PendingRow) -> bool:
    """Whether a text is in a message place, or has the words of an error."""
    place = entry.part.role if entry.part else ""
    return place in _MESSAGE_PLACES or (place == "text" and meaning_of(" ".join(entry.texts)) == "error")


def _is_sentence(entry: PendingRow) -> bool:
    return any(len(found.split()) >= _SENTENCE_WORDS and TYPED not in found for found in entry.texts)


def _mark_as_error(entry: PendingRow, action: PendingAction) -> None:
    entry.meaning = action.meaning = "error"
    entry.flags.add("error_shown")


def page_failed(entries: Sequence[PendingRow], action: PendingAction) -> bool:
    """Whether a page requested since an action was answered with 400 or more."""
    return any(
        entry.request.for_page and entry.request.status >= 400
        for entry in entries
        if entry.request is not None and entry.tab == action.tab and entry.timestamp >= action.timestamp
    )
