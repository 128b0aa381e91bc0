"""What must not leave in text: secrets of the process, and secrets in what was recorded."""

from .recorded_text import (
    MAX_LONG_TEXT,
    MAX_TEXT,
    Redaction,
    RedactionLevel,
    map_strings,
    mask_beginning,
    undivided,
    visible,
)

__all__ = [
    "MAX_LONG_TEXT",
    "MAX_TEXT",
    "Redaction",
    "RedactionLevel",
    "map_strings",
    "mask_beginning",
    "undivided",
    "visible",
]
