"""Prints how well rebuilt screens agree with what Chromium showed."""

import argparse
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from benchmarks.accuracy.truth import load as load_truths
from benchmarks.screens.score import ENOUGH, MOMENTS, Score, load, score


def main() -> None:
    """Score the recordings that the command line names."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.screens", description=__doc__)
    parser.add_argument("--faults", action="store_true", help="also list every fault of recordings not held back")
    parser.add_argument("--moments", type=Path, default=MOMENTS, help="directory with recordings and moments")
    parser.add_argument("names", nargs="*", help="recordings; default: all")
    options = parser.parse_args()
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


def _share(counts: Counter[bool]) -> str:
    total = counts.total()
    return f"{counts[True]} of {total}, {counts[True] / max(1, total):.1%}"


if __name__ == "__main__":
    main()
