"""The attributes of nodes, decoded at first use."""

import itertools
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, cast

import msgspec
from msgspec import Raw

from replay_mcp.recording.rrweb.jsonl import repaired
from replay_mcp.recording.rrweb.types import Node
from replay_mcp.recording.rrweb.untrusted import text

from .inline_style import patched

MAX_VALUE_LENGTH: Final = 2_000
"""Maximum length of an attribute's value; longer ones are truncated."""
MAX_ATTRIBUTES: Final = 200
"""Maximum number of attributes of a node; further ones are dropped."""
MAX_NAME_LENGTH: Final = 200
"""Attributes with longer names are dropped."""
MAX_REPEATED: Final = 400
"""Attributes with more bytes of JSON text than this are not cached across nodes."""

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
    """The attributes of a node. Values are strings, numbers, booleans or None."""
    if node.known is None:
        node.known = dict(decode_attributes(bytes(node.attributes)))
        node.attributes = _NONE
    return node.known


def decode_attributes(written: bytes) -> Mapping[str, Any]:
    """Decode attributes from JSON text; empty if it is not valid."""
    return _decode_cached(written) if len(written) <= MAX_REPEATED else _decode(written)


def attribute(node: Node, name: str) -> str:
    """The text of an attribute; empty if the node does not have it."""
    return text((attributes(node) if node.known is None else node.known).get(name))


def set_attributes(node: Node, values: dict[str, Any]) -> int:
    """Set new values of some attributes; return how many characters they have."""
    known = attributes(node)
    if len(known) + len(values) > MAX_ATTRIBUTES:
        values = {name: value for name, value in values.items() if name in known}
    bounded = _bounded(values)
    if isinstance(values.get("style"), dict):
        bounded["style"] = patched(text(known.get("style")), cast("dict[str, Any]", values["style"]))[:MAX_VALUE_LENGTH]
    if bounded.keys() != _STYLE or any(part in f"{known.get('style')}{bounded['style']}" for part in _VISIBILITY_WORDS):
        node.traits = None
    known.update(bounded)
    return text_length(bounded)


def text_length(values: dict[str, Any]) -> int:
    """The total length of the attributes' names and texts."""
    return sum(len(name) + (len(value) if isinstance(value, str) else 0) for name, value in values.items())


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
        return _bounded(found)
    return {}


def _style_sheet(written: bytes) -> dict[str, Any]:
    """The inlined style sheet among attributes, which is full of brackets."""
    if b"_cssText" not in written:
        return {}
    try:
        return {_SHEET: msgspec.json.decode(written, type=_StyleSheet).css}
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}


def _bounded(values: dict[str, Any]) -> dict[str, Any]:
    """Attributes within bounds."""
    kept = values if len(values) <= MAX_ATTRIBUTES else dict(itertools.islice(values.items(), MAX_ATTRIBUTES))
    return {name: _bounded_value(name, value) for name, value in kept.items() if len(name) <= MAX_NAME_LENGTH}


def _bounded_value(name: str, value: Any) -> Any:
    """A value within bounds: long text is truncated; long numbers, lists and objects are dropped."""
    if isinstance(value, str):
        return value if name == _SHEET else value[:MAX_VALUE_LENGTH]
    if isinstance(value, int) and value.bit_length() > _MAX_BITS:
        return ""
    return "" if isinstance(value, dict | list) else value
