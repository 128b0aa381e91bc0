"""Checks claims about a recording against the rows of its timeline, without a model."""

import itertools
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from replay_mcp.recording.timeline.rows import CLOCK_MS, Row

from .claim import MAX_EVIDENCE, MISSING, Claim, Finding, first_rows
from .row_search import Search

if TYPE_CHECKING:
    from replay_mcp.recording.timeline.reader import Timeline

TOLERANCE: Final = 0.05
"""Fraction by which a duration may differ, or half of its last digit if that is more."""


def check(claim: Claim, timeline: "Timeline", *, whole: bool = True) -> Finding:
    """Check a claim. `whole` is whether the whole recording was read."""
    complete = whole and not timeline.coverage.gaps
    by_ref = {row.ref: row for row in timeline.rows}
    if unknown := [ref for ref in claim.refs if ref not in by_ref]:
        last = timeline.rows[-1].ref if timeline.rows else "none"
        return Finding("not_shown", f"There is no row {', '.join(unknown)}; the last is {last}.")
    named = [by_ref[ref] for ref in dict.fromkeys(claim.refs)]
    match claim.kind:
        case "order":
            return _order([by_ref[ref] for ref in claim.refs])
        case "duration":
            return _duration(claim, named, timeline, complete=complete)
        case "visible":
            return Finding("not_shown", "The screens of the recording were not read.", tuple(named))
        case _:
            return Search(claim, named, timeline, complete=complete).finding()


def _order(named: Sequence[Row]) -> Finding:
    if len(named) < 2:
        return Finding("not_shown", "Name two or more rows, in the claimed order.", tuple(named))
    times = ", ".join(f"{row.ref} at {row.seconds:g} s" for row in named[:MAX_EVIDENCE])
    pairs = list(itertools.pairwise(named))
    unclear = [pair for pair in pairs if _is_unclear(*pair)]
    if any(later.seconds < earlier.seconds for earlier, later in pairs if (earlier, later) not in unclear):
        return Finding("contradicted", f"{times}.", first_rows(named))
    if unclear:
        return Finding("not_shown", f"{times}: too close together to decide.", first_rows(named))
    return Finding("supported", f"{times}.", first_rows(named))


def _is_unclear(earlier: Row, later: Row) -> bool:
    """Whether two rows are so close that either may have begun first, since requests have another clock."""
    apart = round((later.seconds - earlier.seconds) * 1000)
    if (earlier.kind == "network") == (later.kind == "network"):
        return apart == 0
    return -CLOCK_MS <= apart <= (0 if later.kind == "network" else CLOCK_MS)


def _duration(claim: Claim, named: Sequence[Row], timeline: "Timeline", *, complete: bool) -> Finding:
    if claim.seconds is None or not math.isfinite(claim.seconds):
        return Finding("not_shown", "Name the claimed duration in seconds.", tuple(named))
    if not named:
        actual, what = (timeline.end - timeline.start) / 1000, "The recording lasts"
    elif len(named) == 1 and named[0].until is None:
        return Finding("not_shown", f"{named[0].ref} is a moment, or its end is unknown.", tuple(named))
    elif len(named) == 1:
        actual, what = (named[0].until or 0.0) - named[0].seconds, f"{named[0].ref} lasts"
    else:
        actual, what = named[-1].seconds - named[0].seconds, f"The time from {named[0].ref} to {named[-1].ref} is"
    why = f"{what} {actual:.2f} s."
    if abs(actual - claim.seconds) <= _tolerance(claim.seconds):
        return Finding("supported", why, first_rows(named))
    if not named and not complete and actual < claim.seconds:
        return Finding("not_shown", why + MISSING, ())
    return Finding("contradicted", why, first_rows(named))


def _tolerance(seconds: float) -> float:
    written = f"{seconds:f}".rstrip("0").rstrip(".")
    digits = len(written.partition(".")[2])
    return max(TOLERANCE * abs(seconds), 0.5 * 10**-digits)
