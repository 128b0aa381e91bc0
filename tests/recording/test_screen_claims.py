"""Claims that the screens of a recording decide."""

import pytest
from inline_snapshot import snapshot

from replay_mcp.recording.claims.check import check
from replay_mcp.recording.claims.claim import Claim, ClaimKind
from replay_mcp.recording.claims.screen_search import ScreenSearch, needs_screens
from replay_mcp.recording.screen.log import ScreenLog
from replay_mcp.recording.screen.moments import Moments
from replay_mcp.recording.timeline.reader import TimelineReader
from replay_mcp.redaction import Redaction
from tests.recording.rrweb import BODY, Raw, added, element, full, lines, meta, moves, press, removed, typed

PAGE = [
    meta(0, "https://shop.example/cart"),
    full(
        1,
        element(10, "h1", "Your cart"),
        element(11, "p", "Total ", element(12, "b", "$103.00")),
        element(13, "button", "Pay", disabled=""),
        element(14, "p", "Free shipping", hidden=""),
    ),
]
TOAST = [added(5_200, BODY, element(20, "div", "Saved for later")), removed(5_800, BODY, 20)]


def judged(kind: ClaimKind, *raws: Raw, complete: bool = True, **claim: object) -> tuple[str, str]:
    """The verdict and the reason for a claim about a page and what follows."""
    log, redaction = ScreenLog(), Redaction("standard")
    reader = TimelineReader(redaction, observer=log)
    reader.feed(b"\n".join(lines(*PAGE, *raws, *moves(9_000))) + b"\n")
    timeline = reader.finish()
    made = Claim(kind, **claim)  # pyright: ignore[reportArgumentType]
    found = check(made, timeline)
    if needs_screens(made, found):
        moments = Moments(timeline, log.finish(), redaction)
        found = ScreenSearch(made, timeline, moments, complete=complete).finding(found)
    return found.verdict, found.why


@pytest.mark.parametrize(
    "text", ["your cart", "Total $103.00", "cart total", 'button "Pay" [disabled]', "heading", "$103.00"]
)
def test_what_the_screen_shows_is_visible(text: str):
    assert judged("visible", text=text, seconds=3.0) == ("supported", "The screen showed it at 3.00 s.")


@pytest.mark.parametrize("text", ["Free shipping", "Your basket", 'button "Pay" [pressed]', "car"])
def test_what_a_wholly_recorded_screen_does_not_show_is_not_visible(text: str):
    assert judged("visible", text=text, seconds=3.0) == ("contradicted", "The screen did not show it at 3.00 s.")


@pytest.mark.parametrize("seconds", [4.6, 5.0, 5.4, 6.2, 6.6])
def test_a_text_counts_within_a_second(seconds: float):
    assert judged("visible", *TOAST, text="Saved for later", seconds=seconds)[0] == "supported"


@pytest.mark.parametrize("seconds", [3.0, 8.0])
def test_a_text_does_not_count_at_other_times(seconds: float):
    assert judged("visible", *TOAST, text="Saved for later", seconds=seconds)[0] == "contradicted"


def test_a_row_stands_for_its_moment_and_its_tab():
    rows = [press(4_000, 13), *TOAST]
    assert judged("visible", *rows, text="Your cart", refs=("e2",)) == snapshot(
        ("supported", "The screen showed it at 4.00 s.")
    )
    assert judged("visible", *rows, text="Saved for later", refs=("e2",))[0] == "contradicted"


@pytest.mark.parametrize(
    ("what", "why"),
    [
        (element(30, "p", "word " * 150), "some of its text is masked or cut"),
        (element(30, "p", "ada@example.com"), "some of its text is masked or cut"),
        (element(30, "canvas"), "a part of it is not recorded"),
        (element(30, "input", value="Berlin"), "what its fields contain is not shown"),
    ],
    ids=["cut", "masked", "canvas", "field"],
)
def test_a_text_that_may_be_where_nothing_can_be_read_is_not_shown(what: Raw, why: str):
    assert judged("visible", added(100, BODY, what), text="Berlin", seconds=3.0) == (
        "not_shown",
        f"The screen did not show it at 3.00 s, but {why}.",
    )


def test_a_recording_with_missing_parts_contradicts_nothing():
    assert judged("visible", text="Berlin", seconds=3.0, complete=False) == snapshot(
        ("not_shown", "The screen did not show it at 3.00 s. Parts of the recording are missing.")
    )


def test_a_moment_after_the_end_decides_nothing():
    assert judged("visible", text="Your cart", seconds=999.0) == snapshot(("not_shown", "The recording lasts 9.00 s."))


def test_a_text_that_no_row_reports_was_seen_if_a_screen_showed_it():
    assert judged("saw_text", press(4_000, 10), text="Total $103.00") == snapshot(
        ("supported", "The screen showed it at 0.00 s.")
    )
    assert judged("saw_text", press(4_000, 10), text="Free shipping")[0] == "not_shown"
    assert judged("saw_text", *TOAST, text="Saved for later", seconds=5.0)[0] == "supported"


def test_what_was_typed_is_never_found():
    typing = [added(100, BODY, element(30, "input")), typed(200, 30, "Lovelace"), typed(300, 30, "Lovelaces")]
    echo = added(400, BODY, element(31, "p", "Hello Lovelace"))
    assert judged("visible", *typing, echo, text="Lovelace", seconds=3.0)[0] == "not_shown"
    assert judged("saw_text", *typing, echo, text="Lovelace")[0] == "not_shown"
