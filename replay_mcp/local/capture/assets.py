"""Serves the files of posthog-js from a directory of the user's; the recorder is not part of this project."""

import stat
from pathlib import Path
from typing import Final

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from replay_mcp.local.http.endpoint import register_text

PATHS: Final = (
    "/static/{name:posthog_js_file}",
    "/static/{version:posthog_js_version}/{name:posthog_js_file}",
    "/array/{token}/{name:array_js}",
)
"""Paths that posthog-js requests; newer versions include their version."""
TYPES: Final = {".js": "text/javascript; charset=utf-8", ".map": "application/json"}

# \Z, because the routes' own `$` would also match before a final line feed.
register_text("posthog_js_file", r"[A-Za-z0-9._-]{1,100}\.js(?:\.map)?\Z")
register_text("posthog_js_version", r"[0-9]+(?:\.[0-9]+)*")
register_text("array_js", r"array\.js\Z")


class Assets:
    """The files in `node_modules/posthog-js/dist`, if there is one.

    Links within the directory are followed if they stay in it; the directory itself may be a link, as with pnpm.

    Args:
        directory: that directory, or the package's directory.
    """

    def __init__(self, directory: Path | None) -> None:
        self.directory = None if directory is None else _dist(directory.resolve())
        self._files = None if self.directory is None else StaticFiles(directory=self.directory, check_dir=False)

    def has(self, name: str) -> bool:
        """Whether the directory has a file of this name."""
        if self._files is None:
            return False
        _, status = self._files.lookup_path(name)
        return status is not None and stat.S_ISREG(status.st_mode)

    async def response(self, name: str, scope: Scope) -> Response | None:
        """The response to a GET or HEAD request for a file; None if the directory has no such file."""
        if self._files is None:
            return None
        try:
            response = await self._files.get_response(name, scope)
        except (HTTPException, OSError):  # not found, not readable, or circular links
            return None
        # Starlette uses `mimetypes`, which depends on the machine.
        response.headers["Content-Type"] = TYPES[Path(name).suffix]
        response.headers["Cache-Control"] = "no-cache"
        return response

    def missing(self, path: str) -> str:
        """Explain why the file is missing and what to do."""
        if self.directory is None:
            return (
                f"{path} is a file of posthog-js, and this server has no directory to serve it from. Install "
                "posthog-js (npm install posthog-js) and start `replay-mcp local --posthog-js node_modules/posthog-js`."
            )
        return f"{path} is not in the directory of posthog-js that this server was started with (--posthog-js)."


def _dist(package: Path) -> Path:
    dist = (package / "dist").resolve()
    return dist if dist.is_dir() and dist.is_relative_to(package) else package
