"""Which elements style sheets hide, by their rules for `display` and `visibility`.

Only rules that hide something are kept, and those that show it again. Selectors may combine tags, ids, classes,
attributes and `:not()` of these. Rules with other pseudo-classes, or in media queries, are ignored.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, Final, NamedTuple

from msgspec import Struct

from replay_mcp.recording.rrweb.types import ELEMENT, Node
from replay_mcp.recording.rrweb.untrusted import text

from .attributes import attributes
from .css_selectors import Compound, parse_selector, specificity
from .document import Document
from .style_sheets import style_sheets

MAX_RULES: Final = 3_000
"""Maximum number of rules that hide, and of rules that show."""
_WHERE: Final = re.compile(r":where\(([^(),]*)\)")
_MAX_SIBLINGS: Final = 50
_DECLARATION: Final = re.compile(r"(?<![\w-])(display|visibility)\s*:\s*([a-z-]+)\s*(!\s*important)?")
_HIDDEN: Final = frozenset({"none", "hidden", "collapse"})
_MAX_ANCESTORS: Final = 16
_MAX_LAYERS: Final = 10
_MAX_RULE_LENGTH: Final = 5_000
"""Maximum number of characters from the start of a rule to the declaration, selectors included."""


class _Rule(Struct, frozen=True):
    """One selector of a rule, and one declaration.

    Attributes:
        compounds: the selector.
        declares: `display` or `visibility`.
        hides: whether the declaration hides the element.
        rank: order of precedence: importance, specificity, position.
    """

    compounds: tuple[Compound, ...]
    declares: str
    hides: bool
    rank: tuple[bool, int, int, int, int]

    @property
    def keys(self) -> Iterator[str]:
        """The names that a matching element must have."""
        return self.compounds[-1].keys()

    def may_match(self, tag: str, classes: frozenset[str]) -> bool:
        """Whether an element with this tag, in lower case, and these classes can match."""
        last = self.compounds[-1]
        return last.tag in ("", tag) and last.classes <= classes


class DisplayRules:
    """The rules of a document, indexed by the names that a matching element must have.

    Attributes:
        names: the classes (`.name`), ids (`#name`) and attributes (`[name`) in their selectors.
        siblings: whether a selector uses a sibling combinator.
    """

    def __init__(self, sheets: Iterable[str]) -> None:
        self._by_key: dict[str, list[_Rule]] = {}
        self._known: dict[tuple[str, str], list[_Rule]] = {}
        self.names: set[str] = set()
        rules = _rules(sheets)
        counts = Counter(key for rule in rules for key in rule.keys)
        for rule in rules:
            if rarest := min(rule.keys, key=counts.__getitem__, default=""):
                self._by_key.setdefault(rarest, []).append(rule)
            for compound in rule.compounds:
                self.names.update(compound.keys())
                for each in compound.negated:
                    self.names.update(each.keys())
        self._others = [key for key in self._by_key if key[0] in "#["]
        self.siblings = any(each.combinator in ("+", "~") for rule in rules for each in rule.compounds)

    @classmethod
    def of(cls, document: Document) -> "DisplayRules":
        """The rules of a document's style sheets."""
        return _known_rules(tuple(style_sheets(document)))

    def hides_element(self, document: Document, node: Node) -> bool:
        """Whether the rules hide an element."""
        if not self._by_key or node.type != ELEMENT:
            return False
        known = attributes(node)
        rules = self._rules_for(node.tag_name, text(known.get("class")))
        if self._others:
            others = [rule for key in self._other_keys(known) for rule in self._by_key[key]]
            rules = sorted([*rules, *others], key=_rank, reverse=True) if others else rules
        if not any(rule.hides for rule in rules):
            return False
        matcher = _SelectorMatcher(document)
        decided: set[str] = set()
        for rule in rules:
            if rule.declares not in decided and matcher.match(rule.compounds, node):
                decided.add(rule.declares)
                if rule.hides:
                    return True
        return False

    def _rules_for(self, tag: str, classes: str) -> list[_Rule]:
        """The rules for a tag and classes, the strongest first; cached, because pages repeat few combinations."""
        key = tag, classes
        found = self._known.get(key)
        if found is None:
            name, having = tag.lower(), frozenset(classes.split())
            keys = [name, *(f".{each}" for each in having)]
            rules = [rule for key in keys for rule in self._by_key.get(key, ()) if rule.may_match(name, having)]
            found = sorted(rules, key=_rank, reverse=True)
            if len(self._known) < MAX_RULES:
                self._known[key] = found
        return found

    def _other_keys(self, known: dict[str, Any]) -> Iterator[str]:
        for key in self._others:
            if (key[0] == "[" and key[1:] in known) or (key[0] == "#" and key[1:] == known.get("id")):
                yield key


def _rank(rule: _Rule) -> tuple[bool, int, int, int, int]:
    return rule.rank


@lru_cache(maxsize=8)
def _known_rules(sheets: tuple[str, ...]) -> DisplayRules:
    """Cached, because the pages of a site share style sheets."""
    return DisplayRules(sheets)


class _SelectorMatcher:
    """Matches selectors against one element; caches its ancestors and the classes around it."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._above: dict[int, list[Node]] = {}
        self._classes: dict[int, frozenset[str]] = {}
        self._unmatched: set[tuple[int, int]] = set()
        """For the current selector: a number of leading compounds, and an element at which they do not match."""

    def match(self, compounds: tuple[Compound, ...], node: Node) -> bool:
        """Whether a selector matches an element."""
        self._unmatched.clear()
        return self._applies(compounds, node)

    def _applies(self, compounds: tuple[Compound, ...], node: Node) -> bool:
        tried = len(compounds), node.id
        if tried in self._unmatched:
            return False
        self._unmatched.add(tried)
        known = attributes(node)
        classes = self._classes.get(node.id)
        if classes is None:
            classes = self._classes[node.id] = frozenset(text(known.get("class")).split())
        last = compounds[-1]
        if not last.matches(node, known, classes):
            return False
        rest = compounds[:-1]
        return not rest or any(self._applies(rest, each) for each in self._related(node, last.combinator))

    def _related(self, node: Node, combinator: str) -> Iterable[Node]:
        if combinator in ("+", "~"):
            earlier = self._earlier(node)
            return earlier[-1:] if combinator == "+" else earlier
        above = self._above.get(node.id)
        if above is None:
            lineage = self._document.lineage(node.id, _MAX_ANCESTORS)[1:]
            above = self._above[node.id] = [each for each in lineage if each.type == ELEMENT]
        return above[:1] if combinator == ">" else above

    def _earlier(self, node: Node) -> list[Node]:
        parent = self._document.node(node.parent)
        earlier: list[Node] = []
        for each in self._document.children(parent)[:_MAX_SIBLINGS] if parent else []:
            if each.id == node.id:
                break
            if each.type == ELEMENT:
                earlier.append(each)
        return earlier


def _rules(sheets: Iterable[str]) -> list[_Rule]:
    """The rules that hide, and the rules for the same names that show."""
    found = [declared for sheet in sheets for declared in _declarations(sheet)]
    hiding = [
        rule for order, each in enumerate(found) if each.value in _HIDDEN for rule in _rules_of_declaration(each, order)
    ][:MAX_RULES]
    wanted = {key for rule in hiding for key in rule.keys if key[0] in ".#["}
    if not wanted:
        return hiding
    names = re.compile("|".join(re.escape(key) for key in sorted(wanted)))
    showing = [
        rule
        for order, each in enumerate(found)
        if each.value not in _HIDDEN and names.search(each.selectors)
        for rule in _rules_of_declaration(each, order)
        if not wanted.isdisjoint(rule.keys)
    ]
    return hiding + showing[:MAX_RULES]


def _rules_of_declaration(each: "_Declaration", order: int) -> Iterator[_Rule]:
    for selector in _WHERE.sub(r"\1", each.selectors).split(","):
        if compounds := parse_selector(selector):
            rank = (each.important, *specificity(compounds), order)
            yield _Rule(compounds, each.name, each.value in _HIDDEN, rank)


class _Declaration(NamedTuple):
    """A declaration of `display` or `visibility`, and the selectors of its rule."""

    selectors: str
    name: str
    value: str
    important: bool


def _declarations(sheet: str) -> Iterator[_Declaration]:
    """Yield the declarations of a style sheet outside media queries and similar blocks.

    Style sheets are long, and few rules matter. The search therefore starts at the declarations and goes back to their
    selectors.
    """
    layered = "@layer" in sheet or "@supports" in sheet
    depth, counted = 0, 0
    for at in sorted([*_occurrences(sheet, "display"), *_occurrences(sheet, "visibility")]):
        found = _DECLARATION.match(sheet, at)
        if found is None:
            continue
        earliest = max(0, at - _MAX_RULE_LENGTH)
        opened = sheet.rfind("{", earliest, at)
        if opened < 0 or sheet.find("}", opened, at) >= 0:
            continue
        if opened >= counted:
            depth += sheet.count("{", counted, opened) - sheet.count("}", counted, opened)
            counted = opened
        begin = max(sheet.rfind(mark, earliest, opened) for mark in "{};") + 1
        if depth > _MAX_LAYERS or (depth > 0 and not (layered and _is_in_layers(sheet, begin, depth))):
            continue
        yield _Declaration(sheet[begin:opened], found[1].lower(), found[2].lower(), bool(found[3]))


def _occurrences(sheet: str, word: str) -> Iterator[int]:
    at = sheet.find(word)
    while at >= 0:
        yield at
        at = sheet.find(word, at + len(word))


def _is_in_layers(sheet: str, at: int, depth: int) -> bool:
    """Whether all blocks around a position are `@layer` or `@supports`."""
    closed = 0
    while depth > 0 and at > 0:
        before = max(sheet.rfind("{", 0, at), sheet.rfind("}", 0, at))
        if before < 0:
            return False
        if sheet[before] == "}":
            closed += 1
        elif closed:
            closed -= 1
        else:
            earliest = max(0, before - _MAX_RULE_LENGTH)
            name = sheet[max(sheet.rfind(mark, earliest, before) for mark in "{};") + 1 : before].strip().lower()
            if not name.startswith(("@layer", "@supports")):
                return False
            depth -= 1
        at = before
        if closed > _MAX_SIBLINGS:
            return True  # deep inside a long layer: a media query would have ended long before
    return True
