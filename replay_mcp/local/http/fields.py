"""Validation of request bodies, with the codes and messages of Django REST Framework (live behaviour).

`validate(call.body, FIELDS)` returns the values of the fields that are in the body. The first invalid field, in the
order of `FIELDS`, is the error. Unknown and read-only keys are ignored, as in the live server. Forms cannot express
null, false or lists, so they have their own rules.
"""

import math
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

import orjson

from replay_mcp import exact_json
from replay_mcp.local.errors import ApiFailure, invalid

MAX_JSON_DEPTH: Final = 100
"""Maximum nesting of a JSON value. A deeper one could be parsed but not serialized, and would break every response that
contains it."""

ABSENT: Final = object()
"""The value of a field that is not in the body."""

_TRUE: Final = frozenset[object]({"t", "y", "yes", "true", "on", "1", 1})
_FALSE: Final = frozenset[object]({"f", "n", "no", "false", "off", "0", 0})


class Form(dict[str, Any]):
    """The fields of a form. All values are text; `form[name]` is the last value of a repeated field."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._pairs = list(pairs)
        super().__init__(self._pairs)

    def all(self, name: str) -> list[str]:
        """All values of a field, in the order sent."""
        return [value for each, value in self._pairs if each == name]

    def numbered(self, name: str) -> list[Any]:
        """The values of `name[0]`, `name[1]` and so on, sorted by number; objects for `name[0]key`."""
        found: dict[int, Any] = {}
        for field, value in self.items():
            if match := re.fullmatch(rf"{re.escape(name)}\[([0-9]{{1,18}})\](.*)", field):
                number, key = int(match[1]), match[2]
                if not key:
                    found[number] = value
                elif isinstance(before := found.get(number), dict):
                    before[key] = value
                else:
                    found[number] = {key: value}
        return [found[number] for number in sorted(found)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field(ABC):
    """A field of a body.

    Attributes:
        required: whether absence is the error `required`.
        null: whether null is allowed; otherwise it is the error `null`.
    """

    required: bool = False
    null: bool = False

    def check(self, value: Any, attr: str) -> Any:
        """Convert the value to the field's type.

        Raises:
            ApiFailure: 400 that names `attr`.
        """
        if value is not None:
            return self._convert(value, attr)
        if self.null:
            return None
        raise invalid("This field may not be null.", code="null", attr=attr)

    def of_form(self, form: Form, name: str, *, partial: bool) -> Any:
        """The field's value in a form, or `ABSENT`.

        A blank value means null if null is allowed. Otherwise it means absent, unless the field is required.
        """
        del partial
        value = form.get(name, ABSENT)
        if value != "":
            return value
        return None if self.null else value if self.required else ABSENT

    @abstractmethod
    def _convert(self, value: Any, attr: str) -> Any: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TextField(Field):
    """A string; surrounding white space is removed, and numbers are converted. Lengths are in characters."""

    blank: bool = False
    max_length: int | None = None

    def of_form(self, form: Form, name: str, *, partial: bool) -> Any:
        """As for other fields, but a blank value is kept if it is allowed."""
        return "" if self.blank and form.get(name) == "" else Field.of_form(self, form, name, partial=partial)

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
class BooleanField(Field):
    """A boolean, or one of the words and digits that forms send for it."""

    def of_form(self, form: Form, name: str, *, partial: bool) -> Any:
        """As for other fields, but absence means false: forms omit boxes that are not ticked."""
        return Field.of_form(self, form, name, partial=partial) if partial or name in form else False

    def _convert(self, value: Any, attr: str) -> bool:
        word: Any = value.lower() if isinstance(value, str) else value
        if isinstance(word, str | int | float):
            if word in _TRUE:
                return True
            if word in _FALSE:
                return False
        raise invalid("Must be a valid boolean.", attr=attr)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceField(Field):
    """One of the given words."""

    words: tuple[str, ...]

    def _convert(self, value: Any, attr: str) -> str:
        if (word := str(value)) in self.words:
            return word
        raise invalid(f'"{word}" is not a valid choice.', code="invalid_choice", attr=attr)


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonField(Field):
    """Any JSON value; in a form, JSON text."""

    def of_form(self, form: Form, name: str, *, partial: bool) -> Any:
        """The value of the field's JSON text, or `ABSENT`.

        Raises:
            ApiFailure: 400 that names the field.
        """
        del partial
        if name not in form:
            return ABSENT
        try:
            return exact_json.loads(form[name])
        except orjson.JSONDecodeError as error:
            raise invalid("Value must be valid JSON.", attr=name) from error

    def _convert(self, value: Any, attr: str) -> Any:
        if _deeper(value, MAX_JSON_DEPTH):
            raise invalid(f"Ensure this value has no more than {MAX_JSON_DEPTH} levels of nesting.", attr=attr)
        if not _is_finite(value):  # 1e400
            raise invalid("Value must be valid JSON.", attr=attr)
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class ListField(Field):
    """A list. An element's error is named `field__index`; elements are checked before the length (live behaviour)."""

    item: Field
    min_length: int = 0
    max_length: int | None = None

    def of_form(self, form: Form, name: str, *, partial: bool) -> Any:
        """All values of a repeated field, else those of `name[0]`, `name[1]` and so on, else `ABSENT`."""
        del partial
        return form.all(name) or form.numbered(name) or ABSENT

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


def validate(body: Mapping[str, Any], fields: Mapping[str, Field], *, partial: bool = False) -> dict[str, Any]:
    """Validate the body's values of `fields`, in the order of `fields`.

    Args:
        body: a JSON object or a form.
        fields: the fields by name.
        partial: whether an omitted boolean in a form keeps its value, as in PATCH.

    Raises:
        ApiFailure: 400 for the first invalid or missing field.
    """
    values: dict[str, Any] = {}
    for name, field in fields.items():
        in_form = isinstance(body, Form)
        value = field.of_form(body, name, partial=partial) if in_form else body.get(name, ABSENT)
        if value is not ABSENT:
            values[name] = field.check(value, name)
        elif field.required:
            raise invalid("This field is required.", code="required", attr=name)
    return values


def _too_long(limit: int, unit: str, attr: str) -> ApiFailure:
    return invalid(f"Ensure this field has no more than {limit} {unit}.", code="max_length", attr=attr)


def _deeper(value: Any, depth: int) -> bool:
    """Whether a JSON value has more than `depth` levels of objects and lists."""
    if not isinstance(value, dict | list):
        return False
    return depth == 0 or any(_deeper(child, depth - 1) for child in _children(value))


def _is_finite(value: Any) -> bool:
    """Whether all numbers in a JSON value are finite."""
    return math.isfinite(value) if isinstance(value, float) else all(_is_finite(child) for child in _children(value))


def _children(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return cast(dict[str, Any], value).values()
    return cast(list[Any], value) if isinstance(value, list) else ()
