"""Questions about screens of the corpus, answered from their outlines alone.

The answers come from what Chromium showed, not from outlines. See `tests/corpus/README.md`.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from benchmarks.screens.score import MOMENTS, Moment, load
from replay_mcp.recording.screen.log import ScreenLog, Screens
from replay_mcp.recording.screen.screen import screen_at
from replay_mcp.recording.timeline.reader import TimelineReader
from replay_mcp.redaction import Redaction

QUESTIONS: list[dict[str, Any]] = json.loads((MOMENTS.parent / "questions.json").read_text(encoding="utf-8"))
REDACTION = Redaction("standard")
MOST = 6_500
"""Characters of an outline in a result."""


@cache
def moments() -> dict[str, list[Moment]]:
    return load()


@cache
def screens_of(recording: Path) -> Screens:
    log = ScreenLog()
    reader = TimelineReader(REDACTION, observer=log)
    reader.feed(recording.read_bytes())
    reader.finish()
    return log.finish()


def outline(recording: str, index: int) -> list[str]:
    moment = moments()[recording][index]
    screen = screen_at(screens_of(MOMENTS / f"{recording}.jsonl.gz"), 1, moment["t"], REDACTION)
    assert screen is not None
    return screen.fit(screen.lines, MOST)


def is_in(wanted: str, lines: list[str]) -> bool:
    """Whether a line has this text; states may be in any order, with others among them."""
    text, *states = wanted.replace(" [", "\0[").split("\0")
    return any(text in line and all(state in line for state in states) for line in lines)


@pytest.mark.parametrize("question", QUESTIONS, ids=[f"{each['recording']}-{each['moment']}" for each in QUESTIONS])
def test_an_outline_answers_a_question(question: dict[str, Any]):
    lines = outline(question["recording"], question["moment"])
    missing = [text for text in question["shows"] if not is_in(text, lines)]
    extra = [text for text in question["lacks"] if is_in(text, lines)]
    assert (missing, extra) == ([], []), question["question"]
