"""Measures the text that a model reads: tool definitions, and 20 recordings against the raw API answer.

    python -m benchmarks.size

Budgets: 17,000 characters for all tools (name, description, input schema), and 6,000 characters and 0.25x for the list.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Final

import anyio
import httpx2
from mcp import Client
from mcp.types import TextContent

from replay_mcp.cli.local_store import open_local
from replay_mcp.server.app import open_server
from replay_mcp.settings import CLOUD_HOSTS, Settings

TOOLS_BUDGET: Final = 17_000
LIST_BUDGET: Final = 6_000
RATIO_BUDGET: Final = 0.25
ROWS: Final = 20


async def measure(path: Path) -> tuple[dict[str, int], int, int, int]:
    """Count the characters of each tool, of the concise list and of the raw list, and the rows of the lists."""
    with open_local(path, demo_recordings=True) as local:
        transport = httpx2.ASGITransport(app=local.app())
        settings = Settings(api_key=None, origin=CLOUD_HOSTS["us"], environment="1")
        headers = {"Authorization": f"Bearer {local.key.value}"}
        async with (
            httpx2.AsyncClient(transport=transport, base_url=settings.origin, headers=headers) as http,
            open_server(settings, api_key=local.key.value, transport=transport) as server,
            Client(server) as client,
        ):
            tools = (await client.list_tools()).tools
            definitions = {
                tool.name: len(
                    tool.name + (tool.description or "") + json.dumps(tool.input_schema, separators=(",", ":"))
                )
                for tool in tools
            }
            window = {"date_from": "-7d", "limit": ROWS}
            raw = await http.get("/api/environments/1/session_recordings/", params=window)
            result = await client.call_tool("session-recordings-list", window)
            [block] = result.content
            assert isinstance(block, TextContent)
            return definitions, len(block.text), len(raw.text), len(raw.json()["results"])


def main() -> int:
    """Print the sizes; return 1 if one is over its budget. The list of the demo, under 20 recordings, is scaled up."""
    with tempfile.TemporaryDirectory() as directory:
        definitions, concise, raw, rows = anyio.run(measure, Path(directory) / "size.sqlite")
    scaled = concise * ROWS / rows
    ratio = concise / raw
    total = sum(definitions.values())
    print(f"tool definitions: {total} characters (budget {TOOLS_BUDGET})")
    for name, characters in sorted(definitions.items(), key=lambda item: -item[1]):
        print(f"  {characters:5} {name}")
    print(f"{rows} demo recordings: {concise} characters, {scaled:.0f} for {ROWS} (budget {LIST_BUDGET})")
    print(f"against the raw answer of {raw} characters: {ratio:.2f}x (budget {RATIO_BUDGET}x)")
    return 0 if total <= TOOLS_BUDGET and scaled <= LIST_BUDGET and ratio <= RATIO_BUDGET else 1


if __name__ == "__main__":
    sys.exit(main())
