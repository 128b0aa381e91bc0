"""Validation of request bodies, field by field, in the codes and words of Django REST Framework (live behaviour).

`validate(call.body, FIELDS)` gives the values of the fields that the body has; the first field that is wrong, in the
order of `FIELDS`, is the error. Unknown and read-only keys are ignored, as in the live server.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast
from urllib.parse import parse_qsl

import orjson

from replay_mcp.local.errors import ApiFailure, invalid

MAX_JSON_DEPTH: Final = 100
"""Deepest nesting of a JSON value. A deeper one may be readable but not writable again, and would break every answer
that holds it."""

_TRUE: Final = frozenset[object]({"t", "y", "yes", "true", "on", "1", 1})
_FALSE: Final = frozenset[object]({"f", "n", "no", "false", "off", "0", 0})


class Form(dict[str, Any]):
    """A form-encoded body: every value is text; `form[name]` is a repeated field's last value."""

    def __init__(self, encoded: str) -> None:
        self._pairs = parse_qsl(encoded, keep_blank_values=True)
        super().__init__(self._pairs)

    def all(self, name: str) -> list[str]:
        """Every value of the field, in the order sent."""
        return [value for each, value in self._pairs if each == name]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field(ABC):
    """A field of a body.

    Attributes:
        required: absence is the error `required`.
        null: null is allowed; otherwise it is the error `null`.
    """

    required: bool = False
    null: bool = False

    def check(self, value: Any, attr: str) -> Any:
        """The value in the field's own type.

        Raises:
            ApiFailure: 400 naming `attr`.
        """
        if value is not None:
            return self._convert(value, attr)
        if self.null:
            return None
        raise invalid("This field may not be null.", code="null", attr=attr)

    def of_form(self, form: Form, name: str) -> Any:
        """The field's value in a form body, where everything is text."""
        return form[name]

    @abstractmethod
    def _convert(self, value: Any, attr: str) -> Any: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Field):
    """A string without surrounding white space; numbers are taken as their text. Lengths are in characters."""

    blank: bool = False
    max_length: int | None = None

    def _convert(self, value: Any, attr: str) -> str:
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise invalid("Not a valid string.", attr=attr)
        text = str(value).strip()
        if not text and not self.blank:
            raise invalid("This field may not be blank.", code="blank", attr=attr)
        if self.max_length is not None and len(text) > self.max_length:
            raise _too_long(self.max_length, "characters", attr)
        if "\x00" in text:
            raise invalid("Null characters are not allowed.", code="null_characters_not_allowed", attr=attr)
        return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag(Field):
    """A boolean, also as the words and digits that forms send."""

    def _convert(self, value: Any, attr: str) -> bool:
        word: Any = value.lower() if isinstance(value, str) else value
        if isinstance(word, str | int | float):
            if word in _TRUE:
                return True
            if word in _FALSE:
                return False
        raise invalid("Must be a valid boolean.", attr=attr)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Field):
    """One of a few words."""

    words: tuple[str, ...]

    def _convert(self, value: Any, attr: str) -> str:
        if (word := str(value)) in self.words:
            return word
        raise invalid(f'"{word}" is not a valid choice.', code="invalid_choice", attr=attr)


@dataclass(frozen=True, slots=True, kw_only=True)
class Json(Field):
    """Any JSON value; in a form its text."""

    def of_form(self, form: Form, name: str) -> Any:
        """The value of the JSON text in a form body.

        Raises:
            ApiFailure: 400 naming the field.
        """
        try:
            return orjson.loads(form[name])
        except orjson.JSONDecodeError as error:
            raise invalid("Value must be valid JSON.", attr=name) from error

    def _convert(self, value: Any, attr: str) -> Any:
        if _deeper(value, MAX_JSON_DEPTH):
            raise invalid(f"Ensure this value has no more than {MAX_JSON_DEPTH} levels of nesting.", attr=attr)
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOf(Field):
    """A list; an element's error is named `field__index`. Elements are checked before the length (live behaviour)."""

    item: Field
    min_length: int = 0
    max_length: int | None = None

    def of_form(self, form: Form, name: str) -> list[str]:
        """All values of a repeated form field."""
        return form.all(name)

    def _convert(self, value: Any, attr: str) -> list[Any]:
        if not isinstance(value, list):
            found = type(value).__name__
            raise invalid(f'Expected a list of items but got type "{found}".', code="not_a_list", attr=attr)
        elements = cast(list[Any], value)
        checked = [self.item.check(element, f"{attr}__{index}") for index, element in enumerate(elements)]
        if len(checked) < self.min_length:
            detail = f"Ensure this field has at least {self.min_length} elements."
            raise invalid(detail, code="min_length", attr=attr)
        if self.max_length is not None and len(checked) > self.max_length:
            raise _too_long(self.max_length, "elements", attr)
        return checked


def validate(body: Mapping[str, Any], fields: Mapping[str, Field]) -> dict[str, Any]:
    """The values of those `fields` that the body has, checked in the order of `fields`.

    Raises:
        ApiFailure: 400 for the first field that is wrong or, being required, absent.
    """
    values: dict[str, Any] = {}
    for name, field in fields.items():
        if name in body:
            value = field.of_form(body, name) if isinstance(body, Form) else body[name]
            values[name] = field.check(value, name)
        elif field.required:
            raise invalid("This field is required.", code="required", attr=name)
    return values


def _too_long(limit: int, unit: str, attr: str) -> ApiFailure:
    return invalid(f"Ensure this field has no more than {limit} {unit}.", code="max_length", attr=attr)


def _deeper(value: Any, depth: int) -> bool:
    """Whether a JSON value has more than `depth` levels of objects and lists."""
    if isinstance(value, dict):
        value = list(cast(dict[str, Any], value).values())
    if not isinstance(value, list):
        return False
    return depth == 0 or any(_deeper(child, depth - 1) for child in cast(list[Any], value))
