"""Keeping results within what a model can read: rows cut at a budget, oversize values named instead of shown."""

from collections.abc import Sequence
from typing import Any, Final, TypeVar, cast

import orjson
from pydantic import BaseModel

ROWS_BUDGET: Final = 34_000
"""Characters that the rows of one page may take; the rest of the result fits in what the limit leaves."""
OBJECT_BUDGET: Final = 30_000
"""Characters that one documented object may take."""

Row = TypeVar("Row", bound=BaseModel)


def fitting(rows: Sequence[Row]) -> list[Row]:
    """The longest prefix of `rows` within the budget; at least one row, which `bounded` keeps small enough."""
    kept: list[Row] = []
    used = 0
    for row in rows:
        used += len(row.model_dump_json())
        if kept and used > ROWS_BUDGET:
            break
        kept.append(row)
    return kept


def bounded(documented: dict[str, Any]) -> dict[str, Any]:
    """`documented` with its largest values replaced by a note of their size until it fits.

    Looks two levels deep (`person.properties`, `filters.…`), which is where API objects hold data of any size.
    """
    while (excess := _size(documented) - OBJECT_BUDGET) > 0:
        places = [(documented, key) for key in documented]
        nested = [cast(dict[str, Any], value) for value in documented.values() if isinstance(value, dict)]
        places += [(value, key) for value in nested for key in value]
        # The smallest value that brings it under the budget, else the largest there is: lose as little as possible.
        sizes = sorted(((_size(owner[key]), index) for index, (owner, key) in enumerate(places)))
        size, index = next(((size, index) for size, index in sizes if size > excess + 40), sizes[-1])
        owner, key = places[index]
        owner[key] = f"(left out: {size} characters)"
    return documented


def _size(value: Any) -> int:
    return len(orjson.dumps(value))
