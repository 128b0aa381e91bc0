"""Style sheets changed rule by rule."""

from inline_snapshot import snapshot

from replay_mcp.recording.css.rule_list import MAX_LENGTH, RuleList


def test_rules_are_inserted_and_deleted_by_index():
    rules = RuleList(".a{} .b{}")
    rules.insert(".c{}", 1)
    rules.insert(".d{}", 99)
    rules.insert(".e{}", None)
    rules.insert(".f{}", 0)
    rules.delete(1)
    rules.delete(99)
    assert rules.css.split() == [".f{}", ".c{}", ".b{}", ".d{}", ".e{}"]


def test_imports_are_rules_and_comments_are_not():
    rules = RuleList('@charset "utf-8"; /* a{} */ @import "x;{"; .a{content:"}"} /* b */ .b{}')
    rules.delete(0)
    rules.delete(1)
    assert rules.css.strip() == '.a{content:"}"}'


def test_a_path_leads_into_a_media_query():
    rules = RuleList("@media print { .a{color:red} @supports (x:y) { .b{} } } .z{}")
    rules.insert(".n{}", [0, 0])
    rules.insert(".m{}", [0, 2, 1])
    rules.delete([0, 1])
    assert rules.css.split() == snapshot(
        ["@media", "print", "{", ".n{}", "@supports", "(x:y)", "{", ".b{}", ".m{}", "}", "}", ".z{}"]
    )


def test_properties_are_set_and_removed():
    rules = RuleList(".a{color:red; display:block} @media all{.b{opacity:1}}")
    rules.set_property([0], "display", "none", "important")
    rules.remove_property([0], "color")
    rules.set_property([1, 0], "opacity", "0")
    rules.set_property([7], "opacity", "0")
    rules.set_property([], "opacity", "0")
    assert "".join(rules.css.split()) == ".a{display:none!important}@mediaall{.b{opacity:0}}"


def test_the_declarations_of_a_rule_with_nested_rules_change():
    rules = RuleList(".a{color:red; &:hover{color:blue} }")
    rules.set_property([0], "display", "none")
    assert "".join(rules.css.split()) == ".a{color:red;display:none;&:hover{color:blue}}"


def test_the_whole_text_is_replaced():
    rules = RuleList(".a{}")
    rules.insert(".b{}", 0)
    rules.replace(".c{}")
    assert rules.css == ".c{}"


def test_paths_that_lead_nowhere_change_nothing():
    rules = RuleList(".a{} @import 'x';")
    rules.insert(".b{}", [5, 0])
    rules.insert(".b{}", [1, 0])
    rules.insert(".b{}", [0] * 50)
    rules.delete([])
    assert rules.css.split("\n") == [".a{}", "@import 'x';"]


def test_a_sheet_does_not_grow_without_bounds():
    rules = RuleList("")
    for _ in range(6):
        rules.insert("a{}" + " " * 1_000_000, None)
    assert len(rules.css) <= MAX_LENGTH
