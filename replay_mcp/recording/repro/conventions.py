"""What a test from a recording looks like, for people, for models, and for the module that writes it."""

from typing import Final

CONVENTIONS: Final = (
    "page.goto under process.env.BASE_URL, with the recorded viewport",
    "getByRole(role, { name, exact: true }) for controls, getByLabel for fields, getByText for other texts, and the"
    " row's selector where the name is missing or masked",
    "placeholders of the recorded lengths for typed text, kept at the top",
    "one click where the person clicked again and again; no scrolls",
    "toBeVisible for the texts that an action showed, waitForURL for the page that it opened",
    "last, one assertion of the expected behaviour that fails as the recording did, with the recorded failure in a"
    " comment: the request is answered below 400, the error is not shown, the page changes or answers within 2.5 s",
)
"""The conventions, one each."""
