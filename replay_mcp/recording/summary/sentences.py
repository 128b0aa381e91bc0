"""Sentences about rows, each with its ref."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from replay_mcp.recording.dom.message_words import meaning_of
from replay_mcp.recording.timeline.row_text import effect, quoted, short_target, target
from replay_mcp.recording.timeline.rows import Row

from .completions import Completion
from .repeated_failure import RepeatedFailure

MAX_QUOTED_LENGTH: Final = 200
OMITTED_FLAG: Final = "repeated_submit"
"""A flag that problems do not name, since their refs show the repetition."""
_NUMBER: Final = re.compile(r"\d+")
_MAX_REFS: Final = 5
_MAX_ANSWERS: Final = 2
_SCHEMES: Final = ("https://", "http://")


@dataclass(frozen=True, slots=True)
class Tally:
    """How much the person did.

    Attributes:
        clicks: clicks and taps.
        fields: fields filled in, each counted once per page.
        choices: choices in checkboxes, lists and the like.
    """

    clicks: int
    fields: int
    choices: int

    @classmethod
    def of(cls, rows: Sequence[Row]) -> "Tally":
        """Count clicks, fields and choices of rows."""
        return cls(
            clicks=sum(row.count for row in rows if row.kind == "click"),
            fields=len({(row.tab, row.page, _field(row)) for row in rows if row.kind == "typing"}),
            choices=sum(row.kind == "change" for row in rows),
        )


def _field(typing: Row) -> str:
    """A key of a field. Numbered boxes for single characters, as of a code, share one."""
    return _NUMBER.sub("", typing.key) if typing.characters == 1 else typing.key


def sentence(row: Row) -> str:
    """A row as a sentence with its ref and flags."""
    flags = "".join(f", {flag}" for flag in row.flags)
    result = effect(row)
    return f"{_happening(row)} ({row.ref}{flags})" + (f": {result}" if result else "")


def problem(row: Row) -> str:
    """The problem of a row in a few words. Rows with equal problems are reported together."""
    if row.kind == "network":
        return f"{row.status or 'no connection for'} {target(row)}"
    if row.kind == "console":
        return f"console error: {_cut(row.message)}"
    flags = [flag for flag in row.flags if flag != OMITTED_FLAG and not flag.startswith("error_")]
    return ", ".join([f"{short_target(row)} failed" if row.meaning == "error" else short_target(row), *flags])


def consequence(alike: Sequence[Row]) -> str:
    """The effect of the first of several actions with the same problem; empty if it has none."""
    row = alike[0]
    which = ", first" if len(alike) > 1 else ""
    result = "" if row.kind in ("network", "console") else effect(row)
    return f"{which}: {_cut(result)}" if result else ""


def completion_clause(completion: Completion) -> str:
    """A clause that names what shows a completion."""
    row = completion.row
    if completion.request is not None:
        answer = f"{completion.request.status} {target(completion.request)} ({completion.request.ref})"
        return f"{short_target(row)} was clicked ({row.ref}), and its request was answered: {answer}"
    if row.kind == "navigation":
        return f"the page {page_name(row.page)} is titled {quoted(page_title(row))} ({row.ref})"
    return f"the page showed {quoted(shown_text(row))} ({row.ref})"


def failure_sentence(failure: RepeatedFailure) -> str:
    """A sentence on a repeated failure."""
    last = failure.actions[-1]
    answers: dict[str, list[Row]] = {}
    for error in failure.errors:
        answers.setdefault(problem(error), []).append(error)
    reasons = [f"{answer} ({refs(errors)})" for answer, errors in list(answers.items())[:_MAX_ANSWERS]]
    text = next((text for action in failure.actions if action.meaning == "error" and (text := shown_text(action))), "")
    reasons += [f"the page showed {quoted(text)}"] if text else []
    done = "tapped" if last.touch else "clicked"
    tries = f"{done} {failure.tries} times ({refs(failure.actions)})"
    return f"Failed: {short_target(last)} was {tries} without success: {'; '.join(reasons)}. {_ending(failure)}"


def _ending(failure: RepeatedFailure) -> str:
    """Sentences on what followed a failure."""
    if not (failure.leaving or failure.others):
        return "Nothing else was clicked, filled in or opened after that."
    left = f"the person only left: {_named(failure.leaving)}" if failure.leaving else ""
    failed = f"{_named(failure.others)} failed too" if failure.others else ""
    return f"After that, {', and apart from that, '.join(part for part in (failed, left) if part)}."


def _named(rows: Sequence[Row]) -> str:
    return ", ".join(f"{short_target(row)} ({row.ref})" for row in rows)


def tally(rows: Sequence[Row], *, visits: int | None = None) -> str:
    """Describe how much the person did."""
    count = Tally.of(rows)
    parts = [_count(visits, "page visit")] if visits is not None else []
    parts.append(_count(count.clicks, "click"))
    parts += [f"{_count(count.fields, 'field')} filled in"] if count.fields else []
    parts += [_count(count.choices, "choice")] if count.choices else []
    sentence = f"{', '.join(parts)}."
    return sentence[0].upper() + sentence[1:]


def page_title(visit: Row) -> str:
    """The title of a visited page; empty if it has none."""
    return visit.title[:MAX_QUOTED_LENGTH]


def shown_text(row: Row) -> str:
    """The text that a row reports; of several, one that reports the same success or error. Empty if there is none."""
    texts = () if row.gone else row.texts
    chosen = next(
        (text for text in texts if row.meaning and meaning_of(text) == row.meaning), texts[0] if texts else ""
    )
    return chosen[:MAX_QUOTED_LENGTH].rstrip(".")


def page_name(url: str) -> str:
    """Host and path of a URL, as a name for the page."""
    bare = url.partition("?")[0]
    for scheme in _SCHEMES:
        bare = bare.removeprefix(scheme)
    return bare


def refs(rows: Sequence[Row]) -> str:
    """The refs of rows, at most five of them by name."""
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
    "custom": "Page event:",
}


def _happening(row: Row) -> str:
    verb = "Tapped" if row.touch else _VERBS.get(row.kind, row.kind)
    times = f" {row.count} times" if row.count > 1 and row.kind != "typing" else ""
    within = f" within {row.until - row.seconds:.1f} s" if times and row.until is not None else ""
    return f"{verb} {target(row)}".strip() + times + within


def _cut(text: str) -> str:
    return text if len(text) <= MAX_QUOTED_LENGTH else f"{text[: MAX_QUOTED_LENGTH - 1]}…"


def _count(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"
