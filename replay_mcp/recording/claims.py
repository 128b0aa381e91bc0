"""Whether a recording shows what somebody says about it. Code decides, by the rows of the timeline; no model."""

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, get_args

from .rows import Row

if TYPE_CHECKING:
    from .timeline import Timeline

ClaimKind = Literal[
    "clicked", "rage", "dead", "saw_text", "visited", "request_failed", "error_logged", "order", "duration"
]  # fmt: skip
CLAIM_KINDS: Final[tuple[ClaimKind, ...]] = get_args(ClaimKind)
Verdict = Literal["supported", "contradicted", "not_shown"]

RULES: Final[dict[ClaimKind, str]] = {
    "clicked": "clicks on elements whose name holds `text`; `count` counts clicks",
    "rage": "the same, of clicks with the flag rage; contradicted where such elements were clicked without it",
    "dead": "the same, with the flag dead; not shown where a click was not judged",
    "saw_text": "texts that the page showed after an act, or titles of pages, that hold `text`",
    "visited": "page visits whose URL or title holds `text`; `count` counts visits",
    "request_failed": "requests answered with 400 or more, or with `status`, whose method and URL hold `text`;"
    " contradicted where all such requests were answered otherwise",
    "error_logged": "console errors that hold `text`; contradicted where it was logged at a milder level",
    "order": "the rows `refs` began one after the other, in this order",
    "duration": "how many `seconds`: of the recording without `refs`, of what one row tells, or from the beginning of"
    " one row to that of another",
}
"""What is looked for: what is published. With `refs` those rows and no others, with `seconds` those of that time;
`count` must be exact."""

NEAR_SECONDS: Final = 1.0
"""A row is of a time if it is no further from it."""
TOLERANCE: Final = 0.05
"""A duration may differ by so much of itself, or by half of its last digit if that is more."""
MAX_EVIDENCE: Final = 10
"""Most rows that are given for a claim."""

_QUOTES: Final = re.compile(r'"([^"]*)"')
_SPACE: Final = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody says about a recording.

    Attributes:
        kind: see `RULES`.
        refs: the rows that are meant; none: any.
        text: what the element, text, page, request or message holds, in any case; empty: anything.
        count: how many there are; None: at least one.
        status: of a failed request.
        seconds: when it was, or for `duration`, how long it lasted.
    """

    kind: ClaimKind
    refs: tuple[str, ...] = ()
    text: str = ""
    count: int | None = None
    status: int | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What the recording shows of a claim.

    Attributes:
        why: the numbers, in words. No recorded text is in it.
        rows: what it rests on.
    """

    verdict: Verdict
    why: str
    rows: tuple[Row, ...] = ()


def check(claim: Claim, timeline: "Timeline") -> Finding:
    """What the recording shows of the claim."""
    by_ref = {row.ref: row for row in timeline.rows}
    if unknown := [ref for ref in claim.refs if ref not in by_ref]:
        last = timeline.rows[-1].ref if timeline.rows else "none"
        return Finding("not_shown", f"There is no row {', '.join(unknown)}; the last is {last}.")
    meant = [by_ref[ref] for ref in dict.fromkeys(claim.refs)]
    match claim.kind:
        case "order":
            return _order(meant)
        case "duration":
            return _duration(claim, meant, timeline)
        case _:
            return _Search(claim, meant, timeline).finding()


class _Search:
    """Looks for the rows that a claim speaks of."""

    def __init__(self, claim: Claim, meant: Sequence[Row], timeline: "Timeline") -> None:
        self._claim = claim
        self._meant = meant
        self._rows = meant or timeline.rows
        self._complete = not timeline.coverage.gaps
        self._sought = _folded(claim.text)

    def finding(self) -> Finding:
        claim = self._claim
        about = [row for row in self._rows if row.kind in _ROWS[claim.kind] and self._holds(row)]
        found = [row for row in about if self._is_such(row)]
        if self._meant and len(found) < len(self._meant):
            others = [row for row in self._meant if row not in found]
            return self._missed(others, about)
        if not found:
            return self._none(about)
        if claim.seconds is not None:
            in_time = [row for row in found if _is_at(row, claim.seconds)]
            if not in_time:
                return self._unless_missing(f"That was at {_times(found)}, not at {claim.seconds:g} s.", found)
            found = in_time
        return self._counted(found)

    def _counted(self, found: Sequence[Row]) -> Finding:
        where = f"{_plural(len(found), 'row')}, at {_times(found)}"
        if self._claim.kind == "saw_text":  # of one text an act and a text row may tell
            return Finding("supported", f"In {where}.", _some(found))
        total = sum(row.count if row.kind in ("click", "console") else 1 for row in found)
        told = f"{_often(total)}, in {where}."
        wanted = self._claim.count
        if wanted is None or wanted == total:
            return Finding("supported", told.capitalize(), _some(found))
        if total < wanted and not self._complete:
            return Finding("not_shown", f"Seen {told}{_MISSING}", _some(found))
        return Finding("contradicted", f"Not {_often(wanted)}, but {told}", _some(found))

    def _missed(self, others: Sequence[Row], about: Sequence[Row]) -> Finding:
        """Rows that were named tell of something else."""
        claim = self._claim
        if claim.kind == "request_failed" and all(row.status == 0 for row in others):
            return Finding("not_shown", f"{_refs(others)}: the answer is not known.", _some(others))
        if claim.kind == "dead" and all(row in about and row.not_judged for row in others):
            return Finding("not_shown", f"{_refs(others)}: not judged ({others[0].not_judged}).", _some(others))
        why = [f"{row.ref} is {self._other(row, about)}" for row in others[:MAX_EVIDENCE]]
        return Finding("contradicted", f"{'; '.join(why)}.", _some(others))

    def _other(self, row: Row, about: Sequence[Row]) -> str:
        if row.kind not in _ROWS[self._claim.kind]:
            return f"of kind {row.kind}"
        if row not in about:
            return f"of kind {row.kind}, without that text"
        if row.status is not None:
            return f"a request answered with {row.status}"
        if row.kind == "console":
            return f"logged as {row.level}"
        return f"not flagged {self._claim.kind}"

    def _none(self, about: Sequence[Row]) -> Finding:
        """No row is such a one; rows about the same may tell otherwise."""
        if not about or (self._claim.kind == "error_logged" and not self._sought):
            return Finding("not_shown", _NOTHING[self._claim.kind] + ("" if self._complete else _MISSING))
        verdict, why = self._otherwise(about)
        return self._unless_missing(why, about) if verdict == "contradicted" else Finding(verdict, why, _some(about))

    def _unless_missing(self, why: str, rows: Sequence[Row]) -> Finding:
        """A contradiction, unless what is claimed may be in a part of the recording that is missing."""
        if self._complete or self._meant:
            return Finding("contradicted", why, _some(rows))
        return Finding("not_shown", why + _MISSING, _some(rows))

    def _otherwise(self, about: Sequence[Row]) -> tuple[Verdict, str]:
        """What rows about the same tell, none of which is such a one."""
        refs = _refs(about)
        match self._claim.kind:
            case "rage":
                return "contradicted", f"Clicked, but not flagged rage: {refs}."
            case "dead" if any(row.not_judged for row in about):
                return "not_shown", f"Clicked, but not judged: {_refs([row for row in about if row.not_judged])}."
            case "dead":
                return "contradicted", f"Clicked, but answered or slow: {refs}."
            case "request_failed" if any(not row.status for row in about):
                return "not_shown", f"Of such requests not all answers are known: {refs}."
            case "request_failed":
                answers = ", ".join(sorted({str(row.status) for row in about}))
                return "contradicted", f"Such requests were answered with {answers}: {refs}."
            case _:
                return "contradicted", f"Logged as {', '.join(sorted({row.level for row in about}))}: {refs}."

    def _is_such(self, row: Row) -> bool:
        match self._claim.kind:
            case "rage" | "dead" as flag:
                return flag in row.flags
            case "request_failed":
                status = row.status or 0
                return status >= 400 and self._claim.status in (None, status)
            case "error_logged":
                return row.level == "error"
            case _:
                return True

    def _holds(self, row: Row) -> bool:
        """Whether the row holds the text that is looked for, where such rows hold it."""
        if self._claim.kind == "saw_text":
            return any(self._sought in _folded(shown) for shown in _shown(row))
        told = f"{row.target} {row.effect}" if row.kind == "navigation" else row.target
        return self._sought in _folded(told)


_ROWS: Final[dict[ClaimKind, frozenset[str]]] = {
    "clicked": frozenset({"click"}),
    "rage": frozenset({"click"}),
    "dead": frozenset({"click"}),
    "saw_text": frozenset({"text", "click", "typing", "change", "navigation"}),
    "visited": frozenset({"navigation"}),
    "request_failed": frozenset({"network"}),
    "error_logged": frozenset({"console"}),
}
"""Kinds of rows that tell of it."""
_NOTHING: Final[dict[ClaimKind, str]] = {
    "clicked": "No click on such an element is recorded.",
    "rage": "No click on such an element is recorded.",
    "dead": "No click on such an element is recorded.",
    "saw_text": "No such text is told; texts are told within 5 s after an act, and masked ones cannot be looked for.",
    "visited": "No visit to such a page is recorded.",
    "request_failed": "No such request is recorded.",
    "error_logged": "No such console error is recorded.",
}


_MISSING: Final = " Parts of the recording are missing."


def _order(meant: Sequence[Row]) -> Finding:
    if len(meant) < 2:
        return Finding("not_shown", "Name two rows or more, in the order claimed.", tuple(meant))
    told = ", ".join(f"{row.ref} at {row.seconds:g} s" for row in meant[:MAX_EVIDENCE])
    pairs = list(itertools.pairwise(meant))
    if any(later.seconds < earlier.seconds for earlier, later in pairs):
        return Finding("contradicted", f"{told}.", _some(meant))
    if any(later.seconds == earlier.seconds for earlier, later in pairs):
        return Finding("not_shown", f"{told}: at the same time.", _some(meant))
    return Finding("supported", f"{told}.", _some(meant))


def _duration(claim: Claim, meant: Sequence[Row], timeline: "Timeline") -> Finding:
    if claim.seconds is None:
        return Finding("not_shown", "Name the seconds that it is said to have lasted.", tuple(meant))
    if not meant:
        actual, what = (timeline.end - timeline.start) / 1000, "The recording lasts"
    elif len(meant) == 1 and meant[0].until is None:
        return Finding("not_shown", f"{meant[0].ref} tells of a moment, or its end is not known.", tuple(meant))
    elif len(meant) == 1:
        actual, what = (meant[0].until or 0.0) - meant[0].seconds, f"{meant[0].ref} lasts"
    else:
        actual, what = meant[-1].seconds - meant[0].seconds, f"From {meant[0].ref} to {meant[-1].ref} it is"
    verdict: Verdict = "supported" if abs(actual - claim.seconds) <= _tolerance(claim.seconds) else "contradicted"
    return Finding(verdict, f"{what} {actual:.2f} s.", _some(meant))


def _tolerance(seconds: float) -> float:
    written = f"{seconds:f}".rstrip("0").rstrip(".")
    digits = len(written.partition(".")[2])
    return max(TOLERANCE * abs(seconds), 0.5 * 10**-digits)


def _shown(row: Row) -> Iterable[str]:
    """The texts of the page that a row quotes; what is quoted of errors is none."""
    told = row.effect.partition("; followed by ")[0]
    return _QUOTES.findall(told) if row.kind != "navigation" else _QUOTES.findall(row.effect)


def _is_at(row: Row, seconds: float) -> bool:
    until = row.seconds if row.until is None else row.until
    return row.seconds - NEAR_SECONDS <= seconds <= until + NEAR_SECONDS


def _folded(text: str) -> str:
    return _SPACE.sub(" ", text).strip().casefold()


def _some(rows: Sequence[Row]) -> tuple[Row, ...]:
    return tuple(rows[:MAX_EVIDENCE])


def _refs(rows: Sequence[Row]) -> str:
    more = f" and {len(rows) - MAX_EVIDENCE} more" if len(rows) > MAX_EVIDENCE else ""
    return ", ".join(row.ref for row in rows[:MAX_EVIDENCE]) + more


def _times(rows: Sequence[Row]) -> str:
    more = f" and {len(rows) - 5} more" if len(rows) > 5 else ""
    return ", ".join(f"{row.seconds:g} s" for row in rows[:5]) + more


def _often(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
