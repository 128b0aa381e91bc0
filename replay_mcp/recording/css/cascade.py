"""The values of the tracked properties of an element: from style sheets and its own style, by precedence."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

from replay_mcp.recording.dom.document import Document
from replay_mcp.recording.rrweb.types import ELEMENT, Node
from replay_mcp.recording.rrweb.untrusted import text

from .deadline import Expired, checked, never
from .declarations import Declared, declared_in
from .index import Entry, RuleIndex, index_of
from .matching import ElementStates, StateMatcher
from .selector_keys import STATE_ATTRIBUTES
from .variables import resolved

Values = dict[str, str]
_NOTHING: Final[Values] = {}
_NO_RULES: Final = RuleIndex((), 0, 0)
_COMMENT: Final = re.compile(r"/\*[\s\S]*?(?:\*/|\Z)")
_CUSTOM: Final = re.compile(r"--[\w-]++(?=\s*:)")
MAX_CUSTOM: Final = 3_000
"""Maximum number of custom properties that an element inherits."""
MAX_ENTRIES: Final = 200_000
"""Maximum number of selectors of all trees of a page; the trees beyond it have no style sheets."""
MAX_CACHED: Final = 50_000
"""Maximum number of lists of rules cached."""
MAX_LISTED: Final = 1_000_000
"""Maximum number of rules in the lists cached."""
MAX_CACHED_STYLE: Final = 2_000
"""Longer `style` attributes are not cached."""
_Layer = tuple[Sequence[tuple[Entry, bool]], int | None]
"""Rules, whether they match for certain, and the host of the shadow tree that they belong to."""


class _Near(NamedTuple):
    """The rules that the path of an element allows.

    Attributes:
        rules: those they were taken from.
        allowed: the rules, and whether they match for certain.
        settled: if all do, the values, and whether container queries matter.
    """

    rules: Sequence[Entry]
    allowed: Sequence[tuple[Entry, bool]]
    settled: tuple[Values, bool] | None


class Cascade:
    """The values of the elements of a document that does not change meanwhile."""

    def __init__(  # noqa: PLR0917 - what decides the styles, and until when
        self,
        document: Document,
        sheets: Mapping[int, Sequence[str]],
        states: ElementStates,
        width: int,
        height: int,
        expired: Expired = never,
    ) -> None:
        self._document = document
        self._expired = expired
        self._indexes = indexes_of(sheets, width, height, expired)
        self._matcher = StateMatcher(document, states)
        self._tree = self._matcher.tree
        self._trees: dict[int, tuple[int | None, int | None]] = {}
        self._names = STATE_ATTRIBUTES.union(*(index.attribute_names for index in self._indexes.values()))
        self._paths: dict[int, int] = {}
        self._steps: dict[tuple[Any, ...], int] = {}
        self._near_rules: dict[tuple[int, int], _Near] = {}
        """By identity of rules and path."""
        self._listed = 0
        self._custom: dict[int, Values] = {}
        """The custom properties of elements that have any."""
        self._certain: dict[int, tuple[Sequence[Entry], Values, bool]] = {}
        """By identity of the rules, which are kept with it: the values, and whether container queries matter."""

    def attributes(self, node: Node) -> Mapping[str, Any]:
        """The attributes of an element."""
        return self._tree.facts(node)[0]

    def values(self, node: Node, *, in_containers: bool = True) -> tuple[Values, bool]:
        """The values of an element's properties, and whether rules in container queries declare some of them.

        Args:
            node: the element.
            in_containers: whether to apply the rules in container queries.

        Raises:
            DeadlineExceeded: the deadline passed.
        """
        matcher = self._matcher
        known = self._tree.facts(node)[0]
        root, host = self._tree_of(node)
        index = self._indexes.get(root, _NO_RULES) if root is not None else _NO_RULES
        rules, certain = index.rules_for(
            node.tag_name.lower(), text(known.get("class")), text(known.get("id")), known.keys(), self._expired
        )
        inner = self._inner_rules(node)
        style = text(known.get("style"))
        if certain and not inner and not style and in_containers:
            done = self._certain.get(id(rules))
            if done is None:
                done = rules, *_merged(rules)
                if len(self._certain) < MAX_CACHED:
                    self._certain[id(rules)] = done
            found, depends = done[1:]
            return self._resolved(node, found, index), depends
        if not (rules or inner or style):
            return self._resolved(node, _NOTHING, index), False
        matcher.begin_element(len(rules))
        near, settled = self._near(rules, node, host)[1:]
        if settled is not None and not (inner or style) and in_containers:
            return self._resolved(node, settled[0], index), settled[1]
        own, own_important = _read_style(style) if style else ((), ())
        found: Values = dict(own_important)
        depends = [
            *[self._apply(layer, node, found, in_containers, important=True) for layer in (*inner, (near, host))]
        ]
        for name, value in own:
            found.setdefault(name, value)
        depends += [self._apply(layer, node, found, in_containers, important=False) for layer in ((near, host), *inner)]
        return self._resolved(node, found, index), any(depends)

    def _apply(self, layer: _Layer, node: Node, found: Values, in_containers: bool, *, important: bool) -> bool:
        """Add the values that rules declare and stronger ones did not; return whether container queries matter."""
        entries, host = layer
        depends = False
        for entry, certain in entries:
            if entry.important != important or (entry.in_container and not in_containers):
                continue
            if entry.names <= found.keys():
                continue
            if certain or self._matches(entry, node, host):
                depends = depends or entry.in_container
                for name, value in entry.declared:
                    found.setdefault(name, value)
        return depends

    def _near(self, rules: Sequence[Entry], node: Node, host: int | None) -> "_Near":
        """The rules of the element's tree that its path in the document allows."""
        place = id(rules), self._path(node)
        found = self._near_rules.get(place)
        if found is None:
            names = self._tree.names_above(node)
            near = [
                (entry, entry.depends_on_path)
                for entry in checked(rules, self._expired)
                if entry.needed_above <= names
                and (not entry.depends_on_path or self._matcher.matches(entry.compounds, node, host))
            ]
            settled = _merged(rule for rule, _ in near) if all(certain for _, certain in near) else None
            found = _Near(rules, near, settled)
            if len(self._near_rules) < MAX_CACHED and self._listed <= MAX_LISTED:
                self._listed += len(near)
                self._near_rules[place] = found
        return found

    def _path(self, node: Node) -> int:
        """A number for the tags, classes, ids and attributes of an element and its ancestors that selectors may use."""
        found = self._paths.get(node.id)
        if found is not None:
            return found
        above = self._paths.get(node.parent or 0)
        missing = [node] if above is not None else self._document.lineage(node.id)
        if above is None and missing and missing[-1].type == ELEMENT:
            above = -missing[-1].id  # too deep: shared with no other path
        place = above or 0
        for each in reversed(missing):
            known, names = self._tree.facts(each)[0], self._names
            step = (
                place,
                each.is_shadow is True,
                each.tag_name,
                text(known.get("class")),
                text(known.get("id")),
                *[(name, str(known[name])) for name in known if name in names],
            )
            place = self._paths[each.id] = self._steps.setdefault(step, len(self._steps) + 1)
        return place

    def _matches(self, entry: Entry, node: Node, host: int | None) -> bool:
        if host is not None and host == node.parent and not node.is_shadow:
            return self._matcher.matches_slotted(entry.compounds, node, host)
        return self._matcher.matches(entry.compounds, node, host)

    def _resolved(self, node: Node, found: Values, index: RuleIndex) -> Values:
        """The values without `var()`. Custom properties are inherited."""
        custom = self._custom.get(node.parent or 0)
        if custom is None:
            custom = index.roots
        elif node.is_shadow and index.roots:
            custom = {**custom, **index.roots}
        if any(name[:2] == "--" for name in found):
            own = {name: value for name, value in found.items() if name[:2] == "--"}
            custom = {**custom, **own} if len(custom) < MAX_CUSTOM else own
        if custom:
            self._custom[node.id] = custom
        if "var(" in "".join(found.values()):
            return {name: resolved(value, custom) if "var(" in value else value for name, value in found.items()}
        return found

    def _inner_rules(self, node: Node) -> list[_Layer]:
        """The rules of shadow trees for their host, and for elements in their slots."""
        found: list[_Layer] = []
        if (index := self._indexes.get(node.id)) and index.host:
            found.append(([(entry, False) for entry in index.host], node.id))
        if node.parent is not None and not node.is_shadow:
            index = self._indexes.get(node.parent)
            if index and index.slotted and (around := self._document.node(node.parent)) and around.type == ELEMENT:
                found.append(([(entry, False) for entry in index.slotted], node.parent))
        return found

    def _tree_of(self, node: Node) -> tuple[int | None, int | None]:
        """The id of the root of an element's tree, and of the host if it is a shadow tree."""
        known = self._trees
        climbed: list[int] = []
        each: Node | None = node
        found: tuple[int | None, int | None] = None, None
        while each is not None and each.id not in known:
            known[each.id] = found
            climbed.append(each.id)
            if each.is_shadow:
                found = each.parent, each.parent
                break
            above = self._document.node(each.parent)
            if above is not None and above.type != ELEMENT:
                found = above.id, None
                break
            each = above
        else:
            found = known[each.id] if each is not None else found
        if len(climbed) == 1:
            known[node.id] = found
        else:
            known.update(dict.fromkeys(climbed, found))
        return found


def indexes_of(
    sheets: Mapping[int, Sequence[str]], width: int, height: int, expired: Expired = never, *, limit: int = MAX_ENTRIES
) -> dict[int, RuleIndex]:
    """The rules of each tree that has sheets, up to so many selectors; later trees have none.

    Raises:
        DeadlineExceeded: the deadline passed.
    """
    found: dict[int, RuleIndex] = {}
    known: dict[tuple[str, ...], RuleIndex] = {}
    left = limit
    for root, texts in checked(sheets.items(), expired, every=1):
        place = tuple(texts)
        if place and place not in known and left > 0:
            known[place] = index_of(place, width, height, expired)
            left -= known[place].size + len(place)
        if place in known:
            found[root] = known[place]
    return found


def _read_style(style: str) -> tuple[Declared, Declared]:
    return _known_style(style) if len(style) <= MAX_CACHED_STYLE else _of_style(style)


@lru_cache(maxsize=4096)
def _known_style(style: str) -> tuple[Declared, Declared]:
    """The same as `_of_style`. Cached, because pages repeat them."""
    return _of_style(style)


def _of_style(style: str) -> tuple[Declared, Declared]:
    """The tracked declarations of a `style` attribute."""
    return declared_in(_COMMENT.sub("", style), frozenset(_CUSTOM.findall(style)))


def _merged(rules: Iterable[Entry]) -> tuple[Values, bool]:
    found: Values = {}
    depends = False
    for entry in rules:
        for name, value in entry.declared:
            if name not in found:
                found[name] = value
                depends = depends or entry.in_container
    return found, depends
