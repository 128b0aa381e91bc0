"""Reading back what a change did, where the API's answer to it was lost."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from pydantic import BaseModel

from replay_mcp.api.endpoints import Endpoint
from replay_mcp.api.params import Request
from replay_mcp.context import ToolContext
from replay_mcp.errors import NotFound, OutcomeUnknown, ReplayError

READ_BACK_SECONDS: Final = 5.0
"""Time for reading back; with a call's own deadline it stays below the 60 seconds after which clients give up."""

_NOT_THERE: Final = "Read back just now, the change is not there; it may still come."

R = TypeVar("R", bound=BaseModel)


async def read_back(
    lost: OutcomeUnknown,
    endpoint: Endpoint[Any, R],
    request: Request,
    context: ToolContext,
    *,
    shows_change: Callable[[R], bool],
    check: str,
) -> R:
    """The object that was to be changed, if it shows the change.

    Args:
        lost: what was raised instead of the answer.
        endpoint: reads the object.
        request: names the object.
        context: what the tool works with.
        shows_change: whether the object is as it should be.
        check: what the caller should do if the object does not show the change.

    Raises:
        OutcomeUnknown: it does not show the change, which may still come, or it cannot be read; the cause is `NotFound`
            where there is no such object.
    """
    try:
        found = await context.api.call(endpoint, request, deadline=READ_BACK_SECONDS)
    except NotFound as error:
        raise OutcomeUnknown(f"{lost.why} {_NOT_THERE}", next=check) from error
    except ReplayError as error:
        raise OutcomeUnknown(f"{lost.why} Reading it back failed: {error.why}", next=check) from error
    if not shows_change(found):
        raise OutcomeUnknown(f"{lost.why} {_NOT_THERE}", next=check)
    return found
