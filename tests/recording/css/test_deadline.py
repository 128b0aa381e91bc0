"""Reading sheets stops at the deadline, and what is kept between moments is bounded and whole."""

from collections.abc import Callable

import pytest

from replay_mcp.errors import DeadlineExceeded
from replay_mcp.recording.css.cascade import indexes_of
from replay_mcp.recording.css.computed import ROOT, ComputedStyles
from replay_mcp.recording.css.index import RuleIndex, index_of
from replay_mcp.recording.css.kept import Kept
from replay_mcp.recording.css.sheets import parse_sheet

from .pages import States, document_of, sheets_of


def after(checks: int) -> Callable[[], bool]:
    """A deadline that passes after so many checks."""
    left = iter(range(checks))
    return lambda: next(left, None) is None


MANY = "".join(f".late{number}:not(.x){{display:none}}" for number in range(3_000))


@pytest.mark.parametrize("checks", [0, 1, 5, 12, 20])
def test_reading_sheets_stops_at_the_deadline_and_can_be_repeated(checks: int):
    css = f"{MANY}.t{checks}{{opacity:0}}"
    with pytest.raises(DeadlineExceeded, match="ran out"):
        index_of((css,), 1000, 700, after(checks))
    assert index_of((css,), 1000, 700).size == 3_001


def test_every_sheet_is_checked():
    sheets = [f".s{number}{{opacity:0}}" for number in range(50)]
    with pytest.raises(DeadlineExceeded):
        RuleIndex(sheets, 1000, 700, after(49))


def test_looking_up_rules_stops_at_the_deadline_and_can_be_repeated():
    index = RuleIndex(["".join(f":not(.n{number}){{opacity:0}}" for number in range(2_000))], 1000, 700)
    with pytest.raises(DeadlineExceeded):
        index.rules_for("p", "a", "", (), after(3))
    assert len(index.rules_for("p", "a", "", ())[0]) == 2_000


def test_every_element_is_checked():
    document = document_of("<p>1</p>")
    passed: list[bool] = []
    styles = ComputedStyles(document, sheets_of(document), States(document), 1000, 700, lambda: bool(passed))
    root = document.node(document.root)
    assert root is not None
    assert styles.of(root, ROOT).rendered
    passed.append(True)
    with pytest.raises(DeadlineExceeded):
        styles.of(root, ROOT)


def test_a_page_has_a_maximum_number_of_selectors():
    sheets = {tree: [f"p{{opacity:0}} .u{tree}{{opacity:0}}"] for tree in range(3)}
    assert [*indexes_of(sheets, 1000, 700)] == [0, 1, 2]
    assert [*indexes_of(sheets, 1000, 700, limit=1)] == [0]


def test_lists_of_rules_are_sorted_once():
    css = "".join(f".x{number} :not(.y{number}){{opacity:.5}}" for number in range(5_000))
    index = RuleIndex([css], 1000, 700)
    first = index.rules_for("p", "a", "", ())[0]
    assert all(index.rules_for("p", f"a{number}", "", ())[0] is first for number in range(1_000))


def test_what_is_kept_is_bounded():
    kept = Kept[str, int](2, 100)
    kept.put("large", 1, 51)
    assert kept.get("large") is None
    for number, name in enumerate("abc"):
        kept.put(name, number, 10)
        assert kept.get("a") == 0
    assert (kept.get("a"), kept.get("b"), kept.get("c")) == (0, None, 2)
    kept.put("a", 3, 50)
    kept.put("d", 4, 50)
    kept.put("e", 5, 50)
    assert (kept.get("a"), kept.get("d"), kept.get("e")) == (None, 4, 5)


def test_a_sheet_is_read_again_after_the_deadline():
    with pytest.raises(DeadlineExceeded):
        parse_sheet(f"{MANY}p{{}}", after(2))
    assert len(parse_sheet(f"{MANY}p{{}}").rules) == 3_000
