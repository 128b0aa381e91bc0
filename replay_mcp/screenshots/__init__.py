"""Pictures of frames, taken by the machine's Chromium. Both Chromium and Playwright are optional."""

from .browser import close_browser, media_type, take_screenshot
from .chromium import available
from .errors import ScreenshotFailed

__all__ = ["ScreenshotFailed", "available", "close_browser", "media_type", "take_screenshot"]
