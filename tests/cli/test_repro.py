"""`replay-mcp repro`: it writes a whole test or none, and says what to do next."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from replay_mcp.cli.local_store import open_local
from tests.commands import run
from tests.servers import clean_environment, listening_port, serving

ORDERED = "01a21000-f862-7f27-bc57-41f58a81a09a"
CHECKOUT = "01a21000-f890-776d-85fa-90cbed0bc0d4"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A store with the demo recordings."""
    store = str(tmp_path_factory.mktemp("store") / "s.sqlite")
    assert run("repro", CHECKOUT, "--local", store, "--demo").returncode == 0
    return store


def test_the_test_goes_to_standard_output_or_to_a_file(store: str, tmp_path: Path):
    printed = run("repro", CHECKOUT, "--around", "e91", "--local", store)
    assert (printed.returncode, printed.stderr) == (0, "")
    path = tmp_path / "checkout.spec.ts"
    written = run("repro", CHECKOUT, "--around", "e91", "--local", store, "-o", str(path))
    assert path.read_text(encoding="utf-8") == printed.stdout
    assert written.stdout.replace(str(tmp_path), "DIR") == snapshot("""\
DIR/checkout.spec.ts (3,566 bytes) repeats the recording up to e87, in 18 steps.
Run it where your app is: BASE_URL=http://localhost:3000 npx playwright test checkout.spec.ts
""")
    assert printed.stdout == snapshot("""\
// Written by `replay-mcp repro` from recording 01a21000-f890-776d-85fa-90cbed0bc0d4, up to e87 at 0:31.
// It fails while the problem exists, at its last line, and passes when the problem is solved.
// Not in a recording: typed text, and cookies and storage from before it, such as a sign-in.
// Note: e91 failed like e87 before it, with which the test ends.
// Note: Excluded from the recording, so add what it needs: input.ph-no-capture Card number.

import { expect, test, type Page } from '@playwright/test'

const BASE_URL = process.env.BASE_URL ?? 'http://shop.example'

// Typed text is not recorded. Replace these placeholders of its length where they must be real.
const TYPED = {
  e79: 'x'.repeat(11) + '@example.com', // E-mail
  e81: 'x'.repeat(11), // Full name
  e83: 'x'.repeat(12), // Address
  e85: '1'.repeat(3), // Security code
}

test.use({ baseURL: BASE_URL, viewport: { width: 1280, height: 800 } })

/** People act once a page has settled: handlers may be attached after it has loaded. */
const settled = (page: Page) => page.waitForLoadState('networkidle', { timeout: 5_000 }).catch(() => {})

test('Pay now: POST /api/pay is answered without an error', async ({ page }) => {
  await page.goto('/') // e8
  await settled(page)
  await page.getByRole('link', { name: 'Copper kettle $89.00', exact: true }).click() // e18 [data-attr=product-kettle]
  await page.waitForURL(({ pathname }) => pathname === '/product.html') // e26
  await settled(page)
  await page.getByRole('button', { name: 'Add to cart', exact: true }).click() // e28 [data-attr=add-to-cart]
  await expect(page.getByText('Added to cart: Copper kettle').filter({ visible: true }).first()).toBeVisible()
  await page.getByRole('link', { name: 'Shop', exact: true }).click() // e31
  await page.waitForURL(({ pathname }) => pathname === '/') // e38
  await settled(page)
  await page.getByRole('link', { name: 'Everyday mug $14.00', exact: true }).click() // e47 [data-attr=product-mug]
  await page.waitForURL(({ pathname }) => pathname === '/product.html') // e55
  await settled(page)
  await page.getByRole('button', { name: 'Add to cart', exact: true }).click() // e57 [data-attr=add-to-cart]
  await expect(page.getByText('Added to cart: Everyday mug').filter({ visible: true }).first()).toBeVisible()
  await page.getByRole('link', { name: 'Cart 2', exact: true }).click() // e60 [data-attr=nav-cart]
  await page.waitForURL(({ pathname }) => pathname === '/cart.html') // e68
  await settled(page)
  await page.getByRole('link', { name: 'Go to checkout', exact: true }).click() // e69 [data-attr=go-to-checkout]
  await page.waitForURL(({ pathname }) => pathname === '/checkout.html') // e77
  await settled(page)
  await page.getByLabel('E-mail', { exact: true }).fill(TYPED.e79) // e79 [id=email]
  await page.getByLabel('Full name', { exact: true }).fill(TYPED.e81) // e81 [id=full-name]
  await page.getByLabel('Address', { exact: true }).fill(TYPED.e83) // e83 [id=address]
  await page.getByLabel('Security code', { exact: true }).fill(TYPED.e85) // e85 [id=cvc]

  // Recorded: POST http://shop.example/api/pay was answered with 500, and the page showed: Payment failed. You have not been charged, please try again.
  const answer = page.waitForResponse((response) => response.request().method() === 'POST' && new URL(response.url()).pathname === '/api/pay')
  await page.getByRole('button', { name: 'Pay now', exact: true }).click() // e87 [data-testid=pay]
  expect((await answer).status(), 'POST /api/pay is answered without an error').toBeLessThan(400)
})
""")


def test_a_link_or_a_time_names_the_moment(store: str):
    link = f"https://us.posthog.com/project/1/replay/{CHECKOUT}?t=38"
    asked = run("repro", CHECKOUT, "--around", "e91", "--local", store).stdout
    for arguments in [(link,), (CHECKOUT, "--around", "38"), (CHECKOUT, "--around", "0:38")]:
        assert run("repro", *arguments, "--local", store).stdout == asked


def test_masked_parts_of_urls_are_shown_on_request(store: str):
    opened = [
        line for level in ("standard", "off") for line in
        run("repro", CHECKOUT, "--local", store, "--redact", level).stdout.split("\n") if "page.goto" in line
    ]  # fmt: skip
    assert opened == snapshot(["  await page.goto('/') // e8", "  await page.goto('/product.html?id=kettle') // e26"])


def test_a_file_is_not_overwritten_unless_forced(store: str, tmp_path: Path):
    path = tmp_path / "checkout.spec.ts"
    path.write_text("precious")
    refused = run("repro", CHECKOUT, "--local", store, "-o", str(path))
    assert (refused.returncode, refused.stderr.replace(str(tmp_path), "DIR")) == snapshot(
        (
            1,
            """\
'DIR/checkout.spec.ts' exists.
Name another file, or overwrite it with --force.
""",
        )
    )
    assert path.read_text() == "precious"
    assert run("repro", CHECKOUT, "--local", store, "-o", str(path), "--force").returncode == 0
    assert path.read_text().startswith("// Written by")


def failures(store: str, *cases: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    for arguments in cases:
        ended = run("repro", *arguments, "--local", store)
        assert ended.stdout == ""
        yield ended.returncode, ended.stderr


def test_errors_say_what_to_do_next(store: str):
    assert list(
        failures(
            store,
            ("unknown",),
            ("a/b",),
            (CHECKOUT, "--around", "e999"),
            (CHECKOUT, "--around", "later"),
            (CHECKOUT, "--around", "3600"),
            (ORDERED,),
        )
    ) == snapshot(
        [
            (
                1,
                """\
No recording has this id: 'unknown'.
Check the id, and where it is read from: POSTHOG_HOST and --environment, or --local PATH.
""",
            ),
            (
                2,
                """\
ID is wrong: an id must not contain '/', '\\', '..' or control characters.
`replay-mcp repro --help` shows the accepted forms.
""",
            ),
            (
                2,
                """\
--around: this recording has no row 'e999'; its last row is e106.
`replay-mcp repro --help` shows the accepted forms.
""",
            ),
            (
                2,
                """\
--around: give a ref such as 'e17', seconds or a time such as '0:37', not 'later'.
`replay-mcp repro --help` shows the accepted forms.
""",
            ),
            (
                1,
                """\
Nothing failed within 10 s of 3600 s. Its problems: e87 (31.96 s), e91 (37.36 s), e102 (44.82 s).
Name the action that went wrong with --around and its ref, such as e17.
""",
            ),
            (
                1,
                """\
No rule found a problem in this recording.
Name the action that went wrong with --around and its ref, such as e17.
""",
            ),
        ]
    )


def test_without_a_store_none_is_created(tmp_path: Path):
    path = tmp_path / "no.sqlite"
    ended = run("repro", CHECKOUT, "--local", str(path))
    assert (ended.returncode, ended.stderr.replace(str(tmp_path), "DIR")) == snapshot(
        (
            2,
            """\
There is no local store 'DIR/no.sqlite'.
Name the store's file with --local PATH.
""",
        )
    )
    assert not path.exists()
    assert run("repro", CHECKOUT).returncode == 2  # neither PostHog nor a store is configured


def test_a_recording_of_a_server_is_read_with_its_key_and_the_test_links_to_it(store: str, tmp_path: Path):
    log = tmp_path / "log"
    with open_local(Path(store)) as local:
        key = local.key.value
    with serving(["local", "--port", "0", "--local", store], clean_environment(), log):
        host = f"http://127.0.0.1:{listening_port(log)}"
        environment = {"POSTHOG_HOST": host, "POSTHOG_ENVIRONMENT_ID": "1"}
        ended = run("repro", CHECKOUT, **environment, POSTHOG_PERSONAL_API_KEY=key)
        refused = run("repro", CHECKOUT, **environment, POSTHOG_PERSONAL_API_KEY="phx_another")
    [link] = [line for line in ended.stdout.split("\n") if line.startswith("// Recording:")]
    assert (ended.returncode, link.replace(host, "HOST")) == snapshot(
        (0, "// Recording: HOST/project/1/replay/01a21000-f890-776d-85fa-90cbed0bc0d4?t=31")
    )
    assert (refused.returncode, refused.stderr.splitlines()[0]) == snapshot(
        (1, "The API does not accept the key (401).")
    )
