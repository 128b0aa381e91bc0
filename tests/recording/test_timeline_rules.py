"""Each flag is set just inside its published thresholds, not just outside of them, nor for its exceptions."""

import pytest
from inline_snapshot import snapshot

from replay_mcp.recording.timeline.not_judged import NOT_JUDGED
from replay_mcp.recording.timeline.reader import Timeline, read_timeline
from replay_mcp.recording.timeline.row_text import effect, target
from replay_mcp.recording.timeline.rows import FLAGS, RULES, Row, RowElement
from replay_mcp.redaction import Redaction
from tests.recording.rrweb import (
    BODY,
    HTML,
    Raw,
    added,
    changed,
    console,
    custom,
    element,
    event,
    fetched,
    focus,
    full,
    lines,
    meta,
    mouse_down,
    mouse_up,
    moves,
    press,
    removed,
    retexted,
    scrolled,
    selected,
    typed,
)

SHOP = "https://shop.example/"
API = "https://shop.example/api/pay"

PAY, HELP, LINK, FIELD, LABEL, BOX, CHOICE, FIELD_2 = 10, 11, 12, 13, 14, 15, 16, 17
BLANK, CANVAS, VIDEO, FRAME, CARD, SEND, AREA, OPTION = 20, 21, 22, 23, 24, 25, 26, 27
ALERT, STATUS, DIALOG, NAMED, PLAIN = 30, 31, 32, 33, 34

PAGE = [
    meta(0, SHOP),
    full(
        10,
        element(PAY, "button", "Pay now", id="pay"),
        element(HELP, "button", "Help", id="help"),
        element(LINK, "a", "Terms", href="/terms"),
        element(FIELD, "input", id="mail", type="text"),
        element(LABEL, "label", "E-mail", for_="mail"),
        element(BOX, "input", id="news", type="checkbox"),
        element(CHOICE, "select", element(OPTION, "option", "Oslo"), id="city"),
        element(FIELD_2, "input", id="name", type="text"),
        element(AREA, "textarea", id="note"),
        element(BLANK, "div", class_="spacer"),
        element(CARD, "div", "Copper kettle", class_="card"),
        element(SEND, "input", type="submit", value="Send"),
        element(ALERT, "div", role="alert", id="alert"),
        element(STATUS, "p", role="status", id="status"),
        element(DIALOG, "div", role="dialog", id="dialog"),
        element(NAMED, "p", class_="form-error", id="hint"),
        element(PLAIN, "p", id="plain"),
        element(70, "p", "Media"),
        element(71, "p", "below"),
        element(CANVAS, "canvas", id="map"),
        element(VIDEO, "video", id="film"),
        element(FRAME, "iframe", id="ad"),
    ),
]
AT = 5_000
WATCHED = moves(5_350, 6_700, 8_000, 14_000, 20_000, 26_000)
"""A late event: the recording goes on long after `AT`, so that a missing response is certain."""


def timeline(*raws: Raw, other_tab: list[Raw] | None = None) -> Timeline:
    recorded = lines(*sorted(raws, key=lambda raw: raw["timestamp"])) + lines(*(other_tab or []), window="window-2")
    return read_timeline([b"\n".join(recorded)], Redaction())


def watched(*raws: Raw) -> tuple[Row, ...]:
    return timeline(*PAGE, *raws, *WATCHED).rows


def clicks(*raws: Raw) -> list[tuple[str, tuple[str, ...], int]]:
    return [(target(row), row.flags, row.count) for row in watched(*raws) if row.kind == "click"]


def verdicts(*raws: Raw) -> list[tuple[tuple[str, ...], str]]:
    """Flags and reasons for not judging of each click."""
    return [(row.flags, row.not_judged) for row in watched(*raws) if row.kind == "click"]


def flags(*raws: Raw) -> set[str]:
    return {flag for row in watched(*raws) for flag in row.flags}


def test_every_flag_has_a_published_rule_that_names_its_thresholds():
    assert (
        snapshot(
            (
                "rage",
                "dead",
                "slow",
                "error_after",
                "error_shown",
                "repeated_submit",
                "retyped",
                "abandoned_form",
                "quick_back",
                "wait",
            )
        )
        == FLAGS
    )
    assert all(RULES[flag] for flag in FLAGS)


# dead


def test_a_click_on_a_button_that_nothing_follows_is_dead():
    assert [row for row in watched(press(AT, PAY)) if row.kind == "click"] == snapshot(
        [
            Row(
                ref="e2",
                seconds=5.0,
                tab=1,
                kind="click",
                flags=("dead",),
                page="https://shop.example/",
                key="button [id=pay]",
                weight=4,
                title="Shop",
                element=RowElement(role="button", name="Pay now", selector="[id=pay]", tag="button", sort="control"),
                position=(100, 100),
            )
        ]
    )


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (retexted(AT + 2_499, 1100, "Help!"), set[str]()),
        (retexted(AT + 2_501, 1100, "Help!"), {"slow"}),
        (retexted(AT + 9_999, 1100, "Help!"), {"slow"}),
        (retexted(AT + 10_001, 1100, "Help!"), {"dead"}),
        (retexted(AT - 1, 1100, "Help!"), {"dead"}),
        (added(AT + 2_499, BODY, element(90, "p")), set[str]()),
        (removed(AT + 2_499, BODY, CARD), set[str]()),
        (changed(AT + 2_499, CARD, class_="card open"), set[str]()),
        (scrolled(AT + 99, 300), set[str]()),
        (scrolled(AT + 101, 300), {"dead"}),
        (selected(AT + 299, 2400), set[str]()),
        (selected(AT + 301, 2400), {"dead"}),
        (custom(AT + 999, "window hidden"), set[str]()),
        (custom(AT + 1_001, "window hidden"), {"dead"}),
        (focus(AT + 50, FIELD), set[str]()),
        (focus(AT + 2_499, FIELD), set[str]()),
        (focus(AT + 2_501, FIELD), {"dead"}),
        (focus(AT + 50, PAY), {"dead"}),
        (focus(AT - 5, PAY), {"dead"}),
        (typed(AT + 50, FIELD), set[str]()),
        (meta(AT + 300, SHOP + "paid"), set[str]()),
        (custom(AT + 300, "$pageview", href=SHOP + "paid"), set[str]()),
        (console(AT + 300, "log", "clicked"), {"dead"}),
        (fetched(AT + 300, SHOP + "beacon", 200), {"dead"}),
    ],
)  # fmt: skip
def test_each_kind_of_response_counts_within_its_time(answer: Raw, expected: set[str]):
    assert flags(press(AT, PAY), answer) == expected


@pytest.mark.parametrize(
    ("node", "why"),
    [
        (FIELD, "field"),
        (AREA, "field"),
        (BOX, "field"),
        (CHOICE, "field"),
        (LABEL, "field"),
        (OPTION, "field"),
        (LINK, "link"),
        (HTML, "page background"),
        (BODY, "page background"),
        (BLANK, "page background"),
        (CANVAS, "media"),
        (VIDEO, "media"),
        (FRAME, "media"),
        (777, "unknown element"),
    ],
)  # fmt: skip
def test_unanswered_clicks_on_these_elements_are_not_judged(node: int, why: str):
    (row,) = [row for row in watched(press(AT, node)) if row.kind == "click"]
    assert (row.flags, row.not_judged, effect(row)) == ((), why, f"no response seen; not judged: {why}")
    assert why in NOT_JUDGED


@pytest.mark.parametrize("node", [PAY, SEND, CARD], ids=["button", "submit", "card"])
def test_buttons_and_what_looks_like_one_are_judged(node: int):
    assert verdicts(press(AT, node)) == [(("dead",), "")]


def test_a_click_that_reloads_the_page_is_not_dead():
    reloaded = [event(AT + 400, 0, {}), event(AT + 405, 1, {}), meta(AT + 410, SHOP), full(AT + 420)]
    assert "dead" not in flags(press(AT, PAY), *reloaded)


def test_typing_into_a_field_after_the_click_is_no_dead_click():
    assert verdicts(press(AT, FIELD), typed(AT + 700, FIELD)) == [((), "")]


@pytest.mark.parametrize(("more", "expected"), [(2_749, [((), "end")]), (2_751, [(("dead",), "")])])
def test_a_click_at_the_end_of_the_recording_is_not_judged(more: int, expected: list[tuple[tuple[str, ...], str]]):
    rows = timeline(*PAGE, press(AT, PAY), *moves(AT + 101, AT + more)).rows
    assert [(row.flags, row.not_judged) for row in rows if row.kind == "click"] == expected


def test_the_end_of_the_tab_counts_rather_than_of_the_recording():
    still_open = [meta(0, SHOP), full(10), *moves(4_000, 9_000, 15_000, 20_000)]
    rows = timeline(*PAGE, press(AT, PAY), *moves(AT + 2_000), other_tab=still_open).rows
    assert [(row.flags, row.not_judged) for row in rows if row.kind == "click"] == [((), "end")]


@pytest.mark.parametrize(("next_event", "expected"), [(2_000, [(("dead",), "")]), (2_001, [((), "silence")])])
def test_a_click_after_which_nothing_at_all_is_recorded_may_have_opened_a_dialog_of_the_browser(
    next_event: int, expected: list[tuple[tuple[str, ...], str]]
):
    own = [mouse_up(AT - 10, PAY), press(AT, PAY), focus(AT + 5, PAY)]
    rows = timeline(*PAGE, mouse_down(AT - 80, PAY), *own, *moves(AT + next_event, AT + 20_000)).rows
    assert [(row.flags, row.not_judged) for row in rows if row.kind == "click"] == expected


def test_a_repeated_click_is_judged_only_after_a_second():
    assert verdicts(press(AT, PAY, 100), press(AT + 999, PAY, 180)) == snapshot([(("dead",), ""), ((), "repeat")])
    assert verdicts(press(AT, PAY, 100), press(AT + 1_001, PAY, 180)) == snapshot([(("dead",), ""), (("dead",), "")])


# slow


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (fetched(AT + 499, API, 200, took=2_501), {"slow"}),
        (fetched(AT + 499, API, 200, took=2_499), {"dead"}),
        (fetched(AT + 501, API, 200, took=2_501), {"dead"}),
        (fetched(AT - 100, API, 200, took=2_600), {"dead"}),
    ],
)  # fmt: skip
def test_a_slow_request_makes_its_click_slow(call: Raw, expected: set[str]):
    assert flags(press(AT, PAY), call) == expected


def test_a_page_that_reacts_at_once_and_answers_late_is_slow_by_its_request():
    spinner, answer = retexted(AT + 20, 1000, "Paying…"), retexted(AT + 3_100, 1000, "Paid")
    rows = watched(press(AT, PAY), spinner, fetched(AT + 10, API, 200, took=3_000), answer)
    assert [(row.kind, target(row), effect(row), row.flags) for row in rows] == snapshot(
        [
            ("navigation", "https://shop.example/", 'titled "Shop"', ()),
            ("click", 'button "Pay now" [id=pay]', 'the page changed: "Paid"; its request e3 ran for 3.0 s', ("slow",)),
            ("network", "POST https://shop.example/api/pay", "200 after 3.0 s", ()),
        ]
    )


@pytest.mark.parametrize(("later", "expected"), [(2_499, set[str]()), (2_501, {"slow"}), (4_000, {"slow"})])
def test_a_link_whose_page_comes_late_is_slow(later: int, expected: set[str]):
    assert flags(press(AT, LINK), meta(AT + later, SHOP + "terms"), full(AT + later + 10)) == expected


@pytest.mark.parametrize(
    "url",
    [
        "https://o1.ingest.sentry.example/api/1/envelope/", "https://other.example/api/pay", "https://shop.example/poll?since=1",
        "https://shop.example/api/collect", "https://shop.example/socket.io/?transport=polling",
    ],
)  # fmt: skip
def test_requests_of_other_sites_of_analytics_and_polls_make_no_click_slow(url: str):
    answered = retexted(AT + 50, 1100, "Help!")
    assert flags(press(AT, PAY), answered, fetched(AT + 100, url, 200, took=4_000)) == set()


def test_a_request_that_the_page_sends_all_the_time_makes_no_click_slow():
    regular = [fetched(at, f"{SHOP}api/prices", 200, took=3_000) for at in (1_000, 3_000, AT + 100, 12_000)]
    assert flags(press(AT, PAY), retexted(AT + 50, 1100, "Help!"), *regular) == set()


def test_a_link_that_opens_elsewhere_is_not_slow_when_the_page_changes_later():
    assert verdicts(press(AT, LINK), retexted(AT + 3_200, 1100, "Help!")) == [((), "link")]


def test_a_late_response_is_reported_with_its_time():
    rows = watched(press(AT, PAY), added(AT + 4_000, BODY, element(90, "p", "Paid")))
    assert [(target(row), effect(row), row.flags) for row in rows if row.kind == "click"] == snapshot(
        [('button "Pay now" [id=pay]', 'the page changed: "Paid" after 4.0 s', ("slow",))]
    )


@pytest.mark.parametrize(
    "action",
    [press(AT + 2_000, HELP, 300), typed(AT + 2_000, FIELD)],
    ids=["another click", "typing"],
)
def test_a_late_change_after_another_action_is_no_response_to_the_first_click(action: Raw):
    rows = watched(press(AT, PAY), action, retexted(AT + 4_000, 2400, "Teapot"))
    (first, *_) = [row for row in rows if row.kind == "click"]
    assert "slow" not in first.flags
    assert [target(row) for row in rows if "slow" in row.flags] == []


# rage


def burst(node: int, *times: int, step: float = 0) -> list[Raw]:
    return [press(AT + time, node, 100 + place * step) for place, time in enumerate(times)]


def test_five_quick_clicks_on_one_button_are_one_row_of_rage():
    rows = watched(*burst(PAY, 0, 200, 400, 600, 800))
    assert [
        (row.seconds, row.until, target(row), row.flags, row.count) for row in rows if row.kind == "click"
    ] == snapshot([(5.0, 5.8, 'button "Pay now" [id=pay]', ("rage", "dead"), 5)])


@pytest.mark.parametrize(
    ("presses", "raging"),
    [
        (burst(PAY, 0, 999, 1_998), True),
        (burst(PAY, 0, 1_001, 2_002), False),
        (burst(PAY, 0, 999, 2_000), False),
        (burst(PAY, 0, 100, 200, step=29), True),
        (burst(PAY, 0, 100, 200, step=31), False),
        (burst(PAY, 0, 100), False),
        ([press(AT, PAY, 100, 100), press(AT + 100, PAY, 115, 114), press(AT + 200, PAY, 130, 128)], True),
        ([press(AT, PAY, 100, 100), press(AT + 100, PAY, 116, 115), press(AT + 200, PAY, 132, 130)], False),
    ],
    ids=["999 ms", "1001 ms", "one late", "29 px", "31 px", "two", "14 + 15 px", "15 + 16 px"],
)
def test_rage_is_three_clicks_close_in_time_and_space(presses: list[Raw], raging: bool):
    assert ("rage" in flags(*presses)) is raging


def test_quick_clicks_that_are_all_answered_are_no_rage():
    answered = [retexted(AT + time + 20, 1100, f"Help {time}") for time in (0, 200, 400)]
    assert flags(*burst(PAY, 0, 200, 400), *answered) == set()


def test_quick_clicks_that_are_answered_once_at_the_end_are_rage():
    assert flags(*burst(PAY, 0, 200, 400), retexted(AT + 900, 1100, "Help!")) == {"rage"}


@pytest.mark.parametrize("name", ["Next", "Previous page", "+", "<", "Increase quantity"])
def test_quick_clicks_on_controls_that_go_step_by_step_are_no_rage(name: str):
    rows = timeline(meta(0, SHOP), full(10, element(40, "button", name)), *burst(40, 0, 200, 400, 600), *WATCHED).rows
    assert [target(row) for row in rows if "rage" in row.flags] == []


def test_clicks_in_two_tabs_are_not_rage():
    here = [*PAGE, press(AT, PAY), press(AT + 400, PAY), *WATCHED]
    there = [*PAGE, press(AT + 200, PAY), press(AT + 600, PAY), *WATCHED]
    rows = timeline(*here, other_tab=there).rows
    assert [target(row) for row in rows if "rage" in row.flags] == []


@pytest.mark.parametrize(
    "page",
    [
        [element(40, "button", "Buy", class_="btn ph-no-rageclick")],
        [element(41, "div", element(40, "button", "Buy"), class_="ph-no-rageclick")],
    ],
    ids=["the element", "around it"],
)
def test_elements_excluded_from_rage_clicks_are_not_flagged(page: list[Raw]):
    rows = timeline(meta(0, SHOP), full(10, *page), *burst(40, 0, 200, 400, 600), *WATCHED).rows
    assert [target(row) for row in rows if "rage" in row.flags] == []


def label_clicked(at: int) -> list[Raw]:
    """The events of one click on a label: a click there, and one on its field."""
    return [press(at, LABEL), press(at + 1, FIELD)]


def test_a_click_on_a_label_is_one_click_and_two_are_no_rage():
    assert sum(count for _, _, count in clicks(*label_clicked(AT))) == 1
    assert "rage" not in flags(*label_clicked(AT), *label_clicked(AT + 400))


# error_after


def failures(*raws: Raw) -> list[tuple[str, str, tuple[str, ...], tuple[str, ...]]]:
    return [(row.ref, target(row), row.flags, row.followed_by) for row in watched(*raws) if "error_after" in row.flags]


def test_a_failed_request_and_a_console_error_follow_the_click_before_them():
    rows = watched(
        press(AT, PAY),
        fetched(AT + 20, API, 500),
        console(AT + 90, "error", "Payment failed"),
        retexted(AT + 95, 1000, "Retry"),
    )
    assert [(row.ref, row.kind, target(row), effect(row), row.flags, row.followed_by) for row in rows] == snapshot(
        [
            ("e1", "navigation", "https://shop.example/", 'titled "Shop"', (), ()),
            (
                "e2",
                "click",
                'button "Pay now" [id=pay]',
                'the page changed: "Retry"; followed by 500 POST https://shop.example/api/pay (e3), console error: Payment failed (e4)',
                ("error_after",),
                ("e3", "e4"),
            ),
            ("e3", "network", "POST https://shop.example/api/pay", "500 after 50 ms", (), ()),
            ("e4", "console", "Payment failed", "", (), ()),
        ]
    )


@pytest.mark.parametrize(
    ("what", "follows"),
    [
        (fetched(AT + 4_999, API, 500), True),
        (fetched(AT + 5_001, API, 500), False),
        (fetched(AT + 100, API, 400), True),
        (fetched(AT + 100, API, 399), False),
        (fetched(AT + 100, API, 0), False),
        (fetched(AT - 100, API, 500, recorded=AT + 100), False),
        (fetched(AT + 100, API, 500, recorded=AT + 3_200), True),
        (fetched(AT + 5_001, API, 500, recorded=AT + 8_000), False),
        (fetched(AT + 100, SHOP + "img/mug.png", 404, initiatorType="img", method=None), False),
        (console(AT + 100, "error", "ResizeObserver loop completed with undelivered notifications."), False),
        (console(AT + 4_999, "error", "broken"), True),
        (console(AT + 5_001, "error", "broken"), False),
        (console(AT - 100, "error", "broken"), False),
        (console(AT + 100, "warn", "odd"), False),
        (console(AT + 100, "error", "broken", trace=("chrome-extension://abc/x.js:1:1",)), False),
    ],
)  # fmt: skip
def test_which_errors_follow_a_click(what: Raw, follows: bool):
    assert ("error_after" in flags(press(AT, PAY), what)) is follows


def test_an_error_follows_only_the_latest_action_before_it():
    assert failures(press(AT, PAY), press(AT + 1_500, HELP, 300), console(AT + 1_600, "error", "no help")) == snapshot(
        [("e3", 'button "Help" [id=help]', ("dead", "error_after"), ("e4",))]
    )


def test_an_error_in_another_tab_follows_nothing_here():
    there = [meta(0, SHOP), full(10), console(AT + 100, "error", "broken"), *WATCHED]
    rows = timeline(*PAGE, press(AT, PAY), *WATCHED, other_tab=there).rows
    assert [target(row) for row in rows if "error_after" in row.flags] == []


def test_an_error_can_follow_typing():
    check = fetched(AT + 1_000, "https://shop.example/api/check", 422)
    assert failures(focus(AT, FIELD), typed(AT + 100, FIELD), typed(AT + 200, FIELD), check) == snapshot(
        [("e2", 'field "E-mail" [id=mail]', ("error_after",), ("e3",))]
    )


def test_a_request_without_a_known_status_is_unknown_not_failed():
    rows = watched(press(AT, PAY), fetched(AT + 20, API, 0))
    assert [(target(row), effect(row), row.flags, row.status) for row in rows if row.kind == "network"] == snapshot(
        [("POST https://shop.example/api/pay", "status unknown after 50 ms", (), 0)]
    )


def test_a_request_without_an_answer_has_failed_if_the_browser_was_offline():
    lost = [custom(AT - 500, "browser offline"), press(AT, PAY), fetched(AT + 20, API, 0)]
    other = [fetched(AT + 30, "https://numbers.example/collect", 0), custom(AT + 3_000, "browser online")]
    rows = watched(*lost, *other, press(AT + 9_000, PAY), fetched(AT + 9_020, API, 0))
    assert [(target(row), effect(row), row.flags) for row in rows if row.kind in ("click", "network")] == snapshot(
        [
            (
                'button "Pay now" [id=pay]',
                "no response in 2.5 s; followed by no connection for POST https://shop.example/api/pay (e4)",
                ("dead", "error_after"),
            ),
            ("POST https://shop.example/api/pay", "no connection after 50 ms", ()),
            ("POST https://numbers.example/collect", "status unknown after 50 ms", ()),
            ('button "Pay now" [id=pay]', "no response seen; not judged: silence; repeats e3", ("repeated_submit",)),
            ("POST https://shop.example/api/pay", "status unknown after 50 ms", ()),
        ]
    )


def test_requests_have_their_own_time_however_late_they_are_recorded():
    rows = watched(press(AT, PAY), press(AT + 2_000, HELP, 300), fetched(AT + 100, API, 500, recorded=AT + 3_293))
    assert [
        (row.ref, row.seconds, target(row), row.followed_by) for row in rows if row.kind != "navigation"
    ] == snapshot(
        [
            ("e2", 5.0, 'button "Pay now" [id=pay]', ("e3",)),
            ("e3", 5.1, "POST https://shop.example/api/pay", ()),
            ("e4", 7.0, 'button "Help" [id=help]', ()),
        ]
    )


# error_shown


def shown(*raws: Raw) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(target(row), effect(row), row.flags) for row in watched(*raws) if row.kind == "text"]


def text_added(at: int, node: int, value: str) -> Raw:
    return added(at, node, {"type": 3, "textContent": value, "id": 90 + at % 1_000})


@pytest.mark.parametrize(
    ("node", "value", "error"),
    [
        (ALERT, "Payment failed, try again", True),
        (STATUS, "Could not save the note", True),
        (DIALOG, "An error occurred. Close this and try again.", True),
        (NAMED, "Invalid e-mail address", True),
        (NAMED, "Enter a postcode", True),
        (PLAIN, "Something went wrong", True),
        (ALERT, "Saved", False),
        (ALERT, "Added to cart: Copper kettle", False),
        (STATUS, "3 results", False),
        (PLAIN, "Thank you, your order is placed", False),
        (PLAIN, "How to avoid the error of a burnt loaf: heat the oven slowly, and " + "wait for the crust " * 30, False),
    ],
)  # fmt: skip
def test_which_texts_are_errors(node: int, value: str, error: bool):
    assert ("error_shown" in flags(press(AT, PAY), text_added(AT + 100, node, value))) is error


def test_texts_that_appear_are_reported_with_their_place():
    assert shown(
        press(AT, PAY), text_added(AT + 100, ALERT, "Payment failed"), text_added(AT + 200, PLAIN, "Call us")
    ) == snapshot([("alert [id=alert]", 'shows "Payment failed"', ("error_shown",))])


@pytest.mark.parametrize(("later", "expected"), [(4_999, {"slow", "error_shown"}), (5_001, {"slow"})])
def test_an_error_is_reported_within_five_seconds(later: int, expected: set[str]):
    assert flags(press(AT, PAY), text_added(AT + later, ALERT, "Payment failed")) == expected


@pytest.mark.parametrize(
    "region",
    [
        element(90, "div", "Payment failed", role="alert"),
        element(90, "div", element(91, "p", "Payment failed"), role="alert"),
        element(90, "div", element(91, "span", "Payment failed"), class_="toast toast-error"),
        element(90, "dialog", element(91, "h2", "Payment failed"), open=""),
        element(90, "p", "Payment failed"),
    ],
    ids=["alert", "inside an alert", "named for errors", "dialog", "plain"],
)
def test_an_error_is_reported_with_an_element_that_the_page_adds(region: Raw):
    rows = watched(press(AT, PAY), added(AT + 100, BODY, region))
    assert [(effect(row), row.flags) for row in rows if row.kind == "text"] == [
        ('shows "Payment failed"', ("error_shown",))
    ]


def test_a_text_without_an_action_before_it_is_not_reported():
    assert shown(text_added(AT, ALERT, "Payment failed")) == []


def test_the_same_error_after_another_click_is_reported_again():
    again = [
        press(AT, PAY), text_added(AT + 100, ALERT, "Payment failed"),
        press(AT + 3_000, PAY), removed(AT + 3_010, ALERT, 190), text_added(AT + 3_200, ALERT, "Payment failed"),
    ]  # fmt: skip
    assert shown(*again) == snapshot(
        [
            ("alert [id=alert]", 'shows "Payment failed"', ("error_shown",)),
            ("alert [id=alert]", 'no longer shows "Payment failed"', ()),
            ("alert [id=alert]", 'shows "Payment failed"', ("error_shown",)),
        ]
    )


def test_a_text_that_disappears_after_an_action_is_reported():
    page = [
        meta(0, SHOP),
        full(10, element(PAY, "button", "Close"), element(ALERT, "p", "Payment failed", role="alert")),
    ]
    rows = timeline(*page, press(AT, PAY), removed(AT + 100, BODY, ALERT), *WATCHED).rows
    assert [(row.kind, target(row), effect(row), row.flags) for row in rows if row.kind == "text"] == [
        ("text", "alert", 'no longer shows "Payment failed"', ())
    ]


def test_a_hidden_alert_that_becomes_visible_is_reported():
    page = [
        meta(0, SHOP),
        full(
            10,
            element(PAY, "button", "Pay"),
            element(ALERT, "p", "Payment failed", role="alert", style="display: none"),
        ),
    ]
    rows = timeline(*page, press(AT, PAY), changed(AT + 100, ALERT, style={"display": "block"}), *WATCHED).rows
    assert [(row.kind, target(row), effect(row), row.flags) for row in rows[1:]] == snapshot(
        [
            ("click", 'button "Pay"', 'shows "Payment failed" after 100 ms', ()),
            ("text", "alert", 'shows "Payment failed"', ("error_shown",)),
        ]
    )
