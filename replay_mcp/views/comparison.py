"""Problems that recordings have in common, in results."""

from typing import TYPE_CHECKING, Final, Self

from pydantic import Field

from replay_mcp.context import ToolContext
from replay_mcp.recording.timeline.row_text import effect
from replay_mcp.views.result import Result
from replay_mcp.views.timeline import row_link

if TYPE_CHECKING:
    from replay_mcp.recording.comparison import Group

MAX_SESSIONS_NAMED: Final = 20


class Example(Result):
    """The best example of a problem."""

    id: str
    ref: str
    seconds: float
    effect: str = ""
    link: str


class ProblemGroup(Result):
    """The same problem in one or more recordings."""

    problem: str = Field(description="a flag, or failed_request or console_error without a preceding action")
    page: str = ""
    target: str = ""
    error: str | None = Field(default=None, description="what it was followed by")
    sessions: int
    times: int = Field(description="rows; one may stand for several quick clicks or equal lines")
    session_ids: list[str]
    example: Example

    @classmethod
    def of(cls, group: "Group", context: ToolContext) -> Self:
        """Build the group with its best example."""
        best = group.sightings[0]
        return cls(
            problem=group.problem,
            page=group.page,
            target=group.target,
            error=group.error or None,
            sessions=len(group.session_ids),
            times=len(group.sightings),
            session_ids=list(group.session_ids[:MAX_SESSIONS_NAMED]),
            example=Example(
                id=best.session_id,
                ref=best.row.ref,
                seconds=best.row.seconds,
                effect=effect(best.row),
                link=row_link(best.row, best.session_id, context),
            ),
        )


class NotCompared(Result):
    """A recording that could not be read, or only partly."""

    id: str
    why: str
