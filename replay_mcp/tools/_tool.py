"""What a tool file needs: `@tool`, the bases of inputs and results, and `Replay`, what a tool works with."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from inspect import cleandoc, signature
from typing import Annotated, Any, Final, Generic, Literal, Protocol, TypeVar, get_args
from urllib.parse import quote

from pydantic import (
    AliasChoices,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    SerializerFunctionWrapHandler,
    WithJsonSchema,
    model_serializer,
)

from replay_mcp.api.client import ApiClient
from replay_mcp.api.endpoints import Endpoint
from replay_mcp.api.plan import RatePlan
from replay_mcp.api.types import CARRIED, SessionId
from replay_mcp.errors import NotConfirmed
from replay_mcp.redaction import Redaction
from replay_mcp.settings import Permission

from ._pace import Pace
from ._summaries import Summaries
from ._timelines import Timelines

T = TypeVar("T")

LEVELS: Final[tuple[Permission, ...]] = get_args(Permission)
"""Permission levels, weakest first; each includes the ones before it."""


class Params(BaseModel):
    """Base of a tool's input: flat, frozen, unknown arguments refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)


class Result(BaseModel):
    """Base of results and of their parts: null and empty values are not shown (false and 0 are)."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    @model_serializer(mode="wrap")
    def _without_empty(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        shown: dict[str, Any] = handler(self)
        return {name: value for name, value in shown.items() if value not in (None, "", [], {})}


Detail = Annotated[Literal["concise", "full"], Field(description="full: adds the API's object.")]
Documented = Annotated[dict[str, Any] | None, Field(description="with detail full: the object as the API documents it")]
Offset = Annotated[int, Field(ge=0, description="Rows to skip; `next` of the page before gives it."), CARRIED]
RecordingId = Annotated[SessionId, Field(validation_alias=AliasChoices("id", "session_id", "session_recording_id"))]
"""A recording under the name `id`; the API's other two names for it are taken as well."""
Time = Annotated[
    datetime,
    PlainSerializer(lambda moment: moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""Shown as ISO 8601 in UTC, to the second."""


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses in the PostHog app."""

    origin: str
    environment: str

    def recording(self, session_id: str, seconds: int | None = None) -> str:
        """Where a person plays the recording, from `seconds` after its start."""
        moment = "" if seconds is None else f"?t={seconds}"
        return f"{self.origin}/project/{self.environment}/replay/{quote(session_id, safe='')}{moment}"

    def playlist(self, short_id: str) -> str:
        """Where a person sees the playlist."""
        return f"{self.origin}/project/{self.environment}/replay/playlists/{quote(short_id, safe='')}"


class Conversation(Protocol):
    """What a running call can tell or ask the other side."""

    async def progress(self, done: float, total: float, message: str) -> None:
        """Report progress, if the client asked for it."""
        ...

    async def confirm(self, question: str, state: str) -> None:
        """Return once a person has agreed. `state` ties the answer to what was asked about.

        A tool calls this before anything with effects: in the 2026 protocol the call ends here and is repeated with
        the person's answer.

        Raises:
            NotConfirmed: the person declined, or cannot be asked.
        """
        ...


class _Alone:
    """Nobody listens: progress goes nowhere, nobody confirms."""

    async def progress(self, done: float, total: float, message: str) -> None:
        del done, total, message

    async def confirm(self, question: str, state: str) -> None:
        del state
        raise NotConfirmed(f"Nobody can be asked: {question}")


@dataclass(frozen=True, slots=True)
class Replay:
    """What a tool works with; each call gets one with its own conversation, all else is shared by a server's calls."""

    api: ApiClient
    links: Links
    redaction: Redaction
    level: Permission
    conversation: Conversation = field(default_factory=_Alone)
    timelines: Timelines = field(default_factory=Timelines)
    summaries: Summaries = field(default_factory=Summaries)
    plan: RatePlan = field(default_factory=RatePlan)
    pace: Pace = field(default_factory=Pace)

    def permits(self, level: Permission) -> bool:
        """Whether the server's permission level includes `level`."""
        return LEVELS.index(self.level) >= LEVELS.index(level)

    def quietly(self) -> "Replay":
        """The same without progress: for parts of a work that is reported as a whole."""
        return replace(self, conversation=_Alone())

    async def confirm_unless(self, level: Permission, question: str, about: list[str]) -> None:
        """Ask a person, unless the server's permission level includes `level`.

        Raises:
            NotConfirmed: see `Conversation.confirm`.
        """
        if not self.permits(level):
            digest = hashlib.sha256("\0".join(sorted(about)).encode()).hexdigest()
            await self.conversation.confirm(question, digest)


P = TypeVar("P", bound=Params)
R = TypeVar("R", bound=Result)
Function = Callable[[P, Replay], Awaitable[R]]


@dataclass(frozen=True, slots=True)
class ToolDefinition(Generic[P, R]):
    """One tool as data: everything that MCP lists, and the function behind it.

    Attributes:
        level: the weakest permission level that lists and runs it.
        uses: the endpoints that it may call, which tell the scopes that it needs.
        idempotent: calling it again with the same arguments changes nothing more.
        destructive: what it does cannot be undone by another tool.
    """

    name: str
    title: str
    description: str
    level: Permission
    uses: tuple[Endpoint[Any, Any], ...]
    idempotent: bool
    destructive: bool
    params: type[P]
    result: type[R]
    function: Function[P, R]


def tool(
    *,
    title: str,
    level: Permission,
    uses: tuple[Endpoint[Any, Any], ...],
    idempotent: bool = True,
    destructive: bool = False,
) -> Callable[[Function[P, R]], ToolDefinition[P, R]]:
    """Make a tool of `async def tool_name(params: SomeParams, replay: Replay) -> SomeResult`.

    The function's name with dashes is the tool's, its docstring the description that the model reads.
    """

    def define(function: Function[P, R]) -> ToolDefinition[P, R]:
        hints: Mapping[str, Any] = {name: item.annotation for name, item in signature(function).parameters.items()}
        return ToolDefinition(
            name=function.__name__.replace("_", "-"),  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownArgumentType]
            title=title,
            description=" ".join(cleandoc(function.__doc__ or "").split()),
            level=level,
            uses=uses,
            idempotent=idempotent,
            destructive=destructive,
            params=hints["params"],
            result=signature(function).return_annotation,
            function=function,
        )

    return define
