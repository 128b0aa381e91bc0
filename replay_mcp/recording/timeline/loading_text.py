"""Texts that say that a page is busy."""

from typing import Final

_LOADING_WORDS: Final = ("loading", "please wait", "saving", "sending", "processing", "…", "...")


def is_loading(found: str) -> bool:
    """Whether a text says that the page is loading, saving or the like."""
    lowered = found.lower()
    return "please wait" in lowered or any(
        lowered.startswith(part) or (part in "…..." and lowered.endswith(part)) for part in _LOADING_WORDS
    )
