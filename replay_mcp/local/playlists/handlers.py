"""Playlists: list, create, retrieve and update; DELETE is not allowed."""

import secrets
import sqlite3
import string
from collections.abc import Iterable, Mapping
from typing import Final

from replay_mcp import exact_json
from replay_mcp.api.models import Playlist, PlaylistPage, User
from replay_mcp.api.types import MAX_NAME_LENGTH
from replay_mcp.local.errors import ApiFailure, invalid, not_found
from replay_mcp.local.http import fields
from replay_mcp.local.http.call import Call, Reply
from replay_mcp.local.http.pagination import links, parse_window
from replay_mcp.local.http.tracing import note_team, tracer
from replay_mcp.local.store import accounts
from replay_mcp.local.store.clock import from_ms
from replay_mcp.local.store.database import writing

from .ordering import label, order_page, parse_order, rank, split_page
from .query import parse_query
from .recordings_counts import LISTED_SAVED_FILTER_IDS, Counts, stored_counts, synthetic_counts
from .synthetic import SyntheticPlaylist, find_synthetic, listed_synthetics

SHORT_ID_LENGTH: Final = 8

FIELDS: Final[dict[str, fields.Field]] = {
    "name": fields.TextField(null=True, blank=True, max_length=MAX_NAME_LENGTH),
    "derived_name": fields.TextField(null=True, blank=True, max_length=MAX_NAME_LENGTH),
    "description": fields.TextField(blank=True),
    "pinned": fields.BooleanField(),
    "deleted": fields.BooleanField(),
    "filters": fields.JsonField(),
    "type": fields.ChoiceField(null=True, words=("collection", "filters")),
    "_create_in_folder": fields.TextField(blank=True),
}
"""The fields that a client may set; others are ignored. The folder is accepted but not stored."""

MATERIAL_FIELDS: Final = frozenset({"name", "description", "filters"})
"""An update that contains one of these, changed or not, sets `last_modified_at` and `last_modified_by`."""


def playlists_list(call: Call) -> Reply:
    """List a page of stored and synthetic playlists in one order. Raises 500 if `created_by` is not a number."""
    note_team(call.team.id)
    with tracer.start_as_current_span("session_recording_playlists_list") as span:
        window = parse_window(call.query)
        order = parse_order(call.query.get("order"))
        query = parse_query(call, order)
        db_count = query.count()
        with tracer.start_as_current_span("gather_synthetics"):
            synthetics = listed_synthetics(call.query, order)
        span.set_attributes(
            {
                "team_id": call.team.id,
                "db_count": db_count,
                "synth_count": len(synthetics),
                "limit": window.limit,
                "offset": window.offset,
            }
        )
        with tracer.start_as_current_span("rank_synthetics"):
            ranks = rank(query.count_before(synthetics, db_count))
        with tracer.start_as_current_span("split_page"):
            split = split_page(ranks, window)
            rows = query.rows(split.stored, db_count)
        with tracer.start_as_current_span("order_combined_page"):
            shown = slice(split.first, split.last)
            page = order_page(synthetics[shown], ranks[shown], rows, window)
        span.set_attribute("page_size", len(page))
        with tracer.start_as_current_span("precompute_recordings_counts"):
            counts = stored_counts(call, [row["id"] for row in rows], saved_filter_ids=LISTED_SAVED_FILTER_IDS)
            counts |= {synthetic.id: synthetic_counts(call, synthetic) for synthetic in synthetics[shown]}
        with tracer.start_as_current_span("serialize"):
            results = _serialize(call, page, counts)
    count = db_count + len(synthetics)
    next, previous = links(call.url, window, count)
    return Reply(PlaylistPage(count=count, next=next, previous=previous, results=results))


def playlists_create(call: Call) -> Reply:
    """Create a playlist (201)."""
    values = fields.validate(call.body, FIELDS)
    filters = values.get("filters", {})
    match values.get("type"):
        case None:
            raise invalid("Must provide a valid playlist type: either filters or collection")
        case "collection" if filters:
            raise invalid("You cannot create a collection with filters")
        case "filters" if not filters:
            raise invalid("You must provide a valid filters when creating a saved filter")
        case kind:
            pass
    row = {
        "short_id": "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(SHORT_ID_LENGTH)),
        "team_id": call.team.id,
        "type": kind,
        "name": values.get("name"),
        "derived_name": values.get("derived_name"),
        "label": label(values.get("name"), values.get("derived_name")),
        "description": values.get("description", ""),
        "pinned": values.get("pinned", False),
        "deleted": values.get("deleted", False),
        "filters": exact_json.dumps(filters).decode(),
        "now": call.now,
        "user_id": call.user.id,
    }
    with writing(call.db):
        created = call.db.execute(
            """
            INSERT INTO session_recording_playlist (
                short_id, team_id, type, name, derived_name, label, description, pinned, deleted, filters,
                created_at, created_by, last_modified_at, last_modified_by
            ) VALUES (
                :short_id, :team_id, :type, :name, :derived_name, :label, :description, :pinned, :deleted, :filters,
                :now, :user_id, :now, :user_id
            ) RETURNING *
            """,
            row,
        ).fetchone()
    return Reply(_serialize_one(call, created), status=201)


def playlists_retrieve(call: Call) -> Reply:
    """Retrieve a playlist. Raises 404 if it is unknown, deleted or another team's."""
    return Reply(_serialize_one(call, find_playlist(call)))


def playlists_update(call: Call) -> Reply:
    """Update a playlist, even a deleted one, which `deleted: false` restores. The type never changes."""
    with writing(call.db):
        playlist = find_playlist(call, deleted_too=True)
        changes = fields.validate(call.body, FIELDS, partial=call.method == "PATCH")
        if isinstance(playlist, SyntheticPlaylist):
            raise invalid("Cannot update synthetic playlists")
        if playlist["type"] == "collection" and changes.get("filters"):
            raise invalid("You cannot update a collection to add filters")
        if playlist["type"] == "filters" and not changes.get("filters"):
            raise invalid("You cannot remove all filters when updating a saved filter")
        if "filters" in changes:
            changes["filters"] = exact_json.dumps(changes["filters"]).decode()
        if changes.keys() & MATERIAL_FIELDS:
            changes |= {"last_modified_at": call.now, "last_modified_by": call.user.id}
        row = dict(playlist) | changes
        updated = call.db.execute(
            """
            UPDATE session_recording_playlist SET
                name = :name, derived_name = :derived_name, label = :label, description = :description,
                pinned = :pinned, deleted = :deleted, filters = :filters,
                last_modified_at = :last_modified_at, last_modified_by = :last_modified_by
            WHERE id = :id RETURNING *
            """,
            row | {"label": label(row["name"], row["derived_name"])},
        ).fetchone()
    return Reply(_serialize_one(call, updated))  # counting takes long for a large playlist


def playlists_destroy(call: Call) -> Reply:
    """Return 405 with an empty body for any playlist; an update sets `deleted` instead (page)."""
    raise ApiFailure(405, None, {"Allow": "GET, PUT, PATCH"})


def find_playlist(call: Call, *, deleted_too: bool = False) -> SyntheticPlaylist | sqlite3.Row:
    """Find the playlist in the path: a synthetic one or a row of the call's team.

    As in the live server, a row must match the query parameters `short_id` and `created_by`, if given.

    Raises:
        ApiFailure: 404.
    """
    short_id = call.path["short_id"]
    if synthetic := find_synthetic(short_id):
        return synthetic
    query = "SELECT * FROM session_recording_playlist WHERE team_id = ? AND short_id = ? AND (deleted = 0 OR ?)"
    row = call.db.execute(query, (call.team.id, short_id, deleted_too)).fetchone()
    if row is None or any(
        call.query.get(name) not in {None, "", str(row[name])} for name in ("short_id", "created_by")
    ):
        raise not_found()
    return row


def _serialize_one(call: Call, playlist: SyntheticPlaylist | sqlite3.Row) -> Playlist:
    if isinstance(playlist, SyntheticPlaylist):
        return _serialize(call, [playlist], {playlist.id: synthetic_counts(call, playlist)})[0]
    return _serialize(call, [playlist], stored_counts(call, [playlist["id"]]))[0]


def _serialize(
    call: Call, playlists: Iterable[SyntheticPlaylist | sqlite3.Row], counts: Mapping[int, Counts]
) -> list[Playlist]:
    playlists = list(playlists)
    rows = [playlist for playlist in playlists if isinstance(playlist, sqlite3.Row)]
    users = accounts.nested_users(call.db, {row[name] for row in rows for name in ("created_by", "last_modified_by")})
    return [
        playlist.as_playlist(counts[playlist.id])
        if isinstance(playlist, SyntheticPlaylist)
        else _stored_playlist(playlist, users, counts[playlist["id"]])
        for playlist in playlists
    ]


def _stored_playlist(row: sqlite3.Row, users: Mapping[int, User], counts: Counts) -> Playlist:
    return Playlist(
        id=row["id"],
        short_id=row["short_id"],
        name=row["name"],
        derived_name=row["derived_name"],
        description=row["description"],
        pinned=bool(row["pinned"]),
        created_at=from_ms(row["created_at"]),
        created_by=users.get(row["created_by"]),
        deleted=bool(row["deleted"]),
        filters=exact_json.loads(row["filters"]),
        last_modified_at=from_ms(row["last_modified_at"]),
        last_modified_by=users.get(row["last_modified_by"]),
        recordings_counts=counts,
        type=row["type"],
        is_synthetic=False,
    )
