"""The messages that stand on a page: which ones it came with, and whether one is still there."""

import re
from collections.abc import Iterator
from typing import Final

from replay_mcp.recording.rrweb.types import Mutation

from .document import Document
from .elements import has_text, selector
from .message_text import MAX_MESSAGE_LENGTH, judged, site_of, text_in
from .messages import Notice
from .traits import Place, traits
from .types import Says
from .visibility import Visibility

_STANDING: Final = re.compile(
    rb"alert|Alert|error|Error|flash|Flash|notice|Notice|toast|Toast|snackbar|Snackbar|notification|Notification"
    rb"|invalid|Invalid|danger|Danger|destructive|Destructive|success|Success"
)
"""Both spellings, which is found several times faster than without regard to case."""
_REPORTING_PLACES: Final = frozenset[Place | None]({"alert", "dialog", "error", "status", "message"})
_FEW_CHANGES: Final = 4


def standing_messages(visibility: Visibility) -> Iterator[Notice]:
    """The messages that a page came with: a server's answer to a form."""
    document = visibility.document
    seen: set[int] = set()
    for node in document.named_like(_STANDING):
        found = traits(node)
        green = found.place is None and found.marks.tone == "done"  # a colour alone: the words decide
        if not (green or found.place in _REPORTING_PLACES) or found.place == "dialog" or node.id in seen:
            continue
        site = site_of(document, node.id, frozenset())
        if site is None or (site.message is None and not green) or site.excluded or not visibility.shows(node.id):
            continue
        seen.update(inner.id for inner in document.walk(node))
        shown = text_in(visibility, node)
        message: Says = judged(document, site, shown) if len(shown) <= MAX_MESSAGE_LENGTH else ""
        if message or (shown and len(shown) <= MAX_MESSAGE_LENGTH and site.place in ("alert", "status", "message")):
            yield Notice(node.id, site.place or ("message" if green else "text"), selector(node), shown, message)


def standing(document: Document, owner: int) -> bool:
    """Whether an element is still there, not hidden by its own attributes, and holds text."""
    lineage = document.lineage(owner)
    if not lineage or lineage[-1].id != document.root:
        return False
    return has_text(document, lineage[0]) and not any(
        traits(each).hides or traits(each).marks.hiding for each in lineage
    )


def may_leave(document: Document, mutation: Mutation, owner: int) -> bool:
    """Whether a mutation may take away or hide an element, or the text in it."""
    if mutation.removes or mutation.texts or len(mutation.attributes) > _FEW_CHANGES:
        return True
    return any(
        any(node.id == owner for node in document.lineage(change.id))
        or any(node.id == change.id for node in document.lineage(owner))
        for change in mutation.attributes
    )
