"""Outcomes of sessions: each published rule applies where the recording shows it, and nowhere else."""

import pytest
from inline_snapshot import snapshot

from replay_mcp.recording.summary.outcome import RULES, Outcomes
from replay_mcp.recording.summary.sentences import completion_clause, failure_sentence
from replay_mcp.recording.timeline.reader import TimelineReader, read_timeline
from replay_mcp.redaction import Redaction
from tests.recording.rrweb import (
    BODY,
    Raw,
    added,
    custom,
    element,
    event,
    fetched,
    full,
    lines,
    meta,
    move,
    press,
    removed,
    retexted,
    typed,
)
from tests.recording.summaries import (
    BOX,
    FIELD,
    FORM,
    HELP,
    LINK,
    NEXT,
    PAY,
    PAY_URL,
    PLAIN,
    SEARCH,
    SEARCH_FIELD,
    SHOP,
    alert,
    filled,
    outcome,
    recorded,
    status,
    success,
    visit,
)

AWAY = 60
THANKS = "Thank you for your order!"
FAILED = "Payment failed. Please try again."
API = "https://shop.example/api"


def sent(at: int, url: str = PAY_URL, answer: int = 200, node: int = PAY, method: str = "POST") -> list[Raw]:
    """A click that starts a request."""
    return [press(at, node), fetched(at + 60, url, answer, method=method)]


def confirmed(at: int, text: str = THANKS) -> list[Raw]:
    """A click, and the text that the page then shows."""
    return [press(at, PAY), status(at + 200, text)]


def refused(at: int, node: int = PAY) -> list[Raw]:
    """A click, and the error that the page then shows."""
    return [press(at, node), alert(at + 200, FAILED), alert(at + 4_000, "-")]


def completion_of(*raws: Raw) -> str:
    found = outcome(*raws).completion
    assert found is not None
    return completion_clause(found)


def failure_of(*raws: Raw) -> str:
    found = outcome(*raws).failure
    assert found is not None
    return failure_sentence(found)


def test_the_rules_are_published():
    assert dict(RULES) == snapshot(
        {
            "success shown": (
                "The page reported in words (in English, German, French, Spanish, Portuguese, Italian, Dutch, Japanese, Chinese, Korean or Arabic) that something was done: in its title, in a place for messages (alert, dialog, status, message), anywhere after a filled-in form was sent, or in a heading after a request that changed something",
                "Or the click that sent a filled-in form was answered with 2xx, and no page opened except one whose URL confirms it",
                "Or the page closed a dialog or showed a new heading after a request that was answered with 2xx: one that had been refused before, or one from a dialog that the click before had opened",
                "What had failed before was clicked again and worked, or the page reported the success after it. A single failed click is ignored if it sent no filled-in form and the click before the success sent a request, or if the person then repeated with success what had failed before it",
                "Afterwards nothing failed and no field was filled in. Searching, filling in the same fields again, and edits that were cancelled or saved (by a request within 1500 ms, or as the page reported) are allowed",
                "No later part of the recording is missing",
            ),
            "failed": (
                "A control was tried 2 times or more, and every try failed: a request that it started (POST, PUT, PATCH, DELETE) was answered with 400 or more, or the page showed an error",
                "Requests that also occur without a click do not count. Where requests are recorded, neither does an error outside the places for messages. Quick clicks are one try, or as many as requests failed",
                "Afterwards the person did nothing or left: with up to 3 clicks on links, on controls named cancel, close, back or the like, or that only closed the error message, or by going back. Up to 3 clicks that failed too may lie between, with what was filled in for them",
                "Nothing else was filled in or reported as done afterwards, and no part of the recording is missing since the first try",
            ),
            "not shown": ("Everything else", "A part of a session is judged by the recording of that part"),
        }
    )


# Success


def test_a_text_after_a_click_that_reports_success_is_a_success():
    assert success(*confirmed(2_000)) is True
    assert completion_of(*confirmed(2_000)) == snapshot('the page showed "Thank you for your order!" (e3)')


def test_a_title_that_reports_success_is_a_success():
    thanked = [press(2_000, PAY), *visit(2_300, "/thanks", "Thank you, your order is placed")]
    assert success(*thanked) is True
    assert completion_of(*thanked) == snapshot(
        'the page shop.example/thanks is titled "Thank you, your order is placed" (e3)'
    )


def test_a_filled_in_form_that_the_server_accepted_is_a_success():
    assert success(*filled(1_000), *sent(3_000)) is True
    assert completion_of(*filled(1_000), *sent(3_000)) == snapshot(
        'button "Pay now" was clicked (e4), and its request was answered: 200 POST https://shop.example/api/pay (e5)'
    )


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
@pytest.mark.parametrize("answer", [200, 201, 204])
def test_each_sending_method_and_each_2xx_counts(method: str, answer: int):
    assert success(*filled(1_000), *sent(3_000, answer=answer, method=method)) is True


@pytest.mark.parametrize(
    ("method", "answer"), [("GET", 200), ("DELETE", 200), ("POST", 302), ("POST", 0), ("HEAD", 200)]
)
def test_other_methods_and_answers_do_not_count(method: str, answer: int):
    assert success(*filled(1_000), *sent(3_000, answer=answer, method=method)) is None


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.example/graphql",
        "https://shop.example/api/graphql",
        "https://shop.example/api/search",
        "https://shop.example/api/products/_search",
        "https://shop.example/api/products/query",
        "https://shop.example/api/address/autocomplete",
        "https://shop.example/api/address/validate",
        "https://shop.example/api/login",
        "https://shop.example/api/auth/token",
        "https://shop.example/api/session",
        "https://shop.example/api/drafts/7",
        "https://shop.example/api/autosave",
        "https://shop.example/api/cart",
        "https://shop.example/api/coupon",
        "https://shop.example/api/presence",
        "https://shop.example/livewire/update",
        "https://shop.example/api/shipping/rates",
        "https://shop.example/api/v1/events",
        "https://shop.example/batch/",
        "https://shop.example/ingest/i/v0/e/",
        "https://shop.example/api/cookie-consent",
        "https://eu.i.posthog.com/e/",
        "https://api.pay.example/charge",
        "https://shop.example.evil.example/api/pay",
    ],
)
def test_a_2xx_of_a_query_step_poll_analytics_or_another_site_is_no_success(url: str):
    assert success(*filled(1_000), *sent(3_000, url)) is None


def test_a_subdomain_is_the_pages_own_site():
    assert success(*filled(1_000), *sent(3_000, "https://api.shop.example/orders")) is True


@pytest.mark.parametrize("node", [SEARCH, NEXT, LINK])
def test_a_2xx_after_a_click_that_searches_goes_on_or_leads_away_is_no_success(node: int):
    assert success(*filled(1_000), *sent(3_000, node=node)) is None


def test_typing_into_a_search_field_fills_in_no_form():
    assert success(*filled(1_000, SEARCH_FIELD), *sent(3_000, node=HELP)) is None


def test_a_choice_alone_fills_in_no_form():
    assert success(press(1_000, BOX), *sent(3_000)) is None


def test_a_2xx_without_a_filled_in_field_is_no_success():
    assert success(*sent(3_000)) is None


def test_fields_filled_in_on_an_earlier_page_are_not_sent_by_this_one():
    assert success(*filled(1_000), *visit(2_000, "/next", "Next"), *sent(3_000)) is None


def test_only_the_first_click_with_a_request_sends_the_filled_in_fields():
    assert success(*filled(1_000), *sent(3_000, f"{API}/reviews", 200, HELP, "GET"), *sent(6_000)) is None
    assert completion_of(*filled(1_000), *sent(3_000), *sent(6_000, node=HELP)) == completion_of(
        *filled(1_000), *sent(3_000)
    )


def test_a_request_that_also_occurs_without_a_click_is_no_success():
    autosaved = fetched(1_400, f"{API}/form/7", 200, method="PUT")
    assert success(*filled(1_000), autosaved, *sent(3_000, f"{API}/form/7", method="PUT")) is None


def test_an_autosave_that_the_page_reports_is_no_success():
    assert success(*filled(1_000), status(1_900, "Changes saved.")) is None
    assert success(*filled(1_000), press(2_000, HELP), status(2_300, "All changes saved.")) is None
    assert success(*filled(1_000), press(2_000, HELP), status(2_300, "Draft has been saved.")) is None


def test_a_2xx_with_an_error_text_is_no_success():
    assert success(*filled(1_000), *sent(3_000), alert(3_300, FAILED)) is None


def test_a_2xx_before_another_page_opens_is_no_success():
    assert success(*filled(1_000), *sent(3_000), *visit(3_400, "/step-2", "Step 2")) is None


def test_a_success_in_words_remains_when_another_page_opens():
    assert success(*confirmed(2_000), press(6_000, LINK), *visit(6_300, "/", "Shop")) is True


def test_no_success_remains_when_an_action_fails_afterwards():
    assert success(*confirmed(2_000), *refused(6_000, HELP)) is None
    assert success(*confirmed(2_000), *sent(6_000, f"{API}/invoice", 500, HELP, "GET")) is None


def test_no_success_remains_when_a_field_or_choice_is_edited_afterwards():
    assert success(*confirmed(2_000), *filled(6_000)) is None
    assert success(*confirmed(2_000), press(6_000, BOX), typed(6_010, BOX, "on")) is None


def test_a_success_remains_when_the_same_form_is_begun_again():
    assert success(*filled(1_000), *confirmed(2_000), *filled(6_000)) is True


def test_a_heading_reports_a_success_after_a_request_that_changed_something():
    heading = added(2_300, BODY, element(41, "h2", "Booking confirmed"))
    assert success(*sent(2_000, node=NEXT), heading) is True
    assert success(*sent(2_000, node=NEXT, method="GET"), heading) is None
    assert success(*sent(2_000, node=NEXT, answer=302), heading) is None


def test_a_success_remains_after_a_search():
    assert success(*confirmed(2_000), *filled(6_000, SEARCH_FIELD)) is True


def test_a_success_remains_after_a_filter_that_only_its_type_tells():
    field = added(5_000, BODY, element(43, "input", type="search", aria_label="Which hive"))
    assert success(*confirmed(2_000), field, *filled(6_000, 43)) is True


def test_a_success_remains_after_an_edit_that_is_saved_at_once():
    settings = f"{API}/settings"
    assert success(*confirmed(2_000), *filled(6_000), fetched(6_900, settings, 200, method="PUT")) is True
    assert success(*confirmed(2_000), *filled(6_000), fetched(6_900, settings, 500, method="PUT")) is None
    assert success(*confirmed(2_000), *filled(6_000), fetched(9_000, settings, 200, method="PUT")) is None
    assert success(*confirmed(2_000), *filled(6_000), fetched(6_900, settings, 200, method="GET")) is None


def test_a_success_remains_after_an_edit_that_the_page_says_is_saved():
    assert success(*confirmed(2_000), *filled(6_000), status(6_500, "Name saved.")) is True


def test_a_success_remains_after_a_form_that_is_cancelled():
    cancel = added(5_000, BODY, element(AWAY, "button", "Cancel"))
    assert success(*confirmed(2_000), cancel, *filled(6_000), press(9_000, AWAY)) is True
    assert success(*confirmed(2_000), cancel, press(6_000, AWAY), *filled(9_000)) is None


def test_a_refused_request_that_is_accepted_later_is_a_success_if_the_page_moves_on():
    refused_once = sent(2_000, answer=503)
    heading = added(8_200, BODY, element(41, "h2", "Your plan ends on 1 June"))
    assert success(*refused_once, *sent(8_000), heading) is True
    assert success(*refused_once, *sent(8_000)) is None
    assert success(*refused_once, *sent(8_000, f"{API}/other"), heading) is None
    assert success(*sent(8_000), heading) is None


def test_a_refused_request_that_is_accepted_later_is_a_success_if_its_dialog_closes():
    opened = added(1_500, BODY, element(42, "div", "Really?", role="dialog"))
    closed = removed(8_200, BODY, 42)
    assert success(press(1_400, HELP), opened, *sent(2_000, answer=503), *sent(8_000), closed) is True


def test_what_was_confirmed_in_a_dialog_and_accepted_is_a_success_if_the_page_moves_on():
    opened = [press(1_400, HELP), added(1_500, BODY, element(42, "div", "All singers get it by mail", role="dialog"))]
    closed, heading = removed(2_200, BODY, 42), added(2_200, BODY, element(41, "h2", "With 24 singers"))
    assert success(*opened, *sent(2_000), closed) is True
    assert success(*opened, *sent(2_000), heading) is True
    assert success(*opened, *sent(2_000)) is None
    assert success(*opened, *sent(2_000, answer=409), closed) is None
    assert success(*opened, press(1_700, NEXT), *sent(2_000), heading) is None


def test_a_success_remains_after_a_dead_click_on_something_else():
    assert success(*confirmed(2_000), press(8_000, HELP), move(9_000), move(12_000)) is True


def test_a_success_remains_after_unanswered_quick_clicks_elsewhere():
    rage = [press(at, HELP) for at in (8_000, 8_300, 8_600)]
    assert success(*confirmed(2_000), *rage, status(8_700, "Hello")) is True


def test_one_failure_between_a_failed_try_and_its_success_is_ignored():
    message = [*filled(9_000), *refused(10_000, HELP)]
    done = [press(16_000, PAY), status(16_200, "Release 2.4 is live")]
    assert success(*refused(2_000), *message, *done) is True
    assert success(*refused(2_000), *message, *refused(13_000, HELP), *done) is None
    assert success(*message, *done) is None


def test_a_newsletter_and_then_a_payment_that_fails_is_not_shown():
    assert success(*confirmed(2_000, "Thanks for subscribing!"), *refused(8_000)) is None


def test_a_payment_that_fails_and_then_a_newsletter_is_not_shown():
    newsletter = [press(9_000, HELP), status(9_300, "Thanks for subscribing!")]
    assert success(*refused(2_000), *newsletter) is None


def test_a_success_in_words_remains_after_one_failed_click_that_sent_no_form():
    saved = [*sent(9_000, f"{API}/settings", node=HELP), status(9_300, "Settings saved")]
    assert success(*refused(2_000), *saved) is True
    assert success(*filled(1_000), *refused(2_000), *saved) is None
    assert success(*refused(2_000), *refused(5_000), *saved) is None


def test_a_failure_that_then_worked_is_a_success():
    assert success(*refused(2_000), *confirmed(8_000)) is True
    assert success(*refused(2_000), *refused(8_000), *confirmed(14_000)) is True


def test_a_failed_form_that_is_accepted_when_sent_again_is_a_success():
    other = sent(6_000, f"{API}/balance", node=HELP)
    assert success(*filled(1_000), *sent(2_000, answer=503), *other, *sent(10_000)) is True


def test_a_failure_that_worked_after_another_success_is_a_success():
    assert success(*refused(2_000), press(9_000, HELP), status(9_300, "Thanks for subscribing!"), *sent(12_000)) is True


def test_a_success_in_a_title_counts_whatever_failed_before():
    other_way = [press(8_000, HELP), *visit(8_300, "/thanks", "Your order is confirmed")]
    assert success(*refused(2_000), *other_way) is True


@pytest.mark.parametrize(
    "text",
    [
        "Successfully logged out",
        "You have been signed out successfully.",
        "A verification code has been sent to your phone",
        "Your cookie preferences have been saved.",
        "Our privacy policy has been updated.",
        "This e-mail address has already been registered.",
        "Your order was placed on 3 May.",
        "You have received 3 new messages",
        "PayPal and cards are accepted.",
        "Signed in as nora",
        "Keep me signed in",
        "Prices have changed",
        "Success stories",
        "Saved searches",
        "No, thank you.",
        "Thank you for your feedback",
        "Link copied successfully",
        "Successfully added to your cart",
        "Your cart has been updated.",
        "The results have been updated.",
        "All data loaded successfully.",
    ],
)
def test_texts_that_only_resemble_a_success_are_none(text: str):
    assert success(*confirmed(2_000, text)) is None


def test_a_text_anywhere_needs_a_filled_in_field_or_a_form_that_was_sent():
    shown = retexted(3_300, PLAIN * 100, "Your order has been placed.")
    assert success(press(3_000, PAY), shown) is None
    assert success(*filled(1_000), press(3_000, PAY), shown) is True
    assert success(*sent(3_000), shown) is True
    assert success(*sent(3_000, f"{API}/notifications", method="GET"), shown) is None
    assert success(*sent(3_000, f"{API}/graphql"), shown) is None


def test_a_title_before_any_action_is_no_success():
    titled = read_timeline([b"\n".join(lines(meta(0, SHOP), full(10, title="Order placed"), move(9_000)))], Redaction())
    assert Outcomes(titled.rows, titled.coverage).of(titled.rows).success is None


def test_terms_that_open_in_a_dialog_are_no_failure():
    terms = element(
        90,
        "div",
        "Our terms. " * 20 + "If a payment failed, it could not be delivered. " + "More. " * 30,
        role="dialog",
    )
    opened = [press(2_000, HELP), added(2_200, BODY, terms), removed(4_000, BODY, 90)]
    again = [press(6_000, HELP), added(6_200, BODY, terms), removed(8_000, BODY, 90)]
    assert success(*opened, *again) is None


def test_a_dialog_with_a_question_is_no_failure():
    asks = element(90, "div", "Delete this? It cannot be undone. Fields marked * are required", role="dialog")
    opened = [press(2_000, HELP), added(2_200, BODY, asks), removed(4_000, BODY, 90)]
    again = [press(6_000, HELP), added(6_200, BODY, asks), removed(8_000, BODY, 90)]
    assert success(*opened, *again) is None


def test_going_back_to_the_form_after_the_confirmation_keeps_the_confirmation():
    thanked = [press(2_000, PAY), *visit(2_300, "/thanks", "Thank you, your order is placed")]
    assert success(*thanked, *visit(6_000, "/checkout", "Checkout")) is True


def test_a_single_page_app_that_changes_its_url_after_a_confirmation_is_a_success():
    moved = custom(2_400, "$url_changed", href="https://shop.example/done")
    assert success(*confirmed(2_000), moved) is True


def test_a_double_submit_whose_second_is_refused_is_not_shown():
    assert success(*filled(1_000), *sent(3_000), *sent(4_200, answer=409)) is None


def test_an_action_in_another_tab_puts_a_success_in_question():
    second = (meta(5_000, SHOP), full(5_010, *FORM), *filled(9_000))
    assert success(*confirmed(2_000)) is True
    assert success(*confirmed(2_000), other=second) is None


# Failure


def test_two_failed_tries_are_a_failure():
    assert success(*refused(2_000), *refused(8_000)) is False
    assert failure_of(*refused(2_000), *refused(8_000)) == snapshot(
        'Failed: button "Pay now" was clicked 2 times (e2, e5) without success: the page showed "Payment failed. Please try again". Nothing else was clicked, filled in or opened after that.'
    )
    twice = sent(2_000, answer=500), sent(8_000, answer=422)
    assert success(*twice[0], *twice[1]) is False
    assert failure_of(*twice[0], *twice[1]) == snapshot(
        'Failed: button "Pay now" was clicked 2 times (e2, e4) without success: 500 POST https://shop.example/api/pay (e3); 422 POST https://shop.example/api/pay (e5). Nothing else was clicked, filled in or opened after that.'
    )


def test_one_try_is_not_shown():
    assert success(*refused(2_000)) is None


def test_a_correction_between_two_failed_tries_changes_nothing():
    assert success(*refused(2_000), *filled(7_000), *refused(8_000)) is False


@pytest.mark.parametrize(
    "after",
    [
        press(20_000, HELP),
        typed(20_000, FIELD),
        meta(20_000, "https://shop.example/"),
        custom(20_000, "$url_changed", href="https://shop.example/other"),
    ],
)
def test_something_done_after_the_last_try_is_not_shown(after: Raw):
    assert success(*refused(2_000), *refused(8_000), after) is None


@pytest.mark.parametrize("name", ["Cancel", "close", "Back", "Back to the cart", "Not now", "Abbrechen", "\u00d7"])
def test_two_failed_tries_and_then_a_click_that_only_leads_away_are_a_failure(name: str):
    away = added(7_000, BODY, element(AWAY, "button", name))
    assert success(*refused(2_000), away, *refused(8_000), press(20_000, AWAY)) is False


def test_a_failure_names_the_clicks_that_led_away():
    gave_up = [*refused(2_000), *refused(8_000), press(20_000, LINK), *visit(20_300, "/terms", "Terms")]
    assert success(*gave_up) is False
    assert failure_of(*gave_up) == snapshot(
        'Failed: button "Pay now" was clicked 2 times (e2, e5) without success: the page showed "Payment failed. Please try again". After that, the person only left: link "Terms" (e8).'
    )


def test_two_failed_tries_and_then_other_attempts_that_fail_as_well_are_a_failure():
    sign_in = [
        press(20_000, LINK),
        *visit(20_300, "/away", "Sign in"),
        *filled(22_000),
        *sent(23_000, f"{API}/sign", 403, NEXT),
    ]
    assert success(*refused(2_000), *refused(8_000), *sign_in) is False
    assert failure_of(*refused(2_000), *refused(8_000), *sign_in) == snapshot(
        'Failed: button "Pay now" was clicked 2 times (e2, e5) without success: the page showed "Payment failed. Please try again". After that, button "Next" (e12) failed too, and apart from that, the person only left: link "Terms" (e8).'
    )
    accepted = [*filled(22_000), *sent(23_000, f"{API}/sign", 200, NEXT)]
    assert success(*refused(2_000), *refused(8_000), *accepted) is None


def test_two_failed_tries_and_then_a_click_that_closes_the_error_message_are_a_failure():
    def tried(at: int) -> list[Raw]:
        dialog = element(42, "div", element(43, "p", FAILED), element(44, "button", "Got it"), role="alertdialog")
        return [
            *sent(at, answer=402),
            added(at + 200, BODY, dialog),
            press(at + 2_000, 44),
            removed(at + 2_100, BODY, 42),
        ]

    assert success(*tried(2_000), *tried(8_000)) is False
    assert success(*tried(2_000), *tried(8_000), press(20_000, HELP)) is None
    assert success(*refused(2_000), *refused(8_000), press(10_500, HELP)) is None  # the message then goes by itself


@pytest.mark.parametrize("name", ["Cancel order", "Close account", "Back up now", "Leave a review", "Later deliveries"])
def test_a_click_that_may_do_something_after_two_failed_tries_is_not_shown(name: str):
    other = added(7_000, BODY, element(AWAY, "button", name))
    assert success(*refused(2_000), other, *refused(8_000), press(20_000, AWAY)) is None


def test_a_click_that_leads_away_and_changes_something_is_not_shown():
    assert success(*refused(2_000), *refused(8_000), *sent(20_000, f"{API}/order", node=LINK)) is None


def test_a_visit_that_goes_on_for_long_after_two_failed_tries_is_not_shown():
    clicks = [press(at, LINK) for at in (20_000, 25_000, 30_000, 35_000)]
    assert success(*refused(2_000), *refused(8_000), *clicks[:3]) is False
    assert success(*refused(2_000), *refused(8_000), *clicks) is None


def test_going_back_to_a_page_visited_before_after_two_failed_tries_is_a_failure():
    tried = [*visit(1_000, "/pay", "Pay"), *refused(4_000), *refused(10_000)]
    assert success(*tried, meta(20_000, SHOP)) is False
    assert failure_of(*tried, meta(20_000, SHOP)) == snapshot(
        'Failed: button "Pay now" was clicked 2 times (e3, e6) without success: the page showed "Payment failed. Please try again". After that, the person only left: https://shop.example/checkout (e9).'
    )
    assert success(*tried, meta(20_000, "https://shop.example/orders/7")) is None


def test_a_form_that_the_server_sends_back_twice_with_an_error_is_a_failure():
    def sent_back(at: int, path: str) -> list[Raw]:
        error = element(40, "div", FAILED, role="alert")
        style = fetched(at + 315, "https://shop.example/style.css", 200, method="GET", initiatorType="link")
        page = [meta(at + 310, f"https://shop.example{path}"), style, full(at + 320, *FORM, error)]
        return [press(at, PAY), event(at + 300, 0, {}), event(at + 305, 1, {}), *page]

    assert success(*sent_back(2_000, "/checkout"), *sent_back(8_000, "/checkout")) is False
    assert success(*sent_back(2_000, "/checkout/check"), *sent_back(8_000, "/checkout/check")) is False
    assert success(*sent_back(2_000, "/checkout")) is None


def test_an_error_outside_of_places_for_messages_is_no_failed_try_where_requests_are_recorded():
    def unmarked(at: int) -> list[Raw]:
        return [press(at, PAY), retexted(at + 200, PLAIN * 100, FAILED), retexted(at + 4_000, PLAIN * 100, "-")]

    other = sent(500, f"{API}/settings", node=HELP)
    assert success(*unmarked(2_000), *unmarked(8_000)) is False
    assert success(*other, *unmarked(2_000), *unmarked(8_000)) is None
    assert success(*other, *refused(2_000), *refused(8_000)) is False
    assert success(*other, *sent(2_000, answer=500), *sent(8_000, answer=500)) is False


def test_tries_of_different_things_are_not_shown():
    assert success(*refused(2_000), *refused(8_000, HELP)) is None


def test_a_try_that_finally_worked_is_no_failure():
    assert success(*refused(2_000), *refused(8_000), *sent(14_000)) is None
    assert success(*refused(2_000), *sent(8_000), *refused(14_000)) is None


def test_something_done_between_the_tries_is_not_shown():
    assert success(*refused(2_000), press(7_000, HELP), status(7_200, THANKS), *refused(14_000)) is None


def test_failed_get_requests_are_no_failed_tries():
    assert success(*sent(2_000, answer=500, method="GET"), *sent(8_000, answer=404, method="GET")) is None


def test_a_failing_poll_makes_no_click_fail():
    polls = [fetched(at, f"{API}/notifications", 503) for at in range(1_000, 20_000, 1_000)]
    clicks = [press(at, HELP) for at in (2_900, 6_900)]
    assert success(*polls, *clicks) is None


def test_a_request_that_worked_when_repeated_has_not_failed():
    again = [fetched(2_060, PAY_URL, 503), fetched(2_260, PAY_URL, 200)]
    assert success(press(2_000, PAY), *again, press(8_000, PAY), *(fetched(8_060, PAY_URL, 503),)) is None


def test_quick_clicks_are_as_many_tries_as_requests_failed():
    quick = [press(at, PAY) for at in (2_000, 2_300, 2_600)]
    one = fetched(2_060, PAY_URL, 500)
    assert success(*quick, one) is None
    assert success(*quick, one, fetched(2_360, PAY_URL, 500)) is False
    assert (
        success(*quick, fetched(2_060, PAY_URL, 200), fetched(2_360, PAY_URL, 409), fetched(2_660, PAY_URL, 409))
        is None
    )


def test_tries_in_two_tabs_are_not_shown():
    second = (meta(5_000, SHOP), full(5_010, *FORM), *refused(9_000))
    assert success(*refused(2_000), other=second) is None


# Incomplete recordings


def test_an_outcome_is_not_shown_if_the_recording_is_cut_off_after_it():
    for raws in (confirmed(2_000), refused(2_000) + refused(8_000)):
        read = read_timeline([recorded(*raws) + b'\n["window-1", {"type": 3, "da'], Redaction())
        assert Outcomes(read.rows, read.coverage).of(read.rows).success is None


def test_an_outcome_is_not_shown_if_a_later_part_is_missing_but_an_earlier_one_may_be():
    found: list[bool | None] = []
    start = meta(0, SHOP)["timestamp"]
    for blocks in ((0, 70_000), (0, 30_000, 50_000, 55_000), (-5_000, 0)):
        reader = TimelineReader(Redaction(), [start + block for block in blocks])
        reader.feed(recorded(*confirmed(2_000)))
        read = reader.finish()
        found.append(Outcomes(read.rows, read.coverage).of(read.rows).success)
    assert found == snapshot([None, None, True])


def test_an_outcome_is_not_shown_if_the_recorder_was_paused():
    assert success(*confirmed(2_000), custom(7_000, "recording paused")) is None
