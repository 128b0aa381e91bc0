"""What a tool file needs: `@tool`, the base of inputs, and the types of arguments that several tools take."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from inspect import cleandoc, signature
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from replay_mcp.api.endpoints import Endpoint
from replay_mcp.api.types import CARRIED, SessionId
from replay_mcp.context import ToolContext
from replay_mcp.settings import Permission
from replay_mcp.views.result import Result


class Params(BaseModel):
    """Base of a tool's input: flat, frozen, unknown arguments refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)


Detail = Annotated[Literal["concise", "full"], Field(description="full: adds the API's object.")]
Offset = Annotated[int, Field(ge=0, description="Rows to skip; `next` of the page before gives it."), CARRIED]
RecordingId = Annotated[SessionId, Field(validation_alias=AliasChoices("id", "session_id", "session_recording_id"))]
"""A recording under the name `id`; the API's other two names for it are taken as well."""
P = TypeVar("P", bound=Params)
R = TypeVar("R", bound=Result)
Function = Callable[[P, ToolContext], Awaitable[R]]


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
