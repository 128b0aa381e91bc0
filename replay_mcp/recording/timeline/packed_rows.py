"""Rows as JSON values, without the fields that have their default: what a cached timeline holds."""

from collections.abc import Callable
from dataclasses import MISSING, fields
from typing import Any, Final

from .rows import FollowingError, Response, Row, RowElement, SlowRequest

_DEFAULTS: Final = {field.name: field.default for field in fields(Row) if field.default is not MISSING}
_REQUIRED: Final = tuple(field.name for field in fields(Row) if field.name not in _DEFAULTS)


def pack(row: Row) -> dict[str, Any]:
    """What `unpack` makes the row from; records in it are still dataclasses, which orjson encodes."""
    packed = {name: getattr(row, name) for name in _REQUIRED}
    for name, default in _DEFAULTS.items():
        if (value := getattr(row, name)) != default:
            packed[name] = value
    return packed


def unpack(packed: Any) -> Row:
    """The row that was packed.

    Raises:
        ValueError, TypeError, KeyError: it was packed by another version.
    """
    values = dict[str, Any](packed)
    for name in _UNPACKERS.keys() & values.keys():
        values[name] = _UNPACKERS[name](values[name])
    return Row(**values)


def _error(packed: Any) -> FollowingError:
    values = dict[str, Any](packed)
    return FollowingError(tuple(values.pop("refs")), **values)


_UNPACKERS: Final[dict[str, Callable[[Any], Any]]] = {
    "element": lambda value: RowElement(**value),
    "response": lambda value: Response(**value),
    "slow_request": lambda value: SlowRequest(**value),
    "errors": lambda value: tuple(map(_error, value)),
    **dict.fromkeys(("flags", "position", "earlier_edits", "texts", "requests", "size", "size_before"), tuple),
}
