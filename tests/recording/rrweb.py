"""rrweb events and `blob_v2` lines, built as the recorder writes them. Times are milliseconds after `START`."""

import gzip
import json
from datetime import UTC, datetime
from typing import Any

from replay_mcp.local.store.clock import to_ms
from replay_mcp.recording.rrweb.events import Event, EventReader

START = to_ms(datetime(2026, 11, 20, 10, 0, tzinfo=UTC))
WINDOW = "window-1"

Raw = dict[str, Any]


def event(at: int, kind: int, data: Any) -> Raw:
    return {"type": kind, "data": data, "timestamp": START + at}


def meta(at: int, href: str) -> Raw:
    return event(at, 4, {"href": href, "width": 1280, "height": 800})


def custom(at: int, tag: str, **payload: Any) -> Raw:
    return event(at, 5, {"tag": tag, "payload": payload})


def incremental(at: int, source: int, **data: Any) -> Raw:
    return event(at, 3, {"source": source, **data})


def mouse(at: int, kind: int, node: int = 7) -> Raw:
    return incremental(at, 2, type=kind, id=node, x=1, y=2)


def click(at: int, node: int = 7) -> Raw:
    return mouse(at, 2, node)


def move(at: int) -> Raw:
    return incremental(at, 1, positions=[{"x": 1, "y": 2, "id": 7, "timeOffset": 0}])


def typed(at: int, node: int = 9, text: str = "*") -> Raw:
    return incremental(at, 5, id=node, text=text, isChecked=False)


def console(at: int, level: str, *arguments: Any, trace: tuple[str, ...] = ("app.js:1:1",)) -> Raw:
    call = {"level": level, "payload": [json.dumps(argument) for argument in arguments], "trace": list(trace)}
    return event(at, 6, {"plugin": "rrweb/console@1", "payload": call})


def network(at: int, *requests: Raw) -> Raw:
    return event(at, 6, {"plugin": "rrweb/network@1", "payload": {"requests": list(requests)}})


def request(at: int, url: str, status: int, method: str = "POST") -> Raw:
    return {"name": url, "responseStatus": status, "method": method, "timestamp": START + at, "duration": 12}


def packed(value: Any) -> str:
    """A value as a compressed field holds it."""
    return gzip.compress(json.dumps(value).encode()).decode("latin-1")


def line(raw: Any, window: str = WINDOW) -> bytes:
    return json.dumps([window, raw]).encode()


def lines(*raws: Raw, window: str = WINDOW) -> list[bytes]:
    return [line(raw, window) for raw in raws]


def read(*raws: Raw, window: str = WINDOW) -> list[Event]:
    return list(EventReader(lines(*raws, window=window)))


# Documents. The ids of text nodes derive from their parent: the first child of element 10 is 1000, the second 1001.

DOCUMENT, HTML, HEAD, TITLE, BODY = 1, 2, 3, 4, 5


def text(node: int, value: str) -> Raw:
    return {"type": 3, "textContent": value, "id": node}


def element(node: int, tag: str, *children: Raw | str, **attributes: Any) -> Raw:
    """A serialized element; `class_` stands for `class`, `data_attr` for `data-attr`."""
    return {
        "type": 2,
        "tagName": tag,
        "attributes": {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()},
        "childNodes": [
            text(node * 100 + place, child) if isinstance(child, str) else child for place, child in enumerate(children)
        ],
        "id": node,
    }


def document(*body: Raw | str, title: str = "Shop") -> Raw:
    head = element(HEAD, "head", element(TITLE, "title", title))
    return {
        "type": 0,
        "childNodes": [
            {"type": 1, "name": "html", "publicId": "", "systemId": "", "id": 9_999},
            element(HTML, "html", head, element(BODY, "body", *body)),
        ],
        "id": DOCUMENT,
    }


def full(at: int, *body: Raw | str, title: str = "Shop") -> Raw:
    """A full snapshot of a page with this body."""
    return event(at, 2, {"node": document(*body, title=title), "initialOffset": {"left": 0, "top": 0}})


def mutation(at: int, **changes: Any) -> Raw:
    return incremental(at, 0, **{"adds": [], "removes": [], "texts": [], "attributes": [], **changes})


def addition(parent: int, node: Raw, next_id: int | None = None) -> Raw:
    return {"parentId": parent, "nextId": next_id, "node": node}


def added(at: int, parent: int, *nodes: Raw) -> Raw:
    """A mutation that adds nodes; as in the recorder's mutations, each inner node is an addition of its own."""
    adds: list[Raw] = []
    pending = [(parent, node) for node in reversed(nodes)]
    while pending:
        above, node = pending.pop()
        adds.append(addition(above, {**node, "childNodes": []} if "childNodes" in node else node))
        pending += [(node["id"], child) for child in reversed(node.get("childNodes", []))]
    return mutation(at, adds=adds)


def removed(at: int, parent: int, node: int) -> Raw:
    return mutation(at, removes=[{"parentId": parent, "id": node}])


def retexted(at: int, node: int, value: str | None) -> Raw:
    return mutation(at, texts=[{"id": node, "value": value}])


def changed(at: int, node: int, **attributes: Any) -> Raw:
    named = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
    return mutation(at, attributes=[{"id": node, "attributes": named}])


def press(at: int, node: int, x: float = 100, y: float = 100) -> Raw:
    """A click event."""
    return incremental(at, 2, type=2, id=node, x=x, y=y, pointerType=0)


def mouse_down(at: int, node: int, x: float = 100, y: float = 100) -> Raw:
    """A mouse button pressed."""
    return incremental(at, 2, type=1, id=node, x=x, y=y)


def mouse_up(at: int, node: int, x: float = 100, y: float = 100) -> Raw:
    """A mouse button released."""
    return incremental(at, 2, type=0, id=node, x=x, y=y)


def clicked(at: int, node: int, x: float = 100, y: float = 100, *, to: int | None = None) -> list[Raw]:
    """A click as the recorder writes it: press, release and click; `to` is the target of release and click."""
    target = node if to is None else to
    return [mouse_down(at - 80, node, x, y), mouse_up(at - 10, target, x, y), press(at, target, x, y)]


def focus(at: int, node: int) -> Raw:
    return incremental(at, 2, type=5, id=node)


def blur(at: int, node: int) -> Raw:
    return incremental(at, 2, type=6, id=node)


def scrolled(at: int, y: float, node: int = DOCUMENT, x: float = 0) -> Raw:
    return incremental(at, 3, id=node, x=x, y=y)


def selected(at: int, node: int) -> Raw:
    return incremental(at, 14, ranges=[{"start": node, "startOffset": 0, "end": node, "endOffset": 3}])


def fetched(at: int, url: str, status: int, *, took: int = 50, recorded: int | None = None, **more: Any) -> Raw:
    """A request that began at `at`; recorded at its response, or later."""
    call = {**request(at, url, status), "duration": took, "initiatorType": "fetch", **more}
    return network(at + took if recorded is None else recorded, call)


def moves(*times: int) -> list[Raw]:
    """Pointer movements, which only show that the tab was being recorded."""
    return [move(at) for at in times]
