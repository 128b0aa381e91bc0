"""What appeared, left or changed between two outlines."""

from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

from .outline_text import OutlineLine


class OutlineChanges(Struct, frozen=True):
    """The lines that differ, each without its content.

    Attributes:
        appeared: lines of the later outline.
        left: lines of the earlier outline.
        changed: pairs of lines for the same element, before and after.
    """

    appeared: tuple[str, ...]
    left: tuple[str, ...]
    changed: tuple[tuple[str, str], ...]


def outline_changes(before: Sequence[OutlineLine], after: Sequence[OutlineLine]) -> OutlineChanges:
    """Compare two outlines of the same tab.

    Lines with the same text are the same, wherever they are: pages often replace elements by equal ones.
    """
    new = Counter(_key(line) for line in after)
    new.subtract(_key(line) for line in before)
    appeared = _differing(after, {key: count for key, count in new.items() if count > 0})
    left = _differing(before, {key: -count for key, count in new.items() if count < 0})
    earlier = {line.node: line for line in left}
    pairs = {line.node: (earlier[line.node], line) for line in appeared if line.node in earlier}
    return OutlineChanges(
        tuple(_key(line) for line in appeared if line.node not in pairs),
        tuple(_key(line) for line in left if line.node not in pairs),
        tuple((_key(old), _key(line)) for old, line in pairs.values()),
    )


def _differing(lines: Sequence[OutlineLine], surplus: dict[str, int]) -> list[OutlineLine]:
    """The lines that the other outline does not have, or has less often: the last ones of these."""
    found: list[OutlineLine] = []
    for line in reversed(lines):
        key = _key(line)
        if surplus.get(key, 0) > 0:
            surplus[key] -= 1
            found.append(line)
    return found[::-1]


def _key(line: OutlineLine) -> str:
    return line.plain.removesuffix(":")
