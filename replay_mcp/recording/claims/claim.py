"""What somebody says about a recording, and what it shows of that."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

from replay_mcp.recording.timeline.rows import Row

ClaimKind = Literal[
    "clicked", "rage", "dead", "saw_text", "visited", "request_failed", "error_logged", "order", "duration"
]  # fmt: skip
CLAIM_KINDS: Final[tuple[ClaimKind, ...]] = get_args(ClaimKind)
Verdict = Literal["supported", "contradicted", "not_shown"]

RULES: Final[dict[ClaimKind, str]] = {
    "clicked": "clicks on elements whose label holds `text`, or that code finds by it; `count` counts clicks",
    "rage": "the same, of clicks with the flag rage; contradicted where such elements were clicked without it; `count`"
    " counts clicks or rows",
    "dead": "the same, with the flag dead; not shown where a click was not judged",
    "saw_text": "texts that the page showed after an action, or took away, or titles of pages, that hold `text`;"
    " contradicted only of a row of kind text that tells of another one",
    "visited": "page visits whose URL or title holds `text`; `count` counts visits",
    "request_failed": "requests answered with 400 or more, or with `status`, whose URL, after its method or without,"
    " holds `text`; contradicted where all such requests were answered otherwise",
    "error_logged": "console errors that hold `text`; contradicted where it was logged at a milder level",
    "order": "the rows `refs` began one after the other, in this order; not shown where clocks do not tell",
    "duration": "how many `seconds`: of the recording without `refs`, of what one row tells, or from the beginning of"
    " one row to that of another",
}
"""What is looked for: what is published. Texts are held in whole words, in any case; where some elements or addresses
are called just so, or end so, and would be judged otherwise than all that hold the text, it is not shown. With `refs`
those rows and no others, with `seconds` those of that time; `count` must be exact. A `count` of 0 is supported where
there is none and the recording is complete. What a missing part may have told is
not shown."""

MAX_EVIDENCE: Final = 10
"""Most rows that are given for a claim."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody says about a recording.

    Attributes:
        kind: see `RULES`.
        refs: the rows that are meant; none: any.
        text: what the element, text, page, request or message holds, in any case; empty: anything.
        count: how many there are; None: at least one.
        status: of a failed request.
        seconds: when it was, or for `duration`, how long it lasted.
    """

    kind: ClaimKind
    refs: tuple[str, ...] = ()
    text: str = ""
    count: int | None = None
    status: int | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What the recording shows of a claim.

    Attributes:
        why: the numbers, in words. No recorded text is in it.
        rows: what it rests on.
    """

    verdict: Verdict
    why: str
    rows: tuple[Row, ...] = ()


MISSING: Final = " Parts of the recording are missing."
"""Added where what is missing may have told."""


def some(rows: Sequence[Row]) -> tuple[Row, ...]:
    """The first rows, as evidence."""
    return tuple(rows[:MAX_EVIDENCE])


def amount(row: Row) -> int:
    """How many clicks or lines a row stands for; of others each is one."""
    return row.count if row.kind in ("click", "console") else 1


def refs(rows: Sequence[Row]) -> str:
    """The refs of rows, the first by name."""
    more = f" and {len(rows) - MAX_EVIDENCE} more" if len(rows) > MAX_EVIDENCE else ""
    return ", ".join(row.ref for row in rows[:MAX_EVIDENCE]) + more


def times(rows: Sequence[Row]) -> str:
    """When rows began, the first of them."""
    more = f" and {len(rows) - 5} more" if len(rows) > 5 else ""
    return ", ".join(f"{row.seconds:g} s" for row in rows[:5]) + more


def plural(count: int, noun: str) -> str:
    """A number of things."""
    return f"{count} {noun}{'' if count == 1 else 's'}"
