"""Rewrites the full-text index of URLs and console lines after deletions."""

import sqlite3
from collections.abc import Iterator
from typing import Final

from .database import let_others_write, writing

MERGED_PAGES: Final = 300
"""Number of the index's pages that are rewritten in one transaction, which takes one or two tenths of a second."""


def erase_deleted_texts(db: sqlite3.Connection) -> Iterator[None]:
    """Rewrite the text index without deleted texts, of which it would otherwise keep traces for a long time.

    Each step is one short transaction. `PRAGMA secure_delete` overwrites the old pages. FTS5's own `secure-delete`
    needs SQLite 3.42, and older versions could no longer read the file.
    """
    pages = -MERGED_PAGES  # a negative number starts a merge of the whole index, positive ones continue it
    while True:
        before = db.total_changes
        with writing(db):
            db.execute("INSERT INTO text_index (text_index, rank) VALUES ('merge', ?)", (pages,))
        changes, pages = db.total_changes - before, MERGED_PAGES
        yield
        if changes < 2:  # FTS5 reports in this way that nothing is left to merge
            return
        if changes > MERGED_PAGES:
            let_others_write()
