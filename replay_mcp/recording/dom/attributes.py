"""The attributes of nodes, decoded at first use."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, cast

import msgspec
from msgspec import Raw

from replay_mcp.recording.rrweb.jsonl import repaired
from replay_mcp.recording.rrweb.types import Node
from replay_mcp.recording.rrweb.untrusted import text

MAX_VALUE_LENGTH: Final = 2_000
"""Maximum length of an attribute's value; longer ones are truncated."""
MAX_REPEATED: Final = 400
"""Attributes with more bytes of JSON text than this are not cached across nodes."""

KEPT: Final = frozenset(
    {
        "alt", "aria-activedescendant", "aria-autocomplete", "aria-busy", "aria-checked", "aria-current",
        "aria-describedby", "aria-disabled", "aria-errormessage", "aria-expanded", "aria-hidden", "aria-invalid",
        "aria-label", "aria-labelledby", "aria-live", "aria-pressed", "aria-selected", "aria-valuenow", "class",
        "commandfor", "contenteditable", "data-attr", "data-cy", "data-qa", "data-test", "data-test-id", "data-testid",
        "disabled", "for", "form", "formnovalidate", "hidden", "href", "id", "label", "list", "max", "maxlength",
        "min", "minlength", "name", "novalidate", "open", "pattern", "placeholder", "popovertarget", "required",
        "role", "slot", "style", "tabindex", "title", "type", "value",
        # attributes by which component libraries mark messages
        "appearance", "color", "data-color", "data-intent", "data-invalid", "data-kind", "data-leave", "data-level",
        "data-removed", "data-severity", "data-slot", "data-sonner-toast", "data-state", "data-status", "data-type",
        "data-variant", "data-visible", "intent", "kind", "severity", "status", "theme", "tone", "variant",
        "_cssText",
    }
)  # fmt: skip
"""The attributes that are kept; all others are dropped."""
_MAX_BRACKETS: Final = 100
"""Attributes with more brackets are a style sheet, or crafted: rrweb writes at most one object, for a style."""
_STYLE: Final = {"style"}
_VISIBILITY_WORDS: Final = ("none", "visib", "hidden")
"""A style without these words does not change a node's traits. Animations change styles all the time."""
_SHEET: Final = "_cssText"
"""The attribute in which rrweb inlines a style sheet; it is not truncated."""
_MAX_BITS: Final = 64
_NONE: Final = Raw()
_DECODER: Final = msgspec.json.Decoder(dict[str, Any])


class _StyleSheet(msgspec.Struct):
    css: str = msgspec.field(default="", name="_cssText")


def attributes(node: Node) -> dict[str, Any]:
    """The kept attributes of a node. Values are strings, numbers, booleans or None."""
    if node.known is None:
        node.known = dict(decode_attributes(bytes(node.attributes)))
        node.attributes = _NONE
    return node.known


def decode_attributes(written: bytes) -> Mapping[str, Any]:
    """Decode the kept attributes from JSON text; empty if it is not valid."""
    return _decode_cached(written) if len(written) <= MAX_REPEATED else _decode(written)


def attribute(node: Node, name: str) -> str:
    """The text of an attribute; empty if the node does not have it."""
    return text((attributes(node) if node.known is None else node.known).get(name))


def set_attributes(node: Node, values: dict[str, Any]) -> int:
    """Set new values of some attributes; return how many characters they have."""
    kept = {name: _bounded(value) for name, value in values.items() if name in KEPT}
    if kept:
        known = attributes(node)
        if isinstance(values.get("style"), dict):
            kept["style"] = _patched_style(text(known.get("style")), cast("dict[str, Any]", values["style"]))
        if kept.keys() != _STYLE or any(part in f"{known.get('style')}{kept['style']}" for part in _VISIBILITY_WORDS):
            node.traits = None
        known.update(kept)
    return text_length(kept)


def _patched_style(style: str, patch: dict[str, Any]) -> str:
    """A style with rrweb's changes of `display` and `visibility` appended; other properties are ignored."""
    for name in ("display", "visibility"):
        if name in patch:
            value: Any = patch[name]
            if isinstance(value, list) and value:  # value and priority
                value = cast("list[Any]", value)[0]
            style = f"{style[-MAX_VALUE_LENGTH // 2 :]};{name}:{value if isinstance(value, str) else 'unset'}"
    return style


def text_length(values: dict[str, Any]) -> int:
    """The total length of the attributes' texts."""
    return sum(len(value) for value in values.values() if isinstance(value, str))


@lru_cache(maxsize=4096)
def _decode_cached(written: bytes) -> dict[str, Any]:
    """Cached, because pages repeat the attributes of their elements."""
    return _decode(written)


def _decode(written: bytes) -> dict[str, Any]:
    if len(written) <= len(b"{}"):
        return {}
    if written.count(b"{") + written.count(b"[") > _MAX_BRACKETS:
        return _style_sheet(written)
    for candidate in (written, None):
        try:
            found = _DECODER.decode(repaired(written) if candidate is None else candidate)
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue
        return {name: value if name == _SHEET else _bounded(value) for name, value in found.items() if name in KEPT}
    return {}


def _style_sheet(written: bytes) -> dict[str, Any]:
    """The inlined style sheet among attributes, which is full of brackets."""
    if b"_cssText" not in written:
        return {}
    try:
        return {_SHEET: msgspec.json.decode(written, type=_StyleSheet).css}
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}


def _bounded(value: Any) -> Any:
    """A value within bounds: long text is truncated; long numbers, lists and objects are dropped."""
    if isinstance(value, str):
        return value[:MAX_VALUE_LENGTH]
    if isinstance(value, int) and value.bit_length() > _MAX_BITS:
        return ""
    return "" if isinstance(value, dict | list) else value
