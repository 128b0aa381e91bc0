"""Serves each caller with an app of their own, chosen by the bearer token of the request."""

import hashlib
import logging
import re
import secrets
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import anyio
import anyio.abc
from starlette.types import ASGIApp, Receive, Scope, Send

from .bearer import bearer_token, log_refusal
from .challenges import Challenges

MAX_CALLERS: Final = 200
"""Maximum number of apps; each takes about 0.3 MB plus its caches."""
IDLE_SECONDS: Final = 600.0
"""Time without a request after which an app is closed. Confirmations do not live longer, so used ones stay known."""
CLOSE_SECONDS: Final = 5.0
"""Time that running requests have to finish after the caller's key was refused."""
MAX_OPENING: Final = 10
"""Maximum number of new callers whose keys are checked at once."""

_TOKEN: Final = re.compile(rb"[A-Za-z0-9._~+/-]{1,4096}=*")

logger = logging.getLogger(__name__)


class Refused(Exception):
    """The caller is not served.

    Attributes:
        response: says why.
        passing: the token may be valid, but cannot be checked at the moment.
    """

    def __init__(self, response: ASGIApp, *, passing: bool = False) -> None:
        super().__init__("refused")
        self.response = response
        self.passing = passing


@dataclass(frozen=True, slots=True)
class CallerApp:
    """The app that serves one caller.

    Attributes:
        app: the ASGI app.
        check: called before each request; raises `Refused` if the key is no longer valid.
    """

    app: ASGIApp
    check: Callable[[], Awaitable[None]]


OpenApp: TypeAlias = Callable[[str], AbstractAsyncContextManager[CallerApp]]
"""Opens the app for a token; raises `Refused` if the token is not valid."""


@dataclass(slots=True)
class _Caller:
    served_by: CallerApp
    last_used: float
    requests: int = 0
    refused: anyio.Event = field(default_factory=anyio.Event)
    idle: anyio.Event = field(default_factory=anyio.Event)


@dataclass(slots=True)
class _Opening:
    done: anyio.Event = field(default_factory=anyio.Event)
    refused: Refused | None = None


class Callers:
    """ASGI app that opens an app for each bearer token and forwards its requests to it.

    Only the apps keep tokens. This class knows a caller by a hash of the token, keyed with a secret of the process.

    Args:
        tasks: runs a task for each app.
        open_app: opens the app for a token.
        challenges: the responses to requests without a usable token.
        idle_seconds: how long an app is kept without requests.
        max_callers: maximum number of apps; further callers get a 503.
    """

    def __init__(
        self,
        tasks: anyio.abc.TaskGroup,
        open_app: OpenApp,
        challenges: Challenges,
        *,
        idle_seconds: float,
        max_callers: int,
    ) -> None:
        self._tasks = tasks
        self._open_app = open_app
        self._challenges = challenges
        self._idle_seconds = idle_seconds
        self._max_callers = max_callers
        self._secret = secrets.token_bytes(32)
        self._callers: dict[bytes, _Caller] = {}
        self._opening: dict[bytes, _Opening] = {}
        self._checks = anyio.CapacityLimiter(MAX_OPENING)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        token = bearer_token(scope)
        if token is None or not _TOKEN.fullmatch(token):
            log_refusal(logger, scope, "no bearer token" if token is None else "malformed bearer token")
            response = self._challenges.missing() if token is None else self._challenges.invalid()
            await response(scope, receive, send)
            return
        try:
            caller = await self._caller(token)
        except Refused as error:
            log_refusal(logger, scope, "cannot be served now" if error.passing else "key not accepted")
            await error.response(scope, receive, send)
            return
        try:
            await caller.served_by.app(scope, receive, send)
        finally:
            self._leave(caller)

    async def _caller(self, token: bytes) -> _Caller:
        """Return the caller with this token, after opening their app if necessary, and count the request."""
        name = hashlib.blake2b(token, key=self._secret, digest_size=16).digest()
        while True:
            if caller := self._callers.get(name):
                if await self._enter(name, caller):
                    return caller
            elif opening := self._opening.get(name):
                await opening.done.wait()
                if opening.refused:
                    raise opening.refused
            else:
                await self._open(name, token)

    async def _enter(self, name: bytes, caller: _Caller) -> bool:
        """Count a request of the caller; return False if the app was closed in the meantime."""
        caller.requests += 1
        try:
            await caller.served_by.check()
        except BaseException as error:
            if isinstance(error, Refused) and not error.passing:
                self._drop(name, caller)
            self._leave(caller)
            raise
        if self._callers.get(name) is caller:
            return True
        self._leave(caller)
        return False

    def _leave(self, caller: _Caller) -> None:
        caller.requests -= 1
        caller.last_used = anyio.current_time()
        if not caller.requests:
            caller.idle.set()

    def _drop(self, name: bytes, caller: _Caller) -> None:
        if self._callers.get(name) is caller:
            del self._callers[name]
        caller.refused.set()

    async def _open(self, name: bytes, token: bytes) -> None:
        if len(self._callers) + len(self._opening) >= self._max_callers:
            raise Refused(self._challenges.busy(), passing=True)
        self._opening[name] = opening = _Opening()
        try:
            await self._tasks.start(self._keep, name, token)
        except Refused as error:
            opening.refused = error
            raise
        finally:
            del self._opening[name]
            opening.done.set()

    async def _keep(self, name: bytes, token: bytes, *, task_status: anyio.abc.TaskStatus[None]) -> None:
        """Open the caller's app and keep it until it has been idle for too long or the key is refused."""
        caller: _Caller | None = None
        try:
            async with AsyncExitStack() as stack:
                async with self._checks:
                    served_by = await stack.enter_async_context(self._open_app(token.decode()))
                caller = self._callers[name] = _Caller(served_by, anyio.current_time())
                task_status.started()
                await self._until_idle(caller)
                self._drop(name, caller)
                with anyio.move_on_after(CLOSE_SECONDS):
                    await self._until_left(caller)
        except Exception:  # process edge: one caller's crash must not end the others
            if caller is None:
                raise
            logger.exception("A caller's server crashed")
        finally:
            if caller is not None:
                self._drop(name, caller)

    async def _until_left(self, caller: _Caller) -> None:
        """Return when no request of the caller is running."""
        while caller.requests:
            caller.idle = anyio.Event()
            await caller.idle.wait()

    async def _until_idle(self, caller: _Caller) -> None:
        """Return when the caller's key has been refused, or the caller has been idle for too long."""
        while not caller.refused.is_set():
            idle = 0.0 if caller.requests else anyio.current_time() - caller.last_used
            if idle >= self._idle_seconds:
                return
            with anyio.move_on_after(self._idle_seconds - idle):
                await caller.refused.wait()


@asynccontextmanager
async def open_callers(
    open_app: OpenApp, challenges: Challenges, *, idle_seconds: float = IDLE_SECONDS, max_callers: int = MAX_CALLERS
) -> AsyncGenerator[Callers]:
    """Serve callers within the block; at its end, all their apps are closed."""
    async with anyio.create_task_group() as tasks:
        yield Callers(tasks, open_app, challenges, idle_seconds=idle_seconds, max_callers=max_callers)
        tasks.cancel_scope.cancel()
