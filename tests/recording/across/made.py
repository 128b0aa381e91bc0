"""Made-up rows, timelines and sessions for tests of comparisons."""

from typing import Any

from replay_mcp.recording.across.sessions import Known, Sessions, compared_sessions
from replay_mcp.recording.timeline.coverage import Coverage
from replay_mcp.recording.timeline.reader import Timeline
from replay_mcp.recording.timeline.rows import FollowingError, Kind, Response, Row, RowElement

CART = "https://shop.example/cart"
PAY = RowElement("button", "Pay", "[id=pay]", sort="control")


def row(place: float, kind: Kind = "click", **fields: Any) -> Row:
    """A row at so many seconds; a click is on Pay in the cart."""
    usual: dict[str, Any] = {"ref": f"e{place:.0f}", "seconds": float(place), "tab": 1, "kind": kind, "page": CART}
    if kind == "click":
        usual |= {"element": PAY, "key": "button [id=pay]"}
    return Row(**usual | fields)


def visited(place: int, path: str, **fields: Any) -> Row:
    return row(place, "navigation", page=f"https://shop.example{path}", **fields)


def pressed(place: int, name: str, **fields: Any) -> Row:
    """A click on a button with this name."""
    return row(place, element=RowElement("button", name, sort="control"), key=f"button {name}", **fields)


def requested(place: float, url: str, status: int = 200, method: str = "GET", **fields: Any) -> Row:
    return row(place, "network", method=method, url=url, status=status, **{"weight": 2} | fields)


def failed(place: int, url: str, status: int = 500, **fields: Any) -> Row:
    return requested(place, url, status, "POST", weight=4, **fields)


def logged(place: int, message: str, **fields: Any) -> Row:
    return row(place, "console", message=message, level="error", weight=4, **fields)


def followed(*errors: Row, place: int = 1, **fields: Any) -> Row:
    """A click followed by these errors."""
    found = tuple(FollowingError((each.ref,), each.method, each.url, each.status, each.message) for each in errors)
    flagged: dict[str, Any] = {"flags": ("error_after",), "weight": 4, "errors": found}
    return row(place, **flagged | fields)


def shown(place: int, text: str, **fields: Any) -> Row:
    """An error message that the page showed."""
    found: dict[str, Any] = {"flags": ("error_shown",), "weight": 4, "meaning": "error", "texts": (text,)}
    return row(place, "text", element=RowElement("alert"), **found | fields)


def answered(ms: int = 200) -> Response:
    return Response("mutation", ms)


def timeline(*rows: Row, seconds: float = 60, **coverage: Any) -> Timeline:
    """A timeline of a minute with these rows."""
    tabs = max((each.tab for each in rows), default=1)
    found = Coverage(events=len(rows), **coverage)
    return Timeline(0, round(seconds * 1_000), ("",) * tabs, rows, {}, found)


def sessions(*timelines: Timeline, **known: Known) -> Sessions:
    """Sessions s1, s2 … of these timelines."""
    return compared_sessions({f"s{place}": each for place, each in enumerate(timelines, 1)}, known)
