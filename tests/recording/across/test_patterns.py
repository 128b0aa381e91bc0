"""Patterns of pages, requests and errors."""

import pytest

from replay_mcp.recording.across.patterns import MAX_FINGERPRINT_LENGTH, fingerprint, page_pattern
from replay_mcp.recording.timeline.rows import Row

from .made import failed, logged, row

ID = "0192f7a8-6c3a-7d2e-9d63-000000000001"


@pytest.mark.parametrize(
    ("url", "pattern"),
    [
        ("https://shop.example/", "shop.example/"),
        ("https://shop.example", "shop.example"),
        ("http://shop.example:8080/a?b=c#d", "shop.example:8080/a"),
        ("https://shop.example/orders/1234/items/9", "shop.example/orders/:id/items/:id"),
        (f"https://shop.example/u/{ID}/edit", "shop.example/u/:id/edit"),
        (f"https://shop.example/u/{ID.upper()}", "shop.example/u/:id"),
        ("https://shop.example/a/deadbeef01", "shop.example/a/:id"),
        ("https://shop.example/how-to-return-things-easily", "shop.example/how-to-return-things-easily"),
        ("https://shop.example/t/9f86d081-x_884c7d659", "shop.example/t/:id"),
        ("https://shop.example/café/naïve", "shop.example/café/naïve"),
        ("", ""),
        ("about:***", "about:***"),
        ("/only/a/path/5", "/only/a/path/:id"),
        ("https://shop.example/product/oak-board-48213", "shop.example/product/oak-board-:id"),
        ("https://shop.example/t/V1StGXR8_Z5jdHi6B-myT", "shop.example/t/:id"),
        ("https://shop.example/pay/cs_test_a1B2c3D4e5F6", "shop.example/pay/cs_test_:id"),
        ("https://shop.example/invoices/INV20240017", "shop.example/invoices/:id"),
        ("https://shop.example/calendar/2026-11-30", "shop.example/calendar/:id"),
        ("https://shop.example/app.3f2a9c1d.js", "shop.example/app.:id.js"),
        ("https://shop.example/#/orders/77?tab=2", "shop.example/#/orders/:id"),
    ],
)
def test_a_page_is_its_host_and_path_without_ids_and_numbers(url: str, pattern: str) -> None:
    assert page_pattern(url) == pattern


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (failed(1, "https://shop.example/pay/77?x=***"), "500 POST shop.example/pay/:id"),
        (row(1, "network", url="https://shop.example/x", status=404), "404 shop.example/x"),
        (logged(1, "Cannot read 'x' of undefined (app.js:10:22)"), 'Cannot read "…" of undefined (app.js:N:N)'),
        (logged(1, "Timeout after 3000 ms"), "Timeout after N ms"),
        (logged(1, "Timeout after 1.5.2 ms"), "Timeout after N ms"),
        (logged(1, f'User "{ID}" has no cart'), 'User "…" has no cart'),
        (logged(1, ""), ""),
    ],
)
def test_a_fingerprint_contains_no_ids_and_numbers(found: Row, words: str) -> None:
    assert fingerprint(found) == words


def test_a_fingerprint_has_a_maximum_length() -> None:
    assert len(fingerprint(logged(1, "x" * 500))) == MAX_FINGERPRINT_LENGTH
    hostile = logged(1, "a-" * 20_000 + "'" * 20_000 + "1" * 20_000)
    assert len(fingerprint(hostile)) <= MAX_FINGERPRINT_LENGTH


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/blog/10-tips-for-better-sleep", "/blog/7-ways-to-make-better-coffee"),
        ("/checkout/step-1", "/checkout/step-2"),
        ("/checkout/step/1", "/checkout/step/2"),
        ("/report-2025", "/report-2026"),
        ("/docs/v1.2.3/start", "/docs/v1.3.0/start"),
        ("/phones/iphone15pro", "/phones/iphone16pro"),
        ("/files/feedface", "/files/defaced"),
        ("/#/cart", "/#/checkout"),
    ],
)
def test_pages_that_differ_by_more_than_ids_stay_apart(one: str, other: str) -> None:
    assert page_pattern(f"https://shop.example{one}") != page_pattern(f"https://shop.example{other}")
