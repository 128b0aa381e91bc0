"""Screens of recordings that tests build, read as the tool reads them."""

from collections.abc import Sequence
from typing import Any

from replay_mcp.recording.screen.log import ScreenLog, Screens
from replay_mcp.recording.screen.screen import Screen, screen_at
from replay_mcp.recording.timeline.reader import TimelineReader
from replay_mcp.redaction import Redaction, RedactionLevel
from tests.recording.rrweb import START, Raw, element, full, lines, meta

PAGE = "https://shop.example/cart"
END = 10_000_000


def screens_of(*raws: Raw, log: ScreenLog | None = None, level: RedactionLevel = "standard") -> Screens:
    """The screens of a recording of one tab."""
    log = log or ScreenLog()
    reader = TimelineReader(Redaction(level), observer=log)
    reader.feed(b"\n".join(lines(*raws)) + b"\n")
    reader.finish()
    return log.finish()


def screen_of(*raws: Raw, at: int = END, level: RedactionLevel = "standard") -> Screen:
    """The screen after all events up to `at`, in milliseconds from the start."""
    screen = screen_at(screens_of(*raws, level=level), 1, START + at, Redaction(level))
    assert screen is not None
    return screen


def outline(*raws: Raw, at: int = END, level: RedactionLevel = "standard") -> str:
    """The whole outline after all events up to `at`."""
    return shown(screen_of(*raws, at=at, level=level))


def shown(screen: Screen) -> str:
    return "\n".join(line.shown for line in screen.lines)


def of_body(*body: Raw | str) -> str:
    """The outline of a page with this body."""
    return outline(meta(0, PAGE), full(1, *body))


def after(body: Sequence[Raw | str], *raws: Raw) -> str:
    """The outline of a page with this body after these events."""
    return outline(meta(0, PAGE), full(1, *body), *raws)


def in_body(**attributes: Any) -> str:
    """The outline of an element with this tag and these attributes that has the text "word"."""
    return of_body(element(10, attributes.pop("tag", "div"), "word", **attributes))
