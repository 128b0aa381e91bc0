"""The handler of each operation. A test fails if an endpoint has no handler."""

from typing import Final

from replay_mcp.api import endpoints

from .events import handlers as events
from .http.call import Handler
from .http.posthog_builds import Build
from .playlists import handlers as playlists
from .playlists import items as playlist_items
from .playlists import recordings_list as playlist_recordings
from .recordings import handlers as recordings
from .recordings import snapshots, summaries
from .recordings.summaries import cloud_only

HANDLERS: Final[dict[str, Handler]] = {
    endpoints.PLAYLISTS_LIST.name: playlists.playlists_list,
    endpoints.PLAYLISTS_CREATE.name: playlists.playlists_create,
    endpoints.PLAYLISTS_RETRIEVE.name: playlists.playlists_retrieve,
    endpoints.PLAYLISTS_UPDATE.name: playlists.playlists_update,
    endpoints.PLAYLISTS_DESTROY.name: playlists.playlists_destroy,
    endpoints.PLAYLIST_RECORDINGS_LIST.name: playlist_recordings.playlist_recordings_list,
    endpoints.PLAYLIST_RECORDINGS_ADD.name: playlist_items.playlist_recordings_add,
    endpoints.PLAYLIST_RECORDINGS_REMOVE.name: playlist_items.playlist_recordings_remove,
    endpoints.PLAYLIST_RECORDINGS_BULK_ADD.name: playlist_items.playlist_recordings_bulk_add,
    endpoints.PLAYLIST_RECORDINGS_BULK_DELETE.name: playlist_items.playlist_recordings_bulk_delete,
    endpoints.RECORDINGS_LIST.name: recordings.recordings_list,
    endpoints.RECORDINGS_RETRIEVE.name: recordings.recordings_retrieve,
    endpoints.RECORDINGS_UPDATE.name: recordings.recordings_update,
    endpoints.RECORDINGS_DESTROY.name: recordings.recordings_destroy,
    endpoints.RECORDINGS_BULK_DELETE.name: recordings.recordings_bulk_delete,
    endpoints.SNAPSHOTS.name: snapshots.snapshots_retrieve,
    endpoints.SUMMARIES_CREATE.name: summaries.summaries_create,
    endpoints.EVENTS_QUERY.name: events.query_create,
}
"""By `Endpoint.name`, in the order of `ENDPOINTS`."""


def handlers(build: Build) -> dict[str, Handler]:
    """The handlers of the operations that this kind of build supports."""
    served = dict(HANDLERS)
    if build == "cloud-only":
        served[endpoints.SUMMARIES_CREATE.name] = cloud_only
    elif build == "removed":
        del served[endpoints.SUMMARIES_CREATE.name]
    return served


SESSION_ONLY_PATHS: Final = (
    "/session_recording_playlists/{short_id}/playlist_viewed",
    "/session_recordings/matching_events",
    "/session_recordings/bulk_viewed",
    "/session_recordings/bulk_not_viewed",
    "/session_recordings/batch_check_exists",
    "/session_recordings/ai/regex",
    "/session_recordings/capture_diagnostics",
    "/session_recordings/{id}/viewed",
    "/session_recordings/{id}/summarize",
)
"""Paths that the live server serves only to people who are signed in, not to personal API keys."""
