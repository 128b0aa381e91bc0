"""The last step of every answer: the process's own secrets are masked in what a client receives."""

from typing import Any, Final

from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.shared.exceptions import MCPError

from replay_mcp.redaction.secrets import SecretMask

_OWN_WORDS: Final = frozenset(
    {"initialize", "server/discover", "tools/list", "prompts/list", "resources/templates/list"}
)
"""Methods whose results hold nothing that an API sent."""


class MaskedAnswers:
    """Middleware that masks secrets in results and errors, whatever brought them there.

    Args:
        mask: knows the secrets.
    """

    def __init__(self, mask: SecretMask) -> None:
        self._mask = mask

    async def __call__(self, ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
        """Pass the request on and mask its answer."""
        try:
            result = await call_next(ctx)
        except MCPError as error:
            raise MCPError(error.code, self._mask.text(error.message), self._mask.json(error.data)) from error
        return result if ctx.method in _OWN_WORDS else self._mask.json(result)
