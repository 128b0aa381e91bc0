"""What visitors of the generated shop do on the pages that are recorded, and how many of them do it."""

from dataclasses import dataclass
from random import Random
from typing import Final, Literal

from benchmarks.questions.page import HOST
from benchmarks.questions.visit import Visit

Kind = Literal["cart", "checkout", "order", "payment fails", "search", "wishlist"]


@dataclass(frozen=True, slots=True)
class Route:
    """Something that several visitors do.

    Attributes:
        kind: the last thing they come to; "payment fails" is about coupon users since the release.
        sessions: how many do it.
        when: before or since the release; empty: at any time.
        presses: presses on the button that fails, is dead, or sends the form.
        ordered: whether a failed payment ends in an order, without the coupon.
        address: status of the address lookup; 0: it is not used.
        aborted: whether a first search is replaced before it is answered.
        throws: whether sorting throws.
    """

    kind: Kind
    sessions: int
    when: Literal["before", "since", ""] = ""
    presses: int = 0
    coupon: bool = False
    ordered: bool = False
    address: int = 0
    aborted: bool = False
    throws: bool = False


ROUTES: Final = (
    Route("cart", 10, "before"),
    Route("checkout", 5, "before"),
    Route("checkout", 2, "before", coupon=True),
    Route("order", 10, "before", presses=1),
    Route("order", 8, "before", presses=1, address=404),
    Route("order", 6, "before", presses=1, coupon=True),
    Route("order", 4, "before", presses=1, coupon=True, address=404),
    Route("cart", 12, "since"),
    Route("checkout", 5, "since"),
    Route("checkout", 3, "since", coupon=True),
    Route("order", 9, "since", presses=1),
    Route("order", 8, "since", presses=1, address=200),
    Route("payment fails", 7, "since", presses=2, coupon=True),
    Route("payment fails", 4, "since", presses=3, coupon=True),
    Route("payment fails", 6, "since", presses=2, coupon=True, ordered=True),
    Route("payment fails", 1, "since", presses=9, coupon=True),
    Route("search", 18, presses=1),
    Route("search", 6, presses=2, aborted=True),
    Route("wishlist", 3),
    Route("wishlist", 12, presses=3),
    Route("wishlist", 5, presses=1, throws=True),
)
RAGE_PRESSES: Final = 9
_PAUSE_MS: Final = 900
THROWN: Final = "Cannot read properties of null (reading 'price')"
SCRIPT: Final = f"{HOST}/assets/wishlist.js"
THROWN_AT: Final = (SCRIPT, 41, "sortByPrice")


def walk(visit: Visit, route: Route, rng: Random) -> None:
    """Write the visit of one visitor who takes the route."""
    if route.kind == "search":
        _search(visit, route, rng)
    elif route.kind == "wishlist":
        _wishlist(visit, route)
    else:
        _shop(visit, route, rng)
    visit.wait(rng.randrange(3_000, 6_000))
    if visit.recorded:
        visit.end()


def _shop(visit: Visit, route: Route, rng: Random) -> None:
    product, order = rng.randrange(1, 400), rng.randrange(10_000, 99_999)
    visit.open(f"/products/{product}")
    visit.request("GET", f"/api/products/{product}", 200, rng.randrange(80, 200))
    visit.wait(rng.randrange(2_000, 9_000))
    visit.capture("product added", product=str(product))
    visit.follow("Add to cart", "/cart")
    visit.wait(rng.randrange(1_000, 4_000))
    if route.coupon:
        _apply_coupon(visit)
    if route.kind == "cart":
        return
    visit.follow("Go to checkout", f"/checkout/{order}")
    visit.capture("checkout started")
    visit.fill("E-mail", 12)
    if route.address:
        visit.press("Find address", then=60)
        visit.request("GET", f"/api/addresses/{order}", route.address, 180)
        if route.address == 200:
            visit.show("status", "Address found")
        else:
            visit.show("alert", "Address not found")
        visit.wait(2_000)
    if route.kind == "order":
        _order(visit, order, rng)
    elif route.kind == "payment fails":
        _fail(visit, route, order, rng)


def _apply_coupon(visit: Visit) -> None:
    visit.fill("Coupon code", 6)
    visit.press("Apply coupon", then=40)
    visit.request("POST", "/api/coupon", 200, 140)
    visit.show("status", "Coupon applied")
    visit.capture("coupon applied", code="AUTUMN")
    visit.wait(1_200)


def _order(visit: Visit, order: int, rng: Random) -> None:
    visit.press("Pay now", then=40)
    visit.request("POST", f"/api/orders/{order}/payment", 200, rng.randrange(300, 900))
    total = rng.randrange(20, 200)
    visit.capture("order placed", total=total, order=str(order))
    visit.open(f"/thanks/{order}")


def _fail(visit: Visit, route: Route, order: int, rng: Random) -> None:
    rage = route.presses == RAGE_PRESSES
    for press in range(1, route.presses + 1):
        visit.press("Pay now", then=40)
        visit.request("POST", f"/api/orders/{order}/payment", 502, 400, wait=not rage)
        if rage:
            visit.wait(160)
        if press == 1 or not rage:
            visit.wait(300 if rage else 0)
            visit.show("alert", "Payment failed. Please try again.")
            visit.log_error("Payment failed: 502", f"pay ({HOST}/assets/checkout.js:88:7)")
        visit.capture("payment failed", status=502)
        if not rage:
            visit.wait(3_200)
    if rage:
        visit.capture("$rageclick", **{"$el_text": "Pay now"})
        visit.wait(2_500)
    if route.ordered:
        visit.press("Remove coupon", then=50)
        visit.request("DELETE", "/api/coupon", 200, 90)
        visit.show("status", "Coupon removed")
        visit.wait(1_500)
        _order(visit, order, rng)


def _search(visit: Visit, route: Route, rng: Random) -> None:
    visit.open("/search")
    visit.fill("What are you looking for?", 5)
    if route.aborted:
        visit.press("Search", then=20)
        # Until the next one replaces it: a pause, a press of 80 ms, and 20 ms.
        visit.request("GET", f"/api/search?q={rng.randrange(999)}", 0, _PAUSE_MS + 100, wait=False)
        visit.wait(_PAUSE_MS)
    visit.press("Search", then=20)
    visit.request("GET", f"/api/search?q={rng.randrange(999)}", 200, 50 * rng.randrange(8, 52))
    visit.show("status", f"{rng.randrange(2, 30)} results")
    visit.capture("searched")


def _wishlist(visit: Visit, route: Route) -> None:
    visit.open("/wishlist")
    visit.wait(2_000)
    if route.throws:
        visit.press("Sort by price", then=10)
        visit.log_error(f"Uncaught TypeError: {THROWN}", f"{THROWN_AT[2]} ({SCRIPT}:{THROWN_AT[1]}:9)")
        visit.capture("$exception", **{"$exception_list": [_thrown()], "$exception_level": "error"})
        visit.wait(3_000)
    elif route.presses:
        for _ in range(route.presses):
            visit.press("Share list", then=3_200)
        visit.capture("$dead_click", **{"$el_text": "Share list"})


def _thrown() -> dict[str, object]:
    """The exception as posthog-js sends it."""
    script, line, function = THROWN_AT
    frame = {
        "platform": "web:javascript",
        "filename": script,
        "function": function,
        "lineno": line,
        "colno": 9,
        "in_app": True,
    }
    return {
        "type": "TypeError",
        "value": THROWN,
        "mechanism": {"handled": False, "type": "onuncaughtexception"},
        "stacktrace": {"type": "raw", "frames": [frame]},
    }
