"""posthog-js's own files, from a directory of the user's: the recorder is not part of this project."""

import re
from pathlib import Path
from typing import Final

PATH: Final = re.compile(
    r"/static/(?:[0-9]+(?:\.[0-9]+)*/)?(?P<name>[A-Za-z0-9._-]{1,100}\.js(?:\.map)?)|/array/[^/]+/(?P<array>array\.js)"
)
"""What posthog-js asks for; newer versions name theirs in the path."""
TYPES: Final = {".js": "text/javascript; charset=utf-8", ".map": "application/json"}


class Assets:
    """The files in `node_modules/posthog-js/dist`, or none.

    Args:
        directory: that directory, or the package's.
    """

    def __init__(self, directory: Path | None) -> None:
        dist = directory / "dist" if directory is not None else None
        self.directory = dist if dist is not None and dist.is_dir() else directory

    def find(self, path: str) -> Path | None:
        """The file that a URL's path asks for; None when there is none. No path leads out of the directory."""
        match = PATH.fullmatch(path)
        if match is None or self.directory is None:
            return None
        name = match["name"] or match["array"]
        file = self.directory / name
        return file if file.is_file() else None

    def missing(self, path: str) -> str:
        """Why there is no such file, and what to do."""
        if self.directory is None:
            return (
                f"{path} is a file of posthog-js, which this server was not told where to find. Install posthog-js "
                "(npm install posthog-js) and start `replay-mcp local --posthog-js node_modules/posthog-js`."
            )
        return f"{path} is not in the directory of posthog-js that this server was started with (--posthog-js)."
