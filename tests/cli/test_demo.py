"""`replay-mcp demo` runs to its end, and stops at a wrong answer."""

import pytest

from replay_mcp.cli.demo import WrongAnswer, expect
from tests.servers import run_process


@pytest.mark.full
def test_the_demo_plays_to_its_end() -> None:
    ended = run_process("demo")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "All 22 answers were right" in ended.stdout
    assert '"mcpServers"' in ended.stdout


def test_a_wrong_answer_ends_the_demo() -> None:
    expect(True, "never")
    with pytest.raises(WrongAnswer, match="three sessions"):
        expect([], "three sessions")
