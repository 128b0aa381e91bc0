"""A recording's snapshot data: the list of its blocks, and the blocks (live behaviour)."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from replay_mcp.api.models import SnapshotSource, SnapshotSources
from replay_mcp.errors import UnreadableRecording
from replay_mcp.local.errors import ApiFailure, invalid, not_found
from replay_mcp.local.http.call import Call, Connect, Reply
from replay_mcp.local.http.fields import BooleanField, TextField, validate
from replay_mcp.local.http.tracing import tracer
from replay_mcp.local.store.blocks import BlockTimes, block_times, read_block
from replay_mcp.local.store.clock import from_ms
from replay_mcp.local.store.database import reading

from .handlers import existing_recording
from .serializers import is_ongoing
from .snappy import snappy_literal

MAX_SPAN: Final = 20
"""Maximum of `end_blob_key` - `start_blob_key` for requests with an API key, which makes 21 blocks."""

_QUERY = {"source": TextField(), "blob_key": TextField(), "decompress": BooleanField()}
_HEADERS = {"Cache-Control": "max-age=3600", "Content-Disposition": "inline"}
_ONGOING_HEADERS = _HEADERS | {"Cache-Control": "no-cache"}


def snapshots_retrieve(call: Call) -> Reply:
    """Without `source`, list the blocks; with `source=blob_v2` and an inclusive range of keys, stream the blocks.

    The blocks are JSONL; with `decompress=false`, each is a four-byte big-endian length and as many bytes of Snappy.
    They are read one by one, and the body breaks off if the recording is deleted in the meantime.

    Raises 404 for an unknown recording or unknown keys, 410 for a deleted recording, 400 for invalid parameters, 502 if
    no block of the range can be read.
    """
    attributes = {"team_id": call.team.id, "session_id": call.path["id"]}
    with tracer.start_as_current_span("replay_snapshots_api", attributes=attributes):
        _refuse_deleted(call)
        row = existing_recording(call)
        session_id: str = row["session_id"]
        values = validate(call.query, _QUERY)
        match values.get("source"):
            case None:
                return Reply(_sources(block_times(call.db, session_id)).documented())
            case "blob_v2":
                keys = _keys(call)
                blocks = block_times(call.db, session_id)
            case "blob_v2_lts":
                if "blob_key" not in values:
                    raise invalid("Must provide a blob key")
                raise not_found("Recording not found")  # the local API has no long-term copies
            case _:
                raise invalid("Invalid source must be one of [blob_v2, blob_v2_ts, None]")
        if not blocks:
            raise not_found("Session recording not found")
        if not 0 <= keys.start < keys.stop <= len(blocks):
            raise not_found("Block index out of range")
        ids = [block.id for block in blocks[keys.start : keys.stop]]
        reply = _blocks(call.db, session_id, ids, compressed=values.get("decompress") is False)
        return replace(reply, headers=_ONGOING_HEADERS) if is_ongoing(row, call.now) else reply


def _refuse_deleted(call: Call) -> None:
    query = "SELECT deleted_at, deleted_by FROM recording WHERE session_id = ? AND team_id = ?"
    row = call.db.execute(query, (call.path["id"], call.team.id)).fetchone()
    if row is None or row["deleted_at"] is None:
        return
    body = {
        "error": "recording_deleted",
        "message": "This recording has been permanently deleted",
        "deleted_at": from_ms(row["deleted_at"]).isoformat().replace("+00:00", "Z"),
        "deleted_by": row["deleted_by"],
    }
    raise ApiFailure(410, body)


def _sources(blocks: Sequence[BlockTimes]) -> SnapshotSources:
    return SnapshotSources(
        sources=[
            SnapshotSource(
                source="blob_v2",
                start_timestamp=from_ms(block.start_time),
                end_timestamp=from_ms(block.end_time),
                blob_key=str(blob_key),
            )
            for blob_key, block in enumerate(blocks)
        ]
    )


def _keys(call: Call) -> range:
    start, end = call.query.get("start_blob_key"), call.query.get("end_blob_key")
    if not start or not end:
        raise invalid("Must provide both start blob key and end blob key")
    try:
        keys = range(int(start), int(end) + 1)
    except ValueError as error:
        raise invalid("Blob keys must be integers") from error
    if keys.stop - 1 - keys.start > MAX_SPAN:
        raise invalid(f"Cannot request more than {MAX_SPAN} blob keys at once")
    return keys


def _blocks(db: sqlite3.Connection, session_id: str, ids: Sequence[int], *, compressed: bool) -> Reply:
    """The readable blocks; damaged ones are omitted.

    Raises:
        ApiFailure: 502 if no block can be read.
    """
    for place, block_id in enumerate(ids, 1):
        try:
            first = read_block(db, block_id)
        except UnreadableRecording:
            continue
        body = partial(_framed if compressed else _jsonl, session_id, first, ids[place:])
        media_type = "application/octet-stream" if compressed else "application/jsonl"
        return Reply(body, media_type=media_type, headers=_HEADERS)
    body = {
        "type": "server_error",
        "code": "recording_blocks_unavailable",
        "detail": "Couldn't load this recording's data. Try again, and if it keeps happening contact support.",
        "attr": None,
    }
    raise ApiFailure(502, body)


def _jsonl(session_id: str, first: bytes, later: Sequence[int], connect: Connect) -> Iterator[bytes]:
    yield first
    del first  # keep only one block in memory
    for block in _readable(session_id, later, connect):
        yield b"\n"
        yield block


def _framed(session_id: str, first: bytes, later: Sequence[int], connect: Connect) -> Iterator[bytes]:
    yield from _frame(first)
    del first
    for block in _readable(session_id, later, connect):
        yield from _frame(block)


def _frame(block: bytes) -> Iterator[bytes]:
    packed = snappy_literal(block)
    yield len(packed).to_bytes(4, "big")
    yield packed


def _readable(session_id: str, ids: Sequence[int], connect: Connect) -> Iterator[bytes]:
    """The readable blocks, each read when the consumer requests it.

    Raises:
        UnreadableRecording: the recording was deleted.
    """
    for block_id in ids:
        with connect() as db, reading(db):
            # The blocks of a deleted recording are removed one by one, but none may be shown after the deletion.
            query = "SELECT 1 FROM recording WHERE session_id = ? AND deleted_at IS NULL"
            if db.execute(query, (session_id,)).fetchone() is None:
                raise UnreadableRecording("The recording was deleted.")
            try:
                block = read_block(db, block_id)
            except UnreadableRecording:
                continue
        yield block
