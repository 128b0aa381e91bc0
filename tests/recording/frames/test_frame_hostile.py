"""No recorded document makes a frame that runs a script, loads something, or is read otherwise than it was written."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replay_mcp.recording.frames.css import StyleWriter
from replay_mcp.recording.frames.frame import MAX_BYTES, render_frame
from replay_mcp.recording.frames.tags import DROPPED, TAGS
from tests.recording.frames.attacks import ATTACKS, CSS, EVIL, HANDLERS, JAVASCRIPT_URLS, STYLES, deep, grouped
from tests.recording.frames.frames import document, el, frame_of, page_of, plain, problems_of
from tests.recording.rrweb import Raw

PAGES = grouped(20)
"""The attacks; those of a kind that do not affect each other share a page."""


def test_there_are_many_attacks() -> None:
    assert len(ATTACKS) > 500


def kind_of(name: str) -> str:
    return re.sub(r"-\d+-?$", "", name)


@pytest.mark.parametrize("kind", sorted({kind_of(name) for name in PAGES}))
def test_a_frame_holds_nothing_that_runs_or_loads(kind: str) -> None:
    for name in (name for name in PAGES if kind_of(name) == kind):
        root, later = PAGES[name]
        frame = render_frame(page_of(root, *later), plain)
        assert len(frame.encode()) <= MAX_BYTES, name
        assert problems_of(frame) == [], name


def test_a_very_deep_tree_is_cut() -> None:
    assert problems_of(frame_of(deep("section", 110))) == []


@pytest.mark.parametrize(
    "css",
    ["a{" * 50_000, "(" * 125_000, "/*" * 75_000, "\\" * 125_000, "'" * 75_001, "[a=" * 50_000, ":is(" * 25_000, "a:b;" * 50_000,
     "url(" * 40_000, "a{b:url(x" * 15_000, ("a" * 1_000 + ":") * 500, "-" * 125_000, "@" * 75_000, "a{" + "x:" * 50_000, " " * 125_000 + "{", "a{b:" + "\\61" * 25_000],
    ids=[f"sheet-{place}" for place in range(16)],
)  # fmt: skip
@pytest.mark.timeout(60)  # quadratic work would take hours
def test_a_style_sheet_takes_linear_time(css: str) -> None:
    assert len(StyleWriter().sheet(css)) <= 2 * len(css)


TAG_NAMES = sorted(
    (TAGS | DROPPED)
    | {"form", "svg", "math", "mtext", "mglyph", "path", "text", "use", "image", "foreignObject", "desc", "title", "input", "select", "option"}
    | {"optgroup", "iframe", "img", "canvas", "video", "object", "textarea", "nobr", "marquee", "x-y", "replay-p", "html", "body", "", "a b", "picture"}
)  # fmt: skip
any_text = st.sampled_from(
    ["x", " ", "\n", "</style>", "<script>alert(1)</script>", "&lt;", "\u202e", "]]>", "-->", '"', "a@b.test"]
) | st.text(max_size=8)
any_attributes = st.dictionaries(
    st.sampled_from([*HANDLERS, "href", "src", "style", "class", "id", "title", "type", "rr_width", "data-x", "contenteditable", "xlink:href", "fill", "role", "hidden", "value"])
    | st.text(max_size=6),
    st.sampled_from([*JAVASCRIPT_URLS, *STYLES, "true", "textbox"]) | st.text(max_size=10) | st.booleans() | st.integers() | st.none() | st.floats(),
    max_size=4,
)  # fmt: skip


def _tree(tag: str, attributes: Raw, children: list[Raw | str], shadow: Any) -> Raw:
    return el(tag, attributes, *children, isShadow=shadow)


any_node: st.SearchStrategy[Any] = st.recursive(
    any_text | st.builds(el, st.sampled_from(TAG_NAMES), any_attributes),
    lambda inner: st.builds(
        _tree, st.sampled_from(TAG_NAMES), any_attributes, st.lists(inner, max_size=5), st.sampled_from([None, None, None, True])
    ),
    max_leaves=25,
)  # fmt: skip
any_css = st.lists(
    st.sampled_from([*CSS, *STYLES, "a", "{", "}", "(", ")", "[", "]", ";", ":", "'", '"', "\\", "/*", "*/", "<", "</", "style>", "@", "@media ", "url(", EVIL, "\\75", "\n", "data:image/png;base64,AA"])
    | st.text(max_size=5),
    max_size=12,
).map("".join)  # fmt: skip


@given(nodes=st.lists(any_node, max_size=4), css=any_css)
def test_any_tree_makes_a_safe_frame_that_parsers_read_as_written(nodes: list[Raw | str], css: str) -> None:
    frame = render_frame(page_of(document(*nodes, head=(el("style", {"_cssText": css}),))), plain)
    assert problems_of(frame) == []
