"""Which rows an answer shows."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replay_mcp.recording.timeline.rows import Kind, Row, RowElement
from replay_mcp.recording.timeline.selection import Wanted, counted, in_time, page_of, ranked


def row(place: int, kind: Kind = "click", **fields: Any) -> Row:
    usual: dict[str, Any] = {"ref": f"e{place}", "seconds": float(place), "tab": 1, "kind": kind}
    return Row(**usual | fields)


ROWS = (
    row(1, "navigation", page="https://shop.example/", title="Straße", weight=3),
    row(2, "network", method="POST", url="https://shop.example/pay", status=500, weight=4),
    row(3, "network", method="GET", url="https://shop.example/x.png", status=0),
    row(4, "click", element=RowElement("button", "Pay"), flags=("rage", "dead"), until=6.0, weight=4),
    row(5, "console", message="slow", level="warn", weight=2),
    row(6, "console", message="failed", level="error", tab=2, weight=4),
    row(7, "console", message="noted", level="info", tab=2),
    row(8, "network", method="GET", url="https://shop.example/faq", status=404, tab=2, weight=4),
    row(9, "scroll", flags=("error_after",), weight=4),
    row(10, "typing", element=RowElement("field"), weight=3),
)


def refs(wanted: Wanted) -> list[int]:
    return [int(found.ref[1:]) for found in ranked(ROWS, wanted)]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(start=8.0), [8, 9, 10]),
        (Wanted(end=2.0), [1, 2]),
        (Wanted(start=3.0, end=4.0), [3, 4]),
        (Wanted(start=6.0, end=6.0), [4, 6]),  # a row that lasts until then counts
        (Wanted(start=6.01, end=6.9), []),
        (Wanted(start=5.0, end=3.0), []),
        (Wanted(kinds=frozenset({"click"})), [4]),
        (Wanted(kinds=frozenset({"click", "scroll", "idle"})), [4, 9]),
        (Wanted(flags=frozenset({"dead", "error_after"})), [4, 9]),
        (Wanted(flags=frozenset({"slow"})), []),
        (Wanted(contains="PAY"), [2, 4]),
        (Wanted(contains="titled"), [1]),
        (Wanted(contains="STRASSE"), [1]),
        (Wanted(contains="nowhere"), []),
        (Wanted(min_status=500), [2]),
        (Wanted(min_status=400), [2, 8]),
        (Wanted(min_status=100), [2, 8]),  # not known is no status
        (Wanted(console_level="info"), [5, 6, 7]),
        (Wanted(console_level="warn"), [5, 6]),
        (Wanted(console_level="error"), [6]),
        (Wanted(console_level="warn", min_status=400), [2, 5, 6, 8]),
        (Wanted(tab=2), [6, 7, 8]),
        (Wanted(tab=3), []),
        (Wanted(tab=2, console_level="warn", min_status=400, start=7.0), [8]),
        (Wanted(kinds=frozenset({"network"}), console_level="error"), []),
        (Wanted(kinds=frozenset({"click"}), flags=frozenset({"rage"}), contains="button", start=4.0, end=4.0), [4]),
    ],
)
def test_filters_select_in_the_order_of_time(wanted: Wanted, found: list[int]) -> None:
    assert refs(wanted) == found


def test_a_console_line_of_a_level_that_nobody_named_counts_as_none() -> None:
    assert ranked([row(1, "console", level="info"), row(2)], Wanted(console_level="info")) == [
        row(1, "console", level="info")
    ]


def test_without_a_filter_what_matters_most_comes_first_and_of_equals_the_earliest() -> None:
    assert Wanted().everything
    assert refs(Wanted()) == [2, 4, 6, 8, 9, 1, 10, 5, 3, 7]


@pytest.mark.parametrize(
    "wanted", [Wanted(start=0.0), Wanted(end=1e9), Wanted(tab=1), Wanted(min_status=100), Wanted(contains=" ")]
)
def test_any_filter_asks_for_something_in_particular(wanted: Wanted) -> None:
    assert not wanted.everything
    places = refs(wanted)
    assert places == sorted(places)


def test_a_page_without_a_filter_is_the_story_and_then_the_rest() -> None:
    everything = ranked(ROWS, Wanted())
    assert len(page_of(everything, Wanted(), 0, 60)) == 7
    assert len(page_of(everything, Wanted(), 0, 3)) == 3
    assert [found.ref for found in page_of(everything, Wanted(), 7, 2)] == ["e5", "e3"]
    assert page_of(everything, Wanted(), 10, 60) == []


def test_with_a_filter_a_page_does_not_stop_where_the_story_ends() -> None:
    wanted = Wanted(console_level="info")
    assert len(page_of(ranked(ROWS, wanted), wanted, 0, 60)) == 3


def test_without_a_story_the_rest_is_the_first_page() -> None:
    dull = [row(1, "scroll"), row(2, "console", level="info")]
    assert page_of(ranked(dull, Wanted()), Wanted(), 0, 60) == dull


def test_refs_tell_the_order_of_time() -> None:
    assert [found.ref for found in in_time([row(10), row(9), row(2), row(100)])] == ["e2", "e9", "e10", "e100"]


def test_counts_name_the_most_frequent_kind_first() -> None:
    assert list(counted(ROWS).items())[:2] == [("network", 3), ("console", 3)]
    assert sum(counted(ROWS).values()) == len(ROWS)
    assert counted([]) == {}


@given(
    st.lists(st.tuples(st.sampled_from(["click", "console", "network"]), st.integers(1, 4)), max_size=60),
    st.sampled_from([Wanted(), Wanted(kinds=frozenset({"click"})), Wanted(start=3.0, end=20.0)]),
    st.integers(1, 70),
)
def test_pages_together_are_every_matching_row_once(made: list[tuple[Kind, int]], wanted: Wanted, limit: int) -> None:
    rows = [row(place, kind, weight=weight) for place, (kind, weight) in enumerate(made, 1)]
    candidates = ranked(rows, wanted)
    seen: list[Row] = []
    while page := page_of(candidates, wanted, len(seen), limit):
        assert len(page) <= limit
        seen += page
    assert seen == candidates
    assert sorted(seen, key=lambda found: found.seconds) == [found for found in rows if wanted.matches(found)]
