"""OpenTelemetry spans of the playlists list."""

import pytest
from inline_snapshot import snapshot
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan

from replay_mcp.local.http.tracing import tracer
from tests.conftest import Local
from tests.local.answers import PLAYLISTS
from tests.seeding import add_playlist

pytestmark = pytest.mark.anyio


async def test_the_list_is_a_span_with_its_sizes_and_one_child_per_phase(local: Local, spans: list[ReadableSpan]):
    with local.store.connection() as db:
        for number in range(5):
            add_playlist(db, f"list{number:04}")
    await local.http.get(PLAYLISTS, params={"limit": 10, "offset": 4})
    names = {span.context.span_id: span.name for span in spans if span.context}
    tree = [(span.name, names[span.parent.span_id] if span.parent else None) for span in spans]
    assert tree == snapshot(
        [
            ("gather_synthetics", "session_recording_playlists_list"),
            ("rank_synthetics", "session_recording_playlists_list"),
            ("split_page", "session_recording_playlists_list"),
            ("order_combined_page", "session_recording_playlists_list"),
            ("precompute_recordings_counts", "session_recording_playlists_list"),
            ("serialize", "session_recording_playlists_list"),
            ("session_recording_playlists_list", None),
        ]
    )
    assert [dict(span.attributes or {}) for span in spans if span.attributes] == snapshot(
        [{"team_id": 1, "db_count": 5, "synth_count": 7, "limit": 10, "offset": 4, "page_size": 8}]
    )


async def test_the_surrounding_request_span_gets_the_team_too(local: Local, spans: list[ReadableSpan]):
    with tracer.start_as_current_span("GET"):
        await local.http.get(PLAYLISTS)
    listing, request = spans[-2:]
    assert (request.name, dict(request.attributes or {})) == ("GET", {"team_id": 1})
    assert (listing.name, listing.parent) == ("session_recording_playlists_list", request.context)


async def test_a_list_that_crashes_marks_its_span(local: Local, spans: list[ReadableSpan]):
    await local.http.get(PLAYLISTS, params={"created_by": "me"})
    [span] = spans
    assert (span.name, span.status.status_code) == ("session_recording_playlists_list", trace.StatusCode.ERROR)
