"""How a test finds the element of a row: as people do where its name is known, else by its selector."""

from typing import Final

from replay_mcp.recording.dom.types import RowElement

from .known_text import MIN_BEGINNING, known_beginning
from .spec import Finder

_ROLES: Final = {
    "button": "button", "link": "link", "checkbox": "checkbox", "radio": "radio", "slider": "slider",
    "switch": "switch", "tab": "tab", "menuitem": "menuitem", "menuitemcheckbox": "menuitemcheckbox",
    "menuitemradio": "menuitemradio", "option": "option", "treeitem": "treeitem", "combobox": "combobox",
    "listbox": "listbox", "textbox": "textbox", "searchbox": "searchbox", "img": "img",
    "h1": "heading", "h2": "heading", "h3": "heading", "h4": "heading", "h5": "heading", "h6": "heading",
}  # fmt: skip
"""The ARIA roles of elements by the role that rows give them."""
_FIELDS: Final = frozenset({"field", "choice"})
"""Roles of fields whose ARIA role depends on their type, which rows do not have."""


def finder(element: RowElement) -> Finder | None:
    """How a test finds an element; None if the recording does not tell."""
    name, whole = known_beginning(element.name)
    if name.strip() and (whole or len(name.strip()) >= MIN_BEGINNING):
        if element.role in _FIELDS:
            return Finder("label", name, beginning=not whole)
        if element.role in _ROLES:
            return Finder("role", name, _ROLES[element.role], beginning=not whole)
        if not element.selector or whole:
            return Finder("text", name, beginning=not whole)
    return _by_selector(element.selector)


def _by_selector(selector: str) -> Finder | None:
    """Find by the attribute in a row's selector, `[name=value]`, whose value has no quotation marks."""
    name, equals, value = selector.removeprefix("[").removesuffix("]").partition("=")
    known, whole = known_beginning(value)
    if not equals or not name.replace("-", "").isalnum() or not name.isascii():
        return None
    if not known or (not whole and len(known) < MIN_BEGINNING):
        return None
    return Finder("css", f"[{name}{'' if whole else '^'}={_css_string(known)}]")


def _css_string(text: str) -> str:
    return (
        '"' + "".join(f"\\{ord(char):x} " if char in '"\\' or not char.isprintable() else char for char in text) + '"'
    )
