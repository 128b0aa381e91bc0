"""Images whose data the recording holds."""

from collections.abc import Mapping
from typing import Any

from replay_mcp.recording.dom.attributes import MAX_VALUE_LENGTH
from replay_mcp.recording.rrweb.untrusted import text

from .css import DATA_IMAGE


def is_whole_image(url: Any) -> bool:
    """Whether a URL holds the data of an image that was not truncated."""
    return len(text(url)) < MAX_VALUE_LENGTH and DATA_IMAGE.fullmatch(text(url)) is not None


def image(known: Mapping[str, Any]) -> str:
    """The URL with the data of an image; empty if the recording does not hold it."""
    return next((text(known[name]) for name in ("rr_dataURL", "src") if is_whole_image(known.get(name))), "")
