"""Writing a frame stops at the deadline, and its style sheets take a bounded time."""

import pytest

from replay_mcp.errors import DeadlineExceeded
from replay_mcp.recording.frames.css import MAX_BLOCKS, StyleWriter
from replay_mcp.recording.frames.frame import MAX_BYTES, render_frame
from replay_mcp.recording.frames.sheets import Sheets
from tests.recording.css.test_deadline import after
from tests.recording.frames.frames import document, el, frame_of, page_of, plain


@pytest.mark.parametrize("checks", [0, 1, 4])
def test_a_frame_stops_at_the_deadline(checks: int) -> None:
    page = page_of(document(*[el("p", None, "1") for _ in range(500)], head=(el("style", {"_cssText": "a{}"}),)))
    with pytest.raises(DeadlineExceeded, match="ran out"):
        render_frame(page, plain, after(checks))


def test_a_sheet_stops_at_the_deadline() -> None:
    for css in ("a:is(b){color:red}" * 2_000, "@font-face{" + "a{}" * 2_000):
        with pytest.raises(DeadlineExceeded):
            StyleWriter(expired=after(3)).sheet(css)


def test_blocks_nested_too_deep_are_left_out() -> None:
    deep = StyleWriter().sheet("a{" * 30 + "b:c" + "}" * 30 + "d{e:f}")
    assert deep == "a{" * MAX_BLOCKS + "}" * MAX_BLOCKS + "d{e:f}"
    assert StyleWriter().sheet("a{" * 300_000).count("a{") == MAX_BLOCKS


@pytest.mark.parametrize(
    "inner", ["b{c:d}", "'}'", '"}"', "/*}*/", "\\}", "x:url(a}b)", "x:url( '}' )", "@media x{b{}}"]
)
def test_a_block_that_is_left_out_ends_where_it_ends(inner: str) -> None:
    assert StyleWriter().sheet(f"@font-face{{{inner}}}a{{b:c}}") == "a{b:c}"


def test_no_more_sheets_are_read_than_fit() -> None:
    read: list[str] = []

    class Writer(StyleWriter):
        def sheet(self, css: str) -> str:
            read.append(css[:1])
            return css

    pieces: list[str] = []
    sheets = Sheets({1: ["a" * 600, "b" * 600, "c" * 100]}, Writer(), pieces)
    sheets.place(1, "")
    sheets.fill(1_000)
    assert read == ["a", "c"]
    assert pieces == [f"<style></style><style>{'a' * 600}</style><style>{'c' * 100}</style>"]


@pytest.mark.timeout(60)
def test_many_large_sheets_are_not_all_written() -> None:
    styles = [el("style", {"_cssText": f"a:is(b{number})" + "{" * 100_000}) for number in range(100)]
    assert len(render_frame(page_of(document(head=tuple(styles))), plain)) < MAX_BYTES


@pytest.mark.parametrize("role", ["date", "textbox", "time"])
def test_typed_text_of_any_field_is_bullets(role: str) -> None:
    assert "secret" not in frame_of(el("div", {"role": role}, "secret"))
