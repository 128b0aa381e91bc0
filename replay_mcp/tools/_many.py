"""Doing one thing to many ids: in bulk where the API can, one by one where it cannot, and never losing count."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Final, Self

import anyio
from pydantic import Field

from replay_mcp.api.models import Success
from replay_mcp.api.types import BULK_PLAYLIST_ITEMS, SessionId
from replay_mcp.errors import (
    BadRequest,
    DeadlineExceeded,
    EnvironmentNotFound,
    Forbidden,
    MethodNotAllowed,
    NoSuchRoute,
    NotFound,
    RateLimited,
    ReplayError,
    ServerFault,
    Unauthenticated,
    Unreachable,
)

from ._tool import Replay, Result

CHUNK: Final = BULK_PLAYLIST_ITEMS
"""Ids per bulk request: what every build of every bulk route takes."""
DEADLINE_SECONDS: Final = 50.0
"""Time for all ids together; what was not reached by then is told."""

_MAX_REASON: Final = 150
_FAULTS_IN_A_ROW: Final = 3
"""So many server faults one after the other are the API's, not the ids': the rest is not tried."""

# These say something about the key, the environment or the connection: the next id would fail in the same way.
_HOPELESS: Final = (
    Unauthenticated,
    Forbidden,
    EnvironmentNotFound,
    NoSuchRoute,
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
    """Which ids are done; `complete` is false when any failed or was not reached."""

    complete: bool
    done: list[str] = Field(default=[])
    failed: list[FailedIds] = Field(default=[])
    not_tried: list[str] = Field(default=[], description="call again with these")
    stopped_by: str | None = Field(default=None, description="why the rest was not tried, and what to do")

    @classmethod
    def of(cls, outcome: "Outcome") -> Self:
        """Raises what stopped the work if nothing at all was done."""
        stop = outcome.stopped_by
        if stop is not None and not outcome.done and not outcome.failed:
            raise stop
        by_reason: dict[str, list[str]] = {}
        for id, why in outcome.failed.items():
            by_reason.setdefault(why[:_MAX_REASON], []).append(id)
        return cls(
            complete=not outcome.failed and not outcome.not_tried,
            done=outcome.done,
            failed=[FailedIds(ids=ids, why=why) for why, ids in by_reason.items()],
            not_tried=outcome.not_tried,
            stopped_by=f"{stop.why} {stop.next}" if stop else None,
        )


@dataclass
class Outcome:
    """What happened to each id, kept up to date while the work goes on."""

    not_tried: list[str]
    done: list[str] = field(default_factory=list[str])
    failed: dict[str, str] = field(default_factory=dict[str, str])
    stopped_by: ReplayError | None = None

    def settle(self, ids: Collection[str], failed: dict[str, str]) -> None:
        """Count `ids` as tried, those in `failed` as failed."""
        self.not_tried = [id for id in self.not_tried if id not in ids]
        self.done += [id for id in ids if id not in failed]
        self.failed |= failed


Bulk = Callable[[Sequence[str]], Awaitable[Collection[str] | None]]
"""Does it to at most `CHUNK` ids; gives the ids that failed, or None where the build has no bulk route."""
Single = Callable[[str], Awaitable[object]]


async def each(
    ids: Sequence[str], replay: Replay, *, single: Single, bulk: Bulk, deadline: float = DEADLINE_SECONDS
) -> Outcome:
    """Do it to every id, in order: one id by `single`, more by `bulk` in chunks, by `single` where bulk fails.

    Stops at the first failure that would repeat for every id, and at the deadline; never raises for those.
    """
    distinct = list(dict.fromkeys(ids))
    outcome = Outcome(not_tried=distinct.copy())
    in_bulk = len(distinct) > 1
    with anyio.move_on_after(deadline) as scope:
        for start in range(0, len(distinct), CHUNK):
            chunk = distinct[start : start + CHUNK]
            try:
                in_bulk = in_bulk and await _bulk(chunk, outcome, bulk)
                await _singles([id for id in chunk if id in outcome.not_tried], outcome, single)
            except ReplayError as error:
                outcome.stopped_by = error
                break
            await replay.conversation.progress(start + len(chunk), len(distinct), "recordings")
    if scope.cancelled_caught:
        outcome.stopped_by = DeadlineExceeded(
            f"{deadline:.0f} seconds were not enough.", next="Call again with the ids in not_tried."
        )
    return outcome


async def _bulk(chunk: Sequence[str], outcome: Outcome, bulk: Bulk) -> bool:
    """Whether bulk works on this build; ids that stay untried are for the single route."""
    try:
        failed = await bulk(chunk)
    except (MethodNotAllowed, NotFound, NoSuchRoute):
        return False
    except (BadRequest, ServerFault):
        return True  # one id may have spoilt the chunk: the single route tells which
    if failed is None:
        return False
    outcome.settle(chunk, {id: "The API could not do it; no reason given." for id in chunk if id in failed})
    return True


async def _singles(ids: Sequence[str], outcome: Outcome, single: Single) -> None:
    faults = 0
    for id in ids:
        try:
            await single(id)
        except _HOPELESS:
            raise
        except ReplayError as error:
            # Refused or not found at the very first id means the playlist, not the id: nothing was done yet.
            if isinstance(error, BadRequest | NotFound) and not (outcome.done or outcome.failed):
                raise
            outcome.settle([id], {id: error.why})
            faults = faults + 1 if isinstance(error, ServerFault) else 0
            if faults == _FAULTS_IN_A_ROW:
                raise
        else:
            outcome.settle([id], {})
            faults = 0


def check_success(answer: Success) -> None:
    """Take `"success": false` for the failure that it says.

    Raises:
        ServerFault: the API answered so, with a success status.
    """
    if not answer.success:
        raise ServerFault("The API said that it did not succeed.", status=200)
