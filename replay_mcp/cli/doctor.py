"""`replay-mcp doctor`: what is configured, what the key can do, which tools will work, and what to fix.

Every probe is harmless: reads ask for one row, writes name an object that does not exist. The API checks scopes before
it looks for the object (live behaviour), so "not found" means "allowed".
"""

import argparse
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

import anyio

from replay_mcp.api import endpoints as e
from replay_mcp.api import params as p
from replay_mcp.api.client import ApiClient, open_client
from replay_mcp.api.endpoints import Endpoint
from replay_mcp.errors import BadRequest, EnvironmentNotFound, NotFound, ReplayError, Unauthenticated, Unreachable
from replay_mcp.settings import Settings
from replay_mcp.tools import tool_definitions
from replay_mcp.tools._tool import LEVELS

from . import load_settings, logs
from .backend import open_backend

_NOBODY: Final = "replay-mcp-doctor-probe"
_DEADLINE_SECONDS: Final = 10.0

PROBES: Final[tuple[tuple[Endpoint[Any, Any], p.Request], ...]] = (
    (e.PLAYLISTS_LIST, p.PlaylistsList(limit=1)),
    (e.PLAYLISTS_UPDATE, p.PlaylistUpdate(short_id=_NOBODY, name="probe")),
    (e.RECORDINGS_LIST, p.RecordingsList(limit=1)),
    (e.RECORDINGS_UPDATE, p.RecordingUpdate(id=_NOBODY, viewed=True)),
    (e.SUMMARIES_CREATE, p.SummariesCreate(session_ids=[_NOBODY])),
)
"""One request per scope and feature."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report; `fix` is empty when all is well."""

    ok: bool
    what: str
    fix: str = ""

    def __str__(self) -> str:
        mark = "ok  " if self.ok else "FAIL"
        return f"{mark}  {self.what}" + (f"\n      -> {self.fix}" if self.fix else "")


def run(options: argparse.Namespace) -> int:
    """Print the report; 0 when every tool that the permission level lists will work."""
    logs.configure()
    settings = load_settings(options)
    findings = anyio.run(examine, settings)
    for finding in findings:
        print(finding)
    return 0 if all(finding.ok for finding in findings) else 1


async def examine(settings: Settings) -> list[Finding]:
    """All findings: configuration, one per probe, one per tool."""
    async with _client(settings) as client:
        problems: dict[str, ReplayError | None] = {}
        for endpoint, request in PROBES:
            problem = await _probe(client, endpoint, request)
            if isinstance(problem, Unreachable | Unauthenticated | EnvironmentNotFound):
                return [_configuration(settings), Finding(ok=False, what=problem.why, fix=problem.next)]
            problems[endpoint.name] = problem
    return [_configuration(settings), *_scopes(problems), *_tools(settings, problems)]


def _configuration(settings: Settings) -> Finding:
    where = f"local store {settings.local}" if settings.local else settings.origin
    return Finding(
        ok=True,
        what=f"{where}, environment {settings.environment}, prefix {settings.prefix}, permission level "
        f"{settings.permission}, redaction {settings.redact}",
    )


def _scopes(problems: dict[str, ReplayError | None]) -> list[Finding]:
    findings: list[Finding] = []
    for endpoint, _ in PROBES:
        problem = problems[endpoint.name]
        if problem is None:
            findings.append(Finding(ok=True, what=f"{endpoint.scope}: {endpoint.name} is allowed"))
        else:
            findings.append(Finding(ok=False, what=f"{endpoint.name}: {problem.why}", fix=problem.next))
    return findings


def _tools(settings: Settings, problems: dict[str, ReplayError | None]) -> list[Finding]:
    by_scope = {endpoint.scope: problems[endpoint.name] for endpoint, _ in reversed(PROBES)}
    findings: list[Finding] = []
    for definition in tool_definitions():
        if LEVELS.index(definition.level) > LEVELS.index(settings.permission):
            findings.append(
                Finding(ok=True, what=f"{definition.name} is not listed at permission level {settings.permission}")
            )
            continue
        blocked = {
            endpoint.scope
            for endpoint in definition.uses
            if problems.get(endpoint.name, by_scope[endpoint.scope]) is not None
        }
        verdict = f"will not work: {', '.join(sorted(blocked))}" if blocked else "works"
        findings.append(Finding(ok=not blocked, what=f"{definition.name} {verdict}"))
    return findings


async def _probe(client: ApiClient, endpoint: Endpoint[Any, Any], request: p.Request) -> ReplayError | None:
    """What stands in the way of the operation, or None."""
    try:
        await client.call(endpoint, request, deadline=_DEADLINE_SECONDS)
    except (EnvironmentNotFound, Unauthenticated) as problem:
        return problem
    except NotFound:
        return None if endpoint.path.count("{") else _no_route(endpoint)
    except BadRequest as problem:
        return problem if endpoint is e.SUMMARIES_CREATE and "not found" not in (problem.detail or "") else None
    except ReplayError as problem:
        return problem
    return None


def _no_route(endpoint: Endpoint[Any, Any]) -> ReplayError:
    return ReplayError(
        f"This PostHog build has no {endpoint.name}.", next="Newer or older builds may have it; the other tools work."
    )


@asynccontextmanager
async def _client(settings: Settings) -> AsyncGenerator[ApiClient]:
    with open_backend(settings) as backend:
        async with open_client(
            origin=settings.origin,
            api_key=backend.api_key,
            prefix=settings.prefix,
            environment=settings.environment,
            transport=backend.transport,
        ) as client:
            yield client
