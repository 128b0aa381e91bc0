"""Regular expressions from requests, matched with RE2 as in PostHog, in time linear in the text."""

from collections.abc import Callable
from typing import Any, Final, cast

import re2  # pyright: ignore[reportMissingTypeStubs]

MAX_PATTERN_LENGTH: Final = 1_000

# The package has no type information.
_re2 = cast(Any, re2)
_QUIET = _re2.Options()
_QUIET.log_errors = False  # it would write to stderr; the caller reports errors


def compile_pattern(pattern: str) -> Callable[[str], bool]:
    """Compile a pattern to a function that returns whether a text contains a match.

    Raises:
        ValueError: why the pattern is invalid: it is too long, or RE2 does not support it.
    """
    if len(pattern) > MAX_PATTERN_LENGTH:
        raise ValueError(f"it has more than {MAX_PATTERN_LENGTH} characters")
    try:
        compiled = _re2.compile(pattern, options=_QUIET)
    except (_re2.error, UnicodeEncodeError) as error:
        reason = error.args[0] if error.args else "not understood"
        raise ValueError(reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)) from error
    return lambda text: compiled.search(text) is not None
