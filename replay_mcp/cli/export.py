"""`replay-mcp export`: write one recording of the local store to a file that `replay-mcp import` reads."""

import sys
from pathlib import Path

from replay_mcp.errors import ReplayError, StoreError
from replay_mcp.local.store.database import Store, reading
from replay_mcp.local.store.sqlite_errors import explained
from replay_mcp.settings import store_path
from replay_mcp.transfer.export import export_lines, write_file

from . import logs
from .configuration import default_store
from .output import show


def run(store_name: str, id: str, name: str, *, force: bool) -> int:
    """Write the recording to the file of that name, or to standard output for `-`, and print its name and size."""
    logs.configure()
    path = store_path(store_name, default_store())
    if not path.exists():  # opening a store creates it
        raise StoreError(f"There is no local store {str(path)!r}.", next="Name the store's file with --local PATH.")
    with explained(path), Store.open(path) as store, store.connection() as db, reading(db):
        try:
            lines = export_lines(db, id)
            if name == "-":
                sys.stdout.buffer.writelines(line + b"\n" for line in lines)
                return 0
            output = Path(name)
            size = write_file(lines, output, force=force)
        except ReplayError as error:
            show(f"{error.why}\n{error.next}", to=sys.stderr)
            return 1
    show(f"Recording {id} is in {output} ({size:,} bytes). `replay-mcp import {output}` brings it in elsewhere.")
    return 0
