"""Sends requests as posthog-js does, and reads what was stored."""

import gzip
import json
from datetime import timedelta
from typing import Any

import httpx2

from replay_mcp.local.store.clock import to_ms
from tests.conftest import Local
from tests.local.answers import RECORDINGS
from tests.recording.rrweb import START, Raw, lines
from tests.seeding import NOW

WINDOW = "0199-window-1"
SHOP = "https://shop.example"
PAGE = {"Origin": SHOP}
"""Headers of a request from the shop's page."""


def snapshot_event(*raws: Any, session: Any = "s1", window: Any = WINDOW, **properties: Any) -> dict[str, Any]:
    """A chunk of a recording; properties that are None are left out."""
    given = {
        "distinct_id": "anon-1",
        "$session_id": session,
        "$window_id": window,
        "$snapshot_data": list(raws),
        "$snapshot_bytes": 1,
        "$lib": "web",
    } | properties
    return {
        "event": "$snapshot",
        "properties": {name: value for name, value in given.items() if value is not None},
        "timestamp": NOW.isoformat(),
    }


def product_event(
    name: str, uuid: str | None = None, *, at: Any = None, session: Any = "s1", **properties: Any
) -> dict[str, Any]:
    """A product event, `at` milliseconds after the recording's start; properties that are None are left out."""
    given = {"distinct_id": "anon-1", "$session_id": session, "$window_id": WINDOW, "$lib": "web"} | properties
    event: dict[str, Any] = {
        "event": name,
        "properties": {key: value for key, value in given.items() if value is not None},
        "timestamp": NOW.isoformat() if at is None else utc(START + at),
    }
    return event | ({"uuid": uuid} if uuid else {})


def utc(ms: int) -> str:
    """Epoch milliseconds as JavaScript's `toISOString` writes them."""
    return (NOW + timedelta(milliseconds=ms - to_ms(NOW))).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def zipped(message: Any) -> bytes:
    return gzip.compress(json.dumps(message).encode(), mtime=0)


async def send(http: httpx2.AsyncClient, message: Any, path: str = "/s/", **query: str) -> httpx2.Response:
    """Send a message as the recorder does: gzip data with the content type of text."""
    headers = {"Content-Type": "text/plain"} | PAGE
    params = {"compression": "gzip-js"} | query
    return await http.post(path, content=zipped(message), headers=headers, params=params)


async def lines_of(local: Local, session_id: str = "s1", last: int = 0) -> list[Any]:
    """The lines of a recording as the Replay API serves them."""
    query = {"source": "blob_v2", "start_blob_key": "0", "end_blob_key": str(last)}
    response = await local.http.get(f"{RECORDINGS}/{session_id}/snapshots", params=query)
    assert response.status_code == 200, response.text
    return [json.loads(text) for text in response.text.split("\n")]


def expected(*raws: Raw, window: str = WINDOW) -> list[Any]:
    """The lines that store these events."""
    return [json.loads(text) for text in lines(*raws, window=window)]


async def listed(local: Local, **query: Any) -> list[dict[str, Any]]:
    """The recordings that the list shows; query values other than text are sent as JSON."""
    params = {name: value if isinstance(value, str) else json.dumps(value) for name, value in query.items()}
    response = await local.http.get(RECORDINGS, params=params)
    assert response.status_code == 200, response.text
    return response.json()["results"]


async def ids(local: Local, **query: Any) -> list[str]:
    """The ids of the recordings that the list shows."""
    return [recording["id"] for recording in await listed(local, **query)]


def dump(local: Local) -> list[str]:
    """The whole store."""
    with local.store.connection() as db:
        return list(db.iterdump())
