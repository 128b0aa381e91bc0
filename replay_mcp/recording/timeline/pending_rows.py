"""Rows in the making: what was seen so far, before refs, rules and words."""

from collections import Counter
from collections.abc import Sequence
from typing import Final, TypeVar

from msgspec import Struct

from replay_mcp.recording.dom.changes import Change, ChangeKind
from replay_mcp.recording.dom.elements import UNKNOWN, Element
from replay_mcp.recording.rrweb.network import Request

from .rows import Choice, Flag, Kind, Meaning, Response, RowElement

BRIEF_MS: Final = 600
"""A state that a control had for no longer was given to it by the pointer."""
OWN_EVENTS_MS: Final = 100
"""For so long after a click, the browser may still send events of the click itself."""
TOGETHER_MS: Final = 50
"""Style rules that are added so shortly before or after decoration belong to it."""
MAX_ROWS_OF_A_KIND: Final = 5_000
"""Most rows of one kind, the earliest; what comes beyond is counted."""


class PendingRow(Struct, eq=False):
    """A row without ref and weight. Times are epoch milliseconds; text in it is masked and escaped.

    Attributes:
        until: when it was over, where it lasted.
        request: what a network row reports; its URL is not masked.
        flags: those that are known already.
        part: the part of the page that was scrolled or showed a text.
        loaded: whether a `navigation` loaded a document.
        stayed: how long a page was visited that was left by going back, in milliseconds.

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
    loaded: bool = False
    stayed: int | None = None
    part: RowElement | None = None
    scrolled: int = 0
    texts: tuple[str, ...] = ()
    gone: bool = False
    says: Meaning = ""
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
        timestamp: when it began: a click, with the press.
        last: when it was complete: a click, with the click event.
        element: what it was done to.
        nodes: ids of the node and its ancestors.
        control: ids of the control that was pressed, and of the custom element that it is a part of.
        points: time and place of each click.
        response: the first response.
        next_event: when the tab recorded anything again, once the browser had sent all events of the action itself.
        still: whether no mouse moves with it: a click by keys, a tap in a browser.
        heard: when the tab recorded something last, as long as it is judged.
        silence: the longest stretch without anything recorded in the time that it is judged by.
        outdone: whether the person did something else since.
        unclear: whether the page changed when something else had just been done, which may have caused it.
        repeated: whether what was done since is the same again.
        repeats: whether it is a click where there was one less than a second before.
        completes: whether a page completes what is typed into the field.
        browser: what the browser does by itself after the click, without an event, see `NOT_JUDGED`.
        asked: the slowest request that it may have started.
        requests: see `Row.requests`.
        shows: texts that appeared.
        plain: another text that changed.
        errors: what `error_after` refers to.
        states: attributes of the control that changed: their value before, and when.
        styled: when style rules changed, which is a response unless decoration came with them.
        decorated: when decoration of the control changed last.
        form: id of the form that a control sends, or that a field is filled in for; 0 for none.
        retypable: whether typing something else into the field means that the first was wrong.
        before: how many characters the field held before the edit; None if that is not known.
        least: how few it held during the edit.
        emptied: whether the field was emptied since, by whomever.
        waited: how long the page showed that it was at work after it, in milliseconds.
        filled: how many fields of the form were filled in, of an edit after which it was never sent.
        again: the press of the same control before, which nothing but an error answered.
    """

    last: int = 0
    element: Element = UNKNOWN
    nodes: tuple[int, ...] = ()
    control: frozenset[int] = frozenset()
    points: list[tuple[int, float, float]] = []
    beside: bool = False
    touch: bool = False
    characters: int | None = None
    choice: Choice | None = None
    response: Response | None = None
    next_event: int | None = None
    heard: int = 0
    silence: tuple[int, int] = (0, 0)
    still: bool = False
    outdone: bool = False
    unclear: bool = False
    repeated: bool = False
    repeats: bool = False
    completes: bool = False
    browser: str = ""
    asked: PendingRow | None = None
    requests: list[PendingRow] = []
    shows: list[str] = []
    plain: str = ""
    not_judged: str = ""
    errors: list[PendingRow] = []
    states: dict[tuple[int, str], tuple[str | None, int]] = {}
    styled: int | None = None
    decorated: int | None = None
    form: int = 0
    retypable: bool = False
    before: int | None = None
    least: int = 0
    emptied: bool = False
    waited: int = 0
    filled: int = 0
    again: PendingRow | None = None

    def __post_init__(self) -> None:
        self.last = max(self.last, self.timestamp)

    @property
    def end(self) -> int:
        """When it was over."""
        return max(self.last, self.until or 0)

    @property
    def is_answered(self) -> bool:
        """Whether its response is known; what comes after the tab was left may tell more."""
        return self.response is not None and self.response.kind != "hidden"

    def takes(self, changes: Sequence[Change], timestamp: int) -> bool:
        """Whether one of these changes answers it; decoration of its control does not, nor what is taken back."""
        answered = False
        for change in changes:
            own = not self.control.isdisjoint(change.inside)
            if change.kind is ChangeKind.DECORATION and (own or change.in_control):
                self._decorate(timestamp)
            elif change.kind is ChangeKind.STATE and own:
                self._change_state(change, timestamp)
            elif change.kind is ChangeKind.MESSAGE_REMOVED:
                answered |= change.key[0] in self.nodes
            else:
                answered = True
        return answered

    def settle(self, timestamp: int) -> None:
        """Take states and style rules that have lasted until now for the response."""
        lasting = [at for _, at in self.states.values() if timestamp - at > BRIEF_MS]
        if self.styled is not None and timestamp - self.styled > TOGETHER_MS:
            lasting.append(self.styled)
        if self.response is None and lasting:
            at = min(lasting)
            self.response = Response("style" if at == self.styled else "mutation", at - self.timestamp)

    def hear(self, timestamp: int) -> None:
        """The tab recorded anything."""
        if timestamp <= self.last + OWN_EVENTS_MS:
            return
        if self.next_event is None:
            self.next_event = timestamp
        since = max(self.heard, self.last)
        if timestamp - since > self.silence[1] - self.silence[0]:
            self.silence = since, timestamp
        self.heard = timestamp

    def style(self, timestamp: int) -> None:
        """Style rules changed."""
        if self.decorated is None or timestamp - self.decorated > TOGETHER_MS:
            self.styled = timestamp if self.styled is None else self.styled

    def _decorate(self, timestamp: int) -> None:
        self.decorated = timestamp
        if self.styled is not None and timestamp - self.styled <= TOGETHER_MS:
            self.styled = None

    def _change_state(self, change: Change, timestamp: int) -> None:
        known = self.states.get(change.key)
        if known is None:
            self.states[change.key] = change.before, timestamp
        elif timestamp - known[1] <= BRIEF_MS and known[0] in (None, change.after):
            del self.states[change.key]


D = TypeVar("D", bound=PendingRow)


class PendingRows:
    """Keeps entries, within bounds.

    Attributes:
        entries: in no particular order.
        beyond: how many rows of each kind were not kept.
    """

    def __init__(self) -> None:
        self.entries: list[PendingRow] = []
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

    def enter(self, entry: D) -> D:
        """Keep the entry, unless there are too many of its kind, and give it back."""
        if not self.refuses(entry.kind):
            self._kept[entry.kind] += 1
            self.entries.append(entry)
        return entry
