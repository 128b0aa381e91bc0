"""Numbers on the command line, with words for those that are none."""

import argparse
from typing import Final

MAX_PORT: Final = 65_535
_MAX_COUNT: Final = 10**9


def port(text: str) -> int:
    """A command line's port; 0 lets the system choose a free one.

    Raises:
        ArgumentTypeError: it is no number from 0 to 65535.
    """
    if not (text.isascii() and text.isdigit() and int(text) <= MAX_PORT):
        raise argparse.ArgumentTypeError(f"{text!r} is no port: give a number from 0 (any free one) to {MAX_PORT}")
    return int(text)


def count(text: str) -> int:
    """A number of something, at least one.

    Raises:
        ArgumentTypeError: it is no number from 1 to a billion.
    """
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:20]) <= _MAX_COUNT):
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to {_MAX_COUNT}")
    return int(text)
