"""Claims about recordings, the findings on them, and the published rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

from replay_mcp.recording.timeline.rows import Row

ClaimKind = Literal[
    "clicked", "rage", "dead", "saw_text", "visible", "visited", "request_failed", "error_logged", "order", "duration"
]  # fmt: skip
CLAIM_KINDS: Final[tuple[ClaimKind, ...]] = get_args(ClaimKind)
Verdict = Literal["supported", "contradicted", "not_shown"]

RULES: Final[dict[ClaimKind, str]] = {
    "clicked": "clicks on elements whose label contains `text`, or whose selector matches it; `count` counts clicks",
    "rage": "such clicks with the flag rage; contradicted if such elements were clicked without it; `count` counts"
    " clicks or rows",
    "dead": "such clicks with the flag dead; not shown if a click was not judged",
    "saw_text": "texts that the page showed after an action or removed, and page titles, that contain `text`;"
    " contradicted only by a row of kind text, named in `refs`, with another text; if no row decides it, screens at"
    " the times of actions and page visits are searched",
    "visible": "the screen shows `text`, in its text or in a line of its outline, at the row `refs` or within a second"
    " of `seconds`; contradicted if the whole screen was recorded without it, no text is masked or cut, and all fields"
    " are empty",
    "visited": "page visits whose URL or title contains `text`; `count` counts visits",
    "request_failed": "requests answered with 400 or more, or with `status`, whose URL contains `text`, with the method"
    " before it or without; contradicted if all such requests were answered otherwise",
    "error_logged": "console errors that contain `text`; contradicted if they were logged at a lower level only",
    "order": "the rows `refs` began in this order; not shown if their clocks are not exact enough",
    "duration": "`seconds` is the duration of the recording (without `refs`), of one row, or from the beginning of one"
    " row to the beginning of another",
}
"""The published rule of each kind: which rows are searched for, and how they are counted."""

MAX_EVIDENCE: Final = 10
"""Maximum rows of evidence for a claim."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim about a recording.

    Attributes:
        kind: see `RULES`.
        refs: refs of the rows that it is about; empty for any.
        text: words of the element, text, page, request or message, in any case; empty for any.
        count: how many there are; None for at least one.
        status: the status of a failed request; None for any from 400 on.
        seconds: when it happened or, for `duration`, how long it lasted.
    """

    kind: ClaimKind
    refs: tuple[str, ...] = ()
    text: str = ""
    count: int | None = None
    status: int | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """The verdict on a claim.

    Attributes:
        why: the reason, with refs and numbers but without recorded text.
        rows: the evidence.
    """

    verdict: Verdict
    why: str
    rows: tuple[Row, ...] = ()


MISSING: Final = " Parts of the recording are missing."
"""Added to a reason if a missing part could decide the claim."""


def first_rows(rows: Sequence[Row]) -> tuple[Row, ...]:
    """The first rows, as evidence."""
    return tuple(rows[:MAX_EVIDENCE])


def count_of(row: Row) -> int:
    """How many clicks or console lines a row stands for; 1 for other kinds."""
    return row.count if row.kind in ("click", "console") else 1


def refs(rows: Sequence[Row]) -> str:
    """The refs of rows, at most `MAX_EVIDENCE` of them by name."""
    more = f" and {len(rows) - MAX_EVIDENCE} more" if len(rows) > MAX_EVIDENCE else ""
    return ", ".join(row.ref for row in rows[:MAX_EVIDENCE]) + more


def times(rows: Sequence[Row]) -> str:
    """The times of rows, at most five of them."""
    more = f" and {len(rows) - 5} more" if len(rows) > 5 else ""
    return ", ".join(f"{row.seconds:g} s" for row in rows[:5]) + more


def plural(count: int, noun: str) -> str:
    """A number with its noun."""
    return f"{count} {noun}{'' if count == 1 else 's'}"
