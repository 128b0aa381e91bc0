"""Loading indicators: spinners, skeletons, busy regions and indeterminate progress bars."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from replay_mcp.recording.rrweb.types import ELEMENT, TEXT, Node
from replay_mcp.recording.rrweb.untrusted import text

from .attributes import attribute, attributes
from .document import Document
from .traits import INTERACTIVE, tag_of, traits

_MAX_INNER: Final = 30
_MAX_NAMES: Final = 400
_MAX_WORDS: Final = 4
_WORDS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_SHAPE_WORDS: Final = frozenset({"spinner", "skeleton", "loader", "preloader", "shimmer"})
"""Words of classes for spinners and placeholders, which do nothing but indicate loading."""
_SPIN_CLASSES: Final = frozenset({"animate-spin", "fa-spin", "ant-spin-spinning", "bx-spin", "icon-spin", "mdi-spin"})
_AFTER_LOADING: Final = frozenset(
    {
        "overlay", "spinner", "indicator", "icon", "mask", "bar", "dots", "screen", "wrapper", "container", "circle",
        "ring", "animation", "state", "placeholder", "text", "message", "veil",
    }
)  # fmt: skip
_NEGATING_WORDS: Final = frozenset(
    {"no", "not", "non", "un", "lazy", "end", "ended", "done", "complete", "finished", "off"}
)
_HINTS: Final = re.compile(rb"[Ss]pin|[Ss]keleton|[Ll]oad|[Ss]himmer|busy|progressbar")
"""Matches the attributes, as JSON text, of every loading indicator but `progress`."""
_PROGRESS_ATTRIBUTES: Final = frozenset({"role", "value", "aria-valuenow"})
_WAITING_WORDS: Final = re.compile(
    r"\bload(?:s|ing)?\b|wait|moment|progress|busy|laden|lädt|warte|charg|patient|cargand|esper|carreg|aguard|caric|attend|bezig|wacht"
    r"|読み込|ロード|お待ち|加载|載入|请稍|로딩|불러|جار",
    re.IGNORECASE,
)


def is_loading_indicator(document: Document, node: Node) -> bool:
    """Whether an element, visible or not, is a loading indicator."""
    if node.type != ELEMENT or not may_be_loading_indicator(node):
        return False
    if _indicator_of_classes(attribute(node, "class")) == "state" or tag_of(node) == "progress":
        return True
    return _holds_nothing_else(document, node)  # a busy Turbo frame still shows its content


def may_be_loading_indicator(node: Node) -> bool:
    """Whether an element is a loading indicator by its tag and attributes, whatever it contains."""
    if node.known is None and tag_of(node) != "progress" and not _HINTS.search(bytes(node.attributes)):
        return False
    return _is_loading(node) or _is_indeterminate(node) or _indicator_of_classes(attribute(node, "class")) == "shape"


def may_become_loading_indicator(node: Node, values: Mapping[str, Any]) -> bool:
    """Whether an element may become a loading indicator by new values of attributes."""
    busy = values.get("aria-busy") == "true" or not _PROGRESS_ATTRIBUTES.isdisjoint(values)
    return (
        busy
        or may_be_loading_indicator(node)
        or bool("class" in values and _indicator_of_classes(text(values["class"])))
    )


def _is_loading(node: Node) -> bool:
    busy = attribute(node, "aria-busy") == "true" and traits(node).sort != "page"
    return busy or _indicator_of_classes(attribute(node, "class")) == "state"


def _is_indeterminate(node: Node) -> bool:
    if tag_of(node) == "progress":
        return attributes(node).get("value") is None
    return attribute(node, "role") == "progressbar" and attributes(node).get("aria-valuenow") is None


def _holds_nothing_else(document: Document, node: Node) -> bool:
    """Whether an element holds no controls, and no text but words about waiting."""
    for count, inner in enumerate(document.walk(node)):
        if count >= _MAX_INNER or traits(inner).sort in INTERACTIVE:
            return False
        words_shown = (inner.text_content or "").strip() if inner.type == TEXT else ""
        if words_shown and not _WAITING_WORDS.search(words_shown):
            return False
    return True


@lru_cache(maxsize=4096)
def _indicator_of_classes(names: str) -> str:
    """What classes indicate: `shape` for a spinner or skeleton, `state` for a loading element, else empty."""
    kinds = {_indicator_of_class(name) for name in names[:_MAX_NAMES].split()}
    return "state" if "state" in kinds else "shape" if "shape" in kinds else ""


def _indicator_of_class(name: str) -> str:
    if name in _SPIN_CLASSES:
        return "shape"
    if ":" in name or "[" in name:
        return ""
    words = [word.lower() for word in _WORDS.findall(name)]
    if not _NEGATING_WORDS.isdisjoint(words):
        return ""
    if not _SHAPE_WORDS.isdisjoint(words):
        return "shape"
    if "loading" not in words or len(words) > _MAX_WORDS:
        return ""
    after = words[words.index("loading") + 1 :]
    return "state" if not after or after[0] in _AFTER_LOADING else ""
