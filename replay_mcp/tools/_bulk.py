"""Doing one thing to many ids: in bulk where the API can, one by one where it cannot, and never losing count."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Final, Self

import anyio
from pydantic import Field

from replay_mcp.api.models import BulkAdded, BulkDeleted, Success
from replay_mcp.api.types import BULK_PLAYLIST_ITEMS, SessionId
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
from replay_mcp.views.result import Result

CHUNK: Final = BULK_PLAYLIST_ITEMS
"""Ids per bulk request: what every build of every bulk route takes."""
DEADLINE_SECONDS: Final = 50.0
"""Time for all ids together; ids that are not sent by then are named."""

_LEAST_SHARE: Final = 0.04
"""The share of the time that must be left for another request: one that is cut off has an unknown outcome."""
_MAX_REASON: Final = 150
_FAULTS_IN_A_ROW: Final = 3
"""So many server faults one after the other are the API's, not the ids': the rest is not sent."""

# These say something about the key, the environment or the connection: the next id would fail in the same way.
_HOPELESS: Final = (
    Unauthenticated,
    Forbidden,
    EnvironmentNotFound,
    NoSuchRoute,
    Redirected,
    RateLimited,
    Unreachable,
    DeadlineExceeded,
)

RecordingIds = Annotated[
    list[SessionId], Field(min_length=1, max_length=100, description="1 to 100 recording ids; repeats count once.")
]


class FailedIds(Result):
    """Ids that failed for one reason."""

    ids: list[str]
    why: str


class ManyResult(Result):
    """What became of each id; `complete` is true when all are done."""

    complete: bool
    done: list[str] = Field(default=[])
    failed: list[FailedIds] = Field(default=[])
    unknown: list[str] = Field(default=[], description="sent, but the answer was lost: it may have happened")
    check: str | None = Field(default=None, description="how to check the unknown ids")
    not_tried: list[str] = Field(default=[], description="nothing was done to these; call again with them")
    stopped_by: str | None = Field(default=None, description="why the rest was not tried, and what to do")

    @classmethod
    def of(cls, outcome: "Outcome", check: str) -> Self:
        """The result; `check` says how to find out about ids whose outcome is unknown.

        Raises:
            ReplayError: what stopped the work, if nothing was done before it.
        """
        stop = outcome.stopped_by
        if stop is not None and not (outcome.done or outcome.failed or outcome.unknown):
            raise stop
        by_reason: dict[str, list[str]] = {}
        for id, why in outcome.failed.items():
            by_reason.setdefault(why[:_MAX_REASON], []).append(id)
        return cls(
            complete=not (outcome.failed or outcome.unknown or outcome.not_tried),
            done=outcome.done,
            failed=[FailedIds(ids=ids, why=why) for why, ids in by_reason.items()],
            unknown=outcome.unknown,
            check=check if outcome.unknown else None,
            not_tried=outcome.not_tried,
            stopped_by=_words(stop) if stop else None,
        )


def _words(stop: ReplayError) -> str:
    return stop.why if isinstance(stop, OutcomeUnknown) else f"{stop.why} {stop.next}"


@dataclass
class Outcome:
    """What happened to each id, kept up to date while the work goes on."""

    not_tried: list[str]
    done: list[str] = field(default_factory=list[str])
    failed: dict[str, str] = field(default_factory=dict[str, str])
    unknown: list[str] = field(default_factory=list[str])
    stopped_by: ReplayError | None = None

    def settle(self, *, done: Collection[str] = (), failed: dict[str, str] | None = None) -> None:
        """Count ids as done, or as failed for a reason."""
        self.done += done
        self.failed |= failed or {}
        self._leave_out({*done, *(failed or ())})

    def lose(self, ids: Collection[str]) -> None:
        """Count ids as sent without a clear answer."""
        self.unknown += ids
        self._leave_out({*ids})

    def _leave_out(self, ids: set[str]) -> None:
        self.not_tried = [id for id in self.not_tried if id not in ids]


@dataclass(frozen=True, slots=True)
class Change:
    """How a tool changes recordings.

    Attributes:
        single: changes one id within so many seconds.
        bulk: changes at most `CHUNK` ids within so many seconds and returns those that failed, or None where the build
            has no bulk route.
        confirmed: reads back which of the ids show the change; raises `ReplayError` where it cannot.
    """

    single: Callable[[str, float], Awaitable[object]]
    bulk: Callable[[Sequence[str], float], Awaitable[Collection[str] | None]]
    confirmed: Callable[[Sequence[str]], Awaitable[Collection[str]]]


async def each(
    ids: Sequence[str], context: ToolContext, change: Change, *, deadline: float = DEADLINE_SECONDS
) -> Outcome:
    """Change every id, in order: one id by `single`, more by `bulk` in chunks, by `single` where bulk is refused.

    Nothing is sent twice that may have been carried out. Stops at the first failure that would repeat for every id, at
    the first lost answer that reading back does not make up for, and at the deadline; never raises for those.
    """
    distinct = list(dict.fromkeys(ids))
    work = _Work(change, Outcome(not_tried=distinct.copy()), deadline, at_most=context.api.deadline)
    in_bulk = len(distinct) > 1
    for start in range(0, len(distinct), CHUNK):
        chunk = distinct[start : start + CHUNK]
        try:
            in_bulk = in_bulk and await work.bulk(chunk)
            await work.singles([id for id in chunk if id in work.outcome.not_tried])
        except ReplayError as error:
            work.outcome.stopped_by = error
            break
        await context.conversation.progress(start + len(chunk), len(distinct), "recordings")
    return work.outcome


class _Work:
    """The steps of `each`."""

    def __init__(self, change: Change, outcome: Outcome, deadline: float, *, at_most: float) -> None:
        self._change = change
        self._at_most = at_most
        self._deadline = deadline
        self._ends = anyio.current_time() + deadline
        self.outcome = outcome

    async def bulk(self, chunk: Sequence[str]) -> bool:
        """Whether bulk works on this build; ids that stay untried are for the single route."""
        try:
            failed = await self._change.bulk(chunk, self._seconds())
        except OutcomeUnknown as lost:
            await self._lost(chunk, lost)
            return True
        except (MethodNotAllowed, NotFound, NoSuchRoute):
            return False
        except BadRequest:
            return True  # one id may have spoilt the chunk: the single route finds out which
        except ServerFault as error:  # it may have failed midway
            confirmed = await self._confirmed(chunk)
            if confirmed is None:
                self.outcome.lose(chunk)
                raise OutcomeUnknown.of(error) from error
            self.outcome.settle(done=confirmed)
            return True
        if failed is None:
            return False
        why = "The API could not do it; no reason given."
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
            if fault and faults == _FAULTS_IN_A_ROW:
                raise fault

    async def _single(self, id: str) -> ServerFault | None:
        """Change one id; a server fault is returned."""
        try:
            await self._change.single(id, self._seconds())
        except OutcomeUnknown as lost:
            await self._lost([id], lost)
        except _HOPELESS:
            raise
        except ServerFault as error:
            self.outcome.settle(failed={id: error.why})
            return error
        except ReplayError as error:
            # Refused or not found at the very first id means the playlist, not the id: nothing was done yet.
            if isinstance(error, BadRequest | NotFound) and not (self.outcome.done or self.outcome.failed):
                raise
            self.outcome.settle(failed={id: error.why})
        else:
            self.outcome.settle(done=[id])
        return None

    async def _lost(self, ids: Sequence[str], lost: OutcomeUnknown) -> None:
        """Settle ids whose answer was lost.

        Raises:
            OutcomeUnknown: reading back does not show the change for all of them, so the rest must not be sent.
        """
        confirmed = await self._confirmed(ids) or []
        self.outcome.settle(done=confirmed)
        if open := [id for id in ids if id not in confirmed]:
            self.outcome.lose(open)
            raise lost

    async def _confirmed(self, ids: Sequence[str]) -> list[str] | None:
        """The ids that show the change; None if that cannot be read."""
        try:
            confirmed = await self._change.confirmed(ids)
        except ReplayError:
            return None
        return [id for id in ids if id in confirmed]

    def _seconds(self) -> float:
        """Seconds for the next request.

        Raises:
            DeadlineExceeded: too few are left.
        """
        left = self._ends - anyio.current_time()
        if left < self._deadline * _LEAST_SHARE:
            raise DeadlineExceeded(
                f"{self._deadline:.0f} seconds were not enough.", next="Call again with the ids in not_tried."
            )
        return min(left, self._at_most)


def check_success(answer: Success) -> None:
    """Check that a success status means a success.

    Raises:
        ServerFault: the API answered `"success": false`.
        OutcomeUnknown: the answer holds an error instead.
    """
    if not answer.success:
        raise ServerFault("The API said that it did not succeed.", status=200)
    if "success" not in answer.model_fields_set and {"detail", "error"} & (answer.model_extra or {}).keys():
        raise OutcomeUnknown("The API's answer does not say whether it succeeded.")


def lacks_bulk(answer: BulkAdded | BulkDeleted) -> bool:
    """Whether a build without the bulk route answered, having taken the route's name for a recording's id.

    Raises:
        OutcomeUnknown: the answer says neither that nor how many were asked for.
    """
    check_success(answer)
    if answer.total_requested is None and "success" not in answer.model_fields_set:
        raise OutcomeUnknown("The API's answer does not say what it did.")
    return answer.total_requested is None
