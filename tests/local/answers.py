"""Extracts from an answer the parts that tests compare."""

from typing import Any

import httpx2

PLAYLISTS = "/api/environments/1/session_recording_playlists"
RECORDINGS = "/api/environments/1/session_recordings"


def answer(response: httpx2.Response) -> tuple[int, Any]:
    """Status and JSON body, or the text when it is not JSON."""
    is_json = response.headers.get("content-type") == "application/json"
    return response.status_code, response.json() if is_json else response.text


def error(response: httpx2.Response) -> tuple[int, str, str, str, str | None]:
    """Status, type, code, detail and attr of an error with exactly those four keys."""
    body = response.json()
    assert list(body) == ["type", "code", "detail", "attr"]
    return response.status_code, body["type"], body["code"], body["detail"], body["attr"]
