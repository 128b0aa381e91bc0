"""Rows in the making: what was seen so far, before refs, rules and words."""

from collections import Counter
from typing import Final, TypeVar

from msgspec import Struct

from replay_mcp.recording.dom.elements import UNKNOWN, Element
from replay_mcp.recording.rrweb.network import Request

from .rows import Choice, Flag, Kind, Response, RowElement, Says

MAX_ROWS_OF_A_KIND: Final = 5_000
"""Most rows of one kind, the earliest; what comes beyond is counted."""


class PendingRow(Struct, eq=False):
    """A row without ref and weight. Times are epoch milliseconds; text in it is masked and escaped.

    Attributes:
        until: when it was over, where it lasted.
        request: what a network row reports; its URL is not masked.
        flags: those that are known already.
        part: the part of the page that was scrolled or showed a text.

    The others are those of `Row`.
    """

    timestamp: int
    tab: int
    kind: Kind
    until: int | None = None
    count: int = 1
    flags: set[Flag] = set()
    key: str = ""
    page: str = ""
    title: str = ""
    reloaded: bool = False
    part: RowElement | None = None
    scrolled: int = 0
    turns: int = 0
    texts: tuple[str, ...] = ()
    gone: bool = False
    says: Says = ""
    request: Request | None = None
    url: str = ""
    message: str = ""
    level: str = ""
    size: tuple[int, int] | None = None
    size_before: tuple[int, int] | None = None
    previous_tab: int | None = None

    @property
    def end(self) -> int:
        """When it was over."""
        return self.timestamp if self.until is None else self.until

    @property
    def duration(self) -> int:
        """How long a request took, in milliseconds; 0 where that is not known."""
        return (self.request.duration_ms if self.request else None) or 0

    @property
    def is_error(self) -> bool:
        """A console error, or a request for a page or by its code that was answered with 400 or more."""
        if self.request is not None:
            return self.request.status >= 400 and (self.request.by_code or self.request.for_page)
        return self.kind == "console" and self.level == "error"


class PendingAction(PendingRow, eq=False):
    """An action that a page responds to: a click, an edit, a choice.

    Attributes:
        element: what it was done to.
        nodes: ids of the node and its nearest ancestors.
        points: time and place of each click.
        response: the first response.
        next_event: when the tab recorded anything again.
        outdone: whether the person did something else since.
        repeats: whether it is a click where there was one less than a second before.
        unfocused: whether the field did not have the focus.
        handled: whether the person pressed a button or put a finger down since.
        asked: the slowest request that it may have started.
        requests: see `Row.requests`.
        shows: texts that appeared.
        plain: another text that changed.
        errors: what `error_after` refers to.
        earlier_edits: what `thrash` refers to.
    """

    element: Element = UNKNOWN
    nodes: tuple[int, ...] = ()
    points: list[tuple[int, float, float]] = []
    beside: bool = False
    touch: bool = False
    characters: int | None = None
    choice: Choice | None = None
    response: Response | None = None
    next_event: int | None = None
    outdone: bool = False
    repeats: bool = False
    unfocused: bool = False
    handled: bool = False
    asked: PendingRow | None = None
    requests: list[PendingRow] = []
    shows: list[str] = []
    plain: str = ""
    not_judged: str = ""
    errors: list[PendingRow] = []
    earlier_edits: list["PendingAction"] = []


D = TypeVar("D", bound=PendingRow)


class PendingRows:
    """Keeps drafts, within bounds.

    Attributes:
        drafts: in no particular order.
        beyond: how many rows of each kind were not kept.
    """

    def __init__(self) -> None:
        self.drafts: list[PendingRow] = []
        self.beyond: Counter[Kind] = Counter()
        self._kept: Counter[Kind] = Counter()

    def is_full(self, kind: Kind) -> bool:
        """Whether no more rows of this kind are kept."""
        return self._kept[kind] >= MAX_ROWS_OF_A_KIND

    def refuses(self, kind: Kind) -> bool:
        """Whether another row of this kind would not be kept; then it is counted."""
        if self.is_full(kind):
            self.beyond[kind] += 1
            return True
        return False

    def enter(self, draft: D) -> D:
        """Keep the draft, unless there are too many of its kind, and give it back."""
        if not self.refuses(draft.kind):
            self._kept[draft.kind] += 1
            self.drafts.append(draft)
        return draft
