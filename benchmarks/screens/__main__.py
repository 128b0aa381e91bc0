"""Prints how well rebuilt screens agree with what Chromium showed."""

import argparse
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from benchmarks.accuracy.truth import load as load_truths
from benchmarks.screens import score as scoring
from benchmarks.screens.score import ENOUGH, Score, load, score
from benchmarks.screens.speed import MOMENTS, Speed, dense_recording, measure


def main() -> None:
    """Score the recordings that the command line names."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.screens", description=__doc__)
    parser.add_argument("--faults", action="store_true", help="also list every fault of recordings not held back")
    parser.add_argument("--moments", type=Path, default=scoring.MOMENTS, help="directory with recordings and moments")
    parser.add_argument("--speed", action="store_true", help="measure speed instead, on a dense page")
    parser.add_argument("names", nargs="*", help="recordings; default: all")
    options = parser.parse_args()
    if options.speed:
        print(*speed_report(measure(dense_recording())), sep="\n")
        return
    moments, truths = load(options.moments), load_truths()
    names = options.names or sorted(moments)
    for part, held in (("open", False), ("held back", True)):
        found = score([name for name in names if truths[name].held == held], moments, options.moments)
        if found.overlaps:
            print(*report(part, found), sep="\n")
            if options.faults and not held:
                print(*(f"  {fault}" for fault in found.faults), sep="\n")


def report(part: str, found: Score) -> Iterable[str]:
    """The lines about a part of the corpus."""
    recordings = len({name for _, name, _ in found.overlaps})
    mean = sum(overlap for overlap, _, _ in found.overlaps) / len(found.overlaps)
    yield f"{part}: {len(found.overlaps)} moments of {recordings} recordings"
    yield f"  words: overlap of {ENOUGH} or more in {found.enough:.1%} (wanted: 95%), {mean:.3f} on average"
    yield f"  states: {_share(found.states)} right (wanted: 98%)"
    yield f"  controls: {_share(found.controls)} found"


def speed_report(found: Speed) -> Iterable[str]:
    """The lines about speed."""
    yield "dense page, against its timeline alone:"
    yield f"  timeline and screens: {found.with_screens:.2f}x; the screens take {found.size / 1e6:.1f} MB"
    yield f"  the page of a moment: {found.page[0]:.3f}x, worst of {MOMENTS}: {found.page[1]:.3f}x"
    yield f"  with its outline: {found.outline[0]:.3f}x, worst: {found.outline[1]:.3f}x"


def _share(counts: Counter[bool]) -> str:
    total = counts.total()
    return f"{counts[True]} of {total}, {counts[True] / max(1, total):.1%}"


if __name__ == "__main__":
    main()
