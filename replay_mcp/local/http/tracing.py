"""OpenTelemetry spans. Names and attributes are the live server's; without an exporter they cost next to nothing."""

from typing import Final

from opentelemetry import trace

tracer: Final = trace.get_tracer("replay_mcp.local")
"""Starts every span of the local API; children go under whatever span is current, also in worker threads."""


def note_team(team_id: int) -> None:
    """Put `team_id` on the span that surrounds the handler's own: the request's, if the host traces requests."""
    trace.get_current_span().set_attribute("team_id", team_id)
