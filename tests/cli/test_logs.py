"""Log lines as a process writes them: JSON, and no key in them."""

import json
import logging
import subprocess
import sys

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
    told = [
        (line["level"], line["logger"], line["message"], line.get("exception", "").rpartition("\n")[2])
        for line in lines
    ]
    assert told == snapshot([("info", "ours", "with *** and ***", ""), ("error", "root", "failed", "ValueError: ***")])


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
