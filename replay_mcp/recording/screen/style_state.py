"""The style sheets of a page, with the rules that scripts added and removed."""

from collections.abc import Iterator, Sequence
from typing import Any, Final, cast

from msgspec import Struct

from replay_mcp.recording.css.rule_list import RuleList
from replay_mcp.recording.dom.attributes import attribute, attributes
from replay_mcp.recording.dom.document import Document
from replay_mcp.recording.dom.rendered_text import host_of
from replay_mcp.recording.dom.traits import tag_of
from replay_mcp.recording.rrweb.events import Event, IncrementalSource
from replay_mcp.recording.rrweb.types import ELEMENT, TEXT, Mutation, Node
from replay_mcp.recording.rrweb.untrusted import arr, obj, text, whole

MAX_SHEETS: Final = 2_000
"""Maximum number of sheets whose changed rules are kept, and of those that scripts constructed."""
MAX_CSS_LENGTH: Final = 8_000_000
"""Maximum number of characters read from all style sheets of a page."""
_MAX_DEPTH: Final = 10
_TAGS: Final = ("style", "link")


class PackedStyles(Struct):
    """A `StyleState` as plain values: texts of sheets by id."""

    changed: dict[int, str] = {}
    constructed: dict[int, str] = {}
    adopted: dict[int, list[int]] = {}


class StyleState:
    """What scripts did to the style sheets of a document (rrweb's `StyleSheetRule` and similar events)."""

    def __init__(self, packed: PackedStyles | None = None) -> None:
        packed = packed or PackedStyles()
        self._changed = {id: RuleList(css) for id, css in packed.changed.items()}
        """By id of the `style` or `link` element."""
        self._constructed = {id: RuleList(css) for id, css in packed.constructed.items()}
        """By the recorder's id of a sheet that was made by a script."""
        self._adopted = dict(packed.adopted)
        """Ids of constructed sheets, by id of the document or shadow host that adopted them."""

    def packed(self) -> PackedStyles:
        """The state as plain values."""
        return PackedStyles(
            {id: rules.css for id, rules in self._changed.items()},
            {id: rules.css for id, rules in self._constructed.items()},
            self._adopted,
        )

    def invalidate(self, document: Document, mutation: Mutation) -> None:
        """Forget the changed rules of sheets whose text a mutation replaces; call it before applying the mutation."""
        if not self._changed:
            return
        ids = {each.id for each in mutation.removes} | {each.id for each in mutation.attributes}
        ids |= {each.parent_id for each in mutation.adds} | {each.node.id for each in mutation.adds}
        for each in mutation.texts:
            if (node := document.node(each.id)) is not None and node.parent is not None:
                ids.add(node.parent)
        for id in self._changed.keys() & ids:
            del self._changed[id]

    def apply(self, document: Document, event: Event) -> None:
        """Apply a change of rules."""
        data = event.data
        if event.source == IncrementalSource.ADOPTED_STYLE_SHEET:
            self._adopt(data)
        elif (rules := self._rules(document, data)) is None:
            return
        elif event.source == IncrementalSource.STYLE_SHEET_RULE:
            _change_rules(rules, data)
        elif place := _path(data.get("index")):
            change, removed = obj(data.get("set")), obj(data.get("remove"))
            if name := text(change.get("property")):
                rules.set_property(place, name, text(change.get("value")), text(change.get("priority")))
            if name := text(removed.get("property")):
                rules.remove_property(place, name)

    def _adopt(self, data: dict[str, Any]) -> None:
        for each in map(obj, arr(data.get("styles"))):
            id = whole(each.get("styleId"))
            if id is not None and len(self._constructed) < MAX_SHEETS:
                rules = (text(obj(rule).get("rule")) for rule in arr(each.get("rules")))
                self._constructed[id] = RuleList("\n".join(rules))
        id = whole(data.get("id"))
        if id is not None and (id in self._adopted or len(self._adopted) < MAX_SHEETS):
            self._adopted[id] = [each for each in arr(data.get("styleIds")) if whole(each) is not None][:MAX_SHEETS]

    def _rules(self, document: Document, data: dict[str, Any]) -> RuleList | None:
        """The rules that an event changes."""
        constructed, id = whole(data.get("styleId")), whole(data.get("id"))
        if constructed is not None:
            return self._constructed.get(constructed)
        node = document.node(id)
        if node is None or tag_of(node) not in _TAGS:
            return None
        rules = self._changed.get(node.id)
        if rules is None and len(self._changed) < MAX_SHEETS:
            rules = self._changed[node.id] = RuleList(_css_of(document, node))
        return rules

    def sheets(self, document: Document) -> dict[int, list[str]]:
        """The texts of the style sheets, by id of the document or shadow host whose tree they style."""
        found: dict[int, list[str]] = {}
        left = MAX_CSS_LENGTH
        for root, css in self._sheets(document):
            if css and left > 0:
                found.setdefault(root, []).append(css[:left])
                left -= len(css)
        return found

    def _sheets(self, document: Document) -> Iterator[tuple[int, str]]:
        elements = [node for node in document.with_tags(_TAGS) if attributes(node).get("disabled") in (None, False)]
        for node in sorted(elements, key=lambda node: node.id):
            changed = self._changed.get(node.id)
            css = changed.css if changed is not None else _css_of(document, node)
            media = attribute(node, "media").strip()
            if css and media and media != "all":
                css = f"@media {media} {{ {css} }}"
            yield root_of(document, node), css
        for root, ids in self._adopted.items():
            for id in ids:
                if (rules := self._constructed.get(id)) is not None:
                    yield root, rules.css


def root_of(document: Document, node: Node) -> int:
    """The id of the shadow host, or of the document node, whose tree a node is in."""
    host = host_of(document, node)
    lineage = document.lineage(node.id)
    inner = next((above for above in lineage if above.type not in (ELEMENT, TEXT)), None)
    if host is None:
        return inner.id if inner is not None else document.root or 0
    if inner is not None and any(above.id == host.id for above in document.lineage(inner.id)):
        return inner.id  # a frame's document inside a shadow tree
    return host.id


def _css_of(document: Document, node: Node) -> str:
    """What the recorder inlined, else the content of the element."""
    if css := text(attributes(node).get("_cssText")):
        return css
    return "".join(child.text_content or "" for child in document.children(node) if child.type == TEXT)


def _change_rules(rules: RuleList, data: dict[str, Any]) -> None:
    """Apply removed, added and replaced rules, in rrweb's order."""
    for removed in map(obj, arr(data.get("removes"))):
        if place := _path(removed.get("index")):
            rules.delete(place)
    for added in map(obj, arr(data.get("adds"))):
        rules.insert(text(added.get("rule")), _path(added.get("index")) or 0)  # without an index: first, as in rrweb
    for name in ("replace", "replaceSync"):
        if isinstance(css := data.get(name), str):
            rules.replace(css)


def _path(index: Any) -> Sequence[int]:
    """The place of a rule: its index, or the indexes of the rules around it and its own; empty if not valid."""
    if whole(index) is not None:
        return (cast("int", index),)
    found = arr(index)
    return tuple(found) if len(found) <= _MAX_DEPTH and all(whole(each) is not None for each in found) else ()
