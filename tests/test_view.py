"""The view in chat clients: its page, which tools show it, and the tool that only the view calls."""

import json
from typing import Any

import pytest
from inline_snapshot import snapshot
from mcp.client.extension import advertise
from mcp.server.apps import EXTENSION_ID
from mcp.types import CallToolResult

from replay_mcp import frontend
from replay_mcp.server.view import VIEW_URI
from tests.agent import Connect, text_of
from tests.conftest import Local
from tests.seeding import checkout, record

pytestmark = pytest.mark.anyio

APPS = [advertise(EXTENSION_ID, {"mimeTypes": ["text/html;profile=mcp-app"]})]
ID = "01a21000-f890-776d-85fa-90cbed0bc0d4"


def structured(result: CallToolResult) -> dict[str, Any]:
    assert result.structured_content is not None
    return result.structured_content


async def shown(connect: Connect, **options: Any) -> dict[str, Any]:
    async with connect(**options) as agent:
        tools = (await agent.client.list_tools()).tools
        return {tool.name: tool.meta for tool in tools if tool.meta}


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_tools_name_the_view_and_only_clients_that_show_it_see_the_tool_for_its_data(
    connect: Connect, mode: str
) -> None:
    plain = await shown(connect, mode=mode)
    assert plain == snapshot(
        {
            "session-recording-screen": {"ui": {"resourceUri": "ui://replay-mcp/recording.html"}},
            "session-recording-timeline": {"ui": {"resourceUri": "ui://replay-mcp/recording.html"}},
            "session-recordings-compare": {"ui": {"resourceUri": "ui://replay-mcp/recording.html"}},
        }
    )
    added = {"session-recording-view": {"ui": {"resourceUri": VIEW_URI, "visibility": ["app"]}}}
    assert await shown(connect, mode=mode, extensions=APPS) == plain | added


async def test_the_page_of_the_view_is_one_document_without_data(connect: Connect) -> None:
    async with connect(extensions=APPS) as agent:
        [page] = (await agent.client.read_resource(VIEW_URI)).contents
    assert page.mime_type == "text/html;profile=mcp-app"
    assert getattr(page, "text", "") == frontend.document(
        "app", b"{}", title="Recording", text="This view needs JavaScript."
    )


async def test_the_view_gets_a_recording_and_its_frames_and_a_model_would_read_none_of_it(
    connect: Connect, local: Local
) -> None:
    with local.store.connection() as db:
        record(db, ID, checkout())
    async with connect(extensions=APPS) as agent:
        recording = await agent.client.call_tool("session-recording-view", {"id": ID})
        frame = await agent.client.call_tool("session-recording-view", {"id": ID, "tab": 1, "at": 6_000})
    assert (text_of(recording), text_of(frame)) == snapshot(("This is data of the view.", "This is data of the view."))
    data = json.loads(structured(recording)["data"])
    assert (data["link"], data["recording"]["outcome"], len(data["recording"]["rows"])) == snapshot(
        ("https://us.posthog.com/project/1/replay/01a21000-f890-776d-85fa-90cbed0bc0d4", "not shown", 20)
    )
    page = json.loads(structured(frame)["data"])
    assert {name: value for name, value in page.items() if name != "html"} == snapshot(
        {"width": 1280, "height": 800, "url": "https://shop.example/cart?email=***", "title": "Your cart"}
    )
    assert "Payment failed. Try again" in page["html"]
    assert "4111" not in page["html"]


async def test_an_unknown_recording_is_not_found(connect: Connect) -> None:
    async with connect(extensions=APPS) as agent:
        result = await agent.client.call_tool("session-recording-view", {"id": "unknown"})
    assert (text_of(result), result.structured_content) == snapshot(
        (
            "No recording has this id: it was not captured, expired, was deleted, or is in another environment.",
            {
                "found": False,
                "note": "No recording has this id: it was not captured, expired, was deleted, or is in another environment.",
            },
        )
    )
