"""OpenTelemetry spans of the operations on recordings."""

from typing import Any

import pytest
from inline_snapshot import snapshot
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan

from tests.conftest import Local
from tests.local.answers import RECORDINGS
from tests.seeding import add_recording

pytestmark = pytest.mark.anyio


def tree(spans: list[ReadableSpan]) -> list[tuple[str, str | None, str, dict[str, Any]]]:
    """Name, parent's name, kind and attributes of each span, in the order they ended."""
    names = {span.context.span_id: span.name for span in spans if span.context}
    return [
        (span.name, names[span.parent.span_id] if span.parent else None, span.kind.name, dict(span.attributes or {}))
        for span in spans
    ]


async def test_the_list_is_a_server_span_with_a_child_for_each_step(local: Local, spans: list[ReadableSpan]):
    with local.store.connection() as db:
        db.execute("UPDATE user SET distinct_id = 'you'")
    comment = '{"type": "recording", "key": "comment_text", "operator": "is_set"}'
    await local.http.get(RECORDINGS, params={"comment_text": comment})
    assert tree(spans) == snapshot(
        [
            ("convert_filters", "list_recordings", "INTERNAL", {}),
            ("search_comments", "list_recordings", "INTERNAL", {}),
            ("query_for_recordings", "list_recordings", "INTERNAL", {}),
            ("make_response", "list_recordings", "INTERNAL", {}),
            ("list_recordings", None, "SERVER", {"team_id": 1, "distinct_id": "you", "auth_type": "personal_api_key"}),
        ]
    )


async def test_retrieve_is_a_span_with_a_child_for_each_step(local: Local, spans: list[ReadableSpan]):
    with local.store.connection() as db:
        add_recording(db, "s1")
    await local.http.get(f"{RECORDINGS}/s1")
    assert tree(spans) == snapshot(
        [
            ("get_recording_object", "retrieve_recording", "INTERNAL", {}),
            ("check_viewed_for_users", "retrieve_recording", "INTERNAL", {}),
            ("serialize_recording", "retrieve_recording", "INTERNAL", {}),
            ("retrieve_recording", None, "INTERNAL", {}),
        ]
    )


async def test_snapshots_are_a_span_that_names_the_session(local: Local, spans: list[ReadableSpan]):
    with local.store.connection() as db:
        add_recording(db, "s1")
    await local.http.get(f"{RECORDINGS}/s1/snapshots")
    assert tree(spans) == snapshot([("replay_snapshots_api", None, "INTERNAL", {"team_id": 1, "session_id": "s1"})])


async def test_a_list_that_crashes_marks_its_span(local: Local, spans: list[ReadableSpan]):
    await local.http.get(RECORDINGS, params={"after": "nonsense"})
    (span,) = [span for span in spans if span.name == "list_recordings"]
    assert span.status.status_code == trace.StatusCode.ERROR
