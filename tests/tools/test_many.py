"""Doing one thing to many ids: time that runs out loses nothing."""

from collections.abc import Sequence

import anyio
import httpx2
import pytest
from inline_snapshot import snapshot

from replay_mcp.api.client import ApiClient
from replay_mcp.errors import DeadlineExceeded
from replay_mcp.recording.redaction import Redaction
from replay_mcp.tools._many import ManyResult, each
from replay_mcp.tools._tool import Links, Replay

pytestmark = pytest.mark.anyio


class Ear:
    """Hears progress, confirms nothing."""

    def __init__(self) -> None:
        self.heard: list[tuple[float, float, str]] = []

    async def progress(self, done: float, total: float, message: str) -> None:
        self.heard.append((done, total, message))

    async def confirm(self, question: str, state: str) -> None:
        raise AssertionError(question + state)


def replay(ear: Ear) -> Replay:
    api = ApiClient(httpx2.AsyncClient, prefix="projects", environment="1")  # never connected: nothing is called
    return Replay(api, Links("https://us.posthog.com", "1"), Redaction(), "curate", ear)


async def test_what_was_not_reached_when_time_ran_out_is_named() -> None:
    async def single(id: str) -> None:
        if id == "s2":
            await anyio.sleep_forever()

    async def no_bulk(ids: Sequence[str]) -> None:
        del ids

    outcome = await each(["s1", "s2", "s3"], replay(Ear()), single=single, bulk=no_bulk, deadline=0.05)
    assert isinstance(outcome.stopped_by, DeadlineExceeded)
    assert ManyResult.of(outcome).model_dump() == snapshot(
        {
            "complete": False,
            "done": ["s1"],
            "not_tried": ["s2", "s3"],
            "stopped_by": "0 seconds were not enough. Call again with the ids in not_tried.",
        }
    )


async def test_time_that_ran_out_before_anything_was_done_is_the_failure() -> None:
    async def forever(_: object) -> None:
        await anyio.sleep_forever()

    outcome = await each(["s1"], replay(Ear()), single=forever, bulk=forever, deadline=0.05)
    with pytest.raises(DeadlineExceeded):
        ManyResult.of(outcome)
