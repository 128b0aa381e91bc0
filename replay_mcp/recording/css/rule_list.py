"""The text of a style sheet, changed rule by rule as rrweb records it (CSSOM)."""

import re
from collections.abc import Sequence
from typing import Final

from replay_mcp.recording.dom.inline_style import declarations, patched

MAX_RULES: Final = 50_000
"""Maximum number of rules added to a sheet; further ones are dropped."""
MAX_LENGTH: Final = 4_000_000
"""Maximum number of characters of a sheet; rules that make it longer are dropped."""
MAX_PATH: Final = 20
"""Changes of rules nested deeper are ignored."""
MAX_STYLE_LENGTH: Final = 50_000
"""Longer blocks of declarations are not changed."""

_STRING: Final = r"\"(?:[^\"\\\n]|\\.)*+\"|'(?:[^'\\\n]|\\.)*+'"
_COMMENT: Final = r"/\*[\s\S]*?(?:\*/|\Z)"
_PART: Final = re.compile(rf"((?:[^{{}};\"'\\/]++|{_STRING}|{_COMMENT}|\\.|[\"'\\/])*+)([{{}};]|\Z)", re.DOTALL)
_SPACE_OR_COMMENTS: Final = re.compile(rf"(?:\s++|{_COMMENT})*+")
_NO_RULES: Final = ("@charset",)

Index = int | Sequence[int] | None


class _RuleBlock:
    """A rule with a block: what is before the brace, its own declarations, the rules in it."""

    __slots__ = ("declared", "head", "rules")

    def __init__(self, head: str, declared: str, rules: "list[str | _RuleBlock]") -> None:
        self.head = head
        self.declared = declared
        self.rules = rules


_Rule = str | _RuleBlock


class RuleList:
    """The rules of one style sheet. Indexes out of range are moved to the end, as rrweb's player does."""

    def __init__(self, css: str) -> None:
        self._css: str | None = css
        self._rules: list[_Rule] | None = None
        self._length = len(css)

    def insert(self, rule: str, index: Index) -> None:
        """Insert a rule: at a place, at a path of places in nested rules, or last."""
        if len(rule) + self._length > MAX_LENGTH:
            return
        path = _path(index)
        rules = self._rules_at(path[:-1])
        if rules is None or len(rules) >= MAX_RULES:
            return
        self._length += len(rule)
        place = min(path[-1], len(rules)) if path else len(rules)
        rules.insert(place, rule)

    def delete(self, index: int | Sequence[int]) -> None:
        """Delete the rule at a place or path; nothing if there is none."""
        path = _path(index)
        rules = self._rules_at(path[:-1]) if path else None
        if rules is not None and path[-1] < len(rules):
            removed = rules.pop(path[-1])
            self._length -= len(removed) if isinstance(removed, str) else 0

    def replace(self, css: str) -> None:
        """Replace the whole text."""
        self._css, self._rules, self._length = css, None, len(css)

    def set_property(self, index: Sequence[int], name: str, value: str, priority: str = "") -> None:
        """Set a property of the rule at a path."""
        self._patch(index, {name: [value, priority]})

    def remove_property(self, index: Sequence[int], name: str) -> None:
        """Remove a property of the rule at a path."""
        self._patch(index, {name: False})

    @property
    def css(self) -> str:
        """The current text."""
        if self._css is None:
            self._css = _written(self._rules or [])
            self._length = len(self._css)
        return self._css

    def _patch(self, index: Sequence[int], change: dict[str, list[str] | bool]) -> None:
        path = _path(index)
        rules = self._rules_at(path[:-1]) if path else None
        if rules is None or path[-1] >= len(rules):
            return
        block = _opened(rules, path[-1])
        if block is None or len(block.declared) > MAX_STYLE_LENGTH or self._length > MAX_LENGTH:
            return
        before = len(block.declared)
        style = "; ".join(f"{name}: {value}" for name, value in declarations(block.declared).items())
        block.declared = patched(style, change)
        self._length += len(block.declared) - before

    def _rules_at(self, path: Sequence[int]) -> list[_Rule] | None:
        """The rules in the rule at a path, to be changed; None if there is no such rule."""
        if len(path) > MAX_PATH:
            return None
        if self._rules is None:
            self._rules = split_rules(self._css or "")[1]
        self._css = None
        rules = self._rules
        for place in path:
            block = _opened(rules, place) if place < len(rules) else None
            if block is None:
                return None
            rules = block.rules
        return rules


def _path(index: Index) -> list[int]:
    if index is None:
        return []
    places = [index] if isinstance(index, int) else [*index]
    return [max(place, 0) for place in places]


def _opened(rules: list[_Rule], place: int) -> _RuleBlock | None:
    """The rule at a place as a block that can be changed; None for a rule without one."""
    rule = rules[place]
    if isinstance(rule, _RuleBlock):
        return rule
    begin = _SPACE_OR_COMMENTS.match(rule)
    found = _PART.match(rule, begin.end() if begin else 0)
    if found is None or found[2] != "{":
        return None
    content = rule[found.end() :].rstrip()
    declared, inner = split_rules(content.removesuffix("}"))
    block = _RuleBlock(found[1].strip(), declared, inner)
    rules[place] = block
    return block


def split_rules(css: str) -> tuple[str, list[_Rule]]:
    """Split a text into the declarations directly in it, and its rules."""
    declared: list[str] = []
    rules: list[_Rule] = []
    depth, begin = 0, 0
    for found in _PART.finditer(css):
        end = found[2]
        if end == "{":
            depth += 1
        elif end == "}" and depth > 1:
            depth -= 1
        elif (end == "}" and depth == 1) or not end or (end == ";" and depth == 0):
            rule = css[begin : found.end()]
            begin, is_block = found.end(), depth > 0
            if end:
                depth = 0
            bare = _SPACE_OR_COMMENTS.sub("", rule[:20])
            if is_block or bare.startswith("@"):
                if not bare.lower().startswith(_NO_RULES):
                    rules.append(rule.strip())
            elif bare.strip(";} "):
                declared.append(rule.strip().rstrip(";"))
    return "; ".join(declared), rules


def _written(rules: Sequence[_Rule]) -> str:
    """The text of rules and of the rules in them."""
    pieces: list[str] = []
    stack: list[_Rule] = [*reversed(rules)]
    while stack:
        rule = stack.pop()
        if isinstance(rule, str):
            pieces.append(rule)
        else:
            pieces.append(f"{rule.head} {{ {rule.declared}{';' if rule.declared and rule.rules else ''}")
            stack.append("}")
            stack += reversed(rule.rules)
    return "\n".join(pieces)
