"""The store's schema, one script per version, in `1.sql`, `2.sql` and so on.

A released script never changes; a new version adds one. Times are integers: milliseconds since the Unix epoch, UTC.
JSON columns contain JSON text. Tables have PostHog's names.
"""

from importlib.resources import files
from itertools import count
from typing import Final

APPLICATION_ID: Final = 0x52504C59
"""SQLite `application_id` of our files ("RPLY"), by which other databases are recognised and left alone."""


def _scripts() -> tuple[str, ...]:
    scripts: list[str] = []
    for version in count(1):
        script = files(__name__) / f"{version}.sql"
        if not script.is_file():
            break
        scripts.append(script.read_text(encoding="utf-8"))
    return tuple(scripts)


MIGRATIONS: Final[tuple[str, ...]] = _scripts()
"""The scripts in order; the first n were run on a store of version n."""
