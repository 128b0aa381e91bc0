"""The attributes of nodes, decoded when one is asked for."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

import msgspec
from msgspec import Raw

from replay_mcp.recording.rrweb.jsonl import mended
from replay_mcp.recording.rrweb.types import Node
from replay_mcp.recording.rrweb.untrusted import text

MAX_VALUE_LENGTH: Final = 2_000
"""Most characters of one attribute that are kept."""
MAX_REPEATED: Final = 400
"""The attributes of a node that take more bytes as text are decoded for each node."""

KEPT: Final = frozenset(
    {
        "alt", "aria-activedescendant", "aria-autocomplete", "aria-checked", "aria-current", "aria-disabled",
        "aria-expanded", "aria-hidden", "aria-label", "aria-labelledby", "aria-live", "aria-pressed", "aria-selected",
        "class", "commandfor", "contenteditable", "data-attr", "data-cy", "data-qa", "data-test", "data-test-id",
        "data-testid", "disabled", "for", "form", "formnovalidate", "hidden", "href", "id", "label", "list", "max",
        "maxlength", "min", "minlength", "name", "novalidate", "open", "pattern", "placeholder", "popovertarget",
        "required", "role", "slot", "style", "tabindex", "title", "type", "value",
    }
)  # fmt: skip
"""The attributes that are read; the others are let go of."""
_MAX_BRACKETS: Final = 100
"""rrweb writes one object at most, for styles."""
_STYLE: Final = {"style"}
_HIDES: Final = "none"
"""What of a style says something about a node; animations change styles all the time."""
_MAX_BITS: Final = 64
_NONE: Final = Raw()
_DECODER: Final = msgspec.json.Decoder(dict[str, Any])


def attributes(node: Node) -> dict[str, Any]:
    """The attributes of a node that are read. Values are text, numbers, booleans or None."""
    if node.known is None:
        node.known = dict(decoded(bytes(node.attributes)))
        node.attributes = _NONE
    return node.known


def decoded(written: bytes) -> Mapping[str, Any]:
    """The attributes that are read, from their JSON text; empty where it is none."""
    return _repeated(written) if len(written) <= MAX_REPEATED else _decoded(written)


def attribute(node: Node, name: str) -> str:
    """An attribute's text; empty when the node has none."""
    return text((attributes(node) if node.known is None else node.known).get(name))


def change(node: Node, values: dict[str, Any]) -> int:
    """Give a node other values of some attributes; how many characters those have."""
    kept = {name: _short(value) for name, value in values.items() if name in KEPT}
    if kept:
        known = attributes(node)
        if kept.keys() != _STYLE or _HIDES in f"{known.get('style')}{kept['style']}":
            node.traits = None
        known.update(kept)
    return length(kept)


def length(values: dict[str, Any]) -> int:
    """How many characters attributes have."""
    return sum(len(value) for value in values.values() if isinstance(value, str))


@lru_cache(maxsize=4096)
def _repeated(written: bytes) -> dict[str, Any]:
    """The same, remembered: pages repeat the attributes of their elements."""
    return _decoded(written)


def _decoded(written: bytes) -> dict[str, Any]:
    if len(written) <= len(b"{}") or written.count(b"{") + written.count(b"[") > _MAX_BRACKETS:
        return {}
    for text_of_it in (written, None):
        try:
            found = _DECODER.decode(mended(written) if text_of_it is None else text_of_it)
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue
        return {name: _short(value) for name, value in found.items() if name in KEPT}
    return {}


def _short(value: Any) -> Any:
    """A value as it is kept: no long text or number, and no object, as rrweb writes changes of a style."""
    if isinstance(value, str):
        return value[:MAX_VALUE_LENGTH]
    if isinstance(value, int) and value.bit_length() > _MAX_BITS:
        return ""
    return "" if isinstance(value, dict | list) else value
