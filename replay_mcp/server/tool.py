"""Tools as MCP serves them: arguments validated, failures told in one shape, results in one compact form."""

import dataclasses
import difflib
import logging
import re
from collections.abc import Iterable
from functools import cache, cached_property
from typing import Any, Final, cast, get_args

import orjson
from mcp.server.mcpserver.tools import Tool
from mcp.shared.exceptions import MCPError
from mcp.types import CallToolResult, InputRequiredResult, TextContent, ToolAnnotations
from pydantic import AliasChoices, BaseModel, PrivateAttr, ValidationError
from pydantic_core import ErrorDetails

from replay_mcp.context import ToolContext
from replay_mcp.errors import (
    DeadlineExceeded,
    InvalidArguments,
    NotPermitted,
    OutcomeUnknown,
    ReplayError,
    ResultTooLarge,
)
from replay_mcp.redaction import visible
from replay_mcp.server.elicitation import AnyContext, McpConversation, QuestionAsked
from replay_mcp.server.schema import flat_schema
from replay_mcp.tools import Params, ToolDefinition
from replay_mcp.views.result import Result

MAX_RESULT_CHARACTERS: Final = 40_000
"""No result is longer; tools that can grow cut themselves earlier and say how to get the rest."""

_MAX_PROBLEMS: Final = 5
_MAX_QUOTED: Final = 80
_TARGETS: Final = ("id", "session_id", "session_recording_id", "short_id")

logger = logging.getLogger(__name__)


class ReplayTool(Tool):
    """A `ToolDefinition` on the services of one server, as the SDK registers it."""

    _definition: ToolDefinition[Any, Any] = PrivateAttr()
    _tool_context: ToolContext = PrivateAttr()

    @classmethod
    def serving(cls, definition: ToolDefinition[Any, Any], tool_context: ToolContext) -> "ReplayTool":
        """The tool as it is listed, with the flat input schema of its params model."""
        base = _sdk_tool()
        fields: dict[str, Any] = {name: getattr(base, name) for name in Tool.model_fields} | {
            "name": definition.name,
            "title": definition.title,
            "description": definition.description,
            "parameters": flat_schema(definition.params),
            "annotations": ToolAnnotations(
                title=definition.title,
                read_only_hint=definition.level == "read",
                destructive_hint=definition.destructive,
                idempotent_hint=definition.idempotent,
                open_world_hint=True,
            ),
        }
        served = cls(**fields)
        served._definition = definition
        served._tool_context = tool_context
        return served

    @property
    def permitted(self) -> bool:
        """Whether the server's permission level lists and runs this tool."""
        return self._tool_context.permits(self._definition.level)

    @cached_property
    def output_schema(self) -> dict[str, Any]:
        """The flat schema of the result model."""
        return flat_schema(self._definition.result)

    async def run(
        self, arguments: dict[str, Any], context: AnyContext, convert_result: bool = False
    ) -> CallToolResult | InputRequiredResult:
        """Validate, run and answer. Every failure, foreseen or not, is an `isError` result in one shape."""
        del convert_result  # the answer is always a finished result
        try:
            return await self._run(arguments, context)
        except QuestionAsked as asked:
            return asked.result
        except ReplayError as error:
            logger.info("%s failed: %s: %r", self.name, error.kind, error.why)
            return failure(self.name, error, arguments)
        except MCPError:
            raise
        except Exception:  # process edge: a crash must neither reach the model with its text nor end the server
            logger.exception("%s crashed", self.name)
            error = ReplayError("Replay MCP failed inside.", next="Look at the server's log and report what it says.")
            return failure(self.name, error, arguments)

    async def _run(self, arguments: dict[str, Any], context: AnyContext) -> CallToolResult:
        needed = self._definition.level
        if not self.permitted:
            raise NotPermitted(
                f"The server runs at permission level {self._tool_context.level!r}; this tool needs {needed!r}.",
                next=f"The person who runs the server can set REPLAY_MCP_PERMISSION={needed}.",
            )
        params = validated(self._definition.params, _tidied(arguments, self.parameters))
        tool_context = dataclasses.replace(self._tool_context, conversation=McpConversation(context))
        try:
            result: Result = await self._definition.function(params, tool_context)
        except DeadlineExceeded as error:
            if needed == "read" or error.next != DeadlineExceeded.default_next:
                raise
            # It read what it was to change; advice to ask for less makes no sense there.
            raise DeadlineExceeded(error.why, next="Nothing was changed; try again in a minute.") from error
        shown = result.model_dump(mode="json")
        text = orjson.dumps(shown).decode()
        if len(text) > MAX_RESULT_CHARACTERS:
            raise _too_large(len(text), wrote=needed != "read")
        return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=shown)


def failure(tool: str, error: ReplayError, arguments: dict[str, Any]) -> CallToolResult:
    """The one shape of a failed call: what failed, why, what to do next."""
    target = next((arguments[name] for name in _TARGETS if isinstance(arguments.get(name), str)), None)
    what = tool if target is None else f"{tool} {visible(repr(target), _MAX_QUOTED)}"
    became = "has an unknown outcome" if isinstance(error, OutcomeUnknown) else "failed"
    body = {"error": {"kind": error.kind, "what": f"{what} {became}", "why": error.why, "next": error.next}}
    return CallToolResult(content=[TextContent(type="text", text=orjson.dumps(body).decode())], is_error=True)


def _too_large(characters: int, *, wrote: bool) -> ResultTooLarge:
    if wrote:  # an error must not make a model do it twice
        why = f"The call was carried out, but its result has {characters} characters and cannot be shown."
        return ResultTooLarge(
            why, next="Do not repeat the call; look at the outcome with the matching get or list tool."
        )
    return ResultTooLarge(f"The result has {characters} characters; at most {MAX_RESULT_CHARACTERS} are shown.")


def _tidied(arguments: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Arguments as they were meant.

    Some clients fill in null, or "" where that is no value, for what the model left out, and some send lists and
    objects as JSON text.
    """
    fields: dict[str, dict[str, Any]] = schema["properties"]
    required: list[str] = schema.get("required", [])
    tidied: dict[str, Any] = {}
    for name, value in arguments.items():
        field = fields.get(name, {})
        absent = value is None or (value == "" and field.get("minLength", 0) > 0)
        if not (absent and name in fields and name not in required):
            tidied[name] = _unpacked(value, field.get("type")) if isinstance(value, str) else value
    return tidied


def _unpacked(text: str, wanted: str | None) -> Any:
    if wanted not in {"array", "object"}:
        return text
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        value = text
    if isinstance(value, list if wanted == "array" else dict):
        return cast(Any, value)
    return [text] if wanted == "array" else text  # one id where a list of ids belongs


@cache
def _sdk_tool() -> Tool:
    """What the SDK derives from a function, which is the same for every tool and takes 2 ms each time."""
    return Tool.from_function(_unused, structured_output=False)


def _unused() -> None:
    """Stands where the SDK wants a function; `ReplayTool.run` runs the definition's own."""


def validated(params: type[Params], arguments: dict[str, Any]) -> Params:
    """The arguments as the model has them.

    Raises:
        InvalidArguments: the schema refuses them; every problem is named, with the closest right name.
    """
    try:
        return params.model_validate(arguments)
    except ValidationError as error:
        details = error.errors(include_url=False)
    problems = [_problem(params, detail) for detail in details[:_MAX_PROBLEMS]]
    if len(details) > _MAX_PROBLEMS:
        problems.append(f"and {len(details) - _MAX_PROBLEMS} more")
    raise InvalidArguments("; ".join(problems))


def _problem(params: type[Params], detail: ErrorDetails) -> str:
    where = visible(".".join(str(part) for part in detail["loc"]), _MAX_QUOTED)
    match detail["type"]:
        case "extra_forbidden":
            names = _names(_owner(params, detail["loc"][:-1]))
            close = difflib.get_close_matches(str(detail["loc"][-1]), names, n=1, cutoff=0.5)
            hint = f"the closest that exists is {close[0]!r}" if close else f"it takes {', '.join(names) or 'none'}"
            return f"unknown argument {where!r}; {hint}"
        case "missing":
            return f"argument {where!r} is required"
        case _:
            said = detail["msg"].removeprefix("Value error, ").removeprefix("Input ")
            said = re.sub(r" after validation, not \d+$", "", said)
            got = visible(_quoted(detail["input"]), _MAX_QUOTED)
            return f"{where}: {said}, got {got}" if where else said


def _owner(params: type[BaseModel], path: Iterable[int | str]) -> type[BaseModel]:
    """The model of what stands at `path` in the arguments."""
    for name in path:
        if isinstance(name, str) and (field := params.model_fields.get(name)) is not None:
            pending: list[Any] = [field.annotation]
            while pending:
                part = pending.pop()
                if isinstance(part, type) and issubclass(part, BaseModel):
                    params = part
                    break
                pending += get_args(part)
    return params


def _quoted(value: Any) -> str:
    """The value as the caller wrote it: JSON."""
    try:
        return orjson.dumps(value).decode()
    except (orjson.JSONEncodeError, TypeError):
        return repr(value)


def _names(params: type[BaseModel]) -> list[str]:
    """Argument names as the schema lists them."""
    names: list[str] = []
    for name, field in params.model_fields.items():
        alias = field.validation_alias
        first = alias.choices[0] if isinstance(alias, AliasChoices) else alias
        names.append(first if isinstance(first, str) else name)
    return names
