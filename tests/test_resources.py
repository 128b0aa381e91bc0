"""Recordings as MCP resources, as clients attach them."""

import json
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from inline_snapshot import snapshot
from mcp.shared.exceptions import MCPError
from mcp.types import PromptReference, ResourceTemplateReference, TextResourceContents

from tests.agent import Agent, Connect
from tests.conftest import Local
from tests.faults import Fault, Faults
from tests.seeding import add_recording, ago, checkout, record
from tests.tools.test_reading import SNAPSHOTS, requested

pytestmark = pytest.mark.anyio
RECORDING = "replay://recordings/{id}"
TIMELINE = "replay://recordings/{id}/timeline"


@pytest.fixture(params=["auto", "legacy"])
async def agent(request: pytest.FixtureRequest, connect: Connect) -> AsyncGenerator[Agent]:
    """A client in each protocol era."""
    async with connect(mode=request.param) as agent:
        yield agent


@pytest.fixture(autouse=True)
def _visit(local: Local) -> None:
    with local.store.connection() as db:
        record(db, "s1", checkout())


async def read(agent: Agent, uri: str) -> dict[str, Any]:
    [content] = (await agent.client.read_resource(uri)).contents
    assert isinstance(content, TextResourceContents)
    assert (str(content.uri), content.mime_type) == (uri, "application/json")
    return json.loads(content.text)


async def fails(agent: Agent, uri: str) -> tuple[int, str]:
    """The code and message of an answer that must be an error."""
    with pytest.raises(MCPError) as raised:
        await agent.client.read_resource(uri)
    return raised.value.error.code, raised.value.error.message


async def completed(agent: Agent, value: str, *, uri: str = TIMELINE, name: str = "id") -> list[str]:
    reference = ResourceTemplateReference(type="ref/resource", uri=uri)
    return (await agent.client.complete(reference, {"name": name, "value": value})).completion.values


async def test_both_templates_are_listed(agent: Agent) -> None:
    templates = (await agent.client.list_resource_templates()).resource_templates
    assert [template.model_dump(mode="json", by_alias=True, exclude_none=True) for template in templates] == snapshot(
        [
            {
                "name": "recording",
                "title": "Recording",
                "uriTemplate": "replay://recordings/{id}",
                "description": "One recording's metadata, as session-recording-get returns it.",
                "mimeType": "application/json",
            },
            {
                "name": "timeline",
                "title": "What happened in a recording",
                "uriTemplate": "replay://recordings/{id}/timeline",
                "description": "The most important rows of one recording, as session-recording-timeline returns them.",
                "mimeType": "application/json",
            },
        ]
    )
    assert (await agent.client.list_resources()).resources == []


async def test_an_unknown_uri_is_quoted_in_part(agent: Agent) -> None:
    _, message = await fails(agent, "replay://" + "9" * 5_000)
    assert (len(message), message[-4:]) == (2_000, "999…")


async def test_a_resource_equals_the_result_of_its_tool(agent: Agent) -> None:
    assert await read(agent, "replay://recordings/s1") == await agent.call("session-recording-get", id="s1")
    assert await read(agent, "replay://recordings/s1/timeline") == await agent.call(
        "session-recording-timeline", id="s1"
    )


async def test_an_id_in_a_uri_may_be_percent_encoded(agent: Agent, local: Local) -> None:
    with local.store.connection() as db:
        add_recording(db, "a b%c#d")
    assert (await read(agent, "replay://recordings/a%20b%25c%23d"))["recording"]["id"] == "a b%c#d"


async def test_a_recording_is_not_read_twice(agent: Agent, faults: Faults) -> None:
    await read(agent, "replay://recordings/s1/timeline")
    await agent.call("session-recording-timeline", id="s1")
    assert len(requested(faults)) == 2


@pytest.mark.parametrize("what", ["", "/timeline"])
async def test_an_unknown_id_is_an_error_with_its_reason(agent: Agent, what: str) -> None:
    assert await fails(agent, f"replay://recordings/nope{what}") == snapshot(
        (
            -32602,
            "No recording has this id: it was not captured, expired, was deleted, or is in another environment.",
        )
    )


@pytest.mark.parametrize("id", ["..", "%2e%2e", "a%2Fb", "a%00b", "x" * 300, ""])
async def test_an_id_that_cannot_be_sent_is_an_error_without_a_request(agent: Agent, faults: Faults, id: str) -> None:
    for what in ("", "/timeline"):
        code, message = await fails(agent, f"replay://recordings/{id}{what}")
        assert code == -32602, message
        assert "Traceback" not in message
    assert faults.seen == []


async def test_an_unknown_uri_is_an_error(agent: Agent) -> None:
    assert await fails(agent, "replay://playlists/s1") == snapshot((-32602, "Unknown resource: replay://playlists/s1"))


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (
            Fault(status=401),
            snapshot(
                (
                    -32603,
                    "The API does not accept the key (401). Check the key (POSTHOG_PERSONAL_API_KEY, or the caller's own), and that POSTHOG_HOST (us or eu) is the key's region: keys of the EU cloud are not valid in the US cloud, and vice versa.",
                )
            ),
        ),
        (
            Fault(status=429, headers={"Retry-After": "120"}),
            snapshot(
                (
                    -32603,
                    "The API's rate limit for this key is reached (429). Wait 120 seconds, then call again.",
                )
            ),
        ),
        (
            Fault(status=500, path=SNAPSHOTS),
            snapshot(
                (
                    -32603,
                    "The API failed with 500 (Internal Server Error). Try again in a minute; if it keeps failing, check PostHog's status page or the self-hosted logs.",
                )
            ),
        ),
    ],
)
async def test_a_failing_api_is_an_error_with_its_reason(
    agent: Agent, faults: Faults, fault: Fault, error: tuple[int, str]
) -> None:
    faults.always(fault)
    assert await fails(agent, "replay://recordings/s1/timeline") == error


async def test_a_recording_without_data_is_an_error(agent: Agent, local: Local) -> None:
    with local.store.connection() as db:
        add_recording(db, "bare")
    assert await fails(agent, "replay://recordings/bare/timeline") == snapshot(
        (
            -32603,
            "PostHog has no snapshot data for this recording. It may have expired, or not be ingested yet; session-recording-get shows when it was recorded.",
        )
    )


async def test_ids_are_completed_from_the_last_seven_days_the_newest_first(agent: Agent, local: Local) -> None:
    with local.store.connection() as db:
        add_recording(db, "s2", start_time=ago(days=6))
        add_recording(db, "s3", start_time=ago(days=8))
        add_recording(db, "other", start_time=ago(hours=1))
    assert await completed(agent, "") == ["other", "s1", "s2"]
    assert await completed(agent, "s") == ["s1", "s2"]
    assert await completed(agent, "s", uri=RECORDING) == ["s1", "s2"]
    assert await completed(agent, "S") == []


async def test_at_most_a_hundred_ids_are_offered_and_more_are_announced(agent: Agent, local: Local) -> None:
    with local.store.connection() as db:
        for number in range(101):
            add_recording(db, f"t{number:03}")
    reference = ResourceTemplateReference(type="ref/resource", uri=RECORDING)
    completion = (await agent.client.complete(reference, {"name": "id", "value": "t"})).completion
    assert (len(completion.values), completion.has_more) == (100, True)


@pytest.mark.parametrize("fault", [Fault(status=500), Fault(status=401), Fault(status=200, body=b"<html>")])
async def test_a_failing_api_completes_nothing_without_an_error(agent: Agent, faults: Faults, fault: Fault) -> None:
    faults.always(fault)
    assert await completed(agent, "s") == []


async def test_other_arguments_and_references_are_not_completed(agent: Agent, faults: Faults) -> None:
    assert await completed(agent, "s", name="other") == []
    assert await completed(agent, "s", uri="replay://other/{id}") == []
    prompt = PromptReference(type="ref/prompt", name="id")
    assert (await agent.client.complete(prompt, {"name": "id", "value": "s"})).completion.values == []
    assert faults.seen == []


async def test_strict_redaction_applies_to_resources_too(connect: Connect) -> None:
    async with connect(redact="strict") as agent:
        for what in ("", "/timeline"):
            content = json.dumps(await read(agent, f"replay://recordings/s1{what}"))
            assert [word for word in ("person-of", "ada@", "4111") if word in content] == []
