"""Entry point of the MCPB bundle."""

from replay_mcp.cli import main

main()
