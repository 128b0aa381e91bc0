"""Argument completions: recent recordings, playlists, time windows."""

import logging
from typing import Any, Final

from mcp.server.mcpserver import MCPServer
from mcp.types import (
    Completion,
    CompletionArgument,
    CompletionContext,
    PromptReference,
    ResourceTemplateReference,
)

from replay_mcp.api.endpoints import PLAYLISTS_LIST
from replay_mcp.api.params import PlaylistsList
from replay_mcp.api.types import MAX_NAME_LENGTH
from replay_mcp.context import ToolContext
from replay_mcp.errors import ReplayError
from replay_mcp.server.prompts import PROMPTS, WINDOWS
from replay_mcp.server.resources import RECORDING_URI, TIMELINE_URI, list_recent

MAX_COMPLETIONS: Final = 100
"""The limit that MCP sets."""
DEADLINE_SECONDS: Final = 5.0

_ARGUMENTS: Final = {prompt.name: frozenset(prompt.params.model_fields) for prompt in PROMPTS}

logger = logging.getLogger(__name__)


def add_completions(server: MCPServer[Any], tool_context: ToolContext) -> None:
    """Complete the ids in resource URIs and the arguments of prompts."""

    @server.completion()
    async def complete(
        reference: PromptReference | ResourceTemplateReference,
        argument: CompletionArgument,
        context: CompletionContext | None,
    ) -> Completion | None:
        del context
        if isinstance(reference, ResourceTemplateReference):
            known = reference.uri in (RECORDING_URI, TIMELINE_URI) and argument.name == "id"
            return await _recent_ids(argument.value, tool_context) if known else None
        if argument.name not in _ARGUMENTS.get(reference.name, ()):
            return None
        match argument.name:
            case "session_id":
                return await _recent_ids(argument.value, tool_context)
            case "playlist":
                return await _playlists(argument.value, tool_context)
            case "window":
                return Completion(values=[window for window in WINDOWS if window.startswith(argument.value)])
            case _:
                return None

    del complete  # registered above


async def _recent_ids(prefix: str, tool_context: ToolContext) -> Completion:
    """Ids of recent recordings that start with `prefix`, newest first; empty if the API fails."""
    page = await list_recent(tool_context, MAX_COMPLETIONS)
    ids = [recording.id for recording in page.results if recording.id.startswith(prefix)]
    return Completion(values=ids[:MAX_COMPLETIONS], total=None, has_more=bool(page.more))


async def _playlists(part: str, tool_context: ToolContext) -> Completion:
    """Names of collections that contain `part`, most recently modified first; empty if the API fails."""
    if len(part) > MAX_NAME_LENGTH or part != part.encode(errors="ignore").decode():
        return Completion(values=[])  # neither a name nor a request can contain it
    request = PlaylistsList(search=part or None, collection_type="custom", type="collection", limit=MAX_COMPLETIONS)
    try:
        page = await tool_context.api.call(PLAYLISTS_LIST, request, deadline=DEADLINE_SECONDS)
    except ReplayError as error:  # a convenience: a failure must not interrupt the user
        logger.info("playlists for completions unavailable: %s", error.kind)
        return Completion(values=[])
    names = list(dict.fromkeys(playlist.name for playlist in page.results if playlist.name))
    return Completion(values=names[:MAX_COMPLETIONS], total=None, has_more=page.next is not None)
