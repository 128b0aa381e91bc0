"""`replay-mcp doctor`: what is configured, what the key may do, which tools will work, and what to fix.

Every probe is harmless: reads ask for one row, writes name an object that does not exist. The API checks scopes before
it looks for the object (live behaviour), so "not found" means "allowed". Only what the permission level lists is
probed and judged.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import anyio

from replay_mcp.api import endpoints as e
from replay_mcp.api import params as p
from replay_mcp.api.endpoints import Endpoint
from replay_mcp.api.events import EventsQuery
from replay_mcp.caches.disk import size_on_disk
from replay_mcp.client.client import ApiClient
from replay_mcp.context import LEVELS
from replay_mcp.errors import (
    BadRequest,
    DeadlineExceeded,
    EnvironmentNotFound,
    MalformedResponse,
    NoSuchRoute,
    NotFound,
    OutcomeUnknown,
    RateLimited,
    ReplayError,
    ServerFault,
    Unauthenticated,
    Unreachable,
)
from replay_mcp.settings import Settings
from replay_mcp.summarizing.posthog import lacks_summaries
from replay_mcp.tools import ToolDefinition, tool_definitions

from . import logs
from .backend import open_api
from .output import show

_NOBODY: Final = "replay-mcp-doctor-probe"
_DEADLINE_SECONDS: Final = 10.0

PROBES: Final[tuple[tuple[Endpoint[Any, Any], p.ApiRequest], ...]] = (
    (e.PLAYLISTS_LIST, p.PlaylistsList(limit=1)),
    (e.PLAYLISTS_UPDATE, p.PlaylistUpdate(short_id=_NOBODY, name="probe")),
    (e.PLAYLIST_RECORDINGS_ADD, p.PlaylistItem(short_id=_NOBODY, session_recording_id=_NOBODY)),
    (e.PLAYLIST_RECORDINGS_REMOVE, p.PlaylistItem(short_id=_NOBODY, session_recording_id=_NOBODY)),
    (e.RECORDINGS_LIST, p.RecordingsList(limit=1)),
    (e.RECORDINGS_UPDATE, p.RecordingUpdate(id=_NOBODY, viewed=True)),
    (e.SUMMARIES_CREATE, p.SummariesCreate(session_ids=[_NOBODY])),
    (e.EVENTS_QUERY, p.QueryCreate(query=EventsQuery(kind="EventsQuery", select=["event"], limit=1))),
)
"""One request per scope and feature; the first of a scope stands for all endpoints without a probe of their own."""

_OPTIONAL: Final = {
    e.EVENTS_QUERY.name: "It is optional: without it, timelines lack product events, stack traces and parts of the "
    "header, steps of comparisons match no events, and empty lists name none.",
}
"""What is missing without an optional operation."""

# These say nothing of one operation: the next probe would fail in the same way, and no tool can be judged.
_STOPS: Final = (
    Unreachable,
    OutcomeUnknown,
    Unauthenticated,
    EnvironmentNotFound,
    RateLimited,
    MalformedResponse,
    DeadlineExceeded,
    ServerFault,
)

Problems = Mapping[str, ReplayError | None]
"""The error of each probed endpoint by its name; None if it is allowed."""


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One line of the report; `--` marks a note that needs no fix."""

    mark: Literal["ok", "--", "FAIL"]
    what: str
    fix: str = ""

    def __str__(self) -> str:
        return f"{self.mark:<4}  {self.what}" + (f"\n      -> {self.fix}" if self.fix else "")


def run(settings: Settings) -> int:
    """Print the report; return 0 if every tool of the permission level works."""
    logs.configure(secrets=settings.secrets)
    store = _store(settings.local)
    configuration, *rest = anyio.run(_examine, settings)
    findings = [configuration, *store, *rest]
    for finding in findings:
        show(str(finding))
    return exit_code(findings)


def exit_code(findings: Iterable[ReportLine]) -> int:
    """Return 1 if anything failed, else 0."""
    return int(any(finding.mark == "FAIL" for finding in findings))


async def examine(client: ApiClient, settings: Settings) -> list[ReportLine]:
    """Return all findings: configuration, one per probe, one per tool; or the one error that stops every probe."""
    definitions = [tool for tool in tool_definitions() if tool.view != "app"]
    listed = [tool for tool in definitions if LEVELS.index(tool.level) <= LEVELS.index(settings.permission)]
    used = {endpoint.name for tool in listed for endpoint in (*tool.uses, *tool.optional)}
    needed = {endpoint.name for tool in listed for endpoint in tool.uses}
    problems: dict[str, ReplayError | None] = {}
    for endpoint, request in PROBES:
        if endpoint.name not in used:
            continue
        problem = await _probe(client, endpoint, request)
        # Once the API has answered, a route that is missing is this build's lack, not another server's page.
        late = endpoint.name not in needed or (problems and isinstance(problem, NoSuchRoute))
        if isinstance(problem, _STOPS) and not late:
            return [_configuration(settings), ReportLine("FAIL", problem.why, problem.next)]
        problems[endpoint.name] = problem
    return [_configuration(settings), *_probed(problems, needed), *_tools(settings, definitions, listed, problems)]


async def _examine(settings: Settings) -> list[ReportLine]:
    async with open_api(settings) as client:
        return await examine(client, settings)


def _store(path: Path | None) -> list[ReportLine]:
    if path is None or not path.exists():
        return []
    from replay_mcp.local.store.integrity import check_whole_file  # noqa: PLC0415 - only for a local store

    check_whole_file(path)
    return [ReportLine("ok", f"all pages of the local store are intact ({path.stat().st_size / 2**20:.1f} MiB)")]


def _configuration(settings: Settings) -> ReportLine:
    where = f"local store {settings.local}" if settings.local else settings.origin
    return ReportLine(
        "ok",
        f"{where}, environment {settings.environment}, prefix {settings.prefix}, permission level "
        f"{settings.permission}, redaction {settings.redact}, cache {_cache(settings)}",
    )


def _cache(settings: Settings) -> str:
    if settings.cache is None:
        return "off"
    try:
        megabytes = size_on_disk(settings.cache) / 2**20
    except OSError as error:
        return f"{settings.cache} (cannot be used: {error.strerror})"
    return f"{settings.cache} ({megabytes:.1f} MiB)"


def _probed(problems: Problems, needed: Container[str]) -> list[ReportLine]:
    findings: list[ReportLine] = []
    for endpoint, _ in PROBES:
        problem = problems.get(endpoint.name)
        if endpoint.name not in problems or _lacks_summaries(endpoint, problem):
            continue  # a build without summaries is reported once, at the tool
        if problem is None:
            findings.append(ReportLine("ok", f"{endpoint.scope}: {endpoint.name} is allowed"))
        elif endpoint.name not in needed:
            findings.append(
                ReportLine("--", f"{endpoint.name}: {problem.why} {_OPTIONAL[endpoint.name]}", problem.next)
            )
        else:
            findings.append(ReportLine("FAIL", f"{endpoint.name}: {problem.why}", problem.next))
    return findings


def _tools(
    settings: Settings,
    definitions: Sequence[ToolDefinition[Any, Any]],
    listed: Sequence[ToolDefinition[Any, Any]],
    problems: Problems,
) -> list[ReportLine]:
    by_scope = {
        endpoint.scope: problems[endpoint.name] for endpoint, _ in reversed(PROBES) if endpoint.name in problems
    }
    findings: list[ReportLine] = []
    for tool in definitions:
        if tool not in listed:
            findings.append(ReportLine("ok", f"{tool.name} is not listed at permission level {settings.permission}"))
            continue
        blocked = {endpoint: problems.get(endpoint.name, by_scope.get(endpoint.scope)) for endpoint in tool.uses}
        lacking = [endpoint for endpoint, problem in blocked.items() if _lacks_summaries(endpoint, problem)]
        reasons = dict.fromkeys(
            problem.why for endpoint, problem in blocked.items() if problem is not None and endpoint not in lacking
        )
        if reasons:
            findings.append(ReportLine("FAIL", f"{tool.name} will not work: {' '.join(reasons)}"))
        else:
            how = "; summaries are computed, since this PostHog build does not support them" if lacking else ""
            findings.append(ReportLine("ok", f"{tool.name} works{how}"))
    return findings


async def _probe(client: ApiClient, endpoint: Endpoint[Any, Any], request: p.ApiRequest) -> ReplayError | None:
    """Return the error that prevents the operation; None if it is allowed."""
    try:
        await client.call(endpoint, request, deadline=_DEADLINE_SECONDS)
    except ReplayError as problem:
        return None if _refuses_the_object_only(endpoint, problem) else problem
    return None


def _refuses_the_object_only(endpoint: Endpoint[Any, Any], problem: ReplayError) -> bool:
    """Return whether the operation is allowed, and only its object does not exist."""
    if endpoint is e.SUMMARIES_CREATE:
        return isinstance(problem, BadRequest) and "not found" in (problem.detail or "")
    return "{" in endpoint.path and isinstance(problem, BadRequest | NotFound)


def _lacks_summaries(endpoint: Endpoint[Any, Any], problem: ReplayError | None) -> bool:
    return endpoint is e.SUMMARIES_CREATE and problem is not None and lacks_summaries(problem)
