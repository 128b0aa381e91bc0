"""What an element must have to match a selector: the keys by which rules are indexed."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from replay_mcp.recording.dom.css_selectors import Compound, unescaped

HOST: Final = ":host"
SLOTTED: Final = "::slotted"
ANY: Final = ""
"""The keys of rules for hosts of shadow trees, for slotted elements, and for elements of any kind."""
_CHEAP: Final = re.compile(r"(?:[\w.#:>+~ \n*-]|\\[^0-9a-fA-F\s>+~])++")
"""Selectors that need no parsing to find their keys."""
_NAMES: Final = re.compile(r"[.#](?:[\w-]|\\.)++")
_TAG: Final = re.compile(r"[a-zA-Z][\w-]*")
_PSEUDO_ELEMENT: Final = re.compile(r"::(?!slotted)|:(?:before|after|first-l)")
_NEVER: Final = frozenset({"hover", "active", "visited", "target", "autofill", "-webkit-autofill", "fullscreen"})
_NEVER_WRITTEN: Final = re.compile(r"(?<!\\):(?:hover|active|visited|target)(?![\w-])")

_BY_PATH: Final = frozenset(
    {
        "is", "where", "not", "matches", "-webkit-any", "host", "host-context", "root", "defined", "link", "any-link",
        "disabled", "enabled", "required", "optional", "read-only", "read-write", "open", "modal", "hover", "active",
        "visited", "target", "slotted",
    }
)  # fmt: skip
"""The pseudo-classes that tags, classes, ids and attributes of an element and its ancestors decide."""
STATE_ATTRIBUTES: Final = frozenset(
    {"open", "disabled", "href", "required", "readonly", "type", "contenteditable", "rr_open_mode"}
)
"""The attributes that decide these pseudo-classes."""


def keys_of_written(selector: str) -> Sequence[Sequence[str]] | None:  # noqa: PLR0911 - a return for each sort
    """The same as `keys_of`, from the text of a simple selector; None if it must be parsed."""
    if _PSEUDO_ELEMENT.search(selector):
        return ()
    if _CHEAP.fullmatch(selector):
        if _NEVER_WRITTEN.search(selector):
            return ()
        last = selector[max(map(selector.rfind, " >+~\n")) + 1 :]
        if ":host" in last:
            return ((HOST,),)
        if names := _NAMES.findall(last):
            return ([unescaped(name) for name in names],)
        if ":root" in last:
            return (("html",),)
        tag = _TAG.match(last)
        return ([tag[0].lower()],) if tag else ((),)
    return None


def is_by_path(selector: Sequence[Compound]) -> bool:
    """Whether tags, classes, ids and attributes of an element and its ancestors decide if a selector matches."""
    return all(
        compound.combinator not in ("+", "~")
        and all(
            condition.name in _BY_PATH and all(is_by_path(each) for each in condition.selectors)
            for condition in compound.conditions
        )
        for compound in selector
    )


def certain_keys(compound: Compound) -> Iterator[str]:
    """The names that an element must have to match a compound, also by its `:is()` and `:where()`."""
    yield from compound.keys()
    for condition in compound.conditions:
        if condition.name in ("is", "where") and len(condition.selectors) == 1:
            yield from condition.selectors[0][-1].keys()


def keys_of(compounds: Sequence[Compound]) -> Sequence[Sequence[str]]:
    """Alternative lists of names that a matching element has; nothing if no element can match."""
    if not compounds or any(_never(compound) for compound in compounds):
        return ()
    return _keys_of(compounds[-1])


def _never(compound: Compound) -> bool:
    return any(condition.name in _NEVER for condition in compound.conditions)


def _keys_of(last: Compound) -> Sequence[Sequence[str]]:
    names = {condition.name for condition in last.conditions}
    if "slotted" in names:
        return ((SLOTTED,),)
    if names & {"host", "host-context"}:
        return ((HOST,),)
    if keys := [*last.keys()]:
        strong = [key for key in keys if key[0] in ".#"]
        return (strong or keys,)
    for condition in last.conditions:
        if condition.name in ("is", "where", "matches", "-webkit-any") and condition.selectors:
            inner = [[*selector[-1].keys()] for selector in condition.selectors]
            if all(inner):
                return inner
    return ((),)
