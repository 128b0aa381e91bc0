"""Cursor of a recordings list: where the API's page starts, and how many of its rows were shown."""

import re
from dataclasses import dataclass
from typing import Final, Self

from replay_mcp.errors import InvalidArguments
from replay_mcp.redaction import quoted

START_AGAIN: Final = "Start again without a cursor."

# The API's cursors are base64, without `@`, `~` and `!`.
_CURSOR: Final = re.compile(r"(?:@(?P<offset>\d{1,9})|(?P<after>[^@~!]*))(?:~(?P<skip>\d{1,4}))?(?:!(?P<way>\d))?")


@dataclass(frozen=True, slots=True)
class RecordingsCursor:
    """Start of a page: the API's cursor, or an offset for builds without cursors, plus `skip` rows.

    Attributes:
        way: how the first page identified the person, see `tools._person`.
    """

    after: str | None = None
    offset: int | None = None
    skip: int = 0
    way: int = 0

    @classmethod
    def parse(cls, cursor: str | None) -> Self:
        """Parse a text made by `text`; None is the first page.

        Raises:
            InvalidArguments: it is not such a cursor.
        """
        match = _CURSOR.fullmatch(cursor or "")
        if match is None:
            raise InvalidArguments(f"{quoted(repr(cursor))} is not a cursor of this tool.", next=START_AGAIN)
        offset = int(match["offset"]) if match["offset"] else None
        return cls(match["after"] or None, offset, int(match["skip"] or 0), int(match["way"] or 0))

    def text(self) -> str:
        """Format the text that `parse` parses."""
        start = self.after or ("" if self.offset is None else f"@{self.offset}")
        skip = f"~{self.skip}" if self.skip else ""
        return start + skip + (f"!{self.way}" if self.way else "")
