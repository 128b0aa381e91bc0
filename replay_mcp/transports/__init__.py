"""MCP transports: standard input and output, and validation of messages that SSE clients post."""
