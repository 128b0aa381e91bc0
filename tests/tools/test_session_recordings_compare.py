"""`session-recordings-compare`."""

import json
import re
from pathlib import Path
from typing import Any

import anyio
import pytest
from inline_snapshot import snapshot

from replay_mcp.api.rates import Tier
from replay_mcp.local.app import LocalApi
from replay_mcp.local.http.throttle import Throttle
from replay_mcp.local.store.clock import to_ms
from tests.agent import Agent, Connect, text_of
from tests.conftest import Local
from tests.faults import Fault, Faults
from tests.recording.rrweb import Raw, added, console, element, fetched, full, lines, meta, moves, press, text
from tests.seeding import NOW, add_recording, ago, clicks, record
from tests.tools.test_reading import JUMPING, PASSES, SNAPSHOTS, jump, requested

pytestmark = pytest.mark.anyio
TOOL = "session-recordings-compare"
STOPPED_BY_429 = r"The API's rate limit for this key is reached \(429\)\. Wait \d+ seconds, then call again\."
TIMELINE = "session-recording-timeline"


def store(local: Local, id: str, recorded: list[bytes], **columns: Any) -> None:
    with local.store.connection() as db:
        record(db, id, recorded, **columns)


def payment(number: int, *more: Raw, status: int = 500) -> list[bytes]:
    """A visit to its own order, whose payment fails."""
    order = f"https://shop.example/orders/{number}/pay"
    return lines(
        meta(0, f"{order}?token=secret{number}"),
        full(10, element(10, "button", f"Pay {number} EUR", id="pay"), element(13, "div", role="alert")),
        press(4_000 + number, 10),
        fetched(4_100 + number, f"https://shop.example/api/orders/{number}", status, took=100),
        console(4_300 + number, "error", f"Order {number} failed for ada{number}@b.example"),
        added(4_400 + number, 13, text(500, "Something went wrong")),
        *moves(5_000, 9_000, 15_000),
        *more,
    )


@pytest.fixture
def tier() -> Tier | None:
    """The rate limit plan that the API applies."""
    return None


@pytest.fixture
def faults(local: Local, tier: Tier | None) -> Faults:
    throttle = Throttle(tier) if tier else None
    return Faults(LocalApi(local.store, clock=lambda: to_ms(NOW), throttle=throttle))


@pytest.fixture
def visits(local: Local) -> None:
    """Three visits whose payment fails, the newest first in the list, and one without a problem."""
    for number in (1, 2, 3):
        store(local, f"s{number}", payment(number), start_time=ago(hours=2) - number * 1_000)
    store(local, "calm", clicks(1), start_time=ago(hours=3))


@pytest.mark.usefixtures("visits")
async def test_problems_are_grouped_across_recordings_with_an_example_each(agent: Agent) -> None:
    assert await agent.call(TOOL) == snapshot(
        {
            "date_from": "-3d",
            "data_from": "2026-11-20T09:00:00Z",
            "compared": 4,
            "persons": 4,
            "outcomes": {"not shown": 4},
            "without_problems": ["calm"],
            "groups": [
                {
                    "problems": {"error_after": 3, "error_shown": 3},
                    "page": "shop.example/orders/:id/pay",
                    "target": "button [id=pay]",
                    "error": "500 POST shop.example/api/orders/:id",
                    "sessions": 3,
                    "of": 3,
                    "of_what": "used the element",
                    "persons": 3,
                    "presses": 3,
                    "requests": 3,
                    "first_seen": "2026-11-20T10:00:04Z",
                    "last_seen": "2026-11-20T10:00:04Z",
                    "followed": {"left": 3},
                    "session_ids": ["s1", "s2", "s3"],
                    "example": {
                        "id": "s1",
                        "ref": "e2",
                        "seconds": 4.0,
                        "effect": 'shows "Something went wrong" after 400 ms; followed by 500 POST https://shop.example/api/orders/1 (e3), console error: Order 1 failed for [email] (e4)',
                        "link": "https://us.posthog.com/project/1/replay/s1?t=4",
                    },
                }
            ],
        }
    )


@pytest.mark.usefixtures("visits")
async def test_ids_choose_the_recordings_and_no_window_is_reported(agent: Agent, faults: Faults) -> None:
    result = await agent.call(TOOL, session_ids=["s3", "s1", "s3"])
    assert [group["session_ids"] for group in result["groups"]] == snapshot([["s3", "s1"]])
    assert result["compared"] == 2
    assert "date_from" not in result
    assert len(requested(faults)) == 4


@pytest.mark.usefixtures("visits")
async def test_ids_are_compared_outside_the_window_too(agent: Agent, local: Local) -> None:
    with local.store.connection() as db:
        db.execute("UPDATE recording SET start_time = ?, end_time = ? WHERE session_id = 's1'", (ago(days=9),) * 2)
    assert (await agent.call(TOOL, session_ids=["s1"]))["compared"] == 1
    assert (await agent.call(TOOL))["compared"] == 3


@pytest.mark.usefixtures("visits")
async def test_filters_and_limit_choose_the_newest(agent: Agent) -> None:
    result = await agent.call(TOOL, limit=2, date_from="-1d", date_to="-1h", min_console_errors=1)
    content = result["compared"], result["date_from"], result["date_to"], result["groups"][0]["session_ids"]
    assert content == (2, "-1d", "-1h", ["s1", "s2"])


@pytest.mark.usefixtures("visits")
async def test_matching_recordings_beyond_those_read_are_reported(agent: Agent) -> None:
    whole = await agent.call(TOOL, limit=4)
    cut = await agent.call(TOOL, limit=2)
    known = {"date_from", "data_from", "compared", "persons", "outcomes", "without_problems", "groups"}
    assert set(whole) <= known
    assert set(cut) - known  # the result says that there are more


@pytest.mark.usefixtures("visits")
async def test_missing_ids_are_named_beside_the_rest(agent: Agent) -> None:
    result = await agent.call(TOOL, session_ids=["nope", "s1", "../x"[3:], "calm"])
    assert (result["compared"], result["without_problems"], result["not_read"]) == snapshot(
        (
            2,
            ["calm"],
            [
                {"id": "nope", "why": "No recording in this environment has this id."},
                {"id": "x", "why": "No recording in this environment has this id."},
            ],
        )
    )


async def test_only_unknown_ids_compare_nothing(agent: Agent) -> None:
    assert await agent.call(TOOL, session_ids=["nope"]) == snapshot(
        {"compared": 0, "not_read": [{"id": "nope", "why": "No recording in this environment has this id."}]}
    )


@pytest.mark.usefixtures("visits")
async def test_an_id_that_a_filter_leaves_out_is_not_reported_as_unknown(agent: Agent) -> None:
    result = await agent.call(TOOL, session_ids=["s1", "calm"], min_console_errors=1)
    whys = [entry["why"] for entry in result.get("not_read", [])]
    assert "No recording in this environment has this id." not in whys


async def test_an_empty_result_says_why(agent: Agent) -> None:
    assert await agent.call(TOOL, date_from="-1d", visited_url="/nowhere") == snapshot(
        {
            "date_from": "-1d",
            "compared": 0,
            "note": "There is no recording from -1d to now at all, with or without these filters. Widen date_from.",
        }
    )


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (
            {"session_ids": [f"s{number}" for number in range(101)]},
            snapshot(
                'session_ids: List should have at most 100 items, got ["s0","s1","s2","s3","s4","s5","s6","s7","s8","s9","s10","s11","s12","s13","s14…'
            ),
        ),
        ({"session_ids": []}, snapshot("session_ids: List should have at least 1 item, got []")),
        ({"limit": 101}, snapshot("limit: should be less than or equal to 100, got 101")),
        ({"date_form": "-1d"}, snapshot("unknown argument 'date_form'; did you mean 'date_from'?")),
        (
            {"session_ids": ["a/b"]},
            snapshot("session_ids.0: an id must not contain '/', '\\', '..' or control characters, got \"a/b\""),
        ),
    ],
)
async def test_wrong_arguments_are_refused_with_the_right_form(
    agent: Agent, arguments: dict[str, Any], why: str
) -> None:
    error = await agent.fail(TOOL, **arguments)
    assert (error["kind"], error["why"]) == ("invalid_arguments", why)


async def test_a_single_id_needs_no_list(agent: Agent, local: Local) -> None:
    store(local, "s1", payment(1))
    assert (await agent.call(TOOL, session_ids="s1"))["compared"] == 1


@pytest.mark.usefixtures("visits")
async def test_the_example_is_a_row_of_the_timeline(agent: Agent) -> None:
    for group in (await agent.call(TOOL))["groups"]:
        example = group["example"]
        rows = (await agent.call(TIMELINE, id=example["id"], around=example["ref"], window=0.01))["rows"]
        [row] = [row for row in rows if row["ref"] == example["ref"]]
        assert (row["seconds"], row.get("effect", "")) == (example["seconds"], example.get("effect", ""))
        assert example["link"].endswith(f"/replay/{example['id']}?t={int(row['seconds'])}")


@pytest.mark.usefixtures("visits")
async def test_strict_redaction_names_nobody(connect: Connect) -> None:
    async with connect(redact="strict") as agent:
        content = json.dumps(await agent.call(TOOL))
    assert [word for word in ("person-of", "ada1@", "secret1") if word in content] == []


@pytest.mark.slow
async def test_recordings_full_of_problems_fit(agent: Agent, local: Local) -> None:
    ids = [f"0192f7a8-6c3a-7d2e-9d63-{number:012}" for number in range(20)]
    for place, id in enumerate(ids):
        acts: list[Raw] = []
        body = [
            element(20 + button, "button", f"{chr(97 + place)} {chr(97 + button)} " + "\u202e" * 500)
            for button in range(20)
        ]
        acts.append(full(20_000, *body))
        for button in range(20):
            acts += [press(21_000 + button * 4_000 + step, 20 + button, x=button * 50) for step in (0, 300, 600)]
            acts.append(console(22_000 + button * 4_000, "error", f"{'abcdefghijklmnopqrstu'[place]} " + "é" * 500))
        store(local, id, payment(place, *acts))
    result = await agent.client.call_tool(TOOL, {"limit": 20})
    assert not result.is_error, text_of(result)
    content = json.loads(text_of(result))
    assert len(text_of(result)) <= 8_000
    assert (content["compared"], content["groups"][0]["sessions"], len(content["groups"][0]["session_ids"])) == (
        20,
        20,
        3,
    )
    assert content["groups_left_out"] > 100
    assert "Some rows did not fit" in content["note"]


# Recordings read before


@pytest.mark.usefixtures("visits")
async def test_a_recording_has_the_same_cache_key_from_the_list_as_from_a_single_read(
    agent: Agent, faults: Faults
) -> None:
    await agent.call(TIMELINE, id="s1")
    await agent.call(TOOL, session_ids=["s1", "s2"])
    await agent.call(TIMELINE, id="s2")
    await agent.call(TOOL, session_ids=["s1", "s2"])
    assert len(requested(faults)) == 4


@pytest.mark.usefixtures("visits")
async def test_with_the_cache_a_second_server_reads_nothing(connect: Connect, faults: Faults, tmp_path: Path) -> None:
    async with connect(cache=tmp_path / "cache") as agent:
        first = await agent.call(TOOL)
    async with connect(cache=tmp_path / "cache") as agent:
        assert await agent.call(TOOL) == first
    assert len(requested(faults)) == 8


# Failures


@pytest.mark.usefixtures("visits")
async def test_a_recording_that_cannot_be_read_does_not_hide_the_others(
    agent: Agent, local: Local, faults: Faults
) -> None:
    faults.always(Fault(status=500, path="/s2/snapshots"))
    with local.store.connection() as db:
        add_recording(db, "bare", start_time=ago(hours=1))
    result = await agent.call(TOOL)
    assert (result["compared"], result["not_read"], result["without_problems"]) == snapshot(
        (
            3,
            [
                {
                    "id": "s2",
                    "why": "The API failed with 500 (Internal Server Error). Try again in a minute; if it keeps failing, check PostHog's status page or the self-hosted logs.",
                },
                {
                    "id": "bare",
                    "why": "PostHog has no snapshot data for this recording. It may have expired, or not be ingested yet; session-recording-get shows when it was recorded.",
                },
            ],
            ["calm"],
        )
    )
    assert {id for group in result["groups"] for id in group["session_ids"]} == {"s1", "s3"}
    assert "not_tried" not in result


async def test_a_recording_that_was_read_in_part_is_named(agent: Agent, local: Local, faults: Faults) -> None:
    store(local, "long", clicks(22))
    faults.then(Fault(passes=True), PASSES, PASSES, Fault(status=500, path=SNAPSHOTS))
    assert await agent.call(TOOL, session_ids=["long"]) == snapshot(
        {
            "compared": 1,
            "persons": 1,
            "outcomes": {"not shown": 1},
            "partly_read": [{"id": "long", "why": "The API failed with 500 (Internal Server Error)."}],
        }
    )


async def test_a_recording_without_one_of_its_blocks_was_read_in_part(agent: Agent, local: Local) -> None:
    store(local, "long", clicks(3))
    with local.store.connection() as db:
        db.execute("UPDATE recording_block SET data = x'00' WHERE id = 2")
    result = await agent.call(TOOL, session_ids=["long"])
    assert [entry["id"] for entry in result.get("partly_read", [])] == ["long"]


@pytest.mark.usefixtures("visits")
async def test_a_refused_key_fails_at_once(agent: Agent, faults: Faults) -> None:
    faults.always(Fault(status=403, path=SNAPSHOTS))
    assert await agent.fail(TOOL) == snapshot(
        {
            "kind": "forbidden",
            "what": "session-recordings-compare failed",
            "why": "The key does not have permission for this (403).",
            "next": "Use a personal API key whose scopes and projects allow this; `replay-mcp doctor` lists what is missing.",
        }
    )
    assert len(requested(faults)) <= 3


async def test_a_failing_list_fails_the_call(agent: Agent, faults: Faults) -> None:
    faults.always(Fault(status=500))
    assert (await agent.fail(TOOL))["kind"] == "server_error"
    assert len(faults.seen) == 1


async def test_when_the_budget_is_used_up_the_rest_is_named_with_the_wait(
    agent: Agent, local: Local, faults: Faults
) -> None:
    ids = [f"s{number}" for number in range(8)]
    for number, id in enumerate(ids):
        store(local, id, payment(number), start_time=ago(hours=1) - number * 1_000)
    faults.always(*(Fault(status=429, path=f"/{id}/snapshots", headers={"Retry-After": "120"}) for id in ids[3:]))
    result = await agent.call(TOOL)
    assert re.fullmatch(STOPPED_BY_429, result["stopped_by"])
    read = result["groups"][0]["session_ids"]
    assert (result["compared"], len(read)) == (3, 3)
    assert sorted([*read, *result["not_tried"]]) == ids
    assert "not_read" not in result


@pytest.mark.usefixtures("visits")
async def test_recordings_read_before_need_no_budget(agent: Agent, faults: Faults) -> None:
    before = await agent.call(TOOL, session_ids=["s1", "s2"])
    faults.then(PASSES, Fault(status=429, path=SNAPSHOTS, headers={"Retry-After": "120"}))
    assert (await agent.fail(TIMELINE, id="s3"))["kind"] == "rate_limited"
    assert await agent.call(TOOL, session_ids=["s1", "s2"]) == before


@pytest.mark.parametrize("tier", ["free"])
async def test_the_limits_of_a_free_plan_stop_it_when_the_minute_is_used_up(agent: Agent, local: Local) -> None:
    """Twelve requests a minute allow six recordings at most; the rest needs another call."""
    for number in range(9):
        store(local, f"s{number}", payment(number), start_time=ago(hours=1) - number * 1_000)
    result = await agent.call(TOOL)
    assert result["compared"] >= 4
    assert result["compared"] + len(result["not_tried"]) == 9
    assert "not_read" not in result
    assert re.fullmatch(STOPPED_BY_429, result["stopped_by"])


@pytest.mark.parametrize("anyio_backend", [JUMPING])
@pytest.mark.usefixtures("visits")
async def test_when_the_time_runs_out_what_was_compared_is_reported(agent: Agent, faults: Faults) -> None:
    faults.always(Fault(path="/s2/snapshots", stall=True))
    results: list[dict[str, Any]] = []
    read = anyio.Event()

    async def listen(progress: float, total: float | None, message: str | None) -> None:
        del total, message
        if progress >= 3:
            read.set()

    async def call() -> None:
        answer = await agent.client.call_tool(TOOL, {}, progress_callback=listen)
        results.append(json.loads(text_of(answer)))

    with anyio.fail_after(1_000):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(call)
            await faults.stalled.wait()
            await read.wait()
            jump(50)
    [result] = results
    assert (result["compared"], result["not_tried"], result["without_problems"]) == (3, ["s2"], ["calm"])
    assert (result["stopped_by"], "not_read" in result) == snapshot(
        (
            "50 seconds were not enough. Call again in the same way: recordings that were read are cached.",
            False,
        )
    )


@pytest.mark.parametrize("anyio_backend", [JUMPING])
@pytest.mark.usefixtures("visits")
async def test_when_the_time_runs_out_before_anything_was_read_it_fails(agent: Agent, faults: Faults) -> None:
    faults.always(Fault(path=SNAPSHOTS, stall=True))
    errors: list[dict[str, Any]] = []

    async def call() -> None:
        errors.append(await agent.fail(TOOL))

    with anyio.fail_after(1_000):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(call)
            await faults.stalled.wait()
            jump(50)
    [error] = errors
    assert (error["kind"], error["why"]) == ("timeout", "50 seconds were not enough.")
    assert "not_tried" not in error["next"]  # an error shows no such field


@pytest.mark.usefixtures("visits")
async def test_a_cancelled_call_ends_its_requests(agent: Agent, faults: Faults) -> None:
    faults.then(Fault(passes=True), Fault(path=SNAPSHOTS, stall=True))
    with anyio.fail_after(60):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(agent.client.call_tool, TOOL)
            await faults.stalled.wait()
            tasks.cancel_scope.cancel()
        await faults.stall_ended.wait()
    assert (await agent.call(TOOL))["compared"] == 4


@pytest.mark.parametrize("mode", ["auto", "legacy"])
@pytest.mark.usefixtures("visits")
async def test_progress_rises_over_all_recordings(connect: Connect, mode: str) -> None:
    heard: list[tuple[float, float | None, str | None]] = []

    async def listen(progress: float, total: float | None, message: str | None) -> None:
        heard.append((progress, total, message))

    async with connect(mode=mode) as agent:
        await agent.client.call_tool(TOOL, {}, progress_callback=listen)
    done = [progress for progress, _, _ in heard]
    assert done == sorted(set(done))
    assert {total for _, total, _ in heard} == {4}
    assert [(progress, str(message).partition(":")[0]) for progress, _, message in heard] == [
        (done, f"{done} of 4")
        for done in range(1, 5)  # the ids come as recordings are read
    ]
