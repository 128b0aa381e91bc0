"""Messages that a page shows when it loads, and whether a message is still shown."""

import re
from collections.abc import Iterator
from typing import Final

from replay_mcp.recording.rrweb.types import Mutation

from .document import Document
from .elements import has_text, selector
from .message_text import MAX_MESSAGE_LENGTH, meaning_at, site_of, visible_text
from .messages import Notice
from .traits import Place, traits
from .types import Meaning
from .visibility import Visibility

_MESSAGE_NAMES: Final = re.compile(
    rb"alert|Alert|error|Error|flash|Flash|notice|Notice|toast|Toast|snackbar|Snackbar|notification|Notification"
    rb"|invalid|Invalid|danger|Danger|destructive|Destructive|success|Success"
)
"""Both spellings: several times faster than ignoring case."""
_MESSAGE_PLACES: Final = frozenset[Place | None]({"alert", "dialog", "error", "status", "message"})
_FEW_CHANGES: Final = 4


def initial_messages(visibility: Visibility) -> Iterator[Notice]:
    """The messages that a page shows when it loads, such as a server's answer to a form."""
    document = visibility.document
    seen: set[int] = set()
    for node in document.with_attributes_like(_MESSAGE_NAMES):
        found = traits(node)
        is_green = found.place is None and found.marks.tone == "done"  # only a colour: the words decide
        if not (is_green or found.place in _MESSAGE_PLACES) or found.place == "dialog" or node.id in seen:
            continue
        site = site_of(document, node.id, frozenset())
        if (
            site is None
            or (site.message is None and not is_green)
            or site.excluded
            or not visibility.is_visible(node.id)
        ):
            continue
        seen.update(inner.id for inner in document.walk(node))
        shown = visible_text(visibility, node)
        message: Meaning = meaning_at(document, site, shown) if len(shown) <= MAX_MESSAGE_LENGTH else ""
        if message or (shown and len(shown) <= MAX_MESSAGE_LENGTH and site.place in ("alert", "status", "message")):
            yield Notice(node.id, site.place or ("message" if is_green else "text"), selector(node), shown, message)


def is_still_shown(document: Document, owner: int) -> bool:
    """Whether an element is in the document, is not hidden by attributes of its own or its ancestors, and has text."""
    lineage = document.lineage(owner)
    if not lineage or lineage[-1].id != document.root:
        return False
    return has_text(document, lineage[0]) and not any(
        traits(each).hides or traits(each).marks.hiding for each in lineage
    )


def may_remove(document: Document, mutation: Mutation, owner: int) -> bool:
    """Whether a mutation may remove or hide an element or its text."""
    if mutation.removes or mutation.texts or len(mutation.attributes) > _FEW_CHANGES:
        return True
    return any(
        any(node.id == owner for node in document.lineage(change.id))
        or any(node.id == change.id for node in document.lineage(owner))
        for change in mutation.attributes
    )
