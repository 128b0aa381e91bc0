"""What a test from a recording looks like, for people, for models, and for the module that writes it."""

from typing import Final

CONVENTIONS: Final = (
    "open the first page with page.goto under process.env.BASE_URL, with the recorded viewport",
    "find controls with getByRole(role, { name, exact: true }), fields with getByLabel, other texts with getByText, and"
    " what has no name, or a masked one, by the row's selector",
    "fill fields with placeholders of the recorded lengths, kept at the top: typed text is never recorded",
    "click once where the person clicked again and again, and leave out scrolls",
    "wait for what an action showed: toBeVisible for its texts, waitForURL for the page that it opened",
    "end with one assertion of the expected behaviour that fails while the problem exists, with the recorded failure in"
    " a comment: the request is answered below 400, the error is not shown, the page changes or answers within 2.5 s",
)
"""The conventions, one each."""
