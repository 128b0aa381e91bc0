"""How long tools take: one call of the API, and the steps of summarising many sessions."""

from dataclasses import dataclass

from replay_mcp.api.client import DEADLINE_SECONDS


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds; the defaults are what servers run with.

    Attributes:
        call: time for one call of the API, retries included, where a tool gives it no other.
        deadline: time for all sessions together; MCP clients give up at 60 s or earlier.
        recall: for asking which recordings are as they were when they were summarised; without, all is made anew.
        posthog: with source auto, what PostHog has not made by then is computed here.
        patience: a session that the API takes longer for makes room for the next.
        refused: how long to wait after a refusal for asking too often that does not say how long.
        shortest_wait: how long to wait at least, whatever the refusal says.
        heartbeat: silence after which the client is told that the work goes on.
    """

    call: float = DEADLINE_SECONDS
    deadline: float = 50.0
    recall: float = 5.0
    posthog: float = 25.0
    patience: float = 5.0
    refused: float = 5.0
    shortest_wait: float = 1.0
    heartbeat: float = 10.0
