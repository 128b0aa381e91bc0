"""Keeping results within what a model can read: rows cut at a budget, oversize values named instead of shown."""

from collections.abc import Iterable
from typing import Any, Final, TypeVar, cast

import orjson
from pydantic import BaseModel

ROWS_BUDGET: Final = 34_000
"""Characters that the rows of one page may take; the rest of the result fits in what the limit leaves."""
OBJECT_BUDGET: Final = 30_000
"""Characters that one documented object may take."""

Row = TypeVar("Row", bound=BaseModel)


def fitting(rows: Iterable[Row], budget: int = ROWS_BUDGET) -> list[Row]:
    """The longest prefix of `rows` within the budget; at least one row, which its own bounds keep small enough."""
    kept: list[Row] = []
    used = 0
    for row in rows:
        used += len(row.model_dump_json())
        if kept and used > budget:
            break
        kept.append(row)
    return kept


def bounded(documented: dict[str, Any]) -> dict[str, Any]:
    """`documented` with its largest values replaced by a note of their size until it fits.

    Looks two levels deep (`person.properties`, `filters.…`), which is where API objects hold data of any size.
    """
    noted: set[tuple[int, str]] = set()
    while (excess := size(documented) - OBJECT_BUDGET) > 0:
        places = [(documented, key) for key in documented]
        nested = [cast(dict[str, Any], value) for value in documented.values() if isinstance(value, dict)]
        places += [(value, key) for value in nested for key in value]
        open_places = [(owner, key) for owner, key in places if (id(owner), key) not in noted]
        # The smallest value that brings it under the budget, else the largest there is: lose as little as possible.
        sizes = sorted((size(owner[key]), index) for index, (owner, key) in enumerate(open_places))
        if not sizes or sizes[-1][0] <= _NOTE_SIZE:
            return {"left_out": f"{size(documented)} characters in {len(documented)} fields"}
        wanted = next((pair for pair in sizes if pair[0] > excess + _NOTE_SIZE), sizes[-1])
        owner, key = open_places[wanted[1]]
        noted.add((id(owner), key))
        owner[key] = f"(left out: {wanted[0]} characters)"
    return documented


_NOTE_SIZE = 40


def size(value: Any) -> int:
    """Characters of the value as compact JSON."""
    return len(orjson.dumps(value).decode())
