"""The 17 curl examples of the API documentation page, byte for byte as curl sends them, against the local API."""

from typing import Any

import pytest
from inline_snapshot import snapshot

from tests.conftest import Local
from tests.seeding import add_item, add_playlist, add_recording

pytestmark = pytest.mark.anyio

JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
NAME = b'name=["string","null"]'
P = "/session_recording_playlists/"
ONE = f"{P}aaaaaaaa/"
R = "/session_recordings/"

EXAMPLES: list[tuple[str, str, str, dict[str, str], bytes | None]] = [
    ("environments", "GET", P, {}, None),
    ("environments", "POST", P, JSON, NAME),
    ("environments", "GET", ONE, {}, None),
    ("environments", "PATCH", ONE, FORM, NAME),
    ("environments", "DELETE", ONE, {}, None),
    ("environments", "GET", f"{ONE}recordings/", {}, None),
    ("environments", "POST", f"{ONE}recordings/s2/", JSON, NAME),
    ("environments", "DELETE", f"{ONE}recordings/s1/", {}, None),
    ("environments", "GET", R, {}, None),
    ("environments", "GET", f"{R}s1/", {}, None),
    ("environments", "PATCH", f"{R}s1/", FORM, b'distinct_id=["string","null"]'),
    ("environments", "DELETE", f"{R}s1/", {}, None),
    (
        "environments",
        "POST",
        "/session_summaries/create_session_summaries_individually/",
        JSON,
        b'session_ids="array"',
    ),
    ("projects", "GET", P, {}, None),
    ("projects", "POST", P, JSON, NAME),
    ("projects", "GET", ONE, {}, None),
    ("projects", "PATCH", ONE, FORM, NAME),
]


async def test_each_example_is_answered_as_by_the_page_or_the_live_server(local: Local) -> None:
    with local.store.connection() as db:
        add_recording(db, "s1")
        add_item(db, add_playlist(db, "aaaaaaaa"), "s1")
    answers: list[tuple[str, int, Any]] = []
    for prefix, method, path, headers, body in EXAMPLES:
        response = await local.http.request(method, f"/api/{prefix}/1{path}", headers=headers, content=body)
        answers.append((f"{method} {prefix}{path}", response.status_code, gist(response)))
    assert answers == snapshot(
        [
            ("GET environments/session_recording_playlists/", 200, ["count", "next", "previous", "results"]),
            (
                "POST environments/session_recording_playlists/",
                400,
                {
                    "type": "invalid_request",
                    "code": "parse_error",
                    "detail": "JSON parse error - invalid literal, expected 'null': line 1 column 1 (char 0)",
                    "attr": None,
                },
            ),
            ("GET environments/session_recording_playlists/aaaaaaaa/", 200, "Playlist aaaaaaaa"),
            ("PATCH environments/session_recording_playlists/aaaaaaaa/", 200, '["string","null"]'),
            ("DELETE environments/session_recording_playlists/aaaaaaaa/", 405, None),
            (
                "GET environments/session_recording_playlists/aaaaaaaa/recordings/",
                200,
                ["has_next", "results", "version"],
            ),
            ("POST environments/session_recording_playlists/aaaaaaaa/recordings/s2/", 200, {"success": True}),
            ("DELETE environments/session_recording_playlists/aaaaaaaa/recordings/s1/", 200, {"success": True}),
            ("GET environments/session_recordings/", 200, ["count", "has_next", "results", "version"]),
            ("GET environments/session_recordings/s1/", 200, "s1"),
            (
                "PATCH environments/session_recordings/s1/",
                400,
                {
                    "type": "validation_error",
                    "code": "invalid_input",
                    "detail": "At least one of 'viewed' or 'analyzed' must be provided.",
                    "attr": None,
                },
            ),
            ("DELETE environments/session_recordings/s1/", 204, None),
            (
                "POST environments/session_summaries/create_session_summaries_individually/",
                400,
                {
                    "type": "invalid_request",
                    "code": "parse_error",
                    "detail": "JSON parse error - unexpected character, expected a JSON value: line 1 column 1 (char 0)",
                    "attr": None,
                },
            ),
            ("GET projects/session_recording_playlists/", 200, ["count", "next", "previous", "results"]),
            (
                "POST projects/session_recording_playlists/",
                400,
                {
                    "type": "invalid_request",
                    "code": "parse_error",
                    "detail": "JSON parse error - invalid literal, expected 'null': line 1 column 1 (char 0)",
                    "attr": None,
                },
            ),
            ("GET projects/session_recording_playlists/aaaaaaaa/", 200, '["string","null"]'),
            ("PATCH projects/session_recording_playlists/aaaaaaaa/", 200, '["string","null"]'),
        ]
    )


def gist(response: Any) -> Any:
    """A short body whole; of objects and pages, the fields that identify them."""
    if not response.content:
        return None
    body = response.json()
    if "results" in body:
        return sorted(body)
    return body.get("name", body.get("id", body))
