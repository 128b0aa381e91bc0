"""The MCP side: the server, its tools as MCP serves them, resources, prompts and completions."""
