"""`replay-mcp local`: the local API on a socket, and its keys."""

import re
from pathlib import Path

import httpx2
import pytest
from inline_snapshot import snapshot

from tests.servers import clean_environment, run, serving

pytestmark = pytest.mark.anyio
KEY = re.compile(r"phx_[\w-]{43}")


def test_a_fresh_store_has_one_key_and_more_are_made_as_named(tmp_path: Path) -> None:
    store = str(tmp_path / "s.sqlite")
    ada = ("--user", "ada@example.com", "--environment", "2", "--scopes", "session_recording:read")
    run("local", "keys", "--local", store, "add", *ada, "--label", "Ada reads", "--organization", "Other")
    run("local", "--local", store, "keys", "add", "--user", "you@localhost.local", *ada[2:], "--restrict")
    listed = run("local", "keys", "--local", store).stdout
    assert re.sub(r"\d{4}-\d\d-\d\d", "DATE", KEY.sub("KEY", listed)).splitlines() == snapshot(
        [
            "KEY  you@localhost.local  *  all its environments  DATE  (first key)",
            "KEY  ada@example.com  session_recording:read  all its environments  DATE  (Ada reads)",
            "KEY  you@localhost.local  session_recording:read  environment 2 only  DATE",
        ]
    )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            ["--user", "a@example.com", "--environment", "1", "--scopes", "everything"],
            snapshot(
                [
                    "There is no scope 'everything'.",
                    "Scopes are *, session_recording:read, session_recording:write, session_recording_playlist:read, session_recording_playlist:write.",
                ]
            ),
        ),
        (
            ["--user", "nobody", "--environment", "1", "--scopes", "*"],
            snapshot(["'nobody' is no e-mail address.", "Name the key's owner by e-mail."]),
        ),
        (
            ["--user", "a@example.com", "--environment", "0", "--scopes", "*"],
            snapshot(["0 is no environment id.", "Environment ids are whole numbers from 1."]),
        ),
        (
            ["--user", "a@example.com", "--environment", "1", "--scopes", "*", "--organization", "Other"],
            snapshot(
                [
                    "Environment 1 belongs to organisation 'Local', not to 'Other'.",
                    "Name another environment, or leave the organisation out.",
                ]
            ),
        ),
    ],
)
def test_a_key_that_could_not_work_is_refused(tmp_path: Path, arguments: list[str], says: list[str]) -> None:
    ended = run("local", "keys", "--local", str(tmp_path / "s.sqlite"), "add", *arguments)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.splitlines() == says


async def test_the_served_api_greets_with_what_works(tmp_path: Path, free_port: int) -> None:
    store = tmp_path / "s.sqlite"
    flags = ["local", "--port", str(free_port), "--local", str(store), "--demo"]
    with serving(flags, clean_environment(), tmp_path / "log") as process:
        assert process.stdout is not None
        greeting = [process.stdout.readline().rstrip() for _ in range(5)]
        [key] = KEY.findall(greeting[1])
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{free_port}") as http:
            url = "/api/environments/1/session_recordings/?date_from=-7d"
            listed = await http.get(url, headers={"Authorization": f"Bearer {key}"})
            refused = await http.get(url)
            schema = await http.get("/api/schema/")
    assert [
        line.replace(str(store), "PATH").replace(str(free_port), "PORT") for line in without_keys(greeting)
    ] == snapshot(
        [
            "Local Replay API on http://127.0.0.1:PORT, data in PATH",
            "  key of you@localhost.local, all scopes: KEY",
            "  try it:  curl -H 'Authorization: Bearer KEY' http://127.0.0.1:PORT/api/environments/1/session_recordings/",
            "  MCP:     POSTHOG_HOST=http://127.0.0.1:PORT POSTHOG_ENVIRONMENT_ID=1 POSTHOG_PERSONAL_API_KEY=… replay-mcp",
            "  OpenAPI: http://127.0.0.1:PORT/api/schema/    more keys: replay-mcp local keys add --help",
        ]
    )
    assert (listed.status_code, len(listed.json()["results"]), refused.status_code) == (200, 13, 401)
    assert schema.json()["openapi"].startswith("3.1")


def without_keys(lines: list[str]) -> list[str]:
    return [KEY.sub("KEY", line) for line in lines]


async def test_rate_limits_are_enforced_on_request(tmp_path: Path, free_port: int) -> None:
    flags = ["local", "--port", str(free_port), "--local", str(tmp_path / "s.sqlite"), "--rate-limits", "free"]
    with serving(flags, clean_environment(), tmp_path / "log") as process:
        assert process.stdout is not None
        process.stdout.readline()
        [key] = KEY.findall(process.stdout.readline())
        headers = {"Authorization": f"Bearer {key}"}
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{free_port}", headers=headers) as http:
            answers = [await http.get("/api/environments/1/session_recordings/") for _ in range(13)]
    assert [answer.status_code for answer in answers] == [200] * 12 + [429]
    assert int(answers[-1].headers["retry-after"]) in range(1, 61)
