"""SQL conditions on `recording AS r`, and how many sessions meet them, as far as that is cheap to know."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from .call import Call

MAX_LISTED: Final = 20_000
"""Sessions that one condition may name; of more, each recording is checked in turn."""


class Condition(NamedTuple):
    """An SQL condition with its parameters.

    Attributes:
        sessions: at most so many sessions meet it, and it names them, so that a query can start from them. None: not
            known, perhaps all do.
        found: SQL giving their `session_id`, if that is all there is to it.
    """

    sql: str
    parameters: tuple[Any, ...] = ()
    sessions: int | None = None
    found: str | None = None

    def denied(self) -> "Condition":
        """What it does not hold for."""
        return Condition(f"NOT ({self.sql})", self.parameters)


def combine(conditions: Sequence[Condition], operand: str) -> Condition:
    """All of the conditions (`AND`) or one of them (`OR`); there is at least one."""
    parameters = tuple(value for condition in conditions for value in condition.parameters)
    found = [condition.found for condition in conditions if condition.found]
    known = [condition.sessions for condition in conditions if condition.sessions is not None]
    if operand == "OR" and len(found) == len(conditions):
        return _among(" UNION ALL ".join(found), parameters, sum(known))
    sql = f" {operand} ".join(f"({condition.sql})" for condition in conditions)
    return Condition(sql, parameters, min(known, default=None) if operand == "AND" else None)


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


def _among(found: str, parameters: tuple[Any, ...], sessions: int) -> Condition:
    return Condition(f"r.session_id IN ({found})", parameters, sessions, found)
