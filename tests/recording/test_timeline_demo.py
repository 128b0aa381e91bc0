"""Timelines of the demo recordings, made by a real recorder on real pages, checked against their stories."""

from pathlib import Path
from typing import Any

from inline_snapshot import snapshot

from replay_mcp.recording.timeline.reader import Timeline, read_timeline
from replay_mcp.recording.timeline.row_text import effect, target
from replay_mcp.recording.timeline.rows import Row
from replay_mcp.redaction import Redaction

DATA = Path(__file__).parents[2] / "replay_mcp" / "local" / "demo" / "data"


def demo(number: str) -> Timeline:
    (path,) = DATA.glob(f"{number}-*.jsonl.gz")
    return read_timeline([path.read_bytes()], Redaction())


def golden(made: Timeline) -> list[tuple[Any, ...]]:
    """Rows that matter: ref, seconds, tab, kind, target, effect, flags, count."""
    return [
        (row.ref, row.seconds, row.tab, row.kind, short(target(row)), short(effect(row)), row.flags, row.count)
        for row in made.rows
        if row.weight >= 3
    ]


def short(text: str) -> str:
    return text.replace("http://shop.example", "")


def by_flag(made: Timeline) -> dict[str, list[Row]]:
    return {flag: [row for row in made.rows if flag in row.flags] for row in made.rows for flag in row.flags}


def test_01_a_checkout_that_fails_again_and_again_and_rage():
    made = demo("01")
    assert golden(made) == snapshot(
        [
            (
                "e8",
                0.0,
                1,
                "navigation",
                "/?utm_source=***&utm_campaign=***",
                'titled "Good things for slow mornings - Kettle & Crumb"',
                (),
                1,
            ),
            (
                "e18",
                3.91,
                1,
                "click",
                'link "Copper kettle $89.00" [data-attr=product-kettle]',
                "went to /product.html?id=*** after 452 ms",
                (),
                1,
            ),
            ("e26", 4.36, 1, "navigation", "/product.html?id=***", 'titled "Copper kettle - Kettle & Crumb"', (), 1),
            (
                "e28",
                7.43,
                1,
                "click",
                'button "Add to cart" [data-attr=add-to-cart]',
                'shows "Added to cart: Copper kettle"',
                (),
                1,
            ),
            ("e30", 7.51, 1, "text", "status [id=added]", 'shows "Added to cart: Copper kettle"', (), 1),
            ("e31", 9.8, 1, "click", 'link "Shop"', "went to / after 401 ms", (), 1),
            ("e38", 10.2, 1, "navigation", "/", 'titled "Good things for slow mornings - Kettle & Crumb"', (), 1),
            (
                "e47",
                11.3,
                1,
                "click",
                'link "Everyday mug $14.00" [data-attr=product-mug]',
                "went to /product.html?id=*** after 309 ms",
                (),
                1,
            ),
            ("e55", 11.61, 1, "navigation", "/product.html?id=***", 'titled "Everyday mug - Kettle & Crumb"', (), 1),
            (
                "e57",
                14.76,
                1,
                "click",
                'button "Add to cart" [data-attr=add-to-cart]',
                'shows "Added to cart: Everyday mug"',
                (),
                1,
            ),
            ("e59", 14.84, 1, "text", "status [id=added]", 'shows "Added to cart: Everyday mug"', (), 1),
            ("e60", 17.05, 1, "click", 'link "Cart 2" [data-attr=nav-cart]', "went to /cart.html after 294 ms", (), 1),
            ("e68", 17.34, 1, "navigation", "/cart.html", 'titled "Your cart - Kettle & Crumb"', (), 1),
            (
                "e69",
                20.04,
                1,
                "click",
                'link "Go to checkout" [data-attr=go-to-checkout]',
                "went to /checkout.html after 342 ms",
                (),
                1,
            ),
            ("e77", 20.38, 1, "navigation", "/checkout.html", 'titled "Checkout - Kettle & Crumb"', (), 1),
            ("e78", 22.4, 1, "click", 'field "E-mail" [id=email]', "", (), 1),
            ("e79", 22.49, 1, "typing", 'field "E-mail" [id=email]', "23 characters", (), 23),
            ("e80", 25.05, 1, "click", 'field "Full name" [id=full-name]', "", (), 1),
            ("e81", 25.17, 1, "typing", 'field "Full name" [id=full-name]', "11 characters", (), 11),
            ("e82", 26.88, 1, "click", 'field "Address" [id=address]', "", (), 1),
            ("e83", 26.96, 1, "typing", 'field "Address" [id=address]', "12 characters", (), 12),
            ("e84", 30.91, 1, "click", 'field "Security code" [id=cvc]', "", (), 1),
            ("e85", 30.99, 1, "typing", 'field "Security code" [id=cvc]', "3 characters", (), 3),
            (
                "e87",
                31.96,
                1,
                "click",
                'button "Pay now" [data-testid=pay]',
                'shows "Payment failed. You have not been charged, please try again." after 470 ms; followed by 500 POST /api/pay (e88), console error: Payment failed {"status":500,"method":"card","reason":"card … (e89)',
                ("error_after",),
                1,
            ),
            ("e88", 32.06, 1, "network", "POST /api/pay", "500 after 360 ms", (), 1),
            (
                "e89",
                32.42,
                1,
                "console",
                'Payment failed {"status":500,"method":"card","reason":"card service unavailable"}',
                "",
                (),
                1,
            ),
            (
                "e90",
                32.43,
                1,
                "text",
                "alert [id=payment-error]",
                'shows "Payment failed. You have not been charged, please try again."',
                ("error_shown",),
                1,
            ),
            (
                "e91",
                37.36,
                1,
                "click",
                'button "Pay now" [data-testid=pay]',
                'shows "Payment failed. You have not been charged, please try again." after 445 ms; repeats e87; followed by 500 POST /api/pay (e92 and 4 more), console error: Payment failed {"status":500,"method":"card","reason":"card … (e94 and 3 more)',
                ("rage", "error_after", "repeated_submit"),
                5,
            ),
            ("e92", 37.44, 1, "network", "POST /api/pay", "500 after 357 ms", (), 1),
            ("e93", 37.76, 1, "network", "POST /api/pay", "500 after 360 ms", (), 1),
            (
                "e94",
                37.8,
                1,
                "console",
                'Payment failed {"status":500,"method":"card","reason":"card service unavailable"}',
                "",
                (),
                1,
            ),
            (
                "e95",
                37.81,
                1,
                "text",
                "alert [id=payment-error]",
                'shows "Payment failed. You have not been charged, please try again."',
                ("error_shown",),
                1,
            ),
            ("e96", 38.08, 1, "network", "POST /api/pay", "500 after 379 ms", (), 1),
            (
                "e97",
                38.12,
                1,
                "console",
                'Payment failed {"status":500,"method":"card","reason":"card service unavailable"}',
                "",
                (),
                1,
            ),
            ("e98", 38.4, 1, "network", "POST /api/pay", "500 after 356 ms", (), 1),
            (
                "e99",
                38.46,
                1,
                "console",
                'Payment failed {"status":500,"method":"card","reason":"card service unavailable"}',
                "",
                (),
                1,
            ),
            ("e100", 38.7, 1, "network", "POST /api/pay", "500 after 370 ms", (), 1),
            (
                "e101",
                38.76,
                1,
                "console",
                'Payment failed {"status":500,"method":"card","reason":"card service unavailable"}',
                "",
                (),
                2,
            ),
            (
                "e102",
                44.82,
                1,
                "click",
                'button "Pay now" [data-testid=pay]',
                'shows "Payment failed. You have not been charged, please try again." after 582 ms; repeats e91; followed by 500 POST /api/pay (e103), console error: Payment failed {"status":500,"method":"card","reason":"card … (e104)',
                ("error_after", "repeated_submit"),
                1,
            ),
            ("e103", 44.94, 1, "network", "POST /api/pay", "500 after 456 ms", (), 1),
            (
                "e104",
                45.4,
                1,
                "console",
                'Payment failed {"status":500,"method":"card","reason":"card service unavailable"}',
                "",
                (),
                1,
            ),
            (
                "e105",
                45.41,
                1,
                "text",
                "alert [id=payment-error]",
                'shows "Payment failed. You have not been charged, please try again."',
                ("error_shown",),
                1,
            ),
        ]
    )
    assert (made.tabs, made.totals) == snapshot(
        (1, {"click": 14, "console": 8, "navigation": 6, "network": 67, "scroll": 2, "text": 5, "typing": 4})
    )


def test_04_a_button_that_does_nothing():
    made = demo("04")
    assert golden(made) == snapshot(
        [
            (
                "e8",
                0.0,
                1,
                "navigation",
                "/?utm_source=***",
                'titled "Good things for slow mornings - Kettle & Crumb"',
                (),
                1,
            ),
            (
                "e18",
                4.04,
                1,
                "click",
                'link "Oak bread board $54.00" [data-attr=product-board]',
                "went to /product.html?id=*** after 291 ms",
                (),
                1,
            ),
            ("e25", 4.33, 1, "navigation", "/product.html?id=***", 'titled "Oak bread board - Kettle & Crumb"', (), 1),
            (
                "e27",
                9.14,
                1,
                "click",
                'button "Save for later" [data-attr=save-for-later]',
                "no response in 2.5 s",
                ("dead",),
                1,
            ),
            (
                "e28",
                15.96,
                1,
                "click",
                'button "Save for later" [data-attr=save-for-later]',
                "no response seen; not judged: end",
                ("rage",),
                6,
            ),
        ]
    )
    assert (made.tabs, made.totals) == snapshot((1, {"click": 3, "navigation": 2, "network": 22, "scroll": 1}))


def test_05_a_search_that_takes_three_seconds():
    made = demo("05")
    assert golden(made) == snapshot(
        [
            ("e8", 0.0, 1, "navigation", "/search.html", 'titled "Search - Kettle & Crumb"', (), 1),
            ("e9", 2.57, 1, "click", 'field "What are you looking for?" [id=q]', "", (), 1),
            ("e10", 2.65, 1, "typing", 'field "What are you looking for?" [id=q]', "3 characters", (), 3),
            (
                "e11",
                3.6,
                1,
                "click",
                'button "Search" [data-attr=search-submit]',
                'shows "1 results" after 3.1 s; its request e12 ran for 3.0 s',
                ("slow",),
                1,
            ),
            ("e15", 6.71, 1, "text", "status [id=summary]", 'shows "1 results"', (), 1),
            ("e16", 10.69, 1, "click", 'field "What are you looking for?" [id=q]', "", (), 1),
            ("e17", 10.78, 1, "typing", 'field "What are you looking for?" [id=q]', "3 characters", (), 3),
            (
                "e18",
                11.74,
                1,
                "click",
                'button "Search" [data-attr=search-submit]',
                "its request e19 ran for 2.8 s",
                ("slow",),
                1,
            ),
            (
                "e20",
                14.58,
                1,
                "click",
                'button "Search" [data-attr=search-submit]',
                "repeats e18; its request e21 ran for 2.5 s",
                ("slow", "repeated_submit"),
                1,
            ),
            (
                "e22",
                17.11,
                1,
                "click",
                'button "Search" [data-attr=search-submit]',
                'shows "1 results" after 3.1 s; repeats e20; its request e23 ran for 3.0 s',
                ("slow", "repeated_submit"),
                1,
            ),
            ("e26", 20.21, 1, "text", "status [id=summary]", 'shows "1 results"', (), 1),
        ]
    )
    assert (made.tabs, made.totals) == snapshot(
        (1, {"click": 6, "console": 2, "navigation": 1, "network": 13, "text": 2, "typing": 2})
    )


def test_07_two_tabs():
    made = demo("07")
    assert golden(made) == snapshot(
        [
            ("e8", 0.0, 1, "navigation", "/", 'titled "Good things for slow mornings - Kettle & Crumb"', (), 1),
            (
                "e18",
                3.87,
                1,
                "click",
                'link "Stoneware teapot $46.00" [data-attr=product-teapot]',
                "opened tab 2 after 492 ms",
                (),
                1,
            ),
            ("e26", 4.39, 2, "navigation", "/product.html?id=***", 'titled "Stoneware teapot - Kettle & Crumb"', (), 1),
            (
                "e28",
                9.28,
                1,
                "click",
                'link "Everyday mug $14.00" [data-attr=product-mug]',
                "went to /product.html?id=*** after 278 ms",
                (),
                1,
            ),
            ("e36", 9.56, 1, "navigation", "/product.html?id=***", 'titled "Everyday mug - Kettle & Crumb"', (), 1),
            (
                "e39",
                13.59,
                2,
                "click",
                'button "Add to cart" [data-attr=add-to-cart]',
                'shows "Added to cart: Stoneware teapot" after 128 ms',
                (),
                1,
            ),
            ("e41", 13.72, 2, "text", "status [id=added]", 'shows "Added to cart: Stoneware teapot"', (), 1),
        ]
    )
    assert [
        (row.ref, row.seconds, row.tab, target(row), effect(row)) for row in made.rows if row.kind == "tab"
    ] == snapshot([("e38", 12.92, 2, "tab 2", "from tab 1")])
    assert (made.tabs, made.totals) == snapshot(
        (2, {"click": 3, "console": 1, "navigation": 3, "network": 32, "tab": 1, "text": 1})
    )


def test_08_a_checkout_that_fails_on_a_phone():
    made = demo("08")
    assert golden(made) == snapshot(
        [
            (
                "e8",
                0.0,
                1,
                "navigation",
                "/product.html?id=***&utm_source=***",
                'titled "Copper kettle - Kettle & Crumb"',
                (),
                1,
            ),
            (
                "e12",
                3.91,
                1,
                "click",
                'button "Add to cart" [data-attr=add-to-cart]',
                'shows "Added to cart: Copper kettle"',
                (),
                1,
            ),
            ("e14", 3.93, 1, "text", "status [id=added]", 'shows "Added to cart: Copper kettle"', (), 1),
            (
                "e15",
                5.36,
                1,
                "click",
                'button "Add to cart" [data-attr=add-to-cart]',
                'shows "Added to cart: Copper kettle"',
                (),
                1,
            ),
            ("e18", 7.09, 1, "click", 'link "Cart 2" [data-attr=nav-cart]', "went to /cart.html after 403 ms", (), 1),
            ("e26", 7.5, 1, "navigation", "/cart.html", 'titled "Your cart - Kettle & Crumb"', (), 1),
            (
                "e27",
                10.22,
                1,
                "click",
                'link "Go to checkout" [data-attr=go-to-checkout]',
                "went to /checkout.html after 621 ms",
                (),
                1,
            ),
            ("e35", 10.84, 1, "navigation", "/checkout.html", 'titled "Checkout - Kettle & Crumb"', (), 1),
            ("e36", 13.15, 1, "click", 'field "E-mail" [id=email]', "", (), 1),
            ("e37", 13.17, 1, "typing", 'field "E-mail" [id=email]', "25 characters", (), 25),
            ("e38", 15.79, 1, "click", 'field "Full name" [id=full-name]', "", (), 1),
            ("e39", 15.84, 1, "typing", 'field "Full name" [id=full-name]', "13 characters", (), 13),
            ("e40", 17.13, 1, "click", 'field "Address" [id=address]', "", (), 1),
            ("e41", 17.16, 1, "typing", 'field "Address" [id=address]', "12 characters", (), 12),
            ("e43", 20.73, 1, "click", 'field "Security code" [id=cvc]', "", (), 1),
            ("e44", 20.74, 1, "typing", 'field "Security code" [id=cvc]', "3 characters", (), 3),
            (
                "e45",
                21.18,
                1,
                "click",
                'button "Pay now" [data-testid=pay]',
                'shows "Payment failed. You have not been charged, please try again." after 388 ms; followed by 500 POST /api/pay (e46), console error: Payment failed {"status":500,"method":"card","reason":"card … (e47)',
                ("error_after",),
                1,
            ),
            ("e46", 21.2, 1, "network", "POST /api/pay", "500 after 356 ms", (), 1),
            (
                "e47",
                21.56,
                1,
                "console",
                'Payment failed {"status":500,"method":"card","reason":"card service unavailable"}',
                "",
                (),
                1,
            ),
            (
                "e48",
                21.57,
                1,
                "text",
                "alert [id=payment-error]",
                'shows "Payment failed. You have not been charged, please try again."',
                ("error_shown",),
                1,
            ),
            (
                "e49",
                25.19,
                1,
                "click",
                'button "Pay now" [data-testid=pay]',
                'shows "Payment failed. You have not been charged, please try again." after 376 ms; repeats e45; followed by 500 POST /api/pay (e50 and 3 more), console error: Payment failed {"status":500,"method":"card","reason":"card … (e52 and 2 more)',
                ("rage", "error_after", "repeated_submit"),
                4,
            ),
            ("e50", 25.2, 1, "network", "POST /api/pay", "500 after 356 ms", (), 1),
            ("e51", 25.48, 1, "network", "POST /api/pay", "500 after 355 ms", (), 1),
            (
                "e52",
                25.56,
                1,
                "console",
                'Payment failed {"status":500,"method":"card","reason":"card service unavailable"}',
                "",
                (),
                1,
            ),
            (
                "e53",
                25.57,
                1,
                "text",
                "alert [id=payment-error]",
                'shows "Payment failed. You have not been charged, please try again."',
                ("error_shown",),
                1,
            ),
            ("e54", 25.78, 1, "network", "POST /api/pay", "500 after 356 ms", (), 1),
            (
                "e55",
                25.84,
                1,
                "console",
                'Payment failed {"status":500,"method":"card","reason":"card service unavailable"}',
                "",
                (),
                1,
            ),
            ("e56", 26.06, 1, "network", "POST /api/pay", "500 after 354 ms", (), 1),
            (
                "e57",
                26.14,
                1,
                "console",
                'Payment failed {"status":500,"method":"card","reason":"card service unavailable"}',
                "",
                (),
                2,
            ),
        ]
    )
    assert (made.tabs, made.totals) == snapshot(
        (1, {"click": 10, "console": 6, "navigation": 3, "network": 28, "scroll": 3, "text": 3, "typing": 4})
    )


def test_10_a_sign_up_from_an_invitation():
    made = demo("10")
    assert golden(made) == snapshot(
        [
            (
                "e8",
                0.0,
                1,
                "navigation",
                "/account.html?email=***&invite=***",
                'titled "Your account - Kettle & Crumb"',
                (),
                1,
            ),
            ("e9", 4.46, 1, "click", 'field "Name" [id=name]', "", (), 1),
            ("e10", 4.55, 1, "typing", 'field "Name" [id=name]', "14 characters", (), 14),
            ("e11", 6.55, 1, "click", 'field "Password" [id=password]', "", (), 1),
            ("e12", 6.65, 1, "typing", 'field "Password" [id=password]', "18 characters", (), 18),
            (
                "e13",
                8.98,
                1,
                "click",
                'checkbox "Write to me when new batches arrive" [name=newsletter]',
                "",
                (),
                1,
            ),
            (
                "e14",
                9.06,
                1,
                "change",
                'checkbox "Write to me when new batches arrive" [name=newsletter]',
                "checked",
                (),
                1,
            ),
            (
                "e15",
                10.1,
                1,
                "click",
                'button "Create account" [data-attr=create-account]',
                'shows "Welcome, Nora Lindqvist. You are signed in." after 359 ms',
                (),
                1,
            ),
            (
                "e17",
                10.46,
                1,
                "text",
                "status [id=signed-in]",
                'shows "Welcome, Nora Lindqvist. You are signed in."',
                (),
                1,
            ),
            ("e18", 14.32, 1, "click", 'link "Shop"', "went to / after 352 ms", (), 1),
            ("e26", 14.67, 1, "navigation", "/", 'titled "Good things for slow mornings - Kettle & Crumb"', (), 1),
            (
                "e36",
                17.02,
                1,
                "click",
                'link "Biscuit jar $31.00" [data-attr=product-jar]',
                "went to /product.html?id=*** after 372 ms",
                (),
                1,
            ),
            ("e44", 17.39, 1, "navigation", "/product.html?id=***", 'titled "Biscuit jar - Kettle & Crumb"', (), 1),
        ]
    )
    assert (made.tabs, made.totals) == snapshot(
        (1, {"change": 1, "click": 6, "navigation": 3, "network": 31, "scroll": 1, "text": 1, "typing": 2})
    )
    assert "@" not in repr(made)


def test_12_an_exception_and_a_page_that_is_not_there():
    made = demo("12")
    assert golden(made) == snapshot(
        [
            ("e8", 0.0, 1, "navigation", "/", 'titled "Good things for slow mornings - Kettle & Crumb"', (), 1),
            (
                "e18",
                4.37,
                1,
                "click",
                'link "Biscuit jar $31.00" [data-attr=product-jar]',
                "went to /product.html?id=*** after 371 ms",
                (),
                1,
            ),
            ("e25", 4.74, 1, "navigation", "/product.html?id=***", 'titled "Biscuit jar - Kettle & Crumb"', (), 1),
            (
                "e27",
                8.6,
                1,
                "click",
                'button "Show reviews" [data-testid=show-reviews]',
                "no response in 2.5 s; followed by console error: Uncaught TypeError: Cannot read properties of undefined (rea… (e28)",
                ("dead", "error_after"),
                1,
            ),
            (
                "e28",
                8.68,
                1,
                "console",
                "Uncaught TypeError: Cannot read properties of undefined (reading 'map')",
                "",
                (),
                1,
            ),
            (
                "e29",
                14.02,
                1,
                "click",
                'button "Show reviews" [data-testid=show-reviews]',
                "no response in 2.5 s; followed by console error: Uncaught TypeError: Cannot read properties of undefined (rea… (e30)",
                ("dead", "error_after"),
                1,
            ),
            (
                "e30",
                14.09,
                1,
                "console",
                "Uncaught TypeError: Cannot read properties of undefined (reading 'map')",
                "",
                (),
                1,
            ),
            (
                "e31",
                18.08,
                1,
                "click",
                'link "Delivery and returns" [data-attr=footer-delivery]',
                'shows "There is no such page. It may have moved, or the link may be wrong.", "Page not found" after 469 ms; followed by 404 /delivery.html (e32)',
                ("error_after",),
                1,
            ),
            ("e32", 18.16, 1, "network", "/delivery.html", "404 after 381 ms", (), 1),
            ("e37", 18.55, 1, "navigation", "/delivery.html", 'titled "Page not found - Kettle & Crumb"', (), 1),
            (
                "e38",
                18.55,
                1,
                "text",
                "alert",
                'shows "There is no such page. It may have moved, or the link may be wrong.", "Page not found"',
                ("error_shown",),
                1,
            ),
            ("e39", 23.84, 1, "click", 'link "Back to the shop"', "went to / after 381 ms", (), 1),
            ("e47", 24.22, 1, "navigation", "/", 'titled "Good things for slow mornings - Kettle & Crumb"', (), 1),
        ]
    )
    assert (made.tabs, made.totals) == snapshot(
        (1, {"click": 5, "console": 2, "navigation": 4, "network": 42, "scroll": 1, "text": 1})
    )


def test_16_a_payment_that_fails_until_the_cart_is_smaller():
    made = demo("16")
    since = next(row.seconds for row in made.rows if row.flags)
    assert [row for row in golden(made) if row[1] >= since] == snapshot(
        [
            (
                "e69",
                28.48,
                1,
                "click",
                'button "Pay now" [data-testid=pay]',
                'shows "Payment failed. You have not been charged, please try again." after 598 ms; followed by 500 POST /api/pay (e70), console error: Payment failed {"status":500,"method":"card","reason":"card … (e71)',
                ("error_after",),
                1,
            ),
            ("e70", 28.65, 1, "network", "POST /api/pay", "500 after 396 ms", (), 1),
            (
                "e71",
                29.05,
                1,
                "console",
                'Payment failed {"status":500,"method":"card","reason":"card service unavailable"}',
                "",
                (),
                1,
            ),
            (
                "e72",
                29.08,
                1,
                "text",
                "alert [id=payment-error]",
                'shows "Payment failed. You have not been charged, please try again."',
                ("error_shown",),
                1,
            ),
            (
                "e73",
                33.53,
                1,
                "click",
                'button "Pay now" [data-testid=pay]',
                'shows "Payment failed. You have not been charged, please try again." after 446 ms; repeats e69; followed by 500 POST /api/pay (e74), console error: Payment failed {"status":500,"method":"card","reason":"card … (e75)',
                ("error_after", "repeated_submit"),
                1,
            ),
            ("e74", 33.61, 1, "network", "POST /api/pay", "500 after 360 ms", (), 1),
            (
                "e75",
                33.97,
                1,
                "console",
                'Payment failed {"status":500,"method":"card","reason":"card service unavailable"}',
                "",
                (),
                1,
            ),
            (
                "e76",
                33.98,
                1,
                "text",
                "alert [id=payment-error]",
                'shows "Payment failed. You have not been charged, please try again."',
                ("error_shown",),
                1,
            ),
            ("e78", 38.82, 1, "click", 'link "Cart 2" [data-attr=nav-cart]', "went to /cart.html after 423 ms", (), 1),
            ("e85", 39.24, 1, "navigation", "/cart.html", 'titled "Your cart - Kettle & Crumb"', (), 1),
            (
                "e86",
                42.03,
                1,
                "click",
                'button "Remove Oak bread board"',
                'the page changed: "Shop Search Account Cart 1"',
                (),
                1,
            ),
            (
                "e87",
                44.38,
                1,
                "click",
                'link "Go to checkout" [data-attr=go-to-checkout]',
                "went to /checkout.html after 474 ms",
                (),
                1,
            ),
            ("e95", 44.86, 1, "navigation", "/checkout.html", 'titled "Checkout - Kettle & Crumb"', (), 1),
            ("e96", 46.98, 1, "click", 'field "E-mail" [id=email]', "", (), 1),
            ("e97", 47.06, 1, "typing", 'field "E-mail" [id=email]', "25 characters", (), 25),
            ("e98", 49.76, 1, "click", 'field "Full name" [id=full-name]', "", (), 1),
            ("e99", 49.86, 1, "typing", 'field "Full name" [id=full-name]', "13 characters", (), 13),
            ("e100", 51.63, 1, "click", 'field "Address" [id=address]', "", (), 1),
            ("e101", 51.72, 1, "typing", 'field "Address" [id=address]', "12 characters", (), 12),
            ("e102", 55.68, 1, "click", 'field "Security code" [id=cvc]', "", (), 1),
            ("e103", 55.76, 1, "typing", 'field "Security code" [id=cvc]', "3 characters", (), 3),
            (
                "e105",
                56.92,
                1,
                "click",
                'button "Pay now" [data-testid=pay]',
                'shows "Payment accepted, one moment please", "We pack on weekdays. You will hear from us when your parcel leaves." after 482 ms',
                (),
                1,
            ),
            ("e107", 57.4, 1, "text", "status [id=payment-ok]", 'shows "Payment accepted, one moment please"', (), 1),
            (
                "e115",
                58.89,
                1,
                "navigation",
                "/confirmation.html?order=***&email=***",
                'titled "Thank you, your order is placed - Kettle & Crumb"',
                (),
                1,
            ),
            (
                "e116",
                58.89,
                1,
                "text",
                "text",
                'shows "We pack on weekdays. You will hear from us when your parcel leaves."',
                (),
                1,
            ),
        ]
    )


def test_23_a_sign_up_that_is_refused_on_a_phone():
    assert golden(demo("23")) == snapshot(
        [
            ("e8", 0.0, 1, "navigation", "/account.html", 'titled "Your account - Kettle & Crumb"', (), 1),
            ("e9", 2.49, 1, "click", 'field "Name" [id=name]', "", (), 1),
            ("e10", 2.52, 1, "typing", 'field "Name" [id=name]', "12 characters", (), 12),
            ("e11", 3.66, 1, "click", 'field "E-mail" [id=email]', "", (), 1),
            ("e12", 3.69, 1, "typing", 'field "E-mail" [id=email]', "24 characters", (), 24),
            ("e13", 6.44, 1, "click", 'field "Password" [id=password]', "", (), 1),
            ("e14", 6.6, 1, "typing", 'field "Password" [id=password]', "18 characters", (), 18),
            (
                "e15",
                8.48,
                1,
                "click",
                'button "Create account" [data-attr=create-account]',
                'shows "The e-mail address is not valid" after 322 ms; followed by 422 POST /api/sign-up (e16)',
                ("error_after",),
                1,
            ),
            ("e16", 8.52, 1, "network", "POST /api/sign-up", "422 after 261 ms", (), 1),
            (
                "e17",
                8.81,
                1,
                "text",
                "alert [id=sign-up-error]",
                'shows "The e-mail address is not valid"',
                ("error_shown",),
                1,
            ),
            (
                "e18",
                12.94,
                1,
                "click",
                'button "Create account" [data-attr=create-account]',
                'shows "The e-mail address is not valid" after 365 ms; repeats e15; followed by 422 POST /api/sign-up (e19)',
                ("error_after", "repeated_submit"),
                1,
            ),
            ("e19", 12.98, 1, "network", "POST /api/sign-up", "422 after 323 ms", (), 1),
            (
                "e20",
                13.31,
                1,
                "text",
                "alert [id=sign-up-error]",
                'shows "The e-mail address is not valid"',
                ("error_shown",),
                1,
            ),
        ]
    )


def test_only_sessions_with_problems_have_flags():
    found = {
        path.name[:2]: {flag: len(rows) for flag, rows in by_flag(demo(path.name[:2])).items()}
        for path in sorted(DATA.glob("*.gz"))
    }
    assert found == snapshot(
        {
            "01": {"error_after": 3, "error_shown": 3, "rage": 1, "repeated_submit": 2},
            "02": {"error_after": 2, "error_shown": 2, "repeated_submit": 1},
            "03": {},
            "04": {"dead": 1, "rage": 1},
            "05": {"slow": 4, "repeated_submit": 2},
            "06": {},
            "07": {},
            "08": {"error_after": 2, "error_shown": 2, "rage": 1, "repeated_submit": 1},
            "09": {},
            "10": {},
            "11": {"error_after": 1, "error_shown": 1, "retyped": 1},
            "12": {"dead": 2, "error_after": 3, "error_shown": 1},
            "13": {},
            "14": {},
            "15": {},
            "16": {"error_after": 2, "error_shown": 2, "repeated_submit": 1},
            "17": {"error_after": 2, "error_shown": 2, "repeated_submit": 1},
            "18": {},
            "19": {"abandoned_form": 1},
            "20": {},
            "21": {},
            "22": {},
            "23": {"error_after": 2, "error_shown": 2, "repeated_submit": 1},
            "24": {},
            "25": {},
        }
    )
