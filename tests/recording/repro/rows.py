"""Timelines of a few rows, written by hand."""

from typing import Any

from msgspec import structs

from replay_mcp.recording.dom.types import RowElement
from replay_mcp.recording.repro.build import build_repro
from replay_mcp.recording.repro.spec import Repro
from replay_mcp.recording.repro.typescript import spec_text
from replay_mcp.recording.timeline.coverage import Coverage
from replay_mcp.recording.timeline.reader import Timeline
from replay_mcp.recording.timeline.rows import FollowingError, Kind, Response, Row

SHOP = "https://shop.example/"
PAY = RowElement("button", "Pay now", "[data-testid=pay]", "button", "control")
EMAIL = RowElement("field", "E-mail", "[id=email]", "input", "field")
FAILED = FollowingError(("e90",), "POST", f"{SHOP}api/pay", 500)


def timeline(*rows: Row, **fields: Any) -> Timeline:
    """A timeline of rows, which are numbered, one second apart, where they have no ref of their own."""
    numbered = [
        row if row.ref else structs.replace(row, ref=f"e{place}", seconds=float(place))
        for place, row in enumerate(rows, 1)
    ]
    tabs = max(row.tab for row in rows) if rows else 0
    values: dict[str, Any] = {"viewport": (1280, 800), "coverage": Coverage(events=1), **fields}
    return Timeline(start=0, end=60_000, windows=("",) * tabs, rows=tuple(numbered), totals={}, **values)


def row(kind: Kind, tab: int = 1, **fields: Any) -> Row:
    values: dict[str, Any] = {"page": SHOP, **fields}
    return Row("", 0.0, tab, kind, **values)


def page(url: str = SHOP, **fields: Any) -> Row:
    return row("navigation", page=url, **fields)


def click(element: RowElement = PAY, **fields: Any) -> Row:
    values: dict[str, Any] = {"key": _key(element), "response": Response("mutation", 90), **fields}
    return row("click", element=element, **values)


def typing(element: RowElement = EMAIL, characters: int = 7, **fields: Any) -> Row:
    return row("typing", element=element, key=_key(element), characters=characters, **fields)


def change(element: RowElement, **fields: Any) -> Row:
    return row("change", element=element, key=_key(element), **fields)


def _key(element: RowElement) -> str:
    return f"{element.role} {element.name}"


FAILING = click(flags=("error_after",), errors=(FAILED,))
"""A click after which a request failed."""


def repro(*rows: Row, moment: str | float | None = None, **fields: Any) -> Repro:
    return build_repro(timeline(*rows, **fields), moment)


def body(found: Repro) -> list[str]:
    """The lines of the test itself."""
    lines = spec_text(found, "s1").split("\n")
    start = next(place for place, line in enumerate(lines) if line.startswith("test("))
    return [line.strip() for line in lines[start + 1 : -2]]


def steps(*rows: Row, moment: str | float | None = None, **fields: Any) -> list[str]:
    """The lines of the steps before the one with the problem."""
    lines = body(repro(*rows, moment=moment, **fields))
    return lines[: lines.index("")]


def ending(*rows: Row, moment: str | float | None = None, **fields: Any) -> list[str]:
    """The lines of the step with the problem and of the assertion."""
    lines = body(repro(*rows, moment=moment, **fields))
    return lines[lines.index("") + 1 :]
