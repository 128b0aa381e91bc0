"""Style rules that reveal content while an element has the focus or the pointer, without a change of the DOM."""

import itertools
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from replay_mcp.recording.rrweb.types import ELEMENT, Node
from replay_mcp.recording.rrweb.untrusted import text

from .attributes import attributes
from .css_selectors import Compound, parse_selector
from .document import Document
from .elements import has_text
from .style_sheets import style_sheets

_STATE: Final = re.compile(r":(focus-within|focus(?!-)|hover)(?![\w-])")
_SHOWS: Final = re.compile(
    r"display\s*:\s*(?!none)|visibility\s*:\s*visible|opacity\s*:\s*(?!0\s*[;}])|max-height|clip"
)
_RELATED: Final = re.compile(r"[^\s>+~]*\s*[\s>+~]\s*\S")
_PSEUDO: Final = re.compile(r":[\w-]+(?:\([^)]*\))?|\[[^\]]*\]")
_MAX_CLIMB: Final = 10
_MAX_AROUND: Final = 200
_MAX_RULES: Final = 1_000
_MAX_SELECTORS: Final = 5_000
"""Maximum number of characters read from the selectors, and from the declarations, of a rule."""
_MAX_SELECTOR: Final = 300


class _StateRule(NamedTuple):
    """A rule that reveals an element while another one has the focus or the pointer.

    Attributes:
        state: `focus`, `focus-within` or `hover`.
        trigger: the element that has the focus or the pointer.
        shown: the element in or beside it that the rule reveals.
    """

    state: str
    trigger: Compound
    shown: Compound


def shows_by_style(document: Document, lineage: Sequence[Node]) -> bool:
    """Whether a rule reveals content in or beside an element while it has the focus or the pointer.

    Args:
        document: the document that holds the element.
        lineage: the element and its ancestors, nearest first.
    """
    return any(_applies(document, rule, lineage) for rule in _rules(tuple(style_sheets(document))))


@lru_cache(maxsize=8)
def _rules(sheets: tuple[str, ...]) -> Sequence[_StateRule]:
    """Cached, because the pages of a site share style sheets."""
    found = (rule for sheet in sheets if _STATE.search(sheet) for rule in _rules_of(sheet))
    return tuple(itertools.islice(found, _MAX_RULES))


def _rules_of(sheet: str) -> Iterator[_StateRule]:
    for block in sheet.split("}"):
        before, _, declarations = block.rpartition("{")
        selectors = re.split("[{;]", before[-_MAX_SELECTORS:])[-1]
        if _STATE.search(selectors) and _SHOWS.search(declarations[:_MAX_SELECTORS]):
            yield from filter(None, map(_state_rule, selectors.split(",")))


def _state_rule(selector: str) -> _StateRule | None:
    """The rule of one selector; None if it reveals no other element."""
    state = _STATE.search(selector)
    if state is None or len(selector) > _MAX_SELECTOR or not _RELATED.match(selector[state.end() :]):
        return None
    trigger, shown = _last_compound(selector[: state.start()]), _last_compound(selector[state.end() :])
    return _StateRule(state[1], trigger, shown) if trigger and shown else None


def _last_compound(selector: str) -> Compound | None:
    """The last compound of a selector; None if it is a pseudo-element, or matches any element."""
    plain = _PSEUDO.sub("", selector)
    compounds = parse_selector(plain.strip().strip(">+~")) if ":" not in plain else ()
    return compounds[-1] if compounds and any(compounds[-1].keys()) else None


def _applies(document: Document, rule: _StateRule, lineage: Sequence[Node]) -> bool:
    """Whether a rule reveals an element with text while one of these nodes has the focus or the pointer."""
    nodes = lineage[:1] if rule.state == "focus" else lineage[:_MAX_CLIMB]
    return any(_matches(node, rule.trigger) and _has_text_around(document, node, rule.shown) for node in nodes)


def _has_text_around(document: Document, node: Node, shown: Compound) -> bool:
    """Whether an element in or beside a node matches and has text: an empty one is decoration."""
    around = document.node(node.parent) or node
    inside = itertools.islice(document.walk(around), _MAX_AROUND)
    return any(
        inner.type == ELEMENT and inner is not node and _matches(inner, shown) and has_text(document, inner)
        for inner in inside
    )


def _matches(node: Node, compound: Compound) -> bool:
    known = attributes(node)
    return compound.matches(node, known, frozenset(text(known.get("class")).split()))
