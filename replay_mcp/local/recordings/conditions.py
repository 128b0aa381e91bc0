"""SQL conditions on `recording AS r`, with the number of matching sessions where that is cheap to count."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from replay_mcp.local.http.call import Call

MAX_LISTED: Final = 20_000
"""Sessions that one condition may name; of more, each recording is checked in turn."""


class Condition(NamedTuple):
    """An SQL condition with its parameters.

    Attributes:
        sessions: at most so many sessions meet it, and it names them, so that a query can start from them. None: not
            known, perhaps all do.
        found: SQL giving their `session_id`, if that is all there is to it.
        of_session: it looks at nothing of the recording but its session's name.
    """

    sql: str
    parameters: tuple[Any, ...] = ()
    sessions: int | None = None
    found: str | None = None
    of_session: bool = False

    def denied(self) -> "Condition":
        """The negated condition."""
        return Condition(f"NOT ({self.sql})", self.parameters, of_session=self.of_session)


def combine(conditions: Sequence[Condition], operand: str) -> Condition:
    """All of the conditions (`AND`) or one of them (`OR`); there is at least one."""
    parameters = tuple(value for condition in conditions for value in condition.parameters)
    found = [condition.found for condition in conditions if condition.found]
    known = [condition.sessions for condition in conditions if condition.sessions is not None]
    if operand == "OR" and len(found) == len(conditions):
        return _among(" UNION ALL ".join(found), parameters, sum(known))
    sql = f" {operand} ".join(f"({condition.sql})" for condition in conditions)
    return Condition(
        sql,
        parameters,
        min(known, default=None) if operand == "AND" else None,
        of_session=all(condition.of_session for condition in conditions),
    )


def narrowed(conditions: Sequence[Condition]) -> list[Condition]:
    """The same conditions, for a query that starts from the fewest sessions named.

    What needs no more than a session's name is checked before its recording is looked up.
    """
    named = [condition for condition in conditions if condition.found]
    first = min(named, key=lambda condition: condition.sessions or 0, default=None)
    rest = [condition for condition in conditions if condition is not first]
    tests = [condition for condition in rest if condition.of_session]
    if first is None or not tests:
        return [*conditions]
    test = combine(tests, "AND")
    left = f"SELECT r.session_id FROM ({first.found}) r WHERE {test.sql}"  # noqa: S608 - our own text
    others = [condition for condition in rest if not condition.of_session]
    return [_among(left, (*first.parameters, *test.parameters), first.sessions), *others]


def among(call: Call, found: str, parameters: Sequence[Any], otherwise: Condition) -> Condition:
    """The sessions that a query finds.

    Args:
        call: the request.
        found: SQL giving `session_id`, from an index that holds all it looks at.
        parameters: of that SQL.
        otherwise: the same condition as a check of one recording, for when there are more than `MAX_LISTED`.
    """
    count = f"SELECT count(*) FROM ({found} LIMIT ?)"  # noqa: S608 - our own text
    sessions: int = call.db.execute(count, (*parameters, MAX_LISTED + 1)).fetchone()[0]
    if sessions > MAX_LISTED:
        return otherwise
    return _among(found, tuple(parameters), sessions)


def _among(found: str, parameters: tuple[Any, ...], sessions: int | None) -> Condition:
    return Condition(f"r.session_id IN ({found})", parameters, sessions, found, of_session=True)
