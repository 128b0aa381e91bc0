"""Style sheets of frames: what they declare, without anything that loads, runs or ends the `style` element.

The text is split into tokens of CSS and written again, from allow-lists of functions and at-rules. Comments are
dropped, and escapes are resolved before a name is looked up. `<` is never followed by what HTML takes for a tag.
Declarations and rules with something else are left out.
"""

import re
from collections.abc import Callable, Container
from typing import Final

from replay_mcp.recording.css.deadline import CHECK_EVERY, Expired, check, checked, never

from .css_names import BLOCK_RULES, DROPPED_PROPERTIES, FUNCTIONS, UNMASKED_PROPERTIES
from .selectors import rewritten

DATA_IMAGE: Final = re.compile(r"data:image/(?:png|gif|jpeg|webp);base64,[A-Za-z0-9+/]+={0,2}", re.IGNORECASE)
"""The only URLs that a frame loads."""
MAX_BLOCKS: Final = 20
"""Maximum depth of nested rules; deeper ones are left out."""

_TOKEN: Final = re.compile(
    r"""
    (?P<space> [ \t\r\n\f]+ | /\*.*?(?:\*/|\Z) )
    | (?P<string> "(?:[^"\\\n\r\f]|\\.)*" | '(?:[^'\\\n\r\f]|\\.)*' )
    | (?P<word>
        @?(?: [-\w.\#%+*>~,=!$^|&?\x80-\U0010ffff]
            | \\[0-9a-fA-F]{1,6}(?:\r\n|[ \t\r\n\f])? | \\[^\n\r\f0-9a-fA-F]
        )+\(?
        | \( )
    | (?P<less> < [ \t\r\n\f]* =? )
    | (?P<mark> [:;{}\[\])/] )
    | (?P<other> . )
    """,
    re.VERBOSE | re.DOTALL,
)
_PLAIN_RULE: Final = re.compile(r"([\w \t\r\n.\#>+~*,:-]+)\{([\w \t\r\n.\#%,:;!+*-]*)\}", re.ASCII)
"""A rule that can hold nothing unsafe; most rules are such. Other text is read token by token."""
_URL_REST: Final = re.compile(r"""\s*(?:"([^"\\\n]*)"|'([^'\\\n]*)'|([^"'()\s\\]*))\s*\)""")
_URL_END: Final = re.compile(r"[^)]*\)?")
_ESCAPE: Final = re.compile(r"\\(?:([0-9a-fA-F]{1,6})(?:\r\n|[ \t\r\n\f])?|(\r\n|.))", re.DOTALL)
_CONTINUED: Final = re.compile(r"\\(?:\r\n|[\n\r\f])")
_FUNCTION: Final = re.compile(r"(-?[a-zA-Z][-\w]*)?\(\Z", re.ASCII)
_DECLARED: Final = re.compile(r"\s*(-{0,2}[a-zA-Z_][-\w]*)\s*:(.+)\Z", re.DOTALL)
_LAYERS: Final = re.compile(r"@layer [\w\s.,-]+\Z")
_MASK_IMAGE: Final = re.compile(r"\s*(-webkit-)?mask(?:-image)?\s*:")
"""Declares the shape of an icon: without it, a square would be shown."""
_CUSTOM: Final = re.compile(r"\s*--[-\w]*\s*:")
_PLAIN_STYLE: Final = re.compile(r"[\w \t:;.,%#+!-]*", re.ASCII)
_OPEN: Final = {"(": ")", "[": "]"}
_SKIPPED: Final = re.compile(
    r""" [{}] | "(?:[^"\\\n\r\f]|\\.)*" | '(?:[^'\\\n\r\f]|\\.)*' | /\*.*?(?:\*/|\Z) | \\.
    | (?<![-\w])url\([ \t\r\n\f]*+(?!["'])[^)]*\)? """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
"""Braces that may end a block, and what must be skipped to find them."""


class StyleWriter:
    """Writes style sheets again.

    Args:
        mask: masks the text of a string that may be shown.
        renamed: tags of elements that the frame has under another name.
        expired: whether the deadline passed.
    """

    def __init__(
        self, mask: Callable[[str], str] = str, renamed: Container[str] = (), expired: Expired = never
    ) -> None:
        self._mask = mask
        self._expired = expired
        self._renamed = renamed
        self._out: list[str] = []
        self._depth = 0
        self._clear()

    def sheet(self, css: str) -> str:
        """The safe part of a style sheet.

        Raises:
            DeadlineExceeded: the deadline passed.
        """
        self._out, self._depth = [], 0
        self._read(css)
        self._end_segment()
        self._out.append("}" * self._depth)
        return "".join(self._out)

    def style(self, style: str) -> str:
        """The safe declarations of a `style` attribute."""
        if _PLAIN_STYLE.fullmatch(style):
            return style
        if "{" in style or "}" in style:
            return ""
        self._out, self._depth = [], 1
        self._read(style)
        self._end_segment()
        return "".join(self._out)

    def _clear(self) -> None:
        """Begin a segment: a declaration, or what comes before a block."""
        self._parts: list[str] = []
        self._strings: list[tuple[int, str]] = []
        self._open: list[str] = []
        self._is_bad = False

    def _read(self, css: str) -> None:
        self._clear()
        at, end, count = 0, len(css), 0
        match = _TOKEN.match
        while at < end:
            if count % CHECK_EVERY == 0:
                check(self._expired)
            count += 1
            if not self._parts and (rule := _PLAIN_RULE.match(css, at)) and self._plain(rule):
                at = rule.end()
                continue
            token = match(css, at)
            if token is None:
                break
            at = token.end()
            kind, written = token.lastgroup, token[0]
            if kind == "word":
                at = self._word(written, css, at)
            elif kind == "space":
                self._parts.append(" ")
            elif written == "{":
                at = at if self._enter() else self._after_block(css, at)
            elif kind == "mark":
                self._mark(written)
            elif kind == "string":
                self._string(_unescaped(_CONTINUED.sub("", written[1:-1])))
            else:
                self._less(written)

    def _string(self, text: str) -> None:
        self._strings.append((len(self._parts), text))
        self._parts.append(_string(text))

    def _less(self, written: str) -> None:
        """Read `<` or `<=`; nothing else is allowed."""
        if written[0] == "<":
            self._parts.append("<= " if written.endswith("=") else "< ")
        else:
            self._is_bad = True

    def _plain(self, rule: re.Match[str]) -> bool:
        """Write a plain rule; return whether it could be written as it is."""
        selector, declared = rule[1], rule[2]
        if self._is_bad or self._depth >= MAX_BLOCKS or "--" in selector or "behavior" in declared.lower():
            return False
        if "-moz-binding" in declared.lower():
            return False
        self._out += (rewritten(selector.strip(), self._renamed), "{", declared, "}")
        return True

    def _word(self, written: str, css: str, at: int) -> int:
        """Read a word, or the beginning of a function; return where to read on."""
        word = written if written.isascii() and "\\" not in written else _identifier(written)
        if word.startswith("@") and not all(map(str.isspace, self._parts)):
            self._is_bad = True
        if not word.endswith("(") or word.endswith("\\("):
            self._parts.append(word)
            return at
        function = _FUNCTION.search(word)
        name = (function[1] or "").lower() if function else "\\"
        if name == "url":
            return self._url(word, css, at)
        if (name and name not in FUNCTIONS) or "".join(self._parts[-2:]).rstrip().lower().endswith("url"):
            self._is_bad = True
        self._parts.append(word)
        self._open.append(")")
        return at

    def _url(self, word: str, css: str, at: int) -> int:
        found = _URL_REST.match(css, at)
        url = "" if found is None else found[1] or found[2] or found[3] or ""
        if found is not None and DATA_IMAGE.fullmatch(url):
            self._parts.append(f'{word}"{url}")')
            return found.end()
        self._is_bad = True
        rest = found or _URL_END.match(css, at)
        return at if rest is None else rest.end()

    def _mark(self, mark: str) -> None:
        if mark == "}":
            self._end_segment()
            if self._depth:
                self._depth -= 1
                self._out.append("}")
        elif mark == ";":
            self._end_segment()
        else:
            if mark == "[":
                self._open.append("]")
            elif mark in ")]" and (not self._open or self._open.pop() != mark):
                self._is_bad = True
            self._parts.append(mark)

    def _after_block(self, css: str, at: int) -> int:
        """Where a block ends that is left out."""
        depth = 1
        for found in checked(_SKIPPED.finditer(css, at), self._expired):
            if found[0] == "{":
                depth += 1
            elif found[0] == "}":
                depth -= 1
                if not depth:
                    return found.end()
        return len(css)

    def _enter(self) -> bool:
        """Begin a block; return whether it is written."""
        prelude = "".join(self._parts).strip()
        is_good = not (self._is_bad or self._open or _CUSTOM.match(prelude)) and prelude != ""
        if prelude.startswith("@"):
            name = re.split(r"[\s(]", prelude, maxsplit=1)[0].lower()
            is_good = is_good and name in BLOCK_RULES
        elif is_good:
            prelude = rewritten(prelude, self._renamed)
        is_good = is_good and self._depth < MAX_BLOCKS
        if is_good:
            self._depth += 1
            self._out += (prelude, "{")
        self._clear()
        return is_good

    def _end_segment(self) -> None:
        """Write a declaration, if it is one and is safe."""
        if self._parts:
            if not self._is_bad and not self._open:
                self._declaration()
            elif self._depth and (masked := _MASK_IMAGE.match("".join(self._parts))):
                self._out.append(f"{masked[1] or ''}mask-image:linear-gradient(#0000,#0000);")
        self._clear()

    def _declaration(self) -> None:
        written = "".join(self._parts)
        if not self._depth:
            if _LAYERS.match(written.strip()):
                self._out.append(written.strip() + ";")
            return
        declared = _DECLARED.match(written)
        if declared is None:
            return
        name = declared[1].lower()
        if name in DROPPED_PROPERTIES:
            return
        if self._strings and name not in UNMASKED_PROPERTIES:
            for place, text in self._strings:
                self._parts[place] = _string(self._mask(text))
            written = "".join(self._parts)
        self._out.append(written.strip() + ";")


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def _character(found: re.Match[str]) -> str:
    if not found[1]:
        return found[2]
    code = int(found[1], 16)
    return chr(code) if 0 < code <= 0x10FFFF else "\ufffd"


def _identifier(written: str) -> str:
    """A word with its escapes resolved where that does not change its meaning."""
    pieces: list[str] = []
    at = 0
    for found in _ESCAPE.finditer(written):
        pieces.append(_printable(written[at : found.start()]))
        char = _character(found)
        pieces.append(char if char.isascii() and char.isalpha() else _escape(char))
        at = found.end()
    pieces.append(_printable(written[at:]))
    return "".join(pieces)


def _string(text: str) -> str:
    return '"' + "".join(char if _is_plain(char) else _escape(char) for char in text) + '"'


def _is_plain(char: str) -> bool:
    return char.isprintable() and char not in '"\\<&'


def _printable(text: str) -> str:
    return text if text.isprintable() else "".join(char if char.isprintable() else _escape(char) for char in text)


def _escape(char: str) -> str:
    code = ord(char)
    return f"\\{0xFFFD if 0xD800 <= code < 0xE000 else code:x} "
