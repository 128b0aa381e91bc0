"""rrweb events and `blob_v2` lines, built as the recorder writes them. Times are milliseconds after `START`."""

import gzip
import json
from datetime import UTC, datetime
from typing import Any

from replay_mcp.local.clock import to_ms
from replay_mcp.recording.events import Event, EventReader

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
    """A value as a `cv` field holds it."""
    return gzip.compress(json.dumps(value).encode()).decode("latin-1")


def line(raw: Any, window: str = WINDOW) -> bytes:
    return json.dumps([window, raw]).encode()


def lines(*raws: Raw, window: str = WINDOW) -> list[bytes]:
    return [line(raw, window) for raw in raws]


def read(*raws: Raw, window: str = WINDOW) -> list[Event]:
    return list(EventReader(lines(*raws, window=window)))
