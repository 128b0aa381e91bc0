"""Tools as served over MCP: validated arguments, uniform error results, compact JSON results."""

import dataclasses
import difflib
import logging
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, cached_property, partial
from typing import Any, Final, get_args

import orjson
from mcp.server.mcpserver.tools import Tool
from mcp.shared.exceptions import MCPError
from mcp.types import (
    CallToolResult,
    InputRequiredResult,
    TextContent,
    ToolAnnotations,
)
from pydantic import AliasChoices, BaseModel, PrivateAttr, ValidationError
from pydantic_core import ErrorDetails

from replay_mcp import exact_json
from replay_mcp.api.types import INTEGER_RANGE
from replay_mcp.client.request_count import requests_counted
from replay_mcp.context import ToolContext
from replay_mcp.errors import (
    DeadlineExceeded,
    InvalidArguments,
    NotPermitted,
    OutcomeUnknown,
    ReplayError,
    ResultTooLarge,
)
from replay_mcp.redaction import quoted
from replay_mcp.redaction.secrets import KeyMask
from replay_mcp.server.arguments import normalized
from replay_mcp.server.audit import AuditLog
from replay_mcp.server.confirmations import Seals
from replay_mcp.server.content import content_of
from replay_mcp.server.elicitation import AnyContext, InputRequired, McpConversation
from replay_mcp.server.listed_tools import ListedTool
from replay_mcp.server.view import view_meta
from replay_mcp.tools import Params, ToolDefinition, tool_definition, with_exact_ids
from replay_mcp.views.result import Result

MAX_RESULT_CHARACTERS: Final = 40_000
"""Maximum length of any result. Tools with long results truncate them earlier and say how to get the rest."""

MAX_VIEW_CHARACTERS: Final = 8_000_000
"""The same for what only the view in chat clients reads."""

_FOR_VIEW: Final = "This is data of the view."
_MAX_PROBLEMS: Final = 5
_CLOSE_ENOUGH: Final = 0.7
"""Similarity of a name that is suggested for an unknown one: less similar ones mean something else."""
_KEYS: Final = KeyMask()
_TARGETS: Final = ("id", "session_id", "session_recording_id", "short_id")

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CallOutcome:
    """How a call ended: the result, its kind for the audit log, and the result's JSON if the call succeeded."""

    result: CallToolResult | InputRequiredResult
    kind: str
    shown: dict[str, Any]


class ReplayTool(Tool):
    """A tool bound to the context of one server, as the SDK registers it.

    Its definition, with the models of its arguments and results, is loaded by the first call.
    """

    _listed: ListedTool = PrivateAttr()
    _tool_context: ToolContext = PrivateAttr()
    _definition: Callable[[], ToolDefinition[Any, Any]] = PrivateAttr()
    _audit: AuditLog | None = PrivateAttr(default=None)
    _seals: Seals = PrivateAttr()

    @classmethod
    def from_listing(
        cls,
        listed: ListedTool,
        tool_context: ToolContext,
        definition: ToolDefinition[Any, Any] | None = None,
        audit: AuditLog | None = None,
    ) -> "ReplayTool":
        """Build the tool that MCP lists. `definition`: of a tool that is not in this package."""
        base = _sdk_tool()
        fields: dict[str, Any] = {name: getattr(base, name) for name in Tool.model_fields} | {
            "name": listed.name,
            "title": listed.title,
            "description": listed.description,
            "parameters": listed.parameters,
            "annotations": ToolAnnotations(
                title=listed.title,
                read_only_hint=listed.level == "read",
                destructive_hint=listed.destructive,
                idempotent_hint=listed.idempotent,
                open_world_hint=True,
            ),
            "meta": view_meta(listed.view),
        }
        served = cls(**fields)
        served._listed = listed
        served._tool_context = tool_context
        served._audit = audit
        served._seals = Seals(tool_context.timing.confirmation)
        served._definition = partial(tool_definition, listed.name) if definition is None else lambda: definition
        return served

    @classmethod
    def from_definition(cls, definition: ToolDefinition[Any, Any], tool_context: ToolContext) -> "ReplayTool":
        """Build the tool of a definition that need not be in this package."""
        return cls.from_listing(ListedTool.from_definition(definition), tool_context, definition)

    @property
    def permitted(self) -> bool:
        """Whether the server's permission level allows this tool."""
        return self._tool_context.permits(self._listed.level)

    @cached_property
    def output_schema(self) -> dict[str, Any]:
        """The flat schema of the result model."""
        return self._listed.output_schema

    async def run(
        self, arguments: dict[str, Any], context: AnyContext, convert_result: bool = False
    ) -> CallToolResult | InputRequiredResult:
        """Validate the arguments and run the tool. Every failure, expected or not, becomes an `isError` result."""
        del convert_result  # the result needs no conversion
        kind, shown = "cancelled", dict[str, Any]()
        with requests_counted() as requests:
            try:
                outcome = await self._outcome(arguments, context)
                kind, shown = outcome.kind, outcome.shown
            finally:
                self._tool_context.workload.ended(kind, requests.sent)
                if self._audit is not None and self._listed.level != "read":
                    self._audit.record(self.name, kind, requests.sent, arguments, shown, shown.get("playlist", {}))
        return outcome.result

    async def _outcome(self, arguments: dict[str, Any], context: AnyContext) -> "CallOutcome":
        try:
            result = await self._run(arguments, context)
        except InputRequired as question:
            return CallOutcome(question.result, "asked", {})
        except ReplayError as error:
            # The reason quotes wrong arguments, which may contain anything.
            why = "" if isinstance(error, InvalidArguments) else f": {error.why!r}"
            logger.info("%s failed: %s%s", self.name, error.kind, why)
            return CallOutcome(error_result(self.name, error, arguments), error.kind, {})
        except MCPError:
            raise
        except Exception:  # process edge: a crash must not end the server, and its text must not reach the model
            logger.exception("%s crashed", self.name)
            error = ReplayError("Internal error in Replay MCP.", next="Check the server's log and report the error.")
            return CallOutcome(error_result(self.name, error, arguments), error.kind, {})
        shown: dict[str, Any] = result.structured_content or {}
        return CallOutcome(result, "incomplete" if shown.get("complete") is False else "done", shown)

    async def _run(self, arguments: dict[str, Any], context: AnyContext) -> CallToolResult:
        needed = self._listed.level
        if not self.permitted:
            raise NotPermitted(
                f"The server runs at permission level {self._tool_context.level!r}; this tool needs {needed!r}.",
                next=f"The person who runs the server can set REPLAY_MCP_PERMISSION={needed}.",
            )
        definition = self._definition()
        params = validate_arguments(definition.params, normalized(arguments, self.parameters))
        tool_context = dataclasses.replace(self._tool_context, conversation=McpConversation(context, self._seals))
        try:
            params = await with_exact_ids(params, tool_context, short=not definition.destructive)
            result: Result = await definition.function(params, tool_context)
        except DeadlineExceeded as error:
            if needed == "read" or error.next != DeadlineExceeded.default_next:
                raise
            # Only the read before the change timed out; the default advice to ask for less does not apply.
            raise DeadlineExceeded(error.why, next="Nothing was changed; try again in a minute.") from error
        shown = result.model_dump(mode="json")
        text = exact_json.dumps(shown).decode()
        if self._listed.view == "app":
            return _for_view(shown, len(text))
        if len(text) > MAX_RESULT_CHARACTERS:
            raise _too_large(len(text), wrote=needed != "read")
        return CallToolResult(content=content_of(text, result.picture), structured_content=shown)


def error_result(tool: str, error: ReplayError, arguments: dict[str, Any]) -> CallToolResult:
    """Build the result of a failed call: what failed, why, and what to do next."""
    target = next((arguments[name] for name in _TARGETS if isinstance(arguments.get(name), str)), None)
    what = tool if target is None else f"{tool} {quoted(repr(target))}"
    outcome = "has an unknown outcome" if isinstance(error, OutcomeUnknown) else "failed"
    texts = {"what": f"{what} {outcome}", "why": error.why, "next": error.next}
    body = {"error": {"kind": error.kind} | {name: _KEYS.text(text) for name, text in texts.items()}}
    return CallToolResult(content=[TextContent(type="text", text=orjson.dumps(body).decode())], is_error=True)


def _for_view(shown: dict[str, Any], characters: int) -> CallToolResult:
    """The result of a tool that only the view calls. Should a model read it, the text is short."""
    if characters > MAX_VIEW_CHARACTERS:
        raise ResultTooLarge(f"The page has {characters} characters; the limit is {MAX_VIEW_CHARACTERS}.")
    return CallToolResult(content=content_of(shown.get("note", _FOR_VIEW), None), structured_content=shown)


def _too_large(characters: int, *, wrote: bool) -> ResultTooLarge:
    if wrote:  # the error must not make a model repeat the change
        why = f"The call was carried out, but its result has {characters} characters and cannot be shown."
        return ResultTooLarge(
            why, next="Do not repeat the call; read the outcome with the corresponding get or list tool."
        )
    return ResultTooLarge(f"The result has {characters} characters; the limit is {MAX_RESULT_CHARACTERS}.")


@cache
def _sdk_tool() -> Tool:
    """A tool built by the SDK. All tools share its derived fields, which take 2 ms to compute."""
    return Tool.from_function(_unused, structured_output=False)


def _unused() -> None:
    """Placeholder for the SDK; `ReplayTool.run` calls the definition's function instead."""


def validate_arguments(params: type[Params], arguments: dict[str, Any]) -> Params:
    """Validate arguments against a params model.

    Raises:
        InvalidArguments: the model rejects them; the message lists the problems, with the closest valid names.
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
    where = quoted(".".join(str(part) for part in detail["loc"]))
    match detail["type"]:
        case "extra_forbidden":
            names = _names(_owner(params, detail["loc"][:-1]))
            close = difflib.get_close_matches(str(detail["loc"][-1]), names, n=1, cutoff=_CLOSE_ENOUGH)
            hint = f"did you mean {close[0]!r}?" if close else f"valid arguments: {', '.join(names) or 'none'}"
            return f"unknown argument {where!r}; {hint}"
        case "missing":
            return f"argument {where!r} is required"
        case "string_unicode":
            return f"{where}: a text must not contain a lone surrogate"
        case "int_parsing_size":  # a float, or a text, beyond 64 bits
            return f"{where}: {INTEGER_RANGE}, got {quoted(_as_json(detail['input']))}"
        case _:
            message = detail["msg"].removeprefix("Value error, ").removeprefix("Input ")
            message = re.sub(r" after validation, not \d+$", "", message)
            got = quoted(_as_json(detail["input"]))
            return f"{where}: {message}, got {got}" if where else message


def _owner(params: type[BaseModel], path: Iterable[int | str]) -> type[BaseModel]:
    """The model of the value at `path` in the arguments."""
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


def _as_json(value: Any) -> str:
    """The value as JSON, as the caller wrote it."""
    try:
        return exact_json.dumps(value).decode()
    except (orjson.JSONEncodeError, TypeError):
        return repr(value)


def _names(params: type[BaseModel]) -> list[str]:
    """Argument names as listed in the schema."""
    names: list[str] = []
    for name, field in params.model_fields.items():
        alias = field.validation_alias
        first = alias.choices[0] if isinstance(alias, AliasChoices) else alias
        names.append(first if isinstance(first, str) else name)
    return names
