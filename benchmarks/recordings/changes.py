"""Changes that a page makes by itself or as side effects: mutations of the kinds, sizes and rates of real pages."""

from random import Random
from typing import Any, Final

from .distributions import ADDED_NODES, CHANGED_ATTRIBUTES, CHANGED_ELEMENTS, MUTATION_PARTS, MUTATIONS_PER_SECOND
from .page import Page, class_names, fragment
from .recorder import Node, Recorder

OTHER_SHARE: Final = 0.55
"""The share of mutations that `Visit` does not make for an action."""
_MOST_KEPT: Final = 8
"""Added nodes that stay on a page; with more, all of them are removed."""


class Changes:
    """The mutations of one page beside those that a visitor's action causes directly."""

    def __init__(self, rng: Random, recorder: Recorder, page: Page) -> None:
        self._rng = rng
        self._recorder = recorder
        self._page = page
        self._per_ms = OTHER_SHARE * MUTATIONS_PER_SECOND.draw(rng) / 1_000
        self._added: list[Node] = []

    def wait(self, milliseconds: int) -> None:
        """Let time pass, and record the changes in it."""
        until = self._recorder.now + milliseconds
        while (after := round(self._rng.expovariate(self._per_ms))) < until - self._recorder.now:
            self._recorder.now += after
            self.change()
        self._recorder.now = until

    def change(self) -> None:
        """Record one mutation."""
        [names] = self._rng.choices([*MUTATION_PARTS], [*MUTATION_PARTS.values()])
        parts: dict[str, list[Node]] = {}
        if "removes" in names and self._added:
            parts["removes"] = self._removal()
        if "adds" in names:
            parts["adds"] = self._addition()
        if "texts" in names:
            parts["texts"] = [self._new_text()]
        if "attributes" in names or not any(parts.values()):
            parts["attributes"] = self.attributes(CHANGED_ELEMENTS.whole(self._rng))
        self._recorder.mutation(**parts)

    def attributes(self, count: int) -> list[Node]:
        """Changed attributes of `count` elements, or of all if the page has fewer."""
        elements = self._rng.sample(self._page.elements, k=min(count, len(self._page.elements)))
        return [{"id": node["id"], "attributes": self._new_attributes()} for node in elements]

    def _new_attributes(self) -> dict[str, Any]:
        rng = self._rng
        names = rng.choices([*CHANGED_ATTRIBUTES], [*CHANGED_ATTRIBUTES.values()], k=1 if rng.random() < 0.8 else 2)
        values: dict[str, Any] = {
            "class": class_names(rng),
            "name": None,
            "style": {"height": f"{rng.randint(0, 400)}px", "opacity": f"0.{rng.randrange(100)}"}
            if rng.random() < 0.7
            else f"width: {rng.randrange(400)}px;",
            "value": "*" * rng.randrange(20),
            "tabindex": rng.choice(("0", "-1")),
            "aria-hidden": rng.choice(("true", "false")),
        }
        return {name: values[name] for name in names}

    def _new_text(self) -> Node:
        node = self._rng.choice(self._page.texts)
        node["textContent"] = str(self._rng.randint(1, 99_999))
        return {"id": node["id"], "value": node["textContent"]}

    def _addition(self) -> list[Node]:
        new = fragment(self._rng, ADDED_NODES.whole(self._rng))
        self._added += new
        return self._page.document.replace(self._page.body, [], new)["adds"]

    def _removal(self) -> list[Node]:
        """The removal of one added node, or of all when there are too many."""
        count = 1 if len(self._added) <= _MOST_KEPT else len(self._added)
        removes: list[Node] = []
        for _ in range(count):
            node = self._added.pop(self._rng.randrange(len(self._added)))
            removes += self._page.document.replace(self._page.body, [node], [])["removes"]
        return removes
