"""The file that `replay-mcp export` writes: what a recording's own lines do not tell stands in lines before them.

It is `blob_v2` JSONL: first a header, then a line for each product event, then the snapshot data as it is stored. Other
readers of JSONL skip the first lines, which are objects without an event in them.
"""

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from replay_mcp.api.types import SessionId

VERSION: Final = 1
HEADER_MARK: Final = b'{"replay_mcp_export":'
"""What the first line of such a file begins with, and of no other."""
EVENT_MARK: Final = b'{"replay_mcp_event":'
MAX_DISTINCT_ID_LENGTH: Final = 400
"""Longest distinct id that PostHog stores (column width)."""
MAX_DISTINCT_IDS: Final = 10_000

DistinctId = Annotated[str, StringConstraints(max_length=MAX_DISTINCT_ID_LENGTH)]


class _Part(BaseModel):
    # What later versions add beside is not for this one; what they change has another version.
    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)


class ExportedPerson(_Part):
    """Who was recorded. The first distinct id names the person."""

    distinct_ids: Annotated[list[DistinctId], Field(min_length=1, max_length=MAX_DISTINCT_IDS)]
    properties: dict[str, Any]
    created_at: int


class ExportHeader(_Part):
    """The first line. Times are epoch milliseconds."""

    replay_mcp_export: Literal[1] = VERSION
    session_id: SessionId
    distinct_id: DistinctId
    person: ExportedPerson | None = None
    snapshot_source: Annotated[str, StringConstraints(max_length=100)] = "web"
    snapshot_library: Annotated[str, StringConstraints(max_length=100)] | None = None
    retention_period_days: Annotated[int, Field(ge=1, le=36_500)]


class ExportedEvent(_Part):
    """A product event; `uuid` tells it from others wherever it goes."""

    uuid: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    event: Annotated[str, StringConstraints(max_length=1_000)]
    timestamp: int
    distinct_id: DistinctId
    properties: dict[str, Any]


class EventLine(_Part):
    """A line of a product event."""

    replay_mcp_event: ExportedEvent
