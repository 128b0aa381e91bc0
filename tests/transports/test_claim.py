"""While a client is served, nothing else reads from its pipe or prints to it."""

import subprocess
import sys

import pytest
from inline_snapshot import snapshot

from tests.servers import clean_environment

CLAIMS = """
import os, sys
from replay_mcp.transports.pipes import claim_stdio
print("before")
with claim_stdio() as (stdin, stdout):
    print("stray")
    os.write(1, b"strayed\\n")
    os.write(stdout, b"serving " + os.read(stdin, 6) + b"\\n")
    assert sys.stdin.read() == ""
print("after", sys.stdin.read())
"""


def run(code: str, *shell: str) -> tuple[int, str, str]:
    command = [sys.executable, "-c", code]
    if shell:
        command = ["sh", "-c", f'exec "$@" {" ".join(shell)}', "sh", *command]
    ended = subprocess.run(
        command, input="clientrest", env=clean_environment(), capture_output=True, text=True, timeout=30, check=False
    )
    return ended.returncode, ended.stdout, ended.stderr


@pytest.mark.slow
def test_stray_output_goes_to_stderr_and_stray_input_is_empty() -> None:
    assert run(CLAIMS) == snapshot(
        (
            0,
            """\
before
serving client
after rest
""",
            """\
stray
strayed
""",
        )
    )


@pytest.mark.slow
def test_a_closed_stderr_does_no_harm() -> None:
    assert run(CLAIMS, "2>&-") == snapshot(
        (
            0,
            """\
before
serving client
after rest
""",
            "",
        )
    )


@pytest.mark.slow
def test_a_closed_stdin_is_reported() -> None:
    code = "from replay_mcp.cli import main; main(['--local', 'unused.sqlite'])"
    assert run(code, "<&-") == snapshot(
        (
            2,
            "",
            """\
Serving over stdio needs an open stdin and stdout.
Let an MCP client start this server, or choose another --transport.
""",
        )
    )
