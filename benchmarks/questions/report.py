"""The results as lines and as a page of the documentation."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from benchmarks.questions.asked import MAX_CALLS, MAX_CHARACTERS, Call, Question
from benchmarks.questions.trial import Tried, trial

_ID_LENGTH: Final = 36
_INTRODUCTION: Final = """# Questions that product teams ask

<!-- Written by `python -m benchmarks.questions --write docs/questions.md`. -->

Thirty questions, asked through the tools by a real MCP client, as a model that knows the tools would ask them: in at
most two calls, whose results have at most 8,000 characters each. Changes to a playlist take one call each. The answers
are compared with known ones.

- **demo**: 25 recorded visits to a small shop over four weeks ([demo/](../demo/README.md)). The answers follow from the
  stories of the visits, and durations from their files.
- **generated**: 10,000 sessions of a shop over four weeks with events, persons and properties, 144 of them recorded
  (`benchmarks/questions/crowd.py`, `routes.py`). The answers are counted from what was made up
  (`benchmarks/questions/truths.py`), without the code of the server.

The scripts know what a team knows of its product: names of pages, events, buttons and properties, and when the release
was. They do not show whether a model that is new to the product finds these names. A comparison reads at most 100
recordings: on the generated store, questions about problems are asked of pages that few visit, and questions about all
10,000 sessions are answered with counts.

For that, an agent (a language model) that had seen neither the code nor this page, but only the list of tools, was
asked the same questions about the demo store, on 2026-11-30.
{trial}
It judged its answers itself. Its calls are below, beside the scripted ones, as they were
recorded then (`benchmarks/questions/trial.json`).

Questions 1 to 15 are those that version 0.1 was tried with, when 10 of them could be answered, in up to 15 calls.

{summary}
Characters are those of the largest result.
"""
_CALLS: Final = """## The calls

As made on the demo store. `-28d` is all of its data, `-252h` the time since the release.
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """A question's calls, and what was wrong with their results."""

    question: Question
    calls: Sequence[Call]
    wrong: Sequence[str]

    @property
    def characters(self) -> int:
        """Characters of the largest result."""
        return max((call.characters for call in self.calls), default=0)

    @property
    def over(self) -> bool:
        """Whether it took too many calls or characters."""
        return len(self.calls) > self.question.max_calls or self.characters > MAX_CHARACTERS

    @property
    def is_right(self) -> bool:
        """Whether it is correct and within its bounds."""
        return not self.wrong and not self.over

    @property
    def verdict(self) -> str:
        """In a word or two."""
        return "wrong" if self.wrong else "right, over its bounds" if self.over else "right"


def line(answer: Answer) -> str:
    """One line of the console."""
    seconds = sum(call.seconds for call in answer.calls)
    size = f"{len(answer.calls)} calls, {answer.characters:5} characters, {seconds:5.2f} s"
    return f"{answer.question.number:2} {size}: {answer.verdict}"


def verbose(answer: Answer) -> Iterator[str]:
    """What was wrong."""
    return (f"             {wrong}" for wrong in answer.wrong)


def document(answers: Mapping[str, Sequence[Answer]]) -> str:
    """The page docs/questions.md."""
    stores = list(answers)
    rows = list(zip(*answers.values(), strict=True))
    head = ["", "question", *(f"{store}: calls, characters" for store in stores), "answer"]
    table = [_row(row[0].question.number, row[0].question.text, *map(_size, row), _verdict(row)) for row in rows]
    tried = trial()
    calls = [text for row in rows for text in _calls(row[0], tried.get(row[0].question.number))]
    return "\n".join(
        [
            _INTRODUCTION.format(summary=_summary(answers), trial=_trial(tried)),
            _row(*head),
            _row(*["---"] * len(head)),
            *table,
            "",
            _CALLS,
            *calls,
        ]
    )


def _summary(answers: Mapping[str, Sequence[Answer]]) -> str:
    counts = [
        f"{sum(answer.is_right for answer in asked)} of {len(asked)} on the {store} store"
        for store, asked in answers.items()
    ]
    return f"Right and within the bounds: {' and '.join(counts)}."


def _size(answer: Answer) -> str:
    """Its calls and the characters of the largest result."""
    return f"{len(answer.calls)}, {answer.characters:,}"


def _verdict(row: Sequence[Answer]) -> str:
    verdicts = list(dict.fromkeys(answer.verdict for answer in row))
    wrong = [wrong for answer in row for wrong in answer.wrong]
    return " / ".join(verdicts) + (f": {_escaped(wrong[0])}" if wrong else "")


def _trial(tried: Mapping[int, Tried]) -> str:
    counts = Counter(each.answered for each in tried.values())
    few = sum(len(each.calls) <= MAX_CALLS for each in tried.values())
    return (
        f"It answered {counts['yes']} of {len(tried)} questions, {counts['partly']} partly, {few} of them with at most "
        f"{MAX_CALLS} calls, wrong tries included."
    )


def _calls(answer: Answer, tried: Tried | None) -> Iterator[str]:
    """The calls of a question as a list of code, and those of the agent in the trial."""
    yield f"**{answer.question.number}. {answer.question.text}**"
    yield ""
    yield from _code((call.tool, call.arguments) for call in answer.calls)
    if tried is not None:
        asked = "" if tried.question == answer.question.text else f', asked "{tried.question}"'
        yield f"The agent{asked} (answered: {tried.answered}; {tried.characters:,} characters in all):"
        yield ""
        yield from _code(tried.calls)


def _code(calls: Iterable[tuple[str, Mapping[str, object]]]) -> Iterator[str]:
    yield "```"
    for tool, arguments in calls:
        shown = {name: _shortened(value) for name, value in arguments.items()}
        yield f"{tool} {json.dumps(shown, ensure_ascii=False)}"
    yield "```"
    yield ""


def _shortened(value: object) -> object:
    """A list of ids with its first one only."""
    if not isinstance(value, list):
        return value
    ids = [each for each in cast(list[object], value) if isinstance(each, str) and len(each) == _ID_LENGTH]
    return [ids[0], "…"] if len(ids) > 1 else cast(object, value)


def _row(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")
