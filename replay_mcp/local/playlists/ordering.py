"""Merges synthetic and stored playlists into one order, a page at a time. Pure functions.

A synthetic playlist has a rank, its position (from 0) in the merged order. The rank follows from the number of stored
playlists before it, so a page needs only counts and one slice of the stored playlists (live behaviour).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeVar

from replay_mcp.local.http.pagination import Window

Stored = TypeVar("Stored")
Synthetic = TypeVar("Synthetic")


@dataclass(frozen=True, slots=True)
class Order:
    """An order of the playlists list. Equal playlists are ordered by ascending id, in either direction.

    By time, synthetic playlists count as infinitely recent; by `label`, they come before equal stored ones.
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
    """Parse the `order` parameter; an unknown value means the default (live behaviour)."""
    column = _COLUMNS.get((text or "").removeprefix("-"))
    return Order(column, descending=(text or "").startswith("-")) if column else DEFAULT_ORDER


def label(name: str | None, derived_name: str | None) -> str:
    """The sort key by name: the name, else the derived name, else an empty text; in lower case."""
    return (name or derived_name or "").lower()


def rank(stored_before: Sequence[int]) -> list[int]:
    """Ranks of the synthetic playlists.

    Args:
        stored_before: for each synthetic playlist, in order, the number of stored ones before it.
    """
    return [before + synthetics_before for synthetics_before, before in enumerate(stored_before)]


@dataclass(frozen=True, slots=True)
class Split:
    """The contents of a page: `synthetics[first:last]`, and a window of the stored playlists."""

    first: int
    last: int
    stored: Window


def split_page(ranks: Sequence[int], page: Window) -> Split:
    """Divide a page of the merged order into stored and synthetic playlists, whose `ranks` ascend."""
    first = sum(rank < page.offset for rank in ranks)
    last = sum(rank < page.offset + page.limit for rank in ranks)
    return Split(first, last, Window(limit=page.limit - (last - first), offset=page.offset - first))


def order_page(
    synthetics: Sequence[Synthetic], ranks: Sequence[int], stored: Sequence[Stored], page: Window
) -> list[Synthetic | Stored]:
    """Merge a page: the synthetic playlists at their ranks, the stored ones around them in order."""
    merged: list[Synthetic | Stored] = list(stored)
    for synthetic, rank in zip(synthetics, ranks, strict=True):
        merged.insert(rank - page.offset, synthetic)
    return merged
