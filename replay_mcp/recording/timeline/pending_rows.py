"""Rows that are still being collected: no refs, flags or weights yet."""

from collections import Counter
from collections.abc import Sequence
from typing import Final, TypeVar

from msgspec import Struct

from replay_mcp.recording.dom.changes import Change, ChangeKind
from replay_mcp.recording.dom.elements import UNKNOWN, Element
from replay_mcp.recording.rrweb.network import Request

from .loading_text import is_loading
from .rows import Choice, Flag, Kind, Meaning, Response, RowElement

BRIEF_MS: Final = 600
"""A control's state that lasts no longer is an effect of the pointer (hover, focus), not a response."""
OWN_EVENTS_MS: Final = 100
"""After a click, the browser may send events of the click itself for this long."""
TOGETHER_MS: Final = 50
"""Style rules added this close to decoration belong to it."""
MAX_ALSO: Final = 2
"""Maximum texts that changed that are kept after the first."""
MAX_ROWS_OF_A_KIND: Final = 5_000
"""Maximum rows of one kind; later ones are only counted."""


class PendingRow(Struct, eq=False):
    """A row without ref and weight. Times are epoch milliseconds; text in it is masked and escaped.

    Attributes:
        until: when it ended; None if it is a moment or the end is not known.
        request: the request of a network row; its URL is not masked.
        offline: see `Row.offline`.
        flags: the flags known so far.
        loaded: whether a `navigation` loaded a document.
        part: the part of the page that was scrolled or showed a text.

    The other attributes are those of `Row`.
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
    stayed_ms: int | None = None
    part: RowElement | None = None
    scrolled: int = 0
    texts: tuple[str, ...] = ()
    gone: bool = False
    meaning: Meaning = ""
    request: Request | None = None
    offline: bool = False
    url: str = ""
    message: str = ""
    level: str = ""
    size: tuple[int, int] | None = None
    size_before: tuple[int, int] | None = None
    previous_tab: int | None = None

    @property
    def end(self) -> int:
        """When it ended."""
        return self.timestamp if self.until is None else self.until

    @property
    def duration(self) -> int:
        """How long a request took, in milliseconds; 0 if unknown."""
        return (self.request.duration_ms if self.request else None) or 0

    @property
    def is_error(self) -> bool:
        """Whether it is a console error, or a failed request: for a page or by its code, answered with 400 or more."""
        if self.request is not None:
            return self.offline or (self.request.status >= 400 and (self.request.by_code or self.request.for_page))
        return self.kind == "console" and self.level == "error"


class PendingAction(PendingRow, eq=False):
    """An action that the page may respond to: a click, an edit, a choice.

    Attributes:
        timestamp: when it began; a click begins with the press.
        completed_at: when it was complete; a click ends with the click event.
        element: what it was done to.
        nodes: ids of the node and its ancestors.
        control: ids of the pressed control and of the custom elements that it is part of.
        points: time and position of each click.
        response: the first response.
        next_event_at: when the tab recorded its next event, other than events of the action itself.
        latest_event: when the tab recorded its latest event, while the action awaits events.
        longest_silence: start and end of the longest stretch without an event, while the action awaits events.
        without_mouse: whether no mouse moves along: a click by keys, a tap in a browser.
        superseded: whether another action followed.
        superseded_by_repeat: whether that action was on the same element.
        unclear: whether the page changed after another action, which may have caused the change.
        is_repeat: whether the same element was clicked less than a second before.
        has_autocomplete: whether the page completes what is typed into the field.
        browser_answer: what the browser itself did after the click, without an event; a key of `NOT_JUDGED`.
        slowest_request: the slowest request that it may have started.
        requests: see `Row.requests`.
        shown_texts: texts that appeared.
        other_text: the first text that changed and is not a message.
        other_owner: id of the element that shows it.
        also_texts: the next ones, by the element that shows them.
        errors: the errors that `error_after` refers to.
        states: attributes of the control that changed: their previous value, and when.
        styled_at: when style rules changed: a response, unless decoration changed with them.
        decorated_at: when decoration of the control changed last.
        form: id of the form that a control sends or a field belongs to; 0 for none.
        searches: see `Row.searches`.
        retypable: whether typing the field again means that the first text was wrong.
        characters_before: how many characters the field had before the edit; None if unknown.
        min_characters: the fewest that it had during the edit.
        emptied: whether the field was emptied later, by the person or the page.
        waited_ms: how long the page showed a spinner or the like after it.
        filled: how many fields of a form were filled in that was never sent; set on its last edit.
        repeated_press: the earlier press of the same control, which only an error answered, or nothing.
    """

    completed_at: int = 0
    element: Element = UNKNOWN
    nodes: tuple[int, ...] = ()
    control: frozenset[int] = frozenset()
    points: list[tuple[int, float, float]] = []
    beside: bool = False
    touch: bool = False
    characters: int | None = None
    choice: Choice | None = None
    response: Response | None = None
    next_event_at: int | None = None
    latest_event: int = 0
    longest_silence: tuple[int, int] = (0, 0)
    without_mouse: bool = False
    superseded: bool = False
    unclear: bool = False
    superseded_by_repeat: bool = False
    is_repeat: bool = False
    has_autocomplete: bool = False
    browser_answer: str = ""
    slowest_request: PendingRow | None = None
    requests: list[PendingRow] = []
    shown_texts: list[str] = []
    other_text: str = ""
    other_owner: int = 0
    also_texts: dict[int, str] = {}
    not_judged: str = ""
    errors: list[PendingRow] = []
    states: dict[tuple[int, str], tuple[str | None, int]] = {}
    styled_at: int | None = None
    decorated_at: int | None = None
    form: int = 0
    searches: bool = False
    retypable: bool = False
    characters_before: int | None = None
    min_characters: int = 0
    emptied: bool = False
    waited_ms: int = 0
    filled: int = 0
    repeated_press: PendingRow | None = None

    def __post_init__(self) -> None:
        self.completed_at = max(self.completed_at, self.timestamp)

    @property
    def end(self) -> int:
        """When it ended."""
        return max(self.completed_at, self.until or 0)

    @property
    def is_answered(self) -> bool:
        """Whether its response is known; after `hidden`, a later one may replace it."""
        return self.response is not None and self.response.kind != "hidden"

    @property
    def takes_other_text(self) -> bool:
        """Whether another text that changed is kept."""
        return len(self.also_texts) < MAX_ALSO or is_loading(self.other_text)

    def note_other(self, owner: int, text: str) -> None:
        """Keep a text that changed, unless its element or another one has shown it already."""
        if not self.other_text or is_loading(self.other_text):
            self.other_text, self.other_owner = text, owner
            return
        texts = (self.other_text, *self.also_texts.values())
        is_new = owner not in (self.other_owner, *self.also_texts) and not is_loading(text)
        if is_new and not any(text in other or other in text for other in texts):
            self.also_texts[owner] = text

    def is_answered_by(self, changes: Sequence[Change], timestamp: int) -> bool:
        """Whether one of these changes answers it. Decoration and states of its own control are noted, and do not."""
        answered = False
        for change in changes:
            own = not self.control.isdisjoint(change.inside)
            if change.kind is ChangeKind.DECORATION and (own or change.in_control):
                self._note_decoration(timestamp)
            elif change.kind is ChangeKind.STATE and own:
                self._note_state_change(change, timestamp)
            elif change.kind is ChangeKind.MESSAGE_REMOVED:
                answered |= change.key[0] in self.nodes
            else:
                answered = True
        return answered

    def settle_response(self, timestamp: int) -> None:
        """Accept states and style rules that have lasted until now as the response."""
        lasting = [at for _, at in self.states.values() if timestamp - at > BRIEF_MS]
        if self.styled_at is not None and timestamp - self.styled_at > TOGETHER_MS:
            lasting.append(self.styled_at)
        if self.response is None and lasting:
            at = min(lasting)
            self.response = Response("style" if at == self.styled_at else "mutation", at - self.timestamp)

    def note_event(self, timestamp: int) -> None:
        """Note that the tab recorded an event."""
        if timestamp <= self.completed_at + OWN_EVENTS_MS:
            return
        if self.next_event_at is None:
            self.next_event_at = timestamp
        since = max(self.latest_event, self.completed_at)
        if timestamp - since > self.longest_silence[1] - self.longest_silence[0]:
            self.longest_silence = since, timestamp
        self.latest_event = timestamp

    def note_style_change(self, timestamp: int) -> None:
        """Note that style rules changed."""
        if self.decorated_at is None or timestamp - self.decorated_at > TOGETHER_MS:
            self.styled_at = timestamp if self.styled_at is None else self.styled_at

    def _note_decoration(self, timestamp: int) -> None:
        self.decorated_at = timestamp
        if self.styled_at is not None and timestamp - self.styled_at <= TOGETHER_MS:
            self.styled_at = None

    def _note_state_change(self, change: Change, timestamp: int) -> None:
        known = self.states.get(change.key)
        if known is None:
            self.states[change.key] = change.before, timestamp
        elif timestamp - known[1] <= BRIEF_MS and known[0] in (None, change.after):
            del self.states[change.key]


R = TypeVar("R", bound=PendingRow)


class PendingRows:
    """Collects rows, at most `MAX_ROWS_OF_A_KIND` of each kind.

    Attributes:
        entries: the rows, in no particular order.
        left_out: how many rows of each kind were not kept.
    """

    def __init__(self) -> None:
        self.entries: list[PendingRow] = []
        self.left_out: Counter[Kind] = Counter()
        self._kept: Counter[Kind] = Counter()

    def is_full(self, kind: Kind) -> bool:
        """Whether no more rows of this kind are kept."""
        return self._kept[kind] >= MAX_ROWS_OF_A_KIND

    def refuses(self, kind: Kind) -> bool:
        """Whether another row of this kind is not kept; if so, count it."""
        if self.is_full(kind):
            self.left_out[kind] += 1
            return True
        return False

    def add(self, entry: R) -> R:
        """Keep the row unless there are too many of its kind, and return it."""
        if not self.refuses(entry.kind):
            self._kept[entry.kind] += 1
            self.entries.append(entry)
        return entry
