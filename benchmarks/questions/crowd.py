"""10,000 sessions of a shop over 28 days, made up from a seed. A release ten and a half days ago changed it.

Since the release, payments of coupon users fail with 502. Until then, looking up an address failed with 404 for some.
All sessions have metadata, events and properties. Those that reach the cart, the search or the wishlist are recorded:
`ROUTES` says how many do what.
"""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final, NamedTuple, TypeVar

from benchmarks.questions.routes import ROUTES, Route, walk
from benchmarks.questions.visit import Visit

T = TypeVar("T")

SESSIONS: Final = 10_000
PERSONS: Final = 1_200
REGULARS: Final = 60
"""The first persons, who also come to the recorded pages, several times each."""
HOUR_MS: Final = 3_600_000
DAY_MS: Final = 24 * HOUR_MS
RELEASE_MS: Final = 252 * HOUR_MS
"""Milliseconds between the release and now."""
OLDEST_MS: Final = 27 * DAY_MS
_BOUNDARIES: Final = (DAY_MS, 3 * DAY_MS, 7 * DAY_MS, RELEASE_MS, 14 * DAY_MS, 21 * DAY_MS)
_APART_MS: Final = HOUR_MS
"""No session begins this close to the boundary of a window that a question asks about."""


class Device(NamedTuple):
    """What a visitor looks at the shop with, in PostHog's words."""

    type: str
    os: str
    browser: str


class Person(NamedTuple):
    """An identified visitor."""

    distinct_id: str
    name: str
    email: str
    tier: str


@dataclass(frozen=True, slots=True)
class Session:
    """A session as it was made up.

    Attributes:
        ago: milliseconds between its start and now.
        country: code and name.
        source: `utm_source` of its first page, or an empty string.
        route: what the visitor does; None for the many who only look around.
    """

    id: str
    ago: int
    person: Person | None
    distinct_id: str
    device: Device
    country: tuple[str, str]
    source: str
    route: Route | None
    visit: Visit


DEVICES: Final = (
    (Device("Desktop", "Windows", "Chrome"), 30),
    (Device("Desktop", "Windows", "Firefox"), 8),
    (Device("Desktop", "Mac OS X", "Safari"), 17),
    (Device("Mobile", "iOS", "Mobile Safari"), 24),
    (Device("Mobile", "Android", "Chrome"), 17),
    (Device("Tablet", "iOS", "Mobile Safari"), 4),
)
DESKTOPS: Final = 3
"""The first devices, which have a mouse."""
COUNTRIES: Final = (
    (("US", "United States"), 40), (("DE", "Germany"), 20), (("GB", "United Kingdom"), 18), (("FR", "France"), 12),
    (("JP", "Japan"), 6), (("BR", "Brazil"), 4),
)  # fmt: skip
SOURCES: Final = (("", 40), ("search", 25), ("newsletter", 20), ("instagram", 15))
_FIRST: Final = ("Ada", "Ben", "Carla", "Dmitri", "Esther", "Farid", "Grete", "Hugo", "Ines", "Jonah", "Kaito", "Lucia")
_LAST: Final = ("Abbot", "Brandt", "Costa", "Duval", "Eriksen", "Ferrari", "Gomez", "Haas", "Ito", "Jansen")
_GOLD_EVERY: Final = 5
_SIGN_UPS: Final = ((21, 0.02), (14, 0.02), (7, 0.04), (0, 0.06))
"""Share of the sessions that sign up for the newsletter, by the week's end in days before now."""


def make_persons() -> list[Person]:
    """All persons; every fifth is a gold customer."""
    return [
        Person(
            f"user-{at}",
            f"{_FIRST[at % 12]} {_LAST[at // 12 % 10]} {at}",
            f"{_FIRST[at % 12]}.{_LAST[at // 12 % 10]}.{at}@example.com".lower(),
            "free" if at % _GOLD_EVERY else "gold",
        )
        for at in range(1, PERSONS + 1)
    ]


def make_sessions(seed: int = 1, count: int = SESSIONS) -> Iterator[Session]:
    """Make up `count` sessions, those with a route among them; the same seed always gives the same ones."""
    rng = Random(seed)
    persons = make_persons()
    routes = [route for route in ROUTES for _ in range(route.sessions)]
    for at in range(count):
        route = routes[at] if at < len(routes) else None
        newest, oldest = (0, OLDEST_MS) if route is None else _span(route)
        ago = _apart(rng.randrange(newest + 2 * HOUR_MS, oldest), rng)
        known = persons[:REGULARS] if route else persons
        person = rng.choice(known) if rng.random() < (0.6 if route else 0.4) else None
        # A finger leaves no trace while nothing happens: a dead button would look like the end of the recording.
        devices = DEVICES[:DESKTOPS] if route and route.kind == "wishlist" else DEVICES
        device, country, source = _choose(rng, devices), _choose(rng, COUNTRIES), _choose(rng, SOURCES)
        visit = Visit(recorded=route is not None, touch=device.type != "Desktop")
        if route is None:
            _look_around(visit, source, rng, ago)
        else:
            walk(visit, route, rng)
        yield Session(
            str(uuid.UUID(int=rng.getrandbits(128), version=4)), ago, person,
            person.distinct_id if person else f"anonymous-{at}", device, country, source, route, visit,
        )  # fmt: skip


def _choose(rng: Random, choices: Sequence[tuple[T, int]]) -> T:
    """One of several, by weight."""
    [chosen] = rng.choices([choice for choice, _ in choices], [weight for _, weight in choices])
    return chosen


def _span(route: Route) -> tuple[int, int]:
    """The route's time, in milliseconds before now."""
    return {"before": (RELEASE_MS, OLDEST_MS), "since": (0, RELEASE_MS), "": (0, OLDEST_MS)}[route.when]


def _apart(ago: int, rng: Random) -> int:
    """A time near `ago` on its side of every boundary, and not close to one."""
    for boundary in _BOUNDARIES:
        if abs(ago - boundary) < _APART_MS:
            aside = _APART_MS + rng.randrange(HOUR_MS)
            return boundary + aside if ago >= boundary else boundary - aside
    return ago


def _look_around(visit: Visit, source: str, rng: Random, ago: int) -> None:
    """A visit that is not recorded: a few pages, and perhaps an event."""
    visit.open("/" + (f"?utm_source={source}" if source else ""))
    visit.wait(rng.randrange(2_000, 20_000))
    for _ in range(rng.randrange(4)):
        visit.open(rng.choice(("/products/{}", "/journal/{}")).format(rng.randrange(1, 400)))
        visit.wait(rng.randrange(2_000, 60_000))
        if visit.path.startswith("/products/") and rng.random() < 0.3:
            visit.capture("product added", product=visit.path.removeprefix("/products/"))
    share = next(share for end, share in _SIGN_UPS if ago >= end * DAY_MS)
    if rng.random() < share:
        visit.capture("newsletter signed up", frequency=rng.choice(("weekly", "monthly")))
