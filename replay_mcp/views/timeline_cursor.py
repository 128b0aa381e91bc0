"""Cursors of a timeline's pages: how many rows came before, of how many events, and for which query."""

import re
from typing import Final

from replay_mcp.errors import InvalidArguments
from replay_mcp.redaction import quoted

_CURSOR: Final = re.compile(r"(\d{1,9})~(\d{1,12})~([0-9a-f]{8})", re.ASCII)
_START_AGAIN: Final = "Start again without a cursor."


def write_cursor(skip: int, events: int, digest: str) -> str:
    """The cursor of the page after `skip` rows of a recording with so many events."""
    return f"{skip}~{events}~{digest}"


def read_cursor(cursor: str | None, events: int, digest: str) -> int:
    """Number of rows on earlier pages; 0 without a cursor.

    Raises:
        InvalidArguments: it is no cursor, or one of another query, or the recording has other events by now.
    """
    if cursor is None:
        return 0
    match = _CURSOR.fullmatch(cursor)
    if match is None:
        raise InvalidArguments(f"{quoted(repr(cursor), 60)} is not a cursor of this tool.", next=_START_AGAIN)
    if match[3] != digest:
        raise InvalidArguments("The cursor belongs to other filters or another recording.", next=_START_AGAIN)
    if int(match[2]) != events:
        raise InvalidArguments("The recording has grown since this cursor, or was partly read.", next=_START_AGAIN)
    return int(match[1])
