"""Checks that conditions compare no part of a value that results mask."""

from collections.abc import Iterable

from replay_mcp.context import ToolContext
from replay_mcp.reading.what_exists import SearchWindow, seen_values
from replay_mcp.redaction import quoted, visible
from replay_mcp.tools._conditions import PropertyCondition

_ENDING = "compare whole values with exact"


async def masked_values(
    conditions: Iterable[PropertyCondition], window: SearchWindow, context: ToolContext
) -> str | None:
    """Why a condition finds nothing: results mask values of its property, and it compares parts of them.

    A condition whose values are not known is refused as well.
    """
    if context.redaction.level == "off":
        return None
    for condition in conditions:
        if not condition.may_be_masked:
            continue
        key = quoted(repr(condition.key))
        seen = await seen_values(condition.property_name, window, context)
        if seen is None:
            return f"where finds nothing here: whether values of {key} are masked is not known; {_ENDING}."
        if any(context.redaction.text(each.value, len(each.value) + 1) != visible(each.value) for each in seen):
            return f"where finds nothing here: some values of {key} are masked; {_ENDING}."
    return None
