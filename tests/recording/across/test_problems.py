"""Grouping the problems of several sessions."""

from typing import Any

from inline_snapshot import snapshot
from msgspec.structs import replace

from replay_mcp.recording.across.problems import Group, problem_groups
from replay_mcp.recording.across.sessions import Known, compared_sessions
from replay_mcp.recording.timeline.reader import Timeline, read_timeline
from replay_mcp.recording.timeline.rows import Row
from replay_mcp.redaction import Redaction
from tests.seeding import checkout

from .made import failed, followed, logged, pressed, row, sessions, shown, timeline, visited


def groups(*timelines: Timeline, **known: Known) -> list[Group]:
    return problem_groups(sessions(*timelines, **known))


def outline(found: list[Group]) -> list[tuple[Any, ...]]:
    return [
        (group.problems, group.page, group.target, group.error, group.session_ids, len(group.sightings))
        for group in found
    ]


def test_no_recordings_have_no_problems() -> None:
    assert groups() == []
    assert groups(timeline()) == []
    assert groups(timeline(row(1), row(2, "scroll"), row(3, "console", level="warn", weight=2))) == []


def test_all_that_went_wrong_with_an_element_and_an_error_is_one_group() -> None:
    read = read_timeline([b"\n".join(checkout())], Redaction())
    assert outline(problem_groups(compared_sessions({"s1": read}, {}))) == snapshot(
        [
            ({"rage": 1, "dead": 1}, "shop.example/cart", "button [id=coupon]", "", ("s1",), 1),
            (
                {"error_after": 1, "error_shown": 1},
                "shop.example/cart",
                "button [data-testid=pay]",
                "500 POST shop.example/api/pay/:id",
                ("s1",),
                1,
            ),
            ({"failed_request": 1}, "shop.example/faq", "404 GET shop.example/api/faq", "", ("s1",), 1),
        ]
    )


def test_the_most_widespread_problem_comes_first() -> None:
    rage = row(1, flags=("rage",), weight=4)
    dead = pressed(2, "Help", flags=("dead",), weight=4)
    found = groups(timeline(rage, dead, replace(dead, ref="e3"), replace(dead, ref="e4")), timeline(rage))
    assert outline(found) == snapshot(
        [
            ({"rage": 2}, "shop.example/cart", "button [id=pay]", "", ("s1", "s2"), 2),
            ({"dead": 3}, "shop.example/cart", "button Help", "", ("s1",), 3),
        ]
    )


def test_presses_requests_and_persons_are_counted_not_rows() -> None:
    errors = [failed(2, "https://shop.example/pay"), failed(3, "https://shop.example/pay")]
    rage = replace(followed(*errors), count=5, flags=("rage", "error_after"))
    visits = [
        timeline(rage, *errors),
        timeline(followed(errors[0]), errors[0]),
        timeline(rage, *errors),
        timeline(row(1)),
    ]
    found = sessions(*visits, s1=Known("ada"), s2=Known("ada"))
    [group] = problem_groups(found)
    assert (group.presses, group.requests, len(group.sightings), len(group.session_ids)) == (11, 5, 3, 3)
    assert group.concerned(found.values()) == 4  # the fourth session pressed it, and it worked


def test_a_problem_without_an_element_is_counted_of_the_sessions_that_visited_the_page() -> None:
    lost = timeline(visited(1, "/faq/7"), failed(2, "https://shop.example/api/faq", page="https://shop.example/faq/7"))
    found = sessions(lost, timeline(visited(1, "/faq/8")), timeline(visited(1, "/cart")))
    [group] = problem_groups(found)
    assert (group.problems, group.page, group.concerned(found.values())) == (
        {"failed_request": 1},
        "shop.example/faq/:id",
        2,
    )


def test_ids_in_urls_do_not_split_a_group() -> None:
    def visit(number: int) -> Timeline:
        errors = (
            failed(2, f"https://api.shop.example/v1/orders/{number}7/pay?card=***"),
            logged(3, f'Order "{number}" of user {number}99 failed at 10:0{number}'),
        )
        page = f"https://shop.example/orders/{number}/pay?token=abc{number}#step{number}"
        return timeline(replace(followed(*errors), page=page), *errors)

    assert outline(groups(visit(1), visit(2))) == snapshot(
        [
            (
                {"error_after": 2},
                "shop.example/orders/:id/pay",
                "button [id=pay]",
                "500 POST api.shop.example/v1/orders/:id/pay",
                ("s1", "s2"),
                2,
            )
        ]
    )


def test_the_same_action_followed_by_other_errors_is_another_problem() -> None:
    def visit(status: int) -> Timeline:
        error = failed(2, "https://shop.example/pay", status)
        return timeline(followed(error), error)

    assert [(group.error, group.session_ids) for group in groups(visit(500), visit(402))] == snapshot(
        [("402 POST shop.example/pay", ("s2",)), ("500 POST shop.example/pay", ("s1",))]
    )


def test_a_shown_error_belongs_to_the_action_that_reports_it() -> None:
    text = "Enter 3 digits"
    click = row(1, texts=(text,), meaning="error")
    [group] = groups(timeline(click, row(2, "typing", key="field [id=cvc]"), shown(3, text)))
    assert (group.target, group.error, group.example.row.ref, group.example.shown) == (
        "button [id=pay]",
        "Enter N digits",
        "e1",
        (text,),
    )


def test_a_shown_error_without_an_action_is_a_problem_of_the_page() -> None:
    [group] = groups(timeline(shown(3, "Try again")))
    assert (group.problems, group.target, group.has_element) == ({"error_shown": 1}, "alert", False)


def test_only_an_error_that_followed_no_action_is_a_problem_of_its_own() -> None:
    error, alone = failed(2, "https://shop.example/pay"), failed(4, "https://shop.example/api/faq", 404)
    stray = logged(5, "Uncaught TypeError")
    assert [group.problems for group in groups(timeline(followed(error), error, alone, stray))] == [
        {"error_after": 1},
        {"failed_request": 1},
        {"console_error": 1},
    ]


def test_a_failed_request_comes_before_a_console_message() -> None:
    errors = logged(2, "A payment failed"), failed(3, "https://shop.example/pay")
    assert [group.error for group in groups(timeline(followed(*errors), *errors))] == ["500 POST shop.example/pay"]


def test_the_example_is_the_clearest_sighting_and_then_the_earliest() -> None:
    plain, later = row(1, flags=("dead",), weight=4), row(5, flags=("dead",), weight=4)
    clearest = row(9, flags=("rage", "dead"), count=3, weight=4)
    more_clicks = row(8, flags=("rage", "dead"), count=7, weight=4)

    def example(*rows: Row) -> str:
        [group] = groups(timeline(*rows))
        return group.example.row.ref

    assert example(later, plain) == "e1"
    assert example(plain, clearest) == "e9"
    assert example(plain, clearest, more_clicks) == "e8"


def test_the_order_does_not_depend_on_the_order_of_the_recordings() -> None:
    rage = timeline(row(1, flags=("rage",), weight=4))
    dead = timeline(pressed(1, "Help", flags=("dead",), weight=4))
    orders = [[group.target for group in groups(*visits)] for visits in ((rage, dead), (dead, rage))]
    assert orders[0] == orders[1]
