"""Keeps derived timelines on disk, so that a finished recording is fetched and read once.

Layout: `DIRECTORY/replay-<hash of the scope>/<hash of the session id>.timeline`, each file a fingerprint's hash and
deflated bytes. A file's modification time says when it was stored, its access time when it was last used. The directory
may be shared by processes, and may hold other people's files: only names of this form are ever deleted.
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
"""What a cache may take on disk, over all scopes."""
MAX_AGE_SECONDS: Final = 7 * 24 * 3600.0

_INFLATED_BYTES: Final = 64 * 2**20
"""The most that an entry may hold, so that a damaged or planted file cannot fill the memory."""
_NS: Final = 1_000_000_000
_SCOPE: Final = re.compile(r"replay-[0-9a-f]{32}")
_ENTRY: Final = re.compile(r"[0-9a-f]{32}\.timeline(\.\w+)?")
"""An entry, or with another suffix one that a killed process never finished."""

_log: Final = logging.getLogger(__name__)


class DiskCache:
    """Bytes by session, shared by all who have the same scope.

    Nothing here raises for what the disk does: an entry that cannot be read is a miss, one that cannot be written is
    not kept, and the first such failure is logged. Blocks on the disk, so call it in a worker thread; any number of
    threads and processes may use one directory at once. The directory is made when the first entry is stored.

    Args:
        directory: where entries are kept; other files in it stay untouched.
        scope: what must be equal for an entry to be shared (host, key …); only its hash reaches the disk.
        clock: seconds since the epoch.
        max_bytes: of all entries in the directory; a single one may take a quarter of it.
        max_age_seconds: an entry that was stored longer ago is not returned, and removed when it is met.
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
        self._told = False

    def get(self, session_id: str, fingerprint: str) -> bytes | None:
        """The session's entry, or None: there is none of this fingerprint, or it is too old or damaged (and removed).

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
        """Keep the session's entry in place of the one before, then make room: expired ones go first, then idle ones.

        What takes over a quarter of the cache, or is over 64 MiB as it is, is not kept.
        """
        content = _digest(session_id, fingerprint) + zlib.compress(data, 1)
        if len(content) > self._max_bytes // 4 or len(data) > _INFLATED_BYTES:
            return
        with self._tolerance():
            self._write(self._folder / _name(session_id), content)
            self._evict()

    def drop(self, session_id: str) -> None:
        """Remove the session's entries, for a recording that was deleted.

        They go in every scope: what another redaction level or version derived must not outlive the recording either.
        """
        with self._tolerance():
            for folder in _folders(self._directory):
                _remove(folder / _name(session_id))

    def _read(self, path: Path, header: bytes) -> bytes | None:
        """The content, or None if it is not usable."""
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            if self._expired(status) or status.st_size > self._max_bytes // 4 or file.read(len(header)) != header:
                return None
            return _inflated(file.read())

    def _write(self, path: Path, content: bytes) -> None:
        self._directory.parent.mkdir(parents=True, exist_ok=True)
        for folder in (self._directory, self._folder):
            folder.mkdir(mode=0o700, exist_ok=True)
        # Readable by its owner only, and under another name until it is whole.
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
        """Whether it was stored too long ago; or too far ahead, by a clock that was wrong."""
        return abs(self._now() - status.st_mtime_ns) >= self._max_age_ns

    def _now(self) -> int:
        return int(self._clock() * _NS)

    @contextmanager
    def _tolerance(self) -> Generator[None]:
        try:
            yield
        except FileNotFoundError:
            pass  # a plain miss, or another process was faster
        except OSError as error:
            if not self._told:
                self._told = True
                _log.warning(
                    "The cache in %s does not work (%s), so recordings are read anew each time. Name another directory "
                    "with --cache, or turn it off with --cache off.",
                    self._directory,
                    error.strerror or type(error).__name__,
                )


def size_on_disk(directory: Path) -> int:
    """Bytes that the entries of all scopes in the directory take; 0 when it does not exist.

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
    """One for each scope that has entries, whoever made it."""
    return [path for path, status in _listed(directory, _SCOPE) if stat.S_ISDIR(status.st_mode)]


def _listed(directory: Path, name: re.Pattern[str]) -> list[tuple[Path, os.stat_result]]:
    """What has such a name, with the status of links themselves; other processes may remove it meanwhile."""
    found: list[tuple[Path, os.stat_result]] = []
    with suppress(FileNotFoundError), os.scandir(directory) as entries:
        for entry in entries:
            if name.fullmatch(entry.name):
                with suppress(FileNotFoundError):
                    found.append((Path(entry.path), entry.stat(follow_symlinks=False)))
    return found


def _remove(path: Path) -> None:
    """Delete the entry if it is there, and not through a folder that is a link to somewhere else."""
    if not path.parent.is_symlink():
        path.unlink(missing_ok=True)


def _name(session_id: str) -> str:
    """A file name that tells nothing and leads nowhere: ids come from strangers."""
    return f"{_digest(session_id).hex()}.timeline"


def _digest(*parts: str) -> bytes:
    """A hash in which ("a", "bc") and ("ab", "c") differ."""
    digest = hashlib.blake2b(digest_size=16, person=b"replay-mcp cache")
    for part in parts:
        encoded = part.encode("utf-8", "surrogatepass")
        digest.update(len(encoded).to_bytes(8, "big") + encoded)
    return digest.digest()


def _inflated(content: bytes) -> bytes | None:
    """The content as it was before it was deflated, or None if it is damaged or too large."""
    try:
        return inflate(content, _INFLATED_BYTES, "zlib")
    except InflateError:
        return None
