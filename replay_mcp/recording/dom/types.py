"""What is reported of a document, as plain values: elements and the texts they show."""

from typing import Final, Literal

from msgspec import Struct

LANGUAGES: Final = "English, German, French, Spanish, Portuguese, Italian, Dutch, Japanese, Chinese, Korean or Arabic"
"""In which messages are understood."""

Meaning = Literal["", "error", "done"]
"""That something failed (`error`), that what was asked for is done (`done`), or neither."""

Sort = Literal["control", "field", "link", "content", "media", "page", "unknown", "unread"]
"""What a click can be expected to do: a control does something; a field takes the focus; a link goes elsewhere; content
is other text or a picture; of media (canvas, video, frames) the recording does not hold what happens inside; page is
the background; unknown: the recording does not hold the element; unread: not looked up (`Coverage.unexamined`)."""

Place = Literal["alert", "dialog", "status", "heading", "error", "message", "text"]
"""Where a text stands: an ARIA alert, dialog or status, a heading, an element whose class or id speaks of errors or of
messages, or anywhere."""


class RowElement(Struct, frozen=True, gc=False, omit_defaults=True, forbid_unknown_fields=True):
    """The element that a row is about. Text in it is masked and escaped.

    Attributes:
        role: its role, else its tag: `button`, `link`, `field` …; of a `text` row the kind of message it stands in:
            `alert`, `dialog`, `status`, `heading`, `error`, `message` or `text`.
        name: its accessible name; empty if it has none.
        selector: the attribute that tests and code find it by, e.g. `[data-testid=pay]`; empty if it has none.
        tag: its HTML tag.
        sort: see `Sort`.
    """

    role: str = ""
    name: str = ""
    selector: str = ""
    tag: str = ""
    sort: Sort = "content"
