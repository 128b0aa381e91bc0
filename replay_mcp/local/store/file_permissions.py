"""Permissions of a store's files: their owner only, since they contain keys and recordings."""

import logging
import os
import shlex
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

from replay_mcp.errors import StoreError

PRIVATE: Final = 0o600
"""Read and written by the owner, by nobody else."""
_OTHERS: Final = 0o077
_SIDE_FILES: Final = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a database; it makes them with the mode that the database has."""

_log: Final = logging.getLogger(__name__)


def create_private(path: Path) -> None:
    """Create an empty store file, readable by its owner only from the first moment. One that exists stays as it is.

    Raises:
        StoreError: the path names something that is no file, such as a pipe or a device.
        OSError: the file cannot be created.
    """
    # SQLite follows links, also to a file that does not exist yet.
    real = os.path.realpath(path)
    try:
        os.close(os.open(real, os.O_RDWR | os.O_CREAT | os.O_EXCL, PRIVATE))
    except FileExistsError:
        # An existing file is never opened here: closing it would drop the locks that this process holds on it.
        mode = os.stat(real).st_mode  # noqa: PTH116 - a string
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):  # SQLite itself refuses a directory
            raise StoreError(f"{str(path)!r} is no file.", next="Name a file with --local PATH.") from None


def make_private(path: Path) -> None:
    """Revoke the access of group and others to a store's files, on systems with such modes.

    A file system that keeps no modes is used as it is, with a warning in the log.

    Raises:
        StoreError: others can read a file that belongs to another user, whose mode this process may not change.
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
                f"Others can read {file!r} (mode {stat.S_IMODE(status.st_mode):04o}), which holds keys and recordings. "
                "It belongs to another user, so this process cannot change that.",
                next=f"Let its owner run `chmod 600 {shlex.quote(file)}`, or name another file with --local PATH.",
            ) from error
    if os.lstat(file).st_mode & _OTHERS:
        _log.warning("Others may be able to read %s: its file system keeps no modes.", file)
