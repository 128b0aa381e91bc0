"""Prints the figures of a corpus, the part that rules may be tuned on and the other one apart."""

import argparse
import json
import re
from pathlib import Path
from typing import Any

from benchmarks.accuracy import Scorer, score_of, scored
from benchmarks.accuracy.report import figures, flag_table, table
from benchmarks.accuracy.score import Fault, Score
from benchmarks.accuracy.spoiler import flags_of
from benchmarks.accuracy.truth import CORPUS, Truth, load
from benchmarks.spoiler import VERSION


def main() -> None:
    """Score what the command line names."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy", description=__doc__)
    parts = parser.add_mutually_exclusive_group()
    parts.add_argument("--open", action="store_true", help="only recordings that rules may be tuned on")
    parts.add_argument("--held", action="store_true", help="only the others")
    parser.add_argument("--spoiler", action="store_true", help="print the flags of spoiler, too: installs it")
    parser.add_argument("--faults", action="store_true", help="list every fault, too")
    parser.add_argument("--floors", action="store_true", help="write the counts to floors.json, which tests hold to")
    parser.add_argument("--corpus", type=Path, default=CORPUS, help="directory with recordings and truth.json")
    parser.add_argument("names", nargs="*", help="recordings; none: all")
    options = parser.parse_args()
    truths = load(options.corpus)
    if strangers := set(options.names) - set(truths):
        parser.error(f"no such recordings: {', '.join(sorted(strangers))}")
    chosen = {name: truths[name] for name in options.names or sorted(truths)}
    wanted = [held for held in (False, True) if not (options.open and held) and not (options.held and not held)]
    scores = {"held" if held else "open": part(options.corpus, chosen, held=held) for held in wanted}
    for name, score in scores.items():
        if not score.recordings:
            continue
        print(table(name, score))
        if options.spoiler:
            print(flag_table(f"{name}, spoiler {VERSION}", part(options.corpus, chosen, flags_of, held=name == "held")))
        if options.faults:
            print(*(f"  {fault.kind} | {fault.recording} | {fault.what}" for fault in sorted_faults(score)), sep="\n")
    if options.floors:
        floors = {name: figures(score) for name, score in scores.items()}
        (options.corpus / "floors.json").write_text(_on_lines(floors))


def part(corpus: Path, truths: dict[str, Truth], scorer: Scorer = score_of, *, held: bool) -> Score:
    """The score of those recordings that are held back, or of the others."""
    return scored(
        ((corpus / f"{name}.jsonl.gz", truth) for name, truth in truths.items() if truth.held == held), scorer
    )


def sorted_faults(score: Score) -> list[Fault]:
    """The faults, equal kinds together."""
    return sorted(score.faults, key=lambda fault: (fault.kind, fault.recording))


def _on_lines(floors: dict[str, Any]) -> str:
    """As JSON with the counts of a flag or check on one line, so that a diff shows what changed."""
    spread = json.dumps(floors, indent=2)
    return re.sub(r"\[[\d,\s]+\]", lambda counts: re.sub(r"\s+", "", counts[0]).replace(",", ", "), spread) + "\n"


if __name__ == "__main__":
    main()
