"""What a tool works with: the API, links, caches, the permission level, and the client at the other end of the call."""

import hashlib
from dataclasses import dataclass, field, replace
from typing import Final, Protocol, get_args
from urllib.parse import quote

from replay_mcp.api.client import ApiClient
from replay_mcp.api.plan import RatePlan
from replay_mcp.caches.summaries import SummaryCache
from replay_mcp.caches.timelines import Timelines
from replay_mcp.errors import NotConfirmed
from replay_mcp.pace import Pace
from replay_mcp.redaction import Redaction
from replay_mcp.settings import Permission

LEVELS: Final[tuple[Permission, ...]] = get_args(Permission)
"""Permission levels, weakest first; each includes the ones before it."""


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses in the PostHog app."""

    origin: str
    environment: str

    def recording(self, session_id: str, seconds: int | None = None) -> str:
        """Where a person plays the recording, from `seconds` after its start."""
        moment = "" if seconds is None else f"?t={seconds}"
        return f"{self.origin}/project/{self.environment}/replay/{quote(session_id, safe='')}{moment}"

    def playlist(self, short_id: str) -> str:
        """Where a person sees the playlist."""
        return f"{self.origin}/project/{self.environment}/replay/playlists/{quote(short_id, safe='')}"


class Conversation(Protocol):
    """What a running call can tell or ask the other side."""

    async def progress(self, done: float, total: float, message: str) -> None:
        """Report progress, if the client asked for it."""
        ...

    async def confirm(self, question: str, state: str) -> None:
        """Return once a person has agreed. `state` ties the answer to what was asked about.

        A tool calls this before anything with effects: in the 2026 protocol the call ends here and is repeated with
        the person's answer.

        Raises:
            NotConfirmed: the person declined, or cannot be asked.
        """
        ...


class _Alone:
    """Nobody listens: progress goes nowhere, nobody confirms."""

    async def progress(self, done: float, total: float, message: str) -> None:
        del done, total, message

    async def confirm(self, question: str, state: str) -> None:
        del state
        raise NotConfirmed(f"Nobody can be asked: {question}")


@dataclass(frozen=True, slots=True)
class ToolContext:
    """What a tool works with; each call gets one with its own conversation, all else is shared by a server's calls."""

    api: ApiClient
    links: Links
    redaction: Redaction
    level: Permission
    conversation: Conversation = field(default_factory=_Alone)
    timelines: Timelines = field(default_factory=Timelines)
    summaries: SummaryCache = field(default_factory=SummaryCache)
    plan: RatePlan = field(default_factory=RatePlan)
    pace: Pace = field(default_factory=Pace)

    def permits(self, level: Permission) -> bool:
        """Whether the server's permission level includes `level`."""
        return LEVELS.index(self.level) >= LEVELS.index(level)

    def quietly(self) -> "ToolContext":
        """The same without progress: for parts of a work that is reported as a whole."""
        return replace(self, conversation=_Alone())

    async def confirm_unless(self, level: Permission, question: str, about: list[str]) -> None:
        """Ask a person, unless the server's permission level includes `level`.

        Raises:
            NotConfirmed: see `Conversation.confirm`.
        """
        if not self.permits(level):
            digest = hashlib.sha256("\0".join(sorted(about)).encode()).hexdigest()
            await self.conversation.confirm(question, digest)
