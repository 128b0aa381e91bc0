"""Large recordings, made up, but of the shape and order in which PostHog serves real ones: `blob_v2` lines.

One person works in a web application, in a few tabs: pages of 1,500 to 4,000 nodes, re-renders, clicks that work, fail
or do nothing, typing, requests, console lines. Every id that an event names exists at that moment. The first visits are
made one by one; later ones repeat them at other times and in other tabs, so that a gigabyte takes seconds.
"""

import gzip
import re
import uuid
from collections.abc import Iterator
from random import Random
from typing import Any, Final, NamedTuple

import orjson

from benchmarks import pages
from replay_mcp.recording.events import (
    COMPRESSION_VERSION,
    CONSOLE_PLUGIN,
    NETWORK_PLUGIN,
    EventType,
    IncrementalSource,
    MouseInteractions,
)

SEED: Final = 1
VISITS: Final = 48
"""Page visits that differ from each other."""
TABS: Final = 3
START: Final = 1_795_564_800_000
CHECKPOINT_MS: Final = 5 * 60_000
"""How often the recorder takes a full snapshot of a page that stays open; also when it calls the person idle."""


def lines(size_bytes: int, *, compressed: bool = True, seed: int = SEED) -> Iterator[bytes]:
    """The lines of `endless`, until they hold `size_bytes` together."""
    size = 0
    for line in endless(compressed=compressed, seed=seed):
        yield line
        size += len(line)
        if size >= size_bytes:
            return


def endless(*, compressed: bool = True, seed: int = SEED) -> Iterator[bytes]:
    """Lines of one recording, each with its line feed, in time order and without end.

    Args:
        compressed: whether snapshots and mutations are `cv` fields, as the recorder sends them, or plain.
        seed: of everything that varies; the same one gives the same events in either form.
    """
    rng = Random(seed)
    stylesheet = pages.stylesheet(rng)
    tabs = [_Tab(uuid.UUID(int=rng.getrandbits(128), version=4)) for _ in range(TABS)]
    visits: list[list[_Stretch]] = []
    tab, clock = tabs[0], START
    while True:
        if rng.random() < 0.2:
            yield tab.custom("window hidden", clock)
            clock += rng.randint(300, 3_000)
            tab = rng.choice(tabs)
            yield tab.custom("window visible", clock)
        if rng.random() < 0.01:
            yield tab.custom("sessionIdle", clock + CHECKPOINT_MS)
            clock += CHECKPOINT_MS + rng.randint(10_000, 600_000)
            yield tab.custom("sessionNoLongerIdle", clock)
        if not tab.ahead:
            if len(visits) < VISITS:
                visits.append(_Visit(Random(f"{seed} {len(visits)}"), stylesheet, compressed=compressed).stretches)
                tab.ahead = [*visits[-1]]
            else:
                tab.ahead = [*rng.choice(visits)]
        stretch = tab.ahead.pop(0)
        for moment in stretch.moments:
            yield tab.line(moment, clock - stretch.start)
        clock += stretch.end - stretch.start


class _Moment(NamedTuple):
    """An event as JSON of which the times are still open: what stands around them, and the times."""

    parts: list[bytes]
    times: list[int]


class _Stretch(NamedTuple):
    """What happened on a page without a break, in milliseconds after the visit's start."""

    start: int
    end: int
    moments: list[_Moment]


class _Tab:
    """A browser tab, with what is still to happen on its page."""

    def __init__(self, window_id: uuid.UUID) -> None:
        self._opening = f'["{window_id}",'.encode()
        self.ahead: list[_Stretch] = []

    def line(self, moment: _Moment, base: int) -> bytes:
        written = [self._opening, moment.parts[0]]
        for time, part in zip(moment.times, moment.parts[1:], strict=True):
            written += (b"%d" % (base + time), part)
        return b"".join(written)

    def custom(self, tag: str, at: int) -> bytes:
        return self.line(_moment(EventType.CUSTOM, {"tag": tag, "payload": {}}, 0), at)


def _moment(kind: EventType, data: Any, at: int, **more: str) -> _Moment:
    event = {"type": kind, "data": data, "timestamp": _time(at), **more}
    parts = re.split(rb'"@(\d+)@"', orjson.dumps(event) + b"]\n")
    return _Moment(parts[::2], [int(time) for time in parts[1::2]])


def _time(at: int) -> str:
    """A time that `_moment` finds again."""
    return f"@{at}@"


def _packed(value: Any) -> str:
    """A value as a `cv` field holds it."""
    return gzip.compress(orjson.dumps(value), 6, mtime=0).decode("latin-1")


_PACKED_NOTHING = _packed([])


class _Visit:
    """A page visit from its load on: what the person does, and what the recorder writes of it."""

    def __init__(self, rng: Random, stylesheet: str, *, compressed: bool) -> None:
        self._rng = rng
        self._compressed = compressed
        self._section = rng.choice(pages.SECTIONS)
        self._href = f"{pages.ORIGIN}/{self._section}?page={rng.randint(1, 40)}&token={rng.getrandbits(64):016x}"
        self._page = pages.Page(rng, self._section, stylesheet)
        self._now = self._checkpoint = 0
        self._x, self._y, self._scrolled = 640, 400, 0
        self._moments: list[_Moment] = []
        self.stretches: list[_Stretch] = []
        ways = {
            self._look_around: 6,
            self._hover: 4,
            self._live_update: 6,
            self._reload: 3,
            self._type: 2,
            self._open_dialog: 2,
            self._log: 2,
            self._fail: 1,
            self._dead_click: 0.5,
            self._rage: 0.3,
        }
        self._load()
        start = 0
        for _ in range(rng.randint(3, 10)):
            for way in rng.choices([*ways], [*ways.values()], k=rng.randint(4, 12)):
                way()
                self._now += rng.randint(200, 4_000)
            if self._now - self._checkpoint > CHECKPOINT_MS:
                self._snapshot()
            self.stretches.append(_Stretch(start, self._now, self._moments))
            start, self._moments = self._now, []

    def _write(self, kind: EventType, data: Any, **more: str) -> None:
        self._moments.append(_moment(kind, data, self._now, **more))

    def _incremental(self, source: IncrementalSource, /, **data: Any) -> None:
        self._write(EventType.INCREMENTAL_SNAPSHOT, {"source": source, **data})

    def _mutation(self, **changes: list[pages.Node]) -> None:
        names = ("texts", "attributes", "removes", "adds")
        data: pages.Node = {"source": IncrementalSource.MUTATION} | {name: changes.get(name, []) for name in names}
        if self._compressed:
            data |= {name: _packed(data[name]) if data[name] else _PACKED_NOTHING for name in names}
            self._write(EventType.INCREMENTAL_SNAPSHOT, data, cv=COMPRESSION_VERSION)
        else:
            self._write(EventType.INCREMENTAL_SNAPSHOT, data)

    def _snapshot(self) -> None:
        self._checkpoint = self._now
        self._write(EventType.META, {"href": self._href, "width": 1440, "height": 900})
        self._now += 12
        data = {"node": self._page.document, "initialOffset": {"left": 0, "top": self._scrolled}}
        if self._compressed:
            self._write(EventType.FULL_SNAPSHOT, _packed(data), cv=COMPRESSION_VERSION)
        else:
            self._write(EventType.FULL_SNAPSHOT, data)

    def _network(self, *requests: pages.Node, **more: bool) -> None:
        """Requests; the recorder writes them some time after the last answer."""
        self._now = max(request["endTime"] for request in requests) + self._rng.randint(1, 300)
        self._write(EventType.PLUGIN, {"plugin": NETWORK_PLUGIN, "payload": {"requests": requests, **more}})

    def _request(self, path: str, method: str = "GET", status: int = 200, **more: bool) -> pages.Node:
        """A request that begins now: the browser's performance entry, and what the recorder adds."""
        took, begun = self._rng.randint(40, 900), self._now
        phases = ("fetchStart", "domainLookupStart", "domainLookupEnd", "connectStart", "connectEnd", "requestStart")
        return {
            "name": pages.ORIGIN + path,
            "entryType": "resource",
            "startTime": begun,
            "duration": took + 0.199999999254942,
            "initiatorType": "fetch",
            "nextHopProtocol": "h2",
            "renderBlockingStatus": "non-blocking",
            "contentType": "application/json",
            **dict.fromkeys(phases, begun + 0.800000000745058),
            "responseStart": begun + took - 3,
            "responseEnd": begun + took,
            "transferSize": self._rng.randint(300, 90_000),
            "responseStatus": status,
            "serverTiming": [],
            "endTime": begun + took,
            "timeOrigin": _time(0),
            "timestamp": _time(begun),
            "method": method,
            "status": status,
            "requestHeaders": {"content-type": "application/json", "x-request-id": f"{self._rng.getrandbits(64):016x}"},
            "responseHeaders": {"content-type": "application/json", "cache-control": "no-store"},
            **more,
        }

    def _console(self, level: str, *arguments: Any) -> None:
        trace = [
            f"onClick ({pages.ORIGIN}/assets/app.3f9c2d1e.js:{self._rng.randint(1, 90)}:{self._rng.randint(1, 9_999)})"
        ]
        payload = [orjson.dumps(argument).decode() for argument in arguments]
        call = {"level": level, "trace": trace, "payload": payload}
        self._write(EventType.PLUGIN, {"plugin": CONSOLE_PLUGIN, "payload": call})

    def _mouse(self, kind: MouseInteractions, node: pages.Node, **more: float) -> None:
        self._incremental(IncrementalSource.MOUSE_INTERACTION, type=kind, id=node["id"], **more)

    def _move(self, target: pages.Node) -> None:
        """Half-second batches of positions, across some rows to the target."""
        rng = self._rng
        for ends in (False,) * rng.randint(0, 3) + (True,):
            positions: list[dict[str, int]] = []
            for offset in range(-450, 0, rng.randint(45, 90)):
                self._x = min(1_400, max(0, self._x + rng.randint(-60, 60)))
                self._y = min(880, max(0, self._y + rng.randint(-60, 60)))
                over = target if ends and offset > -200 else rng.choice(self._page.rows["childNodes"])
                positions.append({"x": self._x, "y": self._y, "id": over["id"], "timeOffset": offset})
            self._now += 500
            self._incremental(IncrementalSource.MOUSE_MOVE, positions=positions)

    def _press(self, control: pages.Node) -> None:
        """A click on the control, or on an element inside it."""
        inner = self._rng.choice([node for node in pages.walk(control) if node["type"] == 2])
        exact = {"x": self._x + 0.4250030517578125, "y": self._y + 0.0546875}
        self._mouse(MouseInteractions.MOUSE_DOWN, inner, **exact)
        self._now += 2
        self._mouse(MouseInteractions.FOCUS, control)
        self._now += self._rng.randint(50, 110)
        self._mouse(MouseInteractions.MOUSE_UP, inner, **exact)
        self._now += 8
        self._mouse(MouseInteractions.CLICK, inner, x=self._x, y=self._y, pointerType=0)

    def _click(self, *among: pages.Node) -> pages.Node:
        control = self._rng.choice(among)
        self._move(control)
        self._press(control)
        return control

    def _load(self) -> None:
        files = [
            self._request(f"/assets/{word}.{self._rng.getrandbits(32):08x}.js", isInitial=True) for word in pages.WORDS
        ]
        self._now = 700
        self._write(EventType.DOM_CONTENT_LOADED, {})
        self._now += 6
        self._write(EventType.LOAD, {})
        self._snapshot()
        self._write(EventType.CUSTOM, {"tag": "$pageview", "payload": {"href": self._href}})
        self._now += 300
        self._network(*files, isInitial=True)

    def _look_around(self) -> None:
        self._move(self._page.form)
        for _ in range(self._rng.randint(3, 12)):
            self._scrolled = max(0, self._scrolled + self._rng.randint(-120, 240))
            self._now += 100
            self._incremental(IncrementalSource.SCROLL, id=self._page.document["id"], x=0, y=self._scrolled)

    def _hover(self) -> None:
        for row in self._rng.choices(self._page.rows["childNodes"], k=4):
            self._move(row)
            row["attributes"]["class"] = self._rng.choice(("hover:bg-gray-50", "bg-gray-50 is-active"))
            self._now += 9
            self._mutation(attributes=[{"id": row["id"], "attributes": {"class": row["attributes"]["class"]}}])

    def _live_update(self) -> None:
        """Figures and bars that a socket keeps current."""
        for _ in range(self._rng.randint(1, 5)):
            self._now += 1_000
            texts: list[pages.Node] = []
            attributes: list[pages.Node] = []
            for card in self._rng.sample(self._page.cards["childNodes"], k=4):
                _, _, figure, bar = card["childNodes"]
                [text] = figure["childNodes"]
                text["textContent"] = str(self._rng.randint(10, 9_999))
                texts.append({"id": text["id"], "value": text["textContent"]})
                width = f"{self._rng.randint(1, 100)}%"
                bar["attributes"]["style"] = f"width: {width};"
                attributes.append({"id": bar["id"], "attributes": {"style": {"width": width}}})
            self._mutation(texts=texts, attributes=attributes)

    def _reload(self) -> None:
        self._click(*pages.having_tag(self._page.body, "button")[: len(pages.ACTIONS)])
        self._show_answer()

    def _show_answer(self) -> None:
        """A request, and the rows that come with its answer: all of them, or the last ones."""
        self._network(self._request(f"/api/{self._section}?limit=100&cursor={self._rng.getrandbits(48):x}"))
        rows = self._page.rows["childNodes"]
        old = rows[self._rng.choice((0, self._rng.randrange(len(rows)))) :]
        new = pages.nodes("".join(pages.row(self._rng, self._section) for _ in old))
        self._mutation(**self._page.replaced(self._page.rows, old, new))

    def _type(self) -> None:
        field = self._click(*pages.having_tag(self._page.form, "input"))
        for length in range(1, self._rng.randint(4, 24)):
            self._now += self._rng.randint(60, 240)
            self._incremental(IncrementalSource.INPUT, text="*" * length, isChecked=False, id=field["id"])
        self._show_answer()
        self._mouse(MouseInteractions.BLUR, field)

    def _open_dialog(self) -> None:
        self._click(*pages.having_tag(self._page.rows, "button"))
        self._now += self._rng.randint(20, 300)
        inside = pages.icon_button("dialog-close", "Close", pages.BIN) + "".join(map(pages.field, pages.WORDS[7:]))
        dialog = pages.nodes(f'<div class="fixed inset-0 z-10" role="dialog" aria-modal="true">{inside}</div>')
        self._mutation(**self._page.replaced(self._page.body, [], dialog))
        self._now += self._rng.randint(1_000, 6_000)
        self._click(*pages.having_tag(dialog[0], "button"))
        self._now += 40
        self._mutation(**self._page.replaced(self._page.body, dialog, []))

    def _log(self) -> None:
        level = self._rng.choice(("log", "log", "info", "warn"))
        self._console(level, f"[shop] {self._rng.choice(pages.WORDS)} updated", {"rows": self._rng.randint(1, 100)})

    def _fail(self) -> None:
        path = f"/api/{self._section}/bulk"
        self._click(*pages.having_tag(self._page.body, "button"))
        self._network(self._request(path, "POST", self._rng.choice((500, 503, 422))))
        self._console("error", "Request failed", {"path": path, "retry": False})
        toast = pages.nodes('<div class="rounded-md bg-red-50 p-4" role="alert">Something went wrong. Try again.</div>')
        self._mutation(**self._page.replaced(self._page.body, [], toast))
        self._now += 5_000
        self._mutation(**self._page.replaced(self._page.body, toast, []))

    def _dead_click(self) -> None:
        self._click(*pages.having_tag(self._page.body, "button"))
        self._now += 4_000

    def _rage(self) -> None:
        button = self._click(*pages.having_tag(self._page.body, "button"))
        for _ in range(self._rng.randint(3, 6)):
            self._now += self._rng.randint(80, 250)
            self._press(button)
        self._now += 4_000
