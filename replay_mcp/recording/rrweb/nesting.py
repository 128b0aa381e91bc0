"""How deep JSON text is nested, found before it is decoded: decoders recurse, as far as the caller's stack allows."""

from itertools import accumulate
from typing import Final

MAX_NESTING: Final = 900
"""Most brackets around a value: a document of about 450 elements within one another. Every supported Python decodes
that from an almost empty stack; browsers stop at 512 elements."""
DEEP: Final = 100
"""With fewer brackets around them, values are decoded on any stack."""

_OTHERS: Final = bytes(set(range(256)) - set(b'"[]{}'))
_SHORT: Final = 65_536
_ROUNDS: Final = 4
_QUOTES: Final = (b'"' * 4, b'"' * 2)
_STEPS: Final = [1 if byte in b"[{" else -1 if byte in b"]}" else 0 for byte in range(256)]


def nesting(text: bytes) -> int:
    """At least how many brackets are around the innermost value, and at most `2 * _ROUNDS` more, or `DEEP`.

    The text need not be JSON. Takes time in proportion to its length.
    """
    if len(text) <= DEEP or (len(text) <= _SHORT and text.count(b"[") + text.count(b"{") <= DEEP):
        return DEEP
    if b"\\" in text:
        text = text.replace(rb"\\", b"").replace(rb"\"", b"")
    brackets = text.translate(None, _OTHERS)
    # Two adjacent quotes are an empty string, or end one and begin the next with no bracket between. Runs of them go
    # first since that is quicker.
    for quotes in _QUOTES:
        brackets = brackets.replace(quotes, b"")
    brackets = b"".join(brackets.split(b'"')[::2])
    for _ in range(_ROUNDS):
        brackets = brackets.replace(b"{}", b"").replace(b"[]", b"")
    return max(accumulate(map(_STEPS.__getitem__, brackets)), default=0) + 2 * _ROUNDS
