"""Recorded text never leaves a string literal or a one-line comment of the test."""

import re
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from replay_mcp.recording.dom.types import RowElement
from replay_mcp.recording.repro.literals import beginning_pattern, comment, literal, text_pattern
from replay_mcp.recording.repro.typescript import MAX_BYTES, write_spec
from replay_mcp.recording.timeline.blocked_parts import BlockedPart
from replay_mcp.recording.timeline.rows import FollowingError, Response, Row, SlowRequest
from tests.recording.repro.rows import SHOP, change, click, page, row, timeline, typing

HOSTILE = [
    "'); process.exit(1); ('",
    "*/ process.exit(1) /*",
    "\n process.exit(1) //",
    "\r\n\u2028\u2029\u0085process.exit(1)",
    "${process.exit(1)}`",
    "\\",
    "\\'",
    "\ud800",
    "\u202e\u2066 (1)tixe \u200b\u2060\ufe0f",
    "</script><!--",
    "# sourceMappingURL=https://evil.example",
]
texts = st.sampled_from(HOSTILE) | st.text(max_size=20)
hostile = st.lists(texts, min_size=1, max_size=3).map("".join)

_LITERAL = re.compile(r"'(?:[^'\\\n]|\\.)*'")
_COMMENT = re.compile(r"//[^\n]*|/\*\*[^*\n]*\*/")
_TOKEN = re.compile(rf"{_LITERAL.pattern}|{_COMMENT.pattern}|[\s\S]")


def skeleton(spec: str) -> str:
    """The code of a test without its literals and comments, read from left to right as a parser does."""
    kept = (found[0] for found in _TOKEN.finditer(spec))
    return "".join("" if token.startswith(("//", "/*")) else "''" if len(token) > 1 else token for token in kept)


def rows_with(text: str) -> list[Row]:
    """Rows of every kind that a test is made of, with a text wherever one is recorded."""
    url = f"{SHOP}{text}?{text}={text}#{text}"
    element = RowElement("button", text, f"[id={text}]", "button", "control")
    field = RowElement("field", text, f"[name={text}]", "input", "field")
    other = RowElement(text, text, text, text, "content")
    return [
        page(url, title=text),
        click(element, texts=(text, "Shown"), page=url),
        typing(field, page=url),
        typing(RowElement("field", f"E-mail {text}", "", "input", "field"), 30, page=url),
        change(RowElement("choice", text, f"[id={text}]", "select", "field"), choice="other", page=url),
        change(RowElement("checkbox", text, "", "input", "field"), choice="checked", page=url),
        click(other, texts=(text,), page=url, response=Response("tab", 9, "2")),
        page(f"https://{text}.example/{text}", tab=2),
        click(other, page=url, response=Response("tab", 9, text)),
        page(f"{text}:{text}", tab=3),
    ]


def endings(text: str) -> list[dict[str, Any]]:
    """The fields of actions with each kind of problem."""
    url = f"{SHOP}{text}?{text}"
    return [
        {"flags": ("error_after",), "errors": (FollowingError(("e1",), text, url, 500),)},
        {"flags": ("error_after",), "errors": (FollowingError(("e1",), message=text),)},
        {"meaning": "error", "texts": (text,)},
        {"flags": ("dead",), "response": None},
        {"flags": ("slow",), "slow_request": SlowRequest("e11", 3_000)},
        {},
    ]


def spec_with(text: str, ending: dict[str, Any]) -> str:
    action = click(RowElement("button", f"Pay {text}", f"[id={text}]", "button", "control"), page=SHOP, **ending)
    request = row("network", method=text, url=f"{SHOP}{text}", status=200)
    made = timeline(*rows_with(text), request, action, blocked=(BlockedPart(text, text, page=SHOP + text),))
    return write_spec(
        made, "e12", session_id=text, link=lambda seconds: f"https://us.posthog.com/{text}?t={seconds}", language=text
    )[1]


@pytest.mark.parametrize("kind", range(6))
@given(text=hostile)
@example(text="".join(HOSTILE))
def test_code_consists_of_our_own_words_whatever_was_recorded(kind: int, text: str):
    spec = spec_with(text, endings(text)[kind])
    assert all(char == "\n" or char.isprintable() for char in spec)
    assert len(spec.encode()) <= MAX_BYTES
    code = skeleton(spec)
    assert code.isascii()
    assert set(re.findall(r"\b[A-Za-z](?:\w*[A-Za-z])?", code)) <= WORDS
    assert [line for line in spec.split("\n") if "// Written" in line] == [spec.split("\n")[0]]


WORDS = frozenset(
    re.findall(
        r"\w+",
        """
        BASE_URL Date Page RegExp TYPED URL answer ariaSnapshot async await baseURL before catch
        check click clicked const context e env error errors exact expect fill filter finished first
        from getByLabel getByRole getByText goBack goto height import includes index line locale
        locator message method name new newPage not now on opened page pathname poll press process
        push rejects reload repeat request response selectOption settled startsWith status string
        test text timeout toBe toBeLessThan toBeVisible toEqual toThrow true type url use viewport
        visible waitFor waitForEvent waitForLoadState waitForResponse waitForTimeout waitForURL
        width
        """,
    )
)
"""Every word of the code of a test."""


def test_literals_comments_and_patterns():
    assert [literal(text) for text in HOSTILE] == snapshot(
        [
            "'\\'); process.exit(1); (\\''",
            "'*/ process.exit(1) /*'",
            "'\\n process.exit(1) //'",
            "'\\r\\n\\u2028\\u2029\\u0085process.exit(1)'",
            "'${process.exit(1)}`'",
            "'\\\\'",
            "'\\\\\\''",
            "'\\ud800'",
            "'\\u202e\\u2066 (1)tixe \\u200b\\u2060\\ufe0f'",
            "'</script><!--'",
            "'# sourceMappingURL=https://evil.example'",
        ]
    )
    assert comment("".join(HOSTILE)) == snapshot(
        "'); process.exit(1); ('*/ process.exit(1) /*\\u000a process.exit(1) //\\u000d\\u000a\\u2028\\u2029\\u0085process.exit(1)${process.exit(1)}`\\\\'\\ud800\\u202e\\u2066 (1)tixe \\u200b\\u2060\\ufe0f</script><!--# sourceMappingURL=https://evil.example"
    )
    assert text_pattern("Total: 1,200.50 (a|b)*'\u2028") == snapshot(
        "new RegExp('Total:\\\\s+[0-9.,]+\\\\s+\\\\(a\\\\|b\\\\)\\\\*\\'\\u2028')"
    )
    assert beginning_pattern("a.b\\") == snapshot("new RegExp('^a\\\\.b\\\\\\\\')")
    assert text_pattern("no digits '") == snapshot("'no digits \\''")
