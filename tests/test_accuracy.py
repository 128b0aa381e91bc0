"""The reader on recordings of real component libraries: no figure falls below what it once was."""

import json
from pathlib import Path
from typing import Any, Literal

import pytest
from inline_snapshot import snapshot
from msgspec.structs import replace

from benchmarks.accuracy import scored, timeline_of
from benchmarks.accuracy.judge import Judge
from benchmarks.accuracy.report import figures, table
from benchmarks.accuracy.score import FLAGS, Score
from benchmarks.accuracy.truth import CORPUS, Act, Statement, Text, Truth, load

FLOORS: dict[str, Any] = json.loads((CORPUS / "floors.json").read_bytes())
TRUTHS = load()


@pytest.mark.parametrize("part", ["open", "held"])
def test_the_figures_of_the_corpus_do_not_get_worse(part: Literal["open", "held"]) -> None:
    score = scored(
        (CORPUS / f"{name}.jsonl.gz", truth) for name, truth in TRUTHS.items() if truth.held == (part == "held")
    )
    assert worse(figures(score), FLOORS[part]) == [], table(part, score)


def worse(now: dict[str, Any], floor: dict[str, Any]) -> list[str]:
    """What is wrong more often than it was."""
    return [
        f"{name}: {now[kind][name][1:]} wrong, at most {before} before"
        for kind in ("flags", "checks")
        for name, (_, *before) in floor[kind].items()
        if any(count > once for count, once in zip(now[kind][name][1:], before, strict=True))
    ]


def test_worse_figures_are_detected() -> None:
    floor = {"flags": {"dead": [5, 1, 2]}, "checks": {"names": [9, 1]}}
    assert worse({"flags": {"dead": [4, 1, 3]}, "checks": {"names": [8, 2]}}, floor) == snapshot(
        ["dead: [1, 3] wrong, at most [1, 2] before", "names: [2] wrong, at most [1] before"]
    )
    assert worse({"flags": {"dead": [6, 0, 1]}, "checks": {"names": [10, 0]}}, floor) == []


NAME = "svelte_wizard"
TRUTH = TRUTHS[NAME]
TIMELINE = timeline_of(CORPUS / f"{NAME}.jsonl.gz")


def score_of(truth: Truth) -> Score:
    return Judge(NAME, truth, TIMELINE).judge()


def lies(truth: Truth) -> list[str]:
    """Kinds of faults that are found in this truth and not in the real one."""
    known = {(fault.kind, fault.what) for fault in score_of(TRUTH).faults}
    return sorted(fault.kind for fault in score_of(truth).faults if (fault.kind, fault.what) not in known)


def with_act(called: str, /, **changes: Any) -> Truth:
    """The truth with another say on the first act on an element."""
    at, act = next((at, act) for at, act in enumerate(TRUTH.acts) if act.name == called)
    return replace(TRUTH, acts=(*TRUTH.acts[:at], replace(act, **changes), *TRUTH.acts[at + 1 :]))


def test_every_kind_of_wrong_truth_is_detected() -> None:
    first = TRUTH.acts[0]
    nothing = Act(kind="click", name="Nobody", t=first.t - 2_000, end=first.t - 1_900, flags=())
    unseen = Text(text="A comet was seen", t=first.t, until=first.end)
    assert {
        "a flag that is there": lies(with_act("View in 3D", flags=())),
        "a flag that is not there": lies(with_act("Price it", flags=("slow", "dead"))),
        "another element": lies(with_act("View in 3D", name="View in 2D")),
        "another number of clicks": lies(with_act("Use my account", n=5)),
        "another length": lies(with_typing(99)),
        "an act that was not": lies(replace(TRUTH, acts=(nothing, *TRUTH.acts))),
        "an act left out": lies(replace(TRUTH, acts=tuple(act for act in TRUTH.acts if act.name != "View in 3D"))),
        "a text that was not": lies(replace(TRUTH, texts=(*TRUTH.texts, unseen))),
        "a page that was left by going back": lies(replace(TRUTH, nav=(replace(TRUTH.nav[0], flags=("quick_back",)),))),
        "a page that was not": lies(replace(TRUTH, nav=(*TRUTH.nav, replace(TRUTH.nav[0], url="/else")))),
        "a secret that is told": lies(replace(TRUTH, secrets=("Order shed",))),
        "another outcome": lies(replace(TRUTH, outcome=("nothing",))),
        "a false claim": lies(
            replace(TRUTH, claims=(*TRUTH.claims, Statement(expect="false", kind="clicked", text="Order shed")))
        ),
    } == snapshot(
        {
            "a flag that is there": ["false dead"],
            "a flag that is not there": ["missed dead"],
            "another element": ["names"],
            "another number of clicks": ["clicks"],
            "another length": ["typed lengths"],
            "an act that was not": ["actions"],
            "an act left out": ["false dead", "no phantom action", "summary clicks"],
            "a text that was not": ["texts", "texts with a row"],
            "a page that was left by going back": ["missed quick_back"],
            "a page that was not": ["visits"],
            "a secret that is told": ["typed text hidden"],
            "another outcome": ["outcome"],
            "a false claim": ["claims"],
        }
    )


def with_typing(chars: int) -> Truth:
    at = next(at for at, act in enumerate(TRUTH.acts) if act.kind == "typing")
    return replace(TRUTH, acts=(*TRUTH.acts[:at], replace(TRUTH.acts[at], chars=chars), *TRUTH.acts[at + 1 :]))


def test_both_parts_have_enough_of_every_flag() -> None:
    counts = {
        part: {
            flag: sum(flag in each.flags for truth in truths for each in (*truth.acts, *truth.nav)) for flag in FLAGS
        }
        for part, truths in (
            ("all", list(TRUTHS.values())),
            ("held", [truth for truth in TRUTHS.values() if truth.held]),
        )
    }
    assert counts == snapshot(
        {
            "all": {
                "rage": 52,
                "dead": 81,
                "slow": 81,
                "error_after": 108,
                "error_shown": 150,
                "repeated_submit": 15,
                "retyped": 21,
                "abandoned_form": 13,
                "wait": 42,
                "quick_back": 19,
            },
            "held": {
                "rage": 26,
                "dead": 38,
                "slow": 36,
                "error_after": 39,
                "error_shown": 56,
                "repeated_submit": 7,
                "retyped": 12,
                "abandoned_form": 6,
                "wait": 20,
                "quick_back": 11,
            },
        }
    )


def test_every_recording_is_small_and_has_its_truth() -> None:
    recordings = {path.name.partition(".")[0]: path for path in Path(CORPUS).glob("*.jsonl.gz")}
    assert recordings.keys() == TRUTHS.keys()
    assert [name for name, path in recordings.items() if path.stat().st_size > 150_000] == []
