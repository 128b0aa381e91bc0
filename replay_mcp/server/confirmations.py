"""Seals of confirmations in the 2026 protocol, where a client repeats a call with the person's answer.

The SDK encrypts the state of a question, and binds it to the tool, its arguments and an expiry; the key binds it to the
origin, the environment and the API key. This module binds it to the ids in question, and lets it count once.
"""

import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from time import monotonic
from typing import Any, Final

from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.server.request_state import RequestStateSecurity
from mcp.shared.exceptions import MCPError

from replay_mcp.errors import NotConfirmed

MAX_USED: Final = 10_000
"""Maximum number of used seals to remember. Further answers are refused, because a used one might be among them."""

_REJECTED: Final = {"reason": "invalid_request_state"}
"""Data of the SDK's error."""


class NotCounted(Exception):
    """An answer does not count. The person is asked again, with the reason `why`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Seals:
    """The seals of one tool's questions. A seal counts once in this process, and not after `lifetime` seconds.

    Args:
        lifetime: how long an answer counts; the SDK enforces it.
        max_used: the number of used seals to remember.
        clock: returns the time in seconds.
    """

    def __init__(self, lifetime: float, *, max_used: int = MAX_USED, clock: Callable[[], float] = monotonic) -> None:
        self._lifetime = lifetime
        self._max_used = max_used
        self._clock = clock
        self._used: OrderedDict[str, float] = OrderedDict()  # when each was used, oldest first

    def create(self, ids: Sequence[str], page: int) -> str:
        """Return the state of a new question about these ids, which shows the page `page`."""
        return f"{secrets.token_hex(16)}.{page}.{_digest(ids)}"

    def use(self, state: str | None, ids: Sequence[str]) -> int:
        """Use up the seal of an answer about these ids; return the page that its question showed.

        Raises:
            NotCounted: the answer is late, was given to another question, or was used before.
            NotConfirmed: too many seals have been used.
        """
        if state is None:
            minutes = f"{self._lifetime / 60:.0f} minutes"
            raise NotCounted(f"The earlier answer took more than {minutes} or belongs to another question.")
        nonce, page, digest = state.split(".")
        if digest != _digest(ids):
            raise NotCounted("The recordings have changed since the earlier answer.")
        self._forget()
        if nonce in self._used:
            raise NotCounted("The earlier answer was already used.")
        if len(self._used) >= self._max_used:
            raise NotConfirmed("This server has received too many confirmations.", next="Try again in a few minutes.")
        self._used[nonce] = self._clock()
        return int(page)

    def _forget(self) -> None:
        """Forget seals that were used more than a lifetime ago, because the SDK rejects them."""
        expired = self._clock() - self._lifetime
        while self._used and next(iter(self._used.values())) < expired:
            self._used.popitem(last=False)


class RejectedStates:
    """Middleware around the SDK's check of states: a rejected state is dropped, so that the person is asked again."""

    async def __call__(self, ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
        """Handle the request, if necessary again without its state."""
        try:
            return await call_next(ctx)
        except MCPError as error:
            if error.data != _REJECTED or ctx.params is None:
                raise
        params = {name: value for name, value in ctx.params.items() if name != "requestState"}
        return await call_next(replace(ctx, params=params))


def state_security(origin: str, environment: str, api_key: str, lifetime: float) -> RequestStateSecurity:
    """Return how states are sealed. Replicas with the same configuration share the key, so any can take the answer."""
    bound = "\0".join((origin, environment, api_key))
    key = hashlib.blake2b(bound.encode(), digest_size=32, person=b"replay-mcp state").digest()
    return RequestStateSecurity(keys=[key], ttl=lifetime)


def _digest(ids: Sequence[str]) -> str:
    return hashlib.sha256("\0".join(sorted(ids)).encode()).hexdigest()
