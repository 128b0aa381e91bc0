"""Which rows a result shows, and in which order."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replay_mcp.recording.timeline.rows import Kind, Row, RowElement
from replay_mcp.recording.timeline.selection import RowFilter, counted, page_of, ranked


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


def refs(row_filter: RowFilter) -> list[int]:
    return [int(found.ref[1:]) for found in ranked(ROWS, row_filter)]


@pytest.mark.parametrize(
    ("row_filter", "found"),
    [
        (RowFilter(start=8.0), [8, 9, 10]),
        (RowFilter(end=2.0), [1, 2]),
        (RowFilter(start=3.0, end=4.0), [3, 4]),
        (RowFilter(start=6.0, end=6.0), [4, 6]),  # matches a row that lasts until then
        (RowFilter(start=6.01, end=6.9), []),
        (RowFilter(start=5.0, end=3.0), []),
        (RowFilter(kinds=frozenset({"click"})), [4]),
        (RowFilter(kinds=frozenset({"click", "scroll", "idle"})), [4, 9]),
        (RowFilter(flags=frozenset({"dead", "error_after"})), [4, 9]),
        (RowFilter(flags=frozenset({"slow"})), []),
        (RowFilter(contains="PAY"), [2, 4]),
        (RowFilter(contains="titled"), [1]),
        (RowFilter(contains="STRASSE"), [1]),
        (RowFilter(contains="nowhere"), []),
        (RowFilter(min_status=500), [2]),
        (RowFilter(min_status=400), [2, 8]),
        (RowFilter(min_status=100), [2, 8]),  # an unknown status matches no filter
        (RowFilter(console_level="info"), [5, 6, 7]),
        (RowFilter(console_level="warn"), [5, 6]),
        (RowFilter(console_level="error"), [6]),
        (RowFilter(console_level="warn", min_status=400), [2, 5, 6, 8]),
        (RowFilter(tab=2), [6, 7, 8]),
        (RowFilter(tab=3), []),
        (RowFilter(tab=2, console_level="warn", min_status=400, start=7.0), [8]),
        (RowFilter(kinds=frozenset({"network"}), console_level="error"), []),
        (RowFilter(kinds=frozenset({"click"}), flags=frozenset({"rage"}), contains="button", start=4.0, end=4.0), [4]),
    ],
)
def test_filters_select_rows_in_time_order(row_filter: RowFilter, found: list[int]) -> None:
    assert refs(row_filter) == found


def test_a_row_without_a_console_level_does_not_match_a_level_filter() -> None:
    assert ranked([row(1, "console", level="info"), row(2)], RowFilter(console_level="info")) == [
        row(1, "console", level="info")
    ]


def test_without_a_filter_rows_are_ordered_by_weight_and_then_time() -> None:
    assert RowFilter().is_empty
    assert refs(RowFilter()) == [2, 4, 6, 8, 9, 1, 10, 5, 3, 7]


@pytest.mark.parametrize(
    "row_filter",
    [RowFilter(start=0.0), RowFilter(end=1e9), RowFilter(tab=1), RowFilter(min_status=100), RowFilter(contains=" ")],
)
def test_a_filter_with_any_field_is_not_empty(row_filter: RowFilter) -> None:
    assert not row_filter.is_empty
    places = refs(row_filter)
    assert places == sorted(places)


def test_a_page_without_a_filter_is_the_story_and_then_the_rest() -> None:
    everything = ranked(ROWS, RowFilter())
    assert len(page_of(everything, RowFilter(), 0, 60)) == 7
    assert len(page_of(everything, RowFilter(), 0, 3)) == 3
    assert [found.ref for found in page_of(everything, RowFilter(), 7, 2)] == ["e5", "e3"]
    assert page_of(everything, RowFilter(), 10, 60) == []


def test_with_a_filter_a_page_does_not_stop_where_the_story_ends() -> None:
    row_filter = RowFilter(console_level="info")
    assert len(page_of(ranked(ROWS, row_filter), row_filter, 0, 60)) == 3


def test_without_a_story_the_rest_is_the_first_page() -> None:
    dull = [row(1, "scroll"), row(2, "console", level="info")]
    assert page_of(ranked(dull, RowFilter()), RowFilter(), 0, 60) == dull


def test_counts_name_the_most_frequent_kind_first() -> None:
    assert list(counted(ROWS).items())[:2] == [("network", 3), ("console", 3)]
    assert sum(counted(ROWS).values()) == len(ROWS)
    assert counted([]) == {}


@given(
    st.lists(st.tuples(st.sampled_from(["click", "console", "network"]), st.integers(1, 4)), max_size=60),
    st.sampled_from([RowFilter(), RowFilter(kinds=frozenset({"click"})), RowFilter(start=3.0, end=20.0)]),
    st.integers(1, 70),
)
def test_all_pages_together_have_every_matching_row_once(
    made: list[tuple[Kind, int]], row_filter: RowFilter, limit: int
) -> None:
    rows = [row(place, kind, weight=weight) for place, (kind, weight) in enumerate(made, 1)]
    candidates = ranked(rows, row_filter)
    seen: list[Row] = []
    while page := page_of(candidates, row_filter, len(seen), limit):
        assert len(page) <= limit
        seen += page
    assert seen == candidates
    assert sorted(seen, key=lambda found: found.seconds) == [found for found in rows if row_filter.matches(found)]
