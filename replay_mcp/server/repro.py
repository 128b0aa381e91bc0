"""A Playwright test from a recording, for `replay-mcp repro` and the prompt `steps-to-reproduce`."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from replay_mcp.context import ToolContext
from replay_mcp.errors import ReplayError
from replay_mcp.reading.read_session import SessionReading, read_session
from replay_mcp.views.timeline import parse_moment
from replay_mcp.views.visitor import Visitor

if TYPE_CHECKING:
    from replay_mcp.recording.repro.spec import Repro


@dataclass(frozen=True, slots=True)
class WrittenTest:
    """A test from a recording.

    Attributes:
        repro: its steps as data.
        text: its file.
        stopped_by: why only part of the recording was read.
    """

    repro: "Repro"
    text: str
    stopped_by: ReplayError | None


async def write_test(
    id: str, moment: str, context: ToolContext, *, name: str, seconds: float, linked: bool = True
) -> WrittenTest:
    """Read a recording within so many seconds, and write the test that repeats it up to a problem.

    Args:
        id: the recording's id.
        moment: a ref, seconds or a time; empty for the first problem.
        context: where the recording is read.
        name: of the argument `moment`, for errors.
        seconds: time limit.
        linked: whether the test links to the recording.

    Raises:
        InvalidArguments: the moment has a wrong form, or no row has this ref.
        ReplayError: the recording cannot be read, or nothing can be repeated.
    """
    from replay_mcp.recording.repro.typescript import write_spec  # noqa: PLC0415 - imported on first use for a faster start

    session = await read_session(id, context, seconds=seconds)
    timeline = session.reading.timeline

    def link(at: int) -> str:
        return context.links.recording(id, at) if linked else ""

    repro, text = write_spec(
        timeline,
        _place(moment, session, name),
        session_id=id,
        link=link,
        language=Visitor.of(timeline, session.events, context.redaction).language,
    )
    return WrittenTest(repro, text, session.reading.stopped_by)


def _place(moment: str, session: SessionReading, name: str) -> str | float | None:
    """The ref of a row of the timeline, seconds, or None."""
    if not moment:
        return None
    seconds = parse_moment(moment, session.rows, name)
    return moment if moment.startswith("e") else seconds
