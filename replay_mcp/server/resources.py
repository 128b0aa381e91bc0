"""Recordings and timelines as MCP resources, with the same content as the tools' results."""

import dataclasses
import logging
from typing import Any, Final

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError
from mcp.types import Resource

from replay_mcp import exact_json
from replay_mcp.api.endpoints import RECORDINGS_LIST
from replay_mcp.api.models import Recording, RecordingPage
from replay_mcp.api.params import RecordingsList
from replay_mcp.context import ToolContext
from replay_mcp.errors import InvalidArguments, ReplayError
from replay_mcp.server.confirmations import Seals
from replay_mcp.server.elicitation import McpConversation
from replay_mcp.server.tool import validate_arguments
from replay_mcp.tools import tool_definition

RECORDING_URI: Final = "replay://recordings/{id}"
TIMELINE_URI: Final = "replay://recordings/{id}/timeline"
RECENT: Final = "-7d"
"""Window of the recordings that completions offer and, for a local store, resources list."""
MAX_LISTED: Final = 50

_JSON: Final = "application/json"

logger = logging.getLogger(__name__)


def add_resources(server: MCPServer[Any], tool_context: ToolContext) -> None:
    """Serve recordings and their timelines as resource templates."""

    @server.resource(
        RECORDING_URI,
        name="recording",
        title="Recording",
        description="One recording's metadata, as session-recording-get returns it.",
        mime_type=_JSON,
    )
    async def recording(id: str, context: Context[Any, Any]) -> str:
        return await _read("session-recording-get", id, tool_context, context)

    @server.resource(
        TIMELINE_URI,
        name="timeline",
        title="What happened in a recording",
        description="The most important rows of one recording, as session-recording-timeline returns them.",
        mime_type=_JSON,
    )
    async def timeline(id: str, context: Context[Any, Any]) -> str:
        return await _read("session-recording-timeline", id, tool_context, context)

    del recording, timeline  # registered above


async def recent_timelines(tool_context: ToolContext) -> list[Resource]:
    """The timelines of recent recordings as resources, newest first; empty if the API fails."""
    return [
        Resource(
            uri=TIMELINE_URI.replace("{id}", recording.id),
            name=recording.id,
            title=f"What happened in {recording.id}",
            description=_description(recording),
            mime_type=_JSON,
        )
        for recording in (await list_recent(tool_context, MAX_LISTED)).results
    ]


def _description(recording: Recording) -> str:
    """Time and duration only: descriptions must not contain recorded text."""
    started = f"Started {recording.start_time:%Y-%m-%d %H:%M:%S} UTC" if recording.start_time else "Recorded"
    return f"{started}, {recording.recording_duration or 0} s{', ongoing' if recording.ongoing else ''}."


async def _read(tool: str, id: str, tool_context: ToolContext, context: Context[Any, Any]) -> str:
    """The tool's concise result for this recording, as JSON text.

    Raises:
        ResourceNotFoundError: there is no such recording.
        ResourceError: it cannot be read; the message says why and what to do.
    """
    definition = tool_definition(tool)
    try:
        params = validate_arguments(definition.params, {"id": id})
        conversation = McpConversation(context, Seals(tool_context.timing.confirmation))
        result = await definition.function(params, dataclasses.replace(tool_context, conversation=conversation))
    except InvalidArguments as error:
        raise ResourceNotFoundError(error.why) from error
    except ReplayError as error:
        raise ResourceError(f"{error.why} {error.next}") from error
    if not result.found:
        raise ResourceNotFoundError(result.note)
    return exact_json.dumps(result.model_dump(mode="json")).decode()


async def list_recent(tool_context: ToolContext, limit: int) -> RecordingPage:
    """The newest recordings of the last week; empty if the API fails."""
    request = RecordingsList(date_from=RECENT, limit=limit)
    try:
        return await tool_context.api.call(RECORDINGS_LIST, request, deadline=5)
    except ReplayError as error:  # a convenience: a failure must not interrupt the user
        logger.info("recent recordings unavailable: %s", error.kind)
        return RecordingPage(results=[], has_next=False)
