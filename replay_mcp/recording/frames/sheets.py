"""The style sheets of a frame, written last, when all renamed tags are known."""

from collections.abc import Mapping, Sequence

from .css import StyleWriter


class Sheets:
    """Keeps places for style sheets among the pieces of a frame.

    Args:
        sheets: texts by id of the document or shadow host.
        writer: writes them again.
        pieces: of the frame.
    """

    def __init__(self, sheets: Mapping[int, Sequence[str]], writer: StyleWriter, pieces: list[str]) -> None:
        self._sheets = sheets
        self._writer = writer
        self._pieces = pieces
        self._places: list[tuple[int, int, str]] = []

    def place(self, root: int, first: str) -> None:
        """Keep a place for the sheets of a document or shadow tree, after a first one that is safe."""
        self._places.append((len(self._pieces), root, first))
        self._pieces.append("")

    def fill(self, left: int) -> None:
        """Write the sheets; those that take more than the bytes left are left out.

        No more characters are read than there are bytes.

        Raises:
            DeadlineExceeded: the deadline passed.
        """
        unread = left
        written: dict[str, tuple[str, int]] = {}
        for place, root, first in self._places:
            found = [(f"<style>{first}</style>", len(first) + len("<style></style>"))]
            for css in self._sheets.get(root, ()):
                if css not in written:
                    if len(css) > min(unread, left):
                        continue
                    unread -= len(css)
                    safe = f"<style>{self._writer.sheet(css)}</style>"
                    written[css] = safe, len(safe.encode())
                found.append(written[css])
            for safe, size in found:
                if size <= left:
                    self._pieces[place] += safe
                    left -= size
