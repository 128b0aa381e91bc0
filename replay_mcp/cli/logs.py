"""Logs: one JSON object a line on stderr, without keys."""

import logging
import re
import sys
from datetime import UTC, datetime
from typing import Any, Final

import orjson

_KEY: Final = re.compile(r"\bph[a-z]_[A-Za-z0-9_-]{6,}")


class JsonFormatter(logging.Formatter):
    """Formats a record as one line of JSON; anything that looks like a PostHog key is masked."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return _KEY.sub("ph*_***", orjson.dumps(line).decode())


def configure(level: int = logging.WARNING) -> None:
    """Send every log to stderr; stdout belongs to the protocol. Called before the SDK would configure logging."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
