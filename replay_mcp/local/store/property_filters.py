"""Property filters: their model, and functions that check values (live behaviour of the operators).

SQLite calls `text_matches` and `json_matches`, with the filter as JSON text in a parameter.
"""

import operator
from collections.abc import Callable
from functools import lru_cache
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from replay_mcp import exact_json
from replay_mcp.local.errors import invalid

from .clock import DAY_MS
from .dates import parse_moment
from .regex import compile_pattern

MAX_VALUES: Final = 1_000

Operator = Literal[
    "exact", "is_not", "icontains", "not_icontains", "regex", "not_regex", "gt", "gte", "lt", "lte", "is_set",
    "is_not_set", "is_date_exact", "is_date_before", "is_date_after", "between", "not_between", "in", "not_in",
]  # fmt: skip
Scalar: TypeAlias = str | int | float | bool
Matcher: TypeAlias = Callable[[Any], bool]

NEGATIONS: Final[dict[Operator, Operator]] = {
    "is_not": "exact",
    "not_icontains": "icontains",
    "not_regex": "regex",
    "is_not_set": "is_set",
    "not_between": "between",
    "not_in": "in",
}
"""The positive operator of each negative one. For several values (a session's events), no value may meet it."""


class PropertyFilter(BaseModel):
    """A filter. The default operator is `exact`; a list of values means any of them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: Annotated[str, Field(max_length=400)]
    value: Annotated[list[Scalar], Field(max_length=MAX_VALUES)] | Scalar | None = None
    operator: Operator = "exact"
    type: Literal[
        "event", "person", "session", "recording", "log_entry", "element", "cohort", "group", "hogql", "feature",
        "event_metadata",
    ] = "event"  # fmt: skip
    label: str | None = None
    group_type_index: int | None = None
    cohort_name: str | None = None

    @property
    def values(self) -> list[Scalar]:
        """The values as a list, even if there is one or none."""
        if self.value is None:
            return []
        return self.value if isinstance(self.value, list) else [self.value]

    def positive(self) -> "PropertyFilter":
        """The filter without its negation, or the filter itself."""
        return self.model_copy(update={"operator": NEGATIONS.get(self.operator, self.operator)})

    @property
    def negative(self) -> bool:
        """Whether the operator is a negation."""
        return self.operator in NEGATIONS


def matcher_text(filter: PropertyFilter, now: int) -> str:
    """Validate the filter and convert it to the JSON text that the SQL functions take.

    Raises:
        ApiFailure: 400 if a value is missing or does not fit the operator.
    """
    values: list[Any] = list(filter.values)
    name = filter.operator
    if not values and name not in {"is_set", "is_not_set"}:
        raise invalid(f"The filter on {filter.key!r} needs a value for operator {name!r}.")
    if name in {"regex", "not_regex"}:
        for value in values:
            try:
                compile_pattern(_text(value))
            except ValueError as error:
                raise invalid(f"Invalid regular expression in the filter on {filter.key!r}: {error}.") from error
    elif name.startswith("is_date"):
        values = [_moment(filter, value, now) for value in values]
    elif name in _COMPARISONS or name in {"between", "not_between"}:
        values = numbers(filter)
    return exact_json.dumps([name, values]).decode()


def numbers(filter: PropertyFilter) -> list[float]:
    """The filter's values as numbers: two for a range, one for a comparison, any count otherwise.

    Raises:
        ApiFailure: 400 if a value is not a number, or there are too few or too many.
    """
    found = [_number(value) for value in filter.values]
    checked = [value for value in found if value is not None]
    if len(checked) < len(found) or not checked:
        raise invalid(f"The filter on {filter.key!r} needs numbers for operator {filter.operator!r}.")
    wanted = 2 if filter.operator in {"between", "not_between"} else 1 if filter.operator in _COMPARISONS else None
    if wanted is not None and len(checked) != wanted:
        count = "two numbers" if wanted == 2 else "one number"
        raise invalid(f"The filter on {filter.key!r} needs {count} for operator {filter.operator!r}.")
    return checked


def texts(filter: PropertyFilter) -> list[str]:
    """The filter's values as texts, in the form in which they are compared."""
    return [_text(value) for value in filter.values]


def text_matches(test: str, value: str | float | None) -> bool:
    """Whether a column's value meets the filter, which comes from `matcher_text`; called by SQLite."""
    return _matcher(test)(value)


def json_matches(test: str, key: str, properties: str) -> bool:
    """Whether a property of a JSON object meets the filter; called by SQLite."""
    return _matcher(test)(exact_json.loads(properties).get(key))


def folded(text: str) -> str:
    """The text in lower case, as `icontains` compares it, with a space for NUL, at which the index would stop."""
    return text.casefold().replace("\0", " ")


_COMPARISONS: Final[dict[str, Callable[[float, float], bool]]] = {
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}


@lru_cache(maxsize=256)
def _matcher(test: str) -> Matcher:
    name, values = exact_json.loads(test)
    denied = NEGATIONS.get(name)
    meets = _POSITIVE[denied or name](name, values)
    return (lambda value: not meets(value)) if denied else meets


def _is_set(_name: str, _values: list[Any]) -> Matcher:
    return lambda value: value is not None


def _one_of(_name: str, values: list[Any]) -> Matcher:
    wanted = {_text(value) for value in values}
    return lambda value: value is not None and _text(value) in wanted


def _contains(_name: str, values: list[Any]) -> Matcher:
    needles = [_text(value).casefold() for value in values]
    return lambda value: value is not None and any(needle in _text(value).casefold() for needle in needles)


def _found(_name: str, values: list[Any]) -> Matcher:
    found = [compile_pattern(_text(value)) for value in values]
    return lambda value: value is not None and any(holds(_utf8(_text(value))) for holds in found)


def _utf8(text: str) -> str:
    """The text with lone surrogates replaced, which RE2 does not accept."""
    return text.encode("utf-8", "replace").decode()


def _compares(name: str, values: list[Any]) -> Matcher:
    compare, bound = _COMPARISONS[name], values[0]
    return lambda value: (number := _number(value)) is not None and compare(number, bound)


def _between(_name: str, values: list[Any]) -> Matcher:
    low, high = values
    return lambda value: (number := _number(value)) is not None and low <= number <= high


def _date(name: str, values: list[Any]) -> Matcher:
    """Compare dates: by day if the filter's value is a midnight, otherwise by millisecond."""
    first: int = values[0]
    last = first + DAY_MS - 1 if first % DAY_MS == 0 else first

    def matches(value: Any) -> bool:
        moment = _moment_of(value)
        if moment is None:
            return False
        if name == "is_date_exact":
            return first <= moment <= last
        return moment < first if name == "is_date_before" else moment > last

    return matches


_POSITIVE: Final[dict[str, Callable[[str, list[Any]], Matcher]]] = {
    "exact": _one_of,
    "in": _one_of,
    "icontains": _contains,
    "regex": _found,
    "is_set": _is_set,
    "between": _between,
    **dict.fromkeys(_COMPARISONS, _compares),
    **dict.fromkeys(("is_date_exact", "is_date_before", "is_date_after"), _date),
}


def _moment(filter: PropertyFilter, value: Scalar, now: int) -> int:
    moment = parse_moment(value, now) if isinstance(value, str) else None
    if moment is None:
        raise invalid(f"The filter on {filter.key!r} needs a date for operator {filter.operator!r}.")
    return moment


def _moment_of(value: Any) -> int | None:
    """Epoch milliseconds of a recorded property: ISO text, or a number of seconds or milliseconds."""
    if isinstance(value, str):
        return parse_moment(value, 0) if value[:4].isdigit() else None
    number = _number(value)
    if number is None or not 0 < number < 1e14:
        return None
    return round(number if number > 1e11 else number * 1000)


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if abs(number) < float("inf") else None


def _text(value: Any) -> str:
    """The text of a value that PostHog compares: JSON, but strings as they are and whole numbers without a fraction."""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return exact_json.dumps(value).decode()
