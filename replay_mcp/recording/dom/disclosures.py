"""Controls that reveal part of a page: tabs, questions, menus, links. What they reveal is content, not a message."""

import re
from collections.abc import Sequence
from typing import Final

from replay_mcp.recording.rrweb.types import Node

from .attributes import attribute, attributes
from .elements import control_index
from .traits import tag_of, traits

_ROLES: Final = frozenset({"tab", "treeitem", "menuitemradio", "heading"})
_TAGS: Final = frozenset({"summary", "h1", "h2", "h3", "h4", "h5", "h6", "dt"})
_NAMES: Final = re.compile(
    r"(?:^|[\s_-])(?:accordion|collaps\w*|expand\w*|disclosure|faq|question|tabs?|details|nav|menu|drawer)(?:$|[\s_-])",
    re.IGNORECASE,
)
_BUTTON: Final = re.compile(r"(?:^|[\s_-])(?:btn|button|submit)(?:$|[\s_-])", re.IGNORECASE)
_NEAR: Final = 4


def discloses(lineage: Sequence[Node]) -> bool:
    """Whether a click on an element is likely to reveal a hidden part of the page.

    Args:
        lineage: the element and its ancestors, nearest first.
    """
    index = control_index(lineage)
    for node in lineage[: _NEAR if index is None else index + 1]:
        if attributes(node).get("aria-expanded") is not None and not attribute(node, "aria-haspopup"):
            return True
        if attribute(node, "role").lower() in _ROLES or tag_of(node) in _TAGS:
            return True
    near = lineage[index or 0 :][:_NEAR]
    if index is not None and traits(lineage[index]).sort == "link":
        return not _BUTTON.search(attribute(lineage[index], "class"))
    if index is not None and traits(lineage[index]).sort == "control":
        near = near[:1]
    return any(_NAMES.search(attribute(node, "class")) for node in near)
