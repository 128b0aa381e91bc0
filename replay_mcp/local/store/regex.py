"""Regular expressions from requests, matched with RE2 like in PostHog: in time that grows with the text alone."""

from collections.abc import Callable
from typing import Any, Final, cast

import re2  # pyright: ignore[reportMissingTypeStubs]

MAX_PATTERN_LENGTH: Final = 1_000

# The package has no type information.
_re2 = cast(Any, re2)
_QUIET = _re2.Options()
_QUIET.log_errors = False  # it would write to stderr; the caller reports errors


def compile_pattern(pattern: str) -> Callable[[str], bool]:
    """Whether a text holds a match of the pattern.

    Raises:
        ValueError: it is too long, or no regular expression that RE2 knows; with the reason.
    """
    if len(pattern) > MAX_PATTERN_LENGTH:
        raise ValueError(f"it has more than {MAX_PATTERN_LENGTH} characters")
    try:
        compiled = _re2.compile(pattern, options=_QUIET)
    except (_re2.error, UnicodeEncodeError) as error:
        reason = error.args[0] if error.args else "not understood"
        raise ValueError(reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)) from error
    return lambda text: compiled.search(text) is not None
