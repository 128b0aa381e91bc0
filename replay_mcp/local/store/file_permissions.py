"""Permissions of a store's files: for their owner only, because they contain keys and recordings."""

import logging
import os
import shlex
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

from replay_mcp.errors import StoreError

PRIVATE: Final = 0o600
"""Readable and writable by the owner only."""
_OTHERS: Final = 0o077
_SIDE_FILES: Final = ("-wal", "-shm", "-journal")
"""Suffixes of the files that SQLite creates beside a database, with the database's mode."""

_log: Final = logging.getLogger(__name__)


def create_private(path: Path) -> None:
    """Create an empty store file that only its owner can read, unless the file exists.

    Raises:
        StoreError: the path is not a file but, for example, a pipe or a device.
        OSError: the file cannot be created.
    """
    # SQLite follows links, also to a file that does not exist yet.
    real = os.path.realpath(path)
    try:
        os.close(os.open(real, os.O_RDWR | os.O_CREAT | os.O_EXCL, PRIVATE))
    except FileExistsError:
        # An existing file must not be opened here: closing it would release this process's locks on it.
        mode = os.stat(real).st_mode  # noqa: PTH116 - a string
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):  # SQLite itself refuses a directory
            raise StoreError(f"{str(path)!r} is not a file.", next="Name a file with --local PATH.") from None


def make_private(path: Path) -> None:
    """Revoke the access of group and others to a store's files, on systems with file modes.

    If the file system does not support modes, a warning is logged.

    Raises:
        StoreError: others can read a file of another user, whose mode this process may not change.
    """
    if os.name != "posix":
        return
    real = os.path.realpath(path)
    for file in (real, *(real + suffix for suffix in _SIDE_FILES)):
        with suppress(FileNotFoundError):  # SQLite removes the side files when the last process closes the store
            _close_to_others(file)


def _close_to_others(file: str) -> None:
    status = os.lstat(file)
    if not stat.S_ISREG(status.st_mode) or not status.st_mode & _OTHERS:
        return
    try:
        os.chmod(file, PRIVATE)  # noqa: PTH101 - a string
    except OSError as error:
        if isinstance(error, PermissionError) and status.st_uid != os.geteuid():
            raise StoreError(
                f"Others can read {file!r} (mode {stat.S_IMODE(status.st_mode):04o}), which contains keys and "
                "recordings. It belongs to another user, so this process cannot change that.",
                next=f"Let its owner run `chmod 600 {shlex.quote(file)}`, or name another file with --local PATH.",
            ) from error
    if os.lstat(file).st_mode & _OTHERS:
        _log.warning("Others may be able to read %s: its file system does not support modes.", file)
