"""How MCP messages reach the server: standard input and output, and the messages that clients post for SSE."""
