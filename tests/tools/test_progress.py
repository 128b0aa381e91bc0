"""Progress of a long call: it rises, names what is done, and ends with the work."""

from collections.abc import Sequence

import anyio
import pytest
from inline_snapshot import snapshot

from replay_mcp.errors import DeadlineExceeded
from replay_mcp.progress import Progress

pytestmark = pytest.mark.anyio


class Ear:
    """Receives progress, confirms nothing."""

    def __init__(self) -> None:
        self.heard: list[tuple[float, float, str]] = []
        self._awaited = 0
        self._arrived = anyio.Event()

    async def progress(self, done: float, total: float, message: str) -> None:
        self.heard.append((done, total, message))
        if len(self.heard) == self._awaited:
            self._arrived.set()

    async def confirm(self, question: Sequence[str], ids: Sequence[str]) -> None:
        raise AssertionError(f"{question} {ids}")

    async def hears(self, times: int) -> None:
        """Return once `times` reports were received in all."""
        if len(self.heard) < times:
            self._awaited, self._arrived = times, anyio.Event()
            with anyio.fail_after(30):
                await self._arrived.wait()


async def test_each_id_counts_once_and_is_named() -> None:
    progress = Progress(ear := Ear(), total=3, heartbeat=60)

    async def work() -> str:
        for id in ("s1", "s2", "s1", "s3"):
            await progress.complete(id)
        return "made"

    assert await progress.run(work()) == "made"
    assert ear.heard == snapshot([(1, 3, "1 of 3: s1"), (2, 3, "2 of 3: s2"), (3, 3, "3 of 3: s3")])


async def test_heartbeats_creep_towards_the_next_id_during_silence() -> None:
    progress = Progress(ear := Ear(), total=2, heartbeat=0.001)

    async def work() -> None:
        await ear.hears(2)
        await progress.complete("s1")
        await ear.hears(5)
        await progress.complete("s2")

    await progress.run(work())
    assert ear.heard[:2] == snapshot(
        [(0.09090909090909091, 2, "0 of 2: still waiting"), (0.16666666666666666, 2, "0 of 2: still waiting")]
    )
    values = [done for done, _, _ in ear.heard]
    assert values == sorted(set(values))
    assert values[-1] == 2


async def test_once_all_is_done_nothing_more_is_reported() -> None:
    progress = Progress(ear := Ear(), total=1, heartbeat=0.001)
    later = anyio.Event()

    async def work() -> None:
        await progress.complete("s1")
        with anyio.move_on_after(0.05):  # many times the silence after which a heartbeat would come
            await later.wait()

    await progress.run(work())
    assert ear.heard == snapshot([(1, 1, "1 of 1: s1")])


async def test_a_failure_passes_unchanged_and_ends_the_heartbeats() -> None:
    progress = Progress(ear := Ear(), total=1, heartbeat=0.001)

    async def work() -> None:
        await ear.hears(1)
        raise DeadlineExceeded("late")

    with pytest.raises(DeadlineExceeded, match="late"):
        await progress.run(work())
    heard = len(ear.heard)
    with anyio.move_on_after(0.02):
        await anyio.Event().wait()
    assert len(ear.heard) == heard
