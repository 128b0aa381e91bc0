"""Plain values about a document that rows carry: elements, and what the texts in them mean."""

from typing import Final, Literal

from msgspec import Struct

LANGUAGES: Final = "English, German, French, Spanish, Portuguese, Italian, Dutch, Japanese, Chinese, Korean or Arabic"
"""The languages whose messages are recognised."""

Meaning = Literal["", "error", "done"]
"""What a text reports: a failure (`error`), success (`done`), or neither."""

Sort = Literal["control", "field", "link", "content", "media", "page", "unknown", "unread"]
"""What an element is to a visitor who clicks it.

A control does something, a field takes the focus, a link goes elsewhere, content is other text or a picture, and page
is the background. What happens inside media (canvas, video, frames) is not recorded. An unknown element is missing
from the recording; an unread one was not examined (`Coverage.unexamined`)."""

Place = Literal["alert", "dialog", "status", "heading", "error", "message", "text"]
"""Where a text appears: in an ARIA alert, dialog or status, in a heading, in an element whose class or id names errors
or messages, or anywhere else (`text`)."""


class RowElement(Struct, frozen=True, gc=False, omit_defaults=True, forbid_unknown_fields=True):
    """The element that a row is about. Text in it is masked and escaped.

    Attributes:
        role: its role, else its tag: `button`, `link`, `field` …; in a `text` row, a `Place`.
        name: its accessible name; empty if it has none.
        selector: the attribute by which tests and code find it, e.g. `[data-testid=pay]`; empty if it has none.
        tag: its HTML tag.
        sort: see `Sort`.
    """

    role: str = ""
    name: str = ""
    selector: str = ""
    tag: str = ""
    sort: Sort = "content"
