"""The functions that our SQL calls, registered once for every connection.

Registering fails while a statement of the connection is unfinished, as one may be after a crash.
"""

import sqlite3

from .property_filters import folded, json_matches, text_matches


def register(db: sqlite3.Connection) -> None:
    """Register the functions with a new connection."""
    db.create_function("text_matches", 2, text_matches, deterministic=True)
    db.create_function("json_matches", 3, json_matches, deterministic=True)
    db.create_function("folded", 1, folded, deterministic=True)
    db.create_function("contains", 2, _contains, deterministic=True)


def _contains(text: str | None, part: str) -> bool:
    """Whether `text` contains `part`, which is in lower case. SQLite's LIKE ignores case for ASCII only."""
    return text is not None and part in text.lower()
