"""Typed text is removed from every text that is shown; other words stay."""

import json
import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from replay_mcp.recording.timeline.reader import read_timeline
from replay_mcp.recording.timeline.row_text import effect, target
from replay_mcp.redaction import Redaction, RedactionLevel
from tests.examples import examples
from tests.recording.rrweb import START, Raw, console, element, full, line, meta, press, retexted, typed

SECRET = "Hunter2 (secret)"
SHORTEST = 4
"""Shorter typed texts cannot be distinguished from other words."""
LETTERS = st.text(string.ascii_lowercase, min_size=8, max_size=60)
BOUNDED = examples(60)


def rows(kind: str, *events: Raw, level: RedactionLevel = "standard") -> list[str]:
    made = [meta(0, "http://shop/"), full(1, element(10, "p", "hello", role="alert"), element(11, "textarea")), *events]
    timeline = read_timeline([b"\n".join(map(line, made))], Redaction(level))
    return [effect(row) if kind == "text" else target(row) for row in timeline.rows if row.kind == kind]


def entered(*values: str) -> list[Raw]:
    """Texts, each typed into a field of its own."""
    return [typed(10 + number, 100 + number, value) for number, value in enumerate(values)]


def shown(repeated: str, *values: str, level: RedactionLevel = "standard") -> str:
    """How a console line is shown after these texts were typed."""
    return rows("console", *entered(*values), console(50_000, "log", repeated), level=level)[0]


def address(url: str, *values: str) -> str:
    return rows("navigation", *entered(*values), meta(50_000, url))[-1]


def noticed(repeated: str, *values: str) -> str:
    """The reported text of a page that repeats typed texts."""
    return rows("text", *entered(*values), press(50_000, 10), retexted(50_010, 1000, repeated))[0]


def keystrokes(value: str, field: int, start: int) -> list[Raw]:
    """The events of a field while a person types into it."""
    return [typed(start + end, field, value[:end]) for end in range(1, len(value) + 1)]


def test_typed_text_is_removed_in_any_place_and_spelling():
    repeated = (SECRET, f"Hello {SECRET.upper()}!", f"<{SECRET}{SECRET}>", "Hunter2 secret", "hunter")
    assert [shown(each, SECRET) for each in repeated] == snapshot(
        ["[typed]", "Hello [typed]!", "<[typed][typed]>", "Hunter2 secret", "[typed]"]
    )


def test_typed_text_is_removed_from_urls_except_the_host():
    assert address("https://shop.example/users/maya-okafor?q=maya-okafor#maya-okafor", "shop.example", "maya-okafor") == snapshot('https://shop.example/users/[typed]?q=***#[typed]')  # fmt: skip


def test_masked_and_very_short_texts_are_not_removed():
    repeated = "**** •••• •••• .... a b abc"
    assert shown(repeated, "****", "•••• ••••", "....", "   ", "a b", "abc", "") == repeated
    assert shown("x" * SHORTEST, "x" * SHORTEST) == "[typed]"


def test_the_longest_of_overlapping_typed_texts_is_removed():
    events = [*keystrokes("secretary", 11, 10), console(5_000, "log", "the secretary's")]
    assert rows("console", *events) == ["the [typed]'s"]
    assert shown("a secretary, a secret", "secret", "secretary", "secr") == "a [typed], a [typed]"


def test_the_mark_itself_may_have_been_typed():
    assert "typed" in shown("it was typed here", "typed", "[typed]")
    assert "abcdefgh" not in shown("abcdefghabcdefgh", "abcdefgh", "typed", "ype", "d][t")


def test_letters_that_change_length_with_case_do_not_reveal_typed_text():
    for value, repeated in (
        ("İstanbul", "i̇stanbul"), ("İstanbul", "İSTANBUL"), ("straße", "STRASSE straße"), ("ﬁnance", "ﬁNANCE"),
        ("\u017fecret", "\u017fECRET"),
    ):  # fmt: skip
        assert value.lower()[3:] not in shown(repeated, value).lower()


def test_typed_regular_expression_syntax_is_removed_like_other_text():
    for value in ("(a|b)*", ".*.+.*", "[a-z", "\\d+\\", "a$^b", "{1,2}"):
        assert shown(f"<{value}>", value) == "<[typed]>"


def test_typed_text_is_kept_when_redaction_is_off():
    assert shown(SECRET, SECRET, level="off") == SECRET


@BOUNDED
@given(st.lists(LETTERS, min_size=1, max_size=20), st.data())
def test_no_typed_text_survives_among_others(values: list[str], data: st.DataObject):
    chosen = data.draw(st.sampled_from(values))
    around = data.draw(st.text(" .,:;-<>/", max_size=10))
    assume(chosen not in "typed")
    assert chosen not in shown(f"{around}{chosen}{around}", *values)


@BOUNDED
@given(st.text(string.ascii_letters + " ", min_size=101, max_size=500))
def test_a_long_text_is_removed_completely(value: str):
    assume(value.strip() == value)
    left = shown(f"You wrote: {value}", value).replace("[typed]", "").removeprefix("You wrote:")
    assert all(len(part) < SHORTEST for part in left.split())


def test_texts_of_the_latest_fields_are_remembered():
    values = [f"word{number:04d}" for number in range(1_000)]
    assert shown(f"{values[0]} {values[99]}", *values[:100]) == "[typed] [typed]"
    assert shown(f"{values[-100]} {values[-1]}", *values) == "[typed] [typed]"


@BOUNDED
@given(st.text(max_size=400), st.lists(st.text(min_size=4, max_size=20), max_size=5))
def test_any_text_stays_within_its_bound_and_on_one_line(repeated: str, values: list[str]):
    found = rows("console", *entered(*values), console(50_000, "log", repeated))
    assert all(len(each) <= 3_000 and each.isprintable() for each in found)


def test_text_typed_before_a_long_text_is_still_removed():
    long = "".join(chr(97 + (place * 7 + place * place) % 26) for place in range(700))
    events = [*keystrokes(SECRET, 11, 10), *keystrokes(long, 12, 1_000), console(5_000, "log", f"Hello {SECRET}")]
    assert rows("console", *events) == ["Hello [typed]"]


def test_a_value_from_some_keystrokes_ago_is_removed():
    events = [*keystrokes("hunter2secret", 11, 10), console(5_000, "log", "looking for hunter2sec")]
    assert "hunter2" not in rows("console", *events)[0]


@pytest.mark.parametrize("length", [150, 290, 310, 800, 1_100, 1_500, 2_500])
def test_a_typed_text_cut_by_the_limit_is_removed(length: int):
    value = " ".join(f"w{number:03d}{number * 7919 % 1000:03d}" for number in range(400))[:length].strip()
    for found in (shown(f"You wrote: {value}", value), noticed(f"You wrote: {value}", value)):
        left = found.replace("[typed]", "").replace("You wrote", "").replace("shows", "")
        assert "w" not in left


def test_a_typed_text_cut_by_the_page_is_removed_at_the_end_of_a_line():
    value = "my neighbour at number seven has a very loud dog and I cannot sleep"
    assert "loud dog" not in shown(f"draft: {value[:50]}", value)


def test_the_beginning_of_a_pasted_text_is_removed_before_other_text():
    value = "my neighbour at number seven has a very loud dog and I cannot sleep"
    assert "loud dog" not in shown(f"{value[:50]}… (67 characters)", value)


@pytest.mark.parametrize(
    "value",
    [
        "12 Elm street\n4711 Springfield",
        "Number 12,  Elm street 4711\tSpringfield",
        "12  Elm street",
    ],
)
def test_white_space_in_typed_text_does_not_reveal_it(value: str):
    for repeated in (value, " ".join(value.split())):
        assert "Elm" not in shown(repeated, value)
        assert "Elm" not in noticed(f"To {repeated}", value)


@pytest.mark.parametrize("value", ['the "old" street\nhere', "C:\\street\\x", "tab\tstreet"])
def test_typed_text_in_json_is_removed(value: str):
    assert "street" not in shown(json.dumps({"address": value}), value)


@pytest.mark.parametrize("path", ["maya%20okafor", "maya+okafor", "MAYA%20OKAFOR", "maya okafor"])
def test_typed_text_encoded_in_a_path_is_removed(path: str):
    assert "okafor" not in address(f"https://shop.example/search/{path}/1", "maya okafor").lower()


def test_typed_text_in_another_alphabet_encoded_in_a_path_is_removed():
    assert "%D0" not in address("https://shop.example/search/%D0%BC%D0%B0%D0%B9%D1%8F", "майя").upper()


def test_text_typed_in_one_tab_is_removed_in_the_others():
    events = [
        line(raw, window)
        for window, raw in (("a", typed(10, 11, SECRET)), ("b", console(20, "log", f"Hello {SECRET}")))
    ]
    (row,) = [row for row in read_timeline([b"\n".join(events)], Redaction()).rows if row.kind == "console"]
    assert (target(row), row.tab, START > 0) == ("Hello [typed]", 2, True)
