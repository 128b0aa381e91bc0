"""The full-text index of URLs and console lines, rewritten after deletions."""

import sqlite3
from collections.abc import Iterator
from typing import Final

from .database import let_others_write, writing

MERGED_PAGES: Final = 300
"""Pages of the index that are written anew in one transaction, which takes a tenth of a second or two."""


def erase_deleted_texts(db: sqlite3.Connection) -> Iterator[None]:
    """Write the text index anew without what was deleted, of which it otherwise keeps traces for long.

    Step by step: each is one short transaction. FTS5's own `secure-delete` takes SQLite 3.42, and older versions could
    no longer read the file. With `PRAGMA secure_delete` the old pages are overwritten.
    """
    pages = -MERGED_PAGES  # negative: begin to merge all there is; then go on
    while True:
        before = db.total_changes
        with writing(db):
            db.execute("INSERT INTO text_index (text_index, rank) VALUES ('merge', ?)", (pages,))
        changes, pages = db.total_changes - before, MERGED_PAGES
        yield
        if changes < 2:  # FTS5's way to say that there was nothing to do
            return
        if changes > MERGED_PAGES:
            let_others_write()
