"""Reads an object back to verify a change whose response was lost."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from pydantic import BaseModel

from replay_mcp.api.endpoints import Endpoint
from replay_mcp.api.params import ApiRequest
from replay_mcp.context import ToolContext
from replay_mcp.errors import NotFound, OutcomeUnknown, ReplayError

READ_BACK_SECONDS: Final = 5.0
"""Deadline for reading back; together with a call's own it stays below the 60 seconds after which clients time out."""

_NOT_VISIBLE: Final = "The change is not visible yet; it may still take effect."

R = TypeVar("R", bound=BaseModel)


async def read_back(
    lost: OutcomeUnknown,
    endpoint: Endpoint[Any, R],
    request: ApiRequest,
    context: ToolContext,
    *,
    shows_change: Callable[[R], bool],
    check: str,
) -> R:
    """Return the changed object, if it shows the change.

    Args:
        lost: the error raised for the lost response.
        endpoint: reads the object.
        request: identifies the object.
        context: the tool's context.
        shows_change: whether the object has the change.
        check: advice for the caller if the object does not show the change.

    Raises:
        OutcomeUnknown: the object does not show the change yet, or cannot be read; its cause is `NotFound` if it does
            not exist.
    """
    try:
        found = await context.api.call(endpoint, request, deadline=READ_BACK_SECONDS)
    except NotFound as error:
        raise OutcomeUnknown(f"{lost.why} {_NOT_VISIBLE}", next=check) from error
    except ReplayError as error:
        raise OutcomeUnknown(f"{lost.why} Reading it back failed: {error.why}", next=check) from error
    if not shows_change(found):
        raise OutcomeUnknown(f"{lost.why} {_NOT_VISIBLE}", next=check)
    return found
