"""Outlines as text, in the notation of Playwright's aria snapshots."""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
from msgspec import Struct

from .items import Item

NO_MARKS: Final[Mapping[int, Sequence[str]]] = {}
_TEXTS: Final = {"text": "text", "placeholder": "/placeholder"}
_ENCODE: Final = msgspec.json.Encoder().encode


def json_length(lines: Sequence[str]) -> int:
    """The length of lines as part of a JSON string, with their line feeds."""
    return len(_ENCODE("\n".join(lines)).decode()) if lines else 0


class OutlineLine(Struct, frozen=True, gc=False):
    """One line of an outline.

    Attributes:
        depth: level of indentation.
        text: without indentation.
        plain: the text without marks.
        states: of the element, e.g. `length=7`.
        name: the name or text, and the text that follows, without role and states.
        node: id of the node of its item.
        end: index of the first line after those of the item.
    """

    depth: int
    text: str
    plain: str
    states: tuple[str, ...]
    name: str
    node: int
    end: int

    @property
    def shown(self) -> str:
        """The line as text."""
        return f"{'  ' * self.depth}- {self.text}"

    @property
    def length(self) -> int:
        """Its length as part of a JSON string, with the line feed."""
        return json_length([self.shown])


def lines_of(items: Sequence[Item], marks: Mapping[int, Sequence[str]] = NO_MARKS) -> list[OutlineLine]:
    """The lines of items; `marks` are further states by node id."""
    found: list[OutlineLine] = []
    places: list[int] = []
    stack: list[tuple[int, Item] | None] = [(0, item) for item in reversed(items)]
    while stack:
        entry = stack.pop()
        if entry is None:
            place = places.pop()
            found[place] = msgspec.structs.replace(found[place], end=len(found))
            continue
        depth, item = entry
        only = item.children[0] if len(item.children) == 1 and item.children[0].role == "text" else None
        ending = _ending_of(item, only)
        mark = "".join(f" [{mark}]" for mark in marks.get(item.node, ()))
        text = _TEXTS.get(item.role) or _element_of(item)
        name = f"{item.name} {only.name}".strip() if only is not None else item.name
        found.append(
            OutlineLine(depth, f"{text}{mark}{ending}", f"{text}{ending}", item.states, name, item.node, len(found) + 1)
        )
        if only is None and item.children:
            places.append(len(found) - 1)
            stack.append(None)
            stack += [(depth + 1, child) for child in reversed(item.children)]
    return found


def _ending_of(item: Item, only: Item | None) -> str:
    """What follows the states of an item; `only` is its text, if it contains nothing else."""
    if item.role in _TEXTS:
        return f": {item.name}"
    return f": {only.name}" if only is not None else ":" if item.children else ""


def _element_of(item: Item) -> str:
    name = item.name.replace("\\", "\\\\").replace('"', '\\"')
    parts = [item.role, *([f'"{name}"'] if name else []), *(f"[{state}]" for state in item.states)]
    return " ".join(parts)


def outdented(lines: Sequence[OutlineLine]) -> list[OutlineLine]:
    """Consecutive lines of an outline as one of their own."""
    if not lines:
        return []
    depth = min(line.depth for line in lines)
    ends = _ends([line.depth for line in lines])
    pairs = zip(lines, ends, strict=True)
    return [msgspec.structs.replace(line, depth=line.depth - depth, end=end) for line, end in pairs]


def _ends(depths: Sequence[int]) -> list[int]:
    """By line, the index of the first later line that is not deeper."""
    ends = [len(depths)] * len(depths)
    open_places: list[int] = []
    for place, depth in enumerate(depths):
        while open_places and depths[open_places[-1]] >= depth:
            ends[open_places.pop()] = place
        open_places.append(place)
    return ends
