"""Media queries, for a desktop browser whose window is 1000 by 700 CSS pixels."""

import pytest

from replay_mcp.recording.css.media import media_matches

from .pages import rendering, seen


@pytest.mark.parametrize(
    "query",
    [
        "", "all", "screen", "only screen", "not print", "print, screen", "(min-width: 62.5em)", "(max-width:1000px)",
        "(width >= 48rem)", "(400px <= width < 1001px)", "(1001px > width)", "screen and (min-width:1px) and (max-width:2000px)",
        "(orientation: landscape)", "(hover: hover) and (pointer: fine)", "(hover)", "(any-hover:hover)",
        "(prefers-reduced-motion: no-preference)", "(prefers-color-scheme: light)", "not (prefers-color-scheme: dark)",
        "not all and (monochrome)", "((width > 1px) or (height > 9000px)) and (not (width < 1px))", "(color)",
        "(min-aspect-ratio: 1/1)", "(max-resolution: 1.5dppx)", "NOT PRINT", "(min-resolution:96dpi)",
    ],
)  # fmt: skip
def test_queries_that_match(query: str):
    assert media_matches(query, 1000, 700)


@pytest.mark.parametrize(
    "query",
    [
        "print", "not screen", "only print", "(min-width: 1001px)", "(max-width: 62em)", "(width < 48rem)",
        "(600px <= width < 1000px)", "(orientation: portrait)", "(hover: none)", "(pointer: coarse)",
        "(prefers-reduced-motion)", "(prefers-reduced-motion: reduce)", "(prefers-color-scheme: dark)",
        "(unknown: 1)", "(min-width)", "(min-width: calc(1px + 1px))", "screen and (max-height: 10px), print", "((((", "))", "1 2 3", "(a<b<c<d)",
        "(forced-colors: active)", "(min-resolution: 2dppx)", "x" * 3_000,
    ],
)  # fmt: skip
def test_queries_that_do_not_match(query: str):
    assert not media_matches(query, 1000, 700)


def test_rules_in_media_queries_depend_on_the_window():
    css = "@media (max-width:600px){.wide{display:none}} @media (min-width:601px){.narrow{display:none}}"
    body = "<p class=wide>wide</p><p class=narrow>narrow</p>"
    assert seen(body, css, width=1000) == "wide"
    assert seen(body, css, width=400) == "narrow"


def test_a_feature_that_a_page_asks_for_is_supported():
    css = "@supports (display:grid){.a{display:none}} @supports not (display:grid){.b{display:none}}"
    assert seen("<p class=a>1</p><p class=b>2</p>", css) == "2"


def test_only_what_a_container_query_decides_is_unknown():
    css = "@container (width > 1px){.a{display:none} .b{color:red;opacity:1}}"
    assert rendering("<p id=x class=a>1</p>", css).unknown == "container query"
    assert rendering("<p id=x class=b>1</p>", css).unknown == ""
    assert rendering("<p id=x class=a style='display:block'>1</p>", css).unknown == ""
