"""Which texts of a page are messages: by place, by marks, by what happened before."""

from collections.abc import Sequence
from typing import Any

import pytest

from replay_mcp.recording import read_timeline
from replay_mcp.recording.timeline.row_text import effect
from replay_mcp.recording.timeline.rows import Row
from replay_mcp.redaction import Redaction

from .rrweb import (
    HEAD,
    Raw,
    added,
    blur,
    changed,
    element,
    fetched,
    focus,
    full,
    lines,
    meta,
    mutation,
    press,
    removed,
    retexted,
    text,
    typed,
)

PAY, FIELD, ROOT = 10, 11, 12
PAGE = [
    element(PAY, "button", "Pay now"),
    element(FIELD, "input", type="text", id="mail", aria_describedby="mail-help"),
    element(ROOT, "div"),
]


def rows_of(*events: Raw, page: Sequence[Raw] | None = None) -> tuple[Row, ...]:
    """The rows of a page, each beginning with a visit and its snapshot."""
    all_events = [meta(0, "http://shop.example/"), full(1, *(PAGE if page is None else page)), *events]
    return read_timeline([b"\n".join(lines(*all_events))], Redaction()).rows


def errors(*events: Raw, page: Sequence[Raw] | None = None) -> list[str]:
    return [effect(row) for row in rows_of(*events, page=page) if "error_shown" in row.flags]


def texts(*events: Raw, page: Sequence[Raw] | None = None) -> list[str]:
    return [effect(row) for row in rows_of(*events, page=page) if row.kind == "text"]


def after_click(*nodes: Raw, parent: int = ROOT) -> list[str]:
    return errors(press(1_000, PAY), added(1_200, parent, *nodes))


@pytest.mark.parametrize(
    "node",
    [
        element(40, "p", "The moon is full", role="alert", class_="alert alert-danger"),
        element(40, "li", element(41, "div", "The moon is full"), data_sonner_toast="", data_type="error"),
        element(40, "div", "The moon is full", class_="Toastify__toast Toastify__toast--error"),
        element(40, "div", "The moon is full", class_="notification is-danger"),
        element(40, "span", "The moon is full", class_="fieldError_text__x1Yz"),
        element(40, "div", "The moon is full", class_="invalid-feedback d-block"),
        element(40, "sl-alert", "The moon is full", variant="danger"),
        element(40, "ul", element(41, "li", "The moon is full"), class_="errorlist"),
        element(40, "p", "The moon is full", id="mail-error", class_="mantine-InputWrapper-error"),
        element(40, "p", "At least 8 characters", class_="text-sm text-red-500"),
        element(40, "p", "Enter a name", class_="text-sm font-medium text-destructive"),
        element(40, "div", "Payment declined"),
    ],
)
def test_messages_are_known_by_role_and_marks_of_libraries_or_plain_words(node: Raw):
    assert len(after_click(node)) == 1


@pytest.mark.parametrize(
    "node",
    [
        element(40, "button", "Delete draft", class_="btn btn-danger"),
        element(40, "label", "Your name", class_="Mui-error"),
        element(40, "form", element(41, "label", "Your name"), class_="ng-untouched ng-invalid"),
        element(40, "span", "-20% today", class_="text-danger"),
        element(40, "div", "New arrivals", class_="hover:text-red-500 aria-invalid:border-destructive"),
        element(40, "div", "New arrivals", class_="mirrored-terror"),
        element(40, "table", element(41, "td", "Payment failed", class_="text-red-600")),
        element(40, "ul", element(41, "li", "Payment failed", role="option"), role="listbox"),
        element(40, "pre", "error: connection refused", class_="log-error"),
        element(40, "div", "Errors (3)", class_="error-count"),
        element(40, "p", "Your order has been placed", role="alert", class_="alert-danger"),
        element(40, "p", "Please wait", role="alert"),
        element(40, "p", "Did the payment fail?", role="alert"),
        element(40, "div", "Payment failed", class_="toast toast-error", style="display: none"),
        element(40, "div", "Payment failed", class_="sr-only", aria_live="assertive"),
        element(40, "div", "Payment failed", role="alert", style="position: fixed; width: 1px; clip: rect(0 0 0 0)"),
        element(40, "div", "Payment failed", class_="alert alert-danger fade-leave-active"),
    ],
)
def test_controls_labels_tables_logs_counts_and_hidden_texts_are_no_messages(node: Raw):
    assert after_click(node) == []


def test_a_description_of_an_invalid_field_is_an_error_whatever_its_words():
    page = [
        element(PAY, "button", "Pay now"),
        element(20, "div", element(FIELD, "input", aria_invalid="true", aria_describedby="hint"), element(22, "p", id="hint")),
        element(30, "div", element(31, "input", aria_invalid="false", aria_describedby="hint2"), element(32, "p", id="hint2")),
    ]  # fmt: skip
    events = [
        press(1_000, PAY),
        added(1_200, 22, text(60, "Ask your bank")),
        added(1_300, 32, text(61, "Ask your boss")),
    ]
    assert errors(*events, page=page) == ['shows "Ask your bank"']


def test_text_hidden_by_a_style_sheet_is_shown_once_a_class_reveals_it():
    css = (
        "@media print { .feedback { display: block } } .feedback { display: none; color: red }"
        " .is-invalid ~ .feedback { display: block }"
    )
    page = [
        element(PAY, "button", "Pay now"),
        element(50, "style", css),
        element(20, "div", element(FIELD, "input", class_="form-control"), element(22, "div", "Enter a name", class_="feedback error")),
    ]  # fmt: skip
    still = [press(1_000, PAY), changed(1_100, FIELD, class_="form-control focused")]
    assert errors(*still, page=page) == []
    assert errors(*still, changed(1_200, FIELD, class_="form-control is-invalid"), page=page) == [
        'shows "Enter a name"'
    ]


@pytest.mark.parametrize(
    ("hidden", "revealing"),
    [
        ({"hidden": ""}, {"hidden": None}),
        ({"style": "display: none"}, {"style": "display: block"}),
        ({"style": "display: none"}, {"style": {"display": "block"}}),
        ({"class_": "alert d-none"}, {"class_": "alert"}),
        ({"aria_hidden": "true", "role": "alert"}, {"aria_hidden": "false"}),
    ],
)
def test_text_that_is_revealed_counts_as_shown(hidden: Raw, revealing: dict[str, Any]):
    page = [*PAGE, element(40, "div", "Payment failed", **hidden)]
    assert errors(press(1_000, PAY), changed(1_200, 40, **revealing), page=page) == ['shows "Payment failed"']


def test_a_page_that_a_dialog_hid_from_screen_readers_is_not_shown_again():
    page = [element(PAY, "button", "Pay now"), element(20, "main", element(21, "p", "Payment failed", class_="error"))]
    events = [changed(500, 20, aria_hidden="true"), press(1_000, PAY), changed(1_200, 20, aria_hidden=None)]
    assert texts(*events, page=page) == []


def test_a_text_that_appears_by_itself_is_no_response():
    came = [added(at, ROOT, element(100 + at, "div", "Error")) for at in (2_000, 20_000)]
    went = [removed(at + 1_000, ROOT, 100 + at) for at in (2_000, 20_000)]
    events = sorted([*came, *went, press(19_000, PAY)], key=lambda event: event["timestamp"])
    assert texts(*events) == []
    assert errors(press(19_000, PAY), came[1]) == ['shows "Error"']


def test_changed_numbers_in_a_ticking_text_do_not_make_it_new():
    page = [*PAGE, element(40, "p", "1 of 9 failed to load")]
    ticks = [retexted(at, 4_000, f"{at} of 9 failed to load") for at in range(2_000, 30_000, 1_000)]
    events = sorted([*ticks, press(20_500, PAY)], key=lambda event: event["timestamp"])
    assert texts(*events, page=page) == []


def test_messages_of_one_form_share_a_row():
    nodes = [
        element(40 + place, "p", word, class_="error-message")
        for place, word in enumerate(("Enter a name", "Enter a city"))
    ]
    assert after_click(*nodes) == ['shows "Enter a name", "Enter a city"']


def test_a_message_rendered_again_during_typing_is_not_reported_again():
    def message(id: int) -> Raw:
        return element(id, "p", "Enter a city please", class_="error")

    again = mutation(
        3_100,
        removes=[{"parentId": ROOT, "id": 40}],
        adds=[*added(0, ROOT, message(41))["data"]["adds"]],
    )
    rows = rows_of(press(1_000, PAY), added(1_200, ROOT, message(40)), focus(2_900, FIELD), typed(3_000, FIELD), again)
    assert [(row.kind, row.meaning) for row in rows if row.meaning] == [("click", "error"), ("text", "error")]


def test_the_same_message_after_another_click_is_reported_again():
    page = [*PAGE, element(40, "div", role="alert")]
    events = [
        press(1_000, PAY), added(1_400, 40, text(60, "Payment failed")),
        press(9_000, PAY), mutation(9_400, removes=[{"parentId": 40, "id": 60}], adds=[{"parentId": 40, "nextId": None, "node": text(61, "Payment failed")}]),
    ]  # fmt: skip
    assert errors(*events, page=page) == ['shows "Payment failed"'] * 2


def test_an_error_during_typing_counts_once_a_control_is_clicked():
    message = element(40, "p", "Passwords do not match", class_="error")
    typing = [focus(900, FIELD), typed(1_000, FIELD), added(1_100, ROOT, message)]
    left = [*typing, blur(1_900, FIELD), press(2_000, PAY), changed(2_050, FIELD, class_="x")]
    assert (errors(*typing), texts(*typing)) == ([], ['shows "Passwords do not match"'])
    assert errors(*left) == ['shows "Passwords do not match"']
    assert errors(*typing, removed(1_500, ROOT, 40), *left[3:]) == []


def test_a_message_right_after_a_failed_request_is_an_error():
    page = [*PAGE, element(40, "div", role="status")]
    shown = [press(1_000, PAY), added(1_400, 40, text(60, "The moon is full"))]
    url = "http://shop.example/api/pay"
    assert errors(*shown, fetched(1_050, url, 422, took=300), page=page) == ['shows "The moon is full"']
    assert errors(*shown, fetched(1_050, url, 200, took=300), page=page) == []


def test_a_text_that_replaces_a_loading_text_or_the_form_is_the_response():
    loading = element(40, "p", "Loading…")
    result = mutation(
        2_000, removes=[{"parentId": ROOT, "id": 40}],
        adds=[*added(0, ROOT, element(41, "p", "Report of today: ", "84", " rows"))["data"]["adds"]],
    )  # fmt: skip
    assert texts(press(1_000, PAY), added(1_100, ROOT, loading), result) == ['shows "Report of today: 84 rows"']


def test_a_message_on_the_page_that_answers_a_form_is_reported():
    answer = [
        element(20, "div", "The moon is full tonight", class_="alert alert-danger"),
        element(PAY, "button", "Pay now"),
    ]
    loaded = [meta(1_500, "http://shop.example/pay"), full(1_501, *answer)]
    assert errors(press(1_000, PAY), *loaded) == ['shows "The moon is full tonight"']
    assert errors(*loaded) == []


def test_titles_are_those_of_the_document():
    frame = {
        "parentId": 20,
        "nextId": None,
        "node": {"type": 0, "id": 70, "childNodes": [element(71, "h1", "Thank you for your order")]},
    }
    page = [
        element(20, "iframe"),
        element(30, "svg", element(31, "title", "Company logo")),
        element(PAY, "button", "Pay now"),
    ]
    rename = mutation(
        400, removes=[{"parentId": HEAD, "id": 4}],
        adds=[*added(0, HEAD, element(80, "title", "Checkout"))["data"]["adds"]],
    )  # fmt: skip
    rows = rows_of(mutation(300, adds=[frame]), rename, press(1_000, PAY), page=page)
    assert [row.title for row in rows] == ["Checkout"] * len(rows)


def test_a_masked_typed_text_is_not_shown_where_the_page_repeats_it():
    page = [*PAGE, element(40, "div")]
    typing = [focus(900, FIELD), typed(1_000, FIELD, "*" * 22), press(3_000, PAY)]
    rows = rows_of(*typing, added(3_100, 40, element(41, "p", "my diagnosis is kidney")), page=page)
    assert "diagnosis" not in str(rows)
    other = rows_of(*typing, added(3_100, 40, element(41, "p", "no diagnosis was made")), page=page)
    assert "no diagnosis was made" in str(other)
    later = rows_of(*typing, press(9_000, PAY), added(9_100, 40, element(41, "p", "the report of today is")), page=page)
    assert "the report of today is" in str(later)


def test_text_removed_from_an_editor_is_not_shown_where_the_page_repeats_it():
    page = [*PAGE, element(40, "div", "my diagnosis is kidney", contenteditable="true"), element(50, "div")]
    sent = mutation(
        1_100, removes=[{"parentId": 40, "id": 4_000}],
        adds=[*added(0, 50, element(51, "p", "my diagnosis is kidney"))["data"]["adds"]],
    )  # fmt: skip
    assert "kidney" not in str(rows_of(press(1_000, PAY), sent, page=page))


DETAILS = element(50, "section", element(51, "h3", "Hoover Dam"), element(52, "p", "The first dam failed in 1928."))


def test_a_sentence_under_a_new_heading_is_content():
    assert after_click(DETAILS) == []
    assert len(after_click(element(52, "p", "The first dam failed in 1928."))) == 1


@pytest.mark.parametrize("heading", ["Page not found", "404", "Oops!"])
def test_a_sentence_under_a_heading_that_reports_an_error_is_an_error(heading: str):
    page = element(50, "section", element(51, "h1", heading), element(52, "p", "We could not open it."))
    assert '"We could not open it."' in "".join(after_click(page))


def test_a_sentence_under_a_new_heading_is_an_error_if_a_request_had_failed():
    refused = fetched(1_050, "http://shop.example/api/pay", 402, took=100)
    assert errors(press(1_000, PAY), refused, added(1_200, ROOT, DETAILS)) == ['shows "The first dam failed in 1928."']


def test_a_text_revealed_in_a_coloured_part_of_the_page_with_controls_is_content():
    note = element(61, "p", "Issues and failed runs are removed.", hidden="")
    zone = element(60, "div", note, element(62, "button", "Transfer"), class_="Box-danger")
    shown = changed(1_200, 61, hidden=None)
    assert errors(press(1_000, 62), shown, page=[zone]) == []
    plain = element(60, "div", note, class_="Box-danger")
    assert len(errors(press(1_000, PAY), shown, page=[*PAGE, plain])) == 1


def test_a_red_box_that_appears_with_a_button_of_its_own_is_a_message():
    box = element(40, "div", element(41, "p", "No seats left"), element(42, "button", "Retry"), class_="bg-red-50")
    assert len(after_click(box)) == 1
    hidden = element(
        40, "div", element(41, "p", "No seats left"), element(42, "button", "Retry"), class_="bg-red-50 hidden"
    )
    assert len(errors(press(1_000, PAY), changed(1_200, 40, class_="bg-red-50"), page=[*PAGE, hidden])) == 1


def done(*nodes: Raw) -> list[str]:
    rows = rows_of(press(1_000, PAY), added(1_200, ROOT, *nodes))
    return [effect(row) for row in rows if row.kind == "text" and row.meaning == "done"]


@pytest.mark.parametrize("word", ["Saved", "Updated", "Gespeichert", "Enregistré", "Guardado", "Salvata", "Verzonden"])
def test_a_single_word_reports_a_success_in_a_place_for_messages_or_in_green(word: str):
    assert len(done(element(40, "p", word, role="status"))) == 1
    assert len(done(element(40, "p", word, class_="text-success"))) == 1
    assert done(element(40, "p", word)) == []
    assert done(element(40, "p", word, role="tab")) == []


def test_a_hint_beside_a_control_is_read_without_the_text_around_it():
    hint = element(71, "span", "Saved", hidden="", class_="color-fg-success")
    row = element(70, "div", element(72, "input", type="checkbox", id="wiki"), "Wikis", hint, "Wikis host texts.")
    shown = [press(1_000, 72), changed(1_300, 71, hidden=None)]
    assert texts(*shown, page=[row]) == ['shows "Saved"']
    alone = element(70, "div", "Wikis", hint, "Wikis host texts.")
    assert texts(press(1_000, PAY), changed(1_300, 71, hidden=None), page=[*PAGE, alone]) == [
        'shows "Wikis Saved Wikis host texts."'
    ]
