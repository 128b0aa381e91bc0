"""Synthetic playlists among stored ones: one merged order, paged without ever holding all of it. Pure functions.

A synthetic playlist has a rank, its place (from 0) in the merged order. It follows from how many stored playlists come
before it, so a page needs only counts and one slice of the stored ones (live behaviour).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeVar

from replay_mcp.local.http.pagination import Window

Stored = TypeVar("Stored")
Synthetic = TypeVar("Synthetic")


@dataclass(frozen=True, slots=True)
class Order:
    """An order of the playlists list. Equal playlists follow each other by ascending id in either direction.

    By time, synthetic playlists count as infinitely recent; by `label` they stand before an equal stored one.
    """

    column: Literal["last_modified_at", "created_at", "label"]
    descending: bool


_COLUMNS: Final[dict[str, Literal["last_modified_at", "created_at", "label"]]] = {
    "last_modified_at": "last_modified_at",
    "created_at": "created_at",
    "name": "label",
}
DEFAULT_ORDER: Final = Order("last_modified_at", descending=True)


def parse_order(text: str | None) -> Order:
    """The order that the `order` parameter names; the default for an unknown one (live behaviour)."""
    column = _COLUMNS.get((text or "").removeprefix("-"))
    return Order(column, descending=(text or "").startswith("-")) if column else DEFAULT_ORDER


def label(name: str | None, derived_name: str | None) -> str:
    """What a playlist is ordered by when ordering by name: name, else derived name, else nothing; lower case."""
    return (name or derived_name or "").lower()


def rank(stored_before: Sequence[int]) -> list[int]:
    """Ranks of the synthetic playlists, in the merged order's sequence.

    Args:
        stored_before: for each synthetic playlist, how many stored ones come before it.
    """
    return [before + synthetics_before for synthetics_before, before in enumerate(stored_before)]


@dataclass(frozen=True, slots=True)
class Split:
    """What one page takes from either side: `synthetics[first:last]`, and a window of the stored playlists."""

    first: int
    last: int
    stored: Window


def split_page(ranks: Sequence[int], page: Window) -> Split:
    """Divide a page of the merged order between stored playlists and synthetic ones, whose `ranks` ascend."""
    first = sum(rank < page.offset for rank in ranks)
    last = sum(rank < page.offset + page.limit for rank in ranks)
    return Split(first, last, Window(limit=page.limit - (last - first), offset=page.offset - first))


def order_page(
    synthetics: Sequence[Synthetic], ranks: Sequence[int], stored: Sequence[Stored], page: Window
) -> list[Synthetic | Stored]:
    """Merge a page: synthetic playlists at their ranks, stored ones in order around them."""
    merged: list[Synthetic | Stored] = list(stored)
    for synthetic, rank in zip(synthetics, ranks, strict=True):
        merged.insert(rank - page.offset, synthetic)
    return merged
