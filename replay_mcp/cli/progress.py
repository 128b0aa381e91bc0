"""A progress bar on stderr, if it is a terminal."""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import click

from replay_mcp.redaction import quoted
from replay_mcp.transfer.report import Advance

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

_MAX_NAME: Final = 40
_STEPS: Final = 500


@contextmanager
def progress(length: int, label: str) -> Generator[Advance]:
    """Show a bar for the block. It yields a function that advances the bar, by a part of `length`."""
    if not sys.stderr.isatty():
        yield lambda _by, _what: None
        return
    bar: ProgressBar[str] = click.progressbar(
        length=max(1, length),
        label=label,
        file=sys.stderr,
        item_show_func=lambda what: quoted(what or "", _MAX_NAME),
        update_min_steps=max(1, length // _STEPS),
    )

    def advance(by: int, what: str) -> None:
        bar.current_item = what
        if by:
            bar.update(by, what)
        else:
            bar.render_progress()

    with bar:
        yield advance
