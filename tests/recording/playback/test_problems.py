"""The problems of a recording, as a list of sessions shows them."""

import msgspec
from inline_snapshot import snapshot

from replay_mcp.recording.playback.problems import MAX_PROBLEMS, session_problems
from tests.recording.playback.recordings import opened
from tests.recording.rrweb import Raw, element, fetched, full, meta, press


def page() -> list[Raw]:
    return [meta(0, "https://shop.example/"), full(10, element(10, "button", "Pay"), title="Cart")]


def test_a_flagged_row_is_a_problem_with_its_moment():
    failing = [press(2_000, 10), fetched(2_100, "https://shop.example/api/pay", 500, method="POST")]
    found = session_problems("s1", opened(*page(), *failing, press(9_000, 10)).timeline)
    assert msgspec.to_builtins(found) == snapshot(
        {
            "duration": 9000,
            "outcome": "not shown",
            "summary": 'Outcome not shown. 9 s: 1 page visit, 2 clicks. Problems: button "Pay" (e2): no response seen; not judged: silence; followed by 500 POST https://shop.example/api/pay (e3). The recording ends on shop.example/.',
            "problems": [{"start": 2000, "flags": ("error_after",), "what": 'button "Pay"'}],
            "count": 1,
        }
    )


def test_a_recording_in_which_too_little_happened_has_none():
    assert msgspec.to_builtins(session_problems("s1", opened(*page()).timeline)) == snapshot(
        {"duration": 10, "outcome": "not shown", "summary": "", "problems": [], "count": 0}
    )


def test_of_very_many_problems_the_first_are_named_and_all_are_counted():
    failing = [
        raw
        for place in range(MAX_PROBLEMS + 5)
        for raw in (
            press(2_000 + place * 9_000, 10),
            fetched(2_100 + place * 9_000, f"https://shop.example/api/{place}", 500, method="POST"),
        )
    ]
    found = session_problems("s1", opened(*page(), *failing).timeline)
    assert (len(found.problems), found.count) == (MAX_PROBLEMS, MAX_PROBLEMS + 5)
