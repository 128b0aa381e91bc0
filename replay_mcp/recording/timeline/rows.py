"""The rows of a timeline and the published rules of their flags."""

from typing import Final, Literal, get_args

from msgspec import Struct

from replay_mcp.recording.dom.types import LANGUAGES, Meaning, RowElement

from .signal_rules import SIGNAL_RULES, Signal

FORMAT: Final = 11
"""Increased whenever the same recording yields different rows; cached timelines of another format are not used."""

Kind = Literal[
    "navigation", "click", "typing", "change", "scroll", "text", "console", "network", "custom", "event", "tab",
    "idle", "hidden", "resize",
]  # fmt: skip
"""What a row reports: see `KIND_MEANINGS`."""
KIND_MEANINGS: Final[dict[Kind, str]] = {
    "navigation": "a tab went to another URL, by loading it or through the page's own code",
    "click": "a click or tap",
    "typing": "a field was edited: the number of characters it then had, never the text",
    "change": "a choice was made: checkbox, radio button, list",
    "scroll": "the page or a part of it was scrolled, by the person or the page",
    "text": "the page showed or removed a text soon after something the person did",
    "console": "a console line; equal lines close together are one row",
    "network": "a request, at the time it started; status 0 means unknown, not failed",
    "custom": "an event that the page itself added to the recording",
    "event": "a product event, which the app reported to PostHog",
    "tab": "the person switched to another browser tab",
    "idle": "five minutes or more without activity",
    "hidden": "the tab was in the background",
    "resize": "the window changed its size",
}
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

Choice = Literal["checked", "unchecked", "moved", "other"]
"""What a `change` did to a checkbox, radio button or switch, to a slider (`moved`), or to a list (`other`)."""

ResponseKind = Literal[
    "mutation", "style", "canvas", "media", "navigation", "reload", "tab", "focus", "input", "scroll", "selection",
    "hidden",
]  # fmt: skip
"""How a page responded: the document, its styles, a canvas or media changed, the tab went to another URL or reloaded,
a browser tab opened, the focus moved, a field got a value, something scrolled or was selected, the tab was left."""

Flag = Literal["rage", "dead", "slow", "error_after", "error_shown", Signal]
"""See `RULES`."""
FLAGS: Final[tuple[Flag, ...]] = get_args(Flag)

RAGE_CLICKS: Final = 3
RAGE_GAP_MS: Final = 1_000
RAGE_DISTANCE: Final = 30
"""Pixels, horizontal plus vertical (posthog-js)."""
RESPONSE_MS: Final = 2_500
"""A page that did not change until then after a click did not respond (posthog-js)."""
PROMPT_MS: Final = 100
"""Scrolling this soon after a click is a response (posthog-js)."""
SELECTION_MS: Final = 300
"""A selection this soon after a click is a response."""
AWAY_MS: Final = 1_000
"""Leaving the tab this soon after a click is a response (posthog-js)."""
UNJUDGED_END_MS: Final = 2_750
"""At the end of a recording, responses may be missing (posthog-js)."""
SILENCE_MS: Final = 2_000
"""After this long without an event of the tab, a browser dialog may have been open."""
ALERT_MS: Final = 1_200
"""The same, after a request of the click was answered."""
MAX_RESPONSE_MS: Final = 10_000
"""A change later than this is not a response."""
CAUSED_MS: Final = 500
"""A request that starts this soon after a click is attributed to it; a later one may be polling."""
OPENING_MS: Final = 2_000
"""A browser tab whose first event comes this soon after a click was opened by it."""
CLOCK_MS: Final = 50
"""Maximum difference between the clocks of events and of requests."""
AFTER_MS: Final = 5_000
"""An error this soon after an action follows it, and text that appears this soon is reported."""
RADIO_MS: Final = 10
"""The recorder reports the radio button that a choice unchecked within this time."""
IDLE_MS: Final = 300_000
"""Five minutes without activity (PostHog)."""

RULES: Final[dict[Flag, str]] = {
    "rage": (
        f"{RAGE_CLICKS} or more clicks, each within {RAGE_GAP_MS} ms and {RAGE_DISTANCE} px (horizontal plus vertical)"
        " of the previous one, in one browser tab. Two or more of them got no response, or only an error, before the"
        " next. Not counted: fields, canvases, clicks that select text, controls that go step by step (next, prev, <,"
        " >, +, -, increase, decrease), and elements inside of one with the class ph-no-rageclick or ph-no-capture"
    ),
    "dead": (
        f"a click without a response from its press until {RESPONSE_MS} ms after it: the page, its styles, media and"
        " canvases did not change, nothing else took the focus or a new value, nothing scrolled within"
        f" {PROMPT_MS} ms or was selected within {SELECTION_MS} ms, and the person did not leave the tab within"
        f" {AWAY_MS} ms. These are not responses: decoration of the control (ripples, focus rings, states that it"
        " loses at once), changes that went on at an even pace before or around it, and whatever follows the next"
        " press. Slow clicks are not dead; elements with the class ph-no-deadclick are left out"
    ),
    "slow": (
        f"a click whose own request (to the page's own site, started within {CAUSED_MS} ms, no analytics or polling)"
        f" took more than {RESPONSE_MS} ms, or whose first response came {RESPONSE_MS} to {MAX_RESPONSE_MS} ms later"
        " without another action in between"
    ),
    "error_after": (
        "a console error (not the browser's note of a ResizeObserver loop), or a request for a page or by its code that"
        " was answered with 400 or more, or not at all while the browser was offline, within"
        f" {AFTER_MS} ms after the action (or {CLOCK_MS} ms before it, since clocks differ), in the same tab, without"
        " another action in between: the error followed the action, which need not have caused it"
    ),
    "error_shown": (
        f"an error message appeared within {AFTER_MS} ms after an action ({MAX_RESPONSE_MS} ms while the page said that"
        " it was loading): a visible new text that the page had not shown by itself before, outside of controls,"
        f" labels, tables, menus and logs. It says so in plain words ({LANGUAGES}), or it is marked: by the role alert"
        " together with such words, by class names of alerts, toasts and field messages, as the description of a field"
        " with aria-invalid, or by a request of the same action that had just failed. A message that appears while its"
        " field is typed into counts if it is still shown when a control is clicked. Counts, questions, hints,"
        " negations and the content of what opens under a heading of its own are not errors"
    ),
    **SIGNAL_RULES,
}
"""The published rule of each flag, with its thresholds."""


class Response(Struct, frozen=True, gc=False, omit_defaults=True, forbid_unknown_fields=True):
    """The first response to an action.

    Attributes:
        ms: milliseconds after the action.
        detail: the text that changed (`mutation`), what media did (`media`), the URL (`navigation`), or the number of
            the browser tab (`tab`).
        also: further texts that changed, at most two.
    """

    kind: ResponseKind
    ms: int
    detail: str = ""
    also: tuple[str, ...] = ()


class SlowRequest(Struct, frozen=True, gc=False, omit_defaults=True, forbid_unknown_fields=True):
    """The request that made a click wait longer than `RESPONSE_MS`."""

    ref: str
    ms: int


class FollowingError(Struct, frozen=True, gc=False, omit_defaults=True, forbid_unknown_fields=True):
    """An error that followed an action, or several equal ones.

    Attributes:
        refs: refs of its rows, in time order.
        method: of a failed request.
        url: of a failed request.
        status: of a failed request, 0 if the browser was offline; None for a console error.
        message: of a console error.
    """

    refs: tuple[str, ...]
    method: str = ""
    url: str = ""
    status: int | None = None
    message: str = ""


class Row(Struct, frozen=True, gc=False, omit_defaults=True, forbid_unknown_fields=True):
    """One entry of a timeline, as data that `row_text` renders. All text in it is masked and escaped.

    The evidence of a flag is in its row: `count` and `until` (rage), `response` (dead, slow), `slow_request` (slow),
    `errors` (error_after), `texts` (error_shown), `repeats` (repeated_submit), `characters_before` (retyped), `filled`
    (abandoned_form), `stayed_ms` (quick_back), `waited_ms` (wait).

    Attributes:
        ref: `e1`, `e2` … in time order; the same recording always gives the same refs. `p1` … for product events.
        seconds: from the start of the recording; for a click, the time of the press.
        tab: 1 for the first browser tab of the recording, 2 for the next; 0 for an `event` of an unknown one.
        kind: see `Kind`.
        until: when it ended, in seconds from the start; None for a moment.
        count: how many clicks, edits or equal messages the row stands for.
        weight: how much the row matters: 4 (flags and errors) down to 1.
        flags: see `RULES`.
        not_judged: why no rule was applied to a click, a key of `NOT_JUDGED`; empty if the rules were applied.
        key: identifies the element, request, message or URL across sessions.
        page: URL of the tab at that time; for a `navigation`, the new one.
        title: of that page; empty if unknown.
        reloaded: whether a `navigation` loaded the same URL again.
        element: what was clicked, edited or scrolled, or showed a text.
        position: of a click, pixels from the left and the top of the viewport.
        beside: whether quick clicks also hit elements next to this one.
        touch: whether a click was a tap.
        characters: the number of characters in a field after typing.
        characters_before: the same before the person cleared the field to type again.
        searches: whether an edited field searches or filters, so that its text is not sent with a form.
        filled: on the last edit of a form that was never sent, the number of its fields that were filled in.
        repeats: ref of the press that a click repeats.
        stayed_ms: for a page that was left by going back, how long it was open.
        waited_ms: how long the page showed a spinner or the like after an action.
        choice: what a `change` did.
        scrolled: pixels, down or, if negative, up.
        texts: texts that the page showed after an action; for a `text` row, its own texts.
        gone: whether a `text` row reports that the text is no longer shown.
        meaning: whether the texts or the title report an error (`error`) or a success (`done`); empty for neither.
        response: the first response to an action; None if there was none.
        requests: refs of the requests that a click on a control started: see `OWN_REQUESTS`.
        slow_request: the request that made a click slow.
        errors: the errors that `error_after` refers to.
        method: of a request; empty if the browser does not report it.
        url: of a request.
        status: of a request; 0 if unknown.
        offline: whether a request by the page's code got no answer since the browser was offline.
        duration_ms: of a request until its response was complete, of `idle` and `hidden`; None if unknown.
        message: a console line, or the name of a `custom` event or of an `event`; of an exception, type and message.
        level: of a console line: `info`, `warn` or `error`.
        size: width and height of the window after a `resize`; `size_before`: before it.
        previous_tab: of a `tab` row, the browser tab that the person came from.
        properties: of an `event`, names and values; `properties_left_out`: how many more it has.
        stack: of an exception, the top frames, the one that raised it first.
    """

    ref: str
    seconds: float
    tab: int
    kind: Kind
    until: float | None = None
    count: int = 1
    weight: int = 1
    flags: tuple[Flag, ...] = ()
    not_judged: str = ""
    key: str = ""
    page: str = ""
    title: str = ""
    reloaded: bool = False
    element: RowElement | None = None
    position: tuple[int, int] | None = None
    beside: bool = False
    touch: bool = False
    characters: int | None = None
    characters_before: int | None = None
    searches: bool = False
    filled: int = 0
    repeats: str = ""
    stayed_ms: int | None = None
    waited_ms: int | None = None
    choice: Choice | None = None
    scrolled: int = 0
    texts: tuple[str, ...] = ()
    gone: bool = False
    meaning: Meaning = ""
    response: Response | None = None
    requests: tuple[str, ...] = ()
    slow_request: SlowRequest | None = None
    errors: tuple[FollowingError, ...] = ()
    method: str = ""
    url: str = ""
    status: int | None = None
    offline: bool = False
    duration_ms: int | None = None
    message: str = ""
    level: str = ""
    size: tuple[int, int] | None = None
    size_before: tuple[int, int] | None = None
    previous_tab: int | None = None
    properties: tuple[tuple[str, str], ...] = ()
    properties_left_out: int = 0
    stack: tuple[str, ...] = ()

    @property
    def followed_by(self) -> tuple[str, ...]:
        """Refs of all `errors`, in time order."""
        refs = [ref for error in self.errors for ref in error.refs]
        return tuple(sorted(refs, key=lambda ref: int(ref[1:])) if len(self.errors) > 1 else refs)

    @property
    def endpoint(self) -> tuple[str, str]:
        """Method and URL, which are equal for repeated requests."""
        return self.method, self.url
