"""The `@tool` decorator, the base class of tool inputs, and argument types that several tools share."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from inspect import cleandoc, signature
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from replay_mcp.api.endpoints import Endpoint
from replay_mcp.api.types import CARRIED
from replay_mcp.context import ToolContext
from replay_mcp.settings import Permission
from replay_mcp.views.result import Result


class Params(BaseModel):
    """Base of a tool's input: flat and immutable; unknown arguments are rejected."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)


Detail = Annotated[Literal["concise", "full"], Field(description="full: adds the API's object.")]
Offset = Annotated[int, Field(ge=0, description="Rows to skip; from `next` of the previous page."), CARRIED]
View = Literal["", "shown", "app"]
"""See `ToolDefinition`."""
P = TypeVar("P", bound=Params)
R = TypeVar("R", bound=Result)
Function = Callable[[P, ToolContext], Awaitable[R]]


@dataclass(frozen=True, slots=True)
class ToolDefinition(Generic[P, R]):
    """A tool as data: everything that MCP lists, and its function.

    Attributes:
        level: the lowest permission level that allows it.
        uses: the endpoints that it may call, from which the required scopes follow.
        optional: further ones that it works without.
        idempotent: repeating the call with the same arguments has no further effect.
        destructive: no other tool can undo its effect.
        view: `shown` if clients that support MCP Apps show the result in the view, `app` if only the view may call the
            tool; empty for neither.
    """

    name: str
    title: str
    description: str
    level: Permission
    uses: tuple[Endpoint[Any, Any], ...]
    optional: tuple[Endpoint[Any, Any], ...]
    idempotent: bool
    destructive: bool
    params: type[P]
    result: type[R]
    function: Function[P, R]
    view: View = ""


def tool(
    *,
    title: str,
    level: Permission,
    uses: tuple[Endpoint[Any, Any], ...],
    optional: tuple[Endpoint[Any, Any], ...] = (),
    idempotent: bool = True,
    destructive: bool = False,
    view: View = "",
) -> Callable[[Function[P, R]], ToolDefinition[P, R]]:
    """Make a tool from `async def tool_name(params: SomeParams, context: ToolContext) -> SomeResult`.

    The tool's name is the function's name with dashes; its description, which models read, is the docstring.
    """

    def define(function: Function[P, R]) -> ToolDefinition[P, R]:
        hints: Mapping[str, Any] = {name: item.annotation for name, item in signature(function).parameters.items()}
        return ToolDefinition(
            name=function.__name__.replace("_", "-"),  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownArgumentType]
            title=title,
            description=" ".join(cleandoc(function.__doc__ or "").split()),
            level=level,
            uses=uses,
            optional=optional,
            idempotent=idempotent,
            destructive=destructive,
            params=hints["params"],
            result=signature(function).return_annotation,
            function=function,
            view=view,
        )

    return define
