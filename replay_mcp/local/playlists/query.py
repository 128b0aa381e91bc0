"""Counts, ranks and slices the stored playlists of a list request in SQL, without reading all of them."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any, Final

from replay_mcp.local.errors import server_error
from replay_mcp.local.http.call import Call
from replay_mcp.local.http.pagination import Window
from replay_mcp.local.store.dates import parse_moment

from . import tally as playlist_tally
from .ordering import Order, label
from .synthetic import SyntheticPlaylist


@dataclass(frozen=True, slots=True)
class PlaylistQuery:
    """The stored playlists of a team that meet the request's filters, in an order.

    Attributes:
        where: SQL condition; `arguments` are its named parameters.
        whole: whether no filter applies, so that the tallies can be used.
    """

    db: sqlite3.Connection
    team_id: int
    order: Order
    where: str
    arguments: Mapping[str, Any]
    whole: bool

    def count(self) -> int:
        """The number of playlists."""
        return playlist_tally.listed(self.db, self.team_id) if self.whole else self._count("1")

    def count_before(self, synthetics: Sequence[SyntheticPlaylist], total: int) -> list[int]:
        """For each synthetic playlist, in order, the number of the `total` stored ones before it."""
        if self.order.column != "label" or not synthetics:
            return [0 if self.order.descending else total] * len(synthetics)
        before, not_before = (">", "<=") if self.order.descending else ("<", ">=")
        labels = [label(synthetic.name, None) for synthetic in synthetics]
        between = [
            self._count(f"label {before} :later AND label {not_before} :earlier", earlier=earlier, later=later)
            for earlier, later in pairwise(labels)
        ]
        return list(accumulate([self._count(f"label {before} :first", first=labels[0]), *between]))

    def rows(self, window: Window, total: int) -> list[sqlite3.Row]:
        """The rows in the window; `total` is the number of all rows."""
        if window.limit == 0 or window.offset >= total:
            return []
        condition, arguments = "1", {"limit": window.limit, "offset": window.offset}
        if self.whole and self.order.column == "last_modified_at":
            place = playlist_tally.place(self.db, self.team_id, window.offset, descending=self.order.descending)
            condition = f"last_modified_at {'< :end' if self.order.descending else '>= :start'}"
            arguments |= {"start": place.start, "end": place.end, "offset": place.offset}
        query = f"""
            SELECT * FROM session_recording_playlist WHERE {self.where} AND {condition}
            ORDER BY {self.order.column} {"DESC" if self.order.descending else "ASC"}, id LIMIT :limit OFFSET :offset
        """  # noqa: S608 - our own text
        return self.db.execute(query, {**self.arguments, **arguments}).fetchall()

    def _count(self, condition: str, **arguments: str) -> int:
        query = f"SELECT count(*) FROM session_recording_playlist WHERE {self.where} AND {condition}"  # noqa: S608 - ours
        return self.db.execute(query, {**self.arguments, **arguments}).fetchone()[0]


def parse_query(call: Call, order: Order) -> PlaylistQuery:
    """Parse the request's filters, all of which must be met (live behaviour).

    Raises:
        ApiFailure: 500 for a `created_by` that is not a number (live behaviour).
    """
    conditions = [found for item in call.query.items() if (found := _BY_NAME.get(item[0]) or _BY_VALUE.get(item))]
    # The plus keeps SQLite from using the order's index: the playlists of one recording are found by their items.
    team = "+team_id = :team_id" if "session_recording_id" in call.query else "team_id = :team_id"
    return PlaylistQuery(
        db=call.db,
        team_id=call.team.id,
        order=order,
        where=" AND ".join([team, "deleted = 0", *conditions]),
        arguments={"team_id": call.team.id, "user_id": call.user.id}
        | {name: convert(call, call.query[name]) for name, convert in _ARGUMENTS.items() if name in call.query},
        whole=not conditions,
    )


_BY_NAME: Final = {
    "user": "created_by = :user_id",
    "created_by": "created_by = :created_by",
    "pinned": "pinned = 1",
    "date_from": "last_modified_at > :date_from",
    "date_to": "last_modified_at < :date_to",
    "search": "(contains(name, :search) OR contains(derived_name, :search))",
    "session_recording_id": (
        "id IN (SELECT playlist_id FROM session_recording_playlist_item WHERE session_id = :session_recording_id)"
    ),
}
"""Conditions by query parameter. The values of `user` and `pinned` are ignored, even `false`, and so is the documented
parameter `short_id` (live behaviour)."""

_BY_VALUE: Final = {
    ("type", "collection"): "type = 'collection'",
    ("type", "filters"): "type = 'filters'",
    ("collection_type", "synthetic"): "0",
}
"""Conditions by parameter and value; other values are ignored (live behaviour)."""


def _user_id(_: Call, text: str) -> int:
    try:
        user_id = int(text)
    except ValueError as error:
        raise server_error() from error
    return user_id if abs(user_id) < 1 << 63 else 0  # 0 is nobody, like any number that SQLite cannot represent


def _moment(call: Call, text: str) -> int:
    moment = parse_moment(text, call.now)
    return call.now if moment is None else moment  # an invalid date means now (live behaviour)


_ARGUMENTS: Final[dict[str, Callable[[Call, str], int | str]]] = {
    "created_by": _user_id,
    "date_from": _moment,
    "date_to": _moment,
    "search": lambda _, text: text.lower(),
    "session_recording_id": lambda _, text: text,
}
