"""OpenTelemetry spans, with the live server's names and attributes. Without an exporter, they cost almost nothing."""

from typing import Final

from opentelemetry import trace

tracer: Final = trace.get_tracer("replay_mcp.local")
"""Starts all spans of the local API, as children of the current span, also in worker threads."""


def note_team(team_id: int) -> None:
    """Set `team_id` on the current span: the request's, if the host application traces requests."""
    trace.get_current_span().set_attribute("team_id", team_id)
