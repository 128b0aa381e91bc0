"""Grouping the problems of several recordings."""

from typing import Any

import pytest
from inline_snapshot import snapshot
from msgspec.structs import replace
from replay_mcp.recording.comparison import MAX_FINGERPRINT_LENGTH, Group, compare, fingerprint, page_pattern

from replay_mcp.recording.timeline.reader import Coverage, Timeline, read_timeline
from replay_mcp.recording.timeline.rows import FollowingError, Kind, Row, RowElement
from replay_mcp.redaction import Redaction
from tests.seeding import checkout

ID = "0192f7a8-6c3a-7d2e-9d63-000000000001"


def row(place: int, kind: Kind = "click", **fields: Any) -> Row:
    usual: dict[str, Any] = {"ref": f"e{place}", "seconds": float(place), "tab": 1, "kind": kind}
    usual |= {"page": "https://shop.example/cart"}
    if kind == "click":
        usual |= {"element": RowElement("button", "Pay"), "key": "button [id=pay]"}
    return Row(**usual | fields)


def timeline(*rows: Row) -> Timeline:
    return Timeline(start=0, end=1, windows=("w1",), rows=rows, totals={}, coverage=Coverage(events=1))


def outline(groups: list[Group]) -> list[tuple[Any, ...]]:
    return [
        (group.problem, group.page, group.target, group.error, group.session_ids, len(group.sightings))
        for group in groups
    ]


def failed(place: int, url: str, status: int = 500, **fields: Any) -> Row:
    return row(place, "network", method="POST", url=url, status=status, weight=4, **fields)


def logged(place: int, message: str, **fields: Any) -> Row:
    return row(place, "console", message=message, level="error", weight=4, **fields)


def followed(*errors: Row) -> Row:
    """A click followed by these errors."""
    found = tuple(FollowingError((each.ref,), each.method, each.url, each.status, each.message) for each in errors)
    return row(1, flags=("error_after",), weight=4, errors=found)


def test_no_recordings_have_no_problems() -> None:
    assert compare({}) == []
    assert compare({"s1": timeline()}) == []
    assert compare({"s1": timeline(row(1), row(2, "scroll"), row(3, "console", level="warn", weight=2))}) == []


def test_every_flag_of_a_visit_is_a_group() -> None:
    groups = compare({"s1": read_timeline([b"\n".join(checkout())], Redaction())})
    assert outline(groups) == snapshot(
        [
            ("rage", "shop.example/cart", "button [id=coupon]", "", ("s1",), 1),
            ("dead", "shop.example/cart", "button [id=coupon]", "", ("s1",), 1),
            (
                "error_after",
                "shop.example/cart",
                "button [data-testid=pay]",
                "500 POST shop.example/api/pay/:id",
                ("s1",),
                1,
            ),
            ("error_shown", "shop.example/cart", "alert", "Payment failed. Try again", ("s1",), 1),
            ("failed_request", "shop.example/faq", "404 GET shop.example/api/faq", "", ("s1",), 1),
        ]
    )


def test_the_same_problem_is_one_group_over_recordings_and_the_most_widespread_comes_first() -> None:
    rage = row(1, flags=("rage",), weight=4)
    dead = row(2, flags=("dead",), weight=4, key="button [id=help]")
    visits = {"s1": timeline(rage, dead, replace(dead, ref="e3"), replace(dead, ref="e4")), "s2": timeline(rage)}
    assert outline(compare(visits)) == snapshot(
        [
            ("rage", "shop.example/cart", "button [id=pay]", "", ("s1", "s2"), 2),
            ("dead", "shop.example/cart", "button [id=help]", "", ("s1",), 3),
        ]
    )


def test_a_row_with_two_flags_is_two_problems() -> None:
    assert [group.problem for group in compare({"s1": timeline(row(1, flags=("rage", "dead"), weight=4))})] == [
        "rage",
        "dead",
    ]


def test_ids_in_urls_do_not_split_a_group() -> None:
    def visit(number: int) -> Timeline:
        errors = (
            failed(2, f"https://api.shop.example/v1/orders/{number}7/pay?card=***"),
            logged(3, f'Order "{number}" of user {number}99 failed at 10:0{number}'),
        )
        page = f"https://shop.example/orders/{number}/pay?token=abc{number}#step{number}"
        return timeline(replace(followed(*errors), page=page), *errors)

    visits = {f"s{number}": visit(number) for number in (1, 2)}
    assert outline(compare(visits)) == snapshot(
        [
            (
                "error_after",
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

    assert [(group.error, group.session_ids) for group in compare({"s1": visit(500), "s2": visit(402)})] == snapshot(
        [("402 POST shop.example/pay", ("s2",)), ("500 POST shop.example/pay", ("s1",))]
    )


def test_only_error_after_names_an_error() -> None:
    action = replace(followed(logged(2, "failed")), flags=("rage", "error_after"))
    groups = compare({"s1": timeline(action, logged(2, "failed"))})
    assert [(group.problem, group.error) for group in groups] == [("rage", ""), ("error_after", "failed")]


def test_only_an_error_that_followed_no_action_is_a_problem_of_its_own() -> None:
    errors = failed(2, "https://shop.example/a"), logged(3, "x")
    rows = followed(*errors), *errors, failed(4, "https://shop.example/b"), logged(5, "y")
    assert [(group.problem, group.target) for group in compare({"s1": timeline(*rows)})] == snapshot(
        [("error_after", "button [id=pay]"), ("failed_request", "500 POST shop.example/b"), ("console_error", "y")]
    )


def test_elements_are_the_same_by_their_key_or_else_by_their_name() -> None:
    keyed = [
        row(1, flags=("dead",), element=RowElement("button", f"Pay {price}", "[id=pay]"), weight=4)
        for price in (10, 20)
    ]
    bare = [row(1, flags=("dead",), key="", element=RowElement("button", label), weight=4) for label in ("A", "B")]
    assert len(compare({"s1": timeline(keyed[0]), "s2": timeline(keyed[1])})) == 1
    assert len(compare({"s1": timeline(bare[0]), "s2": timeline(bare[1])})) == 2


def test_the_example_is_the_clearest_sighting_and_then_the_earliest() -> None:
    plain, later = row(1, flags=("dead",), weight=4), row(5, flags=("dead",), weight=4)
    clearest = row(9, flags=("rage", "dead"), count=3, weight=4)
    more_clicks = row(8, flags=("rage", "dead"), count=7, weight=4)

    def example(*rows: Row) -> str:
        [group] = [group for group in compare({"s1": timeline(*rows)}) if group.problem == "dead"]
        return group.sightings[0].row.ref

    assert example(later, plain) == "e1"
    assert example(plain, clearest) == "e9"
    assert example(plain, clearest, more_clicks) == "e8"


def test_the_order_does_not_depend_on_the_order_of_the_recordings() -> None:
    rage = timeline(row(1, flags=("rage",), weight=4))
    dead = timeline(row(1, flags=("dead",), weight=4))
    problems = [
        [(group.problem, group.target) for group in compare(visits)]
        for visits in ({"s1": rage, "s2": dead}, {"s2": dead, "s1": rage})
    ]
    assert problems[0] == problems[1]


@pytest.mark.parametrize(
    ("url", "pattern"),
    [
        ("https://shop.example/", "shop.example/"),
        ("https://shop.example", "shop.example"),
        ("http://shop.example:8080/a?b=c#d", "shop.example:8080/a"),
        ("https://shop.example/orders/1234/items/9", "shop.example/orders/:id/items/:id"),
        (f"https://shop.example/u/{ID}/edit", "shop.example/u/:id/edit"),
        (f"https://shop.example/u/{ID.upper()}", "shop.example/u/:id"),
        ("https://shop.example/a/deadbeef01", "shop.example/a/:id"),
        ("https://shop.example/how-to-return-things-easily", "shop.example/how-to-return-things-easily"),
        ("https://shop.example/t/9f86d081-x_884c7d659", "shop.example/t/:id"),
        ("https://shop.example/café/naïve", "shop.example/café/naïve"),
        ("", ""),
        ("about:***", "about:***"),
        ("/only/a/path/5", "/only/a/path/:id"),
    ],
)
def test_a_page_is_its_host_and_path_without_ids_and_numbers(url: str, pattern: str) -> None:
    assert page_pattern(url) == pattern


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (failed(1, "https://shop.example/pay/77?x=***"), "500 POST shop.example/pay/:id"),
        (row(1, "network", url="https://shop.example/x", status=404), "404 shop.example/x"),
        (logged(1, "Cannot read 'x' of undefined (app.js:10:22)"), 'Cannot read "…" of undefined (app.js:N:N)'),
        (logged(1, "Timeout after 3000 ms"), "Timeout after N ms"),
        (logged(1, "Timeout after 1.5.2 ms"), "Timeout after N ms"),
        (logged(1, f'User "{ID}" has no cart'), 'User "…" has no cart'),
        (logged(1, ""), ""),
    ],
)
def test_a_fingerprint_contains_no_ids_and_numbers(found: Row, words: str) -> None:
    assert fingerprint(found) == words


def test_a_fingerprint_has_a_maximum_length() -> None:
    assert len(fingerprint(logged(1, "x" * 500))) == MAX_FINGERPRINT_LENGTH
    hostile = logged(1, "a-" * 20_000 + "'" * 20_000 + "1" * 20_000)
    assert len(fingerprint(hostile)) <= MAX_FINGERPRINT_LENGTH
