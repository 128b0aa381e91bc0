"""The elements and texts of an outline."""

from typing import Final

from msgspec import Struct

NOT_RECORDED: Final = "not recorded"
"""The state of an element whose content the recording does not hold."""


class Item(Struct, frozen=True, gc=False):
    """An element of an outline, or a text.

    Attributes:
        node: id of its node.
        role: `text` for a text.
        name: its accessible name, or the text.
        states: e.g. `checked` or `level=2`.
        children: the items in it.
        named_by_contents: whether the name is the text that it contains, which is no item then.
    """

    node: int
    role: str
    name: str = ""
    states: tuple[str, ...] = ()
    children: tuple["Item", ...] = ()
    named_by_contents: bool = False


class Outline(Struct, frozen=True):
    """The outline of a page, or of a part of it.

    Attributes:
        items: the outermost items.
        unknown: why it cannot be known whether some elements were visible, with their number.
        unrecorded_sheets: number of style sheets that the recording does not hold.
        truncated: whether the page has more nodes or items than are read.
    """

    items: tuple[Item, ...]
    unknown: dict[str, int]
    unrecorded_sheets: int
    truncated: bool
