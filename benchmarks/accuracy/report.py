"""The score as a table, and as data for comparisons."""

from typing import Any

from benchmarks.accuracy.score import CHECKS, FLAGS, Score


def table(title: str, score: Score) -> str:
    """Precision and recall of each flag, and right and wrong of each check."""
    lines = [flag_table(title, score), f"  {'check':22}{'right':>7}{'wrong':>7}"]
    lines += [f"  {name:22}{score.right[name]:7}{score.wrong[name]:7}" for name in CHECKS]
    lines.append(
        f"  {score.weak} of the right claims were judged not_shown although they are known to be true or false"
    )
    return "\n".join(lines)


def flag_table(title: str, score: Score) -> str:
    """Precision and recall of each flag."""
    lines = [
        f"{title}: {score.recordings} recordings",
        f"  {'flag':22}{'right':>7}{'false':>7}{'missed':>8}{'precision':>11}{'recall':>8}",
        *(_row(flag, score, flag) for flag in FLAGS),
        _row("all", score, *FLAGS),
    ]
    return "\n".join(lines)


def _row(label: str, score: Score, *flags: str) -> str:
    hits, extra, missed = (sum(counter[flag] for flag in flags) for counter in (score.hits, score.extra, score.missed))
    precision, recall = _figure(score.precision(*flags)), _figure(score.recall(*flags))
    return f"  {label:22}{hits:7}{extra:7}{missed:8}{precision:>11}{recall:>8}"


def _figure(share: float | None) -> str:
    return "-" if share is None else f"{share:.2f}"


def counts(score: Score) -> dict[str, Any]:
    """The counts that floors.json holds: `[right, false, missed]` of each flag, `[right, wrong]` of each check."""
    return {
        "flags": {flag: [score.hits[flag], score.extra[flag], score.missed[flag]] for flag in FLAGS},
        "checks": {name: [score.right[name], score.wrong[name]] for name in CHECKS},
        "weak claims": score.weak,
    }
