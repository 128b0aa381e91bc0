"""A simple reference implementation of a document, with the mutations that a recorder writes while it changes."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from msgspec import Raw

from replay_mcp.recording.rrweb.types import (
    ELEMENT,
    TEXT,
    AddedNode,
    ChangedAttributes,
    ChangedText,
    Mutation,
    Node,
    RemovedNode,
)

ROOT = 1


@dataclass
class Tree:
    """Nodes by id. Removed nodes stay in `detached` with everything in them, because pages add them again."""

    rng: Random
    children: dict[int, list[int]] = field(default_factory=lambda: {ROOT: []})
    parents: dict[int, int] = field(default_factory=dict[int, int])
    words: dict[int, str] = field(default_factory=dict[int, str])
    classes: dict[int, str] = field(default_factory=dict[int, str])
    detached: list[int] = field(default_factory=list[int])
    count: int = ROOT

    def inside(self, top: int) -> Iterator[int]:
        """The node and everything in it, in document order."""
        yield top
        for child in self.children.get(top, []):
            yield from self.inside(child)

    def elements(self) -> list[int]:
        return [id for id in self.inside(ROOT) if id in self.children]

    def outline(self, top: int = ROOT) -> Any:
        if top in self.words:
            return top, self.words[top]
        return top, self.classes.get(top, ""), [self.outline(child) for child in self.children[top]]

    def lineage(self, id: int) -> list[int]:
        found = [id]
        while found[-1] in self.parents:
            found.append(self.parents[found[-1]])
        return found

    def node(self, id: int, *, nested: bool = False) -> Node:
        """The serialized node, with or without its descendants."""
        if id in self.words:
            return Node(id=id, type=TEXT, text_content=self.words[id])
        inner = tuple(self.node(child, nested=True) for child in self.children[id]) if nested else ()
        attributes = {"class": self.classes[id], "data-x": "y"} if id in self.classes else {}
        raw = Raw(json.dumps(attributes).encode()) if attributes else Raw()
        return Node(id=id, type=ELEMENT, tag_name="p", attributes=raw, child_nodes=inner)

    def snapshot(self) -> Node:
        return self.node(ROOT, nested=True)

    def new(self, levels: int = 2) -> int:
        """A new node with descendants, not in the document yet."""
        self.count += 1
        id = self.count
        if levels == 0 or self.rng.random() < 0.4:
            self.words[id] = f"w{id}"
            return id
        self.children[id] = []
        if self.rng.random() < 0.5:
            self.classes[id] = f"c{id}"
        for _ in range(self.rng.randint(0, 3)):
            self.put(self.new(levels - 1), id, len(self.children[id]))
        return id

    def put(self, id: int, parent: int, place: int) -> None:
        self.children[parent].insert(place, id)
        self.parents[id] = parent

    def cut(self, id: int) -> None:
        self.children[self.parents.pop(id)].remove(id)

    def change(self) -> Mutation:
        """Change something; return the mutation that records it."""
        changing = _Change(self)
        for _ in range(self.rng.randint(0, 2)):
            changing.remove()
        for _ in range(self.rng.randint(0, 4)):
            self.rng.choice([changing.add, changing.add, changing.put_back, changing.move])()
        for _ in range(self.rng.randint(0, 2)):
            changing.reword()
            changing.reclass()
        return changing.mutation()


@dataclass
class _Change:
    tree: Tree
    removes: list[int] = field(default_factory=list[int])
    adds: list[AddedNode] = field(default_factory=list[AddedNode])
    texts: list[ChangedText] = field(default_factory=list[ChangedText])
    attributes: list[ChangedAttributes] = field(default_factory=list[ChangedAttributes])

    def mutation(self) -> Mutation:
        return Mutation(
            self.adds, [RemovedNode(id) for id in self.removes], self.texts, self.attributes, size=60 * len(self.adds)
        )

    def remove(self) -> None:
        tree = self.tree
        if id := self._any(tree.parents.keys() & {*tree.inside(ROOT)}):
            tree.cut(id)
            tree.detached.append(id)
            self.removes.append(id)

    def add(self) -> None:
        self._put_somewhere(self.tree.new())

    def put_back(self) -> None:
        """Add a removed node again; its descendants may have been removed, added or moved since."""
        tree, rng = self.tree, self.tree.rng
        if not tree.detached:
            return
        id = tree.detached.pop(rng.randrange(len(tree.detached)))
        for _ in range(rng.randint(0, 2)):
            if (inner := self._any({*tree.inside(id)} - {id})) is not None:
                tree.cut(inner)
                if rng.random() < 0.5:
                    tree.detached.append(inner)
        if id in tree.classes:
            tree.classes[id] = f"again{len(self.adds)}"
        self._put_somewhere(id)

    def move(self) -> None:
        """Move a node without a removal."""
        tree = self.tree
        fresh = {add.node.id for add in self.adds}
        movable = tree.parents.keys() & {*tree.inside(ROOT)}
        id = self._any(
            {id for id in movable if fresh.isdisjoint(tree.inside(id)) and fresh.isdisjoint(tree.lineage(id))}
        )
        if id is not None:
            tree.cut(id)
            self._put_somewhere(id, parents_first=True)

    def reword(self) -> None:
        tree = self.tree
        if id := self._any(tree.words.keys() & {*tree.inside(ROOT)}):
            tree.words[id] += "!"
            self.texts.append(ChangedText(id, tree.words[id]))

    def reclass(self) -> None:
        tree = self.tree
        if id := self._any({*tree.elements()} - {ROOT}):
            tree.classes[id] = f"changed{len(tree.classes)}"
            self.attributes.append(ChangedAttributes(id, {"class": tree.classes[id], "data-x": None}))

    def _any(self, among: set[int]) -> int | None:
        return self.tree.rng.choice(sorted(among)) if among else None

    def _put_somewhere(self, id: int, *, parents_first: bool = False) -> None:
        tree, rng = self.tree, self.tree.rng
        parent = rng.choice(tree.elements())
        siblings = tree.children[parent]
        place = rng.randint(0, len(siblings))
        following = siblings[place] if place < len(siblings) else None
        tree.put(id, parent, place)
        if rng.random() < 0.2:
            self.adds.append(AddedNode(parent, tree.node(id, nested=True), following))
            return
        inner = [*self._inner(id)]
        top = AddedNode(parent, tree.node(id), following)
        self.adds += [*inner, top] if rng.random() < 0.3 and not parents_first else [top, *inner]

    def _inner(self, parent: int) -> Iterator[AddedNode]:
        """Yield the descendants as single additions: first to last, last to first, or in any order."""
        tree, rng = self.tree, self.tree.rng
        siblings = tree.children.get(parent, [])
        order = rng.choice([siblings, siblings[::-1], rng.sample(siblings, len(siblings))])
        there: set[int] = set()
        for id in order:
            after = siblings[siblings.index(id) + 1 :]
            yield AddedNode(parent, tree.node(id), next((each for each in after if each in there), None))
            there.add(id)
            yield from self._inner(id)
