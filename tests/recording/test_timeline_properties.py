"""Properties of the timeline of any recording, in any form."""

import itertools
import json
import string
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st
from msgspec import to_builtins

from replay_mcp.errors import UnreadableRecording
from replay_mcp.recording.timeline.reader import Timeline, read_timeline
from replay_mcp.recording.timeline.row_text import effect, target
from replay_mcp.redaction import Redaction, RedactionLevel
from tests.examples import examples
from tests.recording.rrweb import (
    BODY,
    START,
    Raw,
    added,
    blur,
    changed,
    console,
    custom,
    element,
    event,
    fetched,
    focus,
    full,
    incremental,
    meta,
    move,
    mutation,
    packed,
    press,
    removed,
    retexted,
    scrolled,
    selected,
    typed,
)

MODEST = examples(40)
FIELD, BUTTON, ALERT, LINK, BOX, EDITOR = 20, 21, 22, 23, 24, 25
KNOWN = [*range(1, 6), *range(FIELD, EDITOR + 1), 2100, 2200, 40, 41, 42, 99]
MAX_SHOWN = 8_000
"""Maximum characters of any string of a row; most have a few hundred."""

WindowEvent = tuple[str, Raw]
"""A window and its event."""


def page(at: int) -> Raw:
    return full(
        at,
        element(FIELD, "input", type="text", name="q", placeholder="Search"),
        element(BUTTON, "button", "Pay", data_attr="pay"),
        element(ALERT, "div", "hello", role="alert"),
        element(LINK, "a", "Help", href="/help"),
        element(BOX, "input", type="checkbox", id="terms"),
        element(EDITOR, "div", "write here", contenteditable="true"),
    )


def blob(recorded: list[WindowEvent]) -> bytes:
    return b"".join(json.dumps(list(pair), separators=(",", ":")).encode() + b"\n" for pair in recorded)


def squeezed(recorded: list[WindowEvent]) -> list[WindowEvent]:
    """The same events, compressed as some recorders send them."""
    return [(window, _squeezed(raw)) for window, raw in recorded]


def _squeezed(raw: Raw) -> Raw:
    data = raw["data"]
    if raw["type"] == 2:
        return {**raw, "data": packed(data), "cv": "2024-10"}
    if raw["type"] == 3 and data["source"] == 0:
        names = ("adds", "removes", "texts", "attributes")
        return {**raw, "data": {**data, **{name: packed(data[name]) for name in names}}, "cv": "2024-10"}
    return raw


def read(recorded: list[WindowEvent], level: RedactionLevel = "standard") -> Timeline:
    return read_timeline([blob(recorded)], Redaction(level))


def read_or_none(*chunks: bytes) -> Timeline | None:
    """The timeline, or None for an unreadable recording; any other error fails the test."""
    try:
        return read_timeline(chunks, Redaction())
    except UnreadableRecording:
        return None


ids = st.sampled_from(KNOWN)
words = st.sampled_from(["Saved", "Payment failed", "3 items", "", "Try again later", "Order 17", "x" * 300]) | st.text(
    max_size=20
)
urls = st.sampled_from(["http://shop/", "http://shop/cart?id=1", "http://shop/#a=b", "/help", "", "blob:x"])


Happening = Callable[[int], Raw]
"""Builds an event that a recorder may send at a given time."""


def it(
    make: Callable[..., Raw], *arguments: st.SearchStrategy[Any], **named: st.SearchStrategy[Any]
) -> st.SearchStrategy[Happening]:
    """Bind the arguments of `make`; the time is given later."""
    given = st.tuples(st.tuples(*arguments), st.fixed_dictionaries(named))
    return given.map(lambda drawn: lambda at: make(at, *drawn[0], **drawn[1]))


def paragraph(at: int, node: int, parent: int, word: str) -> Raw:
    return added(at, parent, element(node, "p", word))


def notice(at: int, node: int, role: str) -> Raw:
    return added(at, BODY, element(node, "div", "Oops", role=role))


happenings = st.one_of(
    it(meta, urls),
    it(page),
    it(press, ids, st.integers(0, 60), st.integers(0, 60)),
    it(incremental, st.just(2), type=st.integers(0, 10), id=ids, x=st.just(1), y=st.just(1)),
    it(focus, ids),
    it(blur, ids),
    it(typed, ids, words),
    it(incremental, st.just(5), id=st.just(BOX), text=st.just("on"), isChecked=st.booleans()),
    it(scrolled, st.integers(0, 3_000)),
    it(selected, ids),
    it(move),
    it(paragraph, st.integers(40, 42), ids, words),
    it(notice, st.integers(40, 42), words),
    it(removed, st.just(BODY), ids),
    it(retexted, ids, words),
    it(changed, ids, class_=words, hidden=st.none()),
    it(console, st.sampled_from(["log", "warn", "error"]), words),
    it(fetched, urls, st.sampled_from([0, 200, 404, 500]), took=st.integers(0, 4_000)),
    it(custom, st.sampled_from(["window hidden", "window visible", "recording paused", "tag"])),
    it(custom, st.just("$pageview"), href=urls),
    it(incremental, st.just(4), width=st.integers(300, 1_500), height=st.just(800)),
    it(event, st.just(1), st.just({})),
)
moments = st.tuples(
    st.sampled_from([0, 1, 40, 300, 1_200, 3_000, 20_000, 400_000]), st.sampled_from("aaabc"), happenings
)


def in_time(drawn: list[tuple[int, str, Happening]]) -> list[WindowEvent]:
    recorded: list[WindowEvent] = [("a", meta(0, "http://shop/")), ("a", page(1))]
    at = 2
    for later, window, happening in drawn:
        at += later
        recorded.append((window, happening(at)))
    return recorded


recordings = st.lists(moments, max_size=25).map(in_time)
"""Events of a person in a shop, in up to three tabs."""


NAMES = ["id", "node", "parentId", "nextId", "type", "tagName", "attributes", "childNodes", "textContent", "value", "source", "adds", "removes", "texts", "href", "tag", "payload", "plugin", "level", "requests", "name", "timestamp", "data", "cv", "x", "y", "isChecked", "text", "windowId", "window_id"]  # fmt: skip
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.sampled_from([0, 1, 2, 3, 4, 5, 21, 2**63, -1, 1.5, 1e308, START, float("nan"), float("inf")])
    | st.sampled_from(["", "2024-10", "div", "input", "\ud83d", "\x00", "*" * 8, "http://shop/"])
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(NAMES),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every place inside a JSON value: its container, and its key or index there."""
    found: list[tuple[Any, Any]] = []
    pending = [value]
    while pending:
        holder = pending.pop()
        names = list(cast(dict[str, Any], holder)) if isinstance(holder, dict) else list(range(len(holder)))
        found += [(holder, name) for name in names]
        pending += [holder[name] for name in names if isinstance(holder[name], dict | list)]
    return found


SOUND: list[Raw] = [
    meta(0, "http://shop/"),
    page(1),
    added(2, BODY, element(40, "p", element(41, "b", "x", class_="error")), element(42, "button", "Save")),
    press(3, BUTTON),
    added(4, 40, element(43, "div", "Oops", role="alert")),
    {**mutation(5), "cv": "2024-10"},
    retexted(6, 2200, "Payment failed"),
    changed(7, ALERT, hidden=None, style="display: none"),
    removed(8, BODY, 43),
    typed(9, FIELD, "something"),
    console(10, "error", "failed", {"a": 1}),
    fetched(11, "http://shop/api?q=1", 500),
    scrolled(12, 100),
    *(press(5_000 * number, id) for number, id in enumerate([BUTTON, ALERT, BODY, 40, 41, 42], 1)),
]


@st.composite
def spoilt(draw: st.DrawFn) -> list[Any]:
    """A recording with arbitrary values in some places."""
    recorded: list[Any] = json.loads(json.dumps([["a", raw] for raw in SOUND]))
    for _ in range(draw(st.integers(1, 4))):
        holder, name = draw(st.sampled_from(places(recorded)))
        holder[name] = draw(json_values)
    return recorded


def as_lines(recorded: list[Any]) -> bytes:
    return b"".join(json.dumps(each, separators=(",", ":")).encode() + b"\n" for each in recorded)


@settings(examples(150), phases=[Phase.generate])
@given(spoilt(), st.booleans())
def test_any_events_give_a_timeline_or_an_unreadable_recording(recorded: list[Any], whole: bool):
    timeline = read_or_none(json.dumps(recorded).encode() if whole else as_lines(recorded))
    assert timeline is None or Timeline.unpacked(timeline.packed()) == timeline


@examples(60)
@given(st.lists(json_values, max_size=5))
def test_any_json_gives_a_timeline_or_an_unreadable_recording(values: list[Any]):
    shaped = [["w", {"type": 3, "timestamp": START, "data": value}] for value in values]
    for form in (as_lines(shaped), as_lines(values), json.dumps(values, indent=1).encode()):
        timeline = read_or_none(form)
        assert timeline is None or timeline.coverage.events <= len(values)


@examples(50)
@given(st.lists(st.binary(max_size=200), max_size=4), st.sampled_from([b"", b"\x1f\x8b\x08", b"[\n", b"\xef\xbb\xbf"]))
def test_any_bytes_give_a_timeline_or_an_unreadable_recording(chunks: list[bytes], head: bytes):
    assert read_or_none(head, *chunks) is None


@MODEST
@given(recordings)
def test_rows_are_in_time_order_with_consecutive_refs(recorded: list[WindowEvent]):
    timeline = read(recorded)
    assert [row.ref for row in timeline.rows] == [f"e{place}" for place in range(1, len(timeline.rows) + 1)]
    assert [row.seconds for row in timeline.rows] == sorted(row.seconds for row in timeline.rows)
    refs = {row.ref for row in timeline.rows}
    assert all(refs.issuperset(row.followed_by) for row in timeline.rows)
    assert timeline.coverage.events + timeline.coverage.repeated == len(recorded)
    if not timeline.coverage.repeated:  # a tab, or the end, may be a repeat
        times = [raw["timestamp"] for _, raw in recorded]
        assert (timeline.start, timeline.end) == (min(times), max(times))
        assert timeline.tabs == len({window for window, _ in recorded})


@MODEST
@given(recordings)
def test_totals_count_the_rows_and_those_left_out(recorded: list[WindowEvent]):
    timeline = read(recorded)
    left_out = timeline.coverage.rows_left_out
    assert Counter(row.kind for row in timeline.rows) + Counter(left_out) == Counter(timeline.totals)
    assert all(row.count >= 1 for row in timeline.rows)


def test_an_event_that_comes_too_late_moves_neither_the_start_nor_the_end():
    recorded: list[WindowEvent] = [("a", custom(at, f"at {at}")) for at in (1_000, 50_000, 90_000, 2_000, 0, 95_000)]
    timeline = read(recorded)
    assert (timeline.start - START, timeline.end - START, timeline.coverage.late) == (0, 95_000, 2)
    assert [row.seconds for row in timeline.rows] == [0, 1, 2, 50, 90, 95]


def test_rows_beyond_the_maximum_are_counted_in_totals():
    recorded: list[WindowEvent] = [("a", custom(place, f"tag {place}")) for place in range(5_100)]
    timeline = read(recorded)
    assert (len(timeline.rows), timeline.totals, timeline.coverage.rows_left_out) == (
        5_000,
        {"custom": 5_100},
        {"custom": 100},
    )


@MODEST
@given(recordings, st.lists(st.integers(0, 12_000), max_size=8))
def test_where_the_bytes_are_cut_changes_nothing(recorded: list[WindowEvent], cuts: list[int]):
    data = blob(recorded)
    ends = [0, *sorted(cuts), len(data)]
    chunks = [data[start:end] for start, end in itertools.pairwise(ends)]
    assert read_timeline(chunks, Redaction()) == read(recorded)


@MODEST
@given(recordings)
def test_compression_changes_nothing(recorded: list[WindowEvent]):
    assert read(squeezed(recorded)) == read(recorded)


@MODEST
@given(recordings)
def test_repeated_events_change_nothing(recorded: list[WindowEvent]):
    once, twice = read(recorded), read([each for pair in recorded for each in (pair, pair)])
    assert (twice.rows, twice.totals) == (
        read(list({json.dumps(each): each for each in recorded}.values())).rows,
        once.totals,
    )
    assert twice.coverage.repeated >= len(recorded)


@MODEST
@given(recordings)
def test_a_packed_timeline_is_the_same_when_unpacked(recorded: list[WindowEvent]):
    timeline = read(recorded)
    assert Timeline.unpacked(timeline.packed()) == timeline


# Places where a page may repeat typed text or contain secrets; `word` is the text there.
PLACES: dict[str, Callable[[str], list[Raw]]] = {
    "alert": lambda word: [press(20, BUTTON), retexted(30, 2200, f"Hello {word}!")],
    "added alert": lambda word: [press(20, BUTTON), added(30, BODY, element(40, "p", word, role="alert"))],
    "status taken away": lambda word: [
        press(20, BUTTON),
        added(30, BODY, element(40, "p", word, role="alert")),
        removed(40, BODY, 40),
    ],
    "error without a place": lambda word: [press(20, BUTTON), added(30, BODY, element(40, "p", f"{word} is invalid"))],
    "changed text": lambda word: [press(20, BUTTON), added(30, BODY, element(40, "p", word))],
    "heading": lambda word: [press(20, BUTTON), added(30, BODY, element(40, "h1", word))],
    "title": lambda word: [full(20, title=word), meta(30, "http://shop/new"), press(4_000, BODY)],
    "label": lambda word: [added(20, BODY, element(40, "button", word)), press(30, 40)],
    "label of a field": lambda word: [
        added(20, BODY, element(40, "input", id="f"), element(41, "label", word, for_="f")),
        press(30, 40),
    ],
    **{
        name: lambda word, name=name: [added(20, BODY, element(40, "button", **{name: word})), press(30, 40)]
        for name in ("aria_label", "title", "alt", "placeholder", "data_attr", "id", "name", "role", "class_", "type")
    },
    "class of an alert": lambda word: [
        press(20, BUTTON),
        added(30, BODY, element(40, "p", "Oops", class_=f"error {word}", id=word)),
    ],
    "value of a button": lambda word: [
        added(20, BODY, element(40, "input", type="submit", value=word)),
        press(30, 40),
    ],
    "href": lambda word: [added(20, BODY, element(40, "a", href=f"/x/{word}")), press(30, 40)],
    "tag of an element": lambda word: [added(20, BODY, element(40, word)), press(30, 40)],
    "tag of an element with text": lambda word: [added(20, BODY, element(40, word, "text")), press(30, 40)],
    "editor": lambda word: [press(20, EDITOR), retexted(30, 2500, word)],
    "editor, new paragraph": lambda word: [press(20, EDITOR), added(30, EDITOR, element(40, "p", word))],
    "console": lambda word: [console(20, "log", word)],
    "console, in an object": lambda word: [press(20, BUTTON), console(30, "error", "failed", {"a": [{"b": word}]})],
    "path": lambda word: [meta(20, f"http://shop/{word}/x")],
    "query": lambda word: [meta(20, f"http://shop/?a=1&q={word}")],
    "query without a name": lambda word: [meta(20, f"http://shop/?{word}")],
    "fragment": lambda word: [meta(20, f"http://shop/#{word}"), meta(30, f"http://shop/#q={word}&b=1")],
    "password in the address": lambda word: [meta(20, f"http://user:{word}@shop/")],
    "page view": lambda word: [custom(20, "$pageview", href=f"http://shop/a/{word}?q={word}")],
    "request": lambda word: [press(20, BUTTON), fetched(30, f"http://shop/api/{word}?q={word}", 500)],
    "method of a request": lambda word: [fetched(30, "http://shop/api", 500, method=word)],
    "custom event": lambda word: [custom(20, word)],
    "window": lambda word: [press(20, BUTTON)],
}  # fmt: skip

TYPABLE = [place for place in PLACES if not place.startswith(("tag of", "method of"))]
"""Tags and methods are never typed text."""


def page_with(place: str, word: str, *before: Raw) -> list[WindowEvent]:
    window = word if place == "window" else "a"
    return [(window, raw) for raw in [meta(0, "http://shop/"), page(1), *before, *PLACES[place](word)]]


sentinels = st.text(string.ascii_lowercase + string.digits, min_size=8, max_size=10).filter(lambda word: word.isalnum())


@pytest.mark.parametrize("level", ["standard", "strict"])
@pytest.mark.parametrize("place", TYPABLE)
def test_typed_text_is_nowhere_in_a_timeline(place: str, level: RedactionLevel):
    word = "q7xzkvw93j"
    before = [focus(2, FIELD), *(typed(3 + end, FIELD, word[:end]) for end in range(1, len(word) + 1))]
    for recorded in (page_with(place, word, *before), squeezed(page_with(place, word, *before))):
        assert word not in read(recorded, level).packed().decode().lower()
        assert (
            word not in read([*recorded, ("b", meta(90_000, f"http://shop/{word}"))], level).packed().decode().lower()
        )


@examples(30)
@given(st.lists(sentinels, min_size=1, max_size=4, unique=True), st.sampled_from(TYPABLE))
def test_no_typed_text_of_any_kind_is_in_a_timeline(typed_words: list[str], place: str):
    ours = read(page_with(place, "w")).packed().decode().lower()  # hypothesis also draws words of our own code
    assume(not any(word in ours for word in typed_words))
    before = [typed(2 + number, FIELD, word) for number, word in enumerate(typed_words)]
    packed_rows = read(page_with(place, " ".join(typed_words) if place != "window" else "w", *before)).packed().decode()
    assert not [word for word in typed_words if word in packed_rows.lower()]


@pytest.mark.parametrize("attributes", [{"contenteditable": "true"}, {"contenteditable": ""}, {}])
def test_text_written_into_an_editor_is_nowhere_in_a_timeline(attributes: dict[str, str]):
    word = "q7xzkvw93j cannot"
    editor = added(10, BODY, element(40, "div" if attributes else "textarea", "write here", **attributes))
    paragraph = element(41, "p", word, role="alert") if attributes else {"type": 3, "textContent": word, "id": 41}
    written = [retexted(30, 4000, word), added(40, 40, paragraph), press(5_000, 41)]
    recorded: list[WindowEvent] = [("a", raw) for raw in [*SOUND[:2], editor, press(20, 40), *written]]
    assert "q7xzkvw93j" not in read(recorded).packed().decode()


SECRETS = {
    "mail": "maya.okafor@example.com",
    "card": "4111111111111111",
    "spaced card": "4111 1111 1111 1111",
    "PostHog key": "phc_AbCdEfGhIjKlMnOpQrStUv",
    "Stripe key": "sk_live_51AbCdEfGhIjKlMnOp",
    "JWT": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmN",
    "bearer": "Bearer abcDEF123456789xyz",
}


@pytest.mark.parametrize("place", PLACES)
def test_secrets_are_nowhere_in_a_timeline(place: str):
    for secret, value in SECRETS.items():
        hidden = value.removeprefix("Bearer ").lower()[:30]
        assert hidden not in read(page_with(place, value)).packed().decode().lower(), secret
    value = SECRETS["mail"]
    assert value not in read(squeezed(page_with(place, value))).packed().decode().lower()


@pytest.mark.parametrize("place", [place for place in PLACES if place != "window"])
def test_values_of_parameters_are_nowhere_in_a_timeline(place: str):
    for text in (
        "https://shop/a?token=q7xzkvw93j",
        "GET /a?b=1&token=q7xzkvw93j failed",
        "//cdn/a?token=q7xzkvw93j#x",
        "/a;jsessionid=q7xzkvw93j/b",
    ):
        assert "q7xzkvw93j" not in read(page_with(place, text)).packed().decode(), text


UNSEEN = "\u202e\u200b\u2066\u00ad\u2028\x00\x1b\x85\n\t\ufeff\U000e0041\ufe0f\u3164\u115f\ue000\ud7fc\u034f"


def is_seen(char: str) -> bool:
    fillers = {0x34F, 0x115F, 0x1160, 0x3164, 0xFFA0, *range(0xFE00, 0xFE10)}
    return char == " " or (unicodedata.category(char)[0] not in "CZ" and ord(char) not in fillers)


def strings(timeline: Timeline) -> list[str]:
    return [
        text
        for row in timeline.rows
        for text in (target(row), effect(row), *leaves(to_builtins(row)))
        if isinstance(text, str)
    ]


def leaves(value: Any) -> Iterator[Any]:
    """All values in nested dictionaries and sequences."""
    if isinstance(value, dict | list | tuple):
        for inner in cast(dict[str, Any], value).values() if isinstance(value, dict) else cast(list[Any], value):
            yield from leaves(inner)
    else:
        yield value


@pytest.mark.parametrize("place", PLACES)
def test_invisible_characters_are_always_escaped(place: str):
    levels: tuple[RedactionLevel, ...] = "standard", "off"
    for level, part in itertools.product(levels, (UNSEEN[:9], UNSEEN[9:])):
        shown = "".join(strings(read(page_with(place, f"a{part}b"), level)))
        assert not [f"U+{ord(char):04X}" for char in shown if not is_seen(char)]


@examples(50)
@given(st.text(max_size=30), st.sampled_from(sorted(PLACES)))
def test_recorded_text_is_shown_on_one_line_of_bounded_length(word: str, place: str):
    for text in strings(read(page_with(place, word))):
        assert text.isprintable()
        assert len(text) <= MAX_SHOWN


@pytest.mark.parametrize("place", [place for place in PLACES if place != "window"])
def test_strings_are_short_however_long_the_recorded_ones_are(place: str):
    for char in ("x", "\U000e0041"):
        assert max(map(len, strings(read(page_with(place, char * 3 * MAX_SHOWN))))) <= MAX_SHOWN, char


def test_numbers_are_short_too():
    huge = 1.7e308
    recorded = [
        ("a", raw)
        for raw in (
            meta(0, "http://shop/"), page(1), press(2, 99, huge, -huge), scrolled(3, huge), scrolled(5_000, -huge),
            incremental(6_000, 4, width=2**63, height=-(2**63)), incremental(9_000, 4, width=1, height=1),
            typed(10_000, 2**63, "x"), mutation(11_000), fetched(12_000, "/a", 2**62),
        )
    ]  # fmt: skip
    assert max(map(len, strings(read(recorded)))) <= 700
