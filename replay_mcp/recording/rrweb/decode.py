"""Decodes JSON text into typed values: events, snapshots and mutations.

Invalid entries are left out and counted. A list with one is decoded entry by entry, so that all others are kept.
"""

from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, Final, TypeVar

import msgspec
from msgspec import Raw, Struct

from replay_mcp.errors import UnreadableRecording

from .jsonl import repaired
from .nesting import MAX_NESTING, nesting
from .packed import EMPTY_LENGTH, MAX_INFLATED_BYTES, inflate
from .types import AddedNode, ChangedAttributes, ChangedText, Mutation, Node, RemovedNode
from .untrusted import arr, obj, text, whole

MAX_OBJECTS: Final = 600_000
"""Maximum number of JSON objects decoded at once, two or three per element: they take far more memory than text."""
MAX_VALUES: Final = 1_000_000
"""Maximum number of JSON values decoded at once where they may be of any type."""
MAX_REPAIRED: Final = 200_000
"""Maximum number of JSON objects in a snapshot with invalid nodes: as dictionaries they take more memory."""

T = TypeVar("T")
S = TypeVar("S", bound=Struct)


class _MutationData(Struct, gc=False):
    """The data of a mutation; a compressed list is a string."""

    adds: str | list[AddedNode] | None = None
    removes: str | list[RemovedNode] | None = None
    texts: str | list[ChangedText] | None = None
    attributes: str | list[ChangedAttributes] | None = None


class _RawMutation(Struct, gc=False):
    adds: Raw = Raw()
    removes: Raw = Raw()
    texts: Raw = Raw()
    attributes: Raw = Raw()


class _Snapshot(Struct, gc=False):
    node: Node | None = None


class _RawSnapshot(Struct, gc=False):
    node: Raw = Raw()


class _EntryDecoders(Struct):
    """Decoders for one list of a mutation: for the whole list, and for one entry."""

    whole: msgspec.json.Decoder[Any]
    one: msgspec.json.Decoder[Any]


_ANYTHING: Final = msgspec.json.Decoder()
_RAWS: Final = msgspec.json.Decoder(list[Raw])
_STRING: Final = msgspec.json.Decoder(str)
_SNAPSHOT: Final = msgspec.json.Decoder(_Snapshot)
_RAW_SNAPSHOT: Final = msgspec.json.Decoder(_RawSnapshot)
_MUTATION: Final = msgspec.json.Decoder(_MutationData)
_RAW_MUTATION: Final = msgspec.json.Decoder(_RawMutation)
_ADDS: Final = _EntryDecoders(msgspec.json.Decoder(list[AddedNode]), msgspec.json.Decoder(AddedNode))
_REMOVES: Final = _EntryDecoders(msgspec.json.Decoder(list[RemovedNode]), msgspec.json.Decoder(RemovedNode))
_TEXTS: Final = _EntryDecoders(msgspec.json.Decoder(list[ChangedText]), msgspec.json.Decoder(ChangedText))
_ATTRIBUTES: Final = _EntryDecoders(
    msgspec.json.Decoder(list[ChangedAttributes]), msgspec.json.Decoder(ChangedAttributes)
)
_QUOTE: Final = b'"'
_NO_ENTRIES: Final = frozenset({b"", b"null", b"[]", b"[ ]"})


def decode_mutation(data: bytes, *, packed: bool) -> Mutation:
    """Decode the `data` of a mutation.

    Args:
        data: JSON text.
        packed: whether its lists may be compressed, according to `cv`.

    Raises:
        UnreadableRecording: a list cannot be inflated or decoded, or has too many entries.
    """
    lists = _Lists(packed=packed)
    many = len(data) > MAX_VALUES and data.count(b",") >= MAX_VALUES  # check each list before decoding it
    found = None if many else _decoded(_MUTATION, data)
    if found is None:
        raw = _decoded(_RAW_MUTATION, data) or _RawMutation()
        adds, removes = lists.entries(bytes(raw.adds), _ADDS), lists.entries(bytes(raw.removes), _REMOVES)
        texts, attributes = lists.entries(bytes(raw.texts), _TEXTS), lists.entries(bytes(raw.attributes), _ATTRIBUTES)
        return Mutation(adds, removes, texts, attributes, lists.size, lists.broken, bytes(raw.adds))
    adds = lists.entries(found.adds, _ADDS)
    adds_text = lists.text if isinstance(found.adds, str) else data
    removes, texts = lists.entries(found.removes, _REMOVES), lists.entries(found.texts, _TEXTS)
    attributes = lists.entries(found.attributes, _ATTRIBUTES)
    return Mutation(adds, removes, texts, attributes, lists.size or len(data), lists.broken, adds_text)


class _Lists:
    """The lists of one mutation, which share a limit.

    Attributes:
        size: bytes of JSON text so far.
        text: the JSON text of the latest list.
        broken: number of invalid entries.
    """

    def __init__(self, *, packed: bool) -> None:
        self._packed = packed
        self.size = self.broken = 0
        self.text = b""

    def entries(self, found: str | bytes | list[Any] | None, kind: _EntryDecoders) -> list[Any]:
        """The entries of a list, given decoded, compressed or as JSON text."""
        if not found or isinstance(found, list):
            return found or []
        if isinstance(found, bytes):
            if self._packed and found.startswith(_QUOTE):
                return self.entries(_STRING.decode(found), kind)
            listed = found
        elif not self._packed:
            self.broken += 1
            return []
        elif len(found) <= EMPTY_LENGTH:
            return []
        else:
            listed = inflate(found, MAX_INFLATED_BYTES - self.size)
            check(listed)
        self.size += len(listed)
        self.text = listed
        entries, broken = _entries(listed, kind)
        self.broken += broken
        return entries


def decode_snapshot(data: bytes, *, packed: bool) -> tuple[Node | None, bytes]:
    """Decode the `data` of a full snapshot; return the document node and the JSON text that it was decoded from.

    Raises:
        UnreadableRecording: the snapshot cannot be inflated or decoded, or has too many nodes.
    """
    if packed and data.startswith(_QUOTE):
        data = inflate(_STRING.decode(data), MAX_INFLATED_BYTES)
        check(data)
    snapshot = _decoded(_SNAPSHOT, data)
    if snapshot is None:
        raw = _decoded(_RAW_SNAPSHOT, data)
        return (_repaired_node(bytes(raw.node)) if raw and bytes(raw.node) else None), data
    return snapshot.node, data


def decode_fields(kind: type[S], data: bytes) -> S | None:
    """Decode an event's `data` as this type; None if it does not fit."""
    try:
        return decode_deep(_decoder(kind), data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def check(text: bytes) -> None:
    """Refuse JSON text that would take too much memory or stack.

    Raises:
        UnreadableRecording: it is nested deeper than `MAX_NESTING`, or has more than `MAX_OBJECTS` objects.
    """
    if len(text) > MAX_OBJECTS and text.count(b"{") >= MAX_OBJECTS:
        raise UnreadableRecording("An event has too many values.")
    if nesting(text) > MAX_NESTING:
        raise UnreadableRecording("The nodes of an event are nested too deeply.")


def _entries(listed: bytes, kind: _EntryDecoders) -> tuple[list[Any], int]:
    """The valid entries of a list, and the number of invalid ones."""
    if len(listed) <= len(b"null"):
        return [], listed not in _NO_ENTRIES
    if kind is _ATTRIBUTES:  # values of any type take more memory than their text
        _check_values(listed)
    entries = _decoded(kind.whole, listed)
    if entries is not None:
        return entries, 0
    _check_values(listed)
    raws: list[Raw] = _decoded(_RAWS, listed) or []
    decoded = [_decoded(kind.one, bytes(raw)) for raw in raws]
    valid = [entry for entry in decoded if entry is not None]
    return valid, max(1, len(decoded)) - len(valid)


def _check_values(text: bytes) -> None:
    """Refuse JSON text that would take too much memory as objects.

    Raises:
        UnreadableRecording: it has more than `MAX_VALUES` values.
    """
    if len(text) > MAX_VALUES and text.count(b",") >= MAX_VALUES:
        raise UnreadableRecording("An event has too many values.")


def _decoded(decoder: "msgspec.json.Decoder[T]", data: bytes) -> T | None:
    """The value; None if it is of another type.

    Raises:
        UnreadableRecording: the text is not JSON.
    """
    try:
        return decode_deep(decoder, data)
    except msgspec.ValidationError:
        return None
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass
    try:
        return decode_deep(decoder, repaired(data))
    except msgspec.ValidationError:
        return None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UnreadableRecording("A field of an event is damaged.") from error


def decode_deep(decoder: "msgspec.json.Decoder[T]", data: bytes) -> T:
    """Decode on a fresh stack if the text is nested too deeply for the caller's; `check` bounds the depth."""
    try:
        return decoder.decode(data)
    except RecursionError:
        with ThreadPoolExecutor(1) as fresh:
            return fresh.submit(decoder.decode, data).result()


def _repaired_node(data: bytes) -> Node | None:
    """The tree of a snapshot without the entries that are not nodes.

    Raises:
        UnreadableRecording: it has too many values.
    """
    _check_values(data)
    if data.count(b"{") > MAX_REPAIRED:
        raise UnreadableRecording("A snapshot with invalid nodes has too many values.")
    value = obj(_decoded(_ANYTHING, data))
    root = _node(value)
    pending = [(root, value)] if root else []
    while pending:
        node, fields = pending.pop()
        children = [(child, obj(raw)) for raw in arr(fields.get("childNodes")) if (child := _node(obj(raw)))]
        node.child_nodes = tuple(child for child, _ in children)
        pending += children
    return root


def _node(fields: dict[str, Any]) -> Node | None:
    """The node with these fields, without its children; None if it has no id."""
    id = whole(fields.get("id"))
    if id is None:
        return None
    attributes = obj(fields.get("attributes"))
    return Node(
        id=id,
        type=whole(fields.get("type")) or 0,
        tag_name=text(fields.get("tagName")),
        text_content=text(fields.get("textContent")) or None,
        attributes=Raw(msgspec.json.encode(attributes)) if attributes else Raw(),
    )


@cache
def _decoder(kind: type[S]) -> "msgspec.json.Decoder[S]":
    return msgspec.json.Decoder(kind)
