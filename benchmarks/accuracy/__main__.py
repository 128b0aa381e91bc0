"""Prints the score of a corpus, separately for the recordings that rules may be tuned on and those held back."""

import argparse
import json
import re
from pathlib import Path
from typing import Any

from benchmarks.accuracy import Scorer, score_all, score_recording
from benchmarks.accuracy.report import counts, flag_table, table
from benchmarks.accuracy.score import Fault, Score
from benchmarks.accuracy.spoiler import score_flags
from benchmarks.accuracy.truth import CORPUS, Truth, load
from benchmarks.spoiler import VERSION


def main() -> None:
    """Score the recordings that the command line names."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy", description=__doc__)
    part = parser.add_mutually_exclusive_group()
    part.add_argument("--open", action="store_true", help="only recordings that rules may be tuned on")
    part.add_argument("--held", action="store_true", help="only recordings that are held back")
    parser.add_argument(
        "--spoiler", action="store_true", help="also print the flags of spoiler, which is installed first"
    )
    parser.add_argument("--faults", action="store_true", help="also list every fault")
    parser.add_argument(
        "--floors", action="store_true", help="write the counts to floors.json, the limits of the tests"
    )
    parser.add_argument("--corpus", type=Path, default=CORPUS, help="directory with recordings and truth.json")
    parser.add_argument("names", nargs="*", help="recordings; default: all")
    options = parser.parse_args()
    truths = load(options.corpus)
    if unknown := set(options.names) - set(truths):
        parser.error(f"no such recordings: {', '.join(sorted(unknown))}")
    chosen = {name: truths[name] for name in options.names or sorted(truths)}
    parts = [held for held in (False, True) if not (options.open and held) and not (options.held and not held)]
    scores = {"held" if held else "open": score_part(options.corpus, chosen, held=held) for held in parts}
    for name, score in scores.items():
        if not score.recordings:
            continue
        print(table(name, score))
        if options.spoiler:
            print(
                flag_table(
                    f"{name}, spoiler {VERSION}", score_part(options.corpus, chosen, score_flags, held=name == "held")
                )
            )
        if options.faults:
            print(*(f"  {fault.kind} | {fault.recording} | {fault.what}" for fault in sorted_faults(score)), sep="\n")
    if options.floors:
        floors = {name: counts(score) for name, score in scores.items()}
        (options.corpus / "floors.json").write_text(_as_json(floors))


def score_part(corpus: Path, truths: dict[str, Truth], scorer: Scorer = score_recording, *, held: bool) -> Score:
    """Score the recordings that are held back, or the others."""
    return score_all(
        ((corpus / f"{name}.jsonl.gz", truth) for name, truth in truths.items() if truth.held == held), scorer
    )


def sorted_faults(score: Score) -> list[Fault]:
    """The faults by kind, then by recording."""
    return sorted(score.faults, key=lambda fault: (fault.kind, fault.recording))


def _as_json(floors: dict[str, Any]) -> str:
    """JSON with the counts of each flag or check on one line, so that a diff shows what changed."""
    text = json.dumps(floors, indent=2)
    return re.sub(r"\[[\d,\s]+\]", lambda found: re.sub(r"\s+", "", found[0]).replace(",", ", "), text) + "\n"


if __name__ == "__main__":
    main()
