"""Counts and skips a team's listed playlists by spans of `last_modified_at` instead of row by row.

Triggers in the schema store, per team, the number of listed playlists in each span of 2^32, 2^22 and 2^12 ms. The total
is the sum over the longest spans. The span that contains the n-th playlist is found in three steps, one per length.
"""

import sqlite3
from dataclasses import dataclass
from typing import Final

_BITS: Final = (32, 22, 12)
_FAN_OUT_BITS: Final = 10
_FIRST_SPAN, _LAST_SPAN = -(1 << 31), (1 << 31) - 1


def listed(db: sqlite3.Connection, team_id: int) -> int:
    """The number of the team's playlists, without deleted ones."""
    query = "SELECT coalesce(sum(listed), 0) FROM playlist_tally WHERE team_id = ? AND bits = ?"
    return db.execute(query, (team_id, _BITS[0])).fetchone()[0]


@dataclass(frozen=True, slots=True)
class PagePosition:
    """The position of a playlist: the `offset`-th (from 0) of those last modified from `start` to before `end`."""

    start: int
    end: int
    offset: int


def place(db: sqlite3.Connection, team_id: int, offset: int, *, descending: bool) -> PagePosition:
    """The position of the `offset`-th playlist by `last_modified_at`; `offset` must be less than `listed`."""
    first, last, span = _FIRST_SPAN, _LAST_SPAN, 0
    query = """
        SELECT span, listed FROM playlist_tally WHERE team_id = ? AND bits = ? AND span BETWEEN ? AND ?
        ORDER BY span * ?
    """
    direction = -1 if descending else 1
    for bits in _BITS:
        for row in db.execute(query, (team_id, bits, first, last, direction)):
            span = row["span"]
            if offset < row["listed"]:
                break
            offset -= row["listed"]
        first, last = span << _FAN_OUT_BITS, ((span + 1) << _FAN_OUT_BITS) - 1
    return PagePosition(start=span << _BITS[-1], end=(span + 1) << _BITS[-1], offset=offset)
