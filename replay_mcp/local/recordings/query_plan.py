"""Query planning: start from the sessions that a filter matches, from the time window, or along the order's index.

SQLite cannot choose well: it has no statistics here, and most conditions are subqueries. The plan is chosen by bounded
counts instead, and enforced with `INDEXED BY`.
"""

from collections.abc import Sequence
from math import inf, prod
from typing import Final, Literal

from replay_mcp.local.http.call import Call

from .conditions import MAX_LISTED, Condition, combine

Way = Literal["named", "time", "order"]

_UNKNOWN_SHARE: Final = 0.02
"""Assumed share of sessions that a condition matches if it is unknown. It is small, because starting from a list of
sessions takes bounded time and walking along an index does not."""
_SAMPLE: Final = 300
"""Number of one condition's sessions on which the selectivity of the others is measured."""

# Measured, in microseconds.
_NAME, _LOOK_UP, _STEP, _CHECK = 1.0, 2.2, 0.5, 3.0


def best_way(
    call: Call, conditions: Sequence[Condition], window: tuple[int, int], *, by_time: bool, wanted: int
) -> Way:
    """Choose what a query starts from.

    `named`: the shortest list of sessions in a condition, then sort. `time`: the recordings in the window, then sort
    unless they are ordered by time. `order`: the order's own index.

    Args:
        call: the request.
        conditions: all conditions besides the window.
        window: the first and last start time, epoch milliseconds.
        by_time: whether recordings are ordered by start time.
        wanted: number of rows on the page.
    """
    stored: int = call.db.execute("SELECT coalesce(max(rowid), 0) + 1 FROM recording").fetchone()[0]
    inside = _inside(call, window)
    named = [condition for condition in conditions if condition.sessions is not None]
    others = [condition for condition in conditions if condition.sessions is None]
    fewest = min((condition.sessions or 0 for condition in named), default=inf)
    share = prod((condition.sessions or 0) / stored for condition in named) * _share(call, named, others)
    steps = wanted / share if share else inf
    step = _STEP if named or not others else _CHECK
    costs: dict[Way, float] = {
        "named": (_CHECK if others else _LOOK_UP) * fewest,
        "time": step * (min(steps, inside) if by_time else inside),
        "order": inf if by_time else step * steps * stored / max(1, min(inside, stored)),
    }
    if named:  # the other lists are needed in any case; walking needs this one as well
        costs = {way: cost if way == "named" else cost + _NAME * fewest for way, cost in costs.items()}
    return min(costs, key=lambda way: costs[way])


def _share(call: Call, named: Sequence[Condition], others: Sequence[Condition]) -> float:
    """The share of the listed sessions that meet the other conditions, measured on the newest ones of one list."""
    sample = min(named, key=lambda condition: condition.sessions or 0, default=None)
    if not others or sample is None or sample.found is None or (sample.sessions or 0) <= _SAMPLE:
        return _UNKNOWN_SHARE ** len(others)
    meets = combine(others, "AND")
    sql = f"""
        SELECT count(*), total({meets.sql}) FROM (
            SELECT DISTINCT session_id FROM ({sample.found}) ORDER BY session_id DESC LIMIT {_SAMPLE}
        ) named CROSS JOIN recording r ON r.session_id = named.session_id
    """  # noqa: S608 - our own text; values are parameters
    tried, met = call.db.execute(sql, (*meets.parameters, *sample.parameters)).fetchone()
    return max(met, 0.1) / max(tried, 1)


def _inside(call: Call, window: tuple[int, int]) -> float:
    """The number of recordings that start in the window; infinite if there are many."""
    sql = """
        SELECT count(*) FROM (SELECT 1 FROM recording INDEXED BY recording_by_start
        WHERE team_id = ? AND deleted_at IS NULL AND start_time BETWEEN ? AND ? LIMIT ?)
    """
    count: int = call.db.execute(sql, (call.team.id, *window, MAX_LISTED + 1)).fetchone()[0]
    return inf if count > MAX_LISTED else count
