"""The score of the screens of recordings against their moments."""

import gzip
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from replay_mcp.recording.screen.items import Item
from replay_mcp.recording.screen.log import ScreenLog
from replay_mcp.recording.screen.outline import build_outline
from replay_mcp.recording.timeline.reader import TimelineReader
from replay_mcp.redaction import Redaction

MOMENTS: Final = Path(__file__).parents[2] / "tests/corpus/moments"
ENOUGH: Final = 0.95
"""Overlap of words from which on a moment counts as right."""
_NAME_LENGTH: Final = 40

Moment = Mapping[str, Any]


@dataclass
class Score:
    """Counts over moments.

    Attributes:
        overlaps: of each moment, with its recording and index.
        states: right and wrong states of controls that were found.
        controls: found and missing controls.
        focus: right and wrong.
        faults: what was wrong.
    """

    overlaps: list[tuple[float, str, int]] = field(default_factory=list[tuple[float, str, int]])
    states: Counter[bool] = field(default_factory=Counter[bool])
    controls: Counter[bool] = field(default_factory=Counter[bool])
    focus: Counter[bool] = field(default_factory=Counter[bool])
    faults: list[str] = field(default_factory=list[str])

    @property
    def enough(self) -> float:
        """Share of the moments with enough overlap."""
        return sum(overlap >= ENOUGH for overlap, _, _ in self.overlaps) / max(1, len(self.overlaps))


def load(directory: Path = MOMENTS) -> dict[str, list[Moment]]:
    """The moments by recording."""
    packed = directory / "moments.json.gz"
    return json.loads(gzip.decompress(packed.read_bytes()))


def score(names: Iterable[str], moments: Mapping[str, list[Moment]], directory: Path = MOMENTS) -> Score:
    """Score the screens of recordings."""
    total = Score()
    for name in names:
        score_recording(name, (directory / f"{name}.jsonl.gz").read_bytes(), moments[name], total)
    return total


def score_recording(name: str, recording: bytes, moments: Iterable[Moment], total: Score) -> None:
    """Score the screens of one recording."""
    log = ScreenLog()
    reader = TimelineReader(Redaction("off"), observer=log)
    reader.feed(recording)
    reader.finish()
    screens = log.finish()
    for index, moment in enumerate(moments):
        page = screens.page(1, moment["t"])
        if page is None:
            total.overlaps.append((0.0, name, index))
            continue
        items = [*_items(build_outline(page, lambda text, _limit: text).items)]
        _score_words(items, moment, total, name, index)
        _score_controls(items, moment, total, f"{name} {index}")


def _items(items: Iterable[Item]) -> Iterator[Item]:
    """The items of an outline in document order."""
    stack = [*items][::-1]
    while stack:
        item = stack.pop()
        yield item
        stack += reversed(item.children)


def _score_words(items: Iterable[Item], moment: Moment, total: Score, name: str, index: int) -> None:
    shown = Counter(
        word for item in items if item.role == "text" or item.named_by_contents for word in item.name.split()
    )
    wanted, allowed = Counter[str](moment["words"]), Counter[str](moment["clipped"])
    extra, missing = shown - wanted - allowed, wanted - shown
    common = sum((shown & wanted).values())
    most = common + max(sum(extra.values()), sum(missing.values()))
    overlap = common / most if most else 1.0
    total.overlaps.append((overlap, name, index))
    if overlap < ENOUGH:
        total.faults.append(f"{name} {index}: {overlap:.2f}; extra {_first(extra)}; missing {_first(missing)}")


def _first(words: Counter[str]) -> str:
    return " ".join([*words.elements()][:25])


def _score_controls(items: Iterable[Item], moment: Moment, total: Score, where: str) -> None:
    by_name: dict[str, list[Item]] = {}
    for item in items:
        if item.role != "text":
            by_name.setdefault(_key(item.name), []).append(item)
    for control in moment["controls"]:
        key = _key(control["name"])
        same = [item for item in by_name.get(key, []) if _fits(item, control)]
        total.controls[bool(same)] += 1
        if not same:
            total.faults.append(f"{where}: no {control['role']} {control['name']!r}")
            continue
        by_name[key].remove(same[0])
        for fact, right in _states(same[0], control):
            total.states[right] += 1
            if not right:
                total.faults.append(
                    f"{where}: {fact}={control[fact]} of {control['role']} {control['name']!r}: {same[0].states}"
                )


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()[:_NAME_LENGTH]


def _fits(item: Item, control: Mapping[str, Any]) -> bool:
    return item.role == control["role"] or control["role"] not in ("button", "link", "checkbox", "radio", "textbox")


def _states(item: Item, control: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    """The states that the browser reported, and whether the item shows them."""
    found: dict[str, str] = {name: value for name, _, value in (state.partition("=") for state in item.states)}
    yield "disabled", control["disabled"] == ("disabled" in found)
    for fact in ("checked", "expanded", "selected", "pressed"):
        wanted = control[fact]
        if wanted is not None:
            yield fact, found.get(fact, "false") == {True: "", False: "false"}.get(wanted, wanted)
    if control["length"] is not None and "length" in found:
        yield "length", found["length"] == str(control["length"])
