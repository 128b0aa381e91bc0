"""The seven synthetic playlists, which are computed from the store's other data (live behaviour)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from replay_mcp.api.models import Playlist
from replay_mcp.local.http.call import Call
from replay_mcp.local.store.clock import DAY_MS

from .ordering import Order, label

EXPIRING_WITHIN_MS: Final = 10 * DAY_MS
EXPIRING_LIMIT: Final = 10_000
FRUSTRATED_WITHIN_MS: Final = 7 * DAY_MS
FRUSTRATED_ABOVE: Final = 5
"""Sessions with a higher score, 3 per rage click and 2 per exception, are in the frustration playlist."""
FRUSTRATED_LIMIT: Final = 1000


@dataclass(frozen=True, slots=True)
class SyntheticPlaylist:
    """A computed playlist.

    Attributes:
        content: SQL that selects `session_id` and `weight`; higher weights come first, equal ones by id. It may use the
            names in `_parameters`.
        counts: SQL that selects `count` and `watched_count`, if they are known without reading the content.
    """

    id: int
    short_id: str
    name: str
    description: str
    content: str
    counts: str | None = None

    def matches(self, search: str) -> bool:
        """Whether the name or the description contains the text, ignoring case."""
        return search.lower() in self.name.lower() or search.lower() in self.description.lower()

    def as_playlist(self, recordings_counts: dict[str, dict[str, Any]]) -> Playlist:
        """The playlist as an API object."""
        return Playlist(
            id=self.id,
            short_id=self.short_id,
            name=self.name,
            derived_name=None,
            description=self.description,
            pinned=False,
            created_at=None,
            created_by=None,
            deleted=False,
            filters={},
            last_modified_at=None,
            last_modified_by=None,
            recordings_counts=recordings_counts,
            type="collection",
            is_synthetic=True,
        )


@dataclass(frozen=True, slots=True)
class ContentCount:
    """The number of recordings in a synthetic playlist, and of those that the requesting user has watched."""

    count: int
    watched_count: int


SYNTHETIC_PLAYLISTS: Final = (
    SyntheticPlaylist(
        id=-1,
        short_id="synthetic-watch-history",
        name="Watch history",
        description="Recordings you have watched",
        content="""
            SELECT session_id, created_at AS weight FROM session_recording_viewed
            WHERE team_id = :team_id AND user_id = :user_id
        """,
        counts="""
            SELECT coalesce(sum(viewed), 0) AS count, coalesce(sum(viewed), 0) AS watched_count FROM viewed_tally
            WHERE team_id = :team_id AND user_id = :user_id
        """,
    ),
    SyntheticPlaylist(
        id=-2,
        short_id="synthetic-commented",
        name="Recordings with comments",
        description="Recordings that have team comments",
        content="""
            SELECT item_id AS session_id, max(created_at) AS weight FROM comment
            WHERE team_id = :team_id AND scope = 'Replay' AND deleted = 0 GROUP BY item_id
        """,
    ),
    SyntheticPlaylist(
        id=-3,
        short_id="synthetic-shared",
        name="Shared recordings",
        description="Recordings that have been shared externally",
        content="""
            SELECT session_id, max(created_at) AS weight FROM sharing_configuration
            WHERE team_id = :team_id AND enabled = 1 GROUP BY session_id
        """,
    ),
    SyntheticPlaylist(
        id=-4,
        short_id="synthetic-exported",
        name="Exported recordings",
        description="Recordings that have been exported as clips or screenshots",
        content="""
            SELECT json_extract(export_context, '$.session_recording_id') AS session_id, max(created_at) AS weight
            FROM exported_asset WHERE team_id = :team_id AND session_id <> '' GROUP BY 1
        """,
    ),
    SyntheticPlaylist(
        id=-5,
        short_id="synthetic-summarised",
        name="Summarised sessions",
        description="Sessions with AI-generated summaries. Ask PostHog AI to summarize sessions for you.",
        content="""
            SELECT session_id, max(created_at) AS weight FROM session_summary
            WHERE team_id = :team_id GROUP BY session_id
        """,
    ),
    SyntheticPlaylist(
        id=-6,
        short_id="synthetic-expiring",
        name="Expiring soon",
        description="Recordings that will expire in the next 10 days",
        content="""
            SELECT session_id, -expiry_time AS weight FROM recording
            WHERE team_id = :team_id AND deleted_at IS NULL AND expiry_time BETWEEN :now AND :expiring_until
            ORDER BY expiry_time, session_id LIMIT :expiring_limit
        """,
    ),
    SyntheticPlaylist(
        id=-7,
        short_id="synthetic-frustrated",
        name="Frustration signals",
        description="Sessions with rage clicks or errors in the last 7 days",
        content="""
            SELECT session_id, 3 * sum(event = '$rageclick') + 2 * sum(event = '$exception') AS weight FROM event
            WHERE team_id = :team_id AND event IN ('$rageclick', '$exception') AND session_id <> ''
                AND timestamp BETWEEN :frustrated_since AND :now
            GROUP BY session_id HAVING weight > :frustrated_above
            ORDER BY weight DESC, session_id LIMIT :frustrated_limit
        """,
    ),
)
"""In the live server's order. All except the watch history are the same for every user of the team."""

_BY_SHORT_ID: Final = {playlist.short_id: playlist for playlist in SYNTHETIC_PLAYLISTS}


def find_synthetic(short_id: str) -> SyntheticPlaylist | None:
    """The synthetic playlist with this short_id, or None."""
    return _BY_SHORT_ID.get(short_id)


def listed_synthetics(query: Mapping[str, str], order: Order) -> list[SyntheticPlaylist]:
    """The synthetic playlists that match a list's query parameters, in its order (live behaviour).

    They have no creator and cannot be pinned, so a filter by either excludes them. Filters by date or recording do not
    apply to them.
    """
    if (
        query.keys() & {"user", "created_by", "pinned"}
        or query.get("type") == "filters"
        or query.get("collection_type") == "custom"
    ):
        return []
    found = [playlist for playlist in SYNTHETIC_PLAYLISTS if playlist.matches(query.get("search", ""))]
    if order.column == "label":
        found.sort(key=lambda playlist: label(playlist.name, None), reverse=order.descending)
    return found


def content(call: Call, playlist: SyntheticPlaylist, *, limit: int, offset: int) -> list[str]:
    """Session ids of the playlist in its order, `limit` of them from `offset` on."""
    query = f"""
        SELECT session_id FROM ({playlist.content}) ORDER BY weight DESC, session_id LIMIT :limit OFFSET :offset
    """  # noqa: S608 - our own text
    rows = call.db.execute(query, _parameters(call) | {"limit": limit, "offset": offset})
    return [row["session_id"] for row in rows]


def count_content(call: Call, playlist: SyntheticPlaylist) -> ContentCount:
    """Count the playlist's recordings, including those that no longer exist (live behaviour)."""
    counted = f"""
        SELECT count(*) AS count, count(viewed.session_id) AS watched_count FROM ({playlist.content}) AS content
        LEFT JOIN session_recording_viewed AS viewed ON viewed.team_id = :team_id AND viewed.user_id = :user_id
            AND viewed.session_id = content.session_id
    """  # noqa: S608 - our own text
    return ContentCount(**dict(call.db.execute(playlist.counts or counted, _parameters(call)).fetchone()))


def _parameters(call: Call) -> dict[str, Any]:
    return {
        "team_id": call.team.id,
        "user_id": call.user.id,
        "now": call.now,
        "expiring_until": call.now + EXPIRING_WITHIN_MS,
        "expiring_limit": EXPIRING_LIMIT,
        "frustrated_since": call.now - FRUSTRATED_WITHIN_MS,
        "frustrated_above": FRUSTRATED_ABOVE,
        "frustrated_limit": FRUSTRATED_LIMIT,
    }
