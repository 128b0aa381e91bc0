"""Replay MCP: an MCP server that lets AI agents work with PostHog Session Replay."""

__version__ = "0.1.0"
