"""Recordings as MCP resources, for clients that attach them: the same answers as the tools give."""

import dataclasses
import logging
from typing import Any, Final

import orjson
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError
from mcp.types import Resource

from replay_mcp.api.endpoints import RECORDINGS_LIST
from replay_mcp.api.models import Recording, RecordingPage
from replay_mcp.api.params import RecordingsList
from replay_mcp.context import ToolContext
from replay_mcp.errors import InvalidArguments, ReplayError
from replay_mcp.server.elicitation import McpConversation
from replay_mcp.server.tool import validated
from replay_mcp.tools import ToolDefinition
from replay_mcp.tools.session_recording_get import session_recording_get
from replay_mcp.tools.session_recording_timeline import session_recording_timeline

RECORDING_URI: Final = "replay://recordings/{id}"
TIMELINE_URI: Final = "replay://recordings/{id}/timeline"
RECENT: Final = "-7d"
"""Ids are completed from the recordings of this window, and those of a local store listed."""
LISTED: Final = 50

_JSON: Final = "application/json"

logger = logging.getLogger(__name__)


def add_resources(server: MCPServer[Any], tool_context: ToolContext) -> None:
    """Serve recordings and their timelines as resource templates."""

    @server.resource(
        RECORDING_URI,
        name="recording",
        title="Recording",
        description="One recording's metadata, as session-recording-get gives it.",
        mime_type=_JSON,
    )
    async def recording(id: str, context: Context[Any, Any]) -> str:
        return await _answer(session_recording_get, id, tool_context, context)

    @server.resource(
        TIMELINE_URI,
        name="timeline",
        title="What happened in a recording",
        description="The rows of one recording that matter most, as session-recording-timeline gives them.",
        mime_type=_JSON,
    )
    async def timeline(id: str, context: Context[Any, Any]) -> str:
        return await _answer(session_recording_timeline, id, tool_context, context)

    del recording, timeline  # registered above


async def recent_recordings(tool_context: ToolContext) -> list[Resource]:
    """The timelines of recent recordings, the newest first; none when the API does not answer."""
    return [
        Resource(
            uri=TIMELINE_URI.replace("{id}", recording.id),
            name=recording.id,
            title=f"What happened in {recording.id}",
            description=_about(recording),
            mime_type=_JSON,
        )
        for recording in (await recent(tool_context, LISTED)).results
    ]


def _about(recording: Recording) -> str:
    """Nothing that was recorded: a description is no place for a stranger's text."""
    started = f"Started {recording.start_time:%Y-%m-%d %H:%M:%S} UTC" if recording.start_time else "Recorded"
    return f"{started}, {recording.recording_duration or 0} s{', ongoing' if recording.ongoing else ''}."


async def _answer(
    definition: ToolDefinition[Any, Any], id: str, tool_context: ToolContext, context: Context[Any, Any]
) -> str:
    """The tool's concise answer for this recording, as JSON text.

    Raises:
        ResourceNotFoundError: there is no such recording.
        ResourceError: it cannot be read; the message says why and what to do.
    """
    try:
        params = validated(definition.params, {"id": id})
        result = await definition.function(
            params, dataclasses.replace(tool_context, conversation=McpConversation(context))
        )
    except InvalidArguments as error:
        raise ResourceNotFoundError(error.why) from error
    except ReplayError as error:
        raise ResourceError(f"{error.why} {error.next}") from error
    if not result.found:
        raise ResourceNotFoundError(result.note)
    return orjson.dumps(result.model_dump(mode="json")).decode()


async def recent(tool_context: ToolContext, limit: int) -> RecordingPage:
    """The newest recordings of the last week; none when the API does not answer."""
    request = RecordingsList(date_from=RECENT, limit=limit)
    try:
        return await tool_context.api.call(RECORDINGS_LIST, request, deadline=5)
    except ReplayError as error:  # a convenience: its failure must not interrupt who types or looks around
        logger.info("no recent recordings: %s", error.kind)
        return RecordingPage(results=[], has_next=False)
