"""How a focus area changes a summary."""

from typing import Any

import pytest
from inline_snapshot import snapshot

from replay_mcp.recording.summary.focus import MAX_WORDS, Focus
from tests.recording.rrweb import Raw, console, press
from tests.recording.summaries import HELP, LINK, PAY, filled, status, summary, timeline, visit

SESSION: list[Raw] = [
    press(1_000, HELP),
    status(1_200, "How can we help?"),
    *filled(3_000),
    press(5_000, LINK),
    *visit(5_300, "/terms", "Terms"),
    press(8_000, PAY),
    console(8_100, "error", "Printer on fire"),
]
READ = timeline(*SESSION)


def focused(area: str) -> tuple[list[tuple[int, list[str]]], str]:
    """Key actions of each segment, and how the description ends."""
    made = summary(READ, area)
    actions: list[dict[str, Any]] = made["key_actions"]
    key_actions = [(group["segment_index"], [event["description"] for event in group["events"]]) for group in actions]
    return key_actions, made["session_outcome"]["description"].partition("/terms. ")[2]


@pytest.mark.parametrize(
    ("area", "words"),
    [
        ("", ()),
        ("   ", ()),
        ("Checkout", ("checkout",)),
        ("Payments and PAYMENT forms", ("payment", "form")),
        ("Why did the user not pay?", ("pay",)),
        ("an if at", ()),
        ("Nora's e-mail/phone", ("nora", "e-mail/phone")),
        ("gas addresses, ss and the boss", ("gas", "addresse", "boss")),
        ("Überprüfung der Größe", ("überprüfung", "der", "grösse")),
        (".* ( [ \\ ", ()),
        ("支払い ページ", ("支払い", "ページ")),
        ("pay " * 200, ("pay",)),
    ],
)
def test_the_words_of_a_focus(area: str, words: tuple[str, ...]):
    assert Focus.for_area(area, ()).words == words


def test_a_focus_has_a_maximum_of_words():
    assert len(Focus.for_area(" ".join(f"word{number}" for number in range(100)), ()).words) == MAX_WORDS


def test_a_focus_on_an_element_leaves_order_and_key_actions_as_they_are():
    assert focused("the help button") == snapshot(
        (
            [
                (
                    0,
                    [
                        'Opened https://shop.example/checkout (e1): titled "Shop"',
                        'Clicked button "Help" [id=help] (e2): shows "How can we help?" after 200 ms',
                        "Filled in field [id=mail] (e5): 5 characters",
                        'Clicked link "Terms" (e6): went to https://shop.example/terms after 300 ms',
                    ],
                ),
                (
                    1,
                    [
                        'Opened https://shop.example/terms (e7): titled "Terms"',
                        'Clicked button "Pay now" [id=pay] (e8, dead, error_after): no response in 2.5 s; followed by console error: Printer on fire (e9)',
                    ],
                ),
            ],
            "Focus (help, button): 3 of 9 rows mention it, and their segments quote them.",
        )
    )


def test_a_focus_on_a_page_finds_the_actions_there():
    assert focused("terms") == snapshot(
        (
            [
                (
                    0,
                    [
                        'Opened https://shop.example/checkout (e1): titled "Shop"',
                        'Clicked button "Help" [id=help] (e2): shows "How can we help?" after 200 ms',
                        "Filled in field [id=mail] (e5): 5 characters",
                        'Clicked link "Terms" (e6): went to https://shop.example/terms after 300 ms',
                    ],
                ),
                (
                    1,
                    [
                        'Opened https://shop.example/terms (e7): titled "Terms"',
                        'Clicked button "Pay now" [id=pay] (e8, dead, error_after): no response in 2.5 s; followed by console error: Printer on fire (e9)',
                    ],
                ),
            ],
            "Focus (term): 4 of 9 rows mention it, and their segments quote them.",
        )
    )


def test_a_focus_on_an_error_finds_the_action_that_it_followed():
    assert focused("printers") == snapshot(
        (
            [
                (
                    0,
                    [
                        'Opened https://shop.example/checkout (e1): titled "Shop"',
                        'Clicked button "Help" [id=help] (e2): shows "How can we help?" after 200 ms',
                        "Filled in field [id=mail] (e5): 5 characters",
                        'Clicked link "Terms" (e6): went to https://shop.example/terms after 300 ms',
                    ],
                ),
                (
                    1,
                    [
                        'Opened https://shop.example/terms (e7): titled "Terms"',
                        'Clicked button "Pay now" [id=pay] (e8, dead, error_after): no response in 2.5 s; followed by console error: Printer on fire (e9)',
                    ],
                ),
            ],
            "Focus (printer): 2 of 9 rows mention it, and their segments quote them.",
        )
    )


def test_a_focus_on_a_flag_finds_the_rows_with_it():
    assert focused("error_after")[0] == focused("printers")[0]


def test_a_focus_that_no_row_mentions_is_reported_and_omits_nothing():
    assert focused("refunds")[0] == focused("")[0]
    assert focused("refunds")[1] == snapshot("No row mentions the focus area (refund).")


def test_a_focus_without_words_is_reported_and_omits_nothing():
    assert focused("what did they do?")[0] == focused("")[0]
    assert focused("and the")[1] == snapshot("The focus area has no word to search for.")


def test_without_a_focus_nothing_is_reported_about_it():
    assert focused("")[1] == ""
    assert [summary(READ, area)["computed"].get("focus") for area in ("", "  ", "help", "refunds", "and")] == snapshot(
        [
            None,
            None,
            {"words": ["help"], "rows": 2, "refs": ["e2", "e3"]},
            {"words": ["refund"], "rows": 0, "refs": []},
            {"words": [], "rows": 0, "refs": []},
        ]
    )


def test_a_focus_changes_no_count_and_no_outcome():
    plain, narrow = summary(READ), summary(READ, "help")
    assert [segment["meta"] | {"key_action_count": 0} for segment in narrow["segments"]] == [
        segment["meta"] | {"key_action_count": 0} for segment in plain["segments"]
    ]
    assert narrow["session_outcome"]["success"] == plain["session_outcome"]["success"]
    for made in (plain, narrow):
        assert [segment["meta"]["key_action_count"] for segment in made["segments"]] == [
            len(group["events"]) for group in sorted(made["key_actions"], key=lambda group: group["segment_index"])
        ]
