"""Summaries of the demo recordings, each checked against what a person who watches it sees."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from inline_snapshot import snapshot

import replay_mcp.local
from replay_mcp.recording.summary.summary import summarize
from replay_mcp.recording.timeline.reader import Timeline, read_timeline
from replay_mcp.recording.timeline.row_text import effect, target
from replay_mcp.recording.timeline.rows import Row
from replay_mcp.redaction import Redaction

FOLDER = Path(replay_mcp.local.__file__).parent / "demo" / "data"
NAMES = sorted(path.name for path in FOLDER.glob("*.jsonl.gz"))


@cache
def timeline(name: str, chunk: int = 0) -> Timeline:
    data = next(FOLDER.glob(f"{name}*")).read_bytes()
    step = chunk or len(data)
    return read_timeline([data[at : at + step] for at in range(0, len(data), step)], Redaction())


def summary(name: str, focus: str = "") -> dict[str, Any]:
    made = summarize(name, timeline(name), focus)
    assert made is not None
    return made


def outline(name: str, focus: str = "") -> list[Any]:
    """The outcome, then each segment with its key actions and their marks."""
    made = summary(name, focus)
    marks = "abandonment", "confusion", "exception"
    actions = {
        group["segment_index"]: [
            " ".join([action["description"], *(f"<{mark}: {action[mark]}>" for mark in marks if action[mark])])
            for action in group["events"]
        ]
        for group in made["key_actions"]
    }
    segments = [
        (made["segments"][index]["name"], outcome["success"], outcome["summary"], actions[index])
        for outcome in made["segment_outcomes"]
        for index in [outcome["segment_index"]]
    ]
    return [made["session_outcome"]["success"], made["session_outcome"]["description"], *segments]


def refs(text: str) -> list[str]:
    return re.findall(r"\be\d+\b", text)


def test_every_demo_recording_has_a_test():
    assert [name[:2] for name in NAMES] == [f"{number:02}" for number in range(1, 26)]


@pytest.mark.parametrize("name", NAMES)
def test_every_ref_in_a_sentence_belongs_to_its_row(name: str):
    read, made = timeline(name), summary(name)
    rows: dict[str, Row] = {row.ref: row for row in read.rows}
    for action in (action for group in made["key_actions"] for action in group["events"]):
        row = rows[f"e{action['event_index'] + 1}"]
        assert refs(action["description"].removeprefix(target(row)))[0] == row.ref
        assert target(row) in action["description"]
        assert action["description"].endswith(effect(row))
        assert action["milliseconds_since_start"] == round(row.seconds * 1000)
        assert (action["current_url"] or "", action["window_id"]) == (row.page, read.windows[row.tab - 1])
    for sentence in (made["session_outcome"]["description"], *(each["summary"] for each in made["segment_outcomes"])):
        assert set(refs(sentence)) <= rows.keys()
        for name, found in re.findall(
            r"(?:Failed|Problems): (\w+ \"[^\"]+\") was (?:clicked|tapped) \d+ times \(([^)]*)\)", sentence
        ):
            assert all(target(rows[ref]).startswith(name) for ref in refs(found))
        for status, request, found in re.findall(r"(\d{3}) ((?:POST )?http\S+) \((e[^)]*)\)", sentence):
            assert {(rows[ref].status, target(rows[ref])) for ref in refs(found)} == {(int(status), request)}
        for text, found in re.findall(r'(?:showed|titled) "([^"]+)" \((e\d+)\)', sentence):
            assert text in effect(rows[found])
            assert rows[found].meaning == "done"


@pytest.mark.parametrize("name", NAMES)
def test_ids_are_unique_and_always_the_same(name: str):
    made = summary(name)
    actions = [action for group in made["key_actions"] for action in group["events"]]
    assert (
        len({action["event_id"] for action in actions})
        == len({action["event_uuid"] for action in actions})
        == len(actions)
    )
    assert all(re.fullmatch("[0-9a-f]{8}", action["event_id"]) for action in actions)
    assert summarize(name, timeline(name, chunk=777)) == made
    assert summarize(name, Timeline.unpacked(timeline(name).packed())) == made


def test_a_focus_on_payment_is_quoted_in_its_segments():
    assert outline("02", "Why did the payment fail?") == snapshot(
        [
            True,
            'Success shown: the page shop.example/confirmation.html is titled "Thank you, your order is placed - Kettle & Crumb" (e123). 50 s: 8 page visits, 17 clicks, 4 fields filled in, 1 choice. Problems: button "Pay now" failed (e102, e106), first: shows "Payment failed. You have not been charged, please try again." after 469 ms; followed by 500 POST http://shop.example/api/pay (e103), console error: Payment failed {"status":500,"method":"card"…. The recording ends on shop.example/confirmation.html. Focus (payment, fail): 9 of 124 rows mention it, and their segments quote them.',
            (
                "Oak bread board - Kettle & Crumb (shop.example/product.html)",
                None,
                "2 clicks.",
                [
                    'Opened http://shop.example/product.html?id=*** (e8): titled "Oak bread board - Kettle & Crumb"',
                    'Clicked button "Add to cart" [data-attr=add-to-cart] (e11): shows "Added to cart: Oak bread board" after 127 ms',
                    'Clicked link "Shop" (e14): went to http://shop.example/ after 416 ms',
                ],
            ),
            (
                "Good things for slow mornings - Kettle & Crumb (shop.example/)",
                None,
                "1 click.",
                [
                    'Opened http://shop.example/ (e22): titled "Good things for slow mornings - Kettle & Crumb"',
                    'Clicked link "Stoneware teapot $46.00" [data-attr=product-teapot] (e31): went to http://shop.example/product.html?id=*** after 373 ms',
                ],
            ),
            (
                "Stoneware teapot - Kettle & Crumb (shop.example/product.html)",
                None,
                "2 clicks.",
                [
                    'Opened http://shop.example/product.html?id=*** (e39): titled "Stoneware teapot - Kettle & Crumb"',
                    'Clicked button "Add to cart" [data-attr=add-to-cart] (e41): shows "Added to cart: Stoneware teapot" after 113 ms',
                    'Clicked link "Shop" (e44): went to http://shop.example/ after 434 ms',
                ],
            ),
            (
                "Good things for slow mornings - Kettle & Crumb (shop.example/)",
                None,
                "1 click.",
                [
                    'Opened http://shop.example/ (e52): titled "Good things for slow mornings - Kettle & Crumb"',
                    'Clicked link "Linen apron $38.00" [data-attr=product-apron] (e62): went to http://shop.example/product.html?id=*** after 325 ms',
                ],
            ),
            (
                "Linen apron - Kettle & Crumb (shop.example/product.html)",
                None,
                "2 clicks.",
                [
                    'Opened http://shop.example/product.html?id=*** (e70): titled "Linen apron - Kettle & Crumb"',
                    'Clicked button "Add to cart" [data-attr=add-to-cart] (e72): shows "Added to cart: Linen apron"',
                    'Clicked link "Cart 3" [data-attr=nav-cart] (e75): went to http://shop.example/cart.html after 323 ms',
                ],
            ),
            (
                "Your cart - Kettle & Crumb (shop.example/cart.html)",
                None,
                "1 click.",
                [
                    'Opened http://shop.example/cart.html (e83): titled "Your cart - Kettle & Crumb"',
                    'Clicked link "Go to checkout" [data-attr=go-to-checkout] (e84): went to http://shop.example/checkout.html after 378 ms',
                ],
            ),
            (
                "Checkout - Kettle & Crumb (shop.example/checkout.html)",
                True,
                'Success shown: the page showed "Payment accepted, one moment please" (e115). 8 clicks, 4 fields filled in, 1 choice. Focus: button "Pay now" (e102), Payment failed {"status":500,"method":"card","reason":"card service unavailable"} (e104), shows "Payment failed. You have not been charged, please try again." (e105), button "Pay now" (e106) and 5 more. Problems: button "Pay now" failed (e102, e106), first: shows "Payment failed. You have not been charged, please try again." after 469 ms; followed by 500 POST http://shop.example/api/pay (e103), console error: Payment failed {"status":500,"method":"card"….',
                [
                    'Opened http://shop.example/checkout.html (e92): titled "Checkout - Kettle & Crumb"',
                    'Filled in field "E-mail" [id=email] (e94): 23 characters',
                    'Filled in field "Full name" [id=full-name] (e96): 11 characters',
                    'Filled in field "Address" [id=address] (e98): 12 characters',
                    'Filled in field "Security code" [id=cvc] (e100): 3 characters',
                    'Clicked button "Pay now" [data-testid=pay] (e102, error_after): shows "Payment failed. You have not been charged, please try again." after 469 ms; followed by 500 POST http://shop.example/api/pay (e103), console error: Payment failed {"status":500,"method":"card","reason":"card … (e104) <exception: non-blocking>',
                    'Clicked button "Pay now" [data-testid=pay] (e106, error_after, repeated_submit): shows "Payment failed. You have not been charged, please try again." after 448 ms; repeats e102; followed by 500 POST http://shop.example/api/pay (e107), console error: Payment failed {"status":500,"method":"card","reason":"card … (e108) <confusion: True> <exception: non-blocking>',
                    'Changed radio "Bank transfer" [name=method] (e111): checked',
                    'Clicked button "Pay now" [data-testid=pay] (e113): shows "Payment accepted, one moment please", "We pack on weekdays. You will hear from us when your parcel leaves." after 453 ms',
                ],
            ),
            (
                "Thank you, your order is placed - Kettle & Crumb (shop.example/confirmation.html)",
                True,
                'Success shown: the page shop.example/confirmation.html is titled "Thank you, your order is placed - Kettle & Crumb" (e123). No clicks.',
                [
                    'Opened http://shop.example/confirmation.html?order=***&email=*** (e123): titled "Thank you, your order is placed - Kettle & Crumb"'
                ],
            ),
        ]
    )


def test_01_checkout_fails_rage():
    assert outline("01") == snapshot(
        [
            False,
            'Failed: button "Pay now" was clicked 7 times (e87, e91, e102) without success: 500 POST http://shop.example/api/pay (e88, e92, e93, e96, e98 and 2 more); the page showed "Payment failed. You have not been charged, please try again". Nothing else was clicked, filled in or opened after that. 48 s: 6 page visits, 18 clicks, 4 fields filled in. The recording ends on shop.example/checkout.html.',
            (
                "Good things for slow mornings - Kettle & Crumb (shop.example/)",
                None,
                "1 click.",
                [
                    'Opened http://shop.example/?utm_source=***&utm_campaign=*** (e8): titled "Good things for slow mornings - Kettle & Crumb"',
                    'Clicked link "Copper kettle $89.00" [data-attr=product-kettle] (e18): went to http://shop.example/product.html?id=*** after 452 ms',
                ],
            ),
            (
                "Copper kettle - Kettle & Crumb (shop.example/product.html)",
                None,
                "2 clicks.",
                [
                    'Opened http://shop.example/product.html?id=*** (e26): titled "Copper kettle - Kettle & Crumb"',
                    'Clicked button "Add to cart" [data-attr=add-to-cart] (e28): shows "Added to cart: Copper kettle"',
                    'Clicked link "Shop" (e31): went to http://shop.example/ after 401 ms',
                ],
            ),
            (
                "Good things for slow mornings - Kettle & Crumb (shop.example/)",
                None,
                "1 click.",
                [
                    'Opened http://shop.example/ (e38): titled "Good things for slow mornings - Kettle & Crumb"',
                    'Clicked link "Everyday mug $14.00" [data-attr=product-mug] (e47): went to http://shop.example/product.html?id=*** after 309 ms',
                ],
            ),
            (
                "Everyday mug - Kettle & Crumb (shop.example/product.html)",
                None,
                "2 clicks.",
                [
                    'Opened http://shop.example/product.html?id=*** (e55): titled "Everyday mug - Kettle & Crumb"',
                    'Clicked button "Add to cart" [data-attr=add-to-cart] (e57): shows "Added to cart: Everyday mug"',
                    'Clicked link "Cart 2" [data-attr=nav-cart] (e60): went to http://shop.example/cart.html after 294 ms',
                ],
            ),
            (
                "Your cart - Kettle & Crumb (shop.example/cart.html)",
                None,
                "1 click.",
                [
                    'Opened http://shop.example/cart.html (e68): titled "Your cart - Kettle & Crumb"',
                    'Clicked link "Go to checkout" [data-attr=go-to-checkout] (e69): went to http://shop.example/checkout.html after 342 ms',
                ],
            ),
            (
                "Checkout - Kettle & Crumb (shop.example/checkout.html)",
                False,
                'Failed: button "Pay now" was clicked 7 times (e87, e91, e102) without success: 500 POST http://shop.example/api/pay (e88, e92, e93, e96, e98 and 2 more); the page showed "Payment failed. You have not been charged, please try again". Nothing else was clicked, filled in or opened after that. 11 clicks, 4 fields filled in.',
                [
                    'Opened http://shop.example/checkout.html (e77): titled "Checkout - Kettle & Crumb"',
                    'Filled in field "E-mail" [id=email] (e79): 23 characters',
                    'Filled in field "Full name" [id=full-name] (e81): 11 characters',
                    'Filled in field "Address" [id=address] (e83): 12 characters',
                    'Filled in field "Security code" [id=cvc] (e85): 3 characters',
                    'Clicked button "Pay now" [data-testid=pay] (e87, error_after): shows "Payment failed. You have not been charged, please try again." after 470 ms; followed by 500 POST http://shop.example/api/pay (e88), console error: Payment failed {"status":500,"method":"card","reason":"card … (e89) <exception: blocking>',
                    'Clicked button "Pay now" [data-testid=pay] 5 times within 1.3 s (e91, rage, error_after, repeated_submit): shows "Payment failed. You have not been charged, please try again." after 445 ms; repeats e87; followed by 500 POST http://shop.example/api/pay (e92 and 4 more), console error: Payment failed {"status":500,"method":"card","reason":"card … (e94 and 3 more) <confusion: True> <exception: blocking>',
                    'Clicked button "Pay now" [data-testid=pay] (e102, error_after, repeated_submit): shows "Payment failed. You have not been charged, please try again." after 582 ms; repeats e91; followed by 500 POST http://shop.example/api/pay (e103), console error: Payment failed {"status":500,"method":"card","reason":"card … (e104) <abandonment: True> <confusion: True> <exception: blocking>',
                ],
            ),
        ]
    )


def test_02_checkout_fails_then_transfer():
    assert outline("02") == snapshot(
        [
            True,
            'Success shown: the page shop.example/confirmation.html is titled "Thank you, your order is placed - Kettle & Crumb" (e123). 50 s: 8 page visits, 17 clicks, 4 fields filled in, 1 choice. Problems: button "Pay now" failed (e102, e106), first: shows "Payment failed. You have not been charged, please try again." after 469 ms; followed by 500 POST http://shop.example/api/pay (e103), console error: Payment failed {"status":500,"method":"card"…. The recording ends on shop.example/confirmation.html.',
            (
                "Oak bread board - Kettle & Crumb (shop.example/product.html)",
                None,
                "2 clicks.",
                [
                    'Opened http://shop.example/product.html?id=*** (e8): titled "Oak bread board - Kettle & Crumb"',
                    'Clicked button "Add to cart" [data-attr=add-to-cart] (e11): shows "Added to cart: Oak bread board" after 127 ms',
                    'Clicked link "Shop" (e14): went to http://shop.example/ after 416 ms',
                ],
            ),
            (
                "Good things for slow mornings - Kettle & Crumb (shop.example/)",
                None,
                "1 click.",
                [
                    'Opened http://shop.example/ (e22): titled "Good things for slow mornings - Kettle & Crumb"',
                    'Clicked link "Stoneware teapot $46.00" [data-attr=product-teapot] (e31): went to http://shop.example/product.html?id=*** after 373 ms',
                ],
            ),
            (
                "Stoneware teapot - Kettle & Crumb (shop.example/product.html)",
                None,
                "2 clicks.",
                [
                    'Opened http://shop.example/product.html?id=*** (e39): titled "Stoneware teapot - Kettle & Crumb"',
                    'Clicked button "Add to cart" [data-attr=add-to-cart] (e41): shows "Added to cart: Stoneware teapot" after 113 ms',
                    'Clicked link "Shop" (e44): went to http://shop.example/ after 434 ms',
                ],
            ),
            (
                "Good things for slow mornings - Kettle & Crumb (shop.example/)",
                None,
                "1 click.",
                [
                    'Opened http://shop.example/ (e52): titled "Good things for slow mornings - Kettle & Crumb"',
                    'Clicked link "Linen apron $38.00" [data-attr=product-apron] (e62): went to http://shop.example/product.html?id=*** after 325 ms',
                ],
            ),
            (
                "Linen apron - Kettle & Crumb (shop.example/product.html)",
                None,
                "2 clicks.",
                [
                    'Opened http://shop.example/product.html?id=*** (e70): titled "Linen apron - Kettle & Crumb"',
                    'Clicked button "Add to cart" [data-attr=add-to-cart] (e72): shows "Added to cart: Linen apron"',
                    'Clicked link "Cart 3" [data-attr=nav-cart] (e75): went to http://shop.example/cart.html after 323 ms',
                ],
            ),
            (
                "Your cart - Kettle & Crumb (shop.example/cart.html)",
                None,
                "1 click.",
                [
                    'Opened http://shop.example/cart.html (e83): titled "Your cart - Kettle & Crumb"',
                    'Clicked link "Go to checkout" [data-attr=go-to-checkout] (e84): went to http://shop.example/checkout.html after 378 ms',
                ],
            ),
            (
                "Checkout - Kettle & Crumb (shop.example/checkout.html)",
                True,
                'Success shown: the page showed "Payment accepted, one moment please" (e115). 8 clicks, 4 fields filled in, 1 choice. Problems: button "Pay now" failed (e102, e106), first: shows "Payment failed. You have not been charged, please try again." after 469 ms; followed by 500 POST http://shop.example/api/pay (e103), console error: Payment failed {"status":500,"method":"card"….',
                [
                    'Opened http://shop.example/checkout.html (e92): titled "Checkout - Kettle & Crumb"',
                    'Filled in field "E-mail" [id=email] (e94): 23 characters',
                    'Filled in field "Full name" [id=full-name] (e96): 11 characters',
                    'Filled in field "Address" [id=address] (e98): 12 characters',
                    'Filled in field "Security code" [id=cvc] (e100): 3 characters',
                    'Clicked button "Pay now" [data-testid=pay] (e102, error_after): shows "Payment failed. You have not been charged, please try again." after 469 ms; followed by 500 POST http://shop.example/api/pay (e103), console error: Payment failed {"status":500,"method":"card","reason":"card … (e104) <exception: non-blocking>',
                    'Clicked button "Pay now" [data-testid=pay] (e106, error_after, repeated_submit): shows "Payment failed. You have not been charged, please try again." after 448 ms; repeats e102; followed by 500 POST http://shop.example/api/pay (e107), console error: Payment failed {"status":500,"method":"card","reason":"card … (e108) <confusion: True> <exception: non-blocking>',
                    'Changed radio "Bank transfer" [name=method] (e111): checked',
                    'Clicked button "Pay now" [data-testid=pay] (e113): shows "Payment accepted, one moment please", "We pack on weekdays. You will hear from us when your parcel leaves." after 453 ms',
                ],
            ),
            (
                "Thank you, your order is placed - Kettle & Crumb (shop.example/confirmation.html)",
                True,
                'Success shown: the page shop.example/confirmation.html is titled "Thank you, your order is placed - Kettle & Crumb" (e123). No clicks.',
                [
                    'Opened http://shop.example/confirmation.html?order=***&email=*** (e123): titled "Thank you, your order is placed - Kettle & Crumb"'
                ],
            ),
        ]
    )


def test_03_coupon_and_order():
    assert outline("03") == snapshot(
        [
            True,
            'Success shown: the page shop.example/confirmation.html is titled "Thank you, your order is placed - Kettle & Crumb" (e103). 39 s: 7 page visits, 14 clicks, 5 fields filled in. The recording ends on shop.example/confirmation.html.',
            (
                "Good things for slow mornings - Kettle & Crumb (shop.example/)",
                None,
                "1 click.",
                [
                    'Opened http://shop.example/ (e8): titled "Good things for slow mornings - Kettle & Crumb"',
                    'Clicked link "Biscuit jar $31.00" [data-attr=product-jar] (e19): went to http://shop.example/product.html?id=*** after 361 ms',
                ],
            ),
            (
                "Biscuit jar - Kettle & Crumb (shop.example/product.html)",
                None,
                "2 clicks.",
                [
                    'Opened http://shop.example/product.html?id=*** (e27): titled "Biscuit jar - Kettle & Crumb"',
                    'Clicked button "Add to cart" [data-attr=add-to-cart] (e29): shows "Added to cart: Biscuit jar"',
                    'Clicked link "Shop" (e32): went to http://shop.example/ after 439 ms',
                ],
            ),
            (
                "Good things for slow mornings - Kettle & Crumb (shop.example/)",
                None,
                "1 click.",
                [
                    'Opened http://shop.example/ (e40): titled "Good things for slow mornings - Kettle & Crumb"',
                    'Clicked link "Everyday mug $14.00" [data-attr=product-mug] (e49): went to http://shop.example/product.html?id=*** after 416 ms',
                ],
            ),
            (
                "Everyday mug - Kettle & Crumb (shop.example/product.html)",
                None,
                "2 clicks.",
                [
                    'Opened http://shop.example/product.html?id=*** (e57): titled "Everyday mug - Kettle & Crumb"',
                    'Clicked button "Add to cart" [data-attr=add-to-cart] (e59): shows "Added to cart: Everyday mug"',
                    'Clicked link "Cart 2" [data-attr=nav-cart] (e62): went to http://shop.example/cart.html after 244 ms',
                ],
            ),
            (
                "Your cart - Kettle & Crumb (shop.example/cart.html)",
                None,
                "3 clicks, 1 field filled in.",
                [
                    'Opened http://shop.example/cart.html (e70): titled "Your cart - Kettle & Crumb"',
                    'Filled in field "Coupon code" [id=code] (e72): 9 characters',
                    'Clicked button "Apply" [data-attr=apply-coupon] (e73): shows "Coupon WELCOME10 applied: 10% off"',
                    'Clicked link "Go to checkout" [data-attr=go-to-checkout] (e76): went to http://shop.example/checkout.html after 403 ms',
                ],
            ),
            (
                "Checkout - Kettle & Crumb (shop.example/checkout.html)",
                True,
                'Success shown: the page showed "Payment accepted, one moment please" (e95). 5 clicks, 4 fields filled in.',
                [
                    'Opened http://shop.example/checkout.html (e83): titled "Checkout - Kettle & Crumb"',
                    'Filled in field "E-mail" [id=email] (e85): 26 characters',
                    'Filled in field "Full name" [id=full-name] (e87): 14 characters',
                    'Filled in field "Address" [id=address] (e89): 12 characters',
                    'Filled in field "Security code" [id=cvc] (e91): 3 characters',
                    'Clicked button "Pay now" [data-testid=pay] (e93): shows "Payment accepted, one moment please", "We pack on weekdays. You will hear from us when your parcel leaves." after 466 ms',
                ],
            ),
            (
                "Thank you, your order is placed - Kettle & Crumb (shop.example/confirmation.html)",
                True,
                'Success shown: the page shop.example/confirmation.html is titled "Thank you, your order is placed - Kettle & Crumb" (e103). No clicks.',
                [
                    'Opened http://shop.example/confirmation.html?order=***&email=*** (e103): titled "Thank you, your order is placed - Kettle & Crumb"'
                ],
            ),
        ]
    )


def test_04_dead_save_for_later():
    assert outline("04") == snapshot(
        [
            None,
            'Outcome not shown. 17 s: 2 page visits, 8 clicks. Problems: button "Save for later", dead (e27): no response in 2.5 s; button "Save for later", rage (e28): no response seen; not judged: end. The recording ends on shop.example/product.html.',
            (
                "Good things for slow mornings - Kettle & Crumb (shop.example/)",
                None,
                "1 click.",
                [
                    'Opened http://shop.example/?utm_source=*** (e8): titled "Good things for slow mornings - Kettle & Crumb"',
                    'Clicked link "Oak bread board $54.00" [data-attr=product-board] (e18): went to http://shop.example/product.html?id=*** after 291 ms',
                ],
            ),
            (
                "Oak bread board - Kettle & Crumb (shop.example/product.html)",
                None,
                '7 clicks. Problems: button "Save for later", dead (e27): no response in 2.5 s; button "Save for later", rage (e28): no response seen; not judged: end.',
                [
                    'Opened http://shop.example/product.html?id=*** (e25): titled "Oak bread board - Kettle & Crumb"',
                    'Clicked button "Save for later" [data-attr=save-for-later] (e27, dead): no response in 2.5 s <confusion: True>',
                    'Clicked button "Save for later" [data-attr=save-for-later] 6 times within 1.3 s (e28, rage): no response seen; not judged: end <confusion: True>',
                ],
            ),
        ]
    )


def test_05_slow_search():
    assert outline("05") == snapshot(
        [
            None,
            'Outcome not shown. 20 s: 1 page visit, 6 clicks, 1 field filled in. Problems: button "Search", slow (e11, e18, e20, e22), first: shows "1 results" after 3.1 s; its request e12 ran for 3.0 s. The recording ends on shop.example/search.html.',
            (
                "Search - Kettle & Crumb (shop.example/search.html)",
                None,
                '6 clicks, 1 field filled in. Problems: button "Search", slow (e11, e18, e20, e22), first: shows "1 results" after 3.1 s; its request e12 ran for 3.0 s.',
                [
                    'Opened http://shop.example/search.html (e8): titled "Search - Kettle & Crumb"',
                    'Filled in field "What are you looking for?" [id=q] (e10): 3 characters',
                    'Clicked button "Search" [data-attr=search-submit] (e11, slow): shows "1 results" after 3.1 s; its request e12 ran for 3.0 s',
                    'Filled in field "What are you looking for?" [id=q] (e17): 3 characters',
                    'Clicked button "Search" [data-attr=search-submit] (e18, slow): its request e19 ran for 2.8 s',
                    'Clicked button "Search" [data-attr=search-submit] (e20, slow, repeated_submit): repeats e18; its request e21 ran for 2.5 s <confusion: True>',
                    'Clicked button "Search" [data-attr=search-submit] (e22, slow, repeated_submit): shows "1 results" after 3.1 s; repeats e20; its request e23 ran for 3.0 s <confusion: True>',
                ],
            ),
        ]
    )


def test_06_browsing():
    assert outline("06") == snapshot(
        [
            None,
            "Outcome not shown. 21 s: 4 page visits, 4 clicks. The recording ends on shop.example/product.html.",
            (
                "Good things for slow mornings - Kettle & Crumb (shop.example/)",
                None,
                "1 click.",
                [
                    'Opened http://shop.example/?utm_source=***&utm_medium=*** (e8): titled "Good things for slow mornings - Kettle & Crumb"',
                    'Clicked link "Linen apron $38.00" [data-attr=product-apron] (e18): went to http://shop.example/product.html?id=*** after 413 ms',
                ],
            ),
            (
                "Linen apron - Kettle & Crumb (shop.example/product.html)",
                None,
                "2 clicks.",
                [
                    'Opened http://shop.example/product.html?id=*** (e26): titled "Linen apron - Kettle & Crumb"',
                    'Clicked button "Show reviews" [data-testid=show-reviews] (e28): shows "Soft from the first day."',
                    'Clicked link "Shop" (e30): went to http://shop.example/ after 488 ms',
                ],
            ),
            (
                "Good things for slow mornings - Kettle & Crumb (shop.example/)",
                None,
                "1 click.",
                [
                    'Opened http://shop.example/ (e38): titled "Good things for slow mornings - Kettle & Crumb"',
                    'Clicked link "Loaf tin $22.00" [data-attr=product-tin] (e49): went to http://shop.example/product.html?id=*** after 357 ms',
                ],
            ),
            (
                "Loaf tin - Kettle & Crumb (shop.example/product.html)",
                None,
                "No clicks.",
                ['Opened http://shop.example/product.html?id=*** (e57): titled "Loaf tin - Kettle & Crumb"'],
            ),
        ]
    )


def test_07_two_tabs():
    assert outline("07") == snapshot(
        [
            None,
            "Outcome not shown. 13 s in 2 tabs: 3 page visits, 3 clicks. The recording ends on shop.example/product.html.",
            (
                "Good things for slow mornings - Kettle & Crumb (shop.example/)",
                None,
                "2 clicks.",
                [
                    'Opened http://shop.example/ (e8): titled "Good things for slow mornings - Kettle & Crumb"',
                    'Clicked link "Stoneware teapot $46.00" [data-attr=product-teapot] (e18): opened tab 2 after 492 ms',
                    'Clicked link "Everyday mug $14.00" [data-attr=product-mug] (e28): went to http://shop.example/product.html?id=*** after 278 ms',
                ],
            ),
            (
                "Stoneware teapot - Kettle & Crumb (shop.example/product.html)",
                None,
                "1 click.",
                [
                    'Opened http://shop.example/product.html?id=*** (e26): titled "Stoneware teapot - Kettle & Crumb"',
                    'Clicked button "Add to cart" [data-attr=add-to-cart] (e39): shows "Added to cart: Stoneware teapot" after 128 ms',
                ],
            ),
            (
                "Everyday mug - Kettle & Crumb (shop.example/product.html)",
                None,
                "No clicks.",
                ['Opened http://shop.example/product.html?id=*** (e36): titled "Everyday mug - Kettle & Crumb"'],
            ),
        ]
    )


def test_08_checkout_fails_on_phone():
    assert outline("08") == snapshot(
        [
            False,
            'Failed: button "Pay now" was tapped 5 times (e45, e49) without success: 500 POST http://shop.example/api/pay (e46, e50, e51, e54, e56); the page showed "Payment failed. You have not been charged, please try again". Nothing else was clicked, filled in or opened after that. 26 s: 3 page visits, 13 clicks, 4 fields filled in. The recording ends on shop.example/checkout.html.',
            (
                "Copper kettle - Kettle & Crumb (shop.example/product.html)",
                None,
                "3 clicks.",
                [
                    'Opened http://shop.example/product.html?id=***&utm_source=*** (e8): titled "Copper kettle - Kettle & Crumb"',
                    'Tapped button "Add to cart" [data-attr=add-to-cart] (e12): shows "Added to cart: Copper kettle"',
                    'Tapped button "Add to cart" [data-attr=add-to-cart] (e15): shows "Added to cart: Copper kettle"',
                    'Tapped link "Cart 2" [data-attr=nav-cart] (e18): went to http://shop.example/cart.html after 403 ms',
                ],
            ),
            (
                "Your cart - Kettle & Crumb (shop.example/cart.html)",
                None,
                "1 click.",
                [
                    'Opened http://shop.example/cart.html (e26): titled "Your cart - Kettle & Crumb"',
                    'Tapped link "Go to checkout" [data-attr=go-to-checkout] (e27): went to http://shop.example/checkout.html after 621 ms',
                ],
            ),
            (
                "Checkout - Kettle & Crumb (shop.example/checkout.html)",
                False,
                'Failed: button "Pay now" was tapped 5 times (e45, e49) without success: 500 POST http://shop.example/api/pay (e46, e50, e51, e54, e56); the page showed "Payment failed. You have not been charged, please try again". Nothing else was clicked, filled in or opened after that. 9 clicks, 4 fields filled in.',
                [
                    'Opened http://shop.example/checkout.html (e35): titled "Checkout - Kettle & Crumb"',
                    'Filled in field "E-mail" [id=email] (e37): 25 characters',
                    'Filled in field "Full name" [id=full-name] (e39): 13 characters',
                    'Filled in field "Address" [id=address] (e41): 12 characters',
                    'Filled in field "Security code" [id=cvc] (e44): 3 characters',
                    'Tapped button "Pay now" [data-testid=pay] (e45, error_after): shows "Payment failed. You have not been charged, please try again." after 388 ms; followed by 500 POST http://shop.example/api/pay (e46), console error: Payment failed {"status":500,"method":"card","reason":"card … (e47) <exception: blocking>',
                    'Tapped button "Pay now" [data-testid=pay] 4 times within 0.9 s (e49, rage, error_after, repeated_submit): shows "Payment failed. You have not been charged, please try again." after 376 ms; repeats e45; followed by 500 POST http://shop.example/api/pay (e50 and 3 more), console error: Payment failed {"status":500,"method":"card","reason":"card … (e52 and 2 more) <abandonment: True> <confusion: True> <exception: blocking>',
                ],
            ),
        ]
    )


def test_09_bounce():
    assert outline("09") == snapshot(
        [
            None,
            "Outcome not shown. 3 s: 1 page visit, no clicks. The recording ends on shop.example/.",
            (
                "Good things for slow mornings - Kettle & Crumb (shop.example/)",
                None,
                "No clicks.",
                [
                    'Opened http://shop.example/?utm_source=***&utm_campaign=*** (e8): titled "Good things for slow mornings - Kettle & Crumb"'
                ],
            ),
        ]
    )


def test_10_sign_up():
    assert outline("10") == snapshot(
        [
            True,
            'Success shown: the page showed "Welcome, Nora Lindqvist. You are signed in" (e17). 17 s: 3 page visits, 6 clicks, 2 fields filled in, 1 choice. The recording ends on shop.example/product.html.',
            (
                "Your account - Kettle & Crumb (shop.example/account.html)",
                True,
                'Success shown: the page showed "Welcome, Nora Lindqvist. You are signed in" (e17). 5 clicks, 2 fields filled in, 1 choice.',
                [
                    'Opened http://shop.example/account.html?email=***&invite=*** (e8): titled "Your account - Kettle & Crumb"',
                    'Filled in field "Name" [id=name] (e10): 14 characters',
                    'Filled in field "Password" [id=password] (e12): 18 characters',
                    'Changed checkbox "Write to me when new batches arrive" [name=newsletter] (e14): checked',
                    'Clicked button "Create account" [data-attr=create-account] (e15): shows "Welcome, Nora Lindqvist. You are signed in." after 359 ms',
                    'Clicked link "Shop" (e18): went to http://shop.example/ after 352 ms',
                ],
            ),
            (
                "Good things for slow mornings - Kettle & Crumb (shop.example/)",
                None,
                "1 click.",
                [
                    'Opened http://shop.example/ (e26): titled "Good things for slow mornings - Kettle & Crumb"',
                    'Clicked link "Biscuit jar $31.00" [data-attr=product-jar] (e36): went to http://shop.example/product.html?id=*** after 372 ms',
                ],
            ),
            (
                "Biscuit jar - Kettle & Crumb (shop.example/product.html)",
                None,
                "No clicks.",
                ['Opened http://shop.example/product.html?id=*** (e44): titled "Biscuit jar - Kettle & Crumb"'],
            ),
        ]
    )


def test_11_wrong_coupon_then_right():
    assert outline("11") == snapshot(
        [
            True,
            'Success shown: the page shop.example/confirmation.html is titled "Thank you, your order is placed - Kettle & Crumb" (e59). 31 s: 4 page visits, 12 clicks, 4 fields filled in, 1 choice. Problems: button "Apply" failed (e23): shows "Coupon SPRING25 is not valid"; followed by 422 POST http://shop.example/api/coupon (e24). The recording ends on shop.example/confirmation.html.',
            (
                "Everyday mug - Kettle & Crumb (shop.example/product.html)",
                None,
                "2 clicks.",
                [
                    'Opened http://shop.example/product.html?id=*** (e8): titled "Everyday mug - Kettle & Crumb"',
                    'Clicked button "Add to cart" [data-attr=add-to-cart] (e10): shows "Added to cart: Everyday mug"',
                    'Clicked link "Cart 1" [data-attr=nav-cart] (e13): went to http://shop.example/cart.html after 269 ms',
                ],
            ),
            (
                "Your cart - Kettle & Crumb (shop.example/cart.html)",
                None,
                '5 clicks, 1 field filled in. Problems: button "Apply" failed (e23): shows "Coupon SPRING25 is not valid"; followed by 422 POST http://shop.example/api/coupon (e24).',
                [
                    'Opened http://shop.example/cart.html (e20): titled "Your cart - Kettle & Crumb"',
                    'Filled in field "Coupon code" [id=code] (e22): 8 characters',
                    'Clicked button "Apply" [data-attr=apply-coupon] (e23, error_after): shows "Coupon SPRING25 is not valid"; followed by 422 POST http://shop.example/api/coupon (e24) <exception: non-blocking>',
                    'Filled in field "Coupon code" [id=code] (e27, retyped): 9 characters; typed again in place of 8',
                    'Clicked button "Apply" [data-attr=apply-coupon] (e28): shows "Coupon WELCOME10 applied: 10% off"',
                    'Clicked link "Go to checkout" [data-attr=go-to-checkout] (e32): went to http://shop.example/checkout.html after 794 ms',
                ],
            ),
            (
                "Checkout - Kettle & Crumb (shop.example/checkout.html)",
                True,
                'Success shown: the page showed "Payment accepted, one moment please" (e51). 5 clicks, 3 fields filled in, 1 choice.',
                [
                    'Opened http://shop.example/checkout.html (e40): titled "Checkout - Kettle & Crumb"',
                    'Filled in field "E-mail" [id=email] (e42): 21 characters',
                    'Filled in field "Full name" [id=full-name] (e44): 9 characters',
                    'Filled in field "Address" [id=address] (e46): 12 characters',
                    'Changed radio "Bank transfer" [name=method] (e48): checked',
                    'Clicked button "Pay now" [data-testid=pay] (e49): shows "Payment accepted, one moment please", "We pack on weekdays. You will hear from us when your parcel leaves." after 443 ms',
                ],
            ),
            (
                "Thank you, your order is placed - Kettle & Crumb (shop.example/confirmation.html)",
                True,
                'Success shown: the page shop.example/confirmation.html is titled "Thank you, your order is placed - Kettle & Crumb" (e59). No clicks.',
                [
                    'Opened http://shop.example/confirmation.html?order=***&email=*** (e59): titled "Thank you, your order is placed - Kettle & Crumb"'
                ],
            ),
        ]
    )


def test_12_exception_and_404():
    assert outline("12") == snapshot(
        [
            None,
            'Outcome not shown. 24 s: 4 page visits, 5 clicks. Problems: button "Show reviews", dead (e27, e29), first: no response in 2.5 s; followed by console error: Uncaught TypeError: Cannot read properties of undefined (rea… (e28); link "Delivery and returns" failed (e31): shows "There is no such page. It may have moved, or the link may be wrong.", "Page not found" after 469 ms; followed by 404 http://shop.example/delivery.html (e32). The recording ends on shop.example/.',
            (
                "Good things for slow mornings - Kettle & Crumb (shop.example/)",
                None,
                "1 click.",
                [
                    'Opened http://shop.example/ (e8): titled "Good things for slow mornings - Kettle & Crumb"',
                    'Clicked link "Biscuit jar $31.00" [data-attr=product-jar] (e18): went to http://shop.example/product.html?id=*** after 371 ms',
                ],
            ),
            (
                "Biscuit jar - Kettle & Crumb (shop.example/product.html)",
                None,
                '3 clicks. Problems: button "Show reviews", dead (e27, e29), first: no response in 2.5 s; followed by console error: Uncaught TypeError: Cannot read properties of undefined (rea… (e28); link "Delivery and returns" failed (e31): shows "There is no such page. It may have moved, or the link may be wrong.", "Page not found" after 469 ms; followed by 404 http://shop.example/delivery.html (e32).',
                [
                    'Opened http://shop.example/product.html?id=*** (e25): titled "Biscuit jar - Kettle & Crumb"',
                    'Clicked button "Show reviews" [data-testid=show-reviews] (e27, dead, error_after): no response in 2.5 s; followed by console error: Uncaught TypeError: Cannot read properties of undefined (rea… (e28) <confusion: True> <exception: non-blocking>',
                    'Clicked button "Show reviews" [data-testid=show-reviews] (e29, dead, error_after): no response in 2.5 s; followed by console error: Uncaught TypeError: Cannot read properties of undefined (rea… (e30) <confusion: True> <exception: non-blocking>',
                    'Clicked link "Delivery and returns" [data-attr=footer-delivery] (e31, error_after): shows "There is no such page. It may have moved, or the link may be wrong.", "Page not found" after 469 ms; followed by 404 http://shop.example/delivery.html (e32) <exception: non-blocking>',
                ],
            ),
            (
                "Page not found - Kettle & Crumb (shop.example/delivery.html)",
                None,
                "1 click.",
                [
                    'Opened http://shop.example/delivery.html (e37): titled "Page not found - Kettle & Crumb"',
                    'Clicked link "Back to the shop" (e39): went to http://shop.example/ after 381 ms',
                ],
            ),
            (
                "Good things for slow mornings - Kettle & Crumb (shop.example/)",
                None,
                "No clicks.",
                ['Opened http://shop.example/ (e47): titled "Good things for slow mornings - Kettle & Crumb"'],
            ),
        ]
    )


def test_13_internal_tester():
    assert outline("13") == snapshot(
        [
            True,
            'Success shown: the page shop.example/confirmation.html is titled "Thank you, your order is placed - Kettle & Crumb" (e48). 17 s: 4 page visits, 8 clicks, 3 fields filled in, 1 choice. The recording ends on shop.example/confirmation.html.',
            (
                "Matcha whisk - Kettle & Crumb (shop.example/product.html)",
                None,
                "2 clicks.",
                [
                    'Opened http://shop.example/product.html?id=***&ref=*** (e8): titled "Matcha whisk - Kettle & Crumb"',
                    'Clicked button "Add to cart" [data-attr=add-to-cart] (e10): shows "Added to cart: Matcha whisk" after 108 ms',
                    'Clicked link "Cart 1" [data-attr=nav-cart] (e13): went to http://shop.example/cart.html after 425 ms',
                ],
            ),
            (
                "Your cart - Kettle & Crumb (shop.example/cart.html)",
                None,
                "1 click.",
                [
                    'Opened http://shop.example/cart.html (e21): titled "Your cart - Kettle & Crumb"',
                    'Clicked link "Go to checkout" [data-attr=go-to-checkout] (e22): went to http://shop.example/checkout.html after 363 ms',
                ],
            ),
            (
                "Checkout - Kettle & Crumb (shop.example/checkout.html)",
                True,
                'Success shown: the page showed "Payment accepted, one moment please" (e41). 5 clicks, 3 fields filled in, 1 choice.',
                [
                    'Opened http://shop.example/checkout.html (e30): titled "Checkout - Kettle & Crumb"',
                    'Filled in field "E-mail" [id=email] (e32): 17 characters',
                    'Filled in field "Full name" [id=full-name] (e34): 11 characters',
                    'Filled in field "Address" [id=address] (e36): 12 characters',
                    'Changed radio "Bank transfer" [name=method] (e38): checked',
                    'Clicked button "Pay now" [data-testid=pay] (e39): shows "Payment accepted, one moment please", "We pack on weekdays. You will hear from us when your parcel leaves." after 445 ms',
                ],
            ),
            (
                "Thank you, your order is placed - Kettle & Crumb (shop.example/confirmation.html)",
                True,
                'Success shown: the page shop.example/confirmation.html is titled "Thank you, your order is placed - Kettle & Crumb" (e48). No clicks.',
                [
                    'Opened http://shop.example/confirmation.html?order=***&email=*** (e48): titled "Thank you, your order is placed - Kettle & Crumb"'
                ],
            ),
        ]
    )
