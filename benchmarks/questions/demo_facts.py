"""The answers of the demo store, from the stories of its visits; durations from their files, read as plain JSON."""

import gzip
import json
from collections.abc import Iterator
from datetime import datetime
from importlib.resources import files
from statistics import median
from typing import Any, Final

from benchmarks.questions.facts import (
    Dead,
    Facts,
    Failure,
    Funnel,
    Ids,
    Moment,
    Rage,
    RequestCount,
    Search,
    Side,
    Thrown,
    Total,
)

_DATA: Final = files("replay_mcp.local.demo") / "data"
_WINDOW: Final = "-28d"
_SINCE: Final = "-252h"


def demo_facts() -> Facts:
    """All answers. Numbers are those of the visits' files."""
    sessions: list[dict[str, Any]] = json.loads((_DATA / "sessions.json").read_text())
    by_number = {int(session["file"][:2]): session for session in sessions}

    def ids(*numbers: int) -> Ids:
        return frozenset(by_number[number]["session_id"] for number in numbers)

    def id(number: int) -> str:
        return by_number[number]["session_id"]

    searches = list(_requests([by_number[5], by_number[21]], "/api/search"))
    return Facts(
        name="demo",
        window=_WINDOW,
        since=_SINCE,
        placed="order placed",
        failure=Failure(
            url="checkout", button="Pay now", request="/api/pay", status=500, text="Payment failed", visited=14,
            used=13, used_before=4, presses=18, ids=ids(1, 2, 8, 16, 17), persons=5, ordered_after=2, left=3,
        ),
        rage=Rage(id(1), "Pay now", 5),
        requests=(
            RequestCount(None, "/api/pay", 500, 18, 5),
            RequestCount(None, "/api/sign-up", 422, 2, 1),
            RequestCount(None, "/api/coupon", 422, 1, 1),
            RequestCount(None, "/delivery.html", 404, 1, 1),
        ),
        dead=Dead("product", "Save for later", sessions=1, used=1, presses=7),
        buyers=ids(2, 3, 11, 13, 15, 16),
        buyers_known=frozenset(
            by_number[number]["person"]["properties"]["email"] for number in (2, 3, 13, 16)
        ),
        phones=Side(5, 5, 2),
        others=Side(9, 8, 3),
        coupon={"key": "code", "value": "WELCOME10"},
        with_coupon=Side(4, 4, 1),
        without_coupon=Side(5, 5, 4),
        person="jonas.weber@example.org",
        person_ids=ids(2, 25),
        person_orders=ids(2, 25),
        thrown=Thrown("Cannot read properties of undefined", "Show reviews", *_frame(by_number[12]), ids(12)),
        search=Search(
            "search", "/api/search", answered=3, aborted=2,
            median_ms=median(took for status, took in searches if status == 200),
        ),
        reproduce=(
            id(17),
            (
                "/product.html", "Add to cart", "Copper kettle", "/cart.html", "Coupon code", "Apply", "Go to checkout",
                "Pay now",
            ),
        ),
        gone="/api/sign-up",
        gone_sessions=1,
        screen=Moment(
            id(16), 31.0, ("Payment failed. You have not been charged, please try again.", "$143.00", "Pay now")
        ),
        steps=("/cart", "/checkout", "order placed"),
        funnel=Funnel((15, 14, 10), (frozenset(), ids(22), ids(1, 8, 17, 19)), persons=13),
        funnel_since=(9, 9, 6),
        funnel_before=(6, 5, 4),
        newsletter_funnel=(3, 3, 2),
        weeks=(
            Total({"event": "payment failed", "date_from": "-7d"}, 3),
            Total({"event": "payment failed", "date_from": "-14d", "date_to": "-7d"}, 2),
        ),
        country=Total({"where": [{"key": "country", "value": "France"}], "date_from": _WINDOW}, 3),
        browser=Total({"where": [{"key": "browser", "value": "Firefox"}], "date_from": _WINDOW}, 1),
        long_with_errors=Total(
            {
                "where": [
                    {"on": "recording", "key": "duration", "op": "gte", "value": 25},
                    {"on": "recording", "key": "console_error_count", "op": "gte", "value": 1},
                ],
                "date_from": _WINDOW,
            },
            5,
        ),
        page="/checkout.html",
        page_seconds=median(_seconds_on(sessions, "/checkout.html")),
        payment_ms=median(took for status, took in _requests(sessions, "/api/pay") if status == 200),
        gold=3,
        gold_failed=1,
        oldest_days=26,
        removed=("Remove Oak bread board", ids(16)),
    )  # fmt: skip


def _lines(session: dict[str, Any]) -> Iterator[dict[str, Any]]:
    with (_DATA / session["file"]).open("rb") as packed, gzip.open(packed, "rt") as lines:
        for line in lines:
            yield json.loads(line)[1]


def _requests(sessions: list[dict[str, Any]], path: str) -> Iterator[tuple[int, float]]:
    """Status and duration of each request of the page's code to a path."""
    for session in sessions:
        for event in _lines(session):
            if event["type"] != 6 or event["data"]["plugin"] != "rrweb/network@1":
                continue
            for request in event["data"]["payload"]["requests"]:
                if f"{path}?" in f"{request['name']}?":
                    yield request.get("status") or request.get("responseStatus") or 0, request["duration"]


def _seconds_on(sessions: list[dict[str, Any]], path: str) -> Iterator[float]:
    """How long each visit of a page took, from its $pageview to its $pageleave."""
    for session in sessions:
        came: float | None = None
        for event in sorted(session["events"], key=lambda event: event["timestamp"]):
            if event["properties"].get("$pathname") != path:
                continue
            at = datetime.fromisoformat(event["timestamp"]).timestamp()
            if event["event"] == "$pageview":
                came = at
            elif event["event"] == "$pageleave" and came is not None:
                yield at - came
                came = None


def _frame(session: dict[str, Any]) -> tuple[str, int]:
    """Script and line of the session's first exception."""
    thrown = next(event for event in session["events"] if event["event"] == "$exception")
    frame = thrown["properties"]["$exception_list"][0]["stacktrace"]["frames"][-1]
    return frame["filename"].rpartition("/")[2], frame["lineno"]
