"""Functions that our SQL calls, added once to every connection.

Adding one while a statement of the connection is unfinished fails, and a crash can leave one unfinished.
"""

import sqlite3

from .property_filters import folded, json_matches, text_matches


def register(db: sqlite3.Connection) -> None:
    """Add them to a fresh connection."""
    db.create_function("text_matches", 2, text_matches, deterministic=True)
    db.create_function("json_matches", 3, json_matches, deterministic=True)
    db.create_function("folded", 1, folded, deterministic=True)
    db.create_function("holds", 2, _holds, deterministic=True)


def _holds(text: str | None, part: str) -> bool:
    """Whether `text` holds `part`, which is in lower case; SQLite's own LIKE knows ASCII only."""
    return text is not None and part in text.lower()
