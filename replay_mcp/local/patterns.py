"""Regular expressions from requests: Python's, without what can take exponential time.

PostHog matches with RE2, whose time grows with the text alone. Python's engine backtracks and cannot be stopped, so
what makes it explode is refused, most of which RE2 does not know either.
"""

import re
from typing import Final

MAX_PATTERN_LENGTH: Final = 200
MAX_REPEATS: Final = 3
"""Most unbounded repetitions (`*`, `+`, `{n,}`) in one pattern."""
MAX_SUBJECT_LENGTH: Final = 1_000
"""A longer text is searched in its first characters only."""

_TOKEN = re.compile(
    r"""
      (?P<reference>\\[1-9])
    | (?P<escaped>\\.?)
    | (?P<set>\[ \^? \]? (?: \\. | [^\]\\] )* \]? )
    | (?P<refused>\(\? (?: [=!(#] | <[=!] | P= ) )
    | (?P<flags>\(\? [a-zA-Z-]+ \) )
    | (?P<open>\()
    | (?P<close>\))
    | (?P<optional>\?)
    | (?P<repeat>[*+] | \{ \d* ,? \d* \} )
    | (?P<either>\|)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_AMBIGUOUS_IN_SET = re.compile(r"\[|--|&&|~~|\|\|")


def compile_pattern(pattern: str) -> re.Pattern[str]:
    """The compiled pattern.

    Raises:
        ValueError: it is too long, no regular expression, or could take exponential time; with the reason.
    """
    if len(pattern) > MAX_PATTERN_LENGTH:
        raise ValueError(f"it has more than {MAX_PATTERN_LENGTH} characters")
    _refuse_explosive(pattern)
    try:
        return re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(str(error)) from error


def _refuse_explosive(pattern: str) -> None:
    repeats = 0
    groups = [False]  # of each open group, whether it repeats something or has alternatives
    branching = False  # whether what was just read is such a group
    for token in _TOKEN.finditer(pattern):
        before, branching = branching, False
        match token.lastgroup:
            case "reference" | "refused":
                raise ValueError("look-around, references, conditions and comments are not supported")
            case "set" if _AMBIGUOUS_IN_SET.search(token[0], 1):
                raise ValueError("'[', '--', '&&', '~~' and '||' must be escaped within a set")
            case "open":
                groups.append(False)
            case "close" if len(groups) > 1:
                branching = groups.pop()
                groups[-1] |= branching
            case "either":
                groups[-1] = True
            case "repeat":
                if before:
                    raise ValueError("a repeated group must not itself repeat or have alternatives")
                groups[-1] = True
                repeats += token[0] in "*+" or token[0].endswith(",}")
            case _:
                pass
    if repeats > MAX_REPEATS:
        raise ValueError(f"it has more than {MAX_REPEATS} unbounded repetitions")
