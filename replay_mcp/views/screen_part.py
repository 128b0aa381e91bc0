"""The part of a screen that the argument `within` means."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from replay_mcp.errors import InvalidArguments
from replay_mcp.recording.timeline.rows import Row
from replay_mcp.redaction import quoted
from replay_mcp.views.timeline import row_of

if TYPE_CHECKING:
    from replay_mcp.recording.rrweb.types import Node
    from replay_mcp.recording.screen.outline_text import OutlineLine
    from replay_mcp.recording.screen.screen import Screen


def part_of(screen: "Screen", within: str, rows: Sequence[Row], notes: list[str]) -> "Sequence[OutlineLine]":
    """The lines of the part that the argument `within` means; adds a note if it may mean another.

    Raises:
        InvalidArguments: no such element is visible.
    """
    if ref := re.fullmatch(r"n(\d{1,19})(\+?)", within, re.ASCII):
        found = [node] if (node := screen.document.node(int(ref[1]))) is not None else []
        lines = screen.rest(found[0]) if found and ref[2] else screen.part(found[0]) if found else []
    else:
        found = _named_elements(screen, within, rows)
        parts = (screen.part(node) for node in found)
        lines = next(filter(None, parts), None) or []
    if lines:
        notes += [f"{len(found)} elements match; this is the first that is visible."] if len(found) > 1 else []
        return lines
    raise _wrong_part(within, "the element is not visible" if found else "there is no such element on this screen")


def _wrong_part(within: str, why: str) -> InvalidArguments:
    return InvalidArguments(
        f"within {quoted(repr(within), 100)}: {why}.",
        next="Give a ref of an outline (n12), of a row (e17), or a selector such as [data-testid=cart].",
    )


def _named_elements(screen: "Screen", within: str, rows: Sequence[Row]) -> "Sequence[Node]":
    """The elements that a selector, or the ref of a row about an element, means.

    Raises:
        InvalidArguments: it is neither.
    """
    if not re.fullmatch(r"e\d{1,9}", within, re.ASCII):
        try:
            return screen.matching(within)
        except ValueError:
            raise _wrong_part(within, "give one selector, without commas") from None
    row = row_of(within, rows, "within")
    if row.element is None:
        raise _wrong_part(within, "this row is not about an element")
    found = screen.matching(row.element.selector) if row.element.selector else []
    for name in (row.element.name, *row.texts):
        found = found or screen.named(name)
    return found
