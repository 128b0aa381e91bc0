"""CSS selectors of tags, ids, classes, attributes and `:not()` of these, parsed and matched against nodes."""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from msgspec import Struct

from replay_mcp.recording.rrweb.types import Node
from replay_mcp.recording.rrweb.untrusted import text

_COMPOUND: Final = re.compile(
    r"(?P<tag>[a-zA-Z][\w-]*|\*)?(?P<rest>(?:[.#](?:[\w-]|\\.)+|\[[^\]]*\]|:not\([^()]*\))*)(?P<then>\s*[>+~]\s*|\s+|$)"
)
_SIMPLE: Final = re.compile(
    r"[.](?P<class>(?:[\w-]|\\.)+)|#(?P<id>(?:[\w-]|\\.)+)"
    r"|\[\s*(?P<name>[\w-]+)\s*(?:(?P<op>[~^$*|]?=)\s*[\"']?(?P<value>[^\"'\]]*?)[\"']?\s*[is]?)?\]|:not\((?P<not>[^()]*)\)"
)

MAX_COMPOUNDS: Final = 20
"""A selector with more compounds is not parsed."""


class Compound(Struct, frozen=True):
    """A compound selector (`input.error[required]`): the conditions for one element.

    Attributes:
        attributes: name, operator and value of each attribute selector.
        negated: the compounds in `:not()`.
        combinator: how the compound is combined with the one before it; empty for the first.
    """

    tag: str
    id: str
    classes: frozenset[str]
    attributes: tuple[tuple[str, str, str], ...]
    negated: tuple["Compound", ...]
    combinator: str = ""

    def matches(self, node: Node, known: dict[str, Any], classes: frozenset[str]) -> bool:
        """Whether an element with these attributes and classes matches."""
        if self.tag and self.tag != node.tag_name.lower():
            return False
        if not self.classes <= classes or (self.id and self.id != known.get("id")):
            return False
        if not all(_has_attribute(known, each) for each in self.attributes):
            return False
        return not any(each.matches(node, known, classes) for each in self.negated)

    def keys(self) -> Iterator[str]:
        """The names that a matching element must have, by which rules are indexed."""
        yield from (f".{name}" for name in self.classes)
        if self.id:
            yield f"#{self.id}"
        yield from (f"[{name}" for name, _, _ in self.attributes)
        if self.tag:
            yield self.tag


def _has_attribute(known: dict[str, Any], wanted: tuple[str, str, str]) -> bool:
    name, operator, value = wanted
    if known.get(name) is None or known[name] is False:
        return False
    return _OPERATORS[operator](text(known[name]), value)


_OPERATORS: Final[dict[str, Callable[[str, str], bool]]] = {
    "": lambda _found, _value: True,
    "=": lambda found, value: found == value,
    "~=": lambda found, value: value in found.split(),
    "^=": lambda found, value: found.startswith(value),
    "$=": lambda found, value: found.endswith(value),
    "*=": lambda found, value: value in found,
    "|=": lambda found, value: found == value or found.startswith(f"{value}-"),
}


def parse_selector(selector: str) -> tuple[Compound, ...]:
    """The compounds of a selector; empty if it has other parts than those above."""
    selector = selector.strip()
    found: list[Compound] = []
    at, combinator = 0, ""
    while at < len(selector) and len(found) <= MAX_COMPOUNDS:
        match = _COMPOUND.match(selector, at)
        if match is None or match.end() == at or not (match["tag"] or match["rest"]):
            return ()
        compound = _compound(match["tag"] or "", match["rest"], combinator)
        if compound is None:
            return ()
        found.append(compound)
        combinator, at = match["then"].strip() or " ", match.end()
    return tuple(found) if at == len(selector) else ()


def _compound(tag: str, rest: str, combinator: str) -> Compound | None:
    id, classes, wanted, negated = "", set[str](), list[tuple[str, str, str]](), list[Compound]()
    for part in _SIMPLE.finditer(rest):
        if part["class"]:
            classes.add(part["class"].replace("\\", ""))
        elif part["id"]:
            id = part["id"].replace("\\", "")
        elif part["name"]:
            wanted.append((part["name"], part["op"] or "", part["value"] or ""))
        else:
            inner = parse_selector(part["not"])
            if len(inner) != 1:
                return None
            negated.append(inner[0])
    return Compound(
        "" if tag == "*" else tag.lower(), id, frozenset(classes), tuple(wanted), tuple(negated), combinator
    )


def specificity(compounds: tuple[Compound, ...]) -> tuple[int, int, int]:
    """The specificity of a selector, as CSS defines it: ids; classes and attributes; tags."""
    counted = [*compounds, *(each for compound in compounds for each in compound.negated)]
    return (
        sum(bool(each.id) for each in counted),
        sum(len(each.classes) + len(each.attributes) for each in counted),
        sum(bool(each.tag) for each in counted),
    )
