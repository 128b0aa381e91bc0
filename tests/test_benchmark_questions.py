"""The generated sessions of `benchmarks.questions`: always the same, and read as they were made up."""

from collections import Counter

from inline_snapshot import snapshot

from benchmarks.questions.crowd import Session, make_sessions
from benchmarks.questions.demo_facts import demo_facts
from benchmarks.questions.facts import Side
from benchmarks.questions.questions import QUESTIONS
from benchmarks.questions.routes import ROUTES
from benchmarks.questions.truths import generated_facts
from replay_mcp.recording.timeline.reader import read_timeline
from replay_mcp.recording.timeline.row_text import target
from replay_mcp.redaction import Redaction
from tests.recording.rrweb import START

COUNT = 200
"""All recorded sessions, and some others."""


def lines(session: Session) -> bytes:
    return b"\n".join(session.visit.lines("window", START))


def test_a_seed_always_makes_the_same_sessions():
    first, again, other = (list(make_sessions(seed, COUNT)) for seed in (1, 1, 2))
    assert [(each.id, each.ago, lines(each)) for each in first] == [(each.id, each.ago, lines(each)) for each in again]
    assert [each.id for each in first] != [each.id for each in other]


def test_known_answers_follow_from_the_routes():
    facts = generated_facts(list(make_sessions(count=COUNT)))
    failure = facts.failure
    assert (failure.visited, failure.used, failure.used_before, failure.presses, len(failure.ids)) == snapshot(
        (78, 63, 28, 47, 18)
    )
    assert (failure.ordered_after, failure.left, len(facts.buyers)) == snapshot((6, 12, 23))
    assert (facts.funnel.reached, facts.funnel_since, facts.funnel_before) == snapshot(
        ((100, 78, 51), (55, 43, 23), (45, 35, 28))
    )
    assert (facts.with_coupon, facts.without_coupon) == snapshot(
        (Side(sessions=21, used=18, failed=18), Side(sessions=22, used=17, failed=0))
    )


def test_recordings_of_each_route_show_its_problems():
    sessions = {session.route: session for session in make_sessions(count=COUNT) if session.route}
    found: list[tuple[str, int, dict[str, int]]] = []
    for route in ROUTES:
        made = read_timeline([lines(sessions[route])], Redaction())
        presses = Counter[str]()
        for row in made.rows:
            if row.flags and row.kind == "click":
                presses[f"{target(row)}: {', '.join(row.flags)}"] += row.count
        found.append((route.kind, route.presses, dict(presses)))
    assert found == snapshot(
        [
            ("cart", 0, {}),
            ("checkout", 0, {}),
            ("checkout", 0, {}),
            ("order", 1, {}),
            ("order", 1, {'button "Find address": error_after': 1}),
            ("order", 1, {}),
            ("order", 1, {'button "Find address": error_after': 1}),
            ("cart", 0, {}),
            ("checkout", 0, {}),
            ("checkout", 0, {}),
            ("order", 1, {}),
            ("order", 1, {}),
            (
                "payment fails",
                2,
                {'button "Pay now": error_after': 1, 'button "Pay now": error_after, repeated_submit': 1},
            ),
            (
                "payment fails",
                3,
                {'button "Pay now": error_after': 1, 'button "Pay now": error_after, repeated_submit': 2},
            ),
            (
                "payment fails",
                2,
                {'button "Pay now": error_after': 1, 'button "Pay now": error_after, repeated_submit': 1},
            ),
            ("payment fails", 9, {'button "Pay now": rage, error_after': 9}),
            ("search", 1, {}),
            ("search", 2, {}),
            ("wishlist", 0, {}),
            ("wishlist", 3, {'button "Share list": dead': 3}),
            ("wishlist", 1, {'button "Sort by price": dead, error_after': 1}),
        ]
    )


def test_there_are_thirty_questions_and_facts_of_the_demo():
    assert [question.number for question in QUESTIONS] == [*range(1, 31)]
    assert demo_facts().funnel.reached == snapshot((15, 14, 10))
