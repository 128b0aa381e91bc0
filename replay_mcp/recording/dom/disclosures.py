"""Controls that show another part of the page: tabs, questions, menus, links. What they show is content."""

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
    """Whether a click on the first of these nodes, with its ancestors, shows a part of the page that was hidden."""
    place = control_index(lineage)
    for node in lineage[: _NEAR if place is None else place + 1]:
        if attributes(node).get("aria-expanded") is not None and not attribute(node, "aria-haspopup"):
            return True
        if attribute(node, "role").lower() in _ROLES or tag_of(node) in _TAGS:
            return True
    near = lineage[place or 0 :][:_NEAR]
    if place is not None and traits(lineage[place]).sort == "link":
        return not _BUTTON.search(attribute(lineage[place], "class"))
    if place is not None and traits(lineage[place]).sort == "control":
        near = near[:1]
    return any(_NAMES.search(attribute(node, "class")) for node in near)
