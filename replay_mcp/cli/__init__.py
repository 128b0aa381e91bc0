"""The command line: `replay-mcp serve | demo | local | import | export | view | repro | doctor`."""

import gc
import io
import os
import sys
from collections.abc import Sequence
from functools import partial
from typing import Final

import click

from replay_mcp.errors import ReplayError

from .commands import Run, root
from .endings import exit_code
from .output import mask_keys_of, show

PROGRAM: Final = "replay-mcp"
COMPLETE: Final = "_REPLAY_MCP_COMPLETE"
"""The variable by which shells ask for completions; click's documentation calls it the complete variable."""


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command line and exit.

    0: success, 1: failure, 2: wrong usage or settings, 130: interrupted, 141: the output pipe was closed.
    """
    # Its encoding may lack characters that recordings, file names and help contain: PYTHONIOENCODING, old consoles.
    if reconfigure := getattr(sys.stdout, "reconfigure", None):
        reconfigure(errors="backslashreplace")
    sys.exit(exit_code(partial(_main, list(sys.argv[1:] if argv is None else argv))))


def _main(arguments: list[str]) -> int:
    mask_keys_of(arguments)
    try:
        return _parse(arguments)()
    except click.exceptions.Exit as ended:  # --help and --version
        return ended.exit_code
    except click.ClickException as error:
        message = io.StringIO()
        error.show(message)
        show(message.getvalue().rstrip("\n"), to=sys.stderr)
        return error.exit_code
    except ReplayError as error:
        show(error.why, to=sys.stderr)
        if "\n" not in error.why:
            show(error.next, to=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _parse(arguments: list[str]) -> Run:
    """Parse the arguments and import what runs the command.

    Not `click.Command.main`, which turns a closed output pipe into exit code 1 and interrupts into a message.
    """
    if instruction := os.environ.get(COMPLETE):
        from click.shell_completion import shell_complete  # noqa: PLC0415 - only shells need it

        return partial(shell_complete, root, {}, PROGRAM, COMPLETE, instruction)
    # Imports create many objects and no garbage: collecting meanwhile costs a tenth of the start-up.
    gc.disable()
    try:
        with root.make_context(PROGRAM, arguments) as context:
            return root.invoke(context)
    finally:
        gc.freeze()
        gc.enable()
