"""`replay-mcp view`: a recording as one HTML file, to attach to a ticket."""

import sys
from functools import partial
from pathlib import Path

import anyio
import anyio.to_thread
import msgspec

from replay_mcp import frontend
from replay_mcp.errors import ReplayError
from replay_mcp.reading.playback_links import id_in_link
from replay_mcp.recording.playback.stills import RecordingReport, make_report
from replay_mcp.settings import Settings
from replay_mcp.transfer.export import write_file

from . import logs
from .one_recording import check_store, open_context, read_one
from .output import show


def run(settings: Settings, recording: str, name: str, *, force: bool) -> int:
    """Write the report to the file of that name, or to standard output for `-`, and print its name and size.

    Args:
        settings: where the recording is.
        recording: its id, or a link that plays it.
        name: of the file.
        force: whether to overwrite it.

    Raises:
        StoreError: there is no local store.
    """
    id = id_in_link(recording)
    logs.configure(secrets=settings.secrets)
    check_store(settings)
    try:
        page = document(anyio.run(_report, settings, id)).encode().removesuffix(b"\n")
        if name == "-":
            sys.stdout.buffer.write(page + b"\n")
            return 0
        output = Path(name)
        size = write_file([page], output, force=force)
    except ReplayError as error:
        show(f"{error.why}\n{error.next}", to=sys.stderr)
        return 1
    show(f"The report of recording {id} is in {output} ({size:,} bytes). It needs no server and no network.")
    return 0


def document(report: RecordingReport) -> str:
    """The report as an HTML document."""
    recording = report.recording
    return frontend.document(
        "report",
        msgspec.json.encode(report),
        title=f"Recording {recording.id}",
        text=recording.summary or "This report needs JavaScript.",
    )


async def _report(settings: Settings, id: str) -> RecordingReport:
    async with open_context(settings) as context:
        reading = await read_one(context, id, with_screens=True)
        if reading.screens is None:
            raise AssertionError("screens were asked for")
        make = partial(
            make_report, id, reading.timeline, reading.screens, context.redaction, context.links.recording(id)
        )
        return await anyio.to_thread.run_sync(make)
