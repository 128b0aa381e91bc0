"""Why clicks without a response are not judged dead or slow."""

from typing import Final

from .rows import ALERT_MS, RAGE_GAP_MS, SILENCE_MS, UNJUDGED_END_MS

UNJUDGED_SORTS: Final = {
    "field": "field",
    "link": "link",
    "page": "page background",
    "media": "media",
    "unknown": "unknown element",
    "unread": "unknown element",
}
"""The sorts of elements whose clicks are not judged, with the reason in results."""

NOT_JUDGED: Final[dict[str, str]] = {
    "field": "a click into a field, a choice or its label, which responds by taking the focus",
    "link": "a click on a link, which may open somewhere else: it can be slow, but not dead",
    "page background": "a click on the page itself or on an element without text",
    "media": "a click on a canvas, video or frame, whose content is not recorded",
    "unknown element": "the element is not in the recording, or it was not examined",
    "left out": "the page excludes the element with the class ph-no-deadclick",
    "repeat": f"a click on the same element less than {RAGE_GAP_MS} ms after another",
    "disabled": "the control was disabled",
    "selected": "the control was already selected",
    "left": "a click on text or a picture while a field had the focus, as people make to leave the field",
    "file chooser": "the browser opened its file chooser",
    "popover": "the browser opened a popover or dialog that the control names",
    "validation": "the control sends a form that the browser validates first, with messages that are not recorded",
    "canvas": "a canvas or a frame of another origin is next to the control, and its content is not recorded",
    "styles": "style rules of the page show something while the control has the focus or the pointer",
    "end": f"a click in the last {UNJUDGED_END_MS} ms of the tab's recording",
    "silence": (
        f"nothing was recorded for {SILENCE_MS} ms after the click ({ALERT_MS} ms after the answer to its request), so"
        " a browser dialog (alert, confirm, prompt, print) may have been open. Clicks on controls by touch or keys are"
        " judged nevertheless, since no mouse moves there"
    ),
    "unclear": "the page changed only after the next action, which may have caused the change",
}
"""Why a click without a response is not judged dead or slow."""
