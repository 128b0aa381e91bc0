"""The command line as a whole: help, misspelt words, the default command, completion, narrow encodings."""

import subprocess
import sys
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from tests.commands import run
from tests.servers import clean_environment

HEAVY = {"anyio", "httpx2", "mcp", "sqlite3", "starlette", "uvicorn"}
IMPORTED = """
import sys
from replay_mcp.cli import main
try:
    main()
finally:
    print("imported:", *sorted(sys.modules))
"""


def imported(*arguments: str, **environment: str) -> tuple[list[str], set[str]]:
    """The lines that a process printed, and the heavy packages it imported; packages that coverage imports are left out."""
    unmeasured = {name: value for name, value in clean_environment(**environment).items() if "COVERAGE" not in name}
    process = subprocess.run(
        [sys.executable, "-c", IMPORTED, *arguments],
        env=unmeasured,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    *lines, modules = process.stdout.splitlines()
    return lines, HEAVY & set(modules.split())


def test_help_lists_the_commands_and_the_options_of_the_default_one_without_importing_either() -> None:
    lines, modules = imported("--help", COLUMNS="80")
    assert modules == set()
    words = [line.split()[0] for line in lines if line.startswith("  ") and line.split()]
    assert words[words.index("serve") :][:8] == [
        "serve",
        "demo",
        "local",
        "import",
        "export",
        "view",
        "repro",
        "doctor",
    ]
    assert {"--local", "--transport", "--auth-token-file"} <= set(words)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["dcotor"], snapshot("Error: No such command 'dcotor'. Did you mean 'doctor'?")),
        (["local", "kyes"], snapshot("Error: No such command 'kyes'. Did you mean 'keys'?")),
        (["--transprot", "http"], snapshot("Error: No such option '--transprot'. Did you mean '--transport'?")),
        (["import", "--persons", "x"], snapshot("Error: No such option '--persons'. Did you mean '--person'?")),
        (["--transport", "websocket"], snapshot("Error: Invalid value for '--transport': 'websocket' is not one of 'stdio', 'sse', 'http'.")),
        (["export", "some-id"], snapshot("Error: Missing option '-o' / '--output'.")),
        (["demo", "more"], snapshot("Error: Got unexpected extra argument (more)")),
    ],
)  # fmt: skip
def test_wrong_usage_names_the_closest_match(arguments: list[str], message: str) -> None:
    ended = run(*arguments)
    assert (ended.returncode, ended.stdout, ended.stderr.splitlines()[-1]) == (2, "", message)


def test_the_version_and_the_help_of_each_command_go_to_stdout() -> None:
    version = run("--version")
    assert (version.returncode, version.stdout.split()[0], version.stderr) == (0, "replay-mcp", "")
    for command in (["serve"], ["demo"], ["local"], ["local", "keys"], ["local", "keys", "add"], ["import"], ["export"], ["repro"], ["doctor"]):  # fmt: skip
        for flag in ("--help", "-h"):
            ended = run(*command, flag)
            assert (ended.returncode, ended.stderr) == (0, "")
            assert ended.stdout.startswith(f"Usage: replay-mcp {' '.join(command)} [OPTIONS]")


@pytest.mark.parametrize(
    ("words", "completions"),
    [
        ("replay-mcp ", snapshot(["serve", "demo", "local", "import", "export", "view", "repro", "doctor"])),
        ("replay-mcp do", snapshot(["doctor"])),
        ("replay-mcp --tr", snapshot(["--transport"])),
        ("replay-mcp --transport s", snapshot(["stdio", "sse"])),
        ("replay-mcp --local --perm", snapshot(["--permission"])),
        ("replay-mcp local keys ", snapshot(["add", "list"])),
    ],
)
def test_shells_complete_commands_options_and_values(words: str, completions: list[str]) -> None:
    typed = words.split(" ")
    ended = run(_REPLAY_MCP_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=str(len(typed) - 1))
    assert (ended.returncode, ended.stderr) == (0, "")
    assert [line.partition(",")[2] for line in ended.stdout.splitlines()] == completions


def test_completion_imports_nothing_heavy() -> None:
    lines, modules = imported(_REPLAY_MCP_COMPLETE="bash_complete", COMP_WORDS="replay-mcp --perm", COMP_CWORD="1")
    assert (lines, modules) == (["plain,--permission"], set())


def in_cp437(*arguments: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of a process whose output encoding is code page 437."""
    process = subprocess.run(
        [sys.executable, "-m", "replay_mcp", *arguments],
        env=clean_environment(PYTHONIOENCODING="cp437", COLUMNS="80"),
        capture_output=True,
        encoding="cp437",
        timeout=120,
        check=False,
    )
    return process.returncode, process.stdout, process.stderr


@pytest.mark.slow
def test_characters_that_the_output_cannot_encode_are_escaped(tmp_path: Path) -> None:
    code, out, err = in_cp437("local", "--help")
    assert (code, r"posthog.init('phc_\u2026'" in out, err) == (0, True, "")
    code, out, err = in_cp437("doctor", "--local", str(tmp_path / "ключ.sqlite"))
    assert (code, r"\u043a\u043b\u044e\u0447.sqlite" in out, err) == (0, True, "")


@pytest.mark.full
def test_the_demo_succeeds_in_a_narrow_encoding() -> None:
    code, out, err = in_cp437("demo")
    assert (code, r"phx_\u2026" in out, err) == (0, True, "")
