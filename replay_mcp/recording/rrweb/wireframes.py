"""Screens of mobile apps, converted from the wireframes of PostHog's mobile recorders into documents of nodes.

PostHog for iOS, Android, React Native and Flutter records no DOM. A full snapshot holds `wireframes`: nested boxes,
each with a position, a type and a text. A mutation adds, updates and removes boxes. `AppScreen` keeps the boxes of one
window, converts them to rrweb's nodes, and finds the box at a point.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from .untrusted import arr, number, obj
from .wireframe_looks import Look, look_of
from .wireframe_nodes import BODY, DOCUMENT, HEAD, HTML, NO_NODE, NodeJson, ScreenChanges, element

Area: TypeAlias = tuple[float, float, float, float]
"""Left, top, right and bottom, in pixels of the screen."""

MAX_BOXES: Final = 10_000
"""Maximum number of boxes of a screen; further ones are dropped."""
_FIRST_ID: Final = 10
_BACKGROUND: Final = 0.5
"""A plain box that covers at least this share of the screen is its background."""


@dataclass(slots=True, eq=False)
class Box:
    """A box of a screen.

    Attributes:
        key: the recorder's id of the box; None if it has none.
        node: id of its node.
        parent: the box around it; None for the body.
        children: the boxes in it, in drawing order, by the ids of their nodes.
        text_node: id of the node of its text, if it ever had a text.
        first_value: the first value of a field, which may be its placeholder.
    """

    key: int | None
    node: int
    parent: "Box | None"
    look: Look
    area: Area
    children: "dict[int, Box]" = field(default_factory=dict[int, "Box"])
    text_node: int | None = None
    first_value: str | None = None


class AppScreen:
    """The boxes of one window.

    The screen assigns its own node ids, because texts need ids, too. Everything is bounded, nothing recurses.
    """

    def __init__(self) -> None:
        self._next = _FIRST_ID
        self._boxes: dict[int, Box] = {}
        self._body = Box(None, BODY, None, Look("body"), (0, 0, 0, 0))
        self._count = 0

    def __len__(self) -> int:
        """The number of boxes."""
        return self._count

    @property
    def is_picture(self) -> bool:
        """Whether it was recorded only as screenshots, which cannot be read."""
        looks = [box.look for box, _ in self._drawn(self._body)]
        return any(look.is_picture for look in looks) and not any(look.is_readable for look in looks)

    def draw(self, wireframes: Any) -> NodeJson:
        """Replace all boxes by those of a full snapshot; return the document."""
        self._boxes, self._count = {}, 0
        self._body.children = {}
        return self.document(self._reconciled(wireframes))

    def document(self, changes: ScreenChanges | None = None) -> NodeJson:
        """The current document; `changes` are the additions that it consists of, if known."""
        body = element(BODY, "body", {})
        nodes = {BODY: body}
        for add in (changes or self._all()).mutation["adds"]:
            node = add["node"]
            nodes[node["id"]] = node
            nodes[add["parentId"]]["childNodes"].append(node)
        html = element(HTML, "html", {}, [element(HEAD, "head", {}), body])
        return {"type": 0, "childNodes": [html], "id": DOCUMENT}

    def redraw(self, wireframes: Any) -> ScreenChanges:
        """Update the boxes from a later full snapshot; return the changes."""
        return self._reconciled(wireframes)

    def change(self, data: dict[str, Any]) -> ScreenChanges:
        """Apply a mutation with wireframes in `removes`, `adds` and `updates`; return the changes."""
        changes, done = ScreenChanges(), set[int]()
        for removed in arr(data.get("removes")):
            if box := self._boxes.get(_key(obj(removed).get("id"))):
                self._remove(box, changes)
        for each in [*arr(data.get("adds")), *arr(data.get("updates"))]:
            parent = self._boxes.get(_key(obj(each).get("parentId")), self._body)
            self._put(parent, [obj(each).get("wireframe")], changes, done)
        return changes

    def at(self, x: float | None, y: float | None, key: Any) -> int:
        """The node of the box at a point: the topmost one that covers others, else the innermost; the body for none.

        Args:
            x: pixels from the left.
            y: pixels from the top.
            key: the touched box, if the recorder reports one; some recorders send the number of the finger instead.
        """
        meant = self._boxes.get(_key(key))
        if x is None or y is None:
            return meant.node if meant else BODY
        start = meant if meant and _contains(meant.area, x, y) else self._body
        found, at_depth, inside = start, -1, True
        for box, depth in self._drawn(start):
            inside = inside and depth > at_depth
            if not _contains(box.area, x, y):
                continue
            smaller = not found.look.covers and _size(box.area) <= _size(found.area)
            if box.look.covers or inside or smaller:
                found, at_depth, inside = box, depth, True
        return BODY if self._is_background(found) else found.node

    def _is_background(self, box: Box) -> bool:
        largest = max((_size(root.area) for root in self._body.children.values()), default=0.0)
        return box.look.is_plain and _size(box.area) >= _BACKGROUND * largest

    def _drawn(self, box: Box) -> Iterator[tuple[Box, int]]:
        """Yield the boxes inside a box in drawing order, each with its depth."""
        stack = [(child, 0) for child in reversed(box.children.values())]
        while stack:
            child, depth = stack.pop()
            yield child, depth
            stack += [(each, depth + 1) for each in reversed(child.children.values())]

    def _reconciled(self, wireframes: Any) -> ScreenChanges:
        changes = ScreenChanges()
        self._put(self._body, arr(wireframes), changes, set(), whole=True)
        return changes

    def _put(
        self, parent: Box, wireframes: list[Any], changes: ScreenChanges, done: set[int], *, whole: bool = False
    ) -> None:
        """Put boxes, with the boxes inside them, into a box.

        Args:
            parent: the box to put them into.
            wireframes: the boxes.
            changes: collects the changes.
            done: recorder's ids of boxes already put, which are skipped: recorders list boxes alone and inside others.
            whole: whether to remove the other boxes in `parent`.
        """
        pending = [(parent, wireframes, whole)]
        for into, given, is_whole in pending:  # the list grows
            kept: set[int] = set()
            for each in given:
                wireframe = obj(each)
                box = self._put_box(into, wireframe, changes, done) if wireframe else None
                if box is None:
                    continue
                kept.add(box.node)
                inner = wireframe.get("childWireframes")
                if isinstance(inner, list):
                    pending.append((box, arr(inner), True))
            for box in [*into.children.values()] if is_whole else ():
                if box.node not in kept and box.key not in done:
                    self._remove(box, changes)

    def _put_box(self, parent: Box, wireframe: dict[str, Any], changes: ScreenChanges, done: set[int]) -> Box | None:
        """Add or update one box; None if it was put already or does not fit."""
        raw, look, area = wireframe.get("id"), look_of(wireframe), _area(wireframe)
        key = raw if type(raw) is int and raw != NO_NODE else None
        known = self._boxes.get(_key(key))
        if key is not None:
            if key in done:
                return None
            done.add(key)
        if known and known.parent is parent and known.look.tag == look.tag:
            self._update(known, look, area, changes)
            return known
        if known:
            self._remove(known, changes)
        if self._count >= MAX_BOXES or not self._is_present(parent):
            return None
        return self._add(Box(key, self._new_id(), parent, look, area, first_value=look.value), changes)

    def _is_present(self, box: Box) -> bool:
        """Whether a box still exists: it may have been inside one that was just removed."""
        return box is self._body or box.key is None or self._boxes.get(box.key) is box

    def _new_id(self) -> int:
        self._next += 1
        return self._next

    def _add(self, box: Box, changes: ScreenChanges) -> Box:
        if box.key is not None:
            self._boxes[box.key] = box
        self._count += 1
        if box.parent:
            box.parent.children[box.node] = box
            self._write(box, box.parent.node, changes)
        return box

    def _write(self, box: Box, parent: int, changes: ScreenChanges) -> None:
        """Write the nodes of a box as additions."""
        changes.add(parent, element(box.node, box.look.tag, dict(box.look.attributes)))
        if box.look.text:
            box.text_node = box.text_node or self._new_id()
            changes.add(box.node, {"type": 3, "textContent": box.look.text, "id": box.text_node})

    def _update(self, box: Box, look: Look, area: Area, changes: ScreenChanges) -> None:
        before, now = dict(box.look.attributes), dict(look.attributes)
        changed = {name: now.get(name) for name in before.keys() | now.keys() if before.get(name) != now.get(name)}
        if changed:
            changes.mutation["attributes"].append({"id": box.node, "attributes": changed})
        if look.text != box.look.text:
            if box.text_node is not None:
                changes.mutation["texts"].append({"id": box.text_node, "value": look.text or ""})
            elif look.text:
                box.text_node = self._new_id()
                changes.add(box.node, {"type": 3, "textContent": look.text, "id": box.text_node})
        if look.value != box.look.value and look.value and look.value != box.first_value:
            changes.values[box.node] = look.value
        changes.redrawn |= (look.value, look.picture) != (box.look.value, box.look.picture)
        changes.moved |= area != box.area
        box.look, box.area = look, area

    def _remove(self, box: Box, changes: ScreenChanges) -> None:
        """Remove a box with all boxes inside it."""
        if box.parent is None or box.parent.children.pop(box.node, None) is None:
            return
        changes.mutation["removes"].append({"parentId": box.parent.node, "id": box.node})
        for each in [box, *(inner for inner, _ in self._drawn(box))]:
            self._count -= 1
            if each.key is not None:
                del self._boxes[each.key]

    def _all(self) -> ScreenChanges:
        """All boxes as additions."""
        changes = ScreenChanges()
        for box, _ in self._drawn(self._body):
            self._write(box, box.parent.node if box.parent else BODY, changes)
        return changes


def _key(value: Any) -> int:
    """The recorder's id of a box; `NO_NODE`, which no box has, for any other value."""
    return value if type(value) is int else NO_NODE


def _area(wireframe: dict[str, Any]) -> Area:
    left, top, width, height = (number(wireframe.get(name)) or 0.0 for name in ("x", "y", "width", "height"))
    return left, top, left + width, top + height


def _contains(area: Area, x: float, y: float) -> bool:
    left, top, right, bottom = area
    return left <= x < right and top <= y < bottom


def _size(area: Area) -> float:
    left, top, right, bottom = area
    return max(0.0, right - left) * max(0.0, bottom - top)
