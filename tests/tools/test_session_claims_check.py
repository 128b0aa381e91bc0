"""`session-claims-check`."""

from typing import Any

import pytest
from inline_snapshot import snapshot

from tests.agent import Agent, Connect
from tests.conftest import Local
from tests.faults import Fault, Faults
from tests.recording.rrweb import element, fetched, full, lines, meta, moves, press
from tests.seeding import add_recording, ago, checkout, record
from tests.tools.test_reading import SNAPSHOTS, asked

pytestmark = pytest.mark.anyio
TOOL = "session-claims-check"


@pytest.fixture(autouse=True)
def _visits(local: Local) -> None:
    with local.store.connection() as db:
        record(db, "s1", checkout())
        record(db, "s2", failing(), start_time=ago(hours=1))


def failing() -> list[bytes]:
    return lines(
        meta(0, "https://shop.example/pay?token=secret"),
        full(10, element(10, "button", "Pay for ada@b.example", id="pay")),
        press(4_000, 10),
        fetched(4_100, "https://shop.example/api/pay", 500, took=100),
        *moves(5_000, 9_000),
    )


def claim(kind: str, id: str = "s1", **fields: Any) -> dict[str, Any]:
    return {"kind": kind, "id": id} | fields


def verdicts(answer: dict[str, Any]) -> list[str]:
    return [result["verdict"] for result in answer["results"]]


async def test_each_claim_has_its_verdict_with_numbers_and_the_rows_it_rests_on(agent: Agent) -> None:
    claims = [
        claim("clicked", "s2", text="pay for", count=1),
        claim("request_failed", "s2", text="/api/pay", status=404),
        claim("visited", "s2", text="/thanks"),
    ]
    assert await agent.call(TOOL, claims=claims) == snapshot(
        {
            "counts": {"supported": 1, "contradicted": 1, "not_shown": 1},
            "results": [
                {
                    "claim": 1,
                    "kind": "clicked",
                    "id": "s2",
                    "verdict": "supported",
                    "why": "Once, in 1 row, at 4 s.",
                    "evidence": [
                        {
                            "ref": "e2",
                            "seconds": 4.0,
                            "told": 'click button "Pay for [email]" [id=pay] no response in 2.5 s; followed by 500 POST https://shop.example/api/pay (e3)',
                            "link": "https://us.posthog.com/project/1/replay/s2?t=4",
                        }
                    ],
                },
                {
                    "claim": 2,
                    "kind": "request_failed",
                    "id": "s2",
                    "verdict": "contradicted",
                    "why": "Such requests were answered with 500: e3.",
                    "evidence": [
                        {
                            "ref": "e3",
                            "seconds": 4.1,
                            "told": "network POST https://shop.example/api/pay 500 after 100 ms",
                            "link": "https://us.posthog.com/project/1/replay/s2?t=4",
                        }
                    ],
                },
                {
                    "claim": 3,
                    "kind": "visited",
                    "id": "s2",
                    "verdict": "not_shown",
                    "why": "No visit to such a page is recorded.",
                },
            ],
        }
    )


async def test_several_claims_read_each_recording_once(agent: Agent, faults: Faults) -> None:
    claims = [claim("clicked", id, text=text) for id in ("s1", "s2") for text in ("pay", "buy", "go")]
    assert len((await agent.call(TOOL, claims=claims))["results"]) == 6
    assert len(asked(faults)) == 4  # for each recording its blocks, and their data
    await agent.call(TOOL, claims=claims)
    assert len(asked(faults)) == 4


async def test_what_is_said_of_no_recording_is_not_shown_and_fails_no_other_claim(agent: Agent, local: Local) -> None:
    with local.store.connection() as db:
        add_recording(db, "bare")
        record(db, "gone", checkout(), deleted_at=ago(hours=1))
    ids = ("unknown", "gone", "bare", "s2")
    answer = await agent.call(TOOL, claims=[claim("clicked", id, text="pay") for id in ids])
    assert [(result["id"], result["verdict"], result["why"]) for result in answer["results"]] == snapshot(
        [
            ("unknown", "not_shown", "No recording here has this id."),
            ("gone", "not_shown", "No recording here has this id."),
            ("bare", "not_shown", "It cannot be read. PostHog has no snapshot data of this recording."),
            ("s2", "supported", "Once, in 1 row, at 4 s."),
        ]
    )


@pytest.mark.parametrize(
    "wrong",
    [
        claim("order", refs=["e1"]),
        claim("duration"),
        claim("duration", seconds=1, refs=["e1", "e2", "e3"]),
        claim("clicked", status=500),
        claim("saw_text"),
        claim("saw_text", text="x", count=2),
        claim("guessed"),
        claim("clicked", reference="e1"),
        claim("clicked", count=0),
        {"kind": "clicked"},
        claim("clicked", "a/b"),
    ],
)
async def test_a_claim_that_makes_no_sense_is_an_error_that_says_which(
    agent: Agent, faults: Faults, wrong: dict[str, Any]
) -> None:
    error = await agent.fail(TOOL, claims=[claim("clicked"), wrong])
    assert error["kind"] == "invalid_arguments"
    assert "claims.1" in error["why"]
    assert faults.seen == []


async def test_one_to_twenty_claims_are_taken(agent: Agent) -> None:
    for wrong in ([], [claim("clicked")] * 21):
        assert (await agent.fail(TOOL, claims=wrong))["kind"] == "invalid_arguments"


async def test_twenty_claims_with_all_their_rows_fit_a_result(agent: Agent, local: Local) -> None:
    long = "Pay " * 60
    presses = [
        event for place in range(40) for event in (press(4_000 + place * 3_000, 10), *moves(4_500 + place * 3_000))
    ]
    with local.store.connection() as db:
        recorded = lines(
            meta(0, "https://shop.example/"), full(10, element(10, "button", long, id="pay")), *presses, *moves(200_000)
        )
        record(db, "long", recorded)
    answer = await agent.call(TOOL, claims=[claim("clicked", "long", text="pay")] * 20)
    assert verdicts(answer) == ["supported"] * 20
    assert [len(result["evidence"]) for result in answer["results"]] == [3] * 20


async def test_strict_redaction_holds_for_what_is_shown(connect: Connect) -> None:
    async with connect(redact="strict") as agent:
        answer = await agent.call(TOOL, claims=[claim("clicked", "s2", text="pay for"), claim("visited", "s2")])
    told = str(answer)
    assert "ada@b.example" not in told
    assert "secret" not in told
    assert verdicts(answer) == ["supported", "supported"]


@pytest.mark.parametrize(("fault", "kind"), [(401, "unauthenticated"), (403, "forbidden"), (500, "server_error")])
async def test_an_api_that_lists_no_recordings_fails_the_call(
    agent: Agent, faults: Faults, fault: int, kind: str
) -> None:
    faults.always(Fault(status=fault))
    assert (await agent.fail(TOOL, claims=[claim("clicked")]))["kind"] == kind


async def test_a_recording_that_fails_costs_only_its_own_claims(agent: Agent, faults: Faults) -> None:
    faults.always(Fault(status=500, path="/session_recordings/s1/snapshots"))
    answer = await agent.call(TOOL, claims=[claim("clicked"), claim("clicked", "s2")])
    assert [(result["verdict"], result["why"]) for result in answer["results"]] == snapshot(
        [
            ("not_shown", "It cannot be read. The API failed with 500 (Internal Server Error)."),
            ("supported", "Once, in 1 row, at 4 s."),
        ]
    )


async def test_a_used_up_budget_is_told_with_what_was_not_read(agent: Agent, faults: Faults) -> None:
    await agent.call(TOOL, claims=[claim("clicked", "s2")])
    faults.always(Fault(status=429, headers={"Retry-After": "300"}, path=SNAPSHOTS))
    answer = await agent.call(TOOL, claims=[claim("clicked", "s2"), claim("clicked")])
    assert [(result["verdict"], result["why"]) for result in answer["results"]] == snapshot(
        [
            ("supported", "Once, in 1 row, at 4 s."),
            (
                "not_shown",
                "It was not read. The API's rate limit for this key is reached (429). Wait 300 seconds, then call again; ask for less per call.",
            ),
        ]
    )
    assert (await agent.fail(TOOL, claims=[claim("clicked")]))["kind"] == "rate_limited"
