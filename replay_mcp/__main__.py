"""`python -m replay_mcp` is `replay-mcp`."""

from replay_mcp.cli import main

if __name__ == "__main__":
    main()
