"""Whatever the rows, a test is written, or the reason why not."""

import re

from hypothesis import assume, given
from hypothesis import strategies as st

from replay_mcp.recording.dom.types import RowElement
from replay_mcp.recording.repro.build import build_repro
from replay_mcp.recording.repro.errors import NothingToReproduce
from replay_mcp.recording.repro.spec import MAX_STEPS
from replay_mcp.recording.repro.typescript import spec_text
from replay_mcp.recording.timeline.rows import FLAGS, Response, Row, SlowRequest
from tests.recording.repro.rows import FAILED, SHOP, change, click, page, row, timeline, typing

tabs = st.integers(0, 4)
elements = st.builds(
    RowElement,
    role=st.sampled_from(["button", "link", "field", "radio", "div", "page"]),
    name=st.sampled_from(["", "Pay", "[email]", "Hello…"]),
    selector=st.sampled_from(["", "[id=pay]", "[id=***]"]),
    tag=st.sampled_from(["a", "select", "input"]),
    sort=st.sampled_from(["control", "field", "link", "page", "media", "unknown"]),
)
urls = st.sampled_from([SHOP, f"{SHOP}cart", f"{SHOP}?a=***", "https://pay.example/", "about:blank", ""])
responses = st.none() | st.builds(
    Response, st.sampled_from(["mutation", "navigation", "tab"]), st.just(50), st.sampled_from(["", "2", "3", "x"])
)
clicks = st.builds(
    click,
    elements,
    tab=tabs,
    page=urls,
    flags=st.lists(st.sampled_from(FLAGS), max_size=2).map(tuple),
    errors=st.sampled_from([(), (FAILED,)]),
    slow_request=st.sampled_from([None, SlowRequest("e2", 3_000)]),
    response=responses,
    texts=st.sampled_from([(), ("Saved",), ("[typed]",)]),
    meaning=st.sampled_from(["", "error"]),
    touch=st.booleans(),
)
rows = st.lists(
    clicks
    | st.builds(page, urls, tab=tabs, reloaded=st.booleans())
    | st.builds(typing, elements, st.none() | st.integers(0, 30), tab=tabs)
    | st.builds(change, elements, tab=tabs, choice=st.sampled_from(["checked", "unchecked", "moved", "other"]))
    | st.builds(row, st.sampled_from(["network", "console", "text", "idle"]), tabs, url=urls, status=st.just(500)),
    min_size=1,
    max_size=12,
)

_DECLARED = re.compile(r"const (page\d+) =")
_USED = re.compile(r"\b(page\d+)\b")


def written(rows: list[Row], moment: str | None, most: int) -> str:
    try:
        found = build_repro(timeline(*rows), moment, max_steps=most)
    except NothingToReproduce:
        assume(False)
        raise
    assert len(found.steps) <= most
    return spec_text(found, "s1")


@given(rows, st.none() | st.integers(1, 12), st.sampled_from([2, 5, MAX_STEPS]))
def test_every_browser_tab_is_opened_once_and_before_it_is_used(rows: list[Row], moment: int | None, steps: int):
    ref = None if moment is None else f"e{min(moment, len(rows))}"
    known: set[str] = set()
    for line in written(rows, ref, steps).split("\n"):
        code = line.partition(" // ")[0]
        if declared := _DECLARED.search(code):
            assert declared[1] not in known
            known.add(declared[1])
        assert set(_USED.findall(code)) <= known
