"""Prompts that guide an agent from a question to a checked report. To add one, add a module and list it here."""

import difflib
from typing import Any, Final

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.prompts.base import Prompt, PromptArgument
from pydantic.fields import FieldInfo

from replay_mcp.context import ToolContext
from replay_mcp.errors import InvalidArguments
from replay_mcp.redaction import quoted
from replay_mcp.server.prompts.definition import WINDOWS, PromptDefinition
from replay_mcp.server.prompts.funnel_review import FUNNEL_REVIEW
from replay_mcp.server.prompts.investigate_sessions import INVESTIGATE_SESSIONS
from replay_mcp.server.prompts.release_check import RELEASE_CHECK
from replay_mcp.server.prompts.steps_to_reproduce import STEPS_TO_REPRODUCE
from replay_mcp.server.prompts.weekly_problem_report import WEEKLY_PROBLEM_REPORT
from replay_mcp.server.tool import validate_arguments

__all__ = ["PROMPTS", "WINDOWS", "add_prompts", "check_prompt"]

PROMPTS: Final[tuple[PromptDefinition[Any], ...]] = (
    INVESTIGATE_SESSIONS,
    STEPS_TO_REPRODUCE,
    FUNNEL_REVIEW,
    RELEASE_CHECK,
    WEEKLY_PROBLEM_REPORT,
)


def add_prompts(server: MCPServer[Any], tool_context: ToolContext) -> None:
    """Register the prompts; at permission level read they do not create playlists."""
    for definition in PROMPTS:
        server.add_prompt(_sdk_prompt(definition, tool_context))


def check_prompt(name: str, arguments: dict[str, str]) -> None:
    """Check a prompt's name and arguments.

    Raises:
        InvalidArguments: the prompt does not exist or its arguments are invalid; the message has the closest name.
    """
    params = {definition.name: definition.params for definition in PROMPTS}
    if name not in params:
        close = difflib.get_close_matches(name, params, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"the prompts are {', '.join(params)}."
        raise InvalidArguments(f"There is no prompt {quoted(repr(name))}; {hint}")
    validate_arguments(params[name], arguments)


def _sdk_prompt(definition: PromptDefinition[Any], tool_context: ToolContext) -> Prompt:
    curates = tool_context.permits("curate")

    async def text(**arguments: str) -> str:
        params = definition.params.model_validate(arguments)
        attached = await definition.attachment(params, tool_context) if definition.attachment else ""
        return "\n\n".join(filter(None, (definition.text(params, curates), attached)))

    fields: dict[str, FieldInfo] = definition.params.model_fields
    arguments = [
        PromptArgument(name=name, description=field.description, required=field.is_required())
        for name, field in fields.items()
    ]
    return Prompt(
        name=definition.name,
        title=definition.title,
        description=definition.description,
        arguments=arguments,
        fn=text,
        context_kwarg=None,
    )
