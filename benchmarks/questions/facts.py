"""What is asked of a store, and what the answers must be."""

from dataclasses import dataclass
from typing import Any

Ids = frozenset[str]


@dataclass(frozen=True, slots=True)
class Failure:
    """The payment that fails since the release.

    Attributes:
        text: part of the message that the page shows.
        visited: sessions that visited the checkout.
        used: how many of them pressed the button.
        presses: presses that failed.
        ids: sessions in which it failed; `persons`, of how many persons.
    """

    url: str
    button: str
    request: str
    status: int
    text: str
    visited: int
    used: int
    used_before: int
    presses: int
    ids: Ids
    persons: int
    ordered_after: int
    left: int


@dataclass(frozen=True, slots=True)
class Rage:
    """The most frustrated session: presses on one button in one burst."""

    id: str
    button: str
    presses: int


@dataclass(frozen=True, slots=True)
class RequestCount:
    """Requests with the same path and status, among the sessions that visited `url`."""

    url: str | None
    request: str
    status: int
    times: int
    sessions: int


@dataclass(frozen=True, slots=True)
class Dead:
    """A button without a handler."""

    url: str
    button: str
    sessions: int
    used: int
    presses: int


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a split: sessions, how many pressed the button that fails, and how many saw it fail."""

    sessions: int
    used: int
    failed: int


@dataclass(frozen=True, slots=True)
class Thrown:
    """An exception: the action before it, and where it was thrown."""

    text: str
    button: str
    script: str
    line: int
    ids: Ids


@dataclass(frozen=True, slots=True)
class Search:
    """Searches: those answered, their median in milliseconds, and those that the next one replaced."""

    url: str
    request: str
    answered: int
    median_ms: float
    aborted: int


@dataclass(frozen=True, slots=True)
class Funnel:
    """Sessions that reached each step, those lost before each, and of how many persons all are."""

    reached: tuple[int, ...]
    lost: tuple[Ids, ...]
    persons: int


@dataclass(frozen=True, slots=True)
class Total:
    """A list request with one condition, and how many recordings it finds."""

    arguments: dict[str, Any]
    total: int


@dataclass(frozen=True, slots=True)
class Moment:
    """A second of a recording, and texts that its screen shows."""

    id: str
    at: float
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """All of a store.

    Attributes:
        window, since: `date_from` of four weeks, and of the release.
        steps: of the funnel.
        gone: a request that failed before the release only; `gone_sessions`, in how many.
        buyers: sessions with an order since the release; `buyers_known`, e-mails of the identified ones.
        person: e-mail; `person_ids`, all of the person's sessions; `person_orders`, those with an order.
        reproduce: a failed session, and what is done in it, in order.
        removed: a button that some press in the cart or at the checkout, and who.
    """

    name: str
    window: str
    since: str
    placed: str
    failure: Failure
    rage: Rage
    requests: tuple[RequestCount, ...]
    dead: Dead
    buyers: Ids
    buyers_known: frozenset[str]
    phones: Side
    others: Side
    coupon: dict[str, Any]
    with_coupon: Side
    without_coupon: Side
    person: str
    person_ids: Ids
    person_orders: Ids
    thrown: Thrown
    search: Search
    reproduce: tuple[str, tuple[str, ...]]
    gone: str
    gone_sessions: int
    screen: Moment
    steps: tuple[str, ...]
    funnel: Funnel
    funnel_since: tuple[int, ...]
    funnel_before: tuple[int, ...]
    newsletter_funnel: tuple[int, ...]
    weeks: tuple[Total, Total]
    country: Total
    browser: Total
    long_with_errors: Total
    page: str
    page_seconds: float
    payment_ms: float
    gold: int
    gold_failed: int
    oldest_days: float
    removed: tuple[str, Ids]
