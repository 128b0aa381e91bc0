"""Selectors of frames: states that only a live page has, and elements that frames name differently."""

import re
from collections.abc import Container, Iterable, Mapping
from typing import Final

LINK: Final = "data-replay-link"
"""Marks links, which have no `href`."""
FOCUS: Final = "data-replay-focus"
"""Marks the element with the focus."""
TYPE: Final = "data-replay-type"
"""Stands for the attribute `type` of fields, whose types change."""

_PSEUDO: Final = re.compile(r"(?<![:\\]):(defined|focus-visible|focus-within|focus|any-link|link|root)(?![-\w(\\])")
_PSEUDOS: Final = {
    "defined": ":is(*)",  # no script defined the custom elements
    "focus": f"[{FOCUS}]",
    "focus-visible": f"[{FOCUS}]",
    "focus-within": f":is([{FOCUS}],:has([{FOCUS}]))",
    "any-link": f"[{LINK}]",
    "link": f"[{LINK}]",
    "root": ":is(:root,replay-html)",
}
_ATTRIBUTE: Final = re.compile(r"\[\s*(href|type)\s*(?=[\]=~|^$*])", re.IGNORECASE)
_ATTRIBUTES: Final = {"href": LINK, "type": TYPE}
_TAG: Final = re.compile(r"(?<![-\w.#:\\\[=\"'^$*~|@])([a-zA-Z][a-zA-Z0-9]*)(?![-\w(\\|])")
_IN_BRACKETS: Final = re.compile(r"(\[[^\]]*\])")
_MENTION: Final = re.compile(
    r"\[\s*([a-zA-Z][-\w]*)\s*(?:([~|^$*]?=)\s*(?:\"([^\"\\\n]{0,100})\"|'([^'\\\n]{0,100})'|([-\w]{1,100}))\s*[is]?\s*)?\]"
)
_MAX_SELECTOR: Final = 20_000

_Values = set[tuple[str, str]]


def rewritten(selector: str, renamed: Container[str]) -> str:
    """A selector that matches in the frame what it matched on the page.

    Args:
        selector: without comments.
        renamed: tags of elements that are named `replay-…` in the frame.
    """
    if len(selector) > _MAX_SELECTOR:
        return selector
    parts = _IN_BRACKETS.split(selector)
    for place, part in enumerate(parts):
        if place % 2:
            parts[place] = _ATTRIBUTE.sub(lambda found: f"[{_ATTRIBUTES[found[1].lower()]}", part)
        else:
            tagged = _TAG.sub(lambda found: _renamed_tag(found[1], renamed), part) if renamed else part
            parts[place] = _PSEUDO.sub(lambda found: _PSEUDOS[found[1]], tagged) if ":" in tagged else tagged
    return "".join(parts)


def _renamed_tag(tag: str, renamed: Container[str]) -> str:
    return f":is({tag},replay-{tag.lower()})" if tag.lower() in renamed else tag


class Mentions:
    """The attributes that the selectors of style sheets name: only these are kept, because others may hold anything."""

    def __init__(self, sheets: Iterable[str]) -> None:
        self._values: Mapping[str, _Values] = {}
        found: dict[str, _Values] = {}
        for css in sheets:
            for name, operator, *quoted in _MENTION.findall(css) if "[" in css else ():
                found.setdefault(name.lower(), set()).add((operator, "".join(quoted)))
        self._values = found

    def kept(self, name: str, value: str) -> str | None:
        """The value of an attribute as far as selectors tell it from others; None if none names the attribute."""
        known = self._values.get(name)
        if known is None:
            return None
        if ("=", value) in known:
            return value
        parts = [part for operator, part in known if operator not in ("", "=") and part and part in value]
        return " ".join(parts[:_MAX_PARTS])


_MAX_PARTS: Final = 10
