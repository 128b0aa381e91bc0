"""Synthetic playlists in the merged order: ranks, splits into pages, and pages that add up."""

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from replay_mcp.local.http.pagination import Window
from replay_mcp.local.playlists.ordering import Order, Split, label, order_page, parse_order, rank, split_page


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("last_modified_at", Order("last_modified_at", descending=False)),
        ("-last_modified_at", Order("last_modified_at", descending=True)),
        ("created_at", Order("created_at", descending=False)),
        ("-created_at", Order("created_at", descending=True)),
        ("name", Order("label", descending=False)),
        ("-name", Order("label", descending=True)),
    ]
    + [(unknown, Order("last_modified_at", descending=True)) for unknown in (None, "", "-", "--name", "id", "label")],
)
def test_six_orders_are_known_and_anything_else_is_the_default(text: str | None, order: Order):
    assert parse_order(text) == order


@pytest.mark.parametrize(
    ("name", "derived_name", "expected"),
    [("Ärger", "b", "ärger"), ("", "Derived", "derived"), (None, "Derived", "derived"), (None, None, ""), ("", "", "")],
)
def test_a_label_is_the_name_or_the_derived_name_in_lower_case(
    name: str | None, derived_name: str | None, expected: str
):
    assert label(name, derived_name) == expected


def test_a_rank_counts_stored_and_synthetic_playlists_before():
    assert rank([0, 0, 0]) == [0, 1, 2]
    assert rank([50, 50]) == [50, 51]
    assert rank([1, 1, 4]) == [1, 2, 6]
    assert rank([]) == []


def test_a_page_takes_the_synthetic_playlists_ranked_within_it_and_fills_up_with_stored_ones():
    ranks = [0, 1, 2, 3, 4, 5, 6]
    pages = [split_page(ranks, Window(limit=30, offset=offset)) for offset in (0, 5, 30)]
    assert pages == snapshot(
        [
            Split(first=0, last=7, stored=Window(limit=23, offset=0)),
            Split(first=5, last=7, stored=Window(limit=28, offset=0)),
            Split(first=7, last=7, stored=Window(limit=30, offset=23)),
        ]
    )


@dataclass(frozen=True)
class Entry:
    """A playlist of either kind as the merged order sees it."""

    key: Any
    synthetic: bool
    id: int


def merged(stored: list[Entry], synthetics: list[Entry], *, descending: bool) -> list[Entry]:
    """The whole order, sorted at once: by key, synthetic playlists first, then by ascending id."""
    entries = sorted([*synthetics, *stored], key=lambda entry: (not entry.synthetic, entry.id))
    return sorted(entries, key=lambda entry: entry.key, reverse=descending)


def pages(stored: list[Entry], synthetics: list[Entry], before: list[int], limit: int) -> list[list[Entry]]:
    """All pages, each made from counts and one slice of the stored playlists."""
    ranks = rank(before)
    made: list[list[Entry]] = []
    for offset in range(0, len(stored) + len(synthetics), limit):
        page = Window(limit=limit, offset=offset)
        split = split_page(ranks, page)
        rows = stored[split.stored.offset : split.stored.offset + split.stored.limit]
        shown = slice(split.first, split.last)
        made.append(order_page(synthetics[shown], ranks[shown], rows, page))
    return made


LABELS = st.text("abC", max_size=2).map(str.lower)


@given(
    stored_labels=st.lists(LABELS, max_size=30),
    synthetic_labels=st.lists(LABELS, max_size=7, unique=True),
    descending=st.booleans(),
    limit=st.integers(1, 12),
)
def test_pages_by_name_concatenate_to_the_whole_order_and_only_the_last_is_not_full(
    stored_labels: list[str], synthetic_labels: list[str], descending: bool, limit: int
):
    stored = merged([Entry(key, False, id) for id, key in enumerate(stored_labels)], [], descending=descending)
    entries = [Entry(key, True, -1 - id) for id, key in enumerate(synthetic_labels)]
    synthetics = sorted(entries, key=lambda entry: entry.key, reverse=descending)
    before = [
        sum(row.key > synthetic.key if descending else row.key < synthetic.key for row in stored)
        for synthetic in synthetics
    ]
    made = pages(stored, synthetics, before, limit)
    assert [entry for page in made for entry in page] == merged(stored, synthetics, descending=descending)
    assert [len(page) for page in made[:-1]] == [limit] * len(made[:-1])


@given(
    times=st.lists(st.integers(0, 5), max_size=30),
    synthetic_count=st.integers(0, 7),
    descending=st.booleans(),
    limit=st.integers(1, 12),
)
def test_pages_by_time_keep_the_synthetic_playlists_together_at_the_recent_end(
    times: list[int], synthetic_count: int, descending: bool, limit: int
):
    stored = merged([Entry(time, False, id) for id, time in enumerate(times)], [], descending=descending)
    synthetics = [Entry(float("inf"), True, -1 - id) for id in range(synthetic_count)]
    before = [0 if descending else len(stored)] * synthetic_count
    made = pages(stored, synthetics, before, limit)
    whole = [*synthetics, *stored] if descending else [*stored, *synthetics]
    assert [entry for page in made for entry in page] == whole
    assert [len(page) for page in made[:-1]] == [limit] * len(made[:-1])
