"""The outcome of a change to many ids, and its form in results."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Final, Self

from pydantic import Field

from replay_mcp.errors import OutcomeUnknown, ReplayError
from replay_mcp.views.result import Result

_MAX_REASON: Final = 150


class FailedIds(Result):
    """Ids that failed for the same reason."""

    ids: list[str]
    why: str


class ManyResult(Result):
    """The outcome for each id; `complete` is true if all are done."""

    complete: bool
    done: list[str] = Field(default=[])
    not_found: list[str] = Field(default=[], description="no recording in this environment has these ids")
    failed: list[FailedIds] = Field(default=[])
    unknown: list[str] = Field(default=[], description="sent, but the response was lost: may have been changed")
    check: str | None = Field(default=None, description="how to check the unknown ids")
    not_tried: list[str] = Field(default=[], description="not changed; call again with these ids")
    stopped_by: str | None = Field(default=None, description="why the rest was not tried, and what to do")

    @classmethod
    def of(cls, outcome: "BulkOutcome", check: str, *, not_found: Sequence[str] = ()) -> Self:
        """Build the result; `check` says how to check ids whose outcome is unknown.

        Raises:
            ReplayError: the error that stopped the operation, if no id was processed before it.
        """
        stop = outcome.stopped_by
        if stop is not None and not (outcome.done or outcome.failed or outcome.unknown):
            raise stop
        by_reason: dict[str, list[str]] = {}
        for id, why in outcome.failed.items():
            by_reason.setdefault(why[:_MAX_REASON], []).append(id)
        return cls(
            complete=not (not_found or outcome.failed or outcome.unknown or outcome.not_tried),
            done=[id for id in outcome.done if id not in not_found],
            not_found=list(not_found),
            failed=[FailedIds(ids=ids, why=why) for why, ids in by_reason.items()],
            unknown=outcome.unknown,
            check=check if outcome.unknown else None,
            not_tried=outcome.not_tried,
            stopped_by=_stop_message(stop) if stop else None,
        )


def _stop_message(stop: ReplayError) -> str:
    return stop.why if isinstance(stop, OutcomeUnknown) else f"{stop.why} {stop.next}"


@dataclass
class BulkOutcome:
    """The outcome for each id, updated during the operation."""

    not_tried: list[str]
    done: list[str] = field(default_factory=list[str])
    failed: dict[str, str] = field(default_factory=dict[str, str])
    unknown: list[str] = field(default_factory=list[str])
    stopped_by: ReplayError | None = None

    def settle(self, *, done: Collection[str] = (), failed: dict[str, str] | None = None) -> None:
        """Mark ids as done, or as failed with a reason."""
        self.done += done
        self.failed |= failed or {}
        self._remove_from_not_tried({*done, *(failed or ())})

    def mark_unknown(self, ids: Collection[str]) -> None:
        """Mark ids as sent with an unknown outcome."""
        self.unknown += ids
        self._remove_from_not_tried({*ids})

    def _remove_from_not_tried(self, ids: set[str]) -> None:
        self.not_tried = [id for id in self.not_tried if id not in ids]
