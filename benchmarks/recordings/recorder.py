"""Writes events as posthog-js does: `[windowId, event]` lines whose snapshots and mutations are `cv` fields.

Times are filled in when a line is written, so that one visit can be repeated at other times and in other tabs.
"""

import gzip
import re
from enum import IntEnum
from random import Random
from typing import Any, Final, NamedTuple

import orjson

Node = dict[str, Any]
"""A node as rrweb serializes it."""

COMPRESSION: Final = "2024-10"
CONSOLE_PLUGIN: Final = "rrweb/console@1"
NETWORK_PLUGIN: Final = "rrweb/network@1"
ORIGIN: Final = "https://app.shop.example"


class Kind(IntEnum):
    """rrweb's `EventType`."""

    DOM_CONTENT_LOADED = 0
    LOAD = 1
    FULL_SNAPSHOT = 2
    INCREMENTAL = 3
    META = 4
    CUSTOM = 5
    PLUGIN = 6


class Source(IntEnum):
    """rrweb's `IncrementalSource`."""

    MUTATION = 0
    MOUSE_MOVE = 1
    MOUSE_INTERACTION = 2
    SCROLL = 3
    INPUT = 5
    STYLE_SHEET_RULE = 8
    ADOPTED_STYLE_SHEET = 15


class Mouse(IntEnum):
    """rrweb's `MouseInteractions`."""

    UP = 0
    DOWN = 1
    CLICK = 2
    FOCUS = 5
    BLUR = 6


class Moment(NamedTuple):
    """An event as JSON, split at its times; `times` are in milliseconds after the visit began."""

    parts: list[bytes]
    times: list[int]

    def line(self, window: bytes, base: int) -> bytes:
        """The line of a tab, with its line feed; `base` is the start of the visit in epoch milliseconds."""
        written = [b'["', window, b'",', self.parts[0]]
        for time, part in zip(self.times, self.parts[1:], strict=True):
            written += (b"%d" % (base + time), part)
        return b"".join(written)


class Stretch(NamedTuple):
    """Part of a visit in which its tab stays in front."""

    start: int
    end: int
    moments: list[Moment]


def make_moment(kind: Kind, data: Any, at: int, **more: str) -> Moment:
    """Make a moment of one event."""
    event = {"type": kind, "data": data, "timestamp": _placeholder(at), **more}
    parts = re.split(rb'"@(\d+)@"', orjson.dumps(event) + b"]\n")
    return Moment(parts[::2], [int(time) for time in parts[1::2]])


def _placeholder(at: int) -> str:
    """A time that `make_moment` finds again."""
    return f"@{at}@"


def _packed(value: Any) -> str:
    return gzip.compress(orjson.dumps(value), 6, mtime=0).decode("latin-1")


_PACKED_NOTHING: Final = _packed([])


class Recorder:
    """The recorder of one visit.

    Attributes:
        now: the clock, in milliseconds after the visit began; callers move it on.
    """

    def __init__(self, rng: Random, href: str) -> None:
        self._rng = rng
        self._href = href
        self._moments: list[Moment] = []
        self._began = 0
        self.now = 0

    def stretch(self) -> Stretch:
        """Return the events recorded since the last stretch."""
        made = Stretch(self._began, self.now, self._moments)
        self._began, self._moments = self.now, []
        return made

    def write(self, kind: Kind, data: Any, **more: str) -> None:
        """Record any event."""
        self._moments.append(make_moment(kind, data, self.now, **more))

    def incremental(self, source: Source, /, **data: Any) -> None:
        """Record an incremental event whose data is not compressed."""
        self.write(Kind.INCREMENTAL, {"source": source, **data})

    def snapshot(self, document: Node, scrolled: int = 0) -> None:
        """Record a meta event and a full snapshot."""
        self.write(Kind.META, {"href": self._href, "width": 1440, "height": 900})
        self.now += 12
        data = {"node": document, "initialOffset": {"left": 0, "top": scrolled}}
        self.write(Kind.FULL_SNAPSHOT, _packed(data), cv=COMPRESSION)

    def mutation(self, **parts: list[Node]) -> None:
        """Record a mutation; parts that are not given are empty."""
        names = ("texts", "attributes", "removes", "adds")
        packed = {name: _packed(parts[name]) if parts.get(name) else _PACKED_NOTHING for name in names}
        self.write(Kind.INCREMENTAL, {"source": Source.MUTATION, **packed}, cv=COMPRESSION)

    def style_rule(self, id: int, rule: str) -> None:
        """Record a rule that CSS-in-JS inserts."""
        adds = _packed([{"rule": rule, "index": self._rng.randint(0, 400)}])
        data = {"source": Source.STYLE_SHEET_RULE, "id": id, "adds": adds}
        self.write(Kind.INCREMENTAL, data, cv=COMPRESSION)

    def adopted_style(self, id: int, style: int, css: str) -> None:
        """Record a style sheet that a document or shadow root adopts."""
        styles = [{"styleId": style, "rules": [{"rule": css, "index": 0}]}]
        self.incremental(Source.ADOPTED_STYLE_SHEET, id=id, styles=styles, styleIds=[style])

    def mouse(self, kind: Mouse, id: int, **more: float) -> None:
        """Record a mouse interaction, or a change of focus."""
        self.incremental(Source.MOUSE_INTERACTION, type=kind, id=id, **more)

    def custom(self, tag: str, **payload: Any) -> None:
        """Record one of posthog-js's own events."""
        self.write(Kind.CUSTOM, {"tag": tag, "payload": payload})

    def console(self, level: str, *arguments: Any) -> None:
        """Record a console line."""
        place = f"{ORIGIN}/assets/app.3f9c2d1e.js:{self._rng.randint(1, 90)}:{self._rng.randint(1, 9_999)}"
        payload = [orjson.dumps(argument).decode() for argument in arguments]
        call = {"level": level, "trace": [f"onClick ({place})"], "payload": payload}
        self.write(Kind.PLUGIN, {"plugin": CONSOLE_PLUGIN, "payload": call})

    def requests(self, *requests: Node, **more: bool) -> None:
        """Record finished requests; the recorder writes them some time after the last response."""
        self.now = max(request["endTime"] for request in requests) + self._rng.randint(1, 300)
        self.write(Kind.PLUGIN, {"plugin": NETWORK_PLUGIN, "payload": {"requests": requests, **more}})

    def request(self, path: str, method: str = "GET", status: int = 200, **more: bool) -> Node:
        """A request that begins now: the browser's performance entry, and the fields that posthog-js adds."""
        took, began = self._rng.randint(40, 900), self.now
        phases = ("fetchStart", "domainLookupStart", "domainLookupEnd", "connectStart", "connectEnd", "requestStart")
        headers = {"content-type": "application/json", "x-request-id": f"{self._rng.getrandbits(64):016x}"}
        return {
            "name": ORIGIN + path,
            "entryType": "resource",
            "startTime": began,
            "duration": took + 0.199999999254942,
            "initiatorType": "fetch",
            "nextHopProtocol": "h2",
            "renderBlockingStatus": "non-blocking",
            "contentType": "application/json",
            **dict.fromkeys(phases, began + 0.800000000745058),
            "responseStart": began + took - 3,
            "responseEnd": began + took,
            "transferSize": self._rng.randint(300, 90_000),
            "responseStatus": status,
            "serverTiming": [],
            "endTime": began + took,
            "timeOrigin": _placeholder(0),
            "timestamp": _placeholder(began),
            "method": method,
            "status": status,
            "requestHeaders": headers,
            "responseHeaders": {"content-type": "application/json", "cache-control": "no-store"},
            **more,
        }
