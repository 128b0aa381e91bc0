"""The context of a tool call: API client, links, caches, permission level, and the conversation with the MCP client."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol, get_args
from urllib.parse import quote

from replay_mcp.caches.events import EventCache
from replay_mcp.caches.oldest import OldestCache
from replay_mcp.caches.screens import ScreenCache
from replay_mcp.caches.summaries import SummaryCache
from replay_mcp.caches.timelines import TimelineCache
from replay_mcp.client.client import ApiClient
from replay_mcp.client.plan import RatePlan
from replay_mcp.errors import NotConfirmed
from replay_mcp.redaction import Redaction
from replay_mcp.settings import Permission
from replay_mcp.timing import Timing
from replay_mcp.workload import Workload

LEVELS: Final[tuple[Permission, ...]] = get_args(Permission)
"""Permission levels, lowest first; each includes the lower ones."""


@dataclass(frozen=True, slots=True)
class AppLinks:
    """Builds links into the PostHog app."""

    origin: str
    environment: str

    def recording(self, session_id: str, seconds: int | None = None) -> str:
        """Link that plays the recording, starting `seconds` after its start."""
        moment = "" if seconds is None else f"?t={seconds}"
        return f"{self.origin}/project/{self.environment}/replay/{quote(session_id, safe='')}{moment}"

    def playlist(self, short_id: str) -> str:
        """Link to the playlist."""
        return f"{self.origin}/project/{self.environment}/replay/playlists/{quote(short_id, safe='')}"


class Conversation(Protocol):
    """Communication with the MCP client during a call."""

    async def progress(self, done: float, total: float, message: str) -> None:
        """Report progress if the client requested it."""
        ...

    async def confirm(self, question: Sequence[str], ids: Sequence[str]) -> None:
        """Return once a person has agreed to a change of these ids.

        Call this before any side effect: in the 2026 protocol the call ends here and is repeated with the answer.

        Args:
            question: the question, then longer forms of it that are shown on request.
            ids: what the question is about; an answer counts only for the same ids.

        Raises:
            NotConfirmed: the person declined, or cannot be asked.
        """
        ...


class _NoClient:
    """A conversation without a client: drops progress and confirms nothing."""

    async def progress(self, done: float, total: float, message: str) -> None:
        del done, total, message

    async def confirm(self, question: Sequence[str], ids: Sequence[str]) -> None:
        del ids
        raise NotConfirmed(f"There is no client to confirm this: {question[0]}")


@dataclass(frozen=True, slots=True)
class ToolContext:
    """The context of a tool call. Each call has its own conversation; the calls of a server share everything else."""

    api: ApiClient
    links: AppLinks
    redaction: Redaction
    level: Permission
    conversation: Conversation = field(default_factory=_NoClient)
    timelines: TimelineCache = field(default_factory=TimelineCache)
    events: EventCache = field(default_factory=EventCache)
    screens: ScreenCache = field(default_factory=ScreenCache)
    summaries: SummaryCache = field(default_factory=SummaryCache)
    oldest: OldestCache = field(default_factory=OldestCache)
    plan: RatePlan = field(default_factory=RatePlan)
    timing: Timing = field(default_factory=Timing)
    workload: Workload = field(default_factory=Workload)

    async def drop_recording(self, session_id: str) -> None:
        """Remove a deleted recording from the caches."""
        self.events.drop(session_id)
        self.screens.drop(session_id)
        await self.timelines.drop(session_id)

    def permits(self, level: Permission) -> bool:
        """Whether the server's permission level includes `level`."""
        return LEVELS.index(self.level) >= LEVELS.index(level)

    async def confirm_unless(self, level: Permission, question: Sequence[str], ids: Sequence[str]) -> None:
        """Ask a person, unless the server's permission level includes `level`. See `Conversation.confirm`.

        Raises:
            NotConfirmed: see `Conversation.confirm`.
        """
        if not self.permits(level):
            await self.conversation.confirm(question, ids)
