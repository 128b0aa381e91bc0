"""The published rules and thresholds of flags about difficulties with pages and forms."""

from typing import Final, Literal

Signal = Literal["repeated_submit", "retyped", "abandoned_form", "quick_back", "wait"]
"""See `SIGNAL_RULES`."""

REPEAT_MS: Final = 60_000
"""A press of the same control later than this is not a repetition."""
CLOSED_MS: Final = 1_000
"""A message that disappears this soon after a click was closed by it; later, it may have gone by itself."""
MIN_RETYPED: Final = 3
"""Minimum characters of a field before it was cleared, and after it was typed again."""
CLEARED: Final = 1
"""Maximum characters left in a field that was cleared, or typed over from its first letter."""
SAVED_MS: Final = 5_000
"""Fields that save by themselves do so this soon after an edit."""
LOOKUP_MS: Final = 1_500
"""Fields that look something up do so this soon after an edit."""
MIN_RECORDED_MS: Final = 2_750
"""Minimum recording after the last edit of a form: before, the click that sent it may be missing."""
BACK_MS: Final = 5_000
"""A page left this soon by going back was not the right one."""
MIN_BACK_MS: Final = 400
"""Nobody goes back sooner: the page redirected by itself."""
LEFT_BY_CLICK_MS: Final = 2_000
"""A click this shortly before a page was left may have caused it."""
WAIT_MS: Final = 3_000
"""A spinner that is visible longer makes people wait."""
WAIT_BEGINS_MS: Final = 1_000
"""A spinner that appears this soon after an action belongs to it."""
MAX_WAIT_MS: Final = 60_000
"""What is visible longer is a part of the page, not a spinner."""

SIGNAL_RULES: Final[dict[Signal, str]] = {
    "repeated_submit": (
        "a control that sends a form, or whose click sent a request that changes something, was pressed again on the"
        f" same page 1000 to {REPEAT_MS} ms later: the first press got no response, or only the same error, and nothing"
        " was edited or clicked in between, except to close the error message"
    ),
    "retyped": (
        f"a field with {MIN_RETYPED} or more typed characters was cleared or typed over later, and {MIN_RETYPED} or"
        " more were typed again, letter by letter. Not counted: corrections while the field is still being typed into;"
        " fields for searching, filtering, autocompletion or numbers; and, unless the first text was refused, texts"
        " that the page answered at once with a text of its own, and a next entry, after a click on a control that"
        f" worked, a request within {LOOKUP_MS} ms after the edit, or a request that changes something. A text is"
        " refused if an error followed the press of a control, until the same control works. A document that was loaded"
        " again counts if it shows the text in its field after an error, or if sending the form again leads to another"
        " page"
    ),
    "abandoned_form": (
        "a person typed into a form that has a control to send it, never pressed that control, and left the page for"
        f" good, or the recording went on for {MIN_RECORDED_MS} ms. Not counted: fields for searching, filtering or"
        " autocompletion, or that were emptied again; and forms that may have been saved: by a request within"
        f" {LOOKUP_MS} ms after the last edit, by a request that changes something within {SAVED_MS} ms or after a"
        " later click, by a success message, or in the URL"
    ),
    "quick_back": (
        f"a page was left {MIN_BACK_MS} to {BACK_MS} ms after it opened, by going back to the previous page: the"
        " browser recorded that or, if no document was loaded, nothing was clicked in the"
        f" {LEFT_BY_CLICK_MS} ms before. Nothing was edited or sent on the page. A URL with only another query or"
        " anchor is the same page"
    ),
    "wait": (
        f"a spinner or skeleton appeared within {WAIT_BEGINS_MS} ms after an action, was visible for more than"
        f" {WAIT_MS} ms, at most {MAX_WAIT_MS}, and then disappeared by itself. It is a visible element without other"
        " text that has aria-busy, or the role progressbar without a value, or a class that names a spinner, skeleton,"
        " loader or loading"
    ),
}
"""The published rule of each flag, with its thresholds."""
