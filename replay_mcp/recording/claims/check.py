"""Whether a recording shows what somebody says about it. Code decides, by the rows of the timeline; no model."""

import itertools
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from replay_mcp.recording.timeline.rows import CLOCK_MS, Row

from .claim import MAX_EVIDENCE, MISSING, Claim, Finding, some
from .row_search import Search

if TYPE_CHECKING:
    from replay_mcp.recording.timeline.reader import Timeline

TOLERANCE: Final = 0.05
"""A duration may differ by so much of itself, or by half of its last digit if that is more."""


def check(claim: Claim, timeline: "Timeline", *, whole: bool = True) -> Finding:
    """What the recording shows of the claim; `whole` says whether all was read that there is."""
    complete = whole and not timeline.coverage.gaps
    by_ref = {row.ref: row for row in timeline.rows}
    if unknown := [ref for ref in claim.refs if ref not in by_ref]:
        last = timeline.rows[-1].ref if timeline.rows else "none"
        return Finding("not_shown", f"There is no row {', '.join(unknown)}; the last is {last}.")
    meant = [by_ref[ref] for ref in dict.fromkeys(claim.refs)]
    match claim.kind:
        case "order":
            return _order([by_ref[ref] for ref in claim.refs])
        case "duration":
            return _duration(claim, meant, timeline, complete=complete)
        case _:
            return Search(claim, meant, timeline, complete=complete).finding()


def _order(meant: Sequence[Row]) -> Finding:
    if len(meant) < 2:
        return Finding("not_shown", "Name two rows or more, in the order claimed.", tuple(meant))
    told = ", ".join(f"{row.ref} at {row.seconds:g} s" for row in meant[:MAX_EVIDENCE])
    pairs = list(itertools.pairwise(meant))
    unclear = [pair for pair in pairs if _is_unclear(*pair)]
    if any(later.seconds < earlier.seconds for earlier, later in pairs if (earlier, later) not in unclear):
        return Finding("contradicted", f"{told}.", some(meant))
    if unclear:
        return Finding("not_shown", f"{told}: too close together to tell.", some(meant))
    return Finding("supported", f"{told}.", some(meant))


def _is_unclear(earlier: Row, later: Row) -> bool:
    """Whether two rows are so close that either may have begun first: the clock of requests is another one."""
    apart = round((later.seconds - earlier.seconds) * 1000)
    if (earlier.kind == "network") == (later.kind == "network"):
        return apart == 0
    return -CLOCK_MS <= apart <= (0 if later.kind == "network" else CLOCK_MS)


def _duration(claim: Claim, meant: Sequence[Row], timeline: "Timeline", *, complete: bool) -> Finding:
    if claim.seconds is None or not math.isfinite(claim.seconds):
        return Finding("not_shown", "Name the seconds that it is said to have lasted.", tuple(meant))
    if not meant:
        actual, what = (timeline.end - timeline.start) / 1000, "The recording lasts"
    elif len(meant) == 1 and meant[0].until is None:
        return Finding("not_shown", f"{meant[0].ref} tells of a moment, or its end is not known.", tuple(meant))
    elif len(meant) == 1:
        actual, what = (meant[0].until or 0.0) - meant[0].seconds, f"{meant[0].ref} lasts"
    else:
        actual, what = meant[-1].seconds - meant[0].seconds, f"From {meant[0].ref} to {meant[-1].ref} it is"
    why = f"{what} {actual:.2f} s."
    if abs(actual - claim.seconds) <= _tolerance(claim.seconds):
        return Finding("supported", why, some(meant))
    if not meant and not complete and actual < claim.seconds:
        return Finding("not_shown", why + MISSING, ())
    return Finding("contradicted", why, some(meant))


def _tolerance(seconds: float) -> float:
    written = f"{seconds:f}".rstrip("0").rstrip(".")
    digits = len(written.partition(".")[2])
    return max(TOLERANCE * abs(seconds), 0.5 * 10**-digits)
