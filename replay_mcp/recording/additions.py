"""The nodes that mutations added to a document, as JSON text until something is asked of one.

Most of a recording is such nodes, and next to nothing is asked of most of them. As text they take no time to decode, a
tenth of the memory, and nothing of the garbage collector's. A question searches the text, which is so quick that only
what is asked often deserves an index.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

from .added_text import NOTHING, Addition, Chunk, Node, parents_up_to, regular
from .effort import Effort
from .events import BEGIN
from .jsonl import written
from .untrusted import obj

MAX_CACHED: Final = 1_000
"""Most additions that are kept decoded."""
MAX_SIBLINGS: Final = 10_000
"""Additions to one parent, of which the latest are looked at."""
TEXT_CONTENT: Final = "#text"
"""What the text of a node is called among its attributes that changed."""

_CHUNK_BYTES: Final = 64 * 1024
_JOINED_BYTES: Final = 32 * 1024
"""Smaller mutations share a chunk; copying larger ones takes longer than it saves."""
_NOTE_BYTES: Final = 200
"""About how much memory a change of a node takes, beside its text."""


class Additions:
    """Added nodes by id and by parent. Of two additions of one id the later counts.

    What happens to a node does nothing to an addition that comes later. When is told by how many bytes were added.

    Args:
        effort: what looking at nodes is counted with.
        greatest: the greatest id of a node that was not added.
    """

    def __init__(self, effort: Effort, greatest: int = 0) -> None:
        self._effort = effort
        self._greatest = greatest
        self._owner_mark = parents_up_to(greatest)
        self._owners: dict[int, list[Chunk]] = {}
        self._chunks: list[Chunk] = []
        self._start = 0
        self._now = 0
        self._removed: dict[int, int] = {}
        self._changes: dict[int, dict[str, tuple[int, Any]]] = {}
        self._changes_bytes = 0
        self._cache: dict[int, tuple[int, int, Addition | None]] = {}

    @property
    def size(self) -> int:
        """About how many bytes of memory it takes."""
        return self._now - self._start + _NOTE_BYTES * len(self._removed) + self._changes_bytes

    def add(self, adds: bytes) -> None:
        """Take the JSON text of a mutation's `adds`; what is no addition in it is left out."""
        adds = regular(adds)
        start = 0
        while (cut := adds.find(BEGIN, start + _CHUNK_BYTES)) >= 0:
            self._append(adds[start:cut])
            start = cut
        self._append(adds[start:])

    def get(self, id: int) -> Addition | None:
        """The addition of a node, up to date; None when there is none, or the node was removed."""
        return self._known(id)[1]

    def under(self, parent: int) -> Iterator[Addition]:
        """The additions to a parent, in their order."""
        seen: set[int] = set()
        for _, end, id in self._to(parent):
            if id in seen or end <= self._removed.get(id, 0):
                continue
            if (addition := self.get(id)) and addition["parentId"] == parent:
                seen.add(id)
                yield addition

    def ever_under(self, parent: int) -> Iterator[Addition]:
        """The same with those of nodes that are gone, or elsewhere, by now; as recorded."""
        for chunk, end, _ in self._to(parent):
            if addition := chunk.ending(end):
                yield addition

    def _to(self, parent: int) -> list[tuple[Chunk, int, int]]:
        """The additions to a parent in their order: where they are, where they end, and the nodes' ids."""
        owned = self._owners.get(parent, []) if parent <= self._greatest else self._chunks
        if not owned:
            return []  # as is mostly so: pages keep most of what they have
        parent_end, _ = self._known(parent)
        since = self._removed.get(parent, 0)
        mark = b"%s%d," % (BEGIN, parent)
        found: list[tuple[Chunk, int, int]] = []
        for chunk in reversed(owned):
            if chunk.end < parent_end or len(found) > MAX_SIBLINGS:
                break  # nothing is in a node before it is there
            self._effort.left -= 1
            if not chunk.lacks(mark):
                found[:0] = [(chunk, end, id) for end, id in chunk.holding(mark, since)]
        self._effort.left -= len(found)
        return found

    def holding(self, sought: bytes) -> Iterator[Node]:
        """The nodes whose JSON text holds `sought`, the latest chunk first; up to date, so they may hold it no more."""
        self._effort.left -= len(self._chunks)
        for chunk in reversed(self._chunks):
            for _, id in chunk.holding(sought):
                if addition := self.get(id):
                    yield addition["node"]

    def remove(self, id: int) -> None:
        """The node is no longer there."""
        self._removed[id] = self._now
        self._cache.pop(id, None)

    def change(self, id: int, attributes: dict[str, Any]) -> None:
        """Some attributes of a node, if it was added, have other values."""
        changes = self._changes.setdefault(id, {})
        for name, value in attributes.items():
            changes[name] = self._now, value
            self._changes_bytes += _NOTE_BYTES + (len(value) if isinstance(value, str) else 0)
        self._cache.pop(id, None)

    def keep(self, is_attached: Callable[[int], bool], limit: int) -> bool:
        """Keep what is part of the document only, and of that the latest that fits into `limit` bytes; whether all did.

        Args:
            is_attached: whether a node that was not added is part of the document.
            limit: bytes of JSON text.
        """
        latest = self._latest()
        attached = {id: is_attached(id) for id in {parent for parent, _ in latest.values()} - latest.keys()}
        kept: list[bytes] = []
        size = 2
        for id, (_, addition) in latest.items():
            if _reaches(id, latest, attached):
                size += len(addition) + 1
                if size > limit:
                    break
                kept.append(addition)
        kept.reverse()
        self._chunks, self._start, self._owners = [], self._now, {}
        self._removed, self._changes, self._changes_bytes, self._cache = {}, {}, 0, {}
        self.add(b"[" + b",".join(kept) + b"]")
        return size <= limit

    def _known(self, id: int) -> tuple[int, Addition | None]:
        """The addition of a node, up to date, and where it ends."""
        since, end, known = self._cache.get(id) or (self._removed.get(id, 0), 0, None)
        if since == self._now:
            return end, known
        for chunk in reversed(self._chunks):
            if chunk.end <= since:
                break
            self._effort.left -= 1
            if found := chunk.get(id, since):
                end, known = found
                self._amend(known["node"], end)
                break
        if len(self._cache) >= MAX_CACHED:
            self._cache.clear()
        self._cache[id] = self._now, end, known
        return end, known

    def _append(self, adds: bytes) -> None:
        if adds == NOTHING:
            return
        if self._chunks and len(self._chunks[-1].text) + len(adds) <= _JOINED_BYTES:
            self._chunks[-1].text += adds
        else:
            self._chunks.append(Chunk(self._now, adds))
        last = self._chunks[-1]
        self._now += len(adds)
        for owner in set(self._owner_mark.findall(adds)):
            chunks = self._owners.setdefault(int(owner), [])
            if not chunks or chunks[-1] is not last:
                chunks.append(last)

    def _amend(self, node: Node, end: int) -> None:
        """Make the changes of a node whose addition ends there."""
        changes = self._changes.get(node["id"], {})
        attributes = {name: value for name, (at, value) in changes.items() if at >= end}
        if attributes:
            amend(node, attributes)

    def _latest(self) -> dict[int, tuple[int, bytes]]:
        """Of each added node, the latest first, its parent, and the addition's JSON text, up to date."""
        latest: dict[int, tuple[int, bytes]] = {}
        for chunk in reversed(self._chunks):
            for end, addition in chunk.all():
                id = addition["node"]["id"]
                if id not in latest and end > self._removed.get(id, 0):
                    self._amend(addition["node"], end)
                    latest[id] = addition["parentId"], written(addition)
        return latest


def amend(node: Node, attributes: dict[str, Any]) -> None:
    """Give a node other values of some attributes, of which `TEXT_CONTENT` may be one."""
    changed = dict(attributes)
    if TEXT_CONTENT in changed:
        node["textContent"] = changed.pop(TEXT_CONTENT)
    if changed:
        node["attributes"] = obj(node.get("attributes")) | changed


def _reaches(id: int, latest: dict[int, tuple[int, bytes]], attached: dict[int, bool]) -> bool:
    """Whether the climb from an added node leads to an attached one; `attached` takes down what was found out."""
    climbed: list[int] = []
    while id not in attached:
        climbed.append(id)
        attached[id] = False  # until known, and where it leads back to itself
        id = latest[id][0]
    for each in climbed:
        attached[each] = attached[id]
    return attached[id]
