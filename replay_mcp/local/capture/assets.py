"""posthog-js's own files, from a directory of the user's: the recorder is not part of this project."""

import os
import re
import stat
from pathlib import Path
from typing import Final

PATH: Final = re.compile(
    r"/static/(?:[0-9]+(?:\.[0-9]+)*/)?(?P<name>[A-Za-z0-9._-]{1,100}\.js(?:\.map)?)|/array/[^/]+/(?P<array>array\.js)"
)
"""What posthog-js asks for; newer versions name theirs in the path."""
TYPES: Final = {".js": "text/javascript; charset=utf-8", ".map": "application/json"}
# Not on Windows. A pipe is opened without waiting for a writer, to be refused then.
_FLAGS: Final = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class Assets:
    """The files in `node_modules/posthog-js/dist`, or none.

    Links within the directory are followed as long as they stay in it; the directory itself may be a link, as pnpm
    makes them.

    Args:
        directory: that directory, or the package's.
    """

    def __init__(self, directory: Path | None) -> None:
        self.directory = None if directory is None else _dist(directory.resolve())

    def read(self, path: str) -> bytes | None:
        """The content of the file that a URL's path asks for; None when there is none in the directory."""
        match = PATH.fullmatch(path)
        if match is None or self.directory is None:
            return None
        try:
            file = (self.directory / (match["name"] or match["array"])).resolve(strict=True)
            return _read(file) if file.is_relative_to(self.directory) else None
        except (OSError, RuntimeError):  # RuntimeError: links in a circle
            return None

    def missing(self, path: str) -> str:
        """Why there is no such file, and what to do."""
        if self.directory is None:
            return (
                f"{path} is a file of posthog-js, which this server was not told where to find. Install posthog-js "
                "(npm install posthog-js) and start `replay-mcp local --posthog-js node_modules/posthog-js`."
            )
        return f"{path} is not in the directory of posthog-js that this server was started with (--posthog-js)."


def media_type(path: str) -> str:
    """The `Content-Type` of the file that a URL's path asks for."""
    return TYPES[Path(path).suffix]


def _dist(package: Path) -> Path:
    dist = (package / "dist").resolve()
    return dist if dist.is_dir() and dist.is_relative_to(package) else package


def _read(file: Path) -> bytes | None:
    """The content of a regular file; None for a pipe, a device, or what has become a link since it was resolved."""
    with open(os.open(file, _FLAGS), "rb") as opened:  # noqa: PTH123 - a descriptor
        return opened.read() if stat.S_ISREG(os.fstat(opened.fileno()).st_mode) else None
