"""`replay-mcp doctor`: what works, what does not, what to fix."""

from pathlib import Path

import pytest
from inline_snapshot import snapshot

from replay_mcp.cli.local_store import open_local
from replay_mcp.local.accounts import NewKey, add_key
from replay_mcp.local.clock import now_ms
from tests.servers import clean_environment, run, serving


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "s.sqlite"


def test_on_a_local_store_everything_works(store: Path) -> None:
    ended = run("doctor", "--local", str(store))
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.replace(str(store), "PATH").splitlines() == snapshot(
        [
            "ok    local store PATH, environment 1, prefix environments, permission level curate, redaction standard",
            "ok    session_recording_playlist:read: session_recording_playlists_list is allowed",
            "ok    session_recording_playlist:write: session_recording_playlists_partial_update is allowed",
            "ok    session_recording:read: session_recordings_list is allowed",
            "ok    session_recording:write: session_recordings_partial_update is allowed",
            "ok    session_recording:read: create_session_summaries_individually is allowed",
            "ok    create-session-summaries works",
            "ok    session-recording-delete works",
            "ok    session-recording-get works",
            "ok    session-recording-playlist-create works",
            "ok    session-recording-playlist-delete works",
            "ok    session-recording-playlist-get works",
            "ok    session-recording-playlist-recordings-add works",
            "ok    session-recording-playlist-recordings-list works",
            "ok    session-recording-playlist-recordings-remove works",
            "ok    session-recording-playlist-update works",
            "ok    session-recording-playlists-list works",
            "ok    session-recording-update works",
            "ok    session-recordings-list works",
        ]
    )


def test_what_the_level_does_not_list_is_told_apart_from_what_will_not_work(store: Path) -> None:
    ended = run("doctor", "--local", str(store), "--permission", "read")
    assert ended.returncode == 0
    assert [line for line in ended.stdout.splitlines() if "not listed" in line] == snapshot(
        [
            "ok    session-recording-delete is not listed at permission level read",
            "ok    session-recording-playlist-create is not listed at permission level read",
            "ok    session-recording-playlist-delete is not listed at permission level read",
            "ok    session-recording-playlist-recordings-add is not listed at permission level read",
            "ok    session-recording-playlist-recordings-remove is not listed at permission level read",
            "ok    session-recording-playlist-update is not listed at permission level read",
            "ok    session-recording-update is not listed at permission level read",
        ]
    )


def test_missing_scopes_are_named_with_the_tools_that_they_stop(store: Path, free_port: int, tmp_path: Path) -> None:
    with open_local(store) as local, local.store.connection() as db:
        key = add_key(db, NewKey("ada@example.com", 1, ("session_recording:read",)), now_ms()).value
    with serving(["local", "--port", str(free_port), "--local", str(store)], clean_environment(), tmp_path / "log"):
        environment = {
            "POSTHOG_PERSONAL_API_KEY": key,
            "POSTHOG_HOST": f"http://127.0.0.1:{free_port}",
            "POSTHOG_ENVIRONMENT_ID": "1",
        }
        limited = run("doctor", **environment)
        wrong_key = run("doctor", **environment | {"POSTHOG_PERSONAL_API_KEY": "phx_wrong"})
        wrong_place = run("doctor", **environment | {"POSTHOG_ENVIRONMENT_ID": "77"})
    assert limited.returncode == 1
    assert limited.stdout.replace(str(free_port), "PORT").splitlines() == snapshot(
        [
            "ok    http://127.0.0.1:PORT, environment 1, prefix environments, permission level curate, redaction standard",
            "FAIL  session_recording_playlists_list: The key lacks the scope 'session_recording_playlist:read' (403).",
            "      -> Make a personal API key with the scope 'session_recording_playlist:read' (PostHog: Settings, Personal API keys) and restart.",
            "FAIL  session_recording_playlists_partial_update: The key lacks the scope 'session_recording_playlist:write' (403).",
            "      -> Make a personal API key with the scope 'session_recording_playlist:write' (PostHog: Settings, Personal API keys) and restart.",
            "ok    session_recording:read: session_recordings_list is allowed",
            "FAIL  session_recordings_partial_update: The key lacks the scope 'session_recording:write' (403).",
            "      -> Make a personal API key with the scope 'session_recording:write' (PostHog: Settings, Personal API keys) and restart.",
            "ok    session_recording:read: create_session_summaries_individually is allowed",
            "ok    create-session-summaries works",
            "FAIL  session-recording-delete will not work: session_recording:write",
            "ok    session-recording-get works",
            "FAIL  session-recording-playlist-create will not work: session_recording_playlist:write",
            "FAIL  session-recording-playlist-delete will not work: session_recording_playlist:read, session_recording_playlist:write",
            "FAIL  session-recording-playlist-get will not work: session_recording_playlist:read",
            "FAIL  session-recording-playlist-recordings-add will not work: session_recording_playlist:write",
            "FAIL  session-recording-playlist-recordings-list will not work: session_recording_playlist:read",
            "FAIL  session-recording-playlist-recordings-remove will not work: session_recording_playlist:write",
            "FAIL  session-recording-playlist-update will not work: session_recording_playlist:read, session_recording_playlist:write",
            "FAIL  session-recording-playlists-list will not work: session_recording_playlist:read",
            "FAIL  session-recording-update will not work: session_recording:write",
            "ok    session-recordings-list works",
        ]
    )
    assert (wrong_key.returncode, wrong_key.stdout.splitlines()[1:]) == snapshot(
        (
            1,
            [
                "FAIL  The API does not accept the key (401).",
                "      -> Check POSTHOG_PERSONAL_API_KEY, and that POSTHOG_HOST is the key's region: a key of the EU cloud is unknown to the US cloud and the other way round (POSTHOG_HOST=us or eu).",
            ],
        )
    )
    assert (wrong_place.returncode, wrong_place.stdout.splitlines()[1:]) == snapshot(
        (
            1,
            [
                "FAIL  The API has no such environment (404).",
                "      -> Check POSTHOG_ENVIRONMENT_ID, and that POSTHOG_HOST is the region that the project lives in.",
            ],
        )
    )


def test_a_host_that_does_not_answer_is_named(free_port: int) -> None:
    ended = run(
        "doctor",
        POSTHOG_PERSONAL_API_KEY="phx_k",
        POSTHOG_HOST=f"http://127.0.0.1:{free_port}",
        POSTHOG_ENVIRONMENT_ID="1",
    )
    assert ended.returncode == 1
    assert [line.replace(str(free_port), "PORT") for line in ended.stdout.splitlines()[1:]] == snapshot(
        [
            "FAIL  http://127.0.0.1:PORT could not be reached (ConnectError).",
            "      -> Check POSTHOG_HOST and the network, then try again; `replay-mcp doctor` tests both.",
        ]
    )
