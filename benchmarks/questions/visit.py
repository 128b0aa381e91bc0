"""Writes one visit twice: as the lines of its recording, and as the product events and metadata that PostHog has of it.

Times are milliseconds after the visit began until `shifted` moves them.
"""

from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import orjson

from benchmarks.questions.page import BUTTONS, FIELDS, HOST, MAIN, Node, make_page, message, title_of
from tests.recording.rrweb import addition

Raw = dict[str, Any]

_META, _FULL, _INCREMENTAL, _PLUGIN = 4, 2, 3, 6
_MUTATION, _MOVE, _INTERACTION, _SCROLL, _INPUT = 0, 1, 2, 3, 5
_UP, _DOWN, _CLICK, _TOUCH_START, _TOUCH_END = 0, 1, 2, 7, 9
_FIRST_MESSAGE: Final = 100
_MOVE_EVERY: Final = 600


@dataclass(frozen=True, slots=True)
class Captured:
    """A product event, `at` milliseconds after the visit began."""

    at: int
    event: str
    properties: dict[str, Any]


class Sent(NamedTuple):
    """A request, and how long it took in milliseconds."""

    method: str
    path: str
    status: int
    took: int


class Opened(NamedTuple):
    """A page, when it was opened and when it was left, in milliseconds after the visit began."""

    path: str
    at: int
    left: int


@dataclass(slots=True)
class Visit:
    """A visit while it is being written.

    Attributes:
        recorded: whether its lines are written; without, only events and metadata are.
        touch: whether the visitor taps instead of clicking.
        now: milliseconds after the visit began.
    """

    recorded: bool
    touch: bool = False
    now: int = 0
    path: str = ""
    paths: list[str] = field(default_factory=list[str])
    events: list[Captured] = field(default_factory=list[Captured])
    raws: list[Raw] = field(default_factory=list[Raw])
    errors: list[str] = field(default_factory=list[str])
    sent: list[Sent] = field(default_factory=list[Sent])
    opened: list[Opened] = field(default_factory=list[Opened])
    pressed: list[str] = field(default_factory=list[str])
    shown: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])
    _messages: int = _FIRST_MESSAGE

    def open(self, path: str) -> None:
        """Go to a page."""
        self._leave()
        self.path = path
        self.paths.append(path)
        self.opened.append(Opened(path, self.now, self.now))
        if self.recorded:
            self._write(_META, {"href": HOST + path, "width": 390 if self.touch else 1280, "height": 800})
            self._write(_FULL, {"node": make_page(path), "initialOffset": {"left": 0, "top": 0}})
            self._messages = _FIRST_MESSAGE
        self.capture("$pageview", title=title_of(path))
        self.wait(900)

    def wait(self, milliseconds: int) -> None:
        """Let time pass; a mouse moves now and then."""
        if not self.touch:
            for at in range(self.now + _MOVE_EVERY, self.now + milliseconds, _MOVE_EVERY):
                data = {"source": _MOVE, "positions": [{"x": 100 + at % 50, "y": 100, "id": MAIN, "timeOffset": 0}]}
                self._write(_INCREMENTAL, data, at=at)
        self.now += milliseconds

    def press(self, button: str, *, then: int = 300) -> None:
        """Press a button, and let `then` milliseconds pass."""
        self.pressed.append(button)
        self._press(BUTTONS[button])
        self.capture("$autocapture", **{"$event_type": "click", "$el_text": button})
        self.wait(then)

    def follow(self, button: str, path: str) -> None:
        """Press a button that leads to another page."""
        self.press(button, then=250)
        self.open(path)

    def fill(self, label: str, characters: int) -> None:
        """Type into a field, masked."""
        node = FIELDS[label]
        self.pressed.append(label)
        self._press(node)
        for typed in range(1, characters + 1):
            self.wait(80)
            self._incremental(_INPUT, id=node, text="*" * typed, isChecked=False)
        self.wait(400)

    def request(self, method: str, path: str, status: int, took: int, *, wait: bool = True) -> None:
        """A request that begins now; with `wait`, time passes until it is answered. Status 0: the page aborted it."""
        self.sent.append(Sent(method, path, status, took))
        if self.recorded:
            began = self.now
            call = {
                "name": HOST + path, "method": method, "status": status, "responseStatus": status, "startTime": began,
                "duration": took, "endTime": began + took, "initiatorType": "fetch", "entryType": "resource",
                "timestamp": began,
            }  # fmt: skip
            self._write(_PLUGIN, {"plugin": "rrweb/network@1", "payload": {"requests": [call]}}, at=began + took)
        self.wait(took if wait else 0)

    def show(self, role: str, text: str) -> None:
        """A message appears on the page."""
        self.shown.append((self.now, text))
        node = message(self._messages, role, text)
        [content] = node["childNodes"]
        self._messages += 1
        adds = [addition(MAIN, node | {"childNodes": []}), addition(node["id"], content)]
        self._incremental(_MUTATION, adds=adds, removes=[], texts=[], attributes=[])

    def log_error(self, text: str, *trace: str) -> None:
        """The page logs an error."""
        self.errors.append(text)
        call = {"level": "error", "payload": [orjson.dumps(text).decode()], "trace": list(trace)}
        self._write(_PLUGIN, {"plugin": "rrweb/console@1", "payload": call})

    def end(self) -> None:
        """The visitor scrolls once more; what happened before has had time to show its effect."""
        self._incremental(_SCROLL, id=1, x=0, y=120)
        self._leave()

    def capture(self, event: str, **properties: Any) -> None:
        """A product event."""
        self.events.append(
            Captured(
                self.now,
                event,
                {"$current_url": HOST + self.path, "$pathname": self.path.partition("?")[0]} | properties,
            )
        )

    def lines(self, window: str, start: int) -> list[bytes]:
        """The recording's lines, with the visit's beginning at `start` in epoch milliseconds."""
        return [orjson.dumps([window, _moved(raw, start)]) for raw in sorted(self.raws, key=_time)]

    def _leave(self) -> None:
        if self.opened:
            self.opened[-1] = self.opened[-1]._replace(left=self.now)

    def _press(self, node: int) -> None:
        kinds = (_TOUCH_START, _TOUCH_END) if self.touch else (_DOWN, _UP)
        for kind, before in zip((*kinds, _CLICK), (80, 10, 0), strict=True):
            data = {"source": _INTERACTION, "type": kind, "id": node, "x": 100, "y": 100}
            self._write(
                _INCREMENTAL,
                data | ({"pointerType": 2 if self.touch else 0} if kind == _CLICK else {}),
                at=self.now + 80 - before,
            )
        self.now += 80

    def _incremental(self, source: int, **data: Any) -> None:
        self._write(_INCREMENTAL, {"source": source, **data})

    def _write(self, kind: int, data: Node, *, at: int | None = None) -> None:
        if self.recorded:
            self.raws.append({"type": kind, "data": data, "timestamp": self.now if at is None else at})


def _time(raw: Raw) -> int:
    return raw["timestamp"]


def _moved(raw: Raw, start: int) -> Raw:
    data = raw["data"]
    if data.get("plugin") == "rrweb/network@1":
        requests = [call | {"timestamp": call["timestamp"] + start} for call in data["payload"]["requests"]]
        data = data | {"payload": {"requests": requests}}
    return raw | {"data": data, "timestamp": raw["timestamp"] + start}
