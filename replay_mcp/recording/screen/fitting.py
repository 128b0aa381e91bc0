"""Shortens an outline to a number of characters: what is left out is counted, and can be read as a part."""

from collections.abc import Iterator, Sequence, Set
from itertools import accumulate
from typing import Final

from .outline_text import OutlineLine, json_length

_LIST_LIKE: Final = 12
"""Of more children than this, the first ones are shown whole, since they are alike."""
_MARKER_LENGTH: Final = 50
"""Characters of a line that says how much is left out."""
_FAVOURED: Final = 2
"""The part with the focus or the latest action may use one part in so many of the space, before others get theirs."""


def fitted(lines: Sequence[OutlineLine], limit: int, favoured: Set[int]) -> list[str]:
    """The lines, or the most of them that fit into `limit` characters.

    Args:
        lines: of a whole outline.
        limit: in characters, as part of a JSON string.
        favoured: ids of nodes that are shown if possible.
    """
    sizes = [0, *accumulate(line.length for line in lines)]
    if sizes[-1] <= limit:
        return [line.shown for line in lines]
    fitting, space = _Fitting(lines, sizes, favoured), limit
    while json_length(found := [*fitting.fit(space)]) > limit and space > _MARKER_LENGTH:
        space -= space // 8  # the markers took too much
    return found


class _Fitting:
    def __init__(self, lines: Sequence[OutlineLine], sizes: Sequence[int], favoured: Set[int]) -> None:
        self._lines = lines
        self._sizes = sizes
        self._favoured = [place for place, line in enumerate(lines) if line.node in favoured]

    def fit(self, limit: int) -> Iterator[str]:
        """Yield lines, and markers in place of those that are left out."""
        stack: list[tuple[int, int, int] | str] = [(0, len(self._lines), limit)]
        while stack:
            part = stack.pop()
            if isinstance(part, str):
                yield part
                continue
            start, end, space = part
            if self._size(start, end) <= space:
                yield from (line.shown for line in self._lines[start:end])
                continue
            if start < end and self._lines[start].end == end:  # one item: its line, and what fits of its content
                yield self._lines[start].shown
                start, space = start + 1, space - self._lines[start].length
            stack += reversed([*self._divided(start, end, space)])

    def _divided(self, start: int, end: int, space: int) -> Iterator[tuple[int, int, int] | str]:
        """The parts of a range with the space that each gets, and markers for those without."""
        parts = [*self._parts(start, end)]
        spaces = self._in_order(parts, space) if len(parts) > _LIST_LIKE else self._fair(parts, space)
        if parts and (first := self._lines[start].length) <= space:
            spaces[0] = max(spaces[0], first)  # whoever follows a marker gets on by at least one line
        omitted: list[tuple[int, int]] = []
        for part, given in zip(parts, spaces, strict=True):
            if given < self._lines[part[0]].length:
                omitted.append(part)
                continue
            if omitted:
                yield self._marker(omitted)
                omitted = []
            yield (*part, given)
        if omitted:
            yield self._marker(omitted)

    def _parts(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The ranges of the outermost items in a range."""
        while start < end:
            yield start, self._lines[start].end
            start = self._lines[start].end

    def _in_order(self, parts: Sequence[tuple[int, int]], space: int) -> list[int]:
        """All that the first parts need."""
        given = [0] * len(parts)
        space -= _MARKER_LENGTH
        for place in sorted(range(len(parts)), key=lambda place: not self._is_favoured(parts[place])):
            size = self._size(*parts[place])
            if self._is_favoured(parts[place]):
                size = min(size, space // _FAVOURED)
            given[place] = min(size, space)
            space -= given[place]
        return given

    def _fair(self, parts: Sequence[tuple[int, int]], space: int) -> list[int]:
        """An equal share for each part; what a small one does not need is divided among the others."""
        given = [0] * len(parts)
        order = sorted(
            range(len(parts)), key=lambda place: (not self._is_favoured(parts[place]), self._size(*parts[place]))
        )
        for count, place in enumerate(order):
            share = space // _FAVOURED if self._is_favoured(parts[place]) else space // (len(parts) - count)
            given[place] = min(self._size(*parts[place]), share)
            space -= given[place]
        return given

    def _size(self, start: int, end: int) -> int:
        return self._sizes[end] - self._sizes[start]

    def _is_favoured(self, part: tuple[int, int]) -> bool:
        return any(part[0] <= place < part[1] for place in self._favoured)

    def _marker(self, omitted: Sequence[tuple[int, int]]) -> str:
        """The line in place of consecutive parts: how to read them."""
        start, end = omitted[0][0], omitted[-1][1]
        first = self._lines[start]
        noun = "line" if end - start == 1 else "lines"
        ref = f"n{first.node}" if len(omitted) == 1 else f"n{first.node}+"
        return f'{"  " * first.depth}- … {end - start} more {noun}: within "{ref}"'
