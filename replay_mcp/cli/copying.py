"""Copying recordings over the API into a local store, within the rate limits.

Of each recording the metadata come first: one that is in the store as it is takes no request for snapshots. All its
snapshots go to a temporary file before anything is stored, in one transaction, so that no part of one is ever taken for
the whole.
"""

import sqlite3
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Final, TypeVar

import anyio

from replay_mcp.api.blocks import snapshot_requests
from replay_mcp.api.client import ApiClient
from replay_mcp.api.endpoints import RECORDINGS_LIST, RECORDINGS_RETRIEVE, SNAPSHOT_SOURCES, SNAPSHOTS
from replay_mcp.api.models import Recording
from replay_mcp.api.params import RecordingPath, SnapshotsRead
from replay_mcp.api.plan import RatePlan
from replay_mcp.api.rates import HOUR_MS, Tier
from replay_mcp.errors import DeadlineExceeded, MalformedResponse, RateLimited, Unreachable, UnreadableRecording
from replay_mcp.local.bringing_in import BroughtIn, bring_in, person_data, stored_until
from replay_mcp.local.store.accounts import Team
from replay_mcp.local.store.clock import Clock, now_ms, to_ms
from replay_mcp.local.store.ingest import MAX_RECORDING_BYTES, RecordingData
from replay_mcp.recording.rrweb.files import RecordedLines
from replay_mcp.tools._filters import RecordingFilters

PAGE: Final = 100
"""Recordings that are listed at a time."""
STREAM_SECONDS: Final = 300.0
"""Time for one request of up to 21 blocks."""
FETCHES: Final = 3
"""How often blocks are asked for whose answer breaks off."""
REFUSALS: Final = 5
"""So often in a row a request may be refused for its rate."""
SAME_MS: Final = 1_000
"""A recording that ended at most so much later than its copy is the same: PostHog's clock for it may be coarser."""
_LONGEST_WAIT: Final = HOUR_MS / 1000 + 60
"""PostHog's longest window, and a little; who is told to wait longer may come back later."""
_READ_BYTES: Final = 256 * 1024

T = TypeVar("T")
Tell = Callable[[str], None]
"""Shows what is going on."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A recording to copy, with its metadata where a list told them."""

    id: str
    listed: Recording | None = None


class Copier:
    """Copies recordings of one PostHog environment into one of the store.

    Args:
        api: of PostHog.
        db: a connection of one's own.
        team: the environment that gets them.
        limited: whether the host is PostHog Cloud, whose limits are kept; elsewhere refusals are waited out.
        clock: seconds, monotonic.
        now: epoch milliseconds.
        wait: waits so many seconds.
    """

    def __init__(
        self,
        api: ApiClient,
        db: sqlite3.Connection,
        team: Team,
        *,
        limited: bool,
        clock: Callable[[], float] = time.monotonic,
        now: Clock = now_ms,
        wait: Callable[[float], Awaitable[None]] = anyio.sleep,
    ) -> None:
        self._api = api
        self._db = db
        self._team = team
        self._wait = wait
        self._now = now
        tier: Tier | None = "paid" if limited else None
        self._snapshots = RatePlan(tier, clock)
        self._lists = RatePlan(tier, clock)
        self._metadata = RatePlan(None, clock)

    async def find(self, filters: RecordingFilters, limit: int, tell: Tell = lambda _: None) -> list[Wanted]:
        """The newest recordings that the filters choose.

        Raises:
            ReplayError: they could not be listed.
        """
        found: dict[str, Wanted] = {}
        after: str | None = None
        offset: int | None = None
        while len(found) < limit:
            request = filters.request(
                limit=min(PAGE, limit), after=after, offset=offset, order="start_time", order_direction="DESC"
            )
            page = await self._paced(self._lists, tell, lambda r=request: self._api.call(RECORDINGS_LIST, r))
            before = len(found)
            found |= {recording.id: Wanted(recording.id, recording) for recording in page.results}
            if not page.more or (len(found) == before and not page.unreadable):
                break
            # Builds without cursors page by offset.
            after = page.next_cursor
            offset = None if after else (offset or 0) + len(page.results) + page.unreadable
        return list(found.values())[:limit]

    async def copy(self, wanted: Wanted, tell: Tell = lambda _: None) -> BroughtIn:
        """Copy one recording, unless the store has it as it is.

        Raises:
            Gone: it was deleted.
            NotFound: there is no such recording.
            RateLimited: for longer than can be waited.
            UnreadableRecording: there is no data of it (any more), or too much.
            ReplayError: it could not be read.
        """
        if wanted.listed and (known := self._known(wanted.listed)):
            return known
        path = RecordingPath(id=wanted.id)
        recording = await self._paced(self._metadata, tell, lambda: self._api.call(RECORDINGS_RETRIEVE, path))
        if known := self._known(recording):
            return known
        sources = (await self._paced(self._snapshots, tell, lambda: self._api.call(SNAPSHOT_SOURCES, path))).sources
        requests = snapshot_requests(recording.id, sources)
        if not requests:
            raise UnreadableRecording("PostHog has no snapshot data of it; it may have expired, or be on its way.")
        with tempfile.TemporaryFile(prefix="replay-mcp-") as file:
            for place, request in enumerate(requests, 1):
                tell(f"{recording.id} {place}/{len(requests)}")
                await self._fetch(request, file, tell)
            file.seek(0)
            # Not in a thread: who interrupts is to know what is in.
            return self._store(recording, file)

    async def _fetch(self, request: SnapshotsRead, file: IO[bytes], tell: Tell) -> None:
        begin = file.tell()

        async def stream() -> None:
            file.seek(begin)
            file.truncate()
            async with self._api.stream(SNAPSHOTS, request, deadline=STREAM_SECONDS) as chunks:
                async for chunk in chunks:
                    file.write(chunk)
                    if file.tell() > MAX_RECORDING_BYTES:
                        raise UnreadableRecording(f"It has more than {MAX_RECORDING_BYTES // 2**20} MiB.")
            file.write(b"\n")  # bodies end without a line feed

        for fetch in range(1, FETCHES + 1):
            try:
                return await self._paced(self._snapshots, tell, stream)
            except (Unreachable, DeadlineExceeded, MalformedResponse):
                if fetch == FETCHES:
                    raise
        raise AssertionError("the last fetch returns or raises")

    def _store(self, recording: Recording, file: IO[bytes]) -> BroughtIn:
        person = person_data(recording.person)
        data = RecordingData(
            session_id=recording.id,
            distinct_id=recording.distinct_id or next(iter(person.distinct_ids if person else ()), recording.id),
            lines=RecordedLines(_chunks(file)),
            person=person,
            snapshot_source=recording.snapshot_source or "web",
            snapshot_library=recording.snapshot_library,
        )
        days = recording.retention_period_days
        return bring_in(
            self._db,
            self._team,
            data,
            started=_ms(recording.start_time),
            retention_days=None if days is None else int(days),
            now=self._now(),
        )

    def _known(self, recording: Recording) -> BroughtIn | None:
        """What there is to say of a recording that the store has as it is."""
        known = stored_until(self._db, self._team, recording.id)
        if known is None:
            return None
        if known.deleted:
            return BroughtIn(recording.id, "deleted", None)
        end = _ms(recording.end_time)
        if end is None or end > known.end_time + SAME_MS:
            return None
        return BroughtIn(recording.id, "unchanged", _ms(recording.start_time))

    async def _paced(self, plan: RatePlan, tell: Tell, send: Callable[[], Awaitable[T]]) -> T:
        """Send a request when the plan allows one; when it is refused for its rate, send it again later.

        Raises:
            RateLimited: it is refused for too long, or too often.
        """
        for refusal in range(1, REFUSALS + 1):
            while (seconds := plan.ready_in(1)) > 0:
                tell(f"PostHog's rate limit: {seconds:.0f} s to wait")
                await self._wait(min(seconds, 1.0))
            try:
                with plan.request():
                    return await send()
            except RateLimited as error:
                if refusal == REFUSALS or (error.retry_after or 0) > _LONGEST_WAIT:
                    raise
        raise AssertionError("the last attempt returns or raises")


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(_READ_BYTES):
        yield chunk


def _ms(moment: datetime | None) -> int | None:
    return None if moment is None else to_ms(moment)
