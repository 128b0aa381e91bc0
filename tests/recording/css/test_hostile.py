"""Sheets, selectors and documents that were made to break or to slow down a reader."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replay_mcp.recording.css.declarations import declared_in
from replay_mcp.recording.css.media import media_matches
from replay_mcp.recording.css.rule_list import RuleList
from replay_mcp.recording.css.sheets import parse_sheet
from replay_mcp.recording.dom.css_selectors import parse_selector, specificity, split_list

from .pages import renderings, seen

CSS = st.text(
    st.one_of(st.sampled_from("{}()[];:,.#>+~*&@!\"'\\/ \nabcnot-0%"), st.characters(exclude_categories=["Cs"])),
    max_size=200,
)
PIECES = st.lists(
    st.sampled_from(
        [".a", "p", ":not(", ":is(", ":has(", "::slotted(", ":host", ")", "{", "}", ";", "display:none", "opacity:0", ",",
         " ", ">", "+", "~", "&", "@media (width>1px)", "@layer x", "@supports", "@container", ":nth-child(2n+1)", "[a=", "]",
         '"', "'", "\\", "/*", "*/", "!important", "url(", "var(--x)", "--x:0", ":root", "transform:translateX(-100%)",
         "position:fixed;left:0", "height:0;overflow:hidden", "clip:rect(", "scale:0"]
    ),
    max_size=40,
).map("".join)  # fmt: skip
BODY = "<div class=a><p class=a id=i>1<b>2</b></p><a-b><template shadowrootmode=open><style>:host{display:block}</style><slot></slot></template><i class=a>3</i></a-b></div>"


@given(CSS | PIECES)
def test_any_sheet_is_read(css: str):
    parse_sheet(css)
    list(renderings(f"{BODY}<style>{css.replace('<', '')}</style>"))


@given(CSS | PIECES)
def test_any_style_attribute_is_read(style: str):
    declared_in(style)
    escaped = style.replace("&", "&amp;").replace('"', "&quot;")
    seen(f'<p style="{escaped}">1</p>')


@given(CSS | PIECES)
def test_any_selector_is_read(selector: str):
    for each in split_list(selector):
        if compounds := parse_selector(each, pseudo_classes=True):
            specificity(compounds)


@given(CSS | st.text("(and not:or<>=width1px, )", max_size=100))
def test_any_media_query_is_read(query: str):
    media_matches(query, 1000, 700)


@given(CSS | PIECES, PIECES, st.lists(st.integers(-3, 5), max_size=4))
def test_any_sheet_can_be_changed(css: str, rule: str, path: list[int]):
    rules = RuleList(css)
    rules.insert(rule, path)
    rules.set_property(path, "display", rule)
    rules.remove_property(path, "opacity")
    rules.delete(path)
    parse_sheet(rules.css)


@pytest.mark.parametrize(
    "css",
    [
        "{" * 100_000, "}" * 100_000, "a{" * 50_000, "'" * 100_000, '"\n' * 50_000, "/*" * 50_000, "\\" * 100_000,
        "& &{" * 25_000, "@media(" * 15_000, "@media x{" * 10_000, "url(" * 25_000, ";" * 100_000, "@layer a.b.c{" * 7_000,
        "@layer a.b.c.d;" * 7_000, "a{b:c;" * 50_000, "opacity:" * 15_000, "var(" * 25_000, "a{opacity:" + "var(" * 25_000,
        "(" * 100_000, "a{" + "(" * 100_000 + "}", "a{opacity:" + " " * 100_000 + "}", ":is(" * 25_000 + "{display:none}",
        ("." + "a" * 10) * 7_000 + "{display:none}", "a " * 100_000 + "{display:none}", "a," * 100_000 + "a{display:none}",
        "a{&,&{&,&{&,&{&,&{&,&{&,&{&,&{&,&{&,&{&,&{display:none}}}}}}}}}}}", "@container{" * 7_000, "--x:" * 25_000,
        ":root{--a:var(--b)var(--b);--b:var(--a)var(--a)}p{opacity:var(--a)}" * 3_000,
    ],
    ids=lambda css: css[:20],
)  # fmt: skip
@pytest.mark.timeout(60)  # quadratic work would take hours
def test_reading_takes_time_in_proportion_to_the_text(css: str):
    assert set(seen(BODY, css).split()) <= set(seen(BODY).split())


@pytest.mark.parametrize(
    "selector",
    [
        " ".join([".a"] * 20),
        " ~ ".join(["p"] * 20),
        "".join([":not(.a ~ .b .c)"] * 50),
        ":has(.a ~ p ~ p ~ p ~ .zz)",
        ":has(" + " ".join(["*"] * 15) + " .zz)",
        ":nth-last-of-type(999999n+999999)",
        ":is(:is(:is(:is(* *) *) *) * .zz)",
    ],
    ids=lambda selector: selector[:30],
)
@pytest.mark.timeout(60)
def test_matching_is_bounded(selector: str):
    body = "<div class=a>" * 100 + "<p class=a>1</p>" * 300
    css = "".join(f"{selector}:not(.x{number}){{opacity:0}}" for number in range(50))
    assert sum(node.tag_name == "p" for node, _ in renderings(f"<style>{css}</style>{body}")) == 300


@pytest.mark.timeout(60)
def test_many_rules_for_every_element_are_bounded():
    css = "".join(f":not(.x{number}){{opacity:.5}}" for number in range(10_000))
    assert sum(node.tag_name == "p" for node, _ in renderings(f"<style>{css}</style>" + "<p>1</p>" * 300)) == 300


def test_a_very_deep_document_is_walked():
    page = "<style>.b:nth-child(1) .b{opacity:0}</style><p>" + "<i class=b>" * 400
    assert sum(found.transparent for _, found in renderings(page)) == 399
