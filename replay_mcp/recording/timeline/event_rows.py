"""Rows of product events, and where they belong among the rows of a recording.

They are made when a timeline is shown. The rows of the recording keep their refs (`e1` …), and a cached timeline stays
right, whatever events arrive later. Rows of events have refs of their own (`p1` …).
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from replay_mcp import exact_json
from replay_mcp.errors import DeadlineExceeded
from replay_mcp.recording.product_events import ProductEvent
from replay_mcp.recording.rrweb.untrusted import text
from replay_mcp.redaction import Redaction, map_strings
from replay_mcp.redaction.names import MASK

from .exceptions import EXCEPTION, RecordedException, exception_of
from .row_text import quoted
from .rows import AFTER_MS, Row

MAX_PROPERTIES: Final = 10
"""Maximum number of properties in a row; `properties_left_out` counts the others."""
MAX_TEXT_LENGTH: Final = 400
"""Maximum characters of all names and values in a row."""
MAX_NAME_LENGTH: Final = 60
MAX_VALUE_LENGTH: Final = 100
MAX_NESTED_LENGTH: Final = 400
"""Objects and lists with more characters are not shown."""
MAX_EVENT_LENGTH: Final = 120
MAX_URL_LENGTH: Final = 300
JOIN_SECONDS: Final = 2.0
"""A console error this close to an exception with the same message reports the exception."""

_NOT_A_ROW: Final = frozenset({"$pageview", "$set"})
"""Events that are read, and not shown: the recording shows page views, and the header what is known of the person."""
_SHOWN: Final = frozenset(
    {"$feature_flag", "$feature_flag_response", "$screen_name", "$survey_name", "$survey_response", "$group_type"}
)
"""Properties of the SDK that say something of one event. The others are equal on all events of a session."""
_CAMPAIGN: Final = frozenset(
    {
        "gclid", "gclsrc", "gad_source", "dclid", "gbraid", "wbraid", "fbclid", "msclkid", "twclid", "li_fat_id",
        "igshid", "ttclid", "rdt_cid", "epik", "qclid", "sccid", "irclid", "_kx", "mc_cid",
    }
)  # fmt: skip
"""Marks of campaigns, which the SDK adds to all events."""
_MARKS: Final = frozenset('":,;')
"""What separates properties in a row. A name with one of them is quoted, and cannot pass for two properties."""
_MIN_JOINED: Final = 8
_TOO_LATE: Final = "Showing them took too long."
_MAX_COMPARED: Final = 50
"""Maximum number of console errors that an exception is compared with: the latest ones."""


def with_events(
    rows: Sequence[Row],
    events: Sequence[ProductEvent],
    windows: Sequence[str],
    redaction: Redaction,
    expired: Callable[[], bool] = lambda: False,
) -> tuple[Row, ...]:
    """The rows of a recording together with those of its product events, in order of time.

    A console error that reports an exception is given the exception's frames; such an exception has no row of its own.

    Args:
        rows: of the recording, in order of time.
        events: in order of time.
        windows: window ids by tab number, as of `Timeline`.
        redaction: masks the texts of events.
        expired: returns whether the deadline has passed; called before each event.

    Raises:
        DeadlineExceeded: the deadline passed.
    """
    made = list(_made(events, windows, redaction, expired))
    if not made:
        return tuple(rows)
    joined = list(rows)
    own: list[Row] = []
    errors = [place for place, row in enumerate(rows) if row.kind == "console" and row.level == "error"]
    for row, exception in made:
        _require_time(expired)
        place = None if exception is None else _console_row(joined, errors, row, exception)
        if place is None:
            own.append(row)
        elif not joined[place].stack:
            joined[place] = msgspec.structs.replace(joined[place], stack=row.stack)
    numbered = [msgspec.structs.replace(row, ref=f"p{number}") for number, row in enumerate(_grouped(own), 1)]
    return tuple(_merged(joined, numbered))


def _made(
    events: Sequence[ProductEvent], windows: Sequence[str], redaction: Redaction, expired: Callable[[], bool]
) -> Iterator[tuple[Row, RecordedException | None]]:
    tabs = {id: tab for tab, id in enumerate(windows, 1) if id}
    for event in events:
        if event.event in _NOT_A_ROW:
            continue
        _require_time(expired)
        exception = exception_of(event, redaction) if event.event == EXCEPTION else None
        properties, left_out = _properties(event, redaction)
        yield (
            Row(
                ref="",
                seconds=event.seconds,
                tab=_tab(text(event.properties.get("$window_id")), tabs, windows),
                kind="event",
                weight=3 if exception is None else 4,
                page=redaction.url(text(event.properties.get("$current_url")), MAX_URL_LENGTH),
                message=exception.title if exception else redaction.text(event.event, MAX_EVENT_LENGTH),
                properties=properties,
                properties_left_out=left_out,
                stack=exception.frames if exception else (),
            ),
            exception,
        )


def _require_time(expired: Callable[[], bool]) -> None:
    if expired():
        raise DeadlineExceeded(_TOO_LATE)


def _tab(window: str, tabs: Mapping[str, int], windows: Sequence[str]) -> int:
    """The number of the tab that sent an event; 0 if it is not known."""
    if window in tabs:
        return tabs[window]
    return 1 if len(windows) == 1 and not (window and windows[0]) else 0


def _grouped(rows: Sequence[Row]) -> list[Row]:
    """Join equal events close together, as console lines are."""
    grouped: list[Row] = []
    places: dict[tuple[object, ...], int] = {}
    for row in rows:
        same = row.message, row.properties, row.properties_left_out, row.stack, row.tab, row.page
        place = places.get(same)
        last = None if place is None else grouped[place]
        if place is None or last is None or row.seconds - _end(last) > AFTER_MS / 1000:
            places[same] = len(grouped)
            grouped.append(row)
        else:
            grouped[place] = msgspec.structs.replace(last, count=last.count + 1, until=row.seconds)
    return grouped


def _end(row: Row) -> float:
    return row.seconds if row.until is None else row.until


def _properties(event: ProductEvent, redaction: Redaction) -> tuple[tuple[tuple[str, str], ...], int]:
    """Names and masked values of the event's own properties, and how many others there are."""
    own = {name: value for name, value in event.properties.items() if value is not None and _is_own(name)}
    pairs: list[tuple[str, str]] = []
    room = MAX_TEXT_LENGTH
    for name in list(own)[:MAX_PROPERTIES]:
        pair = _name(name, redaction), _value(name, own[name], redaction)
        room -= sum(map(len, pair))
        if pairs and room < 0:
            break
        pairs.append(pair)
        if room <= 0:  # masking takes long, and nothing else fits
            break
    return tuple(pairs), len(own) - len(pairs)


def _name(name: str, redaction: Redaction) -> str:
    masked = redaction.text(name, MAX_NAME_LENGTH)
    is_plain = masked and masked == masked.strip() and _MARKS.isdisjoint(masked)
    return masked if is_plain else exact_json.dumps(masked).decode()


def _is_own(name: str) -> bool:
    return name in _SHOWN or not (name.startswith(("$", "utm_")) or name in _CAMPAIGN)


def _bounded(value: Any) -> Any:
    """A value that may be changed in place; a note for one that is too large to show."""
    if not isinstance(value, dict | list):
        return value
    written = exact_json.dumps(value)
    return exact_json.loads(written) if len(written) <= MAX_NESTED_LENGTH else f"({len(written)} characters)"


def _value(name: str, value: Any, redaction: Redaction) -> str:
    """A masked value as text. Numbers, too, may be those of cards."""
    shown = {name: _bounded(value)}
    # An app may report what a visitor typed, which is not recognised here: strict redaction shows no texts.
    strict = redaction.level == "strict"
    map_strings(
        shown,
        lambda text: MASK if strict else redaction.text(text, MAX_VALUE_LENGTH),
        hide_named=redaction.level != "off",
    )
    [masked] = shown.values()
    if isinstance(masked, str):
        return quoted(masked)  # commas and colons in it are not the row's
    return redaction.text(exact_json.dumps(masked).decode(), MAX_VALUE_LENGTH)


def _console_row(rows: Sequence[Row], errors: Sequence[int], row: Row, exception: RecordedException) -> int | None:
    """The place of the console error that reports an exception; None if there is none."""
    message = exception.message.removesuffix("…")
    if len(message) < _MIN_JOINED:
        return None
    after = bisect_right(errors, row.seconds + JOIN_SECONDS, key=lambda place: rows[place].seconds)
    near = [
        place
        for place in errors[max(0, after - _MAX_COMPARED) : after]
        if _is_near(rows[place], row.seconds) and row.tab in (0, rows[place].tab) and message in rows[place].message
    ]
    return min(near, key=lambda place: abs(rows[place].seconds - row.seconds), default=None)


def _is_near(row: Row, seconds: float) -> bool:
    return row.seconds - JOIN_SECONDS <= seconds <= _end(row) + JOIN_SECONDS


def _merged(rows: Sequence[Row], events: Sequence[Row]) -> Iterator[Row]:
    """Merge rows in order of time. An event follows the rows of its moment: the code that sent it ran after them."""
    waiting = iter(events)
    event = next(waiting, None)
    for row in rows:
        while event is not None and event.seconds < row.seconds:
            yield event
            event = next(waiting, None)
        yield row
    while event is not None:
        yield event
        event = next(waiting, None)
