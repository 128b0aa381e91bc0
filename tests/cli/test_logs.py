"""Log lines as a process writes them: JSON, and no key in them."""

import json
import logging
import re
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager

from inline_snapshot import snapshot

from replay_mcp.cli.logs import JsonFormatter
from replay_mcp.redaction.secrets import SecretMask

KEY = 'no"posthog\\key'
LOGS_A_KEY = f"""
import logging
from replay_mcp.cli import logs
logs.configure(logging.INFO, secrets=[{KEY!r}])
logging.getLogger("ours").info("with %s and phx_abcdefgh", {KEY!r})
logging.getLogger("httpx2").info("GET /?search=term")
logging.getLogger("httpcore2.http11").info("send /?search=term")
try:
    raise ValueError({KEY!r})
except ValueError:
    logging.exception("failed")
"""


def test_keys_are_masked_anywhere_in_a_line() -> None:
    ended = subprocess.run([sys.executable, "-c", LOGS_A_KEY], capture_output=True, text=True, timeout=30, check=True)
    lines = [json.loads(line) for line in ended.stderr.splitlines()]
    found = [
        (line["level"], line["logger"], line["message"], line.get("exception", "").rpartition("\n")[2])
        for line in lines
    ]
    assert found == snapshot([("info", "ours", "with *** and ***", ""), ("error", "root", "failed", "ValueError: ***")])


def test_keys_of_callers_are_masked_while_they_are_served() -> None:
    masks: list[SecretMask] = []
    formatter = JsonFormatter(masks=masks)

    def message() -> str:
        record = logging.LogRecord("ours", logging.INFO, "", 0, "with caller-key", (), None)
        return json.loads(formatter.format(record))["message"]

    messages = [message()]
    masks.append(SecretMask(["caller-key"]))
    messages.append(message())
    assert messages == ["with caller-key", "with ***"]


LOGS_MUCH = """
import logging, sys
from replay_mcp.cli import logs
logs.configure_server(logging.INFO)
for number in range(3000):
    logging.info("%d %s", number, "." * 1000)
print("logged", flush=True)
sys.stdin.read()
"""


@contextmanager
def logging_much() -> Generator[subprocess.Popen[str]]:
    """A process that has logged 3 MB, while nobody read its stderr."""
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", LOGS_MUCH]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "logged\n"
        yield process


def test_a_log_that_nobody_reads_holds_nobody_up_and_says_how_many_lines_it_dropped() -> None:
    with logging_much() as process:
        assert process.stderr
        first = [json.loads(process.stderr.readline())["message"] for _ in range(200)]
        process.kill()
    dropped = [message for message in first if not message[0].isdigit()]
    assert [re.sub(r"\d+", "N", message) for message in dropped] == snapshot(
        ["Dropped N log lines, because nobody read stderr"]
    )


def test_a_process_whose_log_nobody_reads_ends() -> None:
    with logging_much() as process:
        assert process.stdin
        process.stdin.close()
        assert process.wait(timeout=30) == 0
