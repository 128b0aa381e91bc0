"""Groups the problems of several recordings by page, element and error, ignoring ids and numbers."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from replay_mcp.recording.timeline.reader import Timeline
from replay_mcp.recording.timeline.row_text import target
from replay_mcp.recording.timeline.rows import FLAGS, Flag, Row

Problem = Literal[Flag, "failed_request", "console_error"]
"""A flag, or an error that followed no action."""

MAX_FINGERPRINT_LENGTH: Final = 120

_VARIABLE: Final = re.compile(
    r"""
      [0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}   # UUID
    | (?<![\w-])(?P<dashes>-*+)(?=[\w-]*\d)\w[\w-]{15,}\b           # ids and tokens, one match per run of characters
    | \b[0-9a-f]{8,}\b
    | (?<![A-Za-z\d])\d+(?:\.\d+)*
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_QUOTED: Final = re.compile(r"\"[^\"]{1,200}\"|'[^']{1,200}'")
_SCHEME: Final = re.compile(r"^[a-z][a-z0-9+.-]*://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sighting:
    """One row that shows a problem."""

    session_id: str
    row: Row


@dataclass(frozen=True, slots=True)
class Group:
    """The same problem in one or more recordings.

    Attributes:
        page: host and path of the page, with ids and numbers as `:id`.
        target: the element, request or message.
        error: fingerprint of the error that followed (`error_after`) or of the shown text (`error_shown`).
        sightings: the rows that show it, the best example first.
    """

    problem: Problem
    page: str
    target: str
    error: str
    sightings: tuple[Sighting, ...]

    @property
    def session_ids(self) -> tuple[str, ...]:
        """The ids of the recordings that show it, each once."""
        return tuple(dict.fromkeys(sighting.session_id for sighting in self.sightings))


def compare(timelines: Mapping[str, Timeline]) -> list[Group]:
    """Group the problems of timelines, given by session id: the most widespread first, then the most frequent."""
    found: dict[tuple[Problem, str, str, str], list[Sighting]] = {}
    for session_id, timeline in timelines.items():
        followed = {ref for row in timeline.rows for ref in row.followed_by}
        for row in timeline.rows:
            for problem, error in _problems(row, followed):
                key = (problem, page_pattern(row.page), _target(row), error)
                found.setdefault(key, []).append(Sighting(session_id, row))
    groups = [
        Group(problem, page, target, error, tuple(sorted(sightings, key=_example_order)))
        for (problem, page, target, error), sightings in found.items()
    ]
    return sorted(groups, key=lambda group: (-len(group.session_ids), -len(group.sightings), _order(group)))


def page_pattern(url: str) -> str:
    """Host and path of a URL, with numbers, ids and tokens as `:id`."""
    address, _, fragment = url.partition("#")
    host, slash, path = _SCHEME.sub("", address.partition("?")[0]).partition("/")
    route = f"#{fragment.partition('?')[0]}" if fragment.startswith(("/", "!/")) else ""  # a route of the app
    return host + slash + _VARIABLE.sub(r"\g<dashes>:id", path + route)


def fingerprint(row: Row) -> str:
    """A text equal for equal errors: status, method and path of a request, or a message with numbers as `N`."""
    return _error(row.method, row.url, row.status, row.message)


def _error(method: str, url: str, status: int | None, message: str) -> str:
    if status is not None:
        return f"{status} {method} {page_pattern(url)}".replace("  ", " ")
    return _generalised(_QUOTED.sub('"…"', message))


def _generalised(text: str) -> str:
    return _VARIABLE.sub(r"\g<dashes>N", text)[:MAX_FINGERPRINT_LENGTH]


def _problems(row: Row, followed: set[str]) -> Iterable[tuple[Problem, str]]:
    for flag in row.flags:
        errors = sorted({_error(each.method, each.url, each.status, each.message) for each in row.errors})
        shown = _generalised(" ".join(row.texts)) if flag == "error_shown" else ""
        yield flag, _main_error(errors) if flag == "error_after" else shown
    if row.ref not in followed and row.weight == 4 and not row.flags:  # an error that followed no action
        if row.kind == "network":
            yield "failed_request", ""
        elif row.kind == "console":
            yield "console_error", ""


def _main_error(errors: Sequence[str]) -> str:
    """The most telling error: a failed request before a console message."""
    return next((error for error in errors if error[:1].isdigit()), errors[0] if errors else "")


def _target(row: Row) -> str:
    return fingerprint(row) if row.kind in ("network", "console") else _generalised(row.key or target(row))


def _example_order(sighting: Sighting) -> tuple[int, float]:
    """Sort key of examples: rows with most flags and clicks first, then the earliest."""
    return -len(sighting.row.flags) * 100 - min(sighting.row.count, 99), sighting.row.seconds


def _order(group: Group) -> tuple[int, str, str, str]:
    place = FLAGS.index(group.problem) if group.problem in FLAGS else len(FLAGS)
    return place, group.page, group.target, group.error
