"""Runs commands in this process, which saves the second that a start takes, and returns their output and exit code.

`tests.servers` starts real processes, which tests of signals, pipes and limits need.
"""

import gc
import io
import logging
import os
import sys
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass

import pytest

from replay_mcp.cli import main
from tests.servers import clean_environment


@dataclass(frozen=True)
class CommandResult:
    """The exit code and output of a command."""

    returncode: int
    stdout: str
    stderr: str


def run(*arguments: str, **environment: str) -> CommandResult:
    """Run `replay-mcp ARGUMENTS` with an empty stdin and only these settings."""
    out, err = _text(), _text()
    with ExitStack() as stack:
        stack.enter_context(redirect_stdout(out))
        stack.enter_context(redirect_stderr(err))
        stack.enter_context(_surroundings(clean_environment(**environment)))
        ended = stack.enter_context(pytest.raises(SystemExit))
        main(arguments)
    assert isinstance(ended.value.code, int)
    return CommandResult(ended.value.code, _written(out), _written(err))


@contextmanager
def _surroundings(environment: Mapping[str, str]) -> Generator[None]:
    """Replace what a new process would have of its own: environment, stdin, logging and objects frozen by the collector."""
    gc.collect()  # a command freezes all objects, and frozen garbage is never collected
    before, stdin, root = dict(os.environ), sys.stdin, logging.getLogger()
    handlers, level = root.handlers[:], root.level
    os.environ.clear()
    os.environ.update(environment)
    root.handlers[:] = []
    sys.stdin = _text()
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        sys.stdin = stdin
        root.handlers[:] = handlers
        root.setLevel(level)


def _text() -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding="utf-8")


def _written(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()
