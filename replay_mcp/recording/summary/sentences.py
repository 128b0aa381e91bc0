"""Sentences about rows: facts, each with its ref."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from replay_mcp.recording.dom.message_words import meaning_of
from replay_mcp.recording.timeline.row_text import effect, quoted, short_target, target
from replay_mcp.recording.timeline.rows import Row

from .outcome import Done, Unsuccessful

MAX_QUOTED_LENGTH: Final = 200
REPETITION: Final = "repeated_submit"
"""A flag that problems do not name: their refs show that there were several."""
_NUMBER: Final = re.compile(r"\d+")
_MAX_REFS: Final = 5
_MAX_ANSWERS: Final = 2
_SCHEMES: Final = ("https://", "http://")


@dataclass(frozen=True, slots=True)
class Tally:
    """How much was done.

    Attributes:
        fields: fields that were filled in, each page's once.
        choices: checkboxes, lists and the like.
    """

    clicks: int
    fields: int
    choices: int

    @classmethod
    def of(cls, rows: Sequence[Row]) -> "Tally":
        """What these rows add up to."""
        return cls(
            clicks=sum(row.count for row in rows if row.kind == "click"),
            fields=len({(row.tab, row.page, _field(row)) for row in rows if row.kind == "typing"}),
            choices=sum(row.kind == "change" for row in rows),
        )


def _field(typing: Row) -> str:
    """What is the same for one field; the boxes of a code, each for one character, are one."""
    return _NUMBER.sub("", typing.key) if typing.characters == 1 else typing.key


def sentence(row: Row) -> str:
    """A row as a sentence, with its ref and flags."""
    flags = "".join(f", {flag}" for flag in row.flags)
    came = effect(row)
    return f"{_deed(row)} ({row.ref}{flags})" + (f": {came}" if came else "")


def problem(row: Row) -> str:
    """The problem of a row in a few words; rows with equal ones are reported together."""
    if row.kind == "network":
        return f"{row.status} {target(row)}"
    if row.kind == "console":
        return f"console error: {_cut(row.message)}"
    flags = [flag for flag in row.flags if flag != REPETITION and not flag.startswith("error_")]
    return ", ".join([f"{short_target(row)} failed" if row.says == "error" else short_target(row), *flags])


def aftermath(alike: Sequence[Row]) -> str:
    """What followed the first of some actions with the same problem, as its row has it."""
    row = alike[0]
    which = ", first" if len(alike) > 1 else ""
    came = "" if row.kind in ("network", "console") else effect(row)
    return f"{which}: {_cut(came)}" if came else ""


def done(deed: Done) -> str:
    """What shows that something is done."""
    row = deed.row
    if deed.request is not None:
        answer = f"{deed.request.status} {target(deed.request)} ({deed.request.ref})"
        return f"after {short_target(row)} was clicked ({row.ref}) its request was answered: {answer}"
    if row.kind == "navigation":
        return f"the page {page_name(row.page)} is titled {quoted(named(row))} ({row.ref})"
    return f"the page showed {quoted(shown(row))} ({row.ref})"


def unsuccessful(failure: Unsuccessful) -> str:
    """What was tried without success."""
    last = failure.actions[-1]
    answers: dict[str, list[Row]] = {}
    for error in failure.errors:
        answers.setdefault(problem(error), []).append(error)
    reasons = [f"{answer} ({refs(errors)})" for answer, errors in list(answers.items())[:_MAX_ANSWERS]]
    text = next((text for action in failure.actions if action.says == "error" and (text := shown(action))), "")
    reasons += [f"the page showed {quoted(text)}"] if text else []
    done = "tapped" if last.touch else "clicked"
    tries = f"{done} {failure.tries} times ({refs(failure.actions)})"
    return (
        f"Failed: {short_target(last)} was {tries} without success: {'; '.join(reasons)}."
        " After that nothing else was clicked, filled in or opened."
    )


def tally(rows: Sequence[Row], *, visits: int | None = None) -> str:
    """How much was done."""
    count = Tally.of(rows)
    parts = [_count(visits, "page visit")] if visits is not None else []
    parts.append(_count(count.clicks, "click"))
    parts += [f"{_count(count.fields, 'field')} filled in"] if count.fields else []
    parts += [_count(count.choices, "choice")] if count.choices else []
    sentence = f"{', '.join(parts)}."
    return sentence[0].upper() + sentence[1:]


def named(visit: Row) -> str:
    """The title of a visited page; empty if it has none."""
    return visit.title[:MAX_QUOTED_LENGTH]


def shown(row: Row) -> str:
    """The text that a page showed; of several, one with the meaning of the row. Empty if the row reports none."""
    texts = () if row.gone else row.texts
    chosen = next((text for text in texts if row.says and meaning_of(text) == row.says), texts[0] if texts else "")
    return chosen[:MAX_QUOTED_LENGTH].rstrip(".")


def page_name(url: str) -> str:
    """Host and path of a shown URL: what people call the page."""
    bare = url.partition("?")[0]
    for scheme in _SCHEMES:
        bare = bare.removeprefix(scheme)
    return bare


def refs(rows: Sequence[Row]) -> str:
    """The rows' refs, the first of them."""
    first = ", ".join(row.ref for row in rows[:_MAX_REFS])
    return f"{first} and {len(rows) - _MAX_REFS} more" if len(rows) > _MAX_REFS else first


_VERBS: Final = {
    "click": "Clicked",
    "typing": "Filled in",
    "change": "Changed",
    "navigation": "Opened",
    "network": "Request failed:",
    "console": "Console error:",
    "text": "Page:",
    "idle": "No activity",
    "custom": "Event of the page:",
}


def _deed(row: Row) -> str:
    verb = "Tapped" if row.touch else _VERBS.get(row.kind, row.kind)
    times = f" {row.count} times" if row.count > 1 and row.kind != "typing" else ""
    within = f" within {row.until - row.seconds:.1f} s" if times and row.until is not None else ""
    return f"{verb} {target(row)}".strip() + times + within


def _cut(text: str) -> str:
    return text if len(text) <= MAX_QUOTED_LENGTH else f"{text[: MAX_QUOTED_LENGTH - 1]}…"


def _count(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"
