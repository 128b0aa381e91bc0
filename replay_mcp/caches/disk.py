"""Caches timelines on disk, so that a finished recording is fetched and read only once.

Layout: `DIRECTORY/replay-<hash of the scope>/<hash of the session id>.timeline`. Each file holds the fingerprint's hash
and deflated data. Its modification time is the time of storage, its access time that of the last use. Processes may
share the directory, and it may contain unrelated files: only files with such names are deleted.
"""

import hashlib
import logging
import os
import re
import stat
import tempfile
import time
import zlib
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from replay_mcp.inflate import InflateError, inflate

MAX_BYTES: Final = 256 * 2**20
"""Maximum size of the cache on disk, over all scopes."""
MAX_AGE_SECONDS: Final = 7 * 24 * 3600.0

_INFLATED_BYTES: Final = 64 * 2**20
"""Maximum inflated size of an entry, so that a corrupt or planted file cannot exhaust memory."""
_NS: Final = 1_000_000_000
_SCOPE: Final = re.compile(r"replay-[0-9a-f]{32}")
_ENTRY: Final = re.compile(r"[0-9a-f]{32}\.timeline(\.\w+)?")
"""An entry or, with another suffix, a temporary file that a killed process left behind."""

_log: Final = logging.getLogger(__name__)


class DiskCache:
    """Maps session ids to bytes; users of the same scope share entries.

    Disk errors are not raised: an unreadable entry is a miss, an unwritable one is not stored, and the first failure is
    logged. Methods do blocking I/O, so call them in a worker thread. Threads and processes may share a directory. It is
    created with the first entry.

    Args:
        directory: where entries are stored; other files in it stay untouched.
        scope: values that must be equal to share an entry (host, key …); only their hash is written to disk.
        clock: returns seconds since the epoch.
        max_bytes: maximum size of all entries in the directory; a single entry may use a quarter of it.
        max_age_seconds: older entries are ignored, and removed when found.
    """

    def __init__(
        self,
        directory: Path,
        *,
        scope: Sequence[str],
        clock: Callable[[], float] = time.time,
        max_bytes: int = MAX_BYTES,
        max_age_seconds: float = MAX_AGE_SECONDS,
    ) -> None:
        self._directory = directory
        self._folder = directory / f"replay-{_digest(*scope).hex()}"
        self._clock = clock
        self._max_bytes = max_bytes
        self._max_age_ns = int(max_age_seconds * _NS)
        self._warned = False

    def get(self, session_id: str, fingerprint: str) -> bytes | None:
        """The session's entry; None if it is missing, outdated, expired or corrupt, and then it is removed.

        `fingerprint` is any text that changes when the recording changes.
        """
        path = self._folder / _name(session_id)
        data = None
        with self._tolerance():
            data = self._read(path, _digest(session_id, fingerprint))
            if data is None:
                _remove(path)
            else:
                os.utime(path, ns=(self._now(), path.stat().st_mtime_ns))
        return data

    def put(self, session_id: str, fingerprint: str, data: bytes) -> None:
        """Store the session's entry, then evict expired entries and, to free space, those not used for longest.

        Data that needs more than a quarter of the cache, or has more than 64 MiB, is not stored.
        """
        content = _digest(session_id, fingerprint) + zlib.compress(data, 1)
        if len(content) > self._max_bytes // 4 or len(data) > _INFLATED_BYTES:
            return
        with self._tolerance():
            self._write(self._folder / _name(session_id), content)
            self._evict()

    def drop(self, session_id: str) -> None:
        """Remove the entries of a deleted recording.

        Entries of all scopes are removed: those of other redaction levels or versions must not outlive the recording.
        """
        with self._tolerance():
            for folder in _folders(self._directory):
                _remove(folder / _name(session_id))

    def _read(self, path: Path, header: bytes) -> bytes | None:
        """The content, or None if it is unusable."""
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            if self._expired(status) or status.st_size > self._max_bytes // 4 or file.read(len(header)) != header:
                return None
            return _inflated(file.read())

    def _write(self, path: Path, content: bytes) -> None:
        self._directory.parent.mkdir(parents=True, exist_ok=True)
        for folder in (self._directory, self._folder):
            folder.mkdir(mode=0o700, exist_ok=True)
        # Readable by the owner only, and under a temporary name until it is complete.
        handle, unfinished = tempfile.mkstemp(prefix=f"{path.name}.", dir=self._folder)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            os.utime(unfinished, ns=(self._now(), self._now()))
            Path(unfinished).replace(path)
        finally:
            Path(unfinished).unlink(missing_ok=True)

    def _evict(self) -> None:
        size = 0
        for path, status in sorted(_entries(self._directory), key=lambda entry: -entry[1].st_atime_ns):
            if self._expired(status):
                _remove(path)
                continue
            size += status.st_size
            if size > self._max_bytes:
                _remove(path)

    def _expired(self, status: os.stat_result) -> bool:
        """Whether it was stored too long ago, or too far in the future by a wrong clock."""
        return abs(self._now() - status.st_mtime_ns) >= self._max_age_ns

    def _now(self) -> int:
        return int(self._clock() * _NS)

    @contextmanager
    def _tolerance(self) -> Generator[None]:
        try:
            yield
        except FileNotFoundError:
            pass  # a miss, or removed by another process
        except OSError as error:
            if not self._warned:
                self._warned = True
                _log.warning(
                    "The cache in %s cannot be used (%s), so recordings are read again for each call. Choose another "
                    "directory with --cache, or disable it with --cache off.",
                    self._directory,
                    error.strerror or "the system gave no reason",
                )


def size_on_disk(directory: Path) -> int:
    """Total size of the entries of all scopes in bytes; 0 if the directory does not exist.

    Raises:
        OSError: the directory cannot be listed.
    """
    return sum(status.st_size for _, status in _entries(directory))


def _entries(directory: Path) -> list[tuple[Path, os.stat_result]]:
    return [
        (path, status)
        for folder in _folders(directory)
        for path, status in _listed(folder, _ENTRY)
        if stat.S_ISREG(status.st_mode)
    ]


def _folders(directory: Path) -> list[Path]:
    """The folders of all scopes."""
    return [path for path, status in _listed(directory, _SCOPE) if stat.S_ISDIR(status.st_mode)]


def _listed(directory: Path, name: re.Pattern[str]) -> list[tuple[Path, os.stat_result]]:
    """Entries with a matching name and their status, without following links; other processes may remove some."""
    found: list[tuple[Path, os.stat_result]] = []
    with suppress(FileNotFoundError), os.scandir(directory) as entries:
        for entry in entries:
            if name.fullmatch(entry.name):
                with suppress(FileNotFoundError):
                    found.append((Path(entry.path), entry.stat(follow_symlinks=False)))
    return found


def _remove(path: Path) -> None:
    """Delete the entry if it exists, unless its folder is a symbolic link."""
    if not path.parent.is_symlink():
        path.unlink(missing_ok=True)


def _name(session_id: str) -> str:
    """A hashed file name: ids are untrusted and must not leak or contain path separators."""
    return f"{_digest(session_id).hex()}.timeline"


def _digest(*parts: str) -> bytes:
    """A hash in which ("a", "bc") and ("ab", "c") differ."""
    digest = hashlib.blake2b(digest_size=16, person=b"replay-mcp cache")
    for part in parts:
        encoded = part.encode("utf-8", "surrogatepass")
        digest.update(len(encoded).to_bytes(8, "big") + encoded)
    return digest.digest()


def _inflated(content: bytes) -> bytes | None:
    """The inflated content, or None if it is corrupt or too large."""
    try:
        return inflate(content, _INFLATED_BYTES, "zlib")
    except InflateError:
        return None
