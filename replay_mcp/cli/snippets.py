"""Configuration to paste into MCP clients."""

import json
import shlex
import shutil
import sys
from pathlib import Path
from typing import Any, Final

_ENVIRONMENT: Final = {"POSTHOG_PERSONAL_API_KEY": "phx_…", "POSTHOG_HOST": "us", "POSTHOG_ENVIRONMENT_ID": "12345"}


def _command() -> str:
    """Return the command with its full path, because clients do not run in this virtual environment."""
    return shutil.which("replay-mcp", path=str(Path(sys.executable).parent)) or "replay-mcp"


def local_client(store: Path) -> str:
    """Return what to paste into Claude Code, and into other clients, for a local store."""
    arguments = ["--local", str(store)]
    servers: dict[str, Any] = {"mcpServers": {"replay-local": {"command": _command(), "args": arguments}}}
    return f"  claude mcp add replay-local -- {shlex.join([_command(), *arguments])}\n  {json.dumps(servers)}"


def client_configuration() -> str:
    """Return what to paste into Claude, Cursor and VS Code, for PostHog and for the local API."""
    command = _command()
    posthog: dict[str, Any] = {"command": command, "env": _ENVIRONMENT}
    local: dict[str, Any] = {"command": command, "args": ["--local", "--demo"]}
    return "\n".join([
        "Connect your own client (POSTHOG_HOST is us, eu or your https origin; the key needs the scopes",
        "session_recording and session_recording_playlist, read or write, and for product events query:read):",
        "",
        "Claude Code:",
        "  claude mcp add posthog-replay " + " ".join(f"-e {key}={value}" for key, value in _ENVIRONMENT.items())
        + f" -- {shlex.quote(command)}",
        "Claude Desktop (claude_desktop_config.json) and Cursor (.cursor/mcp.json):",
        "  " + json.dumps({"mcpServers": {"posthog-replay": posthog}}, ensure_ascii=False),
        "VS Code (.vscode/mcp.json):",
        "  " + json.dumps({"servers": {"posthog-replay": {"type": "stdio"} | posthog}}, ensure_ascii=False),
        "Without an account, on the local API with the demo recordings:",
        "  " + json.dumps({"mcpServers": {"posthog-replay": local}}),
    ])  # fmt: skip
