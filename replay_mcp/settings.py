"""The configuration of a server process. Only this module reads settings from the environment."""

import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import SecretStr

from .errors import SettingsError
from .loopback import is_loopback

CLOUD_HOSTS: Final = {"us": "https://us.posthog.com", "eu": "https://eu.posthog.com"}
LOCAL_ORIGIN: Final = "http://127.0.0.1:8123"
"""Default origin of `replay-mcp local`; in-process calls and links use it as well."""
_INGESTION: Final = ".i.posthog.com"
"""Domain of the hosts that only ingest events."""
_YES: Final = frozenset({"1", "true", "on", "yes"})
_NO: Final = frozenset({"0", "false", "off", "no"})
_EXAMPLE: Final = "such as https://posthog.example.com"

Permission = Literal["read", "curate", "delete"]
Prefix = Literal["environments", "projects"]
Redact = Literal["standard", "strict", "off"]

NOTHING_CONFIGURED: Final = (
    "No PostHog key: set POSTHOG_PERSONAL_API_KEY (or POSTHOG_PERSONAL_API_KEY_FILE) and POSTHOG_ENVIRONMENT_ID.\n"
    "No account? Start with --local to use the local Replay API; add --demo to put demo recordings into it."
)
"""Message for a start without any configuration, with one line for each option."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Immutable settings.

    Attributes:
        api_key: personal API key; None for the in-process local API, which has its own keys, or if callers send theirs.
        origin: scheme and host of PostHog, without path.
        environment: the environment (project) id in every URL; one per server process.
        prefix: which of the two URL prefixes to use.
        permission: what tools may do; see the permission levels in README.
        redact: which parts of recorded text are masked.
        local: path of the local store, or None for PostHog.
        demo: add the demo recordings to a local store that lacks them.
        cache: directory of the timeline cache, or None to disable it.
        audit: file to which changes are recorded, or None for stderr.
    """

    api_key: SecretStr | None
    origin: str
    environment: str
    prefix: Prefix = "environments"
    permission: Permission = "curate"
    redact: Redact = "standard"
    local: Path | None = None
    demo: bool = False
    cache: Path | None = None
    audit: Path | None = None

    @classmethod
    def load(
        cls, environ: Mapping[str, str], flags: Mapping[str, Any], *, default_store: Path, default_cache: Path
    ) -> Self:
        """Load settings from flags (None: not given), then the environment, then defaults.

        By default, the cache is on for PostHog and off for a local store, which is already on this disk.

        Raises:
            SettingsError: a setting is missing, invalid or contradictory.
        """
        given = {name: value for name, value in flags.items() if value is not None}
        local = _local(given.get("local") or environ.get("REPLAY_MCP_LOCAL"))
        # Settings for PostHog do not apply to a local store, which has its own keys and environments.
        key = None if local or given.get("per_caller_key") else _read_key(environ)
        if local is None and key is None and not given.get("per_caller_key"):
            raise SettingsError(NOTHING_CONFIGURED, next="Choose one of the two and start again.")
        if local is None and given.get("demo"):
            raise SettingsError("--demo needs --local: demo recordings go into a local store only.")
        host = given.get("host_url") or environ.get("POSTHOG_HOST") or "us"
        cache = given.get("cache") or environ.get("REPLAY_MCP_CACHE") or ("off" if local else "on")
        environment = given.get("environment") or ("1" if local else environ.get("POSTHOG_ENVIRONMENT_ID"))
        return cls(
            api_key=key,
            origin=LOCAL_ORIGIN if local else _origin(host),
            environment=_environment(environment),
            prefix=_choice("REPLAY_MCP_PREFIX", given.get("prefix"), environ, Prefix, "environments"),
            permission=_choice("REPLAY_MCP_PERMISSION", given.get("permission"), environ, Permission, "curate"),
            redact=_choice("REPLAY_MCP_REDACT", given.get("redact"), environ, Redact, "standard"),
            local=None if local is None else store_path(local, default_store),
            demo=bool(given.get("demo")),
            cache=_cache(cache, default_cache),
            audit=_path("REPLAY_MCP_AUDIT", audit) if (audit := environ.get("REPLAY_MCP_AUDIT")) else None,
        )

    @property
    def hosted(self) -> bool:
        """Whether the API is PostHog Cloud, which enforces rate limits."""
        return self.origin in CLOUD_HOSTS.values()

    @property
    def secrets(self) -> tuple[str, ...]:
        """Values that must not appear in logs."""
        return () if self.api_key is None else (self.api_key.get_secret_value(),)


def store_path(value: str, default_store: Path) -> Path:
    """The path given by `--local` or REPLAY_MCP_LOCAL; the default store without a path or with `1`, `true` or `on`.

    Raises:
        SettingsError: the path starts with `~` and the home directory is unknown.
    """
    return default_store if value.lower() in {"default", *_YES} else _path("REPLAY_MCP_LOCAL", value)


def _local(value: str | None) -> str | None:
    """The value, or None if it is a common form of "no", which would otherwise be taken for a path."""
    return None if not value or value.lower() in _NO else value


def _cache(value: str, default_cache: Path) -> Path | None:
    if value.lower() in _NO:
        return None
    if value.lower() in _YES:
        return default_cache
    path = _path("REPLAY_MCP_CACHE", value)
    if not path.is_absolute() and "/" not in value and os.sep not in value:
        # A typo such as "disabled" must not create a directory of that name in the current working directory.
        raise SettingsError(f"REPLAY_MCP_CACHE is {value!r}; it must be on, off, or a directory such as './{value}'.")
    return path


def _path(name: str, value: str) -> Path:
    try:
        return Path(value).expanduser()
    except RuntimeError as error:
        raise SettingsError(f"{name} is {value!r}, but that home directory is unknown.") from error


def _file_named(value: str) -> str:
    """Describe a file in a message. A value that is not a path is left out, because it may be the secret itself."""
    return f"a file, {value!r}," if "/" in value or os.sep in value else "a file"


def _read_key(environ: Mapping[str, str]) -> SecretStr | None:
    value = environ.get("POSTHOG_PERSONAL_API_KEY", "")
    path = environ.get("POSTHOG_PERSONAL_API_KEY_FILE", "")
    source = "POSTHOG_PERSONAL_API_KEY"
    if not value and path:
        source = "POSTHOG_PERSONAL_API_KEY_FILE"
        try:
            value = _path(source, path).read_text(encoding="utf-8")
        except OSError as error:
            reason = error.strerror or "the system gave no reason"
            raise SettingsError(f"{source} names {_file_named(path)} that cannot be read: {reason}.") from error
        except UnicodeDecodeError:
            # Not chained: the error contains the content.
            raise SettingsError(f"{source} names {_file_named(path)} that is not UTF-8 text.") from None
    value = value.strip()
    if not value and not path:
        return None
    if not re.fullmatch(r"[\x21-\x7e]{1,500}", value):
        raise SettingsError(f"{source} does not contain a valid key: it is empty or contains spaces or line breaks.")
    return SecretStr(value)


def _origin(host: str) -> str:
    if host in CLOUD_HOSTS:
        return CLOUD_HOSTS[host]
    if "@" in host:  # any part of it could be the password, so the message quotes none
        raise SettingsError(f"POSTHOG_HOST contains credentials; give the origin only, {_EXAMPLE}.")
    try:
        parts = urlsplit(host.rstrip("/"))
        port = parts.port
    except ValueError as error:
        raise SettingsError(f"POSTHOG_HOST is {host!r}, which is not a valid URL.") from error
    name = parts.hostname or ""
    plain_loopback = parts.scheme == "http" and is_loopback(name)
    if not name or (parts.scheme != "https" and not plain_loopback):
        raise SettingsError(
            f"POSTHOG_HOST is {host!r}; it must be 'us', 'eu' or an https origin {_EXAMPLE} "
            "(http only for this machine)."
        )
    if parts.path or parts.query or parts.fragment:
        raise SettingsError(f"POSTHOG_HOST is {host!r}; give the origin only, without path or query.")
    # Check the whole value: the parser silently drops tabs and line breaks.
    if re.search(r"[\s\x00-\x1f\x7f]", host) or not _is_host_name(name):
        raise SettingsError(f"POSTHOG_HOST is {host!r}, which contains a character that is not valid in a host name.")
    if port == 0:
        raise SettingsError(f"POSTHOG_HOST is {host!r}; port 0 is not a valid port.")
    if name.rstrip(".").endswith(_INGESTION):
        region = "eu" if name.startswith("eu") else "us"
        raise SettingsError(
            f"POSTHOG_HOST is {host!r}, which only ingests events and does not serve the API.",
            next=f"Set POSTHOG_HOST={region} and start again.",
        )
    return f"{parts.scheme}://{f'[{name}]' if ':' in name else name}" + (f":{port}" if port else "")


def _is_host_name(name: str) -> bool:
    """Whether it is an IP address or dot-separated labels of letters (of any script), digits, `-` and `_`."""
    if ":" in name:
        try:
            return ipaddress.IPv6Address(name).scope_id is None  # a zone is only meaningful on one machine
        except ValueError:
            return False
    return re.fullmatch(r"[\w-]{1,63}(\.[\w-]{1,63})*\.?", name) is not None


def _environment(value: str | None) -> str:
    if not value:
        raise SettingsError(
            "POSTHOG_ENVIRONMENT_ID is not set; it is the number in the URL of your PostHog project, "
            "as in https://us.posthog.com/project/12345."
        )
    if not (value.isascii() and value.isdigit()):
        # `@current` follows the project that the user last opened, so a write could go to the wrong project.
        raise SettingsError(f"POSTHOG_ENVIRONMENT_ID is {value!r}; it must be the environment's number.")
    return value


def _choice(name: str, flag: str | None, environ: Mapping[str, str], choices: Any, default: str) -> Any:
    value = flag or environ.get(name) or default
    allowed: tuple[str, ...] = choices.__args__
    if value not in allowed:
        raise SettingsError(f"{name} is {value!r}; it must be one of {', '.join(allowed)}.")
    return value
