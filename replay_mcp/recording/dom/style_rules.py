"""Style rules that show something as long as an element has the focus or the pointer: the DOM does not change then."""

import itertools
import re
from collections.abc import Sequence
from typing import Final

from replay_mcp.recording.rrweb.types import ELEMENT, Node

from .attributes import attribute
from .document import Document
from .elements import has_text
from .style_sheets import style_sheets
from .traits import tag_of

_STATE: Final = re.compile(r":(focus-within|focus(?!-)|hover)(?![\w-])")
_RULE: Final = re.compile(r"([^{};]+)\{([^{}]*)\}")
_SHOWS: Final = re.compile(
    r"display\s*:\s*(?!none)|visibility\s*:\s*visible|opacity\s*:\s*(?!0\s*[;}])|max-height|clip"
)
_COMPOUND: Final = re.compile(r"[^\s>+~,]*$")
_RELATED: Final = re.compile(r"[^\s>+~]*\s*[\s>+~]\s*\S")
_TOKEN: Final = re.compile(r"([.#]?)((?:[\w-]|\\.)+)")
_PSEUDO: Final = re.compile(r":[\w-]+(?:\([^)]*\))?|\[[^\]]*\]")
_MAX_CLIMB: Final = 10
_MAX_AROUND: Final = 200


def shows_by_style(document: Document, lineage: Sequence[Node]) -> bool:
    """Whether a rule shows something beside or inside the first of these nodes, or its ancestors, while it is used."""
    return any(
        _applies(document, rule[1], rule[2], lineage)
        for css in style_sheets(document)
        if _STATE.search(css)
        for rule in _RULE.finditer(css)
    )


def _applies(document: Document, selectors: str, declarations: str, lineage: Sequence[Node]) -> bool:
    if not _STATE.search(selectors) or not _SHOWS.search(declarations):
        return False
    return any(_is_used(document, selector, lineage) for selector in selectors.split(","))


def _is_used(document: Document, selector: str, lineage: Sequence[Node]) -> bool:
    """Whether a selector is about something else, with text in it, that shows while one of these nodes is used."""
    state = _STATE.search(selector)
    if state is None or not _RELATED.match(selector[state.end() :]):
        return False
    tokens, shown = _last(selector[: state.start()]), _last(selector[state.end() :])
    nodes = lineage[:1] if state[1] == "focus" else lineage[:_MAX_CLIMB]
    used = [node for node in nodes if tokens and _matches(node, tokens)]
    return bool(shown) and any(_has_text_around(document, node, shown) for node in used)


def _last(selector: str) -> list[tuple[str, str]]:
    """The tag, classes and id of the last element in a selector; none for a pseudo-element."""
    found = _COMPOUND.search(_PSEUDO.sub("", selector))
    return _TOKEN.findall(found[0]) if found and ":" not in found[0] else []


def _has_text_around(document: Document, node: Node, tokens: Sequence[tuple[str, str]]) -> bool:
    """Whether an element in or beside a node matches and holds text: what is empty only decorates."""
    around = document.node(node.parent) or node
    inside = itertools.islice(document.walk(around), _MAX_AROUND)
    return any(
        inner.type == ELEMENT and inner is not node and _matches(inner, tokens) and has_text(document, inner)
        for inner in inside
    )


def _matches(node: Node, tokens: Sequence[tuple[str, str]]) -> bool:
    classes = attribute(node, "class").split()
    for kind, name in tokens:
        plain = name.replace("\\", "")
        if kind == "." and plain not in classes:
            return False
        if kind == "#" and plain != attribute(node, "id"):
            return False
        if not kind and plain.lower() != tag_of(node):
            return False
    return True
