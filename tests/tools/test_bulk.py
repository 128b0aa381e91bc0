"""Changes of many ids: time runs out, answers are lost, and results are read back."""

from collections.abc import Collection, Sequence

import anyio
import httpx2
import pytest
from inline_snapshot import snapshot

from replay_mcp.client.client import ApiClient
from replay_mcp.context import AppLinks, ToolContext
from replay_mcp.errors import DeadlineExceeded, OutcomeUnknown, ServerFault, Unreachable
from replay_mcp.redaction import Redaction
from replay_mcp.tools._bulk import BulkChange, change_all
from replay_mcp.tools._bulk_results import ManyResult

pytestmark = pytest.mark.anyio

CHECK = "Look."


class Ear:
    """Receives progress, confirms nothing."""

    def __init__(self) -> None:
        self.heard: list[tuple[float, float, str]] = []

    async def progress(self, done: float, total: float, message: str) -> None:
        self.heard.append((done, total, message))

    async def confirm(self, question: Sequence[str], ids: Sequence[str]) -> None:
        raise AssertionError(f"{question} {ids}")


def replay(ear: Ear) -> ToolContext:
    api = ApiClient(httpx2.AsyncClient, prefix="projects", environment="1")  # never connected: nothing is called
    return ToolContext(api, AppLinks("https://us.posthog.com", "1"), Redaction(), "curate", ear)


class Api:
    """An API with scripted answers: `answers` to single requests by id, `bulk_answer` to all bulk requests."""

    def __init__(
        self,
        answers: dict[str, Exception] | None = None,
        *,
        bulk_answer: Exception | None = None,
        confirmed: Collection[str] | Exception = (),
    ) -> None:
        self._answers = answers or {}
        self._bulk_answer = bulk_answer
        self._confirmed = confirmed
        self.sent: list[Sequence[str]] = []

    async def single(self, id: str, seconds: float) -> None:
        assert seconds > 0
        self.sent.append(id)
        if id in self._answers:
            raise self._answers[id]

    async def bulk(self, ids: Sequence[str], seconds: float) -> Collection[str] | None:
        assert seconds > 0
        self.sent.append(ids)
        if self._bulk_answer:
            raise self._bulk_answer
        return ()

    async def no_bulk(self, ids: Sequence[str], seconds: float) -> None:
        del ids, seconds

    async def confirmed(self, ids: Sequence[str]) -> Collection[str]:
        del ids
        if isinstance(self._confirmed, Exception):
            raise self._confirmed
        return self._confirmed

    @property
    def change(self) -> BulkChange:
        return BulkChange(self.single, self.bulk, self.confirmed)

    @property
    def one_by_one(self) -> BulkChange:
        return BulkChange(self.single, self.no_bulk, self.confirmed)


LOST = OutcomeUnknown.of(Unreachable("The connection ended."))
IDS = [f"s{number}" for number in range(45)]


async def changed(ids: Sequence[str], change: BulkChange) -> dict[str, object]:
    return ManyResult.of(await change_all(ids, replay(Ear()), change), CHECK).model_dump()


async def test_ids_not_sent_when_time_ran_out_are_named() -> None:
    async def slow(id: str, seconds: float) -> None:
        del id
        await anyio.sleep(seconds)  # for as long as it is allowed to

    api = Api()
    change = BulkChange(slow, api.no_bulk, api.confirmed)
    outcome = await change_all(["s1", "s2", "s3"], replay(Ear()), change, deadline=0.2)
    assert isinstance(outcome.stopped_by, DeadlineExceeded)
    assert ManyResult.of(outcome, CHECK).model_dump() == snapshot(
        {
            "complete": False,
            "done": ["s1"],
            "not_tried": ["s2", "s3"],
            "stopped_by": "0 seconds were not enough. Call again with the ids in not_tried.",
        }
    )


async def test_running_out_of_time_before_anything_was_sent_fails_the_call() -> None:
    outcome = await change_all(["s1"], replay(Ear()), Api().change, deadline=0)
    with pytest.raises(DeadlineExceeded):
        ManyResult.of(outcome, CHECK)


async def test_every_request_gets_the_time_that_is_left() -> None:
    times: list[float] = []

    async def single(id: str, seconds: float) -> None:
        del id
        times.append(seconds)

    api = Api()
    await change_all(["s1", "s2"], replay(Ear()), BulkChange(single, api.no_bulk, api.confirmed), deadline=10)
    assert 9 < times[1] < times[0] <= 10


async def test_a_lost_bulk_answer_that_reading_back_confirms_is_done_and_the_work_goes_on() -> None:
    api = Api(bulk_answer=LOST, confirmed=IDS)
    assert await changed(IDS, api.change) == {"complete": True, "done": IDS}
    assert [len(chunk) for chunk in api.sent] == [20, 20, 5]


async def test_a_lost_bulk_answer_is_unknown_and_neither_repeated_one_by_one_nor_followed_by_the_rest() -> None:
    api = Api(bulk_answer=LOST, confirmed=["s0", "s1"])
    result = await changed(IDS, api.change)
    assert len(api.sent) == 1
    assert (result.pop("unknown"), result.pop("not_tried")) == (IDS[2:20], IDS[20:])
    assert result == snapshot(
        {
            "complete": False,
            "done": ["s0", "s1"],
            "check": "Look.",
            "stopped_by": "The connection ended. The request was sent, so it may have been carried out.",
        }
    )


async def test_when_reading_back_fails_everything_sent_is_unknown() -> None:
    api = Api({"s1": LOST}, confirmed=Unreachable("Gone."))
    assert await changed(["s0", "s1", "s2"], api.one_by_one) == snapshot(
        {
            "complete": False,
            "done": ["s0"],
            "unknown": ["s1"],
            "check": "Look.",
            "not_tried": ["s2"],
            "stopped_by": "The connection ended. The request was sent, so it may have been carried out.",
        }
    )
    assert api.sent == ["s0", "s1"]


async def test_after_a_bulk_crash_that_cannot_be_read_back_nothing_is_sent_again() -> None:
    api = Api(bulk_answer=ServerFault("The API failed.", status=500), confirmed=Unreachable("Gone."))
    result = await changed(IDS, api.change)
    assert len(api.sent) == 1
    assert (result.pop("unknown"), result.pop("not_tried")) == (IDS[:20], IDS[20:])
    assert result == snapshot(
        {
            "complete": False,
            "check": "Look.",
            "stopped_by": "The API failed. The request was sent, so it may have been carried out.",
        }
    )


async def test_a_bulk_request_that_crashed_the_api_is_read_back_before_the_rest_is_tried_one_by_one() -> None:
    api = Api(
        {"s2": ServerFault("The API failed.", status=500)}, bulk_answer=ServerFault("x", status=500), confirmed=["s0"]
    )
    assert await changed(["s0", "s1", "s2"], api.change) == snapshot(
        {"complete": False, "done": ["s0", "s1"], "failed": [{"ids": ["s2"], "why": "The API failed."}]}
    )
    assert api.sent == [["s0", "s1", "s2"], "s1", "s2"]
