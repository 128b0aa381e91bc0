"""Settings from flags and environment, and the words of each refusal."""

from pathlib import Path
from typing import Any, get_args

import pytest
from inline_snapshot import snapshot

from replay_mcp import settings
from replay_mcp.api import endpoints
from replay_mcp.errors import SettingsError
from replay_mcp.recording import redaction
from replay_mcp.settings import Settings

KEY = {"POSTHOG_PERSONAL_API_KEY": "phx_key"}
CLOUD = KEY | {"POSTHOG_ENVIRONMENT_ID": "12345"}
STORE = Path("/data/replay.sqlite")


def load(environ: dict[str, str], **flags: Any) -> Settings:
    return Settings.load(environ, flags, default_store=STORE)


def refusal(environ: dict[str, str], **flags: Any) -> str:
    with pytest.raises(SettingsError) as caught:
        load(environ, **flags)
    return caught.value.why


def test_the_literals_that_stand_in_two_places_agree() -> None:
    assert get_args(settings.Prefix) == get_args(endpoints.Prefix)
    assert set(get_args(settings.Redact)) == set(get_args(redaction.RedactionLevel))


def test_a_key_and_an_environment_are_enough() -> None:
    assert load(CLOUD).model_dump(mode="json") == snapshot(
        {
            "api_key": "**********",
            "origin": "https://us.posthog.com",
            "environment": "12345",
            "prefix": "environments",
            "permission": "curate",
            "redact": "standard",
            "local": None,
            "demo": False,
        }
    )
    assert load(CLOUD).api_key is not None
    assert "phx_key" not in repr(load(CLOUD))


def test_a_local_store_needs_nothing_else_and_never_uses_the_key() -> None:
    loaded = load(CLOUD, local="~/x.sqlite")
    assert (loaded.api_key, loaded.local, loaded.origin) == (
        None,
        Path("~/x.sqlite").expanduser(),
        settings.LOCAL_ORIGIN,
    )
    assert load({"REPLAY_MCP_LOCAL": "1"}).local == STORE
    assert load({}, local="default").environment == "1"


def test_flags_come_before_the_environment() -> None:
    environ = CLOUD | {"POSTHOG_HOST": "eu", "REPLAY_MCP_PERMISSION": "delete", "REPLAY_MCP_PREFIX": "projects"}
    loaded = load(environ, host_url="us", permission="read")
    assert (loaded.origin, loaded.permission, loaded.prefix) == ("https://us.posthog.com", "read", "projects")


def test_empty_variables_count_as_absent() -> None:
    environ = CLOUD | dict.fromkeys(("POSTHOG_HOST", "REPLAY_MCP_LOCAL", "REPLAY_MCP_PERMISSION"), "")
    assert load(environ) == load(CLOUD)


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("us", "https://us.posthog.com"),
        ("eu", "https://eu.posthog.com"),
        ("https://posthog.example.com/", "https://posthog.example.com"),
        ("https://POSTHOG.example.com:8443", "https://posthog.example.com:8443"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
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
    ],
)
def test_a_host_that_is_no_safe_origin_is_refused(host: str) -> None:
    assert "POSTHOG_HOST" in refusal(CLOUD | {"POSTHOG_HOST": host})


def test_each_refusal_names_the_setting_and_what_it_takes(tmp_path: Path) -> None:
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
    }
    assert refusals == snapshot(
        {
            "nothing": """\
No PostHog key: set POSTHOG_PERSONAL_API_KEY (or POSTHOG_PERSONAL_API_KEY_FILE) and POSTHOG_ENVIRONMENT_ID.
No account? Start with --local to use the local Replay API; add --demo to put demo recordings into it.\
""",
            "no environment": "POSTHOG_ENVIRONMENT_ID is not set; it is the number in the address of your PostHog project, as in https://us.posthog.com/project/12345.",
            "@current": "POSTHOG_ENVIRONMENT_ID is '@current'; it must be the environment's number.",
            "permission": "REPLAY_MCP_PERMISSION is 'admin'; it must be one of read, curate, delete.",
            "key with a space": "POSTHOG_PERSONAL_API_KEY holds no key: it is empty or has spaces or line breaks inside.",
            "missing file": "POSTHOG_PERSONAL_API_KEY_FILE names 'DIR/missing', which cannot be read: FileNotFoundError.",
            "empty file": "POSTHOG_PERSONAL_API_KEY_FILE holds no key: it is empty or has spaces or line breaks inside.",
            "demo on PostHog": "--demo needs --local: demo recordings go into a local store only.",
        }
    )


def test_a_key_file_is_read_and_trimmed(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("phx_from_file\n")
    loaded = load({"POSTHOG_PERSONAL_API_KEY_FILE": str(file), "POSTHOG_ENVIRONMENT_ID": "1"})
    assert loaded.api_key is not None
    assert loaded.api_key.get_secret_value() == "phx_from_file"
