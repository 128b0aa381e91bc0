"""What commands print and log, with keys masked wherever a person pasted them."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextvars import ContextVar
from itertools import pairwise
from pathlib import Path
from typing import Final, TextIO

from replay_mcp.redaction.secrets import KeyMask

_MAX_FILE_BYTES: Final = 4096
_TOKEN_FILE: Final = "--auth-token-file"  # noqa: S105 - the name of an option

_mask: ContextVar[KeyMask] = ContextVar("mask", default=KeyMask())  # noqa: B039 - it is immutable


def mask_keys_of(arguments: Sequence[str]) -> None:
    """From now on, mask the keys and tokens that this process is configured with, whatever they look like."""
    _mask.set(KeyMask(_own_keys(arguments)))


def masked(text: str) -> str:
    """Return `text` without the process's own keys, and without anything that looks like a key."""
    return _mask.get().text(text)


def show(text: str, *, to: TextIO | None = None) -> None:
    """Print a text without keys."""
    print(masked(text), file=to or sys.stdout, flush=True)


def _own_keys(arguments: Sequence[str]) -> Iterator[str]:
    """Yield the keys in the environment, and in the files that the environment and the arguments name."""
    yield os.environ.get("POSTHOG_PERSONAL_API_KEY", "").strip()
    files = [os.environ.get("POSTHOG_PERSONAL_API_KEY_FILE", "")]
    files += [value for option, value in pairwise(arguments) if option == _TOKEN_FILE]
    files += [argument.partition("=")[2] for argument in arguments if argument.startswith(f"{_TOKEN_FILE}=")]
    for name in filter(None, files):
        try:
            path = Path(name).expanduser()
            if not path.is_file():
                continue  # a pipe can be read only once
            with path.open("rb") as file:
                yield file.read(_MAX_FILE_BYTES).decode("utf-8-sig", errors="replace").strip()
        except (OSError, ValueError, RuntimeError):  # the code that needs the file reports it
            continue
