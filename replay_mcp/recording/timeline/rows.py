"""The rows of a timeline, and the published rules of their flags."""

from typing import Final, Literal, get_args

from msgspec import Struct

from replay_mcp.recording.dom.types import LANGUAGES, Meaning, RowElement

from .signal_rules import SIGNAL_RULES, Signal

FORMAT: Final = 6
"""Changes whenever the same recording gives other rows: what another version derived is not used."""

Kind = Literal[
    "navigation", "click", "typing", "change", "scroll", "text", "console", "network", "custom", "tab", "idle",
    "hidden", "resize",
]  # fmt: skip
"""What a row tells of: see `KIND_MEANINGS`."""
KIND_MEANINGS: Final[dict[Kind, str]] = {
    "navigation": "a tab went to another URL, by loading it or by the page's own code",
    "click": "a click or tap",
    "typing": "a field was edited; how many characters it then held, never which",
    "change": "a choice was made: checkbox, radio button, list",
    "scroll": "the page or a part of it was scrolled, by the person or the page",
    "text": "the page showed a text, or took it away, soon after something the person did",
    "console": "a console line; equal ones close together are one row",
    "network": "a request, at the time it started; status 0 is not known, which is no failure",
    "custom": "an event that the page itself added to the recording",
    "tab": "the person went on in another browser tab",
    "idle": "five minutes or more without activity",
    "hidden": "the tab was in the background",
    "resize": "the window changed its size",
}
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

Choice = Literal["checked", "unchecked", "moved", "other"]
"""What a `change` did: to a checkbox, radio button or switch, to a slider, or to a list."""

ResponseKind = Literal[
    "mutation", "style", "canvas", "media", "navigation", "reload", "tab", "focus", "input", "scroll", "selection",
    "hidden",
]  # fmt: skip
"""The first response to an action: the document, its styles or a canvas changed, media played or the like, the tab went
to another URL or loaded the same one again, another browser tab opened, the focus moved, a field changed its value,
something was scrolled or selected, or the tab was hidden."""

Flag = Literal["rage", "dead", "slow", "error_after", "error_shown", Signal]
"""See `RULES`."""
FLAGS: Final[tuple[Flag, ...]] = get_args(Flag)

RAGE_CLICKS: Final = 3
RAGE_GAP_MS: Final = 1_000
RAGE_DISTANCE: Final = 30
"""Pixels, horizontal plus vertical (posthog-js)."""
RESPONSE_MS: Final = 2_500
"""A page that has not changed so long after a click did not respond (posthog-js)."""
PROMPT_MS: Final = 100
"""Scrolling counts as a response so soon after a click (posthog-js)."""
SELECTION_MS: Final = 300
"""Selecting counts as a response so soon after a click."""
AWAY_MS: Final = 1_000
"""Leaving the tab counts as a response so soon after a click (posthog-js)."""
UNJUDGED_END_MS: Final = 2_750
"""The end of a recording, where the response may be missing (posthog-js)."""
SILENCE_MS: Final = 2_000
"""So long without any event of the tab, a dialog of the browser may have been open, or the recorder stopped."""
ALERT_MS: Final = 1_200
"""The same after a request of the click itself was soon answered."""
PATIENCE_MS: Final = 10_000
"""A response later than this is not told as one."""
CAUSE_MS: Final = 500
"""A request that starts so soon after a click is taken to come from it; later ones may be a poll's."""
OPENING_MS: Final = 2_000
"""A browser tab that begins so soon after a click was opened by it."""
CLOCK_MS: Final = 50
"""The clocks of events and of requests differ by so much."""
AFTER_MS: Final = 5_000
"""An error so soon after an action follows it, and text that appears so soon is reported."""
RADIO_MS: Final = 10
"""The recorder tells so soon after a choice which radio button it unchecked."""
IDLE_MS: Final = 300_000
"""Five minutes without activity (PostHog)."""

RULES: Final[dict[Flag, str]] = {
    "rage": (
        f"{RAGE_CLICKS} or more clicks, each within {RAGE_GAP_MS} ms and {RAGE_DISTANCE} px (horizontal plus vertical) "
        "of the one before, in one tab, of which two or more had no answer but an error before the next; left out are "
        "fields, canvases, clicks that select text, controls to go on by steps (next, prev, <, >, +, -, increase, "
        "decrease), and what stands in an element with the class ph-no-rageclick or ph-no-capture"
    ),
    "dead": (
        f"a click that nothing answered from its press until {RESPONSE_MS} ms after it: no change of the page, its "
        "styles, media or canvases, nothing else took focus or value, nothing scrolled within "
        f"{PROMPT_MS} ms or was selected within {SELECTION_MS} ms, and the person did not leave the tab within "
        f"{AWAY_MS} ms. No answers are decoration of the control (ripples, focus rings, states that it gives back "
        "at once), changes that went on at the same pace before, and what follows the next press; "
        "slow clicks are not dead; ph-no-deadclick is left out"
    ),
    "slow": (
        f"a click whose own request, started within {CAUSE_MS} ms to the page's own site, took more than {RESPONSE_MS}"
        f" ms (no analytics, no polls), or which was first answered {RESPONSE_MS} to {PATIENCE_MS} ms later with no "
        "other action between"
    ),
    "error_after": (
        f"a console error, or a request for a page or by its code that was answered with 400 or more, within {AFTER_MS}"
        f" ms after the action, or {CLOCK_MS} ms before it since clocks differ, in the same tab, with no other action"
        " between: followed by, not caused by"
    ),
    "error_shown": (
        f"within {AFTER_MS} ms after an action ({PATIENCE_MS} ms while the page said that it was loading) a message of"
        " an error appeared: a text that is visible and new, that the page had not shown by itself before, and that"
        f" stands in no control, label, table, menu or log. It says so in plain words ({LANGUAGES}),"
        " or it is marked: by role alert together with such words, by names of"
        " alerts, toasts and messages about fields, as the description of a field with aria-invalid, or by a request"
        " of the same action that had just failed. What a field says while it is typed into counts if it stands when a"
        " control is clicked. Counts, questions, hints and negations are no errors"
    ),
    **SIGNAL_RULES,
}
"""Each flag's rule with its thresholds: what is published."""

UNJUDGED_SORTS: Final = {
    "field": "field",
    "link": "link",
    "page": "page background",
    "media": "media",
    "unknown": "unknown element",
    "unread": "unknown element",
}
"""The sorts of elements on which clicks are not judged, and the reason that is given."""

NOT_JUDGED: Final[dict[str, str]] = {
    "field": "a click into a field, a choice or its label, which is answered by the focus",
    "link": "a click on a link, which leads away and may open elsewhere: it may be slow, not dead",
    "page background": "a click on the page itself or on an element without text",
    "media": "a click on a canvas, video or frame, whose inside is not recorded",
    "unknown element": "the recording does not hold what was clicked, or it was not looked at",
    "left out": "the page says so with the class ph-no-deadclick",
    "repeat": f"a click on the same element less than {RAGE_GAP_MS} ms after another",
    "disabled": "the control was disabled",
    "selected": "it was selected already",
    "left": "a click on text or a picture while a field had the focus, as people make to leave it",
    "file chooser": "the browser opened its file chooser",
    "popover": "the browser opened a popover or dialog that the control names",
    "validation": "the control sends a form that the browser checks first, which it answers with a bubble",
    "canvas": "a canvas or foreign frame stands beside the control, and what it shows is not recorded",
    "styles": "style rules of the page show something while the control has the focus or the pointer",
    "end": f"the last {UNJUDGED_END_MS} ms of the tab's recording",
    "silence": (
        f"nothing at all was recorded for {SILENCE_MS} ms after the click: a dialog of the browser (alert, confirm, "
        f"prompt, print) may have been open; after a request of the click that was answered, {ALERT_MS} ms. "
        "Taps and keys on controls are judged all the same, since no mouse moves"
    ),
    "unclear": "the page changed only after the next action, which may have caused it",
}
"""Why a click is not judged dead or slow, where nothing answered it."""


class Response(Struct, frozen=True, gc=False, omit_defaults=True, forbid_unknown_fields=True):
    """The first response to an action.

    Attributes:
        ms: how long after the action.
        detail: the text that changed (`mutation`), what media did (`media`), the URL (`navigation`), or the number of
            the browser tab (`tab`).
    """

    kind: ResponseKind
    ms: int
    detail: str = ""


class SlowRequest(Struct, frozen=True, gc=False, omit_defaults=True, forbid_unknown_fields=True):
    """The request that a click waited for longer than `RESPONSE_MS`."""

    ref: str
    ms: int


class FollowingError(Struct, frozen=True, gc=False, omit_defaults=True, forbid_unknown_fields=True):
    """An error that followed an action, or several equal ones.

    Attributes:
        refs: the rows that report it, in time order.
        method: of a failed request.
        url: of a failed request.
        status: of a failed request; None for a console error.
        message: of a console error.
    """

    refs: tuple[str, ...]
    method: str = ""
    url: str = ""
    status: int | None = None
    message: str = ""


class Row(Struct, frozen=True, gc=False, omit_defaults=True, forbid_unknown_fields=True):
    """One thing that happened, as data: `row_text` renders it. All text in it is masked and escaped.

    The evidence of a flag is in its row: `count` and `until` (rage), `response` (dead, slow), `slow_request` (slow),
    `errors` (error_after), `texts` (error_shown), `repeats` (repeated_submit), `characters_before` (retyped), `filled`
    (abandoned_form), `stayed_ms` (quick_back), `waited_ms` (wait).

    Attributes:
        ref: `e1` …, in time order; the same recording always gives the same refs.
        seconds: from the start of the recording; of a click, when it was pressed.
        tab: 1 for the first browser tab of the recording, 2 for the next.
        kind: see `Kind`.
        until: seconds of the end, where it lasted.
        count: how many clicks, edits or equal messages the row stands for.
        weight: how much the row matters: 4 (flags and errors) down to 1.
        flags: see `RULES`.
        not_judged: why no rule was applied to a click, see `NOT_JUDGED`; empty if they were.
        key: the same for the same thing in other sessions: element, request, message or URL.
        page: URL of the tab at that time; of a `navigation` the one it went to.
        title: of that page; empty where it is not known.
        reloaded: whether a `navigation` loaded the same URL again.
        element: what was clicked, edited or scrolled, or where a text stood.
        position: pixels from the left and the top of the viewport, of a click.
        beside: whether quick clicks also hit elements beside this one.
        touch: whether a click was a tap.
        characters: how many a field held after typing.
        characters_before: how many it held when the person cleared it to type anew.
        filled: how many fields of a form were filled in that was never sent, with this edit as the last.
        repeats: ref of the press that a click repeats.
        stayed_ms: how long a page was visited that was left by going back.
        waited_ms: how long the page showed that it was at work after an action.
        choice: what a `change` did.
        scrolled: pixels, down or, if negative, up.
        texts: texts that the page showed after an action, or of a `text` row the one it shows.
        gone: whether a `text` row reports that the text is no longer shown.
        says: whether the texts or the title speak of an error (`error`) or of success (`done`).
        response: the first response to an action; None if there was none.
        requests: refs of the requests that a click on a control may have started: see `OWN_REQUESTS`.
        slow_request: the request that made a click slow.
        errors: what `error_after` refers to.
        method: of a request; empty where the browser does not tell.
        url: of a request.
        status: of a request; 0 is not known.
        duration_ms: of a request until its response was complete, of `idle` and `hidden`; None if not known.
        message: a console line, or the name of a `custom` event.
        level: of a console line: `info`, `warn` or `error`.
        size: width and height of the window after a `resize`; `size_before`: before it.
        previous_tab: the browser tab that the person was in before (`tab`).
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
    filled: int = 0
    repeats: str = ""
    stayed_ms: int | None = None
    waited_ms: int | None = None
    choice: Choice | None = None
    scrolled: int = 0
    texts: tuple[str, ...] = ()
    gone: bool = False
    says: Meaning = ""
    response: Response | None = None
    requests: tuple[str, ...] = ()
    slow_request: SlowRequest | None = None
    errors: tuple[FollowingError, ...] = ()
    method: str = ""
    url: str = ""
    status: int | None = None
    duration_ms: int | None = None
    message: str = ""
    level: str = ""
    size: tuple[int, int] | None = None
    size_before: tuple[int, int] | None = None
    previous_tab: int | None = None

    @property
    def followed_by(self) -> tuple[str, ...]:
        """Refs of all `errors`, in time order."""
        refs = [ref for error in self.errors for ref in error.refs]
        return tuple(sorted(refs, key=lambda ref: int(ref[1:])) if len(self.errors) > 1 else refs)

    @property
    def endpoint(self) -> tuple[str, str]:
        """Method and URL: the same for attempts at the same request."""
        return self.method, self.url
