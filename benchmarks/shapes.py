"""Measures the sizes, kinds and rates of events in recordings, from which `benchmarks.recordings` draws.

    python -m benchmarks.shapes PATH…

PATH: files of `[windowId, event]` lines, gzipped or not, or directories of them; all make one table. Sizes are bytes of
JSON after inflating; the columns of a distribution are percentiles.
"""

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import orjson

from benchmarks.baseline import decode, read_lines
from benchmarks.measurement import MB, recordings_in
from benchmarks.recordings.distributions import PERCENTILES
from benchmarks.recordings.document import ELEMENT, walk
from benchmarks.recordings.recorder import Kind, Mouse, Node, Source

PARTS: Final = ("adds", "removes", "texts", "attributes")
ACTIONS: Final = (Source.MOUSE_INTERACTION, Source.INPUT, Source.SCROLL)
FIRST_CLASSES: Final = (100, 200, 400)
SPONTANEOUS_MS: Final = 1_000
"""A mutation later than this after the visitor's last action is the page's own: a ticker, a poll, an animation."""


class Shapes:
    """The figures of all recordings read so far."""

    def __init__(self) -> None:
        self.distributions: dict[str, list[float]] = defaultdict(list)
        self.events: Counter[str] = Counter()
        self.event_bytes: Counter[str] = Counter()
        self.mutation_parts: Counter[str] = Counter()
        self.changed: Counter[str] = Counter()
        self.clicks = self.typed = self.line_bytes = self.files = 0
        self._classes: list[str] = []

    def read(self, path: Path) -> None:
        """Add the figures of a recording."""
        self.files += 1
        rates, self._classes = _Rates(), list[str]()
        for line in read_lines(path):
            event = decode(line)
            if event is not None:
                self.line_bytes += len(line) + 1
                rates.add(event)
                self._add(event)
        for name, value in rates.found():
            self._note(name, value)
        for count in FIRST_CLASSES:
            if len(self._classes) >= count:
                self._note(f"first {count} class attributes: distinct", len({*self._classes[:count]}))

    def _add(self, event: Node) -> None:
        data = event["data"]
        name = Kind(event["type"]).name if event["type"] != Kind.INCREMENTAL else f"source {data['source']}"
        self.events[name] += 1
        self.event_bytes[name] += len(orjson.dumps(event))
        if event["type"] == Kind.FULL_SNAPSHOT:
            self._add_snapshot(data["node"])
        elif event["type"] == Kind.INCREMENTAL:
            self.clicks += data["source"] == Source.MOUSE_INTERACTION and data["type"] == Mouse.CLICK
            self.typed += data["source"] == Source.INPUT
            if data["source"] == Source.MUTATION:
                self._add_mutation(data)

    def _add_snapshot(self, root: Node) -> None:
        found = [*walk(root)]
        for node in found:
            self._add_classes(node)
        self._note("snapshot: nodes", len(found))
        self._note("snapshot: bytes", len(orjson.dumps(root)))
        self._note("snapshot: bytes of CSS", sum(map(_css_bytes, found)))
        self._note("snapshot: levels", _levels(root))

    def _add_mutation(self, data: Node) -> None:
        parts = [part for part in PARTS if data.get(part)]
        self.mutation_parts["+".join(parts)] += 1
        self._note("mutation: bytes", sum(len(orjson.dumps(data[part])) for part in parts))
        for part in parts:
            self._note(f"mutation: {part}, if any", len(data[part]))
        for added in data.get("adds", ()):
            for node in walk(added["node"]):
                if node["type"] == ELEMENT:
                    self._add_classes(node)
                    self._note("added element: attributes", len(node["attributes"]))
                    self._note("added element: bytes of attributes", len(orjson.dumps(node["attributes"])))
        for change in data.get("attributes", ()):
            self.changed.update(change["attributes"].keys())
            self._add_classes(change)

    def _add_classes(self, holder: Node) -> None:
        classes = holder.get("attributes", {}).get("class")
        if isinstance(classes, str):
            self._classes.append(classes)

    def _note(self, name: str, value: float) -> None:
        self.distributions[name].append(value)


class _Rates:
    """How often a recording's page changes: in all, and without an action of the visitor."""

    def __init__(self) -> None:
        self._first = self._last = self._last_action = 0
        self._mutations = self._spontaneous = self._quiet_ms = 0

    def add(self, event: Node) -> None:
        """Count an event; events come in time order."""
        at = int(event["timestamp"])
        self._first = self._first or at
        quiet_since = self._last_action + SPONTANEOUS_MS
        self._quiet_ms += max(0, at - max(self._last or at, quiet_since))
        self._last = max(self._last, at)
        source = event["data"]["source"] if event["type"] == Kind.INCREMENTAL else None
        if source == Source.MUTATION:
            self._mutations += 1
            self._spontaneous += at > quiet_since
        elif source in ACTIONS:
            self._last_action = at

    def found(self) -> Iterator[tuple[str, float]]:
        """Both rates, per second."""
        yield "mutations per second", self._mutations / max(self._last - self._first, 1) * 1_000
        yield "mutations per second, 1 s after an action", self._spontaneous / max(self._quiet_ms, 1) * 1_000


def _css_bytes(node: Node) -> int:
    css = node["textContent"] if node.get("isStyle") else node.get("attributes", {}).get("_cssText", "")
    return len(css)


def _levels(root: Node) -> int:
    count, level = 0, [root]
    while level:
        count, level = count + 1, [child for node in level for child in node.get("childNodes", ())]
    return count


def _percentiles(values: list[float]) -> list[float]:
    ordered = sorted(values)
    return [ordered[min(len(ordered) * percent // 100, len(ordered) - 1)] for percent in PERCENTILES]


def _shares(counted: Counter[str], most: int = 20) -> str:
    whole = sum(counted.values())
    return ", ".join(f"{name or 'nothing'} {100 * count / whole:.1f} %" for name, count in counted.most_common(most))


def _short(value: float) -> str:
    return f"{value:.0f}" if value >= 100 or value == int(value) else f"{value:.2f}"


def _row(name: str, columns: Iterable[str]) -> str:
    return f"{name:40}" + "".join(f"{column:>9}" for column in columns)


def report(shapes: Shapes) -> Iterator[str]:
    """The table, line by line."""
    lines, inflated = shapes.line_bytes / MB, sum(shapes.event_bytes.values()) / MB
    events = shapes.events.total()
    yield f"{shapes.files} recordings, {events} events, {lines:.2f} MB of lines, {inflated:.2f} MB inflated"
    mutations, snapshots = (shapes.events[name] for name in ("source 0", "FULL_SNAPSHOT"))
    counts = {"clicks": shapes.clicks, "inputs": shapes.typed, "mutations": mutations, "snapshots": snapshots}
    yield "per MB of lines: " + ", ".join(f"{count / lines:.1f} {name}" for name, count in counts.items())
    yield _row("", [*(f"p{percent}" for percent in PERCENTILES), "mean", "count"])
    for name, values in sorted(shapes.distributions.items()):
        columns = [*_percentiles(values), sum(values) / len(values), len(values)]
        yield _row(name, map(_short, columns))
    yield f"events: {_shares(shapes.events)}"
    yield f"inflated bytes: {_shares(shapes.event_bytes)}"
    yield f"mutations that hold: {_shares(shapes.mutation_parts)}"
    yield f"attributes that change: {_shares(shapes.changed, 10)}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("paths", nargs="+", type=Path)
    shapes = Shapes()
    for path in recordings_in(parser.parse_args().paths):
        shapes.read(path)
    print("\n".join(report(shapes)))


if __name__ == "__main__":
    main()
