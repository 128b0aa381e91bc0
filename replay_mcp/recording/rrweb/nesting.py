"""Measures the nesting of JSON text before it is decoded, because decoders recurse and may overflow the stack."""

from itertools import accumulate
from typing import Final

MAX_NESTING: Final = 900
"""Maximum number of brackets around a value: about 450 nested elements. Every supported Python can decode that on an
almost empty stack; browsers nest at most 512 elements."""
DEEP: Final = 100
"""Values with fewer brackets around them can be decoded on any stack."""

_OTHERS: Final = bytes(set(range(256)) - set(b'"[]{}'))
_SHORT: Final = 65_536
_ROUNDS: Final = 4
_QUOTES: Final = (b'"' * 4, b'"' * 2)
_STEPS: Final = [1 if byte in b"[{" else -1 if byte in b"]}" else 0 for byte in range(256)]


def nesting(text: bytes) -> int:
    """Upper bound of the number of brackets around the innermost value: at most `2 * _ROUNDS` too high, or `DEEP`.

    The text need not be valid JSON. Takes time in proportion to its length.
    """
    if len(text) <= DEEP or (len(text) <= _SHORT and text.count(b"[") + text.count(b"{") <= DEEP):
        return DEEP
    if b"\\" in text:
        text = text.replace(rb"\\", b"").replace(rb"\"", b"")
    brackets = text.translate(None, _OTHERS)
    # Two adjacent quotes are an empty string, or the end and beginning of two strings with no bracket between them.
    # Removing runs of them first is faster.
    for quotes in _QUOTES:
        brackets = brackets.replace(quotes, b"")
    brackets = b"".join(brackets.split(b'"')[::2])
    for _ in range(_ROUNDS):
        brackets = brackets.replace(b"{}", b"").replace(b"[]", b"")
    return max(accumulate(map(_STEPS.__getitem__, brackets)), default=0) + 2 * _ROUNDS
