"""Middleware that refuses requests while too many calls are running."""

from typing import Any, Final

from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.shared.exceptions import MCPError

from replay_mcp.workload import Busy, Workload

_BUSY: Final = -32000  # the first JSON-RPC code for errors of a server
_METHODS: Final = frozenset({"completion/complete", "prompts/get", "resources/list", "resources/read"})
"""Methods that use the API. Tool calls are counted as well, but get an error result."""


class CallLimit:
    """Counts the requests of the methods that use the API.

    Args:
        workload: counts them.
    """

    def __init__(self, workload: Workload) -> None:
        self._workload = workload

    async def __call__(self, ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
        """Handle a request."""
        if ctx.method not in _METHODS:
            return await call_next(ctx)
        try:
            with self._workload.call():
                return await call_next(ctx)
        except Busy as error:
            raise MCPError(_BUSY, f"{error.why} {error.next}") from error
