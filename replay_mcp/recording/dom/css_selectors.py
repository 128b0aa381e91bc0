"""CSS selectors, parsed: tags, ids, classes, attributes and `:not()` of these, and other pseudo-classes on demand."""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from msgspec import Struct

from replay_mcp.recording.rrweb.types import Node
from replay_mcp.recording.rrweb.untrusted import text

_NAME: Final = r"(?:[\w-]|[^\x00-\x7f]|\\(?:[0-9a-fA-F]{1,6}\s?|.))++"
_STRING: Final = r"\"(?:[^\"\\]|\\.)*+\"|'(?:[^'\\]|\\.)*+'"
_BRACKETS: Final = rf"\[(?:[^\]\"'\\]|{_STRING}|\\.)*+\]"
MAX_NESTED: Final = 5
"""Maximum depth of parentheses in a selector."""


def _parentheses() -> str:
    """A pattern of balanced parentheses."""
    plain = rf"[^()\[\]\"'\\]++|{_STRING}|{_BRACKETS}|\\."
    pattern = rf"\((?:{plain})*+\)"
    for _ in range(MAX_NESTED - 1):
        pattern = rf"\((?:{plain}|{pattern})*+\)"
    return pattern


_PARENTHESES: Final = _parentheses()
_COMPOUND: Final = re.compile(
    rf"(?P<tag>[a-zA-Z][\w-]*|\*)?(?P<rest>(?:[.#]{_NAME}|{_BRACKETS}|::?[\w-]++(?:{_PARENTHESES})?)*+)"
    r"(?P<then>\s*[>+~]\s*|\s+|$)",
    re.DOTALL,
)
_SIMPLE: Final = re.compile(
    rf"[.](?P<class>{_NAME})|#(?P<id>{_NAME})"
    rf"|\[\s*(?P<name>(?:[\w-]|\\.)+)\s*(?:(?P<op>[~^$*|]?=)\s*(?P<value>{_STRING}|[^\"'\]\s]*)\s*(?P<flag>[isIS]?)\s*)?\]"
    rf"|(?P<colons>::?)(?P<pseudo>[\w-]++)(?P<argument>{_PARENTHESES})?",
    re.DOTALL,
)
_ESCAPE: Final = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|(.))", re.DOTALL)
_LISTED: Final = re.compile(rf"(?:[^,()\[\]\"'\\]++|{_STRING}|{_BRACKETS}|{_PARENTHESES}|\\.)++", re.DOTALL)
_PLAIN_LIST: Final = re.compile(r"[^()\[\]\"'\\]*+")
_NTH: Final = re.compile(r"([+-]?\d{0,6})n(?:\s*([+-])\s*(\d{1,6}))?|([+-]?\d{1,6})", re.IGNORECASE)
_STEPS: Final = {"odd": (2, 1), "even": (2, 0)}

MAX_COMPOUNDS: Final = 20
"""A selector with more compounds is not parsed."""
MAX_SELECTOR_LENGTH: Final = 3_000
"""A longer selector is not parsed."""
MAX_LISTED: Final = 300
"""Maximum number of selectors in a list."""
LISTS: Final = frozenset({"is", "where", "not", "has", "host", "host-context", "slotted", "matches", "-webkit-any"})
"""The pseudo-classes, and one pseudo-element, that have selectors in parentheses."""
NTH: Final = frozenset({"nth-child", "nth-last-child", "nth-of-type", "nth-last-of-type"})
STATES: Final = frozenset(
    {
        "active", "any-link", "autofill", "checked", "default", "defined", "disabled", "empty", "enabled",
        "first-child", "first-of-type", "focus", "focus-visible", "focus-within", "fullscreen", "hover", "host",
        "in-range", "indeterminate", "invalid", "last-child", "last-of-type", "link", "modal", "only-child",
        "only-of-type", "open", "optional", "out-of-range", "placeholder-shown", "popover-open", "read-only",
        "read-write", "required", "root", "scope", "target", "user-invalid", "user-valid", "valid", "visited",
        "-webkit-autofill",
    }
)  # fmt: skip
"""The other pseudo-classes. A browser ignores a rule with one that it does not know."""
_COUNTED: Final = STATES | NTH
"""Those that count like a class."""


class PseudoClass(Struct, frozen=True):
    """A pseudo-class of a compound.

    Attributes:
        name: without the colon.
        selectors: those in its parentheses.
        step: for `:nth-child(an+b)` and the like: a.
        offset: the same: b.
    """

    name: str
    selectors: tuple[tuple["Compound", ...], ...] = ()
    step: int = 0
    offset: int = 0


class Compound(Struct, frozen=True):
    """A compound selector (`input.error[required]`): the conditions for one element.

    Attributes:
        attributes: name, operator and value of each attribute selector.
        negated: the compounds in `:not()`.
        combinator: how the compound is combined with the one before it; empty for the first.
        conditions: the other pseudo-classes, for callers that ask for them; `matches` does not test them.
    """

    tag: str
    id: str
    classes: frozenset[str]
    attributes: tuple[tuple[str, str, str], ...]
    negated: tuple["Compound", ...]
    combinator: str = ""
    conditions: tuple[PseudoClass, ...] = ()

    def matches(self, node: Node, known: dict[str, Any], classes: frozenset[str]) -> bool:
        """Whether an element with these attributes and classes matches."""
        if self.tag and self.tag != node.tag_name.lower():
            return False
        if not self.classes <= classes or (self.id and self.id != known.get("id")):
            return False
        if self.attributes and not all(_has_attribute(known, each) for each in self.attributes):
            return False
        return not (self.negated and any(each.matches(node, known, classes) for each in self.negated))

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
    found = text(known[name])
    if operator.endswith("i"):
        return _OPERATORS[operator[:-1]](found.lower(), value.lower())
    return _OPERATORS[operator](found, value)


_OPERATORS: Final[dict[str, Callable[[str, str], bool]]] = {
    "": lambda _found, _value: True,
    "=": lambda found, value: found == value,
    "~=": lambda found, value: value in found.split(),
    "^=": lambda found, value: bool(value) and found.startswith(value),
    "$=": lambda found, value: bool(value) and found.endswith(value),
    "*=": lambda found, value: bool(value) and value in found,
    "|=": lambda found, value: found == value or found.startswith(f"{value}-"),
}


def unescaped(name: str) -> str:
    """A name without CSS escapes."""
    return _ESCAPE.sub(_unescape, name) if "\\" in name else name


def _unescape(found: re.Match[str]) -> str:
    if found[2] is not None:
        return found[2]
    code = int(found[1], 16)
    return chr(code) if 0 < code < 0xD800 or 0xDFFF < code <= 0x10FFFF else "\ufffd"


def split_list(selectors: str) -> list[str]:
    """The selectors of a list, split at its commas; empty if brackets do not match."""
    if _PLAIN_LIST.fullmatch(selectors):
        return [each.strip() for each in selectors.split(",", MAX_LISTED)[:MAX_LISTED]]
    found: list[str] = []
    at = 0
    while at < len(selectors) and len(found) < MAX_LISTED:
        match = _LISTED.match(selectors, at)
        if match is None or (match.end() < len(selectors) and selectors[match.end()] != ","):
            return []
        found.append(match[0].strip())
        at = match.end() + 1
    return found


def parse_selector(selector: str, *, pseudo_classes: bool = False) -> tuple[Compound, ...]:
    """The compounds of a selector; empty if it has other parts than those above.

    Args:
        selector: one selector, not a list.
        pseudo_classes: whether it may have pseudo-classes besides `:not()` of one compound.
    """
    selector = selector.strip()
    if len(selector) > MAX_SELECTOR_LENGTH:
        return ()
    return _parse(selector, pseudo_classes=pseudo_classes)


def _parse(selector: str, *, pseudo_classes: bool, combinator: str = "") -> tuple[Compound, ...]:
    found: list[Compound] = []
    at = 0
    while at < len(selector) and len(found) <= MAX_COMPOUNDS:
        match = _COMPOUND.match(selector, at)
        if match is None or match.end() == at or not (match["tag"] or match["rest"]):
            return ()
        compound = _compound(match["tag"] or "", match["rest"], combinator, pseudo_classes=pseudo_classes)
        if compound is None:
            return ()
        found.append(compound)
        combinator, at = match["then"].strip() or " ", match.end()
    return tuple(found) if at == len(selector) and combinator not in (">", "+", "~") else ()


def _compound(tag: str, rest: str, combinator: str, *, pseudo_classes: bool) -> Compound | None:
    id, classes, wanted = "", set[str](), list[tuple[str, str, str]]()
    negated, conditions = list[Compound](), list[PseudoClass]()
    for part in _SIMPLE.finditer(rest):
        if part["class"]:
            classes.add(unescaped(part["class"]))
        elif part["id"]:
            id = unescaped(part["id"])
        elif part["name"]:
            wanted.append(_attribute(part))
        else:
            condition = _condition(part, pseudo_classes=pseudo_classes)
            if condition is None:
                return None
            if condition.name == "not" and _is_simple(condition.selectors):
                negated.append(condition.selectors[0][0])
            elif pseudo_classes:
                conditions.append(condition)
            else:
                return None
    return Compound(
        "" if tag == "*" else tag.lower(),
        id,
        frozenset(classes),
        tuple(wanted),
        tuple(negated),
        combinator,
        tuple(conditions),
    )


def _attribute(part: re.Match[str]) -> tuple[str, str, str]:
    value = part["value"] or ""
    if value[:1] in ("'", '"'):
        value = value[1:-1]
    return unescaped(part["name"]), (part["op"] or "") + (part["flag"] or "").lower().replace("s", ""), unescaped(value)


def _is_simple(selectors: tuple[tuple[Compound, ...], ...]) -> bool:
    return len(selectors) == 1 and len(selectors[0]) == 1 and not selectors[0][0].conditions


def _condition(part: re.Match[str], *, pseudo_classes: bool) -> PseudoClass | None:
    name, argument = part["pseudo"].lower(), part["argument"]
    if (part["colons"] == "::") != (name == "slotted") or not (pseudo_classes or name == "not"):
        return None
    if argument is None:
        return PseudoClass(name) if name in STATES else None
    argument = argument[1:-1].strip()
    if name in NTH:
        return _nth(name, argument.lower())
    if name not in LISTS:
        return None
    selectors = [_parse_relative(each, pseudo_classes=pseudo_classes) for each in split_list(argument)]
    if name in ("not", "has") and not all(selectors):
        return None
    return PseudoClass(name, tuple(filter(None, selectors)))


def _parse_relative(selector: str, *, pseudo_classes: bool) -> tuple[Compound, ...]:
    """The compounds of a selector in parentheses; in `:has()`, it may begin with a combinator."""
    combinator = selector[:1] if selector[:1] in (">", "+", "~") else ""
    return _parse(selector[len(combinator) :].lstrip(), pseudo_classes=pseudo_classes, combinator=combinator)


def _nth(name: str, argument: str) -> PseudoClass | None:
    if steps := _STEPS.get(argument):
        return PseudoClass(name, (), *steps)
    found = _NTH.fullmatch(argument)
    if found is None:
        return None
    if found[4]:
        return PseudoClass(name, (), 0, int(found[4]))
    step = int(found[1] + "1") if found[1] in ("", "+", "-") else int(found[1])
    return PseudoClass(name, (), step, int((found[2] or "") + (found[3] or "0")))


def specificity(compounds: tuple[Compound, ...]) -> tuple[int, int, int]:
    """The specificity of a selector, as CSS defines it: ids; classes and attributes; tags."""
    counted = [*compounds, *(each for compound in compounds for each in compound.negated)]
    ids, classes, tags = (
        sum(bool(each.id) for each in counted),
        sum(len(each.classes) + len(each.attributes) for each in counted),
        sum(bool(each.tag) for each in counted),
    )
    for condition in (each for compound in counted for each in compound.conditions):
        if condition.name in _COUNTED:
            classes += 1
        elif condition.name == "slotted":
            tags += 1
        if condition.selectors and condition.name != "where":
            most = max(map(specificity, condition.selectors))
            ids, classes, tags = ids + most[0], classes + most[1], tags + most[2]
    return ids, classes, tags
