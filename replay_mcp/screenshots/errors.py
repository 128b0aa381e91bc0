"""Why a picture could not be taken."""

from replay_mcp.errors import ReplayError


class ScreenshotFailed(ReplayError):
    """No picture could be taken of a page, whose text can still be read."""

    kind = "screenshot"
    default_next = "Read the page without a picture."
