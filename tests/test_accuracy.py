"""The reader on recordings of real component libraries: no figure gets worse than its floor."""

import json
from pathlib import Path
from typing import Any, Literal

import pytest
from inline_snapshot import snapshot
from msgspec.structs import replace

from benchmarks.accuracy import read_exported_timeline, score_all
from benchmarks.accuracy.judge import Judge
from benchmarks.accuracy.report import counts, table
from benchmarks.accuracy.score import FLAGS, Score
from benchmarks.accuracy.truth import CORPUS, Action, Statement, Text, Truth, load

FLOORS: dict[str, Any] = json.loads((CORPUS / "floors.json").read_bytes())
TRUTHS = load()


@pytest.mark.slow
@pytest.mark.parametrize("part", ["open", "held"])
def test_the_figures_of_the_corpus_do_not_get_worse(part: Literal["open", "held"]) -> None:
    score = score_all(
        (CORPUS / f"{name}.jsonl.gz", truth) for name, truth in TRUTHS.items() if truth.held == (part == "held")
    )
    assert worse(counts(score), FLOORS[part]) == [], table(part, score)


def worse(now: dict[str, Any], floor: dict[str, Any]) -> list[str]:
    """Counts of wrong results that are higher than their floor."""
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
TIMELINE = read_exported_timeline(CORPUS / f"{NAME}.jsonl.gz")


def score_with(truth: Truth) -> Score:
    return Judge(NAME, truth, TIMELINE).judge()


def new_faults(truth: Truth) -> list[str]:
    """Kinds of faults that this truth gives and the real one does not."""
    known = {(fault.kind, fault.what) for fault in score_with(TRUTH).faults}
    return sorted(fault.kind for fault in score_with(truth).faults if (fault.kind, fault.what) not in known)


def with_action(name: str, /, **changes: Any) -> Truth:
    """The truth with changes to the first action on an element."""
    at, action = next((at, action) for at, action in enumerate(TRUTH.actions) if action.name == name)
    return replace(TRUTH, actions=(*TRUTH.actions[:at], replace(action, **changes), *TRUTH.actions[at + 1 :]))


def test_every_kind_of_wrong_truth_is_detected() -> None:
    first = TRUTH.actions[0]
    nothing = Action(kind="click", name="Nobody", t=first.t - 2_000, end=first.t - 1_900, flags=())
    unseen = Text(text="A comet was seen", t=first.t, until=first.end)
    assert {
        "a set flag left out": new_faults(with_action("View in 3D", flags=())),
        "a flag that is not set": new_faults(with_action("Price it", flags=("slow", "dead"))),
        "another element": new_faults(with_action("View in 3D", name="View in 2D")),
        "another number of clicks": new_faults(with_action("Use my account", n=5)),
        "another length": new_faults(with_typing(99)),
        "an action that did not happen": new_faults(replace(TRUTH, actions=(nothing, *TRUTH.actions))),
        "an action left out": new_faults(
            replace(TRUTH, actions=tuple(action for action in TRUTH.actions if action.name != "View in 3D"))
        ),
        "a text that was not shown": new_faults(replace(TRUTH, texts=(*TRUTH.texts, unseen))),
        "a page that was left by going back": new_faults(
            replace(TRUTH, nav=(replace(TRUTH.nav[0], flags=("quick_back",)),))
        ),
        "a page that was not visited": new_faults(replace(TRUTH, nav=(*TRUTH.nav, replace(TRUTH.nav[0], url="/else")))),
        "a secret that is shown": new_faults(replace(TRUTH, secrets=("Order shed",))),
        "another outcome": new_faults(replace(TRUTH, outcome=("nothing",))),
        "a false claim": new_faults(
            replace(TRUTH, claims=(*TRUTH.claims, Statement(expect="false", kind="clicked", text="Order shed")))
        ),
    } == snapshot(
        {
            "a set flag left out": ["false dead"],
            "a flag that is not set": ["missed dead"],
            "another element": ["names"],
            "another number of clicks": ["clicks"],
            "another length": ["typed lengths"],
            "an action that did not happen": ["actions"],
            "an action left out": ["false dead", "no phantom action", "summary clicks"],
            "a text that was not shown": ["texts", "texts with a row"],
            "a page that was left by going back": ["missed quick_back"],
            "a page that was not visited": ["visits"],
            "a secret that is shown": ["typed text hidden"],
            "another outcome": ["outcome"],
            "a false claim": ["claims"],
        }
    )


def with_typing(chars: int) -> Truth:
    at = next(at for at, action in enumerate(TRUTH.actions) if action.kind == "typing")
    changed = replace(TRUTH.actions[at], chars=chars)
    return replace(TRUTH, actions=(*TRUTH.actions[:at], changed, *TRUTH.actions[at + 1 :]))


def test_both_parts_have_enough_of_every_flag() -> None:
    flags = {
        part: {
            flag: sum(flag in each.flags for truth in truths for each in (*truth.actions, *truth.nav)) for flag in FLAGS
        }
        for part, truths in (
            ("all", list(TRUTHS.values())),
            ("held", [truth for truth in TRUTHS.values() if truth.held]),
        )
    }
    assert flags == snapshot(
        {
            "all": {
                "rage": 66,
                "dead": 117,
                "slow": 97,
                "error_after": 179,
                "error_shown": 233,
                "repeated_submit": 38,
                "retyped": 49,
                "abandoned_form": 30,
                "wait": 51,
                "quick_back": 34,
            },
            "held": {
                "rage": 34,
                "dead": 56,
                "slow": 51,
                "error_after": 82,
                "error_shown": 101,
                "repeated_submit": 28,
                "retyped": 24,
                "abandoned_form": 22,
                "wait": 28,
                "quick_back": 24,
            },
        }
    )


def test_every_recording_is_small_and_has_its_truth() -> None:
    recordings = {path.name.partition(".")[0]: path for path in Path(CORPUS).glob("*.jsonl.gz")}
    assert recordings.keys() == TRUTHS.keys()
    assert [name for name, path in recordings.items() if path.stat().st_size > 150_000] == []
