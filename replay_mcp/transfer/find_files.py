"""The files that arguments name: files, directories, and globs that the shell did not expand."""

import glob
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

KINDS: Final = (".json", ".jsonl", ".ndjson")
CONSIDERED: Final = ", ".join([*(f"*{kind}" for kind in KINDS), *(f"*{kind}.gz" for kind in KINDS)])
"""The patterns that directories are searched for, for messages."""


@dataclass(slots=True)
class Found:
    """Files with their sizes in bytes, and refused paths with the reason; each path once."""

    files: dict[Path, int] = field(default_factory=dict[Path, int])
    refused: dict[Path, str] = field(default_factory=dict[Path, str])


def find_files(names: Sequence[str]) -> Found:
    """Find the files that the names mean. Directories are searched without following links to directories."""
    found = Found()
    for name in names:
        path = Path(name)
        try:
            exists = path.exists()
        except (OSError, ValueError) as error:
            found.refused[path] = _reason(error)
            continue
        if not exists and glob.has_magic(name):
            matches = sorted(glob.glob(name, recursive=True))  # noqa: PTH207 - Path's takes no absolute pattern
            for match in matches:
                _add(found, Path(match))
            if not matches:
                found.refused[path] = "no file matches it"
        else:
            _add(found, path)
    return found


def _add(found: Found, path: Path) -> None:
    if path.is_dir():
        before = len(found.files) + len(found.refused)
        known = False
        for inside in _walk(found, path):
            known = known or inside in found.files
            _add_file(found, inside)
        if len(found.files) + len(found.refused) == before and not known:
            found.refused[path] = f"the directory has no file to import ({CONSIDERED})"
    else:
        _add_file(found, path)


def _walk(found: Found, directory: Path) -> Iterator[Path]:
    def refuse(error: OSError) -> None:
        found.refused[Path(error.filename)] = _reason(error)

    for root, directories, names in os.walk(directory, onerror=refuse):
        directories.sort()
        for name in sorted(names):
            if name.lower().removesuffix(".gz").endswith(KINDS):
                yield Path(root, name)


def _add_file(found: Found, path: Path) -> None:
    try:
        about = path.stat()
    except (OSError, ValueError) as error:
        found.refused[path] = _reason(error)
        return
    if stat.S_ISREG(about.st_mode):
        found.files[path] = about.st_size
    else:  # a pipe would block until its writer ends, a device would never end
        found.refused[path] = "it is neither a file nor a directory"


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, FileNotFoundError):
        return "it does not exist"
    return f"it cannot be read: {getattr(error, 'strerror', None) or error}"
