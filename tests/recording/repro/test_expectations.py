"""What a test expects, and which problem a moment means."""

import pytest
from inline_snapshot import snapshot

from replay_mcp.recording.dom.types import RowElement
from replay_mcp.recording.repro.errors import NothingToReproduce
from replay_mcp.recording.repro.spec import Repro
from replay_mcp.recording.timeline.rows import FollowingError, Response, SlowRequest
from tests.recording.repro.rows import FAILED, FAILING, SHOP, click, ending, page, repro, row

SAVE = RowElement("button", "Save", "", "button", "control")
TYPE_ERROR = FollowingError(("e3",), message="Uncaught TypeError: x.map is not a function (reading 'a')")


def test_a_failed_request_must_be_answered_without_an_error():
    shown = click(
        flags=("error_after",), errors=(FAILED,), requests=("e90",), texts=("Payment failed",), meaning="error"
    )
    assert ending(page(), shown) == snapshot(
        [
            "// Recorded: POST https://shop.example/api/pay was answered with 500, and the page showed: Payment failed",
            "const answer = page.waitForResponse((response) => response.request().method() === 'POST' && new URL(response.url()).pathname === '/api/pay')",
            "await page.getByRole('button', { name: 'Pay now', exact: true }).click() // e2 [data-testid=pay]",
            "expect((await answer).status(), 'POST /api/pay is answered without an error').toBeLessThan(400)",
        ]
    )
    document = FollowingError(("e3",), url=f"{SHOP}orders/[id]/x", status=404)
    assert ending(page(), click(flags=("error_after",), errors=(document,))) == snapshot(
        [
            "// Recorded: https://shop.example/orders/[id]/x was answered with 404",
            "const answer = page.waitForResponse((response) => new URL(response.url()).pathname.startsWith('/orders/'))",
            "await page.getByRole('button', { name: 'Pay now', exact: true }).click() // e2 [data-testid=pay]",
            "expect((await answer).status(), '/orders/[id]/x is answered without an error').toBeLessThan(400)",
        ]
    )


def test_an_error_text_must_not_be_shown():
    other = FollowingError(("e3",), "GET", f"{SHOP}api/ads", 404)
    shown = click(
        flags=("error_after",), errors=(other,), texts=("Card 12 of [email] was refused",), meaning="error",
        response=Response("mutation", 900),
    )  # fmt: skip
    assert ending(page(), shown) == snapshot(
        [
            "// Recorded: the page showed: Card 12 of [email] was refused",
            "await page.getByRole('button', { name: 'Pay now', exact: true }).click() // e2 [data-testid=pay]",
            "await expect(page.getByText(new RegExp('Card\\\\s+[0-9.,]+\\\\s+of')).filter({ visible: true }).first().waitFor({ timeout: 2_800 }), 'no error is shown').rejects.toThrow()",
        ]
    )


def test_a_console_error_must_not_be_logged():
    logged = click(flags=("error_after",), errors=(TYPE_ERROR,))
    assert ending(page(), logged, row("console", message=TYPE_ERROR.message, level="error")) == snapshot(
        [
            "// Recorded: the console showed: Uncaught TypeError: x.map is not a function (reading 'a')",
            "const errors: string[] = []",
            "page.on('pageerror', (error) => errors.push(error.message))",
            "page.on('console', (line) => line.type() === 'error' && errors.push(line.text()))",
            "await page.getByRole('button', { name: 'Pay now', exact: true }).click() // e2 [data-testid=pay]",
            "await page.waitForTimeout(3_000)",
            "expect(errors.filter((text) => text.includes('x.map is not a function (reading')), 'no error is logged').toEqual([])",
        ]
    )


def test_a_click_without_a_response_must_change_the_page():
    assert ending(page(), click(flags=("dead",), response=None)) == snapshot(
        [
            "// Recorded: nothing happened in 2.5 s",
            "const before = await page.locator('body').ariaSnapshot()",
            "await page.getByRole('button', { name: 'Pay now', exact: true }).click() // e2 [data-testid=pay]",
            "await expect.poll(() => page.locator('body').ariaSnapshot().catch(() => 'another page'), { message: 'the page responds within 2.5 s', timeout: 2_500 }).not.toBe(before)",
        ]
    )


def test_a_slow_answer_must_come_in_time():
    slow = click(flags=("slow",), slow_request=SlowRequest("e3", 3_000))
    request = row("network", method="GET", url=f"{SHOP}api/search?q=***", status=200)
    assert ending(page(), slow, request) == snapshot(
        [
            "// Recorded: GET https://shop.example/api/search?q=*** took 3000 ms",
            "const answer = page.waitForResponse((response) => response.request().method() === 'GET' && new URL(response.url()).pathname === '/api/search')",
            "await page.getByRole('button', { name: 'Pay now', exact: true }).click() // e2 [data-testid=pay]",
            "const clicked = Date.now()",
            "await (await answer).finished()",
            "expect(Date.now() - clicked, 'GET /api/search is answered within 2.5 s').toBeLessThan(2_500)",
        ]
    )
    assert ending(page(), click(flags=("slow",), response=Response("mutation", 4_000)))[0] == snapshot(
        "// Recorded: the page responded after 4000 ms"
    )


def test_a_page_that_fails_while_it_loads_is_the_last_step():
    failed = row("network", method="GET", url=f"{SHOP}api/cart", status=502)
    assert ending(page(), failed, moment="e2") == snapshot(
        [
            "// Recorded: GET https://shop.example/api/cart was answered with 502",
            "const answer = page.waitForResponse((response) => response.request().method() === 'GET' && new URL(response.url()).pathname === '/api/cart')",
            "await page.goto('/') // e1",
            "expect((await answer).status(), 'GET /api/cart is answered without an error').toBeLessThan(400)",
        ]
    )


def test_an_action_without_a_known_failure_is_left_to_the_person():
    assert ending(page(), click(), moment="e2") == snapshot(
        [
            "// Recorded: no failure",
            "await page.getByRole('button', { name: 'Pay now', exact: true }).click() // e2 [data-testid=pay]",
            "// No rule found a failure here: add what should have happened.",
        ]
    )


def described(found: Repro) -> tuple[str, str, tuple[str, ...]]:
    return found.last.ref, found.expectation.kind, found.notes


def test_a_moment_means_the_action_before_the_error_or_the_nearest_problem():
    dead = click(SAVE, flags=("dead",), response=None)
    rows = (page(), dead, FAILING, row("text", texts=("Failed",), meaning="error"), click(SAVE))
    moments = [None, "e2", "e3", "e4", "e5", 2.0, 2.6, 12.9]
    assert [described(repro(*rows, moment=moment)) for moment in moments] == snapshot(
        [
            ("e2", "change", ()),
            ("e2", "change", ()),
            ("e3", "answer", ()),
            ("e3", "answer", ()),
            ("e5", "unknown", ()),
            ("e2", "change", ()),
            ("e3", "answer", ()),
            ("e3", "answer", ()),
        ]
    )


def test_of_equal_failures_in_a_row_the_first_is_taken():
    raging = click(flags=("rage", "error_after"), errors=(FAILED,), count=5, repeats="e2")
    assert described(repro(page(), FAILING, row("scroll"), raging, FAILING, moment="e5")) == snapshot(
        ("e2", "answer", ("e5 failed like e2 before it, with which the test ends.",))
    )
    between = (page(), FAILING, click(SAVE), FAILING)
    assert described(repro(*between, moment="e4")) == snapshot(("e4", "answer", ()))


def test_without_a_problem_there_is_nothing_to_reproduce():
    canvas = click(RowElement("canvas", "", "", "canvas", "media"), flags=("rage",), response=None)
    reasons: list[str] = []
    for rows, moment in [
        ((page(), click()), None),
        ((page(), click()), 1.0),
        ((page(), FAILING), 60.0),
        ((page(), FAILING), "e9"),
        ((row("network", url=SHOP), FAILING), "e1"),
        ((page(), canvas), None),
        ((page("app:///home"), FAILING), None),
    ]:
        with pytest.raises(NothingToReproduce) as raised:
            repro(*rows, moment=moment)
        reasons.append(f"{raised.value.why} {raised.value.next}")
    assert reasons == snapshot(
        [
            "No rule found a problem in this recording. Name the action that went wrong with --around and its ref, such as e17.",
            "Nothing failed within 10 s of 1 s. Name the action that went wrong with --around and its ref, such as e17.",
            "Nothing failed within 10 s of 60 s. Its problems: e2 (2 s). Name the action that went wrong with --around and its ref, such as e17.",
            "This recording has no row 'e9'. Its problems: e2 (2 s). Choose another moment with --around: a ref such as e17, seconds, or a time such as 0:37.",
            "Nobody did anything before e1. Name the action that went wrong with --around and its ref, such as e17.",
            "The action that failed cannot be repeated by a test: it was a click on a canvas, video or frame, whose content is not recorded. Choose another moment with --around: a ref such as e17, seconds, or a time such as 0:37.",
            "The recording begins with a page that a browser cannot open. Choose another moment with --around: a ref such as e17, seconds, or a time such as 0:37.",
        ]
    )
