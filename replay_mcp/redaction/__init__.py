"""Masking of secrets and escaping of invisible characters in recorded text and in the process's own output."""

from .recorded_text import (
    MASKS,
    MAX_LONG_TEXT,
    MAX_TEXT,
    Redaction,
    RedactionLevel,
    map_strings,
    mask_beginning,
    quoted,
    undivided,
    visible,
)

__all__ = [
    "MASKS",
    "MAX_LONG_TEXT",
    "MAX_TEXT",
    "Redaction",
    "RedactionLevel",
    "map_strings",
    "mask_beginning",
    "quoted",
    "undivided",
    "visible",
]
