"""`replay-mcp doctor`: what works, what does not, what to fix."""

import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx2
import orjson
import pytest
from inline_snapshot import snapshot

from replay_mcp.caches.disk import DiskCache
from replay_mcp.cli.doctor import examine, exit_code
from replay_mcp.cli.local_store import open_local
from replay_mcp.client.client import open_client
from replay_mcp.local.store.accounts import NewKey, add_key
from replay_mcp.local.store.clock import now_ms
from replay_mcp.settings import CLOUD_HOSTS, Permission, Settings
from tests.commands import run
from tests.conftest import Local
from tests.faults import Fault, Faults
from tests.servers import clean_environment, listening_port, run_process, serving

Examine = Callable[..., Awaitable[tuple[int, list[str]]]]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "s.sqlite"


@pytest.fixture
def examined(local: Local, faults: Faults) -> Examine:
    """The doctor's exit code and report, without its configuration line, on the local API behind `faults`."""

    async def examined(permission: Permission = "curate") -> tuple[int, list[str]]:
        settings = Settings(api_key=None, origin=CLOUD_HOSTS["us"], environment="1", permission=permission)
        key = local.http.headers["authorization"].removeprefix("Bearer ")
        async with open_client(
            origin=settings.origin,
            api_key=key,
            prefix=settings.prefix,
            environment=settings.environment,
            transport=httpx2.ASGITransport(app=faults),
        ) as client:
            findings = await examine(client, settings)
        return exit_code(findings), [line for finding in findings[1:] for line in str(finding).splitlines()]

    return examined


def refusal(status: int, detail: str, path: str = "", method: str = "") -> Fault:
    """An error answer in the API's own form."""
    return Fault(status=status, body=orjson.dumps({"detail": detail}), path=path, method=method)


@pytest.mark.slow
def test_on_a_local_store_everything_works(path: Path) -> None:
    ended = run_process("doctor", "--local", str(path))
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.replace(str(path), "PATH").splitlines() == snapshot(
        [
            "ok    local store PATH, environment 1, prefix environments, permission level curate, redaction standard, cache off",
            "ok    session_recording_playlist:read: session_recording_playlists_list is allowed",
            "ok    session_recording_playlist:write: session_recording_playlists_partial_update is allowed",
            "ok    session_recording_playlist:write: session_recording_playlists_recordings_create is allowed",
            "ok    session_recording_playlist:write: session_recording_playlists_recordings_destroy is allowed",
            "ok    session_recording:read: session_recordings_list is allowed",
            "ok    session_recording:write: session_recordings_partial_update is allowed",
            "ok    session_recording:read: create_session_summaries_individually is allowed",
            "ok    query:read: query_create is allowed",
            "ok    create-session-summaries works",
            "ok    session-claims-check works",
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
            "ok    session-recording-screen works",
            "ok    session-recording-timeline works",
            "ok    session-recording-update works",
            "ok    session-recordings-compare works",
            "ok    session-recordings-list works",
        ]
    )


def test_tools_above_the_level_are_distinguished_from_tools_that_will_not_work(path: Path) -> None:
    ended = run("doctor", "--local", str(path), "--permission", "read")
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


@pytest.mark.anyio
async def test_a_read_only_key_is_enough_for_the_read_level(local: Local, examined: Examine) -> None:
    reads = ("session_recording:read", "session_recording_playlist:read")
    local.http = local.client(NewKey("ada@example.com", 1, reads))
    code, report = await examined("read")
    assert (code, [line for line in report if "not listed" not in line]) == snapshot(
        (
            0,
            [
                "ok    session_recording_playlist:read: session_recording_playlists_list is allowed",
                "ok    session_recording:read: session_recordings_list is allowed",
                "ok    session_recording:read: create_session_summaries_individually is allowed",
                "--    query_create: The key lacks the scope 'query:read' (403). It is optional: without it, timelines lack product events, stack traces and parts of the header, steps of comparisons match no events, and empty lists name none.",
                "      -> Create a personal API key with the scope 'query:read' (PostHog: Settings, Personal API keys) and restart.",
                "ok    create-session-summaries works",
                "ok    session-claims-check works",
                "ok    session-recording-get works",
                "ok    session-recording-playlist-get works",
                "ok    session-recording-playlist-recordings-list works",
                "ok    session-recording-playlists-list works",
                "ok    session-recording-screen works",
                "ok    session-recording-timeline works",
                "ok    session-recordings-compare works",
                "ok    session-recordings-list works",
            ],
        )
    )
    assert (await examined("curate"))[0] == 1


SUMMARIES = "create_session_summaries_individually"
ROUTE_MISSING = Fault(status=404, body=b"<html>no such page</html>", path=SUMMARIES)


@pytest.mark.anyio
@pytest.mark.parametrize(
    "fault",
    [
        refusal(400, "Session summaries are only supported in PostHog Cloud", SUMMARIES),
        refusal(400, "Session summaries are not enabled for this user", SUMMARIES),
        refusal(404, "Endpoint not found.", SUMMARIES),
        refusal(404, "Not found.", SUMMARIES),
        refusal(405, 'Method "POST" not allowed.', SUMMARIES),
        ROUTE_MISSING,
    ],
)
async def test_on_a_build_without_summaries_the_tool_works_and_computes_them(
    faults: Faults, examined: Examine, fault: Fault
) -> None:
    faults.always(fault)
    code, report = await examined("read")
    lines = [line for line in report if "summaries" in line or not line.startswith("ok")]
    assert (code, lines) == snapshot(
        (
            0,
            [
                "ok    create-session-summaries works; summaries are computed, since this PostHog build does not support them"
            ],
        )
    )


@pytest.mark.anyio
@pytest.mark.parametrize("status", [500, 503])
async def test_a_failing_summary_does_not_mean_a_build_without_summaries(
    faults: Faults, examined: Examine, status: int
) -> None:
    faults.always(refusal(status, "A server error occurred.", SUMMARIES))
    code, report = await examined("read")
    assert (code, len(report), report[0].startswith(f"FAIL  The API failed with {status}")) == (1, 2, True)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("fault", "report"),
    [
        (
            Fault(status=429, headers={"retry-after": "60"}),
            snapshot(
                (
                    1,
                    [
                        "FAIL  The API's rate limit for this key is reached (429).",
                        "      -> Wait 60 seconds, then call again.",
                    ],
                )
            ),
        ),
        (
            Fault(status=302, headers={"location": "https://eu.posthog.com/"}),
            snapshot(
                (
                    1,
                    [
                        "FAIL  The host redirects to 'https://eu.posthog.com' (302); the key is not sent there.",
                        "      -> Set POSTHOG_HOST to the actual origin of PostHog.",
                    ],
                )
            ),
        ),
        (
            Fault(status=200, body=b"<html>Welcome</html>"),
            snapshot(
                (
                    1,
                    [
                        "FAIL  The API's response is not valid JSON, or is truncated.",
                        "      -> Check that POSTHOG_HOST points to PostHog's app or API, not to a proxy page; then try again.",
                    ],
                )
            ),
        ),
        (
            Fault(status=500),
            snapshot(
                (
                    1,
                    [
                        "FAIL  The API failed with 500 (Internal Server Error).",
                        "      -> Try again in a minute; if it keeps failing, check PostHog's status page or the self-hosted logs.",
                    ],
                )
            ),
        ),
        (
            Fault(status=404, body=b"<html>no such page</html>"),
            snapshot(
                (
                    1,
                    [
                        "FAIL  The host has no such route (404).",
                        "      -> Check that POSTHOG_HOST is the address of PostHog's app (not its ingestion host or a proxy page); an older build may lack this operation.",
                    ],
                )
            ),
        ),
        (
            refusal(404, "Endpoint not found."),
            snapshot(
                (
                    1,
                    [
                        "FAIL  The host has no such route (404).",
                        "      -> Check that POSTHOG_HOST is the address of PostHog's app (not its ingestion host or a proxy page); an older build may lack this operation.",
                    ],
                )
            ),
        ),
    ],
)
async def test_a_problem_that_stops_every_probe_is_reported_once_and_not_as_missing_scopes(
    faults: Faults, examined: Examine, fault: Fault, report: tuple[int, list[str]]
) -> None:
    faults.always(fault)
    assert await examined() == report


@pytest.mark.anyio
async def test_a_rate_limit_that_is_reached_midway_is_the_only_thing_reported(
    faults: Faults, examined: Examine
) -> None:
    faults.always(Fault(status=429, headers={"retry-after": "60"}, path="/session_recordings"))
    code, report = await examined()
    assert (code, [line for line in report if line.startswith("FAIL")]) == snapshot(
        (1, ["FAIL  The API's rate limit for this key is reached (429)."])
    )


@pytest.mark.anyio
async def test_a_build_that_closes_playlist_recordings_to_keys_is_reported_as_the_reason(
    faults: Faults, examined: Examine
) -> None:
    closed = "This action does not support Personal API Key access"
    item = "/replay-mcp-doctor-probe/recordings/replay-mcp-doctor-probe"
    faults.always(refusal(403, closed, item))
    code, report = await examined()
    assert (code, [line for line in report if not line.startswith("ok")]) == snapshot(
        (
            1,
            [
                "FAIL  session_recording_playlists_recordings_create: This PostHog build does not allow this operation with a personal API key, whatever its scopes (403).",
                "      -> Update PostHog (keys are allowed since August 2026), or do it in the PostHog app.",
                "FAIL  session_recording_playlists_recordings_destroy: This PostHog build does not allow this operation with a personal API key, whatever its scopes (403).",
                "      -> Update PostHog (keys are allowed since August 2026), or do it in the PostHog app.",
                "FAIL  session-recording-playlist-recordings-add will not work: This PostHog build does not allow this operation with a personal API key, whatever its scopes (403).",
                "FAIL  session-recording-playlist-recordings-remove will not work: This PostHog build does not allow this operation with a personal API key, whatever its scopes (403).",
            ],
        )
    )
    assert [line for line in faults.lines if item in line] == snapshot(
        [
            "POST /api/environments/1/session_recording_playlists/replay-mcp-doctor-probe/recordings/replay-mcp-doctor-probe/",
            "DELETE /api/environments/1/session_recording_playlists/replay-mcp-doctor-probe/recordings/replay-mcp-doctor-probe/",
        ]
    )


@pytest.mark.anyio
async def test_a_page_that_is_not_from_the_api_does_not_count_as_allowed(faults: Faults, examined: Examine) -> None:
    faults.always(Fault(status=404, body=b"<html>no such page</html>", method="PATCH"))
    code, report = await examined()
    assert (code, [line for line in report if not line.startswith("ok")]) == snapshot(
        (
            1,
            [
                "FAIL  session_recording_playlists_partial_update: The host has no such route (404).",
                "      -> Check that POSTHOG_HOST is the address of PostHog's app (not its ingestion host or a proxy page); an older build may lack this operation.",
                "FAIL  session_recordings_partial_update: The host has no such route (404).",
                "      -> Check that POSTHOG_HOST is the address of PostHog's app (not its ingestion host or a proxy page); an older build may lack this operation.",
                "FAIL  session-recording-delete will not work: The host has no such route (404).",
                "FAIL  session-recording-playlist-create will not work: The host has no such route (404).",
                "FAIL  session-recording-playlist-delete will not work: The host has no such route (404).",
                "FAIL  session-recording-playlist-recordings-add will not work: The host has no such route (404).",
                "FAIL  session-recording-playlist-recordings-remove will not work: The host has no such route (404).",
                "FAIL  session-recording-playlist-update will not work: The host has no such route (404).",
                "FAIL  session-recording-update will not work: The host has no such route (404).",
            ],
        )
    )


def test_missing_scopes_are_named_with_the_tools_that_they_stop(path: Path, tmp_path: Path) -> None:
    with open_local(path) as local, local.store.connection() as db:
        key = add_key(db, NewKey("ada@example.com", 1, ("session_recording:read",)), now_ms()).value
    log = tmp_path / "log"
    with serving(["local", "--port", "0", "--local", str(path)], clean_environment(), log):
        port = listening_port(log)
        environment = {
            "POSTHOG_PERSONAL_API_KEY": key,
            "POSTHOG_HOST": f"http://127.0.0.1:{port}",
            "POSTHOG_ENVIRONMENT_ID": "1",
            "REPLAY_MCP_CACHE": "off",
        }
        limited = run("doctor", **environment)
        wrong_key = run("doctor", **environment | {"POSTHOG_PERSONAL_API_KEY": "phx_wrong"})
        wrong_place = run("doctor", **environment | {"POSTHOG_ENVIRONMENT_ID": "77"})
    assert limited.returncode == 1
    assert limited.stdout.replace(str(port), "PORT").splitlines() == snapshot(
        [
            "ok    http://127.0.0.1:PORT, environment 1, prefix environments, permission level curate, redaction standard, cache off",
            "FAIL  session_recording_playlists_list: The key lacks the scope 'session_recording_playlist:read' (403).",
            "      -> Create a personal API key with the scope 'session_recording_playlist:read' (PostHog: Settings, Personal API keys) and restart.",
            "FAIL  session_recording_playlists_partial_update: The key lacks the scope 'session_recording_playlist:write' (403).",
            "      -> Create a personal API key with the scope 'session_recording_playlist:write' (PostHog: Settings, Personal API keys) and restart.",
            "FAIL  session_recording_playlists_recordings_create: The key lacks the scope 'session_recording_playlist:write' (403).",
            "      -> Create a personal API key with the scope 'session_recording_playlist:write' (PostHog: Settings, Personal API keys) and restart.",
            "FAIL  session_recording_playlists_recordings_destroy: The key lacks the scope 'session_recording_playlist:write' (403).",
            "      -> Create a personal API key with the scope 'session_recording_playlist:write' (PostHog: Settings, Personal API keys) and restart.",
            "ok    session_recording:read: session_recordings_list is allowed",
            "FAIL  session_recordings_partial_update: The key lacks the scope 'session_recording:write' (403).",
            "      -> Create a personal API key with the scope 'session_recording:write' (PostHog: Settings, Personal API keys) and restart.",
            "ok    session_recording:read: create_session_summaries_individually is allowed",
            "--    query_create: The key lacks the scope 'query:read' (403). It is optional: without it, timelines lack product events, stack traces and parts of the header, steps of comparisons match no events, and empty lists name none.",
            "      -> Create a personal API key with the scope 'query:read' (PostHog: Settings, Personal API keys) and restart.",
            "ok    create-session-summaries works",
            "ok    session-claims-check works",
            "FAIL  session-recording-delete will not work: The key lacks the scope 'session_recording:write' (403).",
            "ok    session-recording-get works",
            "FAIL  session-recording-playlist-create will not work: The key lacks the scope 'session_recording_playlist:write' (403). The key lacks the scope 'session_recording_playlist:read' (403).",
            "FAIL  session-recording-playlist-delete will not work: The key lacks the scope 'session_recording_playlist:read' (403). The key lacks the scope 'session_recording_playlist:write' (403).",
            "FAIL  session-recording-playlist-get will not work: The key lacks the scope 'session_recording_playlist:read' (403).",
            "FAIL  session-recording-playlist-recordings-add will not work: The key lacks the scope 'session_recording_playlist:write' (403). The key lacks the scope 'session_recording_playlist:read' (403).",
            "FAIL  session-recording-playlist-recordings-list will not work: The key lacks the scope 'session_recording_playlist:read' (403).",
            "FAIL  session-recording-playlist-recordings-remove will not work: The key lacks the scope 'session_recording_playlist:write' (403). The key lacks the scope 'session_recording_playlist:read' (403).",
            "FAIL  session-recording-playlist-update will not work: The key lacks the scope 'session_recording_playlist:read' (403). The key lacks the scope 'session_recording_playlist:write' (403).",
            "FAIL  session-recording-playlists-list will not work: The key lacks the scope 'session_recording_playlist:read' (403).",
            "ok    session-recording-screen works",
            "ok    session-recording-timeline works",
            "FAIL  session-recording-update will not work: The key lacks the scope 'session_recording:write' (403).",
            "ok    session-recordings-compare works",
            "ok    session-recordings-list works",
        ]
    )
    assert (wrong_key.returncode, wrong_key.stdout.splitlines()[1:]) == snapshot(
        (
            1,
            [
                "FAIL  The API does not accept the key (401).",
                "      -> Check the key (POSTHOG_PERSONAL_API_KEY, or the caller's own), and that POSTHOG_HOST (us or eu) is the key's region: keys of the EU cloud are not valid in the US cloud, and vice versa.",
            ],
        )
    )
    assert (wrong_place.returncode, wrong_place.stdout.splitlines()[1:]) == snapshot(
        (
            1,
            [
                "FAIL  The API has no such environment (404).",
                "      -> Check POSTHOG_ENVIRONMENT_ID, and that POSTHOG_HOST is the project's region.",
            ],
        )
    )


def test_the_cache_is_shown_with_its_size(path: Path, tmp_path: Path) -> None:
    cache, file = tmp_path / "cache", tmp_path / "file"
    DiskCache(cache, scope=[]).put("s1", "now", bytes(os.urandom(2**20)))
    file.touch()
    settings = (str(cache), str(tmp_path / "not-yet"), str(file), "off")
    lines = [run("doctor", "--local", str(path), "--cache", value).stdout.splitlines()[0] for value in settings]
    assert [line.split("redaction standard, ")[1].replace(str(tmp_path), "DIR") for line in lines] == snapshot(
        [
            "cache DIR/cache (1.0 MiB)",
            "cache DIR/not-yet (0.0 MiB)",
            "cache DIR/file (cannot be used: Not a directory)",
            "cache off",
        ]
    )


def test_a_host_that_does_not_answer_is_named(closed_port: int) -> None:
    ended = run(
        "doctor",
        POSTHOG_PERSONAL_API_KEY="phx_k",
        POSTHOG_HOST=f"http://127.0.0.1:{closed_port}",
        POSTHOG_ENVIRONMENT_ID="1",
    )
    assert ended.returncode == 1
    assert [line.replace(str(closed_port), "PORT") for line in ended.stdout.splitlines()[1:]] == snapshot(
        [
            "FAIL  http://127.0.0.1:PORT could not be reached: the connection was refused.",
            "      -> Check POSTHOG_HOST and the network, then try again; `replay-mcp doctor` tests both.",
        ]
    )
