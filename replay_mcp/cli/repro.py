"""`replay-mcp repro`: read a recording, from PostHog or the local store, and write a Playwright test from it."""

import sys
from pathlib import Path
from typing import Final

import anyio
from pydantic import ValidationError

from replay_mcp.api.types import check_path_id
from replay_mcp.errors import Gone, InvalidArguments, NotFound, ReplayError
from replay_mcp.recording.repro.spec import Repro
from replay_mcp.redaction import quoted
from replay_mcp.server.repro import WrittenTest, write_test
from replay_mcp.settings import Settings
from replay_mcp.tools.session_recording_timeline import TimelineParams
from replay_mcp.transfer.export import write_file

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
        test = anyio.run(_write, settings, params)
        if (stop := test.stopped_by) is not None:
            show(f"Only part of the recording was read. {stop.why} {stop.next}", to=sys.stderr)
        data = test.text.encode()
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
    repro = test.repro
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


async def _write(settings: Settings, params: TimelineParams) -> WrittenTest:
    async with open_context(settings) as context:
        try:
            return await write_test(
                params.id,
                params.around or "",
                context,
                name="--around",
                seconds=DEADLINE_SECONDS,
                linked=settings.local is None,
            )
        except InvalidArguments as error:
            raise InvalidArguments(error.why, next=_HELP) from error
