"""The audit log: one JSON line for each call of a tool that changes something."""

import logging
import os
import re
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, cast

import orjson

from replay_mcp.errors import SettingsError
from replay_mcp.redaction.secrets import SecretMask
from replay_mcp.settings import Permission

MAX_IDS: Final = 100
PRIVATE: Final = 0o600
_ID: Final = re.compile(r"[\w.:-]{1,200}", re.ASCII)
_IDS: Final = (
    "short_id",
    "id",
    "ids",
    "session_id",
    "session_ids",
    "session_recording_id",
    "session_recording_ids",
    "done",
    "unknown",
)
"""Arguments and result fields that name what a call changes."""

logger = logging.getLogger(__name__)


class AuditLog:
    """Writes audit lines. A line names what was changed and how it ended, but neither content nor keys.

    Args:
        environment: the environment that the server works on.
        level: the server's permission level.
        mask: replaces keys, which may be passed for an id.
        write: writes one line.
        caller: a fingerprint of the caller's key, if callers have keys of their own.
    """

    def __init__(
        self,
        environment: str,
        level: Permission,
        mask: SecretMask,
        write: Callable[[bytes], object],
        *,
        caller: str | None = None,
    ) -> None:
        self._environment = environment
        self._level = level
        self._mask = mask
        self._write = write
        self._caller = {} if caller is None else {"caller": caller}

    def record(self, tool: str, outcome: str, requests: int, *named: Mapping[str, Any]) -> None:
        """Write the line of a call.

        Args:
            tool: the tool's name.
            outcome: `done`, `incomplete`, `asked`, `cancelled` or the kind of the error.
            requests: the number of HTTP requests sent.
            named: arguments and results that name what was changed.
        """
        line = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "audit": tool,
            **self._caller,
            "level": self._level,
            "environment": self._environment,
            "ids": [self._mask.text(id) for id in _ids(named)],
            "outcome": outcome,
            "requests": requests,
        }
        self._write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))


def _ids(named: tuple[Mapping[str, Any], ...]) -> list[str]:
    """The ids of objects and recordings, each once; a text that is no id is left out."""
    found: dict[str, None] = {}
    for fields in named:
        for name in _IDS:
            value: Any = fields.get(name)
            each = cast(list[Any], value) if isinstance(value, list) else [value]
            found |= {id: None for id in each if isinstance(id, str) and _ID.fullmatch(id)}
    return list(found)[:MAX_IDS]


def write_to_stderr(line: bytes) -> None:
    """Write a line, if anybody still reads stderr: a call must not fail because nobody does."""
    with suppress(OSError, ValueError):
        sys.stderr.write(line.decode())


def audit_writer(path: Path | None, stderr: Callable[[bytes], object] = write_to_stderr) -> Callable[[bytes], object]:
    """Open the file of REPLAY_MCP_AUDIT, readable by its owner only.

    Args:
        path: the file; None for stderr.
        stderr: writes a line to stderr.

    Raises:
        SettingsError: the file cannot be opened. No change must go unrecorded.
    """
    if path is None:
        return stderr
    try:
        _append(path, b"")
        path.chmod(PRIVATE)
    except OSError as error:
        raise SettingsError(f"The audit log {str(path)!r} cannot be opened ({error.strerror}).") from error

    def write(line: bytes) -> None:
        try:
            _append(path, line)
        except OSError:  # the change is made: do not report it as failed
            logger.exception("The audit log cannot be written; its line follows.")
            stderr(line)

    return write


def _append(path: Path, line: bytes) -> None:
    """Append a line. The file is opened for each, so that it can be rotated."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, PRIVATE)
    try:
        os.write(descriptor, line)
    finally:
        os.close(descriptor)
