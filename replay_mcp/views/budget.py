"""Size budgets of results: rows are truncated at a budget, oversized values replaced by a note."""

from collections.abc import Iterable
from typing import Any, Final, TypeVar, cast

from pydantic import BaseModel

from replay_mcp import exact_json

ROWS_BUDGET: Final = 34_000
"""Maximum characters of the rows of a page; leaves room for the rest of the result."""
OBJECT_BUDGET: Final = 30_000
"""Maximum characters of one documented object."""

RowModel = TypeVar("RowModel", bound=BaseModel)


def within_budget(rows: Iterable[RowModel], budget: int = ROWS_BUDGET) -> list[RowModel]:
    """The longest prefix of `rows` within the budget, but at least one row, whose fields have their own limits."""
    kept: list[RowModel] = []
    used = 0
    for row in rows:
        used += len(row.model_dump_json())
        if kept and used > budget:
            break
        kept.append(row)
    return kept


def ids_within_budget(ids: Iterable[str], budget: int) -> list[str]:
    """The first ids whose `ids_size` is within the budget, which may be none."""
    kept: list[str] = []
    for id in ids:
        budget -= ids_size([id])
        if budget < 0:
            break
        kept.append(id)
    return kept


def ids_size(ids: Iterable[str]) -> int:
    """Length of a list of ids in a result, in characters, without its brackets."""
    return sum(size(id) + 1 for id in ids)


def limit_size(documented: dict[str, Any]) -> dict[str, Any]:
    """Replace the largest values of `documented` by notes of their size until it fits `OBJECT_BUDGET`.

    Only two levels are considered (`person.properties`, `filters.…`), where API objects hold data of any size.
    """
    noted: set[tuple[int, str]] = set()
    while (excess := size(documented) - OBJECT_BUDGET) > 0:
        values = [(documented, key) for key in documented]
        nested = [cast(dict[str, Any], value) for value in documented.values() if isinstance(value, dict)]
        values += [(value, key) for value in nested for key in value]
        candidates = [(owner, key) for owner, key in values if (id(owner), key) not in noted]
        # The smallest value whose removal suffices, else the largest: lose as little as possible.
        sizes = sorted((size(owner[key]), index) for index, (owner, key) in enumerate(candidates))
        if not sizes or sizes[-1][0] <= _NOTE_SIZE:
            return {"left_out": f"{size(documented)} characters in {len(documented)} fields"}
        wanted = next((pair for pair in sizes if pair[0] > excess + _NOTE_SIZE), sizes[-1])
        owner, key = candidates[wanted[1]]
        noted.add((id(owner), key))
        owner[key] = f"(left out: {wanted[0]} characters)"
    return documented


_NOTE_SIZE = 40


def size(value: Any) -> int:
    """Length of the value as compact JSON, in characters."""
    return len(exact_json.dumps(value).decode())
