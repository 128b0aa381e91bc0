"""Logs: one JSON object per line on stderr, without keys and without the requests to the API."""

import logging
import sys
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from replay_mcp.redaction.secrets import SecretMask

from .output import masked
from .unread_stderr import UnreadStderr

_LOWEST: Final = {
    "httpx2": logging.WARNING,  # below, the URL of every request, which contains search terms
    "httpcore2": logging.WARNING,
    "mcp": logging.WARNING,  # below, messages, session ids and the URIs of resources
    "mcp.server.sse": logging.ERROR,  # below, session ids as clients sent them
}
"""The lowest level to log of other libraries, because lower ones contain what clients sent."""


class JsonFormatter(logging.Formatter):
    """Formats a record as one line of JSON; `secrets`, and anything that looks like a key, are masked.

    Args:
        secrets: known when the process starts.
        masks: further masks, which callers add and remove while the process runs.
    """

    def __init__(self, secrets: Collection[str] = (), masks: Collection[SecretMask] = ()) -> None:
        super().__init__()
        self._mask = SecretMask(secrets)
        self._masks = masks

    def format(self, record: logging.LogRecord) -> str:
        """Format the record."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": self._masked(record.getMessage()),
        }
        if record.exc_info:
            line["exception"] = self._masked(self.formatException(record.exc_info))
        return orjson.dumps(line).decode()

    def _masked(self, text: str) -> str:
        # Masked before JSON escapes some characters of a key.
        for mask in list(self._masks):
            text = mask.text(text)
        return masked(self._mask.text(text))


def configure(
    level: int = logging.WARNING, *, secrets: Collection[str] = (), masks: Collection[SecretMask] = ()
) -> None:
    """Send all logs to stderr, because stdout belongs to the protocol. Call it before the SDK configures logging."""
    _send_to(logging.StreamHandler(sys.stderr), level, JsonFormatter(secrets, masks))


def configure_server(level: int, *, secrets: Collection[str] = (), masks: Collection[SecretMask] = ()) -> UnreadStderr:
    """Do the same for a server, which never waits for the reader of stderr."""
    stderr = UnreadStderr(_descriptor())
    _send_to(stderr, level, JsonFormatter(secrets, masks))
    return stderr


def _descriptor() -> int | None:
    """The descriptor of stderr; None if it is closed, or replaced by something else."""
    try:
        return sys.stderr.fileno()
    except (AttributeError, OSError):
        return None


def _send_to(handler: logging.Handler, level: int, formatter: JsonFormatter) -> None:
    handler.setFormatter(formatter)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name, lowest in _LOWEST.items():
        logging.getLogger(name).setLevel(lowest)
