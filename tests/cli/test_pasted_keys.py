"""Keys pasted where they do not belong: no command and no server prints them."""

import json
import logging
from pathlib import Path

import pytest
from mcp.shared.exceptions import MCPError

from replay_mcp.cli.logs import JsonFormatter
from replay_mcp.redaction.secrets import KeyMask
from replay_mcp.server.listed_tools import listed_tools
from tests.agent import Connect, text_of
from tests.commands import CommandResult, run

OWN = "Own-Key-0123456789-of-a-self-hosted-PostHog"
TOKEN = "Own-Token-0123456789-of-this-server"
SHAPES = {
    "PostHog, personal": "phx_Pasted0Key0123456789abcdefghij",
    "PostHog, project": "phc_Pasted0Key0123456789abcdefghij",
    "PostHog, short": "phs_Pasted0Key",
    "Anthropic": "sk-ant-api03-Pasted0Key0123456789",
    "OpenAI": "sk-proj-Pasted0Key0123456789abcdef",
    "GitHub": "ghp_Pasted0Key0123456789abcdefghij",
    "GitHub, fine-grained": "github_pat_Pasted0Key0123456789_abcdef",
    "GitLab": "glpat-Pasted0Key0123456789",
    "Slack": "xoxb-Pasted0Key0123456789",
    "Stripe": "sk_live_Pasted0Key0123456789",
    "AWS": "AKIAPASTED0KEY012345",
    "Google": "AIzaPasted0Key0123456789abcdefghijklmno",
    "JSON Web Token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJQYXN0ZWQwS2V5In0.Pasted0KeySignature",
}
EVERY = "/".join([*SHAPES.values(), OWN, TOKEN])
"""All of them in one value, so that one run of a command tries them all."""
PLACES: dict[str, tuple[list[str], dict[str, str]]] = {
    **{
        name: (["doctor"], {name: "KEY"})
        for name in (
            "POSTHOG_HOST",
            "POSTHOG_ENVIRONMENT_ID",
            "REPLAY_MCP_PREFIX",
            "REPLAY_MCP_PERMISSION",
            "REPLAY_MCP_REDACT",
            "REPLAY_MCP_CACHE",
        )
    },
    "POSTHOG_PERSONAL_API_KEY_FILE": (
        ["doctor"],
        {"POSTHOG_PERSONAL_API_KEY": "", "POSTHOG_PERSONAL_API_KEY_FILE": "KEY"},
    ),
    "REPLAY_MCP_LOCAL": (["doctor"], {"REPLAY_MCP_LOCAL": "/dev/null/KEY"}),
    "REPLAY_MCP_AUDIT": (["serve", "--local", "FOLDER/s.sqlite"], {"REPLAY_MCP_AUDIT": "/dev/null/KEY"}),
    "--host-url": (["doctor", "--host-url", "https://KEY"], {}),
    "--environment": (["doctor", "--environment", "KEY"], {}),
    "--prefix": (["doctor", "--prefix", "KEY"], {}),
    "--permission": (["serve", "--permission", "KEY"], {}),
    "--redact": (["serve", "--redact=KEY"], {}),
    "--cache": (["doctor", "--local", "FOLDER/s.sqlite", "--cache", "/dev/null/KEY"], {}),
    "--local": (["doctor", "--local", "/dev/null/KEY"], {}),
    "--transport": (["serve", "--transport", "KEY"], {}),
    "--port": (["serve", "--port", "KEY"], {}),
    "--bind": (
        ["serve", "--transport", "http", "--port", "0", "--bind", "KEY", "--auth-token-file", "FOLDER/token"],
        {},
    ),
    "--bind without a token": (["serve", "--transport", "http", "--bind", "KEY"], {}),
    "--auth-token-file": (["serve", "--transport", "http", "--auth-token-file", "KEY"], {}),
    "an unknown flag": (["serve", "--KEY"], {}),
    "an unknown flag with a value": (["--key=KEY"], {}),
    "an argument that is not expected": (["serve", "KEY"], {}),
    "a command": (["KEY"], {}),
    "a command of local": (["local", "KEY"], {}),
    "--posthog-js": (["local", "--local", "FOLDER/s.sqlite", "--posthog-js", "KEY"], {}),
    "--retention-days": (["local", "--retention-days", "KEY"], {}),
    "--summaries": (["local", "--summaries", "KEY"], {}),
    "local keys add --environment": (
        ["local", "keys", "add", "--user", "a@b.example", "--scopes", "*", "--environment", "KEY"],
        {},
    ),
    "local keys add --scopes": (
        [
            "local",
            "keys",
            "add",
            "--local",
            "FOLDER/s.sqlite",
            "--user",
            "a@b.example",
            "--environment",
            "1",
            "--scopes",
            "KEY",
        ],
        {},
    ),
    "a file to import": (["import", "--local", "FOLDER/s.sqlite", "FOLDER/KEY"], {}),
    "a recording to copy": (
        ["import", "--local", "FOLDER/s.sqlite", "--from-posthog", "KEY"],
        {"POSTHOG_HOST": "http://127.0.0.1:9"},
    ),
    "a recording to export": (["export", "--local", "FOLDER/s.sqlite", "KEY", "-o", "-"], {}),
    "a store to export from": (["export", "--local", "/dev/null/KEY", "x", "-o", "-"], {}),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a server's token file and a store."""
    folder = tmp_path_factory.mktemp("pasted")
    (folder / "token").write_text(TOKEN)
    assert run("local", "keys", "--local", str(folder / "s.sqlite")).returncode == 0
    return folder


@pytest.mark.parametrize("place", PLACES)
def test_no_command_prints_a_pasted_key(folder: Path, place: str) -> None:
    arguments, environment = PLACES[place]
    filled = [argument.replace("KEY", EVERY).replace("FOLDER", str(folder)) for argument in arguments]
    settings = {"POSTHOG_PERSONAL_API_KEY": OWN, "POSTHOG_ENVIRONMENT_ID": "1"}
    settings |= {name: value.replace("KEY", EVERY) for name, value in environment.items()}
    ended = run(*filled, **settings)
    assert ended.stdout + ended.stderr
    assert _printed(ended, *SHAPES.values(), settings["POSTHOG_PERSONAL_API_KEY"]) == []


@pytest.mark.parametrize(
    ("arguments", "settings"),
    [
        (["doctor"], {"POSTHOG_PERSONAL_API_KEY_FILE": OWN}),
        (["doctor"], {"POSTHOG_PERSONAL_API_KEY_FILE": "FOLDER/token", "POSTHOG_HOST": TOKEN}),
        (["serve", "--local", "FOLDER/s.sqlite", "--transport", "http", "--auth-token-file", TOKEN], {}),
        (["serve", "--local", "FOLDER/s.sqlite", "--auth-token-file", "FOLDER/token", f"--{TOKEN}"], {}),
        (["serve", "--auth-token-file=FOLDER/token", "--permission", TOKEN], {}),
        (
            [
                "serve",
                "--transport",
                "http",
                "--local",
                "--port=0",
                "--auth-token-file",
                "FOLDER/token",
                "--bind",
                TOKEN,
            ],
            {},
        ),
    ],
)
def test_a_key_or_token_of_no_known_shape_is_not_printed(
    folder: Path, arguments: list[str], settings: dict[str, str]
) -> None:
    ended = run(
        *(argument.replace("FOLDER", str(folder)) for argument in arguments),
        **{name: value.replace("FOLDER", str(folder)) for name, value in settings.items()},
    )
    assert ended.stderr
    assert _printed(ended, OWN, TOKEN) == []


def _printed(ended: CommandResult, *keys: str) -> list[str]:
    shown = (ended.stdout + ended.stderr).lower()
    return [key for key in keys if key and key.lower() in shown]


@pytest.mark.parametrize(
    "text", ["{}", "'{}'", "--{}", "--key={}", "/mcp/{}", "/mcp?personal_api_key={}", "%2F{}", "(x:{})"]
)
def test_a_key_is_masked_anywhere_in_a_message(text: str) -> None:
    assert [name for name, key in SHAPES.items() if key in KeyMask().text(text.format(key))] == []


@pytest.mark.parametrize(
    "text",
    ["01975f7e-6c3a-7d2e-9d63-1f0a3c5b7e90", "d41d8cd98f00b204e9800998ecf8427e.json", "aB3dE6gH", "graph_abcdefghij"],
)
def test_ids_and_names_are_not_masked(text: str) -> None:
    assert KeyMask().text(text) == text


@pytest.mark.anyio
async def test_no_tool_error_repeats_a_key(connect: Connect) -> None:
    async with connect(permission="delete") as agent:
        for tool in listed_tools():
            for name in [*tool.parameters["properties"], "unknown", EVERY]:
                for value in (EVERY, [EVERY], {EVERY: EVERY}):
                    result = await agent.client.call_tool(tool.name, {name: value})
                    text = text_of(result)
                    assert not result.is_error or not [key for key in SHAPES.values() if key in text], text
        with pytest.raises(MCPError) as refused:
            await agent.client.read_resource(f"replay://recordings/{EVERY}")
        assert not [key for key in SHAPES.values() if key in str(refused.value)]


def test_a_log_line_contains_no_key() -> None:
    record = logging.LogRecord("x", logging.INFO, "x.py", 1, "GET /mcp/%s?key=%s", (EVERY, OWN), None)
    line = JsonFormatter([OWN, TOKEN]).format(record)
    assert [key for key in (*SHAPES.values(), OWN, TOKEN) if key in line] == []
    assert json.loads(line)["message"].startswith("GET /mcp/***")
