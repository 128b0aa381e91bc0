"""`replay-mcp local`: the local API on a socket, and its keys."""

import re
import socket
from pathlib import Path

import httpx2
import pytest
from inline_snapshot import snapshot

from benchmarks.call import local_api
from replay_mcp.cli import sockets
from replay_mcp.local.store import accounts
from replay_mcp.local.store.database import Store
from tests.commands import run
from tests.servers import clean_environment, listening_port, serving

pytestmark = pytest.mark.anyio
KEY = re.compile(r"phx_[\w-]{43}")
MASKED = re.compile(r"phx_\.\.\.[\w-]{4}(?= )")
TOKEN = re.compile(r"phc_[\w-]{32}")
COMMAND = re.compile(r"[^\s\"]*/replay-mcp")


def test_a_fresh_store_has_one_key_and_added_keys_are_listed_masked(tmp_path: Path) -> None:
    store = str(tmp_path / "s.sqlite")
    ada = ("--user", "ada@example.com", "--environment", "2", "--scopes", "session_recording:read")
    labelled = ("--label", "Ada reads", "--organization", "Other")
    added = run("local", "keys", "--local", store, "add", *ada, "session_recording_playlist:read", *labelled).stdout
    run("local", "--local", store, "keys", "add", "--user", "you@localhost.local", *ada[2:], "--restrict")
    listed = run("local", "keys", "list", "--local", store).stdout
    assert run("local", "keys", "--local", store).stdout == listed
    [key] = KEY.findall(added)
    assert listed.splitlines()[1] == added.strip().replace(key, f"{key[:4]}...{key[-4:]}")
    assert re.sub(r"\d{4}-\d\d-\d\d", "DATE", TOKEN.sub("TOKEN", MASKED.sub("KEY", listed))).splitlines() == snapshot(
        [
            "KEY  you@localhost.local  *  all its environments  DATE  (first key)",
            "KEY  ada@example.com  session_recording:read session_recording_playlist:read  all its environments  DATE  (Ada reads)",
            "KEY  you@localhost.local  session_recording:read  environment 2 only  DATE",
            "TOKEN  project token of environment 1, for posthog.init",
            "TOKEN  project token of environment 2, for posthog.init",
        ]
    )


@pytest.mark.parametrize(
    ("arguments", "lines"),
    [
        (
            ["--user", "a@example.com", "--environment", "1", "--scopes", "everything"],
            snapshot(
                [
                    "There is no scope 'everything'.",
                    "Scopes are *, query:read, session_recording:read, session_recording:write, session_recording_playlist:read, session_recording_playlist:write.",
                ]
            ),
        ),
        (
            ["--user", "nobody", "--environment", "1", "--scopes", "*"],
            snapshot(["'nobody' is not an e-mail address.", "Name the key's owner by e-mail."]),
        ),
        (
            ["--user", "@", "--environment", "1", "--scopes", "*"],
            snapshot(["'@' is not an e-mail address.", "Name the key's owner by e-mail."]),
        ),
        (
            ["--user", "a@", "--environment", "1", "--scopes", "*"],
            snapshot(["'a@' is not an e-mail address.", "Name the key's owner by e-mail."]),
        ),
        (
            ["--user", "a@example.com", "--environment", "0", "--scopes", "*"],
            snapshot(
                ["0 is not an environment id.", "Environment ids are whole numbers from 1 to 999999999999999999."]
            ),
        ),
        (
            ["--user", "a@example.com", "--environment", "99999999999999999999", "--scopes", "*"],
            snapshot(
                [
                    "99999999999999999999 is not an environment id.",
                    "Environment ids are whole numbers from 1 to 999999999999999999.",
                ]
            ),
        ),
        (
            ["--user", "a@example.com", "--environment", "1000000000000000000", "--scopes", "*"],
            snapshot(
                [
                    "1000000000000000000 is not an environment id.",
                    "Environment ids are whole numbers from 1 to 999999999999999999.",
                ]
            ),
        ),
        (
            ["--user", "a@example.com", "--environment", "1", "--scopes", "*", "--organization", "Other"],
            snapshot(
                [
                    "Environment 1 belongs to organisation 'Local', not to 'Other'.",
                    "Name another environment, or omit the organisation.",
                ]
            ),
        ),
    ],
)
def test_a_key_that_could_not_work_is_refused(tmp_path: Path, arguments: list[str], lines: list[str]) -> None:
    ended = run("local", "keys", "--local", str(tmp_path / "s.sqlite"), "add", *arguments)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.splitlines() == lines


def test_the_largest_environment_id_works_in_a_url(tmp_path: Path) -> None:
    largest = ("--user", "a@example.com", "--environment", "9" * 18, "--scopes", "*", "--restrict")
    added = run("local", "keys", "--local", str(tmp_path / "s.sqlite"), "add", *largest)
    assert (added.returncode, f"environment {'9' * 18} only" in added.stdout) == (0, True)


async def test_the_addresses_and_the_key_of_the_greeting_work(tmp_path: Path) -> None:
    store, log = tmp_path / "s.sqlite", tmp_path / "log"
    flags = ["local", "--port", "0", "--local", str(store), "--demo"]
    with serving(flags, clean_environment(), log) as process:
        port = listening_port(log)
        assert process.stdout is not None
        greeting = [process.stdout.readline().rstrip() for _ in range(19)]
        [key] = KEY.findall(greeting[1])
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
            url = "/api/environments/1/session_recordings/?date_from=-7d"
            listed = await http.get(url, headers={"Authorization": f"Bearer {key}"})
            refused = await http.get(url)
            schema = await http.get("/api/schema/")
    assert [
        line.replace(str(store), "PATH").replace(str(port), "PORT") for line in without_names(greeting)
    ] == snapshot(
        [
            "Local Replay API on http://127.0.0.1:PORT, data in PATH",
            "  key of you@localhost.local, all scopes: KEY",
            "  try it:  curl -H 'Authorization: Bearer KEY' http://127.0.0.1:PORT/api/environments/1/session_recordings/",
            "  MCP:     POSTHOG_HOST=http://127.0.0.1:PORT POSTHOG_ENVIRONMENT_ID=1 POSTHOG_PERSONAL_API_KEY=… replay-mcp",
            "  OpenAPI: http://127.0.0.1:PORT/api/schema/    more keys: replay-mcp local keys add --help",
            "  status:  http://127.0.0.1:PORT/",
            "",
            "Record a page: paste into its head, before other scripts",
            "",
            "First: The script is a file of posthog-js, and this server has no directory to serve it from. Install posthog-js (npm install posthog-js) and start `replay-mcp local --posthog-js node_modules/posthog-js`.",
            "",
            '<script src="http://127.0.0.1:PORT/static/array.full.no-external.js"></script>',
            "<script>posthog.init('TOKEN', {api_host: 'http://127.0.0.1:PORT', defaults: '2025-05-24', opt_out_useragent_filter: true, request_batching: false, disable_session_recording: true,",
            "  loaded: (ph) => { const recorder = ph.sessionRecording; recorder._forceAllowLocalhostNetworkCapture = true; ph.startSessionRecording(); setInterval(() => recorder._lazyLoadedSessionRecording?._flushBuffer?.(), 500) }})</script>",
            "",
            "Ask an agent about it:",
            "",
            "  claude mcp add replay-local -- COMMAND --local PATH",
            '  {"mcpServers": {"replay-local": {"command": "COMMAND", "args": ["--local", "PATH"]}}}',
        ]
    )
    assert (listed.status_code, len(listed.json()["results"]), refused.status_code) == (200, 13, 401)
    assert schema.json()["openapi"].startswith("3.1")


@pytest.mark.slow
def test_test_account_domains_are_kept_until_others_are_named(tmp_path: Path) -> None:
    def served(*flags: str) -> tuple[str, ...]:
        command = ["local", "--port", "0", "--local", str(tmp_path / "s.sqlite"), *flags]
        with serving(command, clean_environment(), tmp_path / "log"):
            pass
        with Store.open(tmp_path / "s.sqlite") as store, store.connection() as db:
            [team] = accounts.list_teams(db)
            return team.test_account_domains

    option = "--test-account-domain"
    assert [served(option, "shop.example", option, "@B.example"), served(), served(option, "")] == [
        ("shop.example", "b.example"),
        ("shop.example", "b.example"),
        (),
    ]
    refused = run("local", "--local", str(tmp_path / "s.sqlite"), option, "ines@shop.example")
    assert (refused.returncode, refused.stdout + refused.stderr) == snapshot(
        (
            2,
            """\
'ines@shop.example' is not a domain.
Name the part of e-mail addresses after the @.
""",
        )
    )


def without_names(lines: list[str]) -> list[str]:
    return [COMMAND.sub("COMMAND", TOKEN.sub("TOKEN", KEY.sub("KEY", line))) for line in lines]


@pytest.mark.slow
async def test_rate_limits_are_enforced_when_switched_on(tmp_path: Path) -> None:
    log = tmp_path / "log"
    flags = ["local", "--port", "0", "--local", str(tmp_path / "s.sqlite"), "--rate-limits", "free"]
    with serving(flags, clean_environment(), log) as process:
        port = listening_port(log)
        assert process.stdout is not None
        process.stdout.readline()
        [key] = KEY.findall(process.stdout.readline())
        headers = {"Authorization": f"Bearer {key}"}
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers) as http:
            answers = [await http.get("/api/environments/1/session_recordings/") for _ in range(13)]
    assert [answer.status_code for answer in answers] == [200] * 12 + [429]
    assert int(answers[-1].headers["retry-after"]) in range(1, 61)


@pytest.mark.slow
async def test_port_0_picks_a_port_and_prints_it(tmp_path: Path) -> None:
    with local_api(tmp_path / "s.sqlite") as origin:
        async with httpx2.AsyncClient(base_url=origin) as http:
            assert (await http.get("/api/schema/")).status_code == 200


def test_a_server_that_does_not_start_ends_the_wait_for_it(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="did not start"), local_api(tmp_path):
        pass


@pytest.mark.parametrize("command", [("local",), ("serve", "--transport", "http"), ("serve", "--transport", "sse")])
def test_a_port_in_use_is_reported_before_any_greeting(tmp_path: Path, command: tuple[str, ...]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = run(*command, "--port", port, "--local", str(tmp_path / "s.sqlite"))
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.replace(port, "PORT").splitlines() == snapshot(
        [
            "Cannot listen on 127.0.0.1:PORT: Address already in use.",
            "Choose another port with --port; 0 takes any free one.",
        ]
    )


def test_an_address_of_another_machine_is_reported_without_a_traceback(tmp_path: Path) -> None:
    ended = run("local", "--port", "0", "--bind", "2001:db8::1", "--local", str(tmp_path / "s.sqlite"))
    assert (ended.returncode, ended.stdout) == (2, "")
    first, second = ended.stderr.splitlines()
    assert first.startswith("Cannot listen on [2001:db8::1]:0: ")
    assert second == "Name an address of this machine."


@pytest.mark.parametrize(
    ("port", "message"),
    [
        ("99999", snapshot("Error: Invalid value for '--port': 99999 is not in the range 0<=x<=65535.")),
        ("-1", snapshot("Error: Invalid value for '--port': -1 is not in the range 0<=x<=65535.")),
        ("x", snapshot("Error: Invalid value for '--port': 'x' is not a valid port number.")),
        ("\u00b2", snapshot("Error: Invalid value for '--port': '²' is not a valid port number.")),
    ],
)
def test_an_invalid_port_is_a_usage_error(port: str, message: str) -> None:
    ended = run("local", "--port", port)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.splitlines()[-1] == message


def test_answers_are_not_held_back_to_fill_a_packet() -> None:
    # asyncio decides by this protocol number whether to set TCP_NODELAY on what the socket accepts.
    with sockets.listen("127.0.0.1", 0) as listener:
        assert listener.proto == socket.IPPROTO_TCP
