"""Time limits and intervals of API calls, of tool calls and of the steps of summarising many sessions."""

from dataclasses import dataclass

from replay_mcp.client.client import DEADLINE_SECONDS


@dataclass(frozen=True, slots=True)
class Timing:
    """Durations in seconds; servers use the defaults.

    Attributes:
        call: default deadline of an API call, retries included.
        deadline: deadline of a tool call, whatever it reads or changes; MCP clients time out after 60 s or earlier.
        recheck: deadline for checking which cached summaries are still current; on a timeout, all are made again.
        posthog: with source auto, how long to wait for PostHog before the remaining summaries are computed here.
        slow_after: once the API takes longer than this for a session, the next one is requested as well.
        default_retry_after: wait after a 429 response without `Retry-After`.
        min_retry_after: minimum wait after a 429 response, even if `Retry-After` is shorter.
        confirmation: how long the answer to a confirmation counts.
        heartbeat: interval of progress notifications while nothing completes.
    """

    call: float = DEADLINE_SECONDS
    deadline: float = 50.0
    recheck: float = 5.0
    posthog: float = 25.0
    slow_after: float = 5.0
    default_retry_after: float = 5.0
    min_retry_after: float = 1.0
    confirmation: float = 600.0
    heartbeat: float = 10.0
