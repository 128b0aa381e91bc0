"""Documents written as HTML, and how their elements are rendered."""

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

from replay_mcp.recording.css.computed import ROOT, ComputedStyles, Rendering
from replay_mcp.recording.dom.attributes import attribute, attributes
from replay_mcp.recording.dom.document import Document
from replay_mcp.recording.dom.rendered_text import flat_children
from replay_mcp.recording.dom.work_budget import WorkBudget
from replay_mcp.recording.rrweb.decode import decode_snapshot
from replay_mcp.recording.rrweb.types import ELEMENT, TEXT, Node

VOID = {"input", "br", "img", "link", "meta"}


class _Builder(HTMLParser):
    """Builds rrweb's nodes; `<template shadowrootmode>` becomes the shadow tree of its parent."""

    def __init__(self) -> None:
        super().__init__()
        self.root: dict[str, Any] = {"type": 0, "id": 1, "childNodes": []}
        self._open = [self.root]
        self._next = 2

    def _add(self, node: dict[str, Any]) -> None:
        parent = self._open[-1]
        if parent.get("shadow"):
            node["isShadow"] = True
            parent = self._open[-2]
        parent["childNodes"].append({"id": self._next, **node})
        self._next += 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        if "shadowrootmode" in known:
            self._open.append({"shadow": True})
            return
        self._add({"type": 2, "tagName": tag, "attributes": known, "childNodes": []})
        if tag not in VOID:
            parent = self._open[-2] if self._open[-1].get("shadow") else self._open[-1]
            self._open.append(parent["childNodes"][-1])

    def handle_endtag(self, tag: str) -> None:
        self._open.pop()

    def handle_data(self, data: str) -> None:
        if data.strip():
            self._add({"type": 3, "textContent": data})


def document_of(html: str) -> Document:
    builder = _Builder()
    builder.feed(html)
    written = json.dumps({"node": builder.root, "initialOffset": {"left": 0, "top": 0}}).encode()
    root, _ = decode_snapshot(written, packed=False)
    return Document(WorkBudget(), root, len(written))


class States:
    """Elements with `checked` are checked, those with `value` filled in; one with `data-focus` has the focus."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def is_checked(self, node: Node) -> bool:
        return "checked" in attributes(node)

    def has_value(self, node: Node) -> bool:
        return bool(attributes(node).get("value"))

    def has_focus(self, node: Node) -> bool:
        return "data-focus" in attributes(node)

    def focus_within(self, node: Node) -> bool:
        return any(each.type == ELEMENT and self.has_focus(each) for each in self._document.walk(node))


def sheets_of(document: Document) -> dict[int, list[str]]:
    """The texts of `style` elements, by the root of their tree."""
    found: dict[int, list[str]] = {}
    for style in document.with_tags(("style",)):
        lineage = document.lineage(style.id)
        hosts = [above.id for each, above in pairwise(lineage) if each.is_shadow]
        frames = [each.id for each in lineage if each.type == 0]
        css = "".join(child.text_content or "" for child in document.children(style))
        found.setdefault((hosts + frames)[0], []).append(css)
    return found


def styles_of(document: Document, width: int = 1000, height: int = 700) -> ComputedStyles:
    return ComputedStyles(document, sheets_of(document), States(document), width, height)


def renderings(html: str, width: int = 1000, height: int = 700) -> Iterator[tuple[Node, Rendering]]:
    document = document_of(html)
    styles = styles_of(document, width, height)
    root = document.node(document.root)
    assert root is not None
    stack = [(root, ROOT)]
    while stack:
        node, parent = stack.pop()
        found = styles.of(node, parent)
        yield node, found
        stack += [(child, found) for child in reversed(flat_children(document, node))]


def seen(html: str, css: str = "", width: int = 1000, height: int = 700) -> str:
    """The words that can be seen."""
    page = f"<html><style>{css}</style><body>{html}</body></html>"
    return " ".join(
        (node.text_content or "").strip()
        for node, found in renderings(page, width, height)
        if node.type == TEXT and found.is_seen
    )


def rendering(html: str, css: str = "", width: int = 1000, height: int = 700) -> Rendering:
    """How the element with the id `x` is rendered."""
    page = f"<html><style>{css}</style><body>{html}</body></html>"
    return next(found for node, found in renderings(page, width, height) if attribute(node, "id") == "x")
