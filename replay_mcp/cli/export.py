"""`replay-mcp export`: one recording of the local store as a file that `replay-mcp import` reads."""

import argparse
import gzip
import os
import sys
import tempfile
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from replay_mcp.errors import ReplayError, StoreError
from replay_mcp.local.exporting import export_lines
from replay_mcp.local.store.database import Store, reading
from replay_mcp.settings import store_path

from . import default_store, logs


def run(options: argparse.Namespace) -> int:
    """Write the file, and say where it is."""
    logs.configure()
    path = store_path(options.local, default_store())
    if not path.exists():  # opening it would make one
        raise StoreError(f"There is no local store {str(path)!r}.", next="Name the store's file with --local PATH.")
    with Store.open(path) as store, store.connection() as db, reading(db):
        try:
            lines = export_lines(db, options.id)
            if options.output == "-":
                return _print(lines)
            output = Path(options.output)
            size = _write(lines, output, force=options.force)
        except ReplayError as error:
            print(error.why, error.next, sep="\n", file=sys.stderr)
            return 1
    print(
        f"Recording {options.id} is in {output} ({size:,} bytes). `replay-mcp import {output}` brings it in elsewhere."
    )
    return 0


def _print(lines: Iterable[bytes]) -> int:
    for line in lines:
        sys.stdout.buffer.write(line + b"\n")
    return 0


def _write(lines: Iterator[bytes], path: Path, *, force: bool) -> int:
    """Bytes written. The file appears whole or not at all, readable by its owner only: it holds a recording."""
    try:
        with _appearing(path, force=force) as file:
            if path.suffix == ".gz":
                with gzip.GzipFile(fileobj=file, mode="wb", filename="", mtime=0) as packed:
                    packed.writelines(line + b"\n" for line in lines)
            else:
                file.writelines(line + b"\n" for line in lines)
        return path.stat().st_size
    except FileExistsError as error:
        raise StoreError(f"{str(path)!r} exists.", next="Name another file, or overwrite it with --force.") from error
    except OSError as error:
        raise StoreError(
            f"{str(path)!r} cannot be written: {error.strerror}.", next="Name another file with -o FILE."
        ) from error


@contextmanager
def _appearing(path: Path, *, force: bool) -> Generator[IO[bytes]]:
    """A file that gets its name when the block ends well.

    Raises:
        FileExistsError: there is one by this name, and it is not to be replaced.
    """
    if not force and os.path.lexists(path):
        raise FileExistsError(path)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name[:100]}.", delete=False) as file:
        made = Path(file.name)
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            made.unlink()
            raise
    try:
        if not force:
            _claim(made, path)
        made.replace(path)
    finally:
        made.unlink(missing_ok=True)


def _claim(made: Path, path: Path) -> None:
    """Give a file its name, which fails where somebody made one meanwhile."""
    try:
        os.link(made, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if os.path.lexists(path):
            raise FileExistsError(path) from None
