"""The answers of the generated store, counted from the sessions as they were made up."""

from collections.abc import Iterable, Sequence
from statistics import median
from typing import Final

from benchmarks.questions.crowd import DAY_MS, RELEASE_MS, Person, Session
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
from benchmarks.questions.routes import RAGE_PRESSES, THROWN, THROWN_AT, Route

_FAILED: Final = "payment failed"
_PLACED: Final = "order placed"
_PAY: Final = "Pay now"
_STEPS: Final = ("/cart", "/checkout", _PLACED)
_WINDOW: Final = "-28d"
_LONG_SECONDS: Final = 22


def generated_facts(sessions: Sequence[Session]) -> Facts:
    """All answers."""
    recorded = [session for session in sessions if session.route]
    checkout = _visited(recorded, "/checkout")
    since = [session for session in checkout if session.ago < RELEASE_MS]
    before = [session for session in checkout if session.ago >= RELEASE_MS]
    failed = [session for session in checkout if _has(session, _FAILED)]
    presses = sum(_count(session, _FAILED) for session in failed)
    [raged] = [session for session in failed if _route(session).presses == RAGE_PRESSES]
    wishlist = _visited(recorded, "/wishlist")
    dead = [session for session in wishlist if "Share list" in session.visit.pressed]
    shares = sum(session.visit.pressed.count("Share list") for session in dead)
    searches = [sent for session in recorded for sent in session.visit.sent if sent.path.startswith("/api/search")]
    cart = _visited(recorded, "/cart")
    phones = [session for session in checkout if session.device.type == "Mobile"]
    person = _most_seen(sessions, [session for session in recorded if _has(session, _PLACED)])
    example = next(session for session in failed if _route(session).ordered)
    moment = next(at for at, text in example.visit.shown if text.startswith("Payment failed"))
    gold = [session for session in checkout if session.person and session.person.tier == "gold"]
    thrown = [session for session in wishlist if _has(session, "$exception")]
    payments = [
        sent.took
        for session in checkout
        for sent in session.visit.sent
        if sent.path.endswith("/payment") and sent.status == 200
    ]
    on_checkout = [
        page.left - page.at
        for session in recorded
        for page in session.visit.opened
        if page.path.startswith("/checkout")
    ]
    lost = [session for session in recorded if _route(session).address == 404]
    return Facts(
        name="generated",
        window=_WINDOW,
        since="-252h",
        placed=_PLACED,
        failure=Failure(
            url="/checkout", button=_PAY, request="/payment", status=502, text="Payment failed",
            visited=len(checkout),
            used=len(_pressed(checkout, _PAY)), used_before=len(_pressed(before, _PAY)),
            presses=presses, ids=_ids(failed),
            persons=len({session.distinct_id for session in failed}),
            ordered_after=sum(_has(session, _PLACED) for session in failed),
            left=sum(not _has(session, _PLACED) for session in failed),
        ),
        rage=Rage(raged.id, _PAY, RAGE_PRESSES),
        requests=(
            RequestCount("/checkout", "/payment", 502, presses, len(failed)),
            RequestCount("/checkout", "/api/addresses", 404, len(lost), len(lost)),
        ),
        dead=Dead("/wishlist", "Share list", len(dead), len(dead), shares),
        buyers=_ids(session for session in since if _has(session, _PLACED)),
        buyers_known=frozenset(session.person.email for session in since if session.person and _has(session, _PLACED)),
        phones=_side(phones),
        others=_side(session for session in checkout if session not in phones),
        coupon={"key": "code", "value": "AUTUMN"},
        with_coupon=_side(session for session in since if _has(session, "coupon applied")),
        without_coupon=_side(session for session in since if not _has(session, "coupon applied")),
        person=person.email,
        person_ids=_ids(session for session in sessions if session.person == person),
        person_orders=_ids(session for session in sessions if session.person == person and _has(session, _PLACED)),
        thrown=Thrown(THROWN, "Sort by price", THROWN_AT[0].rpartition("/")[2], THROWN_AT[1], _ids(thrown)),
        search=Search(
            "/search", "/api/search", answered=sum(sent.status == 200 for sent in searches),
            median_ms=median(sent.took for sent in searches if sent.status == 200),
            aborted=sum(sent.status == 0 for sent in searches),
        ),
        reproduce=(
            example.id,
            ("/products/", "Add to cart", "/cart", "Coupon code", "Apply coupon", "Go to checkout", "E-mail", _PAY),
        ),
        gone="/api/addresses",
        gone_sessions=len(lost),
        screen=Moment(example.id, moment / 1000 + 1, ("Payment failed. Please try again.", "Checkout", _PAY)),
        steps=_STEPS,
        funnel=_funnel(cart),
        funnel_since=_funnel([session for session in cart if session.ago < RELEASE_MS]).reached,
        funnel_before=_funnel([session for session in cart if session.ago >= RELEASE_MS]).reached,
        newsletter_funnel=_funnel([session for session in cart if session.source == "newsletter"]).reached,
        weeks=(_signed_up(sessions, 7, 0), _signed_up(sessions, 14, 7)),
        country=Total(
            {"where": [{"key": "country", "value": "Japan"}], "date_from": "-7d"},
            sum(session.country[1] == "Japan" for session in sessions if session.ago < 7 * DAY_MS),
        ),
        browser=Total(
            {"where": [{"key": "browser", "value": "Firefox"}], "date_from": "-3d"},
            sum(session.device.browser == "Firefox" for session in sessions if session.ago < 3 * DAY_MS),
        ),
        long_with_errors=Total(
            {
                "where": [
                    {"on": "recording", "key": "duration", "op": "gte", "value": _LONG_SECONDS},
                    {"on": "recording", "key": "console_error_count", "op": "gte", "value": 1},
                ],
                "date_from": _WINDOW,
            },
            sum(bool(session.visit.errors) and session.visit.now // 1000 >= _LONG_SECONDS for session in sessions),
        ),
        page="/checkout/",
        page_seconds=median(on_checkout) / 1000,
        payment_ms=median(payments),
        gold=len(gold),
        gold_failed=sum(_has(session, _FAILED) for session in gold),
        oldest_days=max(session.ago for session in sessions) / DAY_MS,
        removed=("Remove coupon", _ids(_pressed(cart, "Remove coupon"))),
    )  # fmt: skip


def _route(session: Session) -> Route:
    assert session.route is not None
    return session.route


def _visited(sessions: Iterable[Session], path: str) -> list[Session]:
    return [session for session in sessions if any(each.startswith(path) for each in session.visit.paths)]


def _pressed(sessions: Iterable[Session], button: str) -> list[Session]:
    return [session for session in sessions if button in session.visit.pressed]


def _count(session: Session, event: str) -> int:
    return sum(captured.event == event for captured in session.visit.events)


def _has(session: Session, event: str) -> bool:
    return _count(session, event) > 0


def _ids(sessions: Iterable[Session]) -> Ids:
    return frozenset(session.id for session in sessions)


def _side(sessions: Iterable[Session]) -> Side:
    side = list(sessions)
    return Side(len(side), len(_pressed(side, _PAY)), sum(_has(session, _FAILED) for session in side))


def _funnel(cart: Sequence[Session]) -> Funnel:
    """All of `cart` reached the first step."""
    checkout = _visited(cart, "/checkout")
    ordered = [session for session in checkout if _has(session, _PLACED)]
    lost = (frozenset[str](), _ids(cart) - _ids(checkout), _ids(checkout) - _ids(ordered))
    return Funnel((len(cart), len(checkout), len(ordered)), lost, len({session.distinct_id for session in cart}))


def _most_seen(sessions: Iterable[Session], among: Iterable[Session]) -> Person:
    """The person with the most sessions of those in `among`, by distinct id if several have as many."""
    seen = [session.person for session in sessions if session.person]
    return max(sorted({session.person for session in among if session.person}), key=seen.count)


def _signed_up(sessions: Iterable[Session], oldest: int, newest: int) -> Total:
    """Sign-ups for the newsletter, between two days before now."""
    within = [session for session in sessions if newest * DAY_MS <= session.ago < oldest * DAY_MS]
    end = {"date_to": f"-{newest}d"} if newest else {}
    arguments = {"event": "newsletter signed up", "date_from": f"-{oldest}d"} | end
    return Total(arguments, sum(_has(session, "newsletter signed up") for session in within))
