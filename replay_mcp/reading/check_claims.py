"""Checks claims about recordings, each of which is read once."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Final

import anyio

from replay_mcp.api.models import Recording
from replay_mcp.context import ToolContext
from replay_mcp.errors import RateLimited, ReplayError
from replay_mcp.progress import Progress
from replay_mcp.reading.in_thread import in_thread
from replay_mcp.reading.listing import list_existing
from replay_mcp.reading.read_many import read_many
from replay_mcp.reading.read_recording import Reading, read_recording
from replay_mcp.recording.claims.check import check
from replay_mcp.recording.claims.claim import Claim, Finding
from replay_mcp.recording.claims.screen_search import ScreenSearch, needs_screens
from replay_mcp.recording.screen.moments import Moments

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
        self._ends = anyio.current_time() + context.timing.deadline

    async def findings(self) -> list[Finding]:
        unread = await self._progress.run(self._read())
        return [
            self._found.get(place) or Finding("not_shown", unread.get(id, _NOT_FOUND))
            for place, (id, _) in enumerate(self._claims)
        ]

    async def _read(self) -> dict[str, str]:
        """Read the recordings; return why existing ones were not read, by id."""
        ends = self._ends
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
        claims = [(place, claim) for place, (id, claim) in enumerate(self._claims) if id == recording.id]
        undecided: list[tuple[int, Claim]] = []
        for place, claim in claims:
            check_claim = partial(check, claim, reading.timeline, whole=reading.stopped_by is None)
            threads = self._context.workload.threads
            found = self._found[place] = await anyio.to_thread.run_sync(check_claim, limiter=threads)
            if needs_screens(claim, found):
                undecided.append((place, claim))
        if undecided:
            await self._check_screens(recording, undecided)

    async def _check_screens(self, recording: Recording, undecided: Sequence[tuple[int, Claim]]) -> None:
        """Decide claims by the screens of a recording, which are read only if rows do not decide.

        If they cannot be read in time, the findings by rows stay.
        """
        with suppress(ReplayError):
            await self._search_screens(recording, undecided)

    async def _search_screens(self, recording: Recording, undecided: Sequence[tuple[int, Claim]]) -> None:
        left = self._ends - anyio.current_time()
        reading = await read_recording(recording, self._context, deadline=left, with_screens=True)
        timeline, screens = reading.timeline, reading.screens
        if screens is None:
            return
        complete = reading.stopped_by is None and not timeline.coverage.gaps

        def search(expired: Callable[[], bool]) -> None:
            moments = Moments(timeline, screens, self._context.redaction, expired)  # claims share their screens
            for place, claim in undecided:
                found = ScreenSearch(claim, timeline, moments, complete=complete).finding(self._found[place])
                self._found[place] = found

        await in_thread(search, self._context, self._ends)

    async def _report(self, recording: Recording, failure: ReplayError | None) -> None:
        del failure
        await self._progress.complete(recording.id)
