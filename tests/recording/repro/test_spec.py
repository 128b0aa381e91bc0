"""Steps of a test from rows: pages, elements, typed text, tabs, waits."""

from inline_snapshot import snapshot

from replay_mcp.recording.dom.types import RowElement
from replay_mcp.recording.repro.spec import MAX_STEPS
from replay_mcp.recording.repro.typescript import MAX_BYTES, spec_text, write_spec
from replay_mcp.recording.timeline.blocked_parts import BlockedPart
from replay_mcp.recording.timeline.rows import Response, Row
from tests.recording.repro.rows import (
    EMAIL,
    FAILING,
    PAY,
    SHOP,
    change,
    click,
    page,
    repro,
    row,
    steps,
    timeline,
    typing,
)

LINK = RowElement("link", "Cart", "[data-attr=cart]", "a", "link")
TO_CART = Response("navigation", 300, f"{SHOP}cart")


def test_a_whole_file():
    found = repro(
        page(f"{SHOP}checkout?utm_source=***&plan=***"),
        click(EMAIL, response=Response("focus", 3)),
        typing(),
        row("scroll", scrolled=100),
        FAILING,
        blocked=(BlockedPart("input.ph-no-capture", "Card number", page=f"{SHOP}checkout?plan=***"),),
    )
    assert spec_text(found, "s1", "https://us.posthog.com/project/1/replay/s1?t=5") == snapshot("""\
// Written by `replay-mcp repro` from recording s1, up to e5 at 0:05.
// Recording: https://us.posthog.com/project/1/replay/s1?t=5
// It fails while the problem exists, at its last line, and passes when the problem is solved.
// Not in a recording: typed text, and cookies and storage from before it, such as a sign-in.
// Note: Parts of URLs are masked: fill in plan, or run it with `--redact off`.
// Note: Excluded from the recording, so add what it needs: input.ph-no-capture Card number.

import { expect, test, type Page } from '@playwright/test'

const BASE_URL = process.env.BASE_URL ?? 'https://shop.example'

// Typed text is not recorded. Replace these placeholders of its length where they must be real.
const TYPED = {
  e3: 'x'.repeat(1) + '@example.com', // E-mail
}

test.use({ baseURL: BASE_URL, viewport: { width: 1280, height: 800 } })

/** People act once a page has settled: handlers may be attached after it has loaded. */
const settled = (page: Page) => page.waitForLoadState('networkidle', { timeout: 5_000 }).catch(() => {})

test('Pay now: POST /api/pay is answered without an error', async ({ page }) => {
  await page.goto('/checkout?plan=FILL_IN') // e1; masked: plan
  await settled(page)
  await page.getByLabel('E-mail', { exact: true }).fill(TYPED.e3) // e3 [id=email]

  // Recorded: POST https://shop.example/api/pay was answered with 500
  const answer = page.waitForResponse((response) => response.request().method() === 'POST' && new URL(response.url()).pathname === '/api/pay')
  await page.getByRole('button', { name: 'Pay now', exact: true }).click() // e5 [data-testid=pay]
  expect((await answer).status(), 'POST /api/pay is answered without an error').toBeLessThan(400)
})
""")


def test_elements_are_found_by_what_is_known_of_them():
    elements = [
        PAY,
        RowElement("button", "Hello [email], pay", "[id=pay]", "button", "control"),
        RowElement("button", "[typed]", "[id=pay]", "button", "control"),
        RowElement("button", "A long name that was cut off in the recor…", "", "button", "control"),
        RowElement("button", "", '[name=a"b\\c]', "button", "control"),
        RowElement("button", "", "[id=user-***]", "button", "control"),
        RowElement("div", "Details", "[id=details]", "div", "content"),
        RowElement("div", "Order of [email]", "[id=details]", "div", "content"),
        RowElement("h2", "Details", "", "h2", "content"),
        RowElement("menuitem", "Save", "", "div", "control"),
        RowElement("choice", "Country", "", "select", "control"),
    ]
    found = [steps(page(), click(each, texts=("Some",)), FAILING)[2] for each in elements]
    assert [line.partition("await page.")[2].partition(".click")[0] for line in found] == snapshot(
        [
            "getByRole('button', { name: 'Pay now', exact: true })",
            "getByRole('button', { name: new RegExp('^Hello') })",
            "locator('[id=\"pay\"]')",
            "getByRole('button', { name: new RegExp('^A\\\\s+long\\\\s+name\\\\s+that\\\\s+was\\\\s+cut\\\\s+off\\\\s+in\\\\s+the\\\\s+recor') })",
            "locator('[name=\"a\\\\22 b\\\\5c c\"]')",
            "locator('[id^=\"user-\"]')",
            "getByText('Details', { exact: true })",
            "locator('[id=\"details\"]')",
            "getByRole('heading', { name: 'Details', exact: true })",
            "getByRole('menuitem', { name: 'Save', exact: true })",
            "getByLabel('Country', { exact: true })",
        ]
    )


def test_what_cannot_be_found_or_repeated_is_a_comment():
    elements = [
        RowElement("button", "", "", "button", "control"),
        RowElement("canvas", "", "[id=board]", "canvas", "media"),
        RowElement(sort="unknown"),
        RowElement("file field", "Photo", "", "input", "field"),
    ]
    assert [steps(page(), click(each, texts=("Some",)), FAILING)[2] for each in elements] == snapshot(
        [
            "// e2 at 0:02 is left out: an action on an element without a known name or selector",
            "// e2 at 0:02 is left out: a click on a canvas, video or frame, whose content is not recorded",
            "// e2 at 0:02 is left out: a click on an element that is not in the recording",
            "// e2 at 0:02 is left out: the choice of a file: use setInputFiles",
        ]
    )


def test_typed_text_becomes_a_placeholder_that_the_field_most_likely_takes():
    names = ["E-mail", "Name", "Phone number", "Date of birth", "Date of birth", "Website", "Search"]
    lengths = [23, 4, 9, 10, 3, 25, 0]
    fields = [RowElement("field", name, "", "input", "field") for name in names]
    edits = [typing(field, length) for field, length in zip(fields, lengths, strict=True)]
    text = spec_text(repro(page(), *edits, FAILING), "s1")
    assert text[text.index("const TYPED") : text.index("}\n\ntest.use")] == snapshot("""\
const TYPED = {
  e2: 'x'.repeat(11) + '@example.com', // E-mail
  e3: 'x'.repeat(4), // Name
  e4: '1'.repeat(9), // Phone number
  e5: '2000-01-01', // Date of birth
  e6: 'x'.repeat(3), // Date of birth
  e7: 'https://example.com/' + 'x'.repeat(5), // Website
  e8: '', // Search
""")


def test_choices_and_their_clicks_are_one_step():
    radio = RowElement("radio", "Card", "[name=method]", "input", "field")
    label = RowElement("label", "Terms", "", "label", "field")
    box = RowElement("checkbox", "Terms", "", "input", "field")
    lines = steps(
        page(),
        click(radio),
        change(radio, choice="checked"),
        click(label),
        change(box, choice="unchecked"),
        change(RowElement("choice", "Country", "", "select", "field"), choice="other"),
        change(RowElement("slider", "Volume", "", "input", "field"), choice="moved"),
        FAILING,
    )
    assert lines[2:] == snapshot(
        [
            "await page.getByRole('radio', { name: 'Card', exact: true }).check() // e3 [name=method]",
            "await page.getByRole('checkbox', { name: 'Terms', exact: true }).uncheck() // e5",
            "await page.getByLabel('Country', { exact: true }).selectOption({ index: 1 }) // e6; which option is not recorded: the second is a guess",
            "// e7 at 0:07 is left out: the move of a slider",
        ]
    )


def test_clicks_are_counted_but_not_those_made_in_rage():
    plus = RowElement("button", "+", "", "button", "control")
    heart = RowElement("button", "Like", "", "button", "control")
    lines = steps(page(), click(plus, count=3), click(heart, count=7, flags=("rage",)), FAILING, moment="e4")
    assert lines[2:] == snapshot(
        [
            "await page.getByRole('button', { name: '+', exact: true }).click({ clickCount: 3 }) // e2",
            "await page.getByRole('button', { name: 'Like', exact: true }).click() // e3; the person clicked 7 times; recorded: the person clicked 7 times",
        ]
    )
    assert steps(page(), click(plus, touch=True), FAILING)[2:] == snapshot(
        ["await page.getByRole('button', { name: '+', exact: true }).tap() // e2"]
    )


def test_dead_clicks_and_repeated_failures_are_left_out():
    dead = click(RowElement("button", "Save", "", "button", "control"), flags=("dead",), response=None)
    lines = steps(
        page(), dead, FAILING, FAILING, click(LINK, flags=("error_after",), errors=FAILING.errors), moment="e5"
    )
    assert lines[2:] == snapshot(
        [
            "// e2 at 0:02 is left out: a click that did nothing",
            "await page.getByRole('button', { name: 'Pay now', exact: true }).click() // e3 [data-testid=pay]; recorded: POST https://shop.example/api/pay was answered with 500",
            "// e4 at 0:04 is left out: the same as e3, which failed as well",
        ]
    )


def test_the_test_waits_for_texts_and_pages_that_an_action_showed():
    lines = steps(
        page(),
        click(PAY, texts=("Order 4711 (paid): thanks", "Hello [email]", "Saved")),
        click(LINK, response=TO_CART),
        page(f"{SHOP}cart"),
        page(f"{SHOP}cart/***/items"),
        FAILING,
    )
    assert lines[2:] == snapshot(
        [
            "await page.getByRole('button', { name: 'Pay now', exact: true }).click() // e2 [data-testid=pay]",
            "await expect(page.getByText(new RegExp('Order\\\\s+[0-9.,]+\\\\s+\\\\(paid\\\\):\\\\s+thanks')).filter({ visible: true }).first()).toBeVisible()",
            "await expect(page.getByText('Saved').filter({ visible: true }).first()).toBeVisible()",
            "await page.getByRole('link', { name: 'Cart', exact: true }).click() // e3 [data-attr=cart]",
            "await page.waitForURL(({ pathname }) => pathname === '/cart') // e4",
            "await settled(page)",
            "await page.waitForURL(({ pathname }) => pathname.startsWith('/cart/')) // e5",
            "await settled(page)",
        ]
    )


def test_pages_that_no_action_opened_are_opened_by_the_test():
    lines = steps(
        Row("e1", 0.0, 1, "navigation", page=SHOP),
        Row("e2", 20.0, 1, "navigation", page=f"{SHOP}cart"),
        Row("e3", 40.0, 1, "navigation", page=SHOP),
        Row("e4", 60.0, 1, "navigation", page=SHOP, reloaded=True),
        Row("e5", 80.0, 1, "navigation", page="https://pay.example/start"),
        FAILING,
    )
    assert lines == snapshot(
        [
            "await page.goto('/') // e1",
            "await settled(page)",
            "await page.goto('/cart') // e2",
            "await settled(page)",
            "await page.goBack() // e3",
            "await settled(page)",
            "await page.reload() // e4",
            "await settled(page)",
            "await page.goto('https://pay.example/start') // e5",
            "await settled(page)",
        ]
    )


def test_enter_sends_a_field_if_a_page_follows_but_not_if_the_url_keeps_what_is_typed():
    search = RowElement("field", "Search", "", "input", "field")
    assert steps(page(), typing(search), page(f"{SHOP}results?q=***"), FAILING)[2:] == snapshot(
        [
            "await page.getByLabel('Search', { exact: true }).fill(TYPED.e2) // e2",
            "await page.getByLabel('Search', { exact: true }).press('Enter')",
            "await page.waitForURL(({ pathname }) => pathname === '/results') // e3",
            "await settled(page)",
        ]
    )
    assert steps(page(), typing(search), page(f"{SHOP}?q=***"), FAILING)[2:] == snapshot(
        ["await page.getByLabel('Search', { exact: true }).fill(TYPED.e2) // e2"]
    )


def test_other_tabs_are_opened_by_a_click_or_by_the_test():
    lines = steps(
        page(),
        click(LINK, response=Response("tab", 200, "2")),
        page(f"{SHOP}help", tab=2),
        click(PAY, tab=2, page=f"{SHOP}help"),
        page(f"{SHOP}other", tab=3),
        FAILING,
    )
    assert lines == snapshot(
        [
            "await page.goto('/') // e1",
            "await settled(page)",
            "const opened2 = context.waitForEvent('page')",
            "await page.getByRole('link', { name: 'Cart', exact: true }).click({ modifiers: ['ControlOrMeta'] }) // e2 [data-attr=cart]",
            "const page2 = await opened2",
            "await page2.waitForURL(({ pathname }) => pathname === '/help') // e3",
            "await settled(page2)",
            "await page2.getByRole('button', { name: 'Pay now', exact: true }).click() // e4 [data-testid=pay]",
            "const page3 = await context.newPage()",
            "await page3.goto('/other') // e5",
            "await settled(page3)",
        ]
    )


def test_the_test_begins_with_the_last_loaded_page_before_which_only_links_were_used():
    loaded = row("network", page=f"{SHOP}cart", url=f"{SHOP}cart", status=200, duration_ms=20, until=3.0)
    assert steps(page(), click(LINK, response=TO_CART), loaded, page(f"{SHOP}cart"), FAILING) == snapshot(
        ["await page.goto('/cart') // e4", "await settled(page)"]
    )
    # by the page's own code, and after a button, which may have changed what later pages show
    for rows in [(click(LINK, response=TO_CART),), (click(PAY), click(LINK, response=TO_CART), loaded)]:
        assert steps(page(), *rows, page(f"{SHOP}cart"), FAILING)[0] == "await page.goto('/') // e1"


def test_a_path_that_a_browser_would_take_for_another_host_keeps_the_recorded_one():
    assert [steps(page(url), FAILING)[0] for url in [f"{SHOP}/evil.example/", f"{SHOP}\\evil.example"]] == snapshot(
        [
            "await page.goto('https://shop.example//evil.example/') // e1",
            "await page.goto('https://shop.example/\\\\evil.example') // e1",
        ]
    )


def test_a_long_session_is_cut_to_its_last_steps():
    name = "\u202e" * 75
    rows = [page(), *[click(RowElement("button", f"{name}{place}", "", "button", "control")) for place in range(900)]]
    found, text = write_spec(timeline(*rows, FAILING), None, session_id="s1")
    assert len(found.steps) <= MAX_STEPS
    assert len(text.encode()) <= MAX_BYTES
    assert found.steps[0].kind == "open"
    assert found.notes == snapshot(("802 or more earlier steps are left out: the test is limited to the last ones.",))
    short = [page(), *[click(RowElement("button", str(place), "", "button", "control")) for place in range(900)]]
    assert len(write_spec(timeline(*short, FAILING), None, session_id="s1")[0].steps) == MAX_STEPS
