"""SQL conditions on `recording AS r`, with the number of matching sessions if that is cheap to count."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from replay_mcp.local.http.call import Call

MAX_LISTED: Final = 20_000
"""Maximum number of sessions in a condition that lists them; if more match, recordings are checked one by one."""


class Condition(NamedTuple):
    """An SQL condition with its parameters.

    Attributes:
        sessions: maximum number of matching sessions, if the condition lists them, so that a query can start from them;
            None if unknown.
        found: SQL that selects their `session_id`, if the condition consists of this list only.
        of_session: whether the condition depends on the session id only.
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
    """Join at least one condition with `AND` or `OR`."""
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
    """Arrange the conditions for a query that starts from the shortest list of sessions.

    Conditions on the session id only are checked before the recording is looked up.
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
    """The condition that a recording's session is among those that a query finds.

    Args:
        call: the request.
        found: SQL that selects `session_id` from a covering index.
        parameters: parameters of `found`.
        otherwise: the equivalent check of one recording, used if `found` selects more than `MAX_LISTED` sessions.
    """
    count = f"SELECT count(*) FROM ({found} LIMIT ?)"  # noqa: S608 - our own text
    sessions: int = call.db.execute(count, (*parameters, MAX_LISTED + 1)).fetchone()[0]
    if sessions > MAX_LISTED:
        return otherwise
    return _among(found, tuple(parameters), sessions)


def _among(found: str, parameters: tuple[Any, ...], sessions: int | None) -> Condition:
    return Condition(f"r.session_id IN ({found})", parameters, sessions, found, of_session=True)
