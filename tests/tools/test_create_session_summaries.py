"""`create-session-summaries`."""

import json

import pytest
from inline_snapshot import snapshot

from tests.agent import Agent
from tests.conftest import Local
from tests.faults import Fault, Faults

pytestmark = pytest.mark.anyio
TOOL = "create-session-summaries"

LIVE = {
    "s1": {
        "segments": [{"index": 0, "name": "Checkout"}],
        "key_actions": [
            {
                "segment_index": 0,
                "events": [
                    {"description": "Clicked pay", "event_id": "0a1b2c3d", "milliseconds_since_start": 1000},
                    {
                        "description": "Paying failed for a@b.example",
                        "exception": "blocking",
                        "event_id": "1a1b2c3d",
                        "milliseconds_since_start": 9400,
                    },
                ],
            }
        ],
        "segment_outcomes": [{"segment_index": 0, "summary": "Tried to pay\u200b", "success": False}],
        "session_outcome": {"description": "Gave up", "success": False},
    },
    "s2": {"error": "recording_not_found", "error_message": "No recording found for this session ID."},
}


async def test_summaries_come_in_the_order_asked_with_failures_and_gaps_named(agent: Agent, faults: Faults) -> None:
    faults.then(Fault(status=200, body=json.dumps(LIVE).encode()))
    assert await agent.call(TOOL, session_ids=["s2", "s1", "s3", "s1"], focus_area="checkout") == snapshot(
        {
            "results": [
                {
                    "session_id": "s2",
                    "error": "recording_not_found",
                    "error_message": "No recording found for this session ID.",
                    "link": "https://us.posthog.com/project/1/replay/s2",
                },
                {
                    "session_id": "s1",
                    "outcome": "Gave up",
                    "success": False,
                    "segments": ["Checkout: Tried to pay\\u200b"],
                    "problems": ["9 s: Paying failed for [email]"],
                    "link": "https://us.posthog.com/project/1/replay/s1",
                },
            ],
            "missing": ["s3"],
        }
    )
    assert json.loads(faults.seen[0].body) == {"session_ids": ["s2", "s1", "s3"], "focus_area": "checkout"}


async def test_the_full_detail_is_the_documented_entry_with_recorded_text_masked(agent: Agent, faults: Faults) -> None:
    faults.then(Fault(status=200, body=json.dumps(LIVE).encode()))
    assert await agent.call(TOOL, session_ids=["s1"], detail="full") == snapshot(
        {
            "results": [
                {
                    "session_id": "s1",
                    "outcome": "Gave up",
                    "success": False,
                    "segments": ["Checkout: Tried to pay\\u200b"],
                    "problems": ["9 s: Paying failed for [email]"],
                    "link": "https://us.posthog.com/project/1/replay/s1",
                    "documented": {
                        "segments": [{"index": 0, "name": "Checkout"}],
                        "key_actions": [
                            {
                                "segment_index": 0,
                                "events": [
                                    {
                                        "description": "Clicked pay",
                                        "event_id": "0a1b2c3d",
                                        "milliseconds_since_start": 1000,
                                    },
                                    {
                                        "description": "Paying failed for [email]",
                                        "exception": "blocking",
                                        "event_id": "1a1b2c3d",
                                        "milliseconds_since_start": 9400,
                                    },
                                ],
                            }
                        ],
                        "segment_outcomes": [{"segment_index": 0, "summary": "Tried to pay\\u200b", "success": False}],
                        "session_outcome": {"description": "Gave up", "success": False},
                    },
                }
            ]
        }
    )


async def test_the_shape_of_the_documentation_page_counts_as_no_summaries(agent: Agent, faults: Faults) -> None:
    faults.then(Fault(status=200, body=b'{"session_ids": ["s1"], "focus_area": "x"}'))
    assert await agent.call(TOOL, session_ids=["s1"]) == snapshot(
        {"missing": ["s1"], "note": "The API answered without any summary; this build may not make them."}
    )


async def test_the_local_api_answers_unknown_sessions_one_by_one(agent: Agent) -> None:
    assert await agent.call(TOOL, session_ids=["nope"]) == snapshot(
        {
            "results": [
                {
                    "session_id": "nope",
                    "error": "recording_not_found",
                    "error_message": "No recording found for this session ID. The recording may not have been captured, may have expired, or may belong to a different team.",
                    "link": "https://us.posthog.com/project/1/replay/nope",
                }
            ]
        }
    )


async def test_a_build_that_makes_no_summaries_is_told(agent: Agent, faults: Faults) -> None:
    body = {"type": "validation_error", "detail": "Session summaries are only supported in PostHog Cloud"}
    faults.then(Fault(status=400, body=json.dumps(body).encode()))
    assert await agent.fail(TOOL, session_ids=["s1"]) == snapshot(
        {
            "kind": "bad_request",
            "what": "create-session-summaries failed",
            "why": "The API refused the input: 'Session summaries are only supported in PostHog Cloud'.",
            "next": "This PostHog makes no summaries; look at the recordings with session-recording-get and their links.",
        }
    )


async def test_a_summary_is_never_asked_for_twice(agent: Agent, faults: Faults) -> None:
    faults.always(Fault(status=503))
    await agent.fail(TOOL, session_ids=["s1"])
    assert len(faults.seen) == 1


async def test_one_to_three_hundred_sessions(agent: Agent, local: Local) -> None:
    del local
    for wrong in ([], [f"s{number}" for number in range(301)]):
        assert (await agent.fail(TOOL, session_ids=wrong))["kind"] == "invalid_arguments"
    assert (await agent.fail(TOOL, session_ids=["s1"], focus_area="x" * 501))["kind"] == "invalid_arguments"


async def test_three_hundred_long_summaries_fit_and_the_rest_is_named(agent: Agent, faults: Faults) -> None:
    ids = [f"0192f7a8-6c3a-7d2e-9d63-{number:012}" for number in range(300)]
    entry = {
        "segments": [{"index": index, "name": "Visit"} for index in range(30)],
        "segment_outcomes": [{"segment_index": index, "summary": "y" * 400} for index in range(30)],
        "key_actions": [{"events": [{"description": "z" * 400, "exception": "odd"} for _ in range(30)]}],
        "session_outcome": {"description": "x" * 900},
    }
    faults.then(Fault(status=200, body=json.dumps(dict.fromkeys(ids, entry)).encode()))
    result = await agent.call(TOOL, session_ids=ids)
    assert (len(result["results"]), len(result["missing"]), result["missing_count"]) == snapshot((2, 50, 298))
    assert result["results"][0]["segments"][-1] == "… and 18 more"
    assert result["note"] == snapshot("More summaries exist than fit one result: ask again for the ids in missing.")
