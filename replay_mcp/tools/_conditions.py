"""Conditions on properties of events, persons and recordings, as PostHog's own filters."""

import difflib
from collections.abc import Sequence
from typing import Annotated, Any, Final, Literal, Self, cast, get_args

from pydantic import BeforeValidator, Field, model_validator

from replay_mcp.redaction import Redaction, quoted, visible
from replay_mcp.redaction.names import is_secret_name
from replay_mcp.tools._masked_search import masked_in_urls, shown_url_pattern
from replay_mcp.tools._tool import Params

MAX_CONDITIONS: Final = 10
MAX_VALUES: Final = 100

Subject = Literal["event", "person", "recording"]
Operator = Literal[
    "exact", "is_not", "icontains", "not_icontains", "regex", "gt", "gte", "lt", "lte", "is_set", "is_not_set"
]
Metric = Literal[
    "duration", "active_seconds", "inactive_seconds", "click_count", "keypress_count", "mouse_activity_count",
    "console_log_count", "console_warn_count", "console_error_count", "activity_score",
]  # fmt: skip

METRICS: Final[frozenset[str]] = frozenset(get_args(Metric))
"""Numbers of a recording that conditions may compare."""
_TEXTS: Final[dict[str, tuple[str, str]]] = {
    "visited_page": ("recording", "visited_page"),
    "start_url": ("session", "$entry_current_url"),
    "snapshot_source": ("recording", "snapshot_source"),
    "comment_text": ("recording", "comment_text"),
    "failed_request_host": ("recording", "failed_request_host"),
}
"""Type and key of PostHog's filter for each text of a recording."""
FAILED_REQUEST_KEYS: Final = frozenset({"failed_request_host"})
"""Keys that only the local API supports."""
_EVENT_KEYS: Final = {
    "device": "$device_type",
    "os": "$os",
    "browser": "$browser",
    "country": "$geoip_country_name",
}
"""Short names of properties that PostHog's libraries and servers set on every event."""
_COUNTRY_CODE: Final = "$geoip_country_code"
_URL_KEYS: Final = ("url", "referrer", "visited_page")
"""Endings of the keys of URLs, whose parameters are masked."""
_WHOLE_VALUES: Final = frozenset({"exact", "is_not", "is_set", "is_not_set"})
_IDENTITY: Final = frozenset({"$set", "$set_once", "$user_id", "$anon_distinct_id"})
SHOWN_KEYS: Final = frozenset(
    {*_EVENT_KEYS.values(), _COUNTRY_CODE, "$pathname", "$browser_version", "$os_version", "$lib"}
)
"""Properties of events whose values say nothing about who the visitor is."""
_URL_OPERATORS: Final = {"icontains": "regex", "not_icontains": "not_regex"}
MIN_MASKED_NUMBER: Final = 10**11
"""Numbers with fewer than twelve digits are no card or account numbers, which are masked."""
_NUMERIC: Final = frozenset({"gt", "gte", "lt", "lte"})
_NEED_NO_VALUE: Final = frozenset({"is_set", "is_not_set"})
_OF_METRICS: Final = _NUMERIC | _NEED_NO_VALUE | {"exact", "is_not"}
_CLOSE_ENOUGH: Final = 0.7
_COUNTRY_CODE_LENGTH: Final = 2

Scalar = str | int | float | bool


def _texts(value: Any) -> Any:
    """A value, or each value of a list, as text; other types are left to validation."""
    values = cast(list[Any], value) if isinstance(value, list) else [value]
    return [_text(item) for item in values]


def _text(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else value


Value = Annotated[
    list[Annotated[str, Field(max_length=500)]],
    Field(max_length=MAX_VALUES),
    BeforeValidator(_texts, json_schema_input_type=str),
]
"""A value or a list of alternatives, also numbers and booleans. The schema says string, because most need one."""


class PropertyCondition(Params):
    """A condition on a property."""

    # Of an event, `device`, `os`, `browser` and `country` stand for PostHog's own names of these properties. Of a
    # recording, keys are metrics (`duration`, `click_count` …) and texts (`visited_page`, `start_url` …).
    on: Subject = "event"
    key: Annotated[str, Field(min_length=1, max_length=200)]
    op: Operator = "exact"
    value: Value = Field(default=[])

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.op in _NEED_NO_VALUE:
            if self.value:
                raise ValueError(f"{self.op} takes no value")
        elif not self.value:
            raise ValueError(f"{self.op} needs a value")
        if self.op in _NUMERIC and (len(self.value) != 1 or _number(self.value[0]) is None):
            raise ValueError(f"{self.op} needs one number")
        if self.on == "recording":
            self._check_recording()
        if self.names_event and (self.op != "exact" or len(self.value) != 1):
            raise ValueError("the name of an event is compared with exact, and with one value")
        return self

    def _check_recording(self) -> None:
        if self.key in METRICS:
            if self.op not in _OF_METRICS or any(_number(value) is None for value in self.value):
                raise ValueError(f"{self.key} is a number: use exact, is_not, gt, gte, lt or lte with a number")
        elif self.key not in _TEXTS:
            known = [*METRICS, *_TEXTS]
            close = difflib.get_close_matches(self.key, known, n=1, cutoff=_CLOSE_ENOUGH)
            hint = f"did you mean {close[0]!r}" if close else f"the keys are {', '.join(sorted(known))}"
            raise ValueError(f"a recording has no {quoted(repr(self.key))}; {hint}")
        elif self.op in _NUMERIC:
            raise ValueError(f"{self.key} is a text: use exact, is_not, icontains, not_icontains or regex")

    @property
    def names_event(self) -> bool:
        """Whether it is on the name of an event, which PostHog takes as one of `events`."""
        return self.on == "event" and self.key == "event"

    @property
    def is_about_software(self) -> bool:
        """Whether its values are words of PostHog's libraries about device, country and page, or of the recording."""
        return self.on == "recording" or (self.on == "event" and self.property_name in SHOWN_KEYS)

    @property
    def may_be_masked(self) -> bool:
        """Whether it compares parts of values of which results may mask some, so that the values must be checked."""
        if self.on != "event" or self.is_about_software or self._on_url:
            return False
        if self.op in _NUMERIC:
            return abs(float(self.value[0])) >= MIN_MASKED_NUMBER
        return self.op not in _WHOLE_VALUES

    @property
    def on_metric(self) -> bool:
        """Whether it compares a number of the recording, which PostHog takes as a `having_predicate`."""
        return self.on == "recording" and self.key in METRICS

    @property
    def property_name(self) -> str:
        """The property's name in PostHog."""
        if self.on == "recording":
            return _TEXTS.get(self.key, ("", self.key))[1]
        if self.on != "event":
            return self.key
        if self.key == "country" and all(len(value) == _COUNTRY_CODE_LENGTH for value in self.value):
            return _COUNTRY_CODE
        return _EVENT_KEYS.get(self.key, self.key)

    @property
    def _on_url(self) -> bool:
        return self.on != "person" and self.key.endswith(_URL_KEYS)

    def masked(self, redaction: Redaction) -> str | None:
        """Why results would not show what the condition compares; None if they show it.

        Such a condition must find nothing: trying values would reveal what the mask hides.
        """
        if redaction.level == "off":
            return None
        if self.on != "recording" and is_secret_name(self.key):
            return f"{quoted(repr(self.key))} has the name of a secret, whose values are masked"
        if redaction.level == "strict" and (reason := self._hidden()):
            return reason
        if self._on_url and (self.op == "regex" or any(masked_in_urls(value, redaction) for value in self.value)):
            return (
                "e-mails and the values of parameters are masked in URLs; search a part of the path with icontains, or "
                "use the property of a parameter, such as utm_source"
            )
        if any(redaction.metadata(value) != visible(value) for value in self.value):
            return "the value looks like a secret, and secrets are masked"
        return None

    def _hidden(self) -> str | None:
        """Why a server that hides visitors does not compare this."""
        if self.on == "event" and self.property_name in _IDENTITY:
            return f"{quoted(repr(self.key))} identifies the visitor, who is hidden on this server"
        if not self.is_about_software and self.op not in _WHOLE_VALUES:
            return "texts of properties are hidden on this server, so only exact and is_not may compare them"
        return None

    def filter(self, redaction: Redaction) -> dict[str, Any]:
        """The condition as PostHog's property filter, which finds only what `redaction` does not mask."""
        type = _TEXTS[self.key][0] if self.on == "recording" and self.key in _TEXTS else self.on
        shown: dict[str, Any] = {"type": type, "key": self.property_name, "operator": self.op}
        if self._on_url and self.op in _URL_OPERATORS and redaction.level != "off":
            pattern = "|".join(map(shown_url_pattern, self.value))
            return shown | {"operator": _URL_OPERATORS[self.op], "value": pattern}
        values = [self._typed(value) for value in self.value]
        # PostHog's app repeats `is_set` as the value.
        return shown | {"value": values[0] if len(values) == 1 else values or self.op}

    def _typed(self, value: str) -> Scalar:
        number = _number(value) if self.on_metric or self.op in _NUMERIC else None
        if number is not None:
            return number
        if self.property_name == _COUNTRY_CODE and self.op in ("exact", "is_not"):
            return value.upper()
        return value


Conditions = Annotated[
    list[PropertyCondition],
    Field(max_length=MAX_CONDITIONS),
    BeforeValidator(lambda value: [value] if isinstance(value, dict) else value),
]
"""Conditions that all hold; a single one is accepted without a list."""


def event_filter(name: str) -> dict[str, Any]:
    """PostHog's filter for sessions with this event."""
    return {"type": "events", "id": name, "name": name, "order": 0}


def recordings_request(
    conditions: Sequence[PropertyCondition], redaction: Redaction
) -> dict[str, list[dict[str, Any]]]:
    """Fields of a recordings request: `properties`, `having_predicates`, `events` and `failed_request_filters`."""
    fields: dict[str, list[dict[str, Any]]] = {}
    for condition in conditions:
        if condition.names_event:
            fields.setdefault("events", []).append(event_filter(condition.value[0]))
            continue
        failed = condition.on == "recording" and condition.key in FAILED_REQUEST_KEYS
        name = "having_predicates" if condition.on_metric else "failed_request_filters" if failed else "properties"
        fields.setdefault(name, []).append(condition.filter(redaction))
    return fields


def _number(value: str) -> int | float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    if number - number != 0:  # infinite, or not a number
        return None
    return int(number) if number.is_integer() else number
