"""Settings from flags and environment, and the message of each refusal."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, get_args

import pytest
from inline_snapshot import snapshot

from replay_mcp import redaction, settings
from replay_mcp.api import endpoints
from replay_mcp.errors import SettingsError
from replay_mcp.settings import Settings

KEY = {"POSTHOG_PERSONAL_API_KEY": "phx_key"}
CLOUD = KEY | {"POSTHOG_ENVIRONMENT_ID": "12345"}
STORE = Path("/data/replay.sqlite")
CACHE = Path("/cache/replay-mcp")


def load(environ: dict[str, str], **flags: Any) -> Settings:
    return Settings.load(environ, flags, default_store=STORE, default_cache=CACHE)


def refusal(environ: dict[str, str], **flags: Any) -> str:
    with pytest.raises(SettingsError) as caught:
        load(environ, **flags)
    return caught.value.why


def test_literals_defined_in_two_places_agree() -> None:
    assert get_args(settings.Prefix) == get_args(endpoints.Prefix)
    assert set(get_args(settings.Redact)) == set(get_args(redaction.RedactionLevel))


def test_a_key_and_an_environment_are_enough() -> None:
    assert {name: value and str(value) for name, value in asdict(load(CLOUD)).items()} == snapshot(
        {
            "api_key": "**********",
            "origin": "https://us.posthog.com",
            "environment": "12345",
            "prefix": "environments",
            "permission": "curate",
            "redact": "standard",
            "local": None,
            "demo": False,
            "cache": "/cache/replay-mcp",
            "audit": None,
        }
    )
    assert load(CLOUD).api_key is not None
    assert "phx_key" not in repr(load(CLOUD))


def test_changes_are_recorded_in_the_file_named_for_it() -> None:
    assert load(CLOUD | {"REPLAY_MCP_AUDIT": "/var/log/replay.jsonl"}).audit == Path("/var/log/replay.jsonl")
    assert load(CLOUD | {"REPLAY_MCP_AUDIT": ""}).audit is None


def test_a_local_store_needs_nothing_else_and_ignores_the_settings_for_posthog() -> None:
    posthog = {
        "POSTHOG_PERSONAL_API_KEY_FILE": "/no/such/file",
        "POSTHOG_HOST": "https://nobody.example/path",
        "POSTHOG_ENVIRONMENT_ID": "@current",
    }
    loaded = load(posthog, local="~/x.sqlite")
    assert (loaded.api_key, loaded.secrets, loaded.local, loaded.origin, loaded.environment) == (
        None,
        (),
        Path("~/x.sqlite").expanduser(),
        settings.LOCAL_ORIGIN,
        "1",
    )
    assert load(CLOUD, local="default", environment="2").environment == "2"


@pytest.mark.parametrize("value", ["1", "true", "TRUE", "on", "Yes", "default"])
def test_a_local_store_without_a_path_is_the_default_one(value: str) -> None:
    assert load({"REPLAY_MCP_LOCAL": value}).local == STORE


@pytest.mark.parametrize("value", ["0", "false", "False", "OFF", "no"])
def test_a_local_store_can_be_switched_off(value: str) -> None:
    assert load(CLOUD | {"REPLAY_MCP_LOCAL": value}) == load(CLOUD)
    assert load(CLOUD | {"REPLAY_MCP_LOCAL": "1"}, local=value) == load(CLOUD)


def test_flags_override_the_environment() -> None:
    environ = CLOUD | {"POSTHOG_HOST": "eu", "REPLAY_MCP_PERMISSION": "delete", "REPLAY_MCP_PREFIX": "projects"}
    loaded = load(environ, host_url="us", permission="read")
    assert (loaded.origin, loaded.permission, loaded.prefix) == ("https://us.posthog.com", "read", "projects")


def test_empty_variables_count_as_absent() -> None:
    environ = CLOUD | dict.fromkeys(("POSTHOG_HOST", "REPLAY_MCP_LOCAL", "REPLAY_MCP_PERMISSION"), "")
    assert load(environ) == load(CLOUD)


@pytest.mark.parametrize(
    ("value", "directory"),
    [
        ("", CACHE),
        ("on", CACHE),
        ("True", CACHE),
        ("1", CACHE),
        ("yes", CACHE),
        ("off", None),
        ("FALSE", None),
        ("0", None),
        ("no", None),
        ("/elsewhere/on", Path("/elsewhere/on")),
        ("./here", Path("here")),
        ("~", Path.home()),
        ("~/kept", Path.home() / "kept"),
    ],
)
def test_the_cache_is_on_off_or_a_directory(value: str, directory: Path | None) -> None:
    assert load(CLOUD | {"REPLAY_MCP_CACHE": value}).cache == directory
    assert load(CLOUD | {"REPLAY_MCP_CACHE": "/not/this"}, cache=value or "on").cache == directory


def test_a_local_store_is_cached_only_on_request() -> None:
    assert load({}, local="default").cache is None
    assert load({"REPLAY_MCP_CACHE": ""}, local="default").cache is None
    assert load({"REPLAY_MCP_CACHE": "on"}, local="default").cache == CACHE
    assert load({}, local="default", cache="/kept").cache == Path("/kept")


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("us", "https://us.posthog.com"),
        ("eu", "https://eu.posthog.com"),
        ("https://posthog.example.com/", "https://posthog.example.com"),
        ("https://POSTHOG.example.com:8443", "https://posthog.example.com:8443"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("https://posthog_web:8000", "https://posthog_web:8000"),
        ("https://münchen.example", "https://münchen.example"),
    ],
)
def test_hosts_become_origins(host: str, origin: str) -> None:
    assert load(CLOUD | {"POSTHOG_HOST": host}).origin == origin


@pytest.mark.parametrize(
    "host",
    [
        "posthog.example.com",
        "http://posthog.example.com",
        "ftp://posthog.example.com",
        "https://",
        "https://user:secret@posthog.example.com",
        "https://posthog.example.com/api",
        "https://posthog.example.com?x=1",
        "https://posthog.example.com:port",
        "http://127.0.0.1.evil.example",
        "https://posthog example.com",
        "https://posthog.example.com ",
        "https://post\thog.example.com",
        "https://posthog..example.com",
        "https://posthog%2eexample.com",
        "https://posthog.example.com,eu.posthog.com",
        "https://[fe80::1%a b]",
        "https://[fe80::1%25]",
        "https://posthog.example.com:0",
        "https://us.i.posthog.com",
        "https://eu.i.posthog.com.",
    ],
)
def test_a_host_that_is_not_a_safe_origin_is_refused(host: str) -> None:
    assert "POSTHOG_HOST" in refusal(CLOUD | {"POSTHOG_HOST": host})


def test_each_refusal_names_the_setting_and_its_valid_values(tmp_path: Path) -> None:
    missing = tmp_path / "missing"
    empty = tmp_path / "empty"
    empty.write_text("\n")
    refusals = {
        "nothing": refusal({}),
        "no environment": refusal(KEY),
        "@current": refusal(CLOUD | {"POSTHOG_ENVIRONMENT_ID": "@current"}),
        "permission": refusal(CLOUD | {"REPLAY_MCP_PERMISSION": "admin"}),
        "key with a space": refusal(CLOUD | {"POSTHOG_PERSONAL_API_KEY": "phx a"}),
        "missing file": refusal({"POSTHOG_PERSONAL_API_KEY_FILE": str(missing)}).replace(str(tmp_path), "DIR"),
        "empty file": refusal({"POSTHOG_PERSONAL_API_KEY_FILE": str(empty)}),
        "demo on PostHog": refusal(CLOUD, demo=True),
        "a space in the host": refusal(CLOUD | {"POSTHOG_HOST": "https://post hog.example"}),
        "port 0": refusal(CLOUD | {"POSTHOG_HOST": "https://posthog.example:0"}),
        "ingestion": refusal(CLOUD | {"POSTHOG_HOST": "https://eu.i.posthog.com/"}),
        "a cache called disabled": refusal(CLOUD | {"REPLAY_MCP_CACHE": "disabled"}),
        "somebody's home": refusal(CLOUD | {"REPLAY_MCP_CACHE": "~no-such-user/cache"}),
    }
    assert refusals == snapshot(
        {
            "nothing": """\
No PostHog key: set POSTHOG_PERSONAL_API_KEY (or POSTHOG_PERSONAL_API_KEY_FILE) and POSTHOG_ENVIRONMENT_ID.
No account? Start with --local to use the local Replay API; add --demo to put demo recordings into it.\
""",
            "no environment": "POSTHOG_ENVIRONMENT_ID is not set; it is the number in the URL of your PostHog project, as in https://us.posthog.com/project/12345.",
            "@current": "POSTHOG_ENVIRONMENT_ID is '@current'; it must be the environment's number.",
            "permission": "REPLAY_MCP_PERMISSION is 'admin'; it must be one of read, curate, delete.",
            "key with a space": "POSTHOG_PERSONAL_API_KEY does not contain a valid key: it is empty or contains spaces or line breaks.",
            "missing file": "POSTHOG_PERSONAL_API_KEY_FILE names a file, 'DIR/missing', that cannot be read: No such file or directory.",
            "empty file": "POSTHOG_PERSONAL_API_KEY_FILE does not contain a valid key: it is empty or contains spaces or line breaks.",
            "demo on PostHog": "--demo needs --local: demo recordings go into a local store only.",
            "a space in the host": "POSTHOG_HOST is 'https://post hog.example', which contains a character that is not valid in a host name.",
            "port 0": "POSTHOG_HOST is 'https://posthog.example:0'; port 0 is not a valid port.",
            "ingestion": "POSTHOG_HOST is 'https://eu.i.posthog.com/', which only ingests events and does not serve the API.",
            "a cache called disabled": "REPLAY_MCP_CACHE is 'disabled'; it must be on, off, or a directory such as './disabled'.",
            "somebody's home": "REPLAY_MCP_CACHE is '~no-such-user/cache', but that home directory is unknown.",
        }
    )


def test_a_key_file_is_read_and_trimmed(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("phx_from_file\n")
    loaded = load({"POSTHOG_PERSONAL_API_KEY_FILE": str(file), "POSTHOG_ENVIRONMENT_ID": "1"})
    assert loaded.api_key is not None
    assert loaded.api_key.get_secret_value() == "phx_from_file"


@pytest.mark.parametrize(
    "host",
    [
        "https://user:hunter2@posthog.example.com",
        "https://user:hunter2@posthog.example.com:port/path",
        "https://us:hunter2@us.i.posthog.com",
        "ftp://user:hunter2@",
        "user:hunter2@posthog.example.com",
        "https://user:hun#ter2@posthog.example.com",
    ],
)
def test_credentials_in_the_host_are_refused_and_not_repeated(host: str) -> None:
    assert refusal(CLOUD | {"POSTHOG_HOST": host}) == snapshot(
        "POSTHOG_HOST contains credentials; give the origin only, such as https://posthog.example.com."
    )


@pytest.mark.parametrize("region", ["us", "eu"])
def test_an_ingestion_host_is_refused_with_the_app_of_its_region(region: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(CLOUD | {"POSTHOG_HOST": f"https://{region}.i.posthog.com"})
    assert caught.value.next == f"Set POSTHOG_HOST={region} and start again."


def test_the_bundle_starts_on_the_local_api_as_its_settings_page_says() -> None:
    manifest = json.loads((Path(__file__).parent.parent / "manifest.json").read_text())
    defaults = {name: field["default"] for name, field in manifest["user_config"].items()}
    variables = {
        variable: value.removeprefix("${user_config.").removesuffix("}")
        for variable, value in manifest["server"]["mcp_config"]["env"].items()
    }

    def environ(**entered: str) -> dict[str, str]:
        return {variable: (defaults | entered)[name] for variable, name in variables.items()}

    assert manifest["user_config"]["api_key"]["description"].endswith(
        "Leave empty and set Local store to 1 to use the local API."
    )
    assert refusal(environ()) == settings.NOTHING_CONFIGURED
    assert load(environ(local="1")).local == STORE
    assert load(environ(api_key="phx_key", environment_id="12345")) == load(CLOUD)
