"""Copying of recordings from PostHog into a local store, over the API and within its rate limits.

Metadata comes first: a recording that the store already has completely costs no snapshot request. All snapshots of a
recording are fetched into a temporary file before they are stored in one transaction, so that a partial copy never
passes for a complete one.
"""

import sqlite3
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Final, TypeVar

import anyio

from replay_mcp.api.blocks import snapshot_requests
from replay_mcp.api.endpoints import RECORDINGS_LIST, RECORDINGS_RETRIEVE, SNAPSHOT_SOURCES, SNAPSHOTS
from replay_mcp.api.models import Recording
from replay_mcp.api.params import RecordingPath, RecordingsList, SnapshotsRead
from replay_mcp.api.rates import HOUR_MS, Tier
from replay_mcp.client.client import ApiClient
from replay_mcp.client.plan import RatePlan
from replay_mcp.errors import (
    DeadlineExceeded,
    EnvironmentNotFound,
    Forbidden,
    MalformedResponse,
    NoSuchRoute,
    NotFound,
    RateLimited,
    ReplayError,
    Unauthenticated,
    Unreachable,
    UnreadableRecording,
)
from replay_mcp.local.store.accounts import Team
from replay_mcp.local.store.clock import Clock, now_ms, to_ms
from replay_mcp.local.store.ingest import MAX_RECORDING_BYTES, RecordingData
from replay_mcp.recording.rrweb.files import RecordedLines

from .import_recording import ImportedRecording, find_stored, import_recording, person_data
from .report import Advance, Report

PAGE: Final = 100
"""Recordings per page of the list."""
STREAM_SECONDS: Final = 300.0
"""Deadline of one request for up to 21 blocks."""
FETCH_ATTEMPTS: Final = 3
"""How often blocks are requested whose response breaks off."""
RATE_LIMIT_ATTEMPTS: Final = 5
"""How often a request is sent that PostHog refuses for its rate limit."""
SAME_END_MS: Final = 1_000
"""A recording whose end is at most this much later than its copy's is the same: PostHog's end time is coarser."""
_LONGEST_WAIT: Final = HOUR_MS / 1000 + 60
"""PostHog's longest rate limit window, with a margin. A longer wait ends the run."""
_READ_BYTES: Final = 256 * 1024
_MAX_UNREACHABLE: Final = 3
"""The run ends when this many recordings in a row fail because PostHog cannot be reached."""
_STOPS: Final = (Unauthenticated, Forbidden, EnvironmentNotFound, NoSuchRoute, RateLimited)
"""Errors of the key or the environment: the next recording would fail in the same way."""
_NOT_FOUND: Final = "PostHog has no such recording: it was not captured, expired, was deleted, or is another project's."

T = TypeVar("T")
OnStatus = Callable[[str], None]
"""Called with a short text that says what is in progress."""


@dataclass(frozen=True, slots=True)
class Source:
    """A recording to copy, with its metadata if it came from a list."""

    id: str
    listed: Recording | None = None


class Copier:
    """Copies recordings of one PostHog environment into one environment of a local store.

    Args:
        api: the client for PostHog.
        db: a connection for this copier alone.
        team: the environment that gets the recordings.
        limited: whether to keep within the rate limits of PostHog Cloud; elsewhere only refusals are waited out.
        clock: seconds, monotonic.
        now: epoch milliseconds.
        wait: waits a number of seconds.
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

    async def find(self, request: RecordingsList, limit: int, on_status: OnStatus = lambda _: None) -> list[Source]:
        """List the newest recordings that match the request, at most `limit`.

        Raises:
            ReplayError: they could not be listed.
        """
        found: dict[str, Source] = {}
        request = request.model_copy(
            update={"limit": min(PAGE, limit), "order": "start_time", "order_direction": "DESC"}
        )
        while len(found) < limit:
            page = await self._paced(self._lists, on_status, lambda r=request: self._api.call(RECORDINGS_LIST, r))
            before = len(found)
            found |= {recording.id: Source(recording.id, recording) for recording in page.results}
            if not page.more or (len(found) == before and not page.unreadable):
                break
            # Builds without cursors page by offset.
            after = page.next_cursor
            offset = None if after else (request.offset or 0) + len(page.results) + page.unreadable
            request = request.model_copy(update={"after": after, "offset": offset})
        return list(found.values())[:limit]

    async def copy(self, source: Source, on_status: OnStatus = lambda _: None) -> ImportedRecording:
        """Copy one recording, unless the store already has it completely.

        Raises:
            Gone: it was deleted.
            NotFound: PostHog has no such recording.
            RateLimited: PostHog refuses requests for longer than a run waits.
            UnreadableRecording: PostHog has no snapshot data of it, or too much.
            ReplayError: it could not be read.
        """
        if source.listed and (known := self._known(source.listed)):
            return known
        path = RecordingPath(id=source.id)
        recording = await self._paced(self._metadata, on_status, lambda: self._api.call(RECORDINGS_RETRIEVE, path))
        if known := self._known(recording):
            return known
        listing = await self._paced(self._snapshots, on_status, lambda: self._api.call(SNAPSHOT_SOURCES, path))
        requests = snapshot_requests(recording.id, listing.sources)
        if not requests:
            raise UnreadableRecording("PostHog has no snapshot data of it; it may have expired, or be on its way.")
        with tempfile.TemporaryFile(prefix="replay-mcp-") as file:
            for number, request in enumerate(requests, 1):
                on_status(f"{recording.id} {number}/{len(requests)}")
                await self._fetch(request, file, on_status)
            file.seek(0)
            # Not in a thread: an interrupt must not leave open whether the recording was stored.
            return self._store(recording, file)

    async def _fetch(self, request: SnapshotsRead, file: IO[bytes], on_status: OnStatus) -> None:
        begin = file.tell()

        async def stream() -> None:
            file.seek(begin)
            file.truncate()
            async with self._api.stream(SNAPSHOTS, request, deadline=STREAM_SECONDS) as chunks:
                async for chunk in chunks:
                    file.write(chunk)
                    if file.tell() > MAX_RECORDING_BYTES:
                        raise UnreadableRecording(f"It has more than {MAX_RECORDING_BYTES // 2**20} MiB.")
            file.write(b"\n")  # response bodies end without a line feed

        for attempt in range(1, FETCH_ATTEMPTS + 1):
            try:
                return await self._paced(self._snapshots, on_status, stream)
            except (Unreachable, DeadlineExceeded, MalformedResponse):
                if attempt == FETCH_ATTEMPTS:
                    raise
        raise AssertionError("the last attempt returns or raises")

    def _store(self, recording: Recording, file: IO[bytes]) -> ImportedRecording:
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
        return import_recording(
            self._db,
            self._team,
            data,
            started=_ms(recording.start_time),
            retention_days=None if days is None else int(days),
            now=self._now(),
        )

    def _known(self, recording: Recording) -> ImportedRecording | None:
        """Return the outcome for a recording that needs no copying; None if it does."""
        known = find_stored(self._db, self._team, recording.id)
        if known is None:
            return None
        if known.deleted:
            return ImportedRecording(recording.id, "deleted", None)
        end = _ms(recording.end_time)
        if end is None or end > known.end_time + SAME_END_MS:
            return None
        return ImportedRecording(recording.id, "unchanged", _ms(recording.start_time))

    async def _paced(self, plan: RatePlan, on_status: OnStatus, send: Callable[[], Awaitable[T]]) -> T:
        """Send a request as soon as the plan allows one; send it again later if PostHog refuses it for its rate.

        Raises:
            RateLimited: PostHog refuses it for too long or too often.
        """
        for attempt in range(1, RATE_LIMIT_ATTEMPTS + 1):
            while (seconds := plan.ready_in(1)) > 0:
                on_status(f"PostHog's rate limit: {seconds:.0f} s to wait")
                await self._wait(min(seconds, 1.0))
            try:
                with plan.request():
                    return await send()
            except RateLimited as error:
                if attempt == RATE_LIMIT_ATTEMPTS or (error.retry_after or 0) > _LONGEST_WAIT:
                    raise
        raise AssertionError("the last attempt returns or raises")


async def find_recordings(
    copier: Copier, request: RecordingsList, limit: int, report: Report, on_status: OnStatus
) -> list[Source]:
    """List the recordings to copy; a failure is reported and gives an empty list."""
    try:
        return await copier.find(request, limit, on_status)
    except ReplayError as error:
        report.stopped_by = f"The recordings could not be listed: {_explanation(error)}"
        return []


async def copy_recordings(copier: Copier, sources: Sequence[Source], report: Report, advance: Advance) -> None:
    """Copy recordings one by one. Failures are reported, and the rest goes on unless it would fail as well."""
    unreachable = 0
    for done, source in enumerate(sources):
        advance(0, source.id)
        try:
            report.add(source.id, await copier.copy(source, lambda status: advance(0, status)))
            unreachable = 0
        except OSError as error:
            report.stopped_by = f"Snapshots could not be kept in a temporary file: {error.strerror or error}."
            return
        except ReplayError as error:
            unreachable = unreachable + 1 if isinstance(error, Unreachable) else 0
            if isinstance(error, _STOPS) or unreachable == _MAX_UNREACHABLE:
                left = len(sources) - done
                report.stopped_by = f"Stopped with {left:,} of {len(sources):,} recordings left: {_explanation(error)}"
                return
            report.fail(source.id, _NOT_FOUND if isinstance(error, NotFound) else error.why)
        advance(1, source.id)


def _explanation(error: ReplayError) -> str:
    if isinstance(error, RateLimited):
        wait = "later" if error.retry_after is None else f"in {error.retry_after / 60:.0f} minutes"
        return f"PostHog's rate limit for this key is reached, and allows more {wait}."
    return f"{error.why} {error.next}"


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(_READ_BYTES):
        yield chunk


def _ms(moment: datetime | None) -> int | None:
    return None if moment is None else to_ms(moment)
