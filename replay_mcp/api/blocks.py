"""The requests that read a recording's snapshot data, as few as possible (live behaviour)."""

from collections.abc import Sequence
from typing import Final

from .models import SnapshotSource
from .params import SnapshotsRead

BLOCKS_PER_REQUEST: Final = 21
"""`end_blob_key` may exceed `start_blob_key` by at most 20 (live behaviour)."""


def snapshot_requests(session_id: str, sources: Sequence[SnapshotSource]) -> list[SnapshotsRead]:
    """The minimum number of requests for all blocks, or for the long-term copies if there are no blocks."""
    keys = sorted({int(source.blob_key or "") for source in sources if is_block(source)})
    ranges: list[tuple[int, int]] = []
    for key in keys:
        if ranges and key == ranges[-1][1] + 1 and key - ranges[-1][0] < BLOCKS_PER_REQUEST:
            ranges[-1] = ranges[-1][0], key
        else:
            ranges.append((key, key))
    if ranges:
        return [
            SnapshotsRead(id=session_id, source="blob_v2", start_blob_key=first, end_blob_key=last)
            for first, last in ranges
        ]
    copies = [source.blob_key for source in sources if source.source == "blob_v2_lts" and source.blob_key]
    return [SnapshotsRead(id=session_id, source="blob_v2_lts", blob_key=key) for key in copies]


def is_block(source: SnapshotSource) -> bool:
    """Whether the source is a block, not a long-term copy."""
    key = source.blob_key or ""
    return source.source == "blob_v2" and key.isascii() and key.isdigit()
