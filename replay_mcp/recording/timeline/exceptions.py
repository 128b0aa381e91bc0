"""Exceptions that an app reported to PostHog as `$exception` events."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from replay_mcp.recording.product_events import ProductEvent
from replay_mcp.recording.rrweb.untrusted import arr, obj, text, whole
from replay_mcp.redaction import Redaction

EXCEPTION: Final = "$exception"
MAX_FRAMES: Final = 3
"""Frames of a stack that a row names: those nearest to where the exception was raised."""
MAX_MESSAGE_LENGTH: Final = 200
MAX_FILE_LENGTH: Final = 120

_MAX_TYPE_LENGTH: Final = 60
_MAX_FUNCTION_LENGTH: Final = 60
_MAX_NUMBER: Final = 10**7
"""Lines and columns are smaller; another number is not one of them."""


@dataclass(frozen=True, slots=True)
class RecordedException:
    """An exception; its texts are masked.

    Attributes:
        frames: the top frames as text, the one that raised it first.
    """

    type: str
    message: str
    frames: tuple[str, ...]

    @property
    def title(self) -> str:
        """Type and message, as consoles show them."""
        return ": ".join(part for part in (self.type, self.message) if part) or EXCEPTION


def exception_of(event: ProductEvent, redaction: Redaction) -> RecordedException:
    """The exception that an `$exception` event reports; of a chain, the one that was caught."""
    properties = event.properties
    caught = obj(next(iter(arr(properties.get("$exception_list"))), None))
    kind = text(caught.get("type")) or _first(properties, "$exception_type", "$exception_types")
    message = text(caught.get("value")) or _first(properties, "$exception_message", "$exception_values")
    # The order of PostHog's SDKs: the frame that raised the exception is the last one.
    frames = arr(obj(caught.get("stacktrace")).get("frames"))[: -MAX_FRAMES - 1 : -1]
    return RecordedException(
        redaction.text(kind, _MAX_TYPE_LENGTH),
        redaction.text(message, MAX_MESSAGE_LENGTH),
        tuple(frame for each in frames if (frame := _frame(obj(each), redaction))),
    )


def _first(properties: Mapping[str, Any], *names: str) -> str:
    """The first text of properties, each of which may be a text or a list of texts."""
    return next(_texts(properties, names), "")


def _texts(properties: Mapping[str, Any], names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        value = properties.get(name)
        yield from filter(None, map(text, arr(value)[:1] if isinstance(value, list) else [value]))


def _frame(frame: Mapping[str, Any], redaction: Redaction) -> str:
    """A frame as `function (file:line:column)`, of raw frames and of those that PostHog resolved."""
    function = text(frame.get("resolved_name")) or text(frame.get("function")) or text(frame.get("mangled_name"))
    file = text(frame.get("source")) or text(frame.get("filename")) or text(frame.get("abs_path"))
    numbers = (_number(frame, "line", "lineno"), _number(frame, "column", "colno"))
    place = ":".join([redaction.url(file, MAX_FILE_LENGTH) if file else "", *(str(each) for each in numbers if each)])
    named = redaction.text(function, _MAX_FUNCTION_LENGTH)
    return f"{named} ({place})" if named and place.strip(":") else named or place.strip(":")


def _number(frame: Mapping[str, Any], *names: str) -> int | None:
    numbers = (whole(frame.get(name)) for name in names)
    return next((number for number in numbers if number is not None and 0 <= number < _MAX_NUMBER), None)
