"""How far sessions went."""

from typing import Any

import pytest
from inline_snapshot import snapshot

from replay_mcp.errors import DeadlineExceeded
from replay_mcp.recording.across.sessions import Known, Sessions
from replay_mcp.recording.across.steps import follow_steps, resolve_steps
from replay_mcp.recording.product_events import ProductEvent

from .made import pressed, row, sessions, timeline, visited

SHOPPING = timeline(
    visited(1, "/products/1"),
    pressed(5, "Add to cart"),
    visited(6, "/cart"),
    visited(8, "/products/2"),
    visited(20, "/checkout/address"),
    pressed(31, "Place order"),
)


def followed(among: Sessions, *texts: str) -> list[tuple[Any, ...]]:
    return [
        (
            reached.step.kind,
            reached.session_ids,
            reached.seconds,
            [(loss.session_id, loss.last and loss.last.ref, loss.is_certain) for loss in reached.losses],
        )
        for reached in follow_steps(resolve_steps(texts, among.values()), among)
    ]


def test_sessions_reach_steps_in_order_and_the_lost_ones_are_named_with_their_last_action() -> None:
    browsing = timeline(visited(1, "/products/9"), visited(3, "/cart"), pressed(9, "Apply"))
    backwards = timeline(visited(1, "/cart"), visited(3, "/products/9"))
    paused = timeline(visited(1, "/products/9"), visited(3, "/cart"), pauses=1)
    among = sessions(SHOPPING, browsing, backwards, paused)
    assert followed(among, "/products", "Cart", "checkout", "place order") == snapshot(
        [
            ("url", ("s1", "s2", "s3", "s4"), (), []),
            ("url", ("s1", "s2", "s4"), (5.0, 2.0, 2.0), [("s3", None, True)]),
            ("url", ("s1",), (14.0,), [("s2", "e9", True), ("s4", None, False)]),
            ("element", ("s1",), (11.0,), []),
        ]
    )


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("cart", "url"),
        ("/cart", "url"),
        ("add to", "element"),
        ("element: cart", "element"),
        ("url:Add to", None),
        ("/nowhere", None),
        ("Order placed", "event"),
        ("plan chosen", "event"),
        ("event:cart", None),
        ("url: ", None),
    ],
)
def test_a_step_is_an_event_else_a_url_else_an_element(text: str, kind: str | None) -> None:
    known = Known(events=[ProductEvent("order placed", 32.0, {})])
    among = sessions(SHOPPING, timeline(row(3, "custom", message="plan chosen")), s1=known)
    [step] = resolve_steps([text], among.values())
    assert step.kind == kind


def test_events_may_be_a_second_early_because_they_come_from_another_clock() -> None:
    known = Known(events=[ProductEvent("order placed", 30.5, {}), ProductEvent("order placed", 3.0, {})])
    assert followed(sessions(SHOPPING, s1=known), "Place order", "order placed") == snapshot(
        [("element", ("s1",), (), []), ("event", ("s1",), (0.0,), [])]
    )


def test_one_moment_is_one_step() -> None:
    assert [len(ids) for _, ids, _, _ in followed(sessions(SHOPPING), "products", "products", "products")] == [1, 1, 0]


def test_nobody_reaches_a_step_after_one_that_nothing_matches() -> None:
    assert followed(sessions(SHOPPING), "/nowhere", "/cart") == snapshot([(None, (), (), []), ("url", (), (), [])])


def test_a_session_whose_events_were_not_read_may_have_reached_an_event() -> None:
    unread = Known(has_all_events=False)
    known = Known(events=[ProductEvent("order placed", 32.0, {})])
    among = sessions(SHOPPING, SHOPPING, s1=known, s2=unread)
    [_, (kind, reached, _, losses)] = followed(among, "/checkout", "order placed")
    assert (kind, reached, losses) == ("event", ("s1",), [("s2", "e31", False)])


def test_one_visit_is_not_two_steps_around_an_event() -> None:
    visit = timeline(visited(4, "/cart"), visited(5, "/checkout"), visited(20, "/thanks"))
    among = sessions(visit, s1=Known(events=[ProductEvent("checkout viewed", 5.1, {})]))
    reached = [
        [len(ids) for _, ids, _, _ in followed(among, "/checkout", "checkout viewed", last)]
        for last in ("/checkout", "/cart", "/thanks")
    ]
    assert reached == snapshot([[1, 1, 0], [1, 1, 0], [1, 1, 1]])


def test_one_event_is_not_two_steps_around_a_visit() -> None:
    among = sessions(SHOPPING, s1=Known(events=[ProductEvent("saved", 6.5, {}), ProductEvent("opened", 6.4, {})]))
    assert [len(ids) for _, ids, _, _ in followed(among, "saved", "/cart", "saved")] == [1, 1, 0]
    assert [len(ids) for _, ids, _, _ in followed(among, "saved", "/cart", "opened")] == [1, 1, 0]
    assert [len(ids) for _, ids, _, _ in followed(among, "opened", "/cart", "saved")] == [1, 1, 1]


def test_steps_end_at_the_deadline() -> None:
    among = sessions(SHOPPING)
    with pytest.raises(DeadlineExceeded):
        resolve_steps(["/nowhere"], among.values(), lambda: True)
    with pytest.raises(DeadlineExceeded):
        follow_steps(resolve_steps(["/cart"], among.values()), among, lambda: True)
