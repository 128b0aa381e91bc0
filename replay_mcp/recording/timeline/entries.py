"""What was typed into a field, until the page accepts it: meanwhile, typing something else corrects it."""

from collections.abc import Iterable
from dataclasses import dataclass

from .pending_rows import PendingAction
from .signal_rules import CLEARED, MIN_RETYPED


@dataclass(slots=True)
class FieldEntry:
    """What was typed into a field.

    Attributes:
        refused_by: the press of the control that refused it, or after which the form came back.
    """

    edit: PendingAction
    refused_by: PendingAction | None = None

    def remains_after(self, press: PendingAction) -> bool:
        """Whether it may still be corrected after a press, which may have sent it.

        What one control refused can only be accepted by the same control; others close the message or help.
        """
        if is_refused(press) or self._came_back(press):
            self.refused_by = self.refused_by or press
        elif press.response is not None and not press.errors:
            return self.refused_by is not None and self.refused_by.key != press.key
        return True

    def is_replaced_by(self, edit: PendingAction) -> bool:
        """Whether an edit cleared the text, and another one was typed letter by letter."""
        lengths = (self.edit.characters or 0, edit.characters or 0, edit.count)
        held = edit.characters_before is not None and edit.characters_before == self.edit.characters
        return min(lengths) >= MIN_RETYPED and held and edit.min_characters <= CLEARED

    def _came_back(self, press: PendingAction) -> bool:
        """Whether a press sent the form of the field, and the server answered with the same page."""
        same_page = press.response is not None and press.response.kind == "reload" and press.meaning != "done"
        return same_page and press.form != 0 and press.form == self.edit.form


def is_refused(press: PendingAction) -> bool:
    """Whether what a press sent was refused: with an error message, or by the server."""
    return press.meaning == "error" or any(error.request is not None for error in press.errors)


def sent_back(entries: Iterable[FieldEntry], edit: PendingAction) -> FieldEntry | None:
    """The refused entry of the same field in an earlier document, if the page shows the field again."""
    found = (
        entry
        for entry in entries
        if entry.refused_by is not None and (entry.edit.key, entry.edit.page) == (edit.key, edit.page)
    )
    return next(found, None)
