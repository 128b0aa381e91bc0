"""`replay-mcp repro`: read a recording, from PostHog or the local store, and write a Playwright test from it."""

import sys
from pathlib import Path
from typing import Final

import anyio
from pydantic import ValidationError

from replay_mcp.api.types import check_path_id
from replay_mcp.errors import Gone, InvalidArguments, NotFound, ReplayError
from replay_mcp.reading.read_session import SessionReading, read_session
from replay_mcp.recording.repro.spec import Repro
from replay_mcp.recording.repro.typescript import write_spec
from replay_mcp.redaction import quoted
from replay_mcp.settings import Settings
from replay_mcp.tools.session_recording_timeline import TimelineParams
from replay_mcp.transfer.export import write_file
from replay_mcp.views.timeline import parse_moment
from replay_mcp.views.visitor import Visitor

from . import logs
from .one_recording import DEADLINE_SECONDS, check_store, open_context
from .output import show

_CHECK: Final = "Check the id, and where it is read from: POSTHOG_HOST and --environment, or --local PATH."
_HELP: Final = "`replay-mcp repro --help` shows the accepted forms."


def run(settings: Settings, id: str, around: str | None, name: str, *, force: bool) -> int:
    """Write the test to the file of that name, or to standard output for `-`, and print what it repeats.

    Raises:
        InvalidArguments: the id or the moment has a wrong form, or no row has this ref.
        StoreError: there is no local store.
    """
    logs.configure(secrets=settings.secrets)
    params = _params(id, around)
    check_store(settings)
    try:
        repro, text = anyio.run(_write, settings, params)
        data = text.encode()
        if name == "-":
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
            return 0
        output = Path(name)
        size = write_file(data.removesuffix(b"\n").split(b"\n"), output, force=force)
    except (NotFound, Gone) as error:
        why = "This recording was permanently deleted" if isinstance(error, Gone) else "No recording has this id"
        show(f"{why}: {quoted(repr(params.id))}.\n{_CHECK}", to=sys.stderr)
        return 1
    except InvalidArguments:  # `main` reports wrong usage
        raise
    except ReplayError as error:
        show(f"{error.why}\n{error.next}", to=sys.stderr)
        return 1
    show(f"{output} ({size:,} bytes) repeats the recording up to {repro.last.ref}, in {len(repro.steps)} steps.")
    show(_ending(repro, output))
    return 0


def _ending(repro: Repro, output: Path) -> str:
    if repro.expectation.kind == "unknown":
        return "No rule found a failure there: add what should have happened as its last line."
    return f"Run it where your app is: BASE_URL=http://localhost:3000 npx playwright test {output.name}"


def _params(id: str, around: str | None) -> TimelineParams:
    """The recording and the moment, which a link may name as well.

    Raises:
        InvalidArguments: one of them has a wrong form.
    """
    given = {"id": id} if around is None else {"id": id, "around": around.strip()}
    try:
        params = TimelineParams.model_validate(given)
        check_path_id(params.id)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = "ID" if first["loc"][:1] == ("id",) else "--around"
        why = f"{where} is wrong: {first['msg'].removeprefix('Value error, ')}."
        raise InvalidArguments(why, next=_HELP) from error
    return params


async def _write(settings: Settings, params: TimelineParams) -> tuple[Repro, str]:
    async with open_context(settings) as context:
        session = await read_session(params.id, context, seconds=DEADLINE_SECONDS)
    moment = _moment(params, session)
    timeline = session.reading.timeline
    language = Visitor.of(timeline, session.events, context.redaction).language
    if (stop := session.reading.stopped_by) is not None:
        show(f"Only part of the recording was read. {stop.why} {stop.next}", to=sys.stderr)

    def link(seconds: int) -> str:
        return context.links.recording(params.id, seconds) if settings.local is None else ""

    return write_spec(timeline, moment, session_id=params.id, link=link, language=language)


def _moment(params: TimelineParams, session: SessionReading) -> str | float | None:
    """The ref of a row of the timeline, seconds, or None."""
    if params.around is None:
        return None
    try:
        seconds = parse_moment(params.around, session.rows, "--around")
    except InvalidArguments as error:
        raise InvalidArguments(error.why, next=_HELP) from error
    return params.around if params.around.startswith("e") else seconds
