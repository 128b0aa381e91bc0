"""Middleware that masks the process's own secrets in everything sent to a client."""

from typing import Any, Final

from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.shared.exceptions import MCPError

from replay_mcp.redaction import visible
from replay_mcp.redaction.secrets import KeyMask, SecretMask

MAX_MESSAGE: Final = 2_000
"""Longest message of an error, in characters."""
_STATIC_METHODS: Final = frozenset(
    {"initialize", "server/discover", "tools/list", "prompts/list", "resources/templates/list"}
)
"""Methods whose results contain no data from the API."""


class SecretMasking:
    """Masks secrets in all results and errors.

    Args:
        mask: replaces the secrets.
    """

    def __init__(self, mask: SecretMask) -> None:
        self._mask = mask
        self._keys = KeyMask()

    async def __call__(self, ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
        """Handle the request and mask its result or error."""
        try:
            result = await call_next(ctx)
        except MCPError as error:
            # The SDK quotes URIs and names of any length.
            message = visible(self._keys.text(self._mask.text(error.message)), MAX_MESSAGE)
            raise MCPError(error.code, message, self._keys.json(self._mask.json(error.data))) from error
        return result if ctx.method in _STATIC_METHODS else self._mask.json(result)
