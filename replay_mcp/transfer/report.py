"""The report of an import: how many recordings were imported, what failed and why, what to do next."""

import shlex
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

from replay_mcp.local.store.clock import from_ms
from replay_mcp.redaction import visible

from .import_recording import Change, ImportedRecording

Advance = Callable[[int, str], None]
"""Called with how much more is done, and the name of what is in progress."""

MAX_LISTED: Final = 20
"""Most names under one heading."""
_MAX_NAME: Final = 300

_WORDS: Final[dict[Change, str]] = {
    "new": "new",
    "more": "grew by what was new",
    "unchanged": "there already",
    "deleted": "deleted here before, and left so",
}


@dataclass
class Report:
    """Counts outcomes during an import.

    Attributes:
        unit: what is imported one by one.
        failed: names of what was not imported, and why.
        partly: names of what was imported in part, and what could not be read.
        noted: names of what was imported, and notes on it.
        stopped_by: why the rest was not tried.
        note: a closing remark.
        last_id: id of the last recording imported.
        times: when the earliest and the latest recording started, epoch milliseconds.
    """

    unit: Literal["file", "recording"]
    changes: Counter[Change] = field(default_factory=Counter[Change])
    failed: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    partly: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    noted: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    stopped_by: str = ""
    note: str = ""
    last_id: str = ""
    times: list[int] = field(default_factory=list[int])

    def add(self, name: str, outcome: ImportedRecording) -> None:
        """Count one that was imported."""
        self.changes[outcome.change] += 1
        if outcome.flaws:
            self.partly.append((name, "; ".join(outcome.flaws)))
        if outcome.notes:
            self.noted.append((name, "; ".join(outcome.notes)))
        if outcome.change != "deleted":
            self.last_id = outcome.session_id
            if outcome.started is not None:
                self.times = [min([*self.times[:1], outcome.started]), max([*self.times[1:], outcome.started])]

    def fail(self, name: str, why: str) -> None:
        """Count one that was not imported."""
        self.failed.append((name, why))

    @property
    def code(self) -> int:
        """The exit code: 0 if everything was imported."""
        return int(bool(self.failed or self.partly or self.stopped_by))

    def text(self, store: Path, environment: int, *, interrupted: bool = False) -> str:
        """Return the report as lines of text."""
        lines = [self._counts() + (" Interrupted: what is in stays in." if interrupted else "")]
        lines += _listed(f"Not imported ({len(self.failed)}):", self.failed)
        lines += _listed(f"Imported, but not whole ({len(self.partly)}):", self.partly)
        lines += _listed(f"Notes ({len(self.noted)}):", self.noted)
        lines += [words for words in (self.note, self.stopped_by) if words]
        if interrupted or self.stopped_by:
            lines += ["The same command again goes on from here."]
        if self.last_id:
            lines += ["", *self._next(store, environment)]
        return "\n".join(lines)

    def _counts(self) -> str:
        counts = [f"{self.changes[change]:,} {words}" for change, words in _WORDS.items() if self.changes[change]]
        counts += [f"{len(self.failed):,} not imported"] if self.failed else []
        total = self.changes.total() + len(self.failed)
        return f"{total:,} {self.unit}{'' if total == 1 else 's'}: {', '.join(counts) or 'nothing was imported'}."

    def _next(self, store: Path, environment: int) -> Iterable[str]:
        flags = f"--local {shlex.quote(str(store))}" + (f" --environment {environment}" if environment != 1 else "")
        when = ""
        if self.times:
            first, last = map(from_ms, self.times)
            when = f" recorded {_day(first)}" + (f" to {_day(last)}" if _day(first) != _day(last) else "")
            when = f", {when.strip()}"
        yield visible(f"They are in {store}, environment {environment}{when}.", 1_000)
        yield f"Let an agent look: connect it to `{visible(f'replay-mcp {flags}', 1_000)}` and ask, for example:"
        yield f'  "What happened in recording {visible(self.last_id)}?"'
        if self.times:
            yield f'  "Which recordings since {_day(from_ms(self.times[0]))} have console errors, and why?"'


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}"


def _listed(heading: str, rows: list[tuple[str, str]]) -> Iterable[str]:
    if rows:
        yield heading
        yield from (f"  {visible(name, _MAX_NAME)}: {visible(why, _MAX_NAME)}" for name, why in rows[:MAX_LISTED])
        if len(rows) > MAX_LISTED:
            yield f"  and {len(rows) - MAX_LISTED:,} more"
