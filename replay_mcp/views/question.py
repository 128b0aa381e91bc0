"""The question that a person answers before recordings are deleted, without recorded text, which might mislead."""

from collections.abc import Generator, Sequence
from typing import Final

from replay_mcp.api.models import Recording
from replay_mcp.redaction import visible

MAX_NAMED: Final = 10
"""Recordings that the first form of the question names, with their times."""
MAX_ID_CHARACTERS: Final = 4_000
"""Maximum length of the ids in one further form: 100 ids of 38 characters, or one id of the maximum length."""


def deletion_question(recordings: Sequence[Recording]) -> list[str]:
    """Return the forms of the question: a short one and, for more than `MAX_NAMED` recordings, others with all ids."""
    many = "1 recording" if len(recordings) == 1 else f"{len(recordings)} recordings"
    ask = f"Permanently delete {many}"
    named = ", ".join(_named(recording) for recording in recordings[:MAX_NAMED])
    more = len(recordings) - MAX_NAMED
    if more <= 0:
        return [f"{ask} ({named})? This cannot be undone."]
    short = f"{ask} ({named} and {more} more)? This cannot be undone."
    return [short, *(f"{ask}? This cannot be undone. {part}" for part in _all_ids(recordings))]


def _named(recording: Recording) -> str:
    start = f" of {recording.start_time:%Y-%m-%d %H:%M} UTC" if recording.start_time else ""
    return f"{visible(recording.id)}{start}"


def _all_ids(recordings: Sequence[Recording]) -> Generator[str]:
    """Yield all ids, in as few parts as the limit allows."""
    shown: list[str] = []
    start = characters = 0
    for index, recording in enumerate(recordings):
        id = visible(recording.id, MAX_ID_CHARACTERS)
        if shown and characters + len(id) > MAX_ID_CHARACTERS:
            yield _part(start, shown, len(recordings))
            shown, start, characters = [], index, 0
        shown.append(id)
        characters += len(id) + len(", ")
    yield _part(start, shown, len(recordings))


def _part(start: int, ids: Sequence[str], total: int) -> str:
    which = "All ids" if len(ids) == total else f"Ids {start + 1} to {start + len(ids)}"
    return f"{which}: {', '.join(ids)}"
