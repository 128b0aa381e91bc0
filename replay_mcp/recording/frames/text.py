"""The text of frames, masked. Text of inline elements is masked together, so that what they divide is found too."""

from collections.abc import Callable
from typing import Final

from replay_mcp.recording.screen.outline import Show

MAX_RUN: Final = 8_000
"""Maximum number of characters masked together."""
NOT_RECORDED: Final = "not recorded"

_MAX_BULLETS: Final = 2_000
_MAX_KNOWN: Final = 20_000
_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;", "`": "&#96;"})
_KEPT_SPACE: Final = frozenset("\t\n \u00a0\u3000")


def escaped(text: str) -> str:
    """Text as part of HTML, or of an attribute in double quotes."""
    return text.translate(_ESCAPES)


def readable(text: str) -> str:
    """Text without control, invisible and private characters, and without marks of direction."""
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() or char in _KEPT_SPACE else " " if char.isspace() else "" for char in text
    )


def bullets(length: int) -> str:
    """What is shown of a typed value."""
    return "•" * min(length, _MAX_BULLETS)


class Masking:
    """Masks the text of one frame.

    Args:
        show: masks and escapes a text on one line, and truncates it to a number of characters.
    """

    def __init__(self, show: Show) -> None:
        self._show = show
        self._known: dict[str, str] = {}

    def one(self, text: str) -> str:
        """A masked text that stands for itself, on one line."""
        text = readable(text)
        found = self._known.get(text)
        if found is None:
            collapsed = " ".join(text.split())
            masked = self._masked(collapsed) if collapsed else collapsed
            found = text if masked == collapsed else masked
            if len(self._known) < _MAX_KNOWN:
                self._known[text] = found
        return found

    def together(self, texts: list[str]) -> list[str]:
        """Masked texts that are read as one."""
        if len(texts) == 1:
            return [self.one(texts[0])]
        shown = [self.one(text) for text in texts]
        joined = " ".join("".join(shown).split())
        masked = self._masked(joined) if joined else joined
        return shown if masked == joined else [masked, *[""] * (len(shown) - 1)]

    def _masked(self, text: str) -> str:
        return self._show(text, max(len(text) * 2, MAX_RUN))


class Texts:
    """Collects the texts of a frame at their places in its pieces, and fills them in masked.

    Args:
        pieces: of the frame.
        count: called with each text that was added.
    """

    def __init__(self, masking: Masking, pieces: list[str], count: Callable[[str], None]) -> None:
        self._masking = masking
        self._pieces = pieces
        self._count = count
        self._places: list[int] = []
        self._run: list[str] = []
        self._length = 0

    def add(self, text: str) -> None:
        """Add a text."""
        if self._length + len(text) > MAX_RUN:
            self.flush()
        self._places.append(len(self._pieces))
        self._pieces.append("")
        self._run.append(text)
        self._length += len(text)

    def flush(self) -> None:
        """Fill in the texts since the latest block."""
        if not self._run:
            return
        for place, text in zip(self._places, self._masking.together(self._run), strict=True):
            self._pieces[place] = escaped(text)
            self._count(self._pieces[place])
        self._places, self._run, self._length = [], [], 0
