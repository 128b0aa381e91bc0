"""The published rules of flags that tell how a person fared with pages and forms, and their thresholds."""

from typing import Final, Literal

Signal = Literal["repeated_submit", "retyped", "abandoned_form", "quick_back", "wait"]
"""See `SIGNAL_RULES`."""

REPEAT_MS: Final = 60_000
"""A press of the same control later than this is no repetition."""
MIN_RETYPED: Final = 3
"""Characters that a field held, and holds again, to be called typed anew."""
CLEARED: Final = 1
"""So few characters are left of a text that was cleared, or replaced by typing over it."""
SAVED_MS: Final = 5_000
"""Fields that save by themselves do it so soon after an edit."""
LOOKUP_MS: Final = 1_500
"""Fields that look something up do it so soon after an edit."""
SEEN_ON_MS: Final = 2_750
"""A form is judged only where the tab recorded so long after its last edit: what sent it may be missing."""
BACK_MS: Final = 5_000
"""A page that is left so soon by going back was not what the person looked for."""
GLANCE_MS: Final = 400
"""Nobody goes back sooner: the page led elsewhere by itself."""
LEFT_BY_CLICK_MS: Final = 2_000
"""A click so shortly before a page was left may have led away."""
WAIT_MS: Final = 3_000
"""A spinner that stands longer makes people wait."""
WAIT_BEGINS_MS: Final = 1_000
"""A spinner that appears so soon after an action is the action's."""
MAX_WAIT_MS: Final = 60_000
"""What stands longer is taken for a part of the page."""

SIGNAL_RULES: Final[dict[Signal, str]] = {
    "repeated_submit": (
        "a control that sends a form, or whose click sent a request to change something, was pressed again on the same"
        f" page 1000 to {REPEAT_MS} ms later, although nothing or only the same error had answered the press before,"
        " and nothing was edited or clicked between"
    ),
    "retyped": (
        f"a field in which the person had typed {MIN_RETYPED} or more characters was cleared or typed over later, and"
        f" {MIN_RETYPED} or more were typed letter by letter. Left out are corrections while the field is being typed"
        " into, fields that search, filter, complete or hold numbers, documents that were loaded anew, and the next"
        f" entry: what follows a click on a control that worked, a request within {LOOKUP_MS} ms after the edit, or"
        " one that changed something"
    ),
    "abandoned_form": (
        "a person typed into fields of a form with a control that sends it, never pressed that, and left the page for"
        f" good or was seen for {SEEN_ON_MS} ms more. Left out are fields that search, filter, complete or were"
        f" emptied again, and what may have been saved: by a request within {LOOKUP_MS} ms after the last edit, by"
        f" one to change something within {SAVED_MS} ms or after a later click, by a message of success, or in the"
        " address"
    ),
    "quick_back": (
        f"a page was left {GLANCE_MS} to {BACK_MS} ms after it came, by going back to the page before it: the browser"
        " says so or, where no document was loaded, nothing was clicked in the"
        f" {LEFT_BY_CLICK_MS} ms before. Nothing was edited or sent there; another query or fragment is no other page"
    ),
    "wait": (
        f"within {WAIT_BEGINS_MS} ms after an action a spinner or skeleton appeared that stood for more than {WAIT_MS}"
        f" ms, at most {MAX_WAIT_MS}, before it went by itself: something visible without other text that has"
        " aria-busy, the role progressbar and no value, or whose classes call it a spinner, skeleton, loader or loading"
    ),
}
"""Each rule with its thresholds: what is published."""
