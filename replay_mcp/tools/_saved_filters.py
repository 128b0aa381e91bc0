"""The filters of a saved filter, in the universal form that PostHog's app and its hourly count read."""

from typing import Annotated, Any, Final, cast

from pydantic import AfterValidator

from replay_mcp.api.types import Filters
from replay_mcp.errors import InvalidArguments
from replay_mcp.redaction import Redaction, quoted
from replay_mcp.tools._conditions import PropertyCondition
from replay_mcp.tools._masked_search import masked_in_text

EXAMPLE: Final = (
    '{"date_from":"-7d","filter_test_accounts":true,'
    '"duration":[{"type":"recording","key":"active_seconds","operator":"gt","value":5}],'
    '"filter_group":{"type":"AND","values":[{"type":"AND","values":['
    '{"type":"events","id":"$rageclick","name":"$rageclick"},'
    '{"type":"recording","key":"visited_page","operator":"icontains","value":"/checkout"},'
    '{"type":"person","key":"email","operator":"icontains","value":["@example.com"]}]}]}}'
)
MAX_CONDITIONS: Final = 100
_FIELDS: Final = frozenset({
    "date_from", "date_to", "duration", "filter_group", "filter_test_accounts", "limit", "order", "order_direction",
})  # fmt: skip
_VALUES: Final[dict[str, tuple[Any, str]]] = {
    "date_from": (str | None, "a relative date such as -7d, or an ISO date"),
    "date_to": (str | None, "a relative date such as -1d, or an ISO date"),
    "filter_test_accounts": (bool | None, "true or false"),
    "limit": (int | None, "a whole number"),
    "order": (str | None, "a field to sort by"),
    "order_direction": (str | None, "ASC or DESC"),
}
_ENTITIES: Final = frozenset({"events", "actions"})
_PROPERTIES: Final = frozenset({
    "cohort", "data_warehouse_person_property", "element", "event", "event_metadata", "feature", "flag", "group",
    "hogql", "log_entry", "person", "recording", "session",
})  # fmt: skip
_OPERATORS: Final = frozenset({
    "between", "exact", "flag_evaluates_to", "gt", "gte", "icontains", "in", "is_cleaned_path_exact", "is_date_after",
    "is_date_before", "is_date_exact", "is_not", "is_not_set", "is_set", "lt", "lte", "max", "min", "not_between",
    "not_icontains", "not_in", "not_regex", "regex",
})  # fmt: skip
_NEED_NO_VALUE: Final = frozenset({"is_set", "is_not_set"})
_NEED_NO_OPERATOR: Final = frozenset({"cohort", "hogql"})
_SUBJECTS: Final = {"person": "person", "data_warehouse_person_property": "person", "recording": "recording"}
"""What the conditions of these types are on; those of other types are masked like conditions on events."""
_OPERANDS: Final = frozenset({"AND", "OR"})
_DURATIONS: Final = frozenset({"duration", "active_seconds", "inactive_seconds"})


def universal_filters(filters: dict[str, Any]) -> dict[str, Any]:
    """Check the filters, and complete them: the app needs `duration` and one group of conditions in another.

    Raises:
        ValueError: PostHog would ignore or misread a part; the message names it and has an example.
    """
    if not filters:
        return filters
    if wrong := sorted(filters.keys() - _FIELDS):
        raise _wrong(
            f"PostHog has no {quoted(repr(wrong[0]), 60)} at the top; its fields are {', '.join(sorted(_FIELDS))}"
        )
    for name, (types, what) in _VALUES.items():
        if not isinstance(filters.get(name), types):
            raise _wrong(f"{name} must be {what}")
    for place, duration in enumerate(_list(filters.get("duration", []), "duration")):
        _check_duration(duration, f"duration[{place}]")
    return filters | {
        "duration": filters.get("duration", []),
        "filter_group": _group(filters.get("filter_group", {"type": "AND", "values": []})),
    }


SavedFilters = Annotated[Filters, AfterValidator(universal_filters)]
"""PostHog's universal filters, as `universal_filters` returns them."""


def refuse_masked(filters: dict[str, Any] | None, redaction: Redaction) -> None:
    """Refuse conditions on what results mask: the count of a saved filter would reveal it.

    Args:
        filters: as `universal_filters` returns them.
        redaction: what results mask.

    Raises:
        InvalidArguments: a condition searches what is masked.
    """
    conditions = cast(list[dict[str, Any]], filters["filter_group"]["values"][0]["values"] if filters else [])
    for place, condition in enumerate(conditions):
        for each in [condition, *cast(list[dict[str, Any]], condition.get("properties") or [])]:
            if each.get("type") not in _ENTITIES and (reason := _masked(each, redaction)):
                raise InvalidArguments(f"filters: condition {place} of filter_group cannot be saved: {reason}.")


def _masked(condition: dict[str, Any], redaction: Redaction) -> str | None:
    value, operator = condition.get("value"), condition.get("operator")
    texts = [str(each) for each in (cast(list[Any], value) if isinstance(value, list) else [value]) if each is not None]
    if condition["type"] == "log_entry" and any(masked_in_text(text, redaction) for text in texts):
        return "e-mails and secrets are masked in the console"
    return PropertyCondition.model_construct(
        on=_SUBJECTS.get(condition["type"], "event"),
        key=condition["key"],
        op="regex" if operator == "not_regex" else operator,
        value=texts,
    ).masked(redaction)


def _group(value: Any) -> dict[str, Any]:
    """The outer group with its one inner group; conditions directly in the outer group are put into one.

    Older builds read only the first inner group (live behaviour).
    """
    group = _of_group(value, "filter_group")
    values = cast(list[Any], group["values"])
    if not any(isinstance(each, dict) and "values" in each for each in values):
        group = group | {"values": [{"type": group["type"], "values": group["values"]}]}
    elif len(values) > 1:
        raise _wrong("filter_group: put all conditions into one inner group")
    only = _of_group(group["values"][0], "filter_group.values[0]")
    if len(only["values"]) > MAX_CONDITIONS:
        raise _wrong(f"filter_group has more than {MAX_CONDITIONS} conditions")
    for place, condition in enumerate(only["values"]):
        _check_condition(condition, f"filter_group.values[0].values[{place}]")
    return group


def _of_group(value: Any, where: str) -> dict[str, Any]:
    group = _object(value, where)
    if not _is_one_of(group.get("type"), _OPERANDS):
        raise _wrong(f"{where}: type must be AND or OR")
    _list(group.get("values"), f"{where}.values")
    return group


def _check_condition(value: Any, where: str) -> None:
    condition = _object(value, where)
    kind = condition.get("type")
    if not _is_one_of(kind, _ENTITIES):
        _check_property(condition, where, types=_ENTITIES | _PROPERTIES)
        return
    if kind == "events" and not isinstance(condition.get("id"), str | None):
        raise _wrong(f"{where}: id must be the event's name, or null for any event")
    if kind == "actions" and not isinstance(condition.get("id"), int | str):
        raise _wrong(f"{where}: id must be the action's id")
    for place, each in enumerate(_list(condition.get("properties") or [], f"{where}.properties")):
        _check_property(_object(each, f"{where}.properties[{place}]"), f"{where}.properties[{place}]")


def _check_property(condition: dict[str, Any], where: str, types: frozenset[str] = _PROPERTIES) -> None:
    kind, operator = condition.get("type"), condition.get("operator")
    if not _is_one_of(kind, _PROPERTIES):
        raise _wrong(f"{where}: type must be one of {', '.join(sorted(types))}")
    if not isinstance(condition.get("key"), str) or not condition["key"]:
        raise _wrong(f"{where}: key must be the property's name")
    if not _is_one_of(operator, _OPERATORS) and not (operator is None and kind in _NEED_NO_OPERATOR):
        raise _wrong(f"{where}: operator must be one of {', '.join(sorted(_OPERATORS))}")
    if condition.get("value") is None and operator not in _NEED_NO_VALUE and kind != "hogql":
        raise _wrong(f"{where}: value is missing")


def _check_duration(value: Any, where: str) -> None:
    duration = _object(value, where)
    _check_property(duration, where)
    if duration["type"] != "recording" or duration["key"] not in _DURATIONS:
        raise _wrong(f"{where}: type must be recording, and key one of {', '.join(sorted(_DURATIONS))}")
    seconds = duration.get("value")
    if not isinstance(seconds, int | float) or isinstance(seconds, bool):
        raise _wrong(f"{where}: value must be a number of seconds")


def _is_one_of(value: Any, names: frozenset[str]) -> bool:
    return isinstance(value, str) and value in names  # lists and objects have no hash


def _object(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _wrong(f"{where} must be an object")
    return cast(dict[str, Any], value)


def _list(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise _wrong(f"{where} must be a list")
    return cast(list[Any], value)


def _wrong(why: str) -> ValueError:
    return ValueError(f"{why}. The form is {EXAMPLE}")
