"""Changes of how a page looks or sounds other than mutations: style sheets, canvases, media, custom elements."""

from typing import Any, Final

from msgspec import Struct

from replay_mcp.recording.rrweb.events import Event, IncrementalSource
from replay_mcp.recording.rrweb.untrusted import arr, whole

from .rows import ResponseKind

AMBIENT_MS: Final = 1_000
"""What changed this shortly before an action changes anyway: an animation, a video in a loop."""

RENDERING: Final[dict[int, ResponseKind]] = {
    IncrementalSource.STYLE_SHEET_RULE: "style",
    IncrementalSource.STYLE_DECLARATION: "style",
    IncrementalSource.ADOPTED_STYLE_SHEET: "style",
    IncrementalSource.CANVAS_MUTATION: "canvas",
    IncrementalSource.MEDIA_INTERACTION: "media",
    IncrementalSource.CUSTOM_ELEMENT: "mutation",
}
"""The sources of such changes, with the kind of response that each one is."""
UNREAD_SOURCES: Final = frozenset[int | None]({IncrementalSource.FONT})
"""Known sources that are not read: their events answer no action and show no text."""
UNREAD_TYPES: Final = frozenset({7, 8})
"""Known event types that are not read: assets and annotations of rrweb 2.2."""

_MEDIA: Final = {0: "media played", 1: "media paused", 2: "media position changed", 3: "media volume changed"}
_OTHER_MEDIA: Final = "media changed"
_MAX_PARTS: Final = 1_000


class RenderingEvent(Struct, frozen=True):
    """A change of how a page looks or sounds.

    Attributes:
        kind: the kind of response that it is.
        detail: what media did, in words.
        previous_at: when the same part last changed in the same way, epoch milliseconds; 0 for never.
    """

    kind: ResponseKind
    detail: str
    previous_at: int


class Renderings:
    """Remembers when each part of each page changed last."""

    def __init__(self) -> None:
        self._latest: dict[tuple[str, int, int | None], int] = {}
        self._adopted: dict[tuple[str, int | None], list[Any]] = {}

    def take(self, event: Event) -> RenderingEvent | None:
        """The change that the event records; None if it records none."""
        source, node = event.source, whole(event.data.get("id"))
        if source is None or source not in RENDERING:
            return None
        if source == IncrementalSource.ADOPTED_STYLE_SHEET and self._is_adopted(event, node):
            return None
        part = event.window_id, source, node
        before = self._latest.pop(part, 0)
        self._latest[part] = event.timestamp
        if len(self._latest) > _MAX_PARTS:
            del self._latest[next(iter(self._latest))]
        detail = ""
        if source == IncrementalSource.MEDIA_INTERACTION:
            detail = _MEDIA.get(whole(event.data.get("type")) or 0, _OTHER_MEDIA)
        return RenderingEvent(RENDERING[source], detail, before)

    def _is_adopted(self, event: Event, node: int | None) -> bool:
        """Whether an element adopts the sheets that it already has, as custom elements do on each render."""
        ids = arr(event.data.get("styleIds"))
        same = self._adopted.pop((event.window_id, node), None) == ids and not event.data.get("styles")
        self._adopted[event.window_id, node] = ids
        if len(self._adopted) > _MAX_PARTS:
            del self._adopted[next(iter(self._adopted))]
        return same
