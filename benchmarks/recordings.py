"""Large recordings, made up, but of the shape and order in which PostHog serves real ones: `blob_v2` lines.

One person works in a web application, in a few tabs: pages of 1,500 to 4,000 nodes, re-renders, clicks that work, fail
or do nothing, typing, requests, console lines. Every id that an event names exists at that moment. The first visits are
made one by one; later ones repeat them at other times and in other tabs, so that a gigabyte takes seconds.
"""

import gzip
import itertools
import re
import uuid
from collections.abc import Iterator
from random import Random
from typing import Any, Final, NamedTuple
from xml.etree import ElementTree as ET

import orjson

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
ORIGIN: Final = "https://app.shop.example"

_SECTIONS = ("orders", "customers", "products", "invoices", "shipments", "discounts", "reports", "returns", "staff")
_ACTIONS = ("refresh", "export", "columns", "filter", "archive", "assign", "print", "share")
_COLUMNS = ("Order", "Customer", "E-mail", "Status", "Total", "Placed", "Actions")
_COLOURS = {"Paid": "green", "Open": "blue", "Late": "red"}
_FIRST = ("Ada", "Bruno", "Chiara", "Dmitri", "Edda", "Farid", "Grace", "Hiro", "Ines", "Jonas", "Kaja", "Lucía")
_LAST = ("Abbott", "Bianchi", "Castro", "Dahl", "Eriksen", "Fischer", "García", "Haddad", "Ito", "Jensen", "Kovač")
_WORDS = (
    "coffee",
    "kettle",
    "filter",
    "grinder",
    "scale",
    "mug",
    "beans",
    "roast",
    "parcel",
    "stock",
    "price",
    "label",
)

_Node = dict[str, Any]


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
    stylesheet = _stylesheet(rng)
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


def _nodes(markup: str) -> list[_Node]:
    """Nodes as rrweb writes them, still without ids, of well-formed HTML."""
    return _children(ET.fromstring(f"<_>{markup}</_>"))


def _children(element: ET.Element) -> list[_Node]:
    nodes = [_text(element.text)] if element.text else []
    for child in element:
        node: _Node = {"type": 2, "tagName": child.tag, "attributes": child.attrib, "childNodes": _children(child)}
        if child.tag in {"svg", "path"}:
            node["isSVG"] = True
        nodes.append(node)
        if child.tail:
            nodes.append(_text(child.tail))
    return nodes


def _text(value: str) -> _Node:
    return {"type": 3, "textContent": value}


def _icon(path: str) -> str:
    return (
        '<svg class="w-5 h-5 shrink-0" fill="none" viewBox="0 0 24 24" stroke="currentColor">'
        f'<path stroke-linecap="round" stroke-linejoin="round" stroke-width="2" d="{path}"/></svg>'
    )


_BARS = _icon("M4 6h16M4 12h16M4 18h7")
_PEN = _icon("M15.2 5.2l3.6 3.6m-2-5a2.5 2.5 0 113.5 3.5L6.5 21H3v-3.6z")
_BIN = _icon("M19 7l-.9 12.1A2 2 0 0116.1 21H7.9a2 2 0 01-2-1.9L5 7m5 4v6m4-6v6m1-10V4a1 1 0 00-1-1h-4a1 1 0 00-1 1v3z")


def _icon_button(attr: str, label: str, icon: str) -> str:
    return f'<button class="p-1 rounded hover:bg-gray-100" data-attr="{attr}" aria-label="{label}">{icon}</button>'


def _field(name: str) -> str:
    return (
        f'<div class="col-span-3"><label for="{name}" class="block text-sm font-medium text-gray-700">{name}</label>'
        f'<input id="{name}" name="{name}" type="text" autocomplete="off" placeholder="{name}" '
        'class="block w-full rounded-md border-gray-300 shadow-sm focus:border-indigo-500 sm:text-sm"/></div>'
    )


def _row(rng: Random, section: str) -> str:
    """A row of the page's table: 25 nodes."""
    number, first, last = rng.randint(10_000, 99_999), rng.choice(_FIRST), rng.choice(_LAST)
    status, colour = rng.choice([*_COLOURS.items()])
    badge = f"inline-flex rounded-full px-2 text-xs font-semibold bg-{colour}-100 text-{colour}-800"
    cells = (
        f'<a href="{ORIGIN}/{section}/{number}" data-attr="{section}-row-link">#{number}</a>',
        f'<span class="truncate">{first} {last}</span>',
        f'<span class="truncate text-gray-500">{first}.{last}{number % 100}@mail.example</span>',
        f'<span class="{badge}">{status}</span>',
        f"€{rng.randint(5, 900)}.{rng.randint(10, 99)}",
        f"{rng.randint(1, 28)} Nov 2026",
        f'<div class="flex justify-end space-x-2">{_icon_button(f"{section}-edit", "Edit", _PEN)}'
        f"{_icon_button(f'{section}-delete', 'Delete', _BIN)}</div>",
    )
    cells = (f'<td class="px-6 py-4 whitespace-nowrap text-sm text-gray-900">{cell}</td>' for cell in cells)
    return f'<tr class="hover:bg-gray-50" data-row-key="{number}">{"".join(cells)}</tr>'


def _document(rng: Random, section: str) -> str:
    links = (
        f'<a href="{ORIGIN}/{name}/{word}" class="group flex items-center px-2 py-1" data-attr="nav-{name}-{word}">'
        f'{_BARS}<span class="ml-3">{word}</span></a>'
        for name in _SECTIONS
        for word in _WORDS[:6]
    )
    buttons = (
        f'<button type="button" data-attr="{section}-{action}" class="inline-flex items-center rounded-md px-3 py-2 '
        f'text-sm font-medium shadow-sm hover:bg-gray-50 focus:ring-2">{_PEN}<span>{action}</span></button>'
        for action in _ACTIONS
    )
    cards = (
        f'<div class="bg-white overflow-hidden shadow rounded-lg px-4">{_BARS}<dt class="text-sm truncate">{word}</dt>'
        f'<dd class="mt-1 text-3xl font-semibold text-gray-900">{rng.randint(10, 9_999)}</dd>'
        f'<div class="h-2 bg-indigo-600 rounded" style="width: {rng.randint(1, 100)}%;"/></div>'
        for word in _WORDS
    )
    columns = (f'<th scope="col" class="px-6 py-3 text-left">{name}</th>' for name in _COLUMNS)
    rows = (_row(rng, section) for _ in range(rng.randint(42, 140)))
    return f"""<html lang="en"><head><meta charset="utf-8"/><title>{section} - Shop</title><link/></head>
<body class="h-full"><div id="root"><nav class="fixed inset-y-0 w-64 flex-col" aria-label="Main">{"".join(links)}</nav>
<main class="flex-1 overflow-y-auto"><h1 class="text-2xl font-semibold text-gray-900">{section}</h1>
<div class="flex items-center space-x-3" role="toolbar">{"".join(buttons)}</div>
<dl class="grid grid-cols-4 gap-5">{"".join(cards)}</dl>
<form id="{section}-form" class="grid grid-cols-6 gap-6">{"".join(map(_field, _WORDS[:7]))}</form>
<table class="min-w-full"><thead><tr>{"".join(columns)}</tr></thead><tbody>{"".join(rows)}</tbody></table>
</main></div></body></html>"""


def _stylesheet(rng: Random) -> str:
    """A utility framework's rules and a product's own, as the recorder inlines them."""
    utilities = (
        f".{variant}{name}-{step} {{ {name}: {step / 4}rem; }}"
        for variant in ("", "sm\\:", "md\\:", "lg\\:", "hover\\:", "focus\\:")
        for name in ("margin-top", "margin-left", "padding", "gap", "width", "max-height", "inset", "line-height")
        for step in range(64)
    )
    own = (
        f".{rng.choice(_WORDS)}-{rng.choice(_WORDS)}_{rng.getrandbits(24):06x} {{ display: flex; color: "
        f"rgb({rng.randrange(256)}, {rng.randrange(256)}, {rng.randrange(256)}); border-radius: {rng.randrange(16)}px; "
        f"transition: opacity {rng.randrange(90)}ms cubic-bezier(0.4, 0, 0.2, 1) 0s; }}"
        for _ in range(500)
    )
    return "".join((*utilities, *own))


def _walk(node: _Node) -> Iterator[_Node]:
    """The node and everything below it, in document order."""
    yield node
    for child in node.get("childNodes", ()):
        yield from _walk(child)


def _all(node: _Node, tag: str) -> list[_Node]:
    return [found for found in _walk(node) if found.get("tagName") == tag]


class _Page:
    """A page's DOM. Its nodes get their ids as the recorder gives them: in document order, later ones counting on."""

    def __init__(self, rng: Random, section: str, stylesheet: str) -> None:
        self._ids = itertools.count(1)
        doctype = {"type": 1, "name": "html", "publicId": "", "systemId": ""}
        self.document: _Node = {"type": 0, "childNodes": [doctype, *_nodes(_document(rng, section))]}
        [self.body], [self.rows], [self.cards], [self.form], [link] = (
            _all(self.document, tag) for tag in ("body", "tbody", "dl", "form", "link")
        )
        link["attributes"]["_cssText"] = stylesheet
        for node in _walk(self.document):
            node["id"] = next(self._ids)

    def replaced(self, parent: _Node, old: list[_Node], new: list[_Node]) -> dict[str, list[_Node]]:
        """The mutation of neighbours `old` of `parent` into `new`, which comes last in it when nothing is replaced."""
        children: list[_Node] = parent["childNodes"]
        at = children.index(old[0]) if old else len(children)
        children[at : at + len(old)] = new
        after = children[at + len(new)]["id"] if at + len(new) < len(children) else None
        removes = [{"parentId": parent["id"], "id": node["id"]} for node in old]
        return {"removes": removes, "adds": [*self._added(parent, new, after)]}

    def _added(self, parent: _Node, new: list[_Node], after: int | None) -> Iterator[_Node]:
        """One entry a node, the last sibling first, so that the id of the next one is always known."""
        for node in reversed(new):
            node["id"] = next(self._ids)
            bare: _Node = {"childNodes": []} if node["type"] == 2 else {}
            yield {"parentId": parent["id"], "nextId": after, "node": node | bare}
            after = node["id"]
        for node in new:
            yield from self._added(node, node.get("childNodes", []), None)


class _Visit:
    """A page visit from its load on: what the person does, and what the recorder writes of it."""

    def __init__(self, rng: Random, stylesheet: str, *, compressed: bool) -> None:
        self._rng = rng
        self._compressed = compressed
        self._section = rng.choice(_SECTIONS)
        self._href = f"{ORIGIN}/{self._section}?page={rng.randint(1, 40)}&token={rng.getrandbits(64):016x}"
        self._page = _Page(rng, self._section, stylesheet)
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

    def _mutation(self, **changes: list[_Node]) -> None:
        names = ("texts", "attributes", "removes", "adds")
        data: _Node = {"source": IncrementalSource.MUTATION} | {name: changes.get(name, []) for name in names}
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

    def _network(self, *requests: _Node, **more: bool) -> None:
        """Requests; the recorder writes them some time after the last answer."""
        self._now = max(request["endTime"] for request in requests) + self._rng.randint(1, 300)
        self._write(EventType.PLUGIN, {"plugin": NETWORK_PLUGIN, "payload": {"requests": requests, **more}})

    def _request(self, path: str, method: str = "GET", status: int = 200, **more: bool) -> _Node:
        """A request that begins now: the browser's performance entry, and what the recorder adds."""
        took, begun = self._rng.randint(40, 900), self._now
        phases = ("fetchStart", "domainLookupStart", "domainLookupEnd", "connectStart", "connectEnd", "requestStart")
        return {
            "name": ORIGIN + path,
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
        trace = [f"onClick ({ORIGIN}/assets/app.3f9c2d1e.js:{self._rng.randint(1, 90)}:{self._rng.randint(1, 9_999)})"]
        payload = [orjson.dumps(argument).decode() for argument in arguments]
        call = {"level": level, "trace": trace, "payload": payload}
        self._write(EventType.PLUGIN, {"plugin": CONSOLE_PLUGIN, "payload": call})

    def _mouse(self, kind: MouseInteractions, node: _Node, **more: float) -> None:
        self._incremental(IncrementalSource.MOUSE_INTERACTION, type=kind, id=node["id"], **more)

    def _move(self, target: _Node) -> None:
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

    def _press(self, control: _Node) -> None:
        """A click on the control, or on an element inside it."""
        inner = self._rng.choice([node for node in _walk(control) if node["type"] == 2])
        exact = {"x": self._x + 0.4250030517578125, "y": self._y + 0.0546875}
        self._mouse(MouseInteractions.MOUSE_DOWN, inner, **exact)
        self._now += 2
        self._mouse(MouseInteractions.FOCUS, control)
        self._now += self._rng.randint(50, 110)
        self._mouse(MouseInteractions.MOUSE_UP, inner, **exact)
        self._now += 8
        self._mouse(MouseInteractions.CLICK, inner, x=self._x, y=self._y, pointerType=0)

    def _click(self, *among: _Node) -> _Node:
        control = self._rng.choice(among)
        self._move(control)
        self._press(control)
        return control

    def _load(self) -> None:
        files = [self._request(f"/assets/{word}.{self._rng.getrandbits(32):08x}.js", isInitial=True) for word in _WORDS]
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
            texts: list[_Node] = []
            attributes: list[_Node] = []
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
        self._click(*_all(self._page.body, "button")[: len(_ACTIONS)])
        self._show_answer()

    def _show_answer(self) -> None:
        """A request, and the rows that come with its answer: all of them, or the last ones."""
        self._network(self._request(f"/api/{self._section}?limit=100&cursor={self._rng.getrandbits(48):x}"))
        rows = self._page.rows["childNodes"]
        old = rows[self._rng.choice((0, self._rng.randrange(len(rows)))) :]
        new = _nodes("".join(_row(self._rng, self._section) for _ in old))
        self._mutation(**self._page.replaced(self._page.rows, old, new))

    def _type(self) -> None:
        field = self._click(*_all(self._page.form, "input"))
        for length in range(1, self._rng.randint(4, 24)):
            self._now += self._rng.randint(60, 240)
            self._incremental(IncrementalSource.INPUT, text="*" * length, isChecked=False, id=field["id"])
        self._show_answer()
        self._mouse(MouseInteractions.BLUR, field)

    def _open_dialog(self) -> None:
        self._click(*_all(self._page.rows, "button"))
        self._now += self._rng.randint(20, 300)
        inside = _icon_button("dialog-close", "Close", _BIN) + "".join(map(_field, _WORDS[7:]))
        dialog = _nodes(f'<div class="fixed inset-0 z-10" role="dialog" aria-modal="true">{inside}</div>')
        self._mutation(**self._page.replaced(self._page.body, [], dialog))
        self._now += self._rng.randint(1_000, 6_000)
        self._click(*_all(dialog[0], "button"))
        self._now += 40
        self._mutation(**self._page.replaced(self._page.body, dialog, []))

    def _log(self) -> None:
        level = self._rng.choice(("log", "log", "info", "warn"))
        self._console(level, f"[shop] {self._rng.choice(_WORDS)} updated", {"rows": self._rng.randint(1, 100)})

    def _fail(self) -> None:
        path = f"/api/{self._section}/bulk"
        self._click(*_all(self._page.body, "button"))
        self._network(self._request(path, "POST", self._rng.choice((500, 503, 422))))
        self._console("error", "Request failed", {"path": path, "retry": False})
        toast = _nodes('<div class="rounded-md bg-red-50 p-4" role="alert">Something went wrong. Try again.</div>')
        self._mutation(**self._page.replaced(self._page.body, [], toast))
        self._now += 5_000
        self._mutation(**self._page.replaced(self._page.body, toast, []))

    def _dead_click(self) -> None:
        self._click(*_all(self._page.body, "button"))
        self._now += 4_000

    def _rage(self) -> None:
        button = self._click(*_all(self._page.body, "button"))
        for _ in range(self._rng.randint(3, 6)):
            self._now += self._rng.randint(80, 250)
            self._press(button)
        self._now += 4_000
