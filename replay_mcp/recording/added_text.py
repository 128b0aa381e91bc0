"""The JSON text of added nodes: searched as it is, and decoded addition by addition.

What makes this sound: in JSON text a bare quote never stands inside a string, so `{"parentId":` can only begin an
addition, and `"id":5}}` can only end it, unless somebody means mischief. So each is checked when it is decoded.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, TypeAlias

import orjson

from replay_mcp.errors import UnreadableRecording

from .events import BEGIN, decode
from .untrusted import arr, obj, text

Node: TypeAlias = dict[str, Any]
"""A node as rrweb serialises it."""
Addition: TypeAlias = dict[str, Any]
"""An added node as rrweb tells it: `parentId`, `nextId`, `node`."""

NOTHING: Final = b"[]"

_SEARCHES: Final = 16
"""So many searches take about as long as the index that makes them needless."""
_REGULAR: Final = re.compile(rb'\[\{"parentId":\d+,.*"id":\d+\}\}\]', re.DOTALL)
_IRREGULAR: Final = (b'"childNodes":[{"', b',"isShadow')
"""Nodes inside another, and what rrweb writes after a node's id."""
_BEGINNINGS: Final = re.compile(rb'\{"parentId":\d{1,15},')
_ENDS: Final = re.compile(rb'"id":\d{1,15}\}\}')
_ID: Final = re.compile(rb'"id":(\d{1,15})\}\}')
_MAX_ID: Final = 10**15


@dataclass(slots=True)
class Chunk:
    """Additions in their order, as JSON text.

    Attributes:
        start: how many bytes were added before.
    """

    start: int
    text: bytes
    _searches: int = 0
    _marks: set[bytes] = field(default_factory=set[bytes])
    _marked: int = 0

    @property
    def end(self) -> int:
        """How many bytes were added when it ended."""
        return self.start + len(self.text)

    def lacks(self, mark: bytes) -> bool:
        """Whether no addition in it begins or ends so, as far as that is known without a search."""
        self._searches += 1
        if self._searches <= _SEARCHES:
            return False
        if self._marked < len(self.text):
            for marks in (_BEGINNINGS, _ENDS):
                self._marks.update(marks.findall(self.text, self._marked))
            self._marked = len(self.text)
        return mark not in self._marks

    def get(self, id: int, since: int) -> tuple[int, Addition] | None:
        """The latest addition of a node after so many bytes, and where it ends."""
        mark = b'"id":%d}}' % id
        if self.lacks(mark):
            return None
        at = self.text.rfind(mark, max(0, since - self.start))
        begin = self.text.rfind(BEGIN, 0, at) if at >= 0 else -1
        if begin < 0:
            return None
        end = at + len(mark)
        addition = decoded(self.text[begin:end])
        return (self.start + end, addition) if addition and addition["node"]["id"] == id else None

    def ending(self, end: int) -> Addition | None:
        """The addition that ends after so many bytes."""
        begin = self.text.rfind(BEGIN, 0, end - self.start)
        return decoded(self.text[begin : end - self.start]) if begin >= 0 else None

    def holding(self, sought: bytes, since: int = 0) -> Iterator[tuple[int, int]]:
        """The nodes whose addition after so many bytes holds `sought`: where their additions end, and their ids."""
        for end, id in _holding(self.text, sought, max(0, since - self.start)):
            yield self.start + end, id

    def all(self) -> Iterator[tuple[int, Addition]]:
        """Where additions end, and the additions, the latest first."""
        end = self.end
        for rest in reversed(self.text.split(BEGIN)[1:]):
            if addition := decoded(BEGIN + rest[: rest.rfind(b"}}") + 2]):
                yield end, addition
            end -= len(BEGIN) + len(rest)


def regular(adds: bytes) -> bytes:
    """The JSON text of a mutation's `adds` in the form that is searched; what is no addition in it is left out."""
    if adds == NOTHING or (_REGULAR.fullmatch(adds) and not any(sign in adds for sign in _IRREGULAR)):
        return adds
    return orjson.dumps([*_flat(_value(adds))])


def parents_up_to(greatest: int) -> "re.Pattern[bytes]":
    """Finds the parents of additions that are no greater, and some that are: two leading digits are looked at."""
    digits = str(max(99, greatest))
    return _numbers(len(digits), digits[:2])


@lru_cache(maxsize=100)
def _numbers(length: int, leading: str) -> "re.Pattern[bytes]":
    tens, ones = leading
    shorter, rest = length - 1, length - 2
    pattern = rf'\{{"parentId":((?:[0-{int(tens) - 1}]\d|{tens}[0-{ones}])\d{{{rest}}}|\d{{1,{shorter}}}+),'
    return re.compile(pattern.encode())


def ids_with(adds: bytes, sought: bytes) -> Iterator[int]:
    """The ids of the nodes whose addition holds `sought`, in the order of the JSON text `adds`."""
    return (id for _, id in _holding(adds, sought))


def first_additions(adds: bytes, count: int) -> tuple[list[Any], bytes]:
    """The first additions of the JSON text `adds`, as recorded, and the text of the others.

    All are the first ones where the text is not in rrweb's form.
    """
    *_, rest = parts = adds.split(b"," + BEGIN, count)
    if len(parts) <= count:
        return arr(_value(adds)), b""
    return arr(_value(adds[: -len(rest) - len(BEGIN) - 1] + b"]")), rest


def _holding(adds: bytes, sought: bytes, start: int = 0) -> Iterator[tuple[int, int]]:
    at = adds.find(sought, start)
    while at >= 0:
        tail = _ID.search(adds, at)
        if tail is None:
            return
        yield tail.end(), int(tail[1])
        at = adds.find(sought, tail.end())


def decoded(addition: bytes) -> Addition | None:
    """The addition with this JSON text, if it is one."""
    return _plain(_value(addition))


def _value(json: bytes) -> Any:
    """The value; None where there is none, or too much in it."""
    try:
        return decode(json)
    except UnreadableRecording:
        return None


def _plain(value: Any) -> Addition | None:
    """The addition without what is not asked of one: its keys are in rrweb's order, and no node is inside another."""
    addition = obj(value)
    node, parent, following = obj(addition.get("node")), addition.get("parentId"), addition.get("nextId")
    if not _is_id(id := node.get("id")) or not _is_id(parent):
        return None
    attributes = obj(node.get("attributes"))
    fields = {
        "type": node.get("type") if _is_id(node.get("type")) else 0,
        "tagName": text(node.get("tagName")),
        "textContent": text(node.get("textContent")),
        "attributes": {name: each for name, each in attributes.items() if not isinstance(each, dict | list)},
        "id": id,
    }
    return {"parentId": parent, "nextId": following if _is_id(following) else None, "node": fields}


def _flat(adds: Any) -> Iterator[Addition]:
    """The additions; the nodes inside others, as a frame's document has, as additions of their own."""
    pending = list(reversed(arr(adds)))
    while pending:
        value = pending.pop()
        if addition := _plain(value):
            yield addition
            id = addition["node"]["id"]
            children = arr(value["node"].get("childNodes"))
            pending += [{"parentId": id, "nextId": None, "node": child} for child in reversed(children)]


def _is_id(value: Any) -> bool:
    return type(value) is int and 0 <= value < _MAX_ID
