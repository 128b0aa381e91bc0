"""The rules of the sheets of one tree, ordered by precedence, and indexed by what a matching element must have."""

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from replay_mcp.recording.dom.css_selectors import Compound, parse_selector, specificity, split_list

from .deadline import CHECK_EVERY, Expired, check, checked, never
from .declarations import Declared
from .kept import Kept
from .media import media_matches, supports_matches
from .selector_keys import ANY, HOST, SLOTTED, certain_keys, is_by_path, keys_of, keys_of_written
from .sheets import StyleRule, parse_sheet

MAX_ENTRIES: Final = 60_000
"""Maximum number of selectors kept; further ones are dropped."""

_MAX_CACHED: Final = 20_000
_MAX_LISTED: Final = 2_000_000
"""Maximum number of selectors in all lists that an index keeps."""
_ATTRIBUTE: Final = re.compile(r"\[\s*([\w-]+)")
_FOREIGN: Final = re.compile(r":-(?:moz|ms|o)-")
"""Names of other browsers: Chromium ignores a rule with one of them."""
_UNLAYERED: Final = 1 << 30
_MAX_COUNT: Final = (1 << 16) - 1
"""Maximum number of ids, of classes and of tags that specificity counts."""


class Entry:
    """One selector of a rule, with its normal or its important declarations.

    Attributes:
        selector: as written.
        declared: the declarations.
        names: of the declared properties.
        in_container: whether a container query is around the rule.
        important: whether the declarations are important.
    """

    __slots__ = (
        "_by_path",
        "_compounds",
        "_layer",
        "_needed",
        "_order",
        "_rank",
        "declared",
        "important",
        "in_container",
        "names",
        "selector",
    )

    def __init__(self, selector: str, rule: StyleRule, layer: int, order: int, *, important: bool) -> None:
        self.declared: Declared = rule.important if important else rule.normal
        self.names = frozenset(name for name, _ in self.declared)
        self.in_container = rule.in_container
        self.important = important
        self.selector = selector
        self._compounds: tuple[Compound, ...] | None = None
        self._needed: frozenset[str] | None = None
        self._by_path: bool | None = None
        self._layer = -layer if important else layer
        self._order = order
        self._rank: int | None = None

    def keep(self, compounds: tuple[Compound, ...] | None) -> None:
        """Keep the selector if it was parsed already."""
        self._compounds = compounds

    @property
    def compounds(self) -> tuple[Compound, ...]:
        """The selector, parsed at first use; empty if it matches nothing."""
        if self._compounds is None:
            self._compounds = parse_selector(self.selector, pseudo_classes=True)
        return self._compounds

    @property
    def needed_above(self) -> frozenset[str]:
        """The names that the ancestors of a matching element must have."""
        if self._needed is None:
            compounds = self.compounds
            above = [compounds[at] for at in range(len(compounds) - 1) if compounds[at + 1].combinator in " >"]
            names = itertools.chain.from_iterable(certain_keys(each) for each in above)
            self._needed = frozenset(name for name in names if name[0] in ".#")
        return self._needed

    @property
    def rank(self) -> int:
        """The precedence of the declarations: importance, layer, specificity, order. The greater is the stronger."""
        if self._rank is None:
            ids, classes, tags = (min(count, _MAX_COUNT) for count in specificity(self.compounds))
            layer = self.important << 33 | (self._layer + (1 << 32))
            self._rank = layer << 72 | ids << 56 | classes << 40 | tags << 24 | self._order
        return self._rank

    @property
    def is_certain(self) -> bool:
        """Whether every element that has the keys of the selector's last compound matches."""
        compounds = self.compounds
        last = compounds[-1]
        return len(compounds) == 1 and not (last.attributes or last.negated or last.conditions)

    @property
    def depends_on_path(self) -> bool:
        """Whether tags, classes, ids and attributes of an element and its ancestors decide if it matches."""
        if self._by_path is None:
            self._by_path = is_by_path(self.compounds)
        return self._by_path

    def may_match(self, tag: str, classes: frozenset[str], id: str) -> bool:
        """Whether an element with this tag, in lower case, classes and id can match."""
        if not self.compounds:
            return False
        last = self.compounds[-1]
        return last.tag in ("", tag) and last.classes <= classes and last.id in ("", id)


class RuleIndex:
    """The rules of the sheets of one tree.

    Attributes:
        size: number of selectors.
        roots: the custom properties of the root.
        attribute_names: the names of attributes in selectors.
        host: the rules for the host of the tree.
        slotted: the rules for elements assigned to the tree's slots.
    """

    def __init__(self, sheets: Sequence[str], width: int, height: int, expired: Expired = never) -> None:
        """Index sheets for a window of this size.

        Raises:
            DeadlineExceeded: the deadline passed.
        """
        self.roots: dict[str, str] = {}
        self._by_key: dict[str, list[Entry]] = {}
        self._strongest: dict[str, Sequence[Entry]] = {}
        """By key, the strongest first; sorted at first use."""
        self._known: dict[tuple[str, str, str, tuple[str, ...]], tuple[Sequence[Entry], bool]] = {}
        self._listed = 0
        entries = list(self._entries(sheets, width, height, expired))
        self.size = len(entries)
        counts = Counter(key for _, options in entries for keys in options for key in keys)
        self.attribute_names = frozenset(name for entry, _ in entries for name in _ATTRIBUTE.findall(entry.selector))
        self._ids = frozenset(key for key in counts if key[:1] == "#")
        for entry, options in entries:
            for key in {min(keys, key=counts.__getitem__, default=ANY) for keys in options}:
                self._by_key.setdefault(key, []).append(entry)
        self.host = _sorted(self._by_key.pop(HOST, ()), expired)
        self.slotted = _sorted(self._by_key.pop(SLOTTED, ()), expired)
        self._attributes = [key for key in self._by_key if key[:1] == "["]

    def rules_for(
        self, tag: str, classes: str, id: str, names: Iterable[str], expired: Expired = never
    ) -> tuple[Sequence[Entry], bool]:
        """The rules that can match, the strongest first, and whether all of them match every such element.

        Args:
            tag: in lower case.
            classes: as written.
            id: of the element.
            names: of its attributes.
            expired: whether the deadline passed.

        Raises:
            DeadlineExceeded: the deadline passed.
        """
        has = tuple(key for key in self._attributes if key[1:] in names) if self._attributes else ()
        place = tag, classes, id if f"#{id}" in self._ids else "", has
        found = self._known.get(place)
        if found is None:
            found = self._found(tag, frozenset(classes.split()), id, has, expired)
            if len(self._known) < _MAX_CACHED and self._listed <= _MAX_LISTED:
                self._known[place] = found
                self._listed += len(found[0]) if found[0] is not self._strongest.get(ANY) else 0
        return found

    def _found(
        self, tag: str, classes: frozenset[str], id: str, has: tuple[str, ...], expired: Expired
    ) -> tuple[Sequence[Entry], bool]:
        keys = dict.fromkeys((tag, f"#{id}", *(f".{name}" for name in classes), *has))
        keyed = (entry for key in keys if key in self._by_key for entry in self._of_key(key, expired))
        own = [entry for entry in checked(keyed, expired) if entry.may_match(tag, classes, id)]
        entries = everywhere = self._of_key(ANY, expired)
        if own:
            entries = [*dict.fromkeys((*everywhere, *own))]
            entries.sort(key=_rank, reverse=True)
        return entries, all(entry.is_certain for entry in entries)

    def _of_key(self, key: str, expired: Expired) -> Sequence[Entry]:
        """The rules indexed by a key, the strongest first."""
        found = self._strongest.get(key)
        if found is None:
            found = self._strongest[key] = _sorted(self._by_key.get(key, ()), expired) if key in self._by_key else ()
        return found

    def _entries(
        self, sheets: Sequence[str], width: int, height: int, expired: Expired
    ) -> Iterator[tuple[Entry, Sequence[Sequence[str]]]]:
        """Yield entries, and for each the alternative lists of keys that a matching element has."""
        parsed = [parse_sheet(css, expired) for css in checked(sheets, expired, every=1)]
        ranks = _layer_ranks([each.layers for each in parsed])
        order = 0
        for number, sheet in enumerate(parsed):
            for conditions, properties in sheet.roots:
                if _hold(conditions, width, height):
                    self.roots.update(properties)
            check(expired)
            for rule in checked(sheet.rules, expired):
                if not _hold(rule.conditions, width, height) or _FOREIGN.search(rule.selectors):
                    continue
                layer = ranks.get(_in_sheet(rule.layer, number), 0) if rule.layer else _UNLAYERED
                for selector in split_list(rule.selectors):
                    order += 1
                    if order > MAX_ENTRIES:
                        return
                    if order % CHECK_EVERY == 0:
                        check(expired)
                    yield from _entries_of(selector, rule, layer, order)


def _entries_of(
    selector: str, rule: StyleRule, layer: int, order: int
) -> Iterator[tuple[Entry, Sequence[Sequence[str]]]]:
    options, compounds = keys_of_written(selector), None
    if options is None:
        compounds = parse_selector(selector, pseudo_classes=True)
        options = keys_of(compounds)
    for important in (False, True) if options else ():
        if rule.important if important else rule.normal:
            entry = Entry(selector, rule, layer, order, important=important)
            entry.keep(compounds)
            yield entry, options


_indexes: Final = Kept[tuple[tuple[str, ...], int, int], RuleIndex](12, 4_000_000)


def index_of(sheets: tuple[str, ...], width: int, height: int, expired: Expired = never) -> RuleIndex:
    """The rules of sheets in a window of this size. Kept, because many moments share their sheets.

    Raises:
        DeadlineExceeded: the deadline passed.
    """
    place = sheets, width, height
    found = _indexes.get(place)
    if found is None:
        found = RuleIndex(sheets, width, height, expired)
        _indexes.put(place, found, sum(map(len, sheets)))
    return found


def _sorted(entries: Iterable[Entry], expired: Expired) -> Sequence[Entry]:
    """The entries that can match, the strongest first."""
    ranked = [(entry.rank, entry) for entry in checked(entries, expired) if entry.compounds]
    return [entry for _, entry in sorted(ranked, key=_first, reverse=True)]


def _first(ranked: tuple[int, Entry]) -> int:
    return ranked[0]


def _rank(entry: Entry) -> int:
    return entry.rank


def _hold(conditions: tuple[str, ...], width: int, height: int) -> bool:
    return not conditions or all(
        supports_matches(each[len("supports ") :])
        if each.startswith("supports ")
        else media_matches(each, width, height)
        for each in conditions
    )


def _in_sheet(layer: tuple[str, ...], number: int) -> tuple[str, ...]:
    """The names of a layer; those of anonymous ones made unique among sheets."""
    return tuple(f"{name}.{number}" if name[:1] == "\0" else name for name in layer)


def _layer_ranks(sheets: Sequence[Iterable[tuple[str, ...]]]) -> dict[tuple[str, ...], int]:
    """The precedence of each layer: by first appearance; a layer's own rules come after its inner layers."""
    first: dict[tuple[str, ...], int] = {}
    for number, layers in enumerate(sheets):
        for layer in layers:
            first.setdefault(_in_sheet(layer, number), len(first))
    places = {
        layer: (*(first.get(layer[:length], 0) for length in range(1, len(layer) + 1)), _UNLAYERED) for layer in first
    }
    return {layer: rank for rank, layer in enumerate(sorted(first, key=places.__getitem__), start=1)}
