"""Which declaration of several counts, and which elements selectors match. Checked against Chromium."""

import pytest

from .pages import seen


def test_specificity_then_order_decide():
    css = "#a{display:none} .x#a{display:block} .y{display:none} .y{display:block} p.z{visibility:hidden} .z{visibility:visible}"
    assert seen("<p id=a>1</p><p id=a class=x>2</p><p class=y>3</p><p class=z>4</p>", css) == "2 3"


def test_important_wins_over_specificity_and_inline_style():
    css = ".y{display:none!important} .y.y.y{display:block} .z{display:block !important}"
    body = '<p class=y>1</p><p class=y style="display:block">2</p><p class=y style="display:block!important">3</p><p class=z style="display:none">4</p>'
    assert seen(body, css) == "3 4"


def test_inline_style_wins_over_rules():
    assert seen('<p style="DISPLAY : NONE">1</p><p style="color:red;;display:block">2</p>', "p{display:none}") == "2"


def test_an_important_inline_declaration_wins_over_a_later_one():
    assert seen('<p style="display:none !important; display:block">1</p>') == ""


def test_values_that_a_browser_does_not_know_are_ignored():
    assert seen("<p>1</p>", "p{display:none;display:-ms-flexbox;visibility:gone}") == ""
    assert seen("<p>1</p>", "p{opacity:0;opacity:bogus}") == ""
    assert seen("<p>1</p>", "p{display:none;display:-webkit-box}") == "1"


def test_layers_order_rules_by_first_appearance_and_unlayered_rules_win():
    css = "@layer a, b; @layer b{p{display:block}} @layer a{p#i{display:none}} @layer b{.u{display:none}} .u{display:block}"
    assert seen("<p id=i>1</p><p class=u>2</p>", css) == "1 2"


def test_important_declarations_reverse_the_order_of_layers():
    css = "@layer a, b; @layer a{p{display:none!important}} @layer b{p{display:block!important}} p{display:block!important}"
    assert seen("<p>1</p>", css) == ""


def test_inner_layers_come_before_their_layers_own_rules():
    assert seen("<p>1</p>", "@layer a{p{display:block} @layer b{p{display:none}}}") == "1"
    assert seen("<p>1</p>", "@layer a.b{p{display:none}} @layer{p{display:block}}") == "1"


def test_nested_rules_apply_as_chromium_writes_them():
    css = """.p{ &:hover{display:none} .q, & > .r{display:none} @media (width >= 40rem){visibility:hidden; .v{visibility:visible}}
    .up &{opacity:0} &.both{display:none} } .group-data-open\\:hidden{&:is(:where(.group)[data-open] *){display:none}}"""
    body = """<div class=p>0<b class=q>1</b><b class=r>2</b><i class=v>3<b class=r>4</b></i></div><div class=up><div class=p><i class=v>5</i></div></div>
    <div class="p both"><i class=v>6</i></div><div class=group data-open><p class=group-data-open:hidden>7</p></div><p class=group-data-open:hidden>8</p>"""
    assert seen(body, css) == "3 4 8"


def test_declarations_after_a_nested_rule_count():
    assert seen("<p>1</p>", "p{display:block; &:hover{display:block} display:none}") == ""


def test_a_list_of_parents_is_nested_as_a_whole():
    assert seen("<p><b>1</b></p><i><b>2</b></i><u><b>3</b></u>", "p, i { > b{display:none} }") == "3"


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ("li:first-child", "2 3 4 x"),
        ("li:last-child", "1 2 3 4"),
        ("li:nth-child(2n + 1)", "2 4"),
        ("li:nth-child(ODD)", "2 4"),
        ("li:nth-child(-n+2)", "3 4 x"),
        ("li:nth-last-child(-n+2)", "1 2 3"),
        (":nth-of-type(4)", "1 2 3 x"),
        ("li:not(:first-child):not(:last-child)", "1 x"),
        ("li:not(.b, .c)", "2 3"),
        (".b + li", "1 2 4 x"),
        (".b ~ li", "1 2"),
        ("ul > .b", "1 3 4 x"),
        ("div > .b", "1 2 3 4 x"),
        ("div .b", "1 3 4 x"),
        (":is(.b, .c)", "1 4 x"),
        (":where(ul) .c", "1 2 4 x"),
        ("ul:has(> .c)", ""),
        ("ul:has(> .zz)", "1 2 3 4 x"),
        ("li:has(+ .c)", "1 3 4 x"),
        ("li:has(~ .c)", "3 4 x"),
        ("div:has(.c):not(:has(.zz)) .b", "1 3 4 x"),
        ("[data-k]", "1 2 3 4"),
        ('[data-k="a b"]', "1 2 3 4"),
        ("[data-k~=b]", "1 2 3 4"),
        ("[data-k^='A' i]", "1 2 3 4"),
        ("[data-k^=A]", "1 2 3 4 x"),
        ("[data-k*='']", "1 2 3 4 x"),
        ("li:hover", "1 2 3 4 x"),
        ("li:focus", "1 2 3 x"),
        ("ul:focus-within", ""),
        ("li::before", "1 2 3 4 x"),
        ("li:unknown", "1 2 3 4 x"),
        (":not(li:unknown)", "1 2 3 4 x"),
        ("li:not(", "1 2 3 4 x"),
        ("li >", "1 2 3 4 x"),
        ("html:not(.js) .b", "1 3 4 x"),
        (":root .b", "1 3 4 x"),
        (".md\\:w-1\\/2", "1 2 3 x"),
        (".\\31 0", "1 2 4 x"),
        ("LI.b", "1 3 4 x"),
        ("b.b", "1 2 3 4 x"),
        ("*", ""),
    ],
)
def test_selectors_match_as_in_a_browser(selector: str, expected: str):
    body = "<div><ul><li>1</li><li class=b>2</li><li class='c 10'>3</li><li class=md:w-1/2 data-focus>4</li><li data-k='a b'>x</li></ul></div>"
    assert seen(body, f"{selector}{{display:none}}") == expected


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ("input:checked + i", "2 3 4"),
        ("input:disabled + i", "1 3 4"),
        ("input:enabled + i", "2"),
        ("input:required + i", "1 2 4"),
        ("input:optional + i", "3"),
        ("input:read-only + i", "3 4"),
        ("fieldset:disabled i", "1 3 4"),
        (":empty + i", ""),
    ],
)
def test_states_of_controls_match(selector: str, expected: str):
    body = "<input type=checkbox checked><i>1</i><fieldset disabled><input><i>2</i></fieldset><input required><i>3</i><input><i>4</i>"
    assert seen(body, f"{selector}{{display:none}}") == expected


def test_custom_properties_are_inherited_and_resolved():
    css = ":root{--gone:none;--o:1} .x{display:var(--gone)} .y{--o:0} b{opacity:var(--o)} u{visibility:var(--no,hidden)} s{display:var(--no)}"
    assert seen("<p class=x>1</p><p class=y><b>2</b></p><b>3</b><u>4</u><s>5</s>", css) == "3 5"


def test_rules_of_a_shadow_tree_stay_in_it_and_those_of_the_page_outside():
    body = """<p>0</p><div class=h><template shadowrootmode=open><style>p{display:none} :host(.h) b{display:none} ::slotted(.s){display:none}
    i{display:inline} slot[name=n]::slotted(u){visibility:hidden}</style><p>1</p><b>2</b><i>3</i><slot></slot><slot name=n></slot></template>
    <span class=s>4</span><span>5</span><u slot=n>6</u></div><i>7</i>"""
    assert seen(body, "i{display:none}") == "0 3 5"


def test_the_page_decides_over_the_shadow_tree_about_its_host_unless_that_is_important():
    body = "<a-b class=a><template shadowrootmode=open><style>:host{display:none} :host(.c){display:none!important}</style>{}</template></a-b>"
    assert seen(body.replace("{}", "1"), "a-b{display:block}") == "1"
    assert seen(body.replace("{}", "1").replace("class=a", "class=c"), "a-b{display:block}") == ""


def test_a_rule_with_names_of_other_browsers_is_ignored():
    assert seen("<p>1</p>", "p, p:-moz-focusring{display:none}") == "1"


def test_fields_that_are_required_and_empty_are_invalid_and_others_count_as_valid():
    css = ".m{display:none} :invalid ~ .bad{display:block} :user-valid ~ .good{display:block}"
    field = "<div><input {}><i class='m bad'>bad</i><i class='m good'>good</i></div>"
    assert [seen(field.format(each), css) for each in ("required", "required value=x", "")] == ["bad", "good", "good"]
    assert seen("<div><p></p><i class='m bad'>bad</i></div>", css) == ""
