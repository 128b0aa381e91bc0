"""How a recordings query is best answered: from the sessions that a filter names, by time, or along the order.

SQLite cannot know: it has no statistics here, and most conditions are subqueries to it. So the way is chosen by counts
that are bounded, and forced with `INDEXED BY`.
"""

from collections.abc import Sequence
from math import inf, prod
from typing import Final, Literal

from .call import Call
from .conditions import MAX_LISTED, Condition

Way = Literal["named", "time", "order"]

_UNKNOWN_SHARE: Final = 0.02
"""What a condition of which nothing is known is taken to let through, where others are known: little, since naming
sessions takes a bounded time, and walking does not."""

# Microseconds, as measured.
_NAME, _LOOK_UP, _STEP, _CHECK = 1.0, 2.2, 0.5, 3.0


def best_way(
    call: Call, conditions: Sequence[Condition], window: tuple[int, int], *, by_time: bool, wanted: int
) -> Way:
    """Where to start from.

    `named`: the fewest sessions that a condition names, then sort; `time`: the window's recordings from its end or
    start, then sort unless that is the order; `order`: along the order's own index.

    Args:
        call: the request.
        conditions: all that must hold beside the window.
        window: the first and last start time, epoch milliseconds.
        by_time: the order is that of the start.
        wanted: rows of the page.
    """
    known = [condition.sessions for condition in conditions if condition.sessions is not None]
    stored: int = call.db.execute("SELECT coalesce(max(rowid), 0) + 1 FROM recording").fetchone()[0]
    inside = _inside(call, window)
    share = prod([*(count / stored for count in known), *[_UNKNOWN_SHARE] * (len(conditions) - len(known))])
    steps = wanted / share if share else inf
    step = _STEP if known or not conditions else _CHECK
    costs: dict[Way, float] = {
        "named": _LOOK_UP * min(known, default=inf),
        "time": step * (min(steps, inside) if by_time else inside),
        "order": inf if by_time else step * steps * stored / max(1, min(inside, stored)),
    }
    if known:  # whatever the way, the other lists are made; walking needs the shortest one too
        costs = {way: cost if way == "named" else cost + _NAME * min(known) for way, cost in costs.items()}
    return min(costs, key=lambda way: costs[way])


def _inside(call: Call, window: tuple[int, int]) -> float:
    """Recordings of the window; infinite when there are many."""
    sql = """
        SELECT count(*) FROM (SELECT 1 FROM recording INDEXED BY recording_by_start
        WHERE team_id = ? AND deleted_at IS NULL AND start_time BETWEEN ? AND ? LIMIT ?)
    """
    count: int = call.db.execute(sql, (call.team.id, *window, MAX_LISTED + 1)).fetchone()[0]
    return inf if count > MAX_LISTED else count
