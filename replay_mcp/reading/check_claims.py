"""Checks claims about recordings, each of which is read once."""

from collections.abc import Sequence
from functools import partial
from typing import Final

import anyio

from replay_mcp.api.models import Recording
from replay_mcp.context import ToolContext
from replay_mcp.errors import RateLimited, ReplayError
from replay_mcp.progress import Progress
from replay_mcp.reading.listing import list_existing
from replay_mcp.reading.read_many import read_many
from replay_mcp.reading.read_recording import Reading
from replay_mcp.recording.claims.check import check
from replay_mcp.recording.claims.claim import Claim, Finding

_NOT_FOUND: Final = "No recording in this environment has this id."


async def check_claims(claims: Sequence[tuple[str, Claim]], context: ToolContext) -> list[Finding]:
    """Check claims, each given with the id of its recording; return the findings in their order.

    Raises:
        ReplayError: no recording could be read, for a reason that applies to all of them.
    """
    return await _Checking(claims, context).findings()


class _Checking:
    """The claims of one call and what was found of them."""

    def __init__(self, claims: Sequence[tuple[str, Claim]], context: ToolContext) -> None:
        self._claims = claims
        self._context = context
        self._ids = list(dict.fromkeys(id for id, _ in claims))
        self._progress = Progress.of(context, total=len(self._ids))
        self._found: dict[int, Finding] = {}

    async def findings(self) -> list[Finding]:
        unread = await self._progress.run(self._read())
        return [
            self._found.get(place) or Finding("not_shown", unread.get(id, _NOT_FOUND))
            for place, (id, _) in enumerate(self._claims)
        ]

    async def _read(self) -> dict[str, str]:
        """Read the recordings; return why existing ones were not read, by id."""
        ends = anyio.current_time() + self._context.timing.deadline
        existing = await list_existing(self._ids, self._context, seconds=self._context.timing.call)
        recordings = [*existing.values()]
        many = await read_many(
            recordings, self._context, seconds=ends - anyio.current_time(), on_read=self._check, on_done=self._report
        )
        if many.stopped_by is not None and not many.read:
            raise many.stopped_by
        stopped = many.stopped_by
        wait = stopped.next if isinstance(stopped, RateLimited) else "Call again with these claims."
        stop = f"The recording was not read. {stopped.why if stopped else ''} {wait}"
        unread = {id: f"The recording cannot be read. {error.why}" for id, error in many.failed.items()}
        return unread | dict.fromkeys(many.not_tried, stop)

    async def _check(self, recording: Recording, reading: Reading) -> None:
        for place, (id, claim) in enumerate(self._claims):
            if id == recording.id:
                check_claim = partial(check, claim, reading.timeline, whole=reading.stopped_by is None)
                threads = self._context.workload.threads
                self._found[place] = await anyio.to_thread.run_sync(check_claim, limiter=threads)

    async def _report(self, recording: Recording, failure: ReplayError | None) -> None:
        del failure
        await self._progress.complete(recording.id)
