"""Reading a recording: pure functions, bytes in, values out. No I/O, no MCP, no HTTP."""
