"""Parts of pages that the recorder left out, and the browser's user agent, as a timeline has them."""

from typing import Any

import pytest
from inline_snapshot import snapshot

from replay_mcp.recording.timeline.blocked_parts import MAX_PARTS, MAX_SEARCHES, BlockedPart
from replay_mcp.recording.timeline.reader import Timeline, read_timeline
from replay_mcp.redaction import Redaction
from tests.recording.rrweb import (
    Raw,
    added,
    custom,
    element,
    event,
    full,
    lines,
    meta,
    moves,
    network,
    packed,
    press,
    request,
)

PAGE = "https://shop.example/pay"


def blocked(node: int, tag: str = "div", **attributes: Any) -> Raw:
    """An element as the recorder writes it when the page excludes it."""
    made = element(node, tag, **attributes)
    made["attributes"] |= {"rr_width": "300px", "rr_height": "20px"}
    return made


def read(*raws: Raw) -> Timeline:
    return read_timeline([b"\n".join(lines(meta(0, PAGE), *raws, *moves(9_000)))], Redaction())


def test_a_blocked_part_is_named_by_its_classes_its_label_and_what_is_around_it():
    form = element(
        10,
        "form",
        element(11, "label", "Card of ada@b.example", blocked(12, "input", class_="ph-no-capture card big x y")),
        element(13, "section", element(14, "label", "Iban"), blocked(15, class_="rr-block")),
        element(16, "p", "no label"),
        blocked(17, "video"),
        id="payment",
    )
    assert read(full(10, form)).blocked == snapshot(
        (
            BlockedPart(selector="video", label="", inside="[id=payment]", page="https://shop.example/pay"),
            BlockedPart(
                selector="input.ph-no-capture.card.big",
                label="Card of [email]",
                inside="[id=payment]",
                page="https://shop.example/pay",
            ),
            BlockedPart(selector="div.rr-block", label="Iban", inside="[id=payment]", page="https://shop.example/pay"),
        )
    )


def test_a_size_beside_content_is_not_a_blocked_part():
    shown = blocked(10, class_="card")
    shown["childNodes"] = [element(11, "p", "shown")]
    assert read(full(10, shown)).blocked == ()


@pytest.mark.parametrize("compressed", [False, True])
def test_parts_of_later_pages_and_of_changes_are_found_once(compressed: bool):
    first = full(10, element(10, "div", "Shop"), element(20, "main"))
    if compressed:
        first |= {"data": packed(first["data"]), "cv": "2024-10"}
    found = read(
        first,
        press(1_000, 10),
        added(2_000, 20, blocked(30, class_="ph-no-capture")),
        event(3_000, 4, {"href": f"{PAGE}/done", "width": 1280, "height": 800}),
        full(3_010, blocked(40, class_="ph-no-capture"), blocked(41, class_="other")),
    ).blocked
    assert [(part.selector, part.page) for part in found] == snapshot(
        [("div.ph-no-capture", "https://shop.example/pay"), ("div.other", "https://shop.example/pay/done")]
    )


def test_the_parts_and_the_searches_are_bounded():
    many = [blocked(100 + place, class_=f"c{place}") for place in range(MAX_PARTS + 5)]
    assert len(read(full(10, *many)).blocked) == MAX_PARTS
    pages = [full(10 + at, blocked(100, class_=f"c{at}")) for at in range(MAX_SEARCHES + 5)]
    assert len(read(*pages).blocked) == MAX_PARTS


def test_a_timeline_with_blocked_parts_survives_the_cache():
    made = read(full(10, blocked(10, class_="ph-no-capture")))
    assert Timeline.unpacked(made.packed()) == made
    assert made.blocked == (BlockedPart("div.ph-no-capture", page=PAGE),)


def test_the_first_size_of_the_window_is_the_viewport():
    made = read(full(10), event(100, 4, {"href": PAGE, "width": 400, "height": 300}))
    assert (made.viewport, read_timeline([b"\n".join(lines(*moves(0, 10)))], Redaction()).viewport) == (
        (1280, 800),
        None,
    )


HEADERS = {"Accept": "*/*", "user-agent": "Mozilla/5.0 (iPhone) ada@b.example"}


@pytest.mark.parametrize(
    ("raw", "agent"),
    [
        (custom(100, "device", userAgent="Mozilla/5.0 (Linux)"), snapshot("Mozilla/5.0 (Linux)")),
        (
            network(100, request(90, f"{PAGE}/api", 200) | {"requestHeaders": HEADERS}),
            snapshot("Mozilla/5.0 (iPhone) [email]"),
        ),
        (custom(100, "device", userAgent=["x"]), snapshot("")),
        (
            custom(100, "device", user_agent="x" * 5_000),
            snapshot(
                "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…"
            ),
        ),
        (network(100, request(90, f"{PAGE}/user-agent", 200) | {"requestHeaders": ["user-agent"]}), snapshot("")),
    ],
)
def test_the_user_agent_is_what_the_page_or_a_request_reports(raw: Raw, agent: str):
    assert read(full(10), raw).user_agent == agent
