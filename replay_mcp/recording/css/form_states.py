"""The pseudo-classes that attributes decide: of controls, links, dialogs and the like."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from replay_mcp.recording.dom.attributes import attributes
from replay_mcp.recording.rrweb.types import Node
from replay_mcp.recording.rrweb.untrusted import text

_CONTROLS: Final = frozenset({"button", "input", "select", "textarea", "option", "optgroup", "fieldset"})
_FIELDS: Final = frozenset({"input", "select", "textarea"})
_NOT_TYPED: Final = frozenset(
    {"checkbox", "radio", "button", "submit", "reset", "image", "range", "color", "file", "hidden"}
)


def is_set(known: Mapping[str, Any], name: str) -> bool:
    """Whether an element has a boolean attribute."""
    return known.get(name) not in (None, False)


def is_field(node: Node) -> bool:
    """Whether an element is a form field."""
    return node.tag_name.lower() in _FIELDS


def form_state(name: str, node: Node, known: Mapping[str, Any], above: Sequence[Node]) -> bool:  # noqa: PLR0911 - a return for each
    """Whether an element is in a state named by a pseudo-class; false for states that attributes do not show.

    Args:
        name: of the pseudo-class.
        node: the element.
        known: its attributes.
        above: its ancestors, nearest first.
    """
    tag = node.tag_name.lower()
    match name:
        case "disabled" | "enabled":
            return tag in _CONTROLS and _is_disabled(tag, known, above) == (name == "disabled")
        case "required" | "optional":
            return tag in _FIELDS and is_set(known, "required") == (name == "required")
        case "read-only" | "read-write":
            return _is_writable(tag, known, above) == (name == "read-write")
        case "link" | "any-link":
            return tag in ("a", "area") and known.get("href") is not None
        case "open":
            return tag in ("details", "dialog") and is_set(known, "open")
        case "modal":
            return tag == "dialog" and is_set(known, "open") and known.get("rr_open_mode") == "modal"
        case "default":
            return is_set(known, "checked") or is_set(known, "selected")
        case _:
            return False


def _is_disabled(tag: str, known: Mapping[str, Any], above: Sequence[Node]) -> bool:
    if is_set(known, "disabled"):
        return True
    groups = ("optgroup",) if tag == "option" else () if tag == "optgroup" else ("fieldset",)
    in_legend = False
    for each in above:
        name = each.tag_name.lower()
        if name in groups and is_set(attributes(each), "disabled") and not in_legend:
            return True
        in_legend = name == "legend"
    return False


def _is_writable(tag: str, known: Mapping[str, Any], above: Sequence[Node]) -> bool:
    if tag == "textarea" or (tag == "input" and text(known.get("type")).lower() not in _NOT_TYPED):
        return not is_set(known, "readonly") and not _is_disabled(tag, known, above)
    return known.get("contenteditable") not in (None, False, "false")
