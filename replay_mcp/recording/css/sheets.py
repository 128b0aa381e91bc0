"""Style sheets, read into rules in one pass: nested rules, media queries and layers are resolved."""

import re
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from replay_mcp.recording.dom.css_selectors import split_list

from .deadline import Expired, checked, never
from .declarations import Declared, custom_properties, declared_in
from .kept import Kept

MAX_RULES: Final = 40_000
"""Maximum number of rules kept of one sheet; further ones are dropped."""
MAX_DEPTH: Final = 40
"""Blocks nested deeper are skipped."""
MAX_SELECTORS_LENGTH: Final = 20_000
"""A rule with longer selectors is dropped."""
MAX_LAYERS: Final = 1_000
"""Maximum number of names of layers in a sheet."""

_STRING: Final = r"\"(?:[^\"\\\n]|\\.)*+\"|'(?:[^'\\\n]|\\.)*+'"
_IGNORED: Final = re.compile(
    rf"{_STRING}|/\*[\s\S]*?(?:\*/|\Z)|(?<![\w-])url\(\s*+(?![\"'])[^)\n]*+\)?", re.DOTALL | re.IGNORECASE
)
_TOKEN: Final = re.compile(
    rf"((?:[^{{}};\"'\\]++|{_STRING}|\\.|[\"'\\])*+)(?:(\{{)(?:((?:[^{{}}\"'\\]++|{_STRING}|\\.|[\"'\\])*+)\}})?+|([;}}])|\Z)",
    re.DOTALL,
)
"""Text up to a brace or semicolon; after an opening brace, the whole block if it has no blocks in it."""
_USES: Final = re.compile(
    r"(?<![\w-])(?:display|visibility|opacity|overflow(?:-[xy])?|(?:max-)?(?:height|width)|left|right|top|bottom|inset"
    r"|transform|translate|scale)\s{0,9}:([^;{}]{0,200}var\([^;{}]{0,300})"
)
_VARIABLE: Final = re.compile(r"var\(\s*(--[\w-]+)")
_ROOTS: Final = frozenset({":root", ":host", "html"})
_COMBINATORS: Final = (">", "+", "~")
_AT: Final = re.compile(r"@([\w-]+)\s*(.*)", re.DOTALL)


class StyleRule(Struct, frozen=True, gc=False):
    """A rule that declares a tracked property.

    Attributes:
        selectors: a list.
        normal: the declarations.
        important: the important declarations.
        conditions: the media queries around it.
        layer: the names of its layer, outermost first; empty outside layers.
        in_container: whether a container query is around it.
    """

    selectors: str
    normal: Declared
    important: Declared
    conditions: tuple[str, ...] = ()
    layer: tuple[str, ...] = ()
    in_container: bool = False


class Sheet(Struct, frozen=True):
    """A style sheet.

    Attributes:
        rules: in order.
        layers: the layers by first appearance.
        roots: the custom properties declared for the root, and the media queries around them.
    """

    rules: tuple[StyleRule, ...] = ()
    layers: tuple[tuple[str, ...], ...] = ()
    roots: tuple[tuple[tuple[str, ...], dict[str, str]], ...] = ()


class _OpenBlock(Struct, gc=False):
    """An open block. `selectors` is None outside style rules."""

    selectors: str | None = None
    conditions: tuple[str, ...] = ()
    layer: tuple[str, ...] = ()
    in_container: bool = False
    skipped: bool = False
    pending: list[str] = []


_SKIPPED: Final = _OpenBlock(skipped=True)


_sheets: Final = Kept[str, Sheet](24, 4_000_000)


def parse_sheet(css: str, expired: Expired = never) -> Sheet:
    """The rules of a style sheet. Kept, because many moments share their sheets. Any text can be read.

    Raises:
        DeadlineExceeded: the deadline passed.
    """
    found = _sheets.get(css)
    if found is None:
        found = _SheetReader(css).read(expired)
        _sheets.put(css, found, len(css))
    return found


class _SheetReader:
    def __init__(self, css: str) -> None:
        self._css = _IGNORED.sub(_without_comments, css)
        used = [name for found in _USES.finditer(self._css) for name in _VARIABLE.findall(found[1])]
        self._custom = frozenset(used[:MAX_RULES])
        self._rules: list[StyleRule] = []
        self._layers: dict[tuple[str, ...], None] = {}
        self._roots: list[tuple[tuple[str, ...], dict[str, str]]] = []
        self._known: dict[str, tuple[Declared, Declared]] = {}
        self._anonymous = 0

    def read(self, expired: Expired) -> Sheet:
        """Read all rules, in one pass."""
        stack = [_OpenBlock()]
        for found in checked(_TOKEN.finditer(self._css), expired):
            written, opened, body, end = found.groups()
            block = stack[-1]
            if end == ";":
                self._add_statement(block, written)
            elif not opened:
                if block.selectors is not None:
                    block.pending.append(written)
                self._flush(block)
                if len(stack) > 1 and end:
                    stack.pop()
            else:
                self._flush(block)
                skipped = block.skipped or len(stack) > MAX_DEPTH
                inner = _SKIPPED if skipped else self._opened(block, written.strip())
                if body is None:
                    stack.append(inner)
                else:
                    self._add(inner, body)
        for block in stack:
            self._flush(block)
        return Sheet(tuple(self._rules), tuple(self._layers), tuple(self._roots))

    def _add_statement(self, block: _OpenBlock, written: str) -> None:
        if block.selectors is not None:
            block.pending.append(written)
        elif (
            "@" in written
            and not block.skipped
            and (found := _AT.match(written.strip()))
            and found[1].lower() == "layer"
        ):
            for name in found[2].split(","):
                self._name_layer((*block.layer, *name.strip().split(".")))

    def _flush(self, block: _OpenBlock) -> None:
        """Add the declarations that are directly in a style rule with nested rules."""
        if block.pending:
            body = ";".join(block.pending)
            block.pending.clear()
            self._add(block, body)

    def _opened(self, block: _OpenBlock, prelude: str) -> _OpenBlock:
        if not prelude.startswith("@"):
            selectors = prelude if block.selectors is None else nested_selectors(block.selectors, prelude)
            if not selectors or len(selectors) > MAX_SELECTORS_LENGTH:
                return _SKIPPED
            return _OpenBlock(selectors, block.conditions, block.layer, block.in_container)
        found = _AT.match(prelude)
        name, rest = (found[1].lower(), found[2]) if found else ("", "")
        conditions, layer, in_container = block.conditions, block.layer, block.in_container
        if name == "media":
            conditions = (*conditions, rest.strip())
        elif name == "supports":
            conditions = (*conditions, f"supports {rest.strip()}")
        elif name == "container":
            in_container = True
        elif name == "layer":
            layer = (*layer, *self._layer_names(rest.strip()))
            self._name_layer(layer)
        else:
            return _SKIPPED
        return _OpenBlock(block.selectors, conditions, layer, in_container)

    def _layer_names(self, written: str) -> Sequence[str]:
        if written:
            return [each.strip() for each in written.split(".")]
        self._anonymous += 1
        return [f"\0{self._anonymous}"]

    def _name_layer(self, layer: tuple[str, ...]) -> None:
        for length in range(1, min(len(layer), MAX_DEPTH) + 1):
            if len(self._layers) < MAX_LAYERS:
                self._layers.setdefault(layer[:length])

    def _add(self, block: _OpenBlock, body: str) -> None:
        selectors = block.selectors
        if not selectors or len(self._rules) >= MAX_RULES:
            return
        if "--" in body and any(each.strip() in _ROOTS for each in selectors.split(",", 9)):
            self._roots.append((block.conditions, custom_properties(body)))
        declared = self._known.get(body)
        if declared is None:
            declared = self._known[body] = declared_in(body, self._custom)
        normal, important = declared
        if normal or important:
            self._rules.append(
                StyleRule(selectors, normal, important, block.conditions, block.layer, block.in_container)
            )


def _without_comments(found: re.Match[str]) -> str:
    return found[0] if found[0][0] in "\"'" else " "


def nested_selectors(parents: str, selectors: str) -> str:
    """The selectors of a rule in a style rule, without nesting; empty if they are too long."""
    if len(parents) + len(selectors) > MAX_SELECTORS_LENGTH:
        return ""
    many = "," in parents
    found: list[str] = []
    length = 0
    for each in split_list(selectors):
        if "&" not in each:
            each = f"& {each}"  # noqa: PLW2901
        if each[0] == "&" and "&" not in each[1:] and not many:
            found.append(parents + each[1:])
        else:
            if (len(parents) + 5) * each.count("&") > MAX_SELECTORS_LENGTH:
                return ""
            found.append(each.replace("&", f":is({parents})"))
        length += len(found[-1])
        if length > MAX_SELECTORS_LENGTH:
            return ""
    return ",".join(found)
