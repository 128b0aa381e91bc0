"""Applies a change to many ids, in bulk requests or one by one, and reports the outcome for each id."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Final

import anyio

from replay_mcp.api.models import BulkAdded, BulkDeleted, Success
from replay_mcp.api.types import BULK_PLAYLIST_ITEMS
from replay_mcp.context import ToolContext
from replay_mcp.errors import (
    BadRequest,
    DeadlineExceeded,
    EnvironmentNotFound,
    Forbidden,
    MethodNotAllowed,
    NoSuchRoute,
    NotFound,
    OutcomeUnknown,
    RateLimited,
    Redirected,
    ReplayError,
    ServerFault,
    Unauthenticated,
    Unreachable,
)
from replay_mcp.progress import Progress
from replay_mcp.tools._bulk_results import BulkOutcome

CHUNK: Final = BULK_PLAYLIST_ITEMS
"""Ids per bulk request: the limit of the strictest bulk route in any build."""

_MIN_TIME_SHARE: Final = 0.04
"""Share of the deadline that must remain to send another request, because a timeout leaves its outcome unknown."""
_MAX_CONSECUTIVE_FAULTS: Final = 3
"""After this many consecutive server faults, the API itself is assumed to fail: the rest is not sent."""

# Errors about the key, the environment or the connection: the next id would fail in the same way.
_FATAL: Final = (
    Unauthenticated,
    Forbidden,
    EnvironmentNotFound,
    NoSuchRoute,
    Redirected,
    RateLimited,
    Unreachable,
    DeadlineExceeded,
)


@dataclass(frozen=True, slots=True)
class BulkChange:
    """The requests with which a tool changes recordings.

    Attributes:
        single: changes one id within the given seconds.
        bulk: changes at most `CHUNK` ids within the given seconds and returns those that failed, or None if the build
            has no bulk route; None for changes that have no such route in any build.
        confirmed: reads back which of the ids show the change; raises `ReplayError` on failure.
    """

    single: Callable[[str, float], Awaitable[object]]
    bulk: Callable[[Sequence[str], float], Awaitable[Collection[str] | None]] | None
    confirmed: Callable[[Sequence[str]], Awaitable[Collection[str]]]


async def change_all(
    ids: Sequence[str], context: ToolContext, change: BulkChange, *, deadline: float | None = None
) -> BulkOutcome:
    """Change all ids in order: a single id by `single`, several by `bulk` in chunks, or by `single` if bulk fails.

    A request that may have been carried out is not repeated. The operation stops without raising at the first failure
    that would repeat for every id, at the first lost response that cannot be read back, and at the deadline: so many
    seconds, or the tool call's own. The outcome lists the ids that were not sent by then.
    """
    deadline = context.timing.deadline if deadline is None else deadline
    distinct = list(dict.fromkeys(ids))
    operation = _Operation(
        change, BulkOutcome(not_tried=distinct.copy()), deadline, request_deadline=context.api.deadline
    )
    progress = Progress.of(context, total=len(distinct))
    await progress.run(_in_chunks(distinct, operation, progress))
    return operation.outcome


async def _in_chunks(ids: Sequence[str], operation: "_Operation", progress: Progress) -> None:
    in_bulk = len(ids) > 1
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        try:
            in_bulk = in_bulk and await operation.bulk(chunk)
            await operation.singles([id for id in chunk if id in operation.outcome.not_tried])
        except ReplayError as error:
            operation.outcome.stopped_by = error
            return
        await progress.complete(*chunk)


class _Operation:
    """The steps of `change_all`."""

    def __init__(self, change: BulkChange, outcome: BulkOutcome, deadline: float, *, request_deadline: float) -> None:
        self._change = change
        self._request_deadline = request_deadline
        self._deadline = deadline
        self._ends = anyio.current_time() + deadline
        self.outcome = outcome

    async def bulk(self, chunk: Sequence[str]) -> bool:
        """Change a chunk in bulk; return whether the build supports it. Ids left untried are for the single route."""
        try:
            failed = await self._change.bulk(chunk, self._seconds()) if self._change.bulk else None
        except OutcomeUnknown as lost:
            await self._read_back(chunk, lost)
            return True
        except (MethodNotAllowed, NotFound, NoSuchRoute):
            return False
        except BadRequest:
            return True  # one id may have invalidated the chunk: the single route finds out which
        except ServerFault as error:  # it may have failed midway
            confirmed = await self._confirmed(chunk)
            if confirmed is None:
                self.outcome.mark_unknown(chunk)
                raise OutcomeUnknown.of(error) from error
            self.outcome.settle(done=confirmed)
            return True
        if failed is None:
            return False
        why = "The API reported a failure without a reason."
        self.outcome.settle(
            done=[id for id in chunk if id not in failed], failed={id: why for id in chunk if id in failed}
        )
        return True

    async def singles(self, ids: Sequence[str]) -> None:
        """Change the ids one by one."""
        faults = 0
        for id in ids:
            fault = await self._single(id)
            faults = faults + 1 if fault else 0
            if fault and faults == _MAX_CONSECUTIVE_FAULTS:
                raise fault

    async def _single(self, id: str) -> ServerFault | None:
        """Change one id; return a server fault instead of raising it."""
        try:
            await self._change.single(id, self._seconds())
        except OutcomeUnknown as lost:
            await self._read_back([id], lost)
        except _FATAL:
            raise
        except ServerFault as error:
            self.outcome.settle(failed={id: error.why})
            return error
        except ReplayError as error:
            # At the first id, "refused" or "not found" is about the playlist, not the id: nothing was done yet.
            if isinstance(error, BadRequest | NotFound) and not (self.outcome.done or self.outcome.failed):
                raise
            self.outcome.settle(failed={id: error.why})
        else:
            self.outcome.settle(done=[id])
        return None

    async def _read_back(self, ids: Sequence[str], lost: OutcomeUnknown) -> None:
        """Find out which of the ids were changed by a request whose response was lost.

        Raises:
            OutcomeUnknown: not all of them show the change, so the rest must not be sent.
        """
        confirmed = await self._confirmed(ids) or []
        self.outcome.settle(done=confirmed)
        if unknown := [id for id in ids if id not in confirmed]:
            self.outcome.mark_unknown(unknown)
            raise lost

    async def _confirmed(self, ids: Sequence[str]) -> list[str] | None:
        """The ids that show the change; None if they cannot be read."""
        try:
            confirmed = await self._change.confirmed(ids)
        except ReplayError:
            return None
        return [id for id in ids if id in confirmed]

    def _seconds(self) -> float:
        """The deadline of the next request in seconds.

        Raises:
            DeadlineExceeded: too little time is left.
        """
        left = self._ends - anyio.current_time()
        if left < self._deadline * _MIN_TIME_SHARE:
            raise DeadlineExceeded(
                f"{self._deadline:.0f} seconds were not enough.", next="Call again with the ids in not_tried."
            )
        return min(left, self._request_deadline)


def check_success(answer: Success) -> None:
    """Check that a response with a success status reports success.

    Raises:
        ServerFault: the response has `"success": false`.
        OutcomeUnknown: the response contains an error.
    """
    if not answer.success:
        raise ServerFault("The API reported that the request did not succeed.", status=200)
    if "success" not in answer.model_fields_set and {"detail", "error"} & (answer.model_extra or {}).keys():
        raise OutcomeUnknown("The API's response does not say whether the request succeeded.")


def lacks_bulk(answer: BulkAdded | BulkDeleted) -> bool:
    """Whether the response is of a build without the bulk route, which took the route's name for a recording id.

    Raises:
        OutcomeUnknown: the response has neither `success` nor the number of requested ids.
    """
    check_success(answer)
    if answer.total_requested is None and "success" not in answer.model_fields_set:
        raise OutcomeUnknown("The API's response does not say what was done.")
    return answer.total_requested is None
