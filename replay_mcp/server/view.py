"""The view in chat clients that support MCP Apps: its page as a `ui://` resource, and which tools show it.

The page has no data. The client passes it the call and the result of a tool, and it calls `session-recording-view` for
the rest. That tool is listed only to clients that support the extension, or may: others would offer it to the model.
"""

from functools import cache
from typing import Any, Final

from mcp.server.apps import EXTENSION_ID, Apps
from mcp.server.context import CallNext, HandlerResult, ServerRequestContext

from replay_mcp import frontend
from replay_mcp.tools import View

VIEW_URI: Final = "ui://replay-mcp/recording.html"


def view_meta(view: View) -> dict[str, Any] | None:
    """The `_meta` of a tool; None for tools without a view."""
    if not view:
        return None
    return {"ui": {"resourceUri": VIEW_URI, **({"visibility": ["app"]} if view == "app" else {})}}


def view_extension() -> Apps:
    """The extension with the page of the view."""
    apps = Apps()
    apps.add_html_resource(
        VIEW_URI,
        _page(),
        name="recording-view",
        title="Recording",
        description="Rows, lanes and pages of a recording, for people.",
        prefers_border=True,
    )
    return apps


@cache
def _page() -> str:
    return frontend.document("app", b"{}", title="Recording", text="This view needs JavaScript.")


class ViewTools:
    """Middleware that lists tools for the view to no client that is known not to show it."""

    async def __call__(self, ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
        """Handle a request."""
        result = await call_next(ctx)
        capabilities = ctx.session.client_capabilities
        if ctx.method != "tools/list" or not isinstance(result, dict):
            return result
        if capabilities is None or EXTENSION_ID in (capabilities.extensions or {}):
            return result
        return {**result, "tools": [tool for tool in result["tools"] if not _is_for_view(tool)]}


def _is_for_view(tool: dict[str, Any]) -> bool:
    return tool.get("_meta", {}).get("ui", {}).get("visibility") == ["app"]
