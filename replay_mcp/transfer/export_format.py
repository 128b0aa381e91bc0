"""The file format of `replay-mcp export`: `blob_v2` JSONL with the recording's metadata in front.

The first line is a header, then comes one line per product event, then the snapshot data as the store holds it. Other
readers of JSONL skip the lines in front, because they are objects that contain no rrweb event.
"""

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from replay_mcp.api.types import MAX_DISTINCT_ID_LENGTH, SessionId

from .import_recording import MAX_DISTINCT_IDS

VERSION: Final = 1
HEADER_MARK: Final = b'{"replay_mcp_export":'
"""How the first line begins; no other format begins like this."""
EVENT_MARK: Final = b'{"replay_mcp_event":'

DistinctId = Annotated[str, StringConstraints(max_length=MAX_DISTINCT_ID_LENGTH)]


class _ExportModel(BaseModel):
    # A later version may add fields, which this one ignores; a changed field comes with a new version number.
    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)


class ExportedPerson(_ExportModel):
    """The recorded person. The first distinct id determines the person's UUID."""

    distinct_ids: Annotated[list[DistinctId], Field(min_length=1, max_length=MAX_DISTINCT_IDS)]
    properties: dict[str, Any]
    created_at: int


class ExportHeader(_ExportModel):
    """The first line. Times are epoch milliseconds."""

    replay_mcp_export: Literal[1] = VERSION
    session_id: SessionId
    distinct_id: DistinctId
    person: ExportedPerson | None = None
    snapshot_source: Annotated[str, StringConstraints(max_length=100)] = "web"
    snapshot_library: Annotated[str, StringConstraints(max_length=100)] | None = None
    retention_period_days: Annotated[int, Field(ge=1, le=36_500)]


class ExportedEvent(_ExportModel):
    """A product event; `uuid` identifies it in every store."""

    uuid: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    event: Annotated[str, StringConstraints(max_length=1_000)]
    timestamp: int
    distinct_id: DistinctId
    properties: dict[str, Any]


class EventLine(_ExportModel):
    """The line of one product event."""

    replay_mcp_event: ExportedEvent
