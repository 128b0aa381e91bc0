"""Timelines and summaries for tests: a page with a form, and sessions on it."""

from typing import Any

import orjson

from replay_mcp.recording.summary.outcome import Outcome, Outcomes
from replay_mcp.recording.summary.summary import summarize
from replay_mcp.recording.timeline.reader import Timeline, read_timeline
from replay_mcp.recording.timeline.rows import Row
from replay_mcp.redaction import Redaction
from tests.recording.rrweb import Raw, element, full, line, meta, move, press, retexted, typed

SHOP = "https://shop.example/checkout"
PAY_URL = "https://shop.example/api/pay"
PAY, HELP, LINK, FIELD, SEARCH_FIELD, SEARCH, NEXT, BOX = 10, 11, 12, 13, 14, 15, 16, 17
ALERT, STATUS, PLAIN = 30, 31, 32

FORM = [
    element(PAY, "button", "Pay now", id="pay"),
    element(HELP, "button", "Help", id="help"),
    element(LINK, "a", "Terms", href="/terms"),
    element(FIELD, "input", id="mail", type="text"),
    element(SEARCH_FIELD, "input", id="search", type="search"),
    element(SEARCH, "button", "Search", id="go"),
    element(NEXT, "button", "Next", id="next"),
    element(BOX, "input", id="news", type="checkbox"),
    element(ALERT, "div", "-", role="alert", id="alert"),
    element(STATUS, "p", "-", role="status", id="status"),
    element(PLAIN, "p", "-", id="plain"),
]
PAGE = [meta(0, SHOP), full(10, *FORM)]
END = move(60_000)


def filled(at: int, node: int = FIELD) -> list[Raw]:
    return [press(at, node), typed(at + 100, node, "*****")]


def alert(at: int, text: str) -> Raw:
    return retexted(at, ALERT * 100, text)


def status(at: int, text: str) -> Raw:
    return retexted(at, STATUS * 100, text)


def visit(at: int, path: str, title: str) -> list[Raw]:
    """Another page, loaded as a new document."""
    return [meta(at, f"https://shop.example{path}"), full(at + 10, *FORM, title=title)]


def recorded(*raws: Raw, other: tuple[Raw, ...] = ()) -> bytes:
    windows = [("window-1", raw) for raw in (*PAGE, *raws, END)] + [("window-2", raw) for raw in other]
    return b"\n".join(line(raw, window) for window, raw in sorted(windows, key=lambda each: each[1]["timestamp"]))


def timeline(*raws: Raw, other: tuple[Raw, ...] = ()) -> Timeline:
    return read_timeline([recorded(*raws, other=other)], Redaction())


def outcome(*raws: Raw, other: tuple[Raw, ...] = ()) -> Outcome:
    read = timeline(*raws, other=other)
    return Outcomes(read.rows, read.coverage).of(read.rows)


def success(*raws: Raw, other: tuple[Raw, ...] = ()) -> bool | None:
    return outcome(*raws, other=other).success


def summary(read: Timeline, focus: str = "") -> dict[str, Any]:
    made = summarize("session-1", read, focus)
    assert made is not None
    assert orjson.loads(orjson.dumps(made)) == made
    return made


def rows(*kinds: str, of: Timeline) -> list[Row]:
    return [row for row in of.rows if row.kind in kinds]
