"""The commands: each module declares one command with its options.

A command returns the function that runs it. What that function needs is imported only then, so that help, completion
and usage errors stay fast, and one command does not pay for another.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any, Final, TypeAlias

import click
from click.shell_completion import CompletionItem

from replay_mcp import __version__

Run: TypeAlias = Callable[[], int]
"""Runs a command and returns its exit code."""

DEFAULT: Final = "serve"
_COMMANDS: Final = {
    "serve": ("serve", "Serve MCP (the default command)."),
    "demo": ("demo", "Play an agent's session against demo recordings, and check it."),
    "local": ("local", "Record pages and serve the local Replay API, or manage its keys."),
    "import": ("import_", "Import recordings into the local store, from files or from PostHog."),
    "export": ("export", "Write one recording of the local store to a file."),
    "view": ("view", "Write a report of one recording as one HTML file."),
    "repro": ("repro", "Write a Playwright test that fails where a recording failed."),
    "doctor": ("doctor", "Check configuration, host, key, scopes and tools."),
}
"""Module and description of each command; `import` is a keyword of Python."""


class Commands(click.Group):
    """The group of all commands. It imports a command's module when that command is used, and serves by default."""

    def __init__(self, **settings: Any) -> None:
        listed = {name: click.Command(name, short_help=text) for name, (_, text) in _COMMANDS.items()}
        super().__init__(commands=listed, **settings)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the table."""
        return list(_COMMANDS)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the default command in front of its options: MCP clients may be configured with just the program."""
        own = {option for parameter in self.get_params(ctx) for option in parameter.opts}
        completes_first_word = ctx.resilient_parsing and not args
        if not completes_first_word and (not args or (args[0].startswith("-") and args[0] not in own)):
            args = [DEFAULT, *args]
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Import the command that the arguments name."""
        name, listed, rest = super().resolve_command(ctx, args)
        return name, _load(listed.name) if listed and listed.name else None, rest

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Show the default command's options as well."""
        super().format_options(ctx, formatter)
        serve = click.Context(_load(DEFAULT), info_name=DEFAULT, parent=ctx)
        records = [parameter.get_help_record(serve) for parameter in serve.command.get_params(serve)]
        with formatter.section(f"Options of {DEFAULT}"):
            formatter.write_dl([record for record in records if record and not record[0].startswith("-h")])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete commands, and the default command's options."""
        found = super().shell_complete(ctx, incomplete)
        if incomplete.startswith("-"):
            known = {item.value for item in found}
            serve = click.Context(_load(DEFAULT), info_name=DEFAULT, parent=ctx)
            found += [item for item in serve.command.shell_complete(serve, incomplete) if item.value not in known]
        return found


def _load(name: str) -> click.Command:
    module, _ = _COMMANDS[name]
    command: click.Command = import_module(f"{__name__}.{module}").command
    return command


def _print_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(f"replay-mcp {__version__}")
        ctx.exit()


root: Final = Commands(
    help="MCP server for PostHog Session Replay.",
    epilog='Shell completion: eval "$(_REPLAY_MCP_COMPLETE=bash_source replay-mcp)" in ~/.bashrc; for zsh and fish '
    "with zsh_source and fish_source.",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    params=[
        click.Option(
            ["--version"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_print_version,
            help="Show the version and exit.",
        )
    ],
)
