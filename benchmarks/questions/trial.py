"""The questions as an agent answered them that saw only the tools, not the code; `trial.json` has its calls."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

_RECORD: Final = Path(__file__).with_name("trial.json")


@dataclass(frozen=True, slots=True)
class Tried:
    """A question in the trial.

    Attributes:
        question: as the agent was asked.
        calls: tools and arguments, wrong tries included.
        characters: of all results together.
        answered: yes, partly or no.
    """

    question: str
    calls: tuple[tuple[str, Mapping[str, Any]], ...]
    characters: int
    answered: str


def trial() -> dict[int, Tried]:
    """The trial by number of the question."""
    return {
        tried["number"]: Tried(
            tried["question"],
            tuple((call["tool"], call["arguments"]) for call in tried["calls"]),
            tried["characters"],
            tried["answered"],
        )
        for tried in json.loads(_RECORD.read_text())
    }
