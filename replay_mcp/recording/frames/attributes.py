"""The attributes that elements of frames keep."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from replay_mcp.recording.rrweb.untrusted import number, text

from .css import StyleWriter
from .selectors import LINK, TYPE, Mentions
from .tags import is_custom
from .text import Masking, escaped, readable

_KEYWORD: Final = re.compile(r"[\w#%.,: +-]{1,100}", re.ASCII)
_NUMBER: Final = re.compile(r"[0-9.%*-]{1,20}", re.ASCII)
_ID: Final = re.compile(r"[\w.:-]{1,200}")
_CLASS: Final = re.compile(r"[^\s\"'<>&`\x00-\x1f\x7f-\x9f]{1,200}")
_BOOLEAN: Final = re.compile(r"")

_FORMATS: Final[dict[str, re.Pattern[str]]] = {
    **dict.fromkeys(
        ("align", "bgcolor", "border", "color", "clear", "dir", "face", "lang", "part", "exportparts", "role", "rules",
         "slot", "valign", "wrap", "popover"), _KEYWORD,
    ),
    **dict.fromkeys(
        ("cellpadding", "cellspacing", "cols", "colspan", "height", "high", "low", "max", "min", "optimum", "rows",
         "rowspan", "size", "span", "start", "width"), _NUMBER,
    ),
    **dict.fromkeys(
        ("compact", "disabled", "hidden", "multiple", "noshade", "nowrap", "open", "readonly", "required", "reversed"),
        _BOOLEAN,
    ),
    "id": _ID,
}  # fmt: skip
"""The form of the values of attributes that any element keeps."""
_NUMBERED: Final = frozenset({"li", "meter", "progress"})
"""Tags whose value is a number."""
_LABELLED: Final = frozenset({"option", "optgroup"})
_MASKED: Final = frozenset(
    {"alt", "aria-description", "aria-label", "aria-roledescription", "aria-valuetext", "placeholder", "title"}
)
"""Attributes whose values are text for people."""
_DATA: Final = re.compile(r"(?:data|aria)-(?!replay)[a-z0-9-]{1,80}")
_OWN: Final = re.compile(r"(?!on|replay|data-|aria-)_?[a-z][a-z0-9_-]{0,80}")
"""Attributes of custom elements; others have those with a hyphen or underscore, which mean nothing to browsers."""
_NEVER: Final = frozenset(
    {
        "accept-charset", "action", "archive", "autofocus", "background", "cite", "classid", "code", "codebase",
        "contenteditable", "data", "dynsrc", "form", "formaction", "href", "http-equiv", "icon", "is", "longdesc",
        "lowsrc", "manifest", "name", "nonce", "ping", "popovertarget", "poster", "profile", "shadowrootmode",
        "src", "srcdoc", "srcset", "style", "target", "usemap", "value", "xmlns",
    }
)  # fmt: skip
"""Attributes that custom elements do not keep, although they mean nothing there."""
_MAX_TITLE: Final = 500


def named(attributes: Iterable[tuple[str, str]]) -> str:
    """Attributes as HTML."""
    return "".join([f' {name}="{escaped(value)}"' for name, value in attributes])


class Attributes:
    """Chooses the attributes of the elements of one frame.

    Args:
        masking: masks text for people.
        mentions: the attributes that style sheets name.
        writer: writes `style` attributes.
    """

    def __init__(self, masking: Masking, mentions: Mentions, writer: StyleWriter) -> None:
        self._mask: Callable[[str], str] = masking.one
        self._mentions = mentions
        self._writer = writer
        self._styles: dict[str, str] = {}

    def style(self, known: Mapping[str, Any]) -> str:
        """The safe part of the `style` attribute."""
        written = text(known.get("style"))
        if not written:
            return ""
        found = self._styles.get(written)
        if found is None:
            found = self._styles[written] = self._writer.style(written).strip().rstrip(";")
        return found

    def of(self, tag: str, known: Mapping[str, Any], *, typed: bool) -> Iterator[tuple[str, str]]:
        """The attributes of an HTML element, without `style`.

        Args:
            tag: as recorded, in lower case.
            known: its attributes.
            typed: whether what is in the element was typed, which its texts may repeat.
        """
        custom = is_custom(tag)
        seen: set[str] = set()
        for written, value in known.items():
            name = written.lower()
            if name in seen or value is None or value is False:
                continue
            seen.add(name)
            kept = self._kept(tag, name, _text(value), custom=custom, typed=typed)
            if kept is not None:
                yield name, kept
        if tag in ("a", "area") and known.get("href") is not None:
            yield LINK, ""
        kind = text(known.get("type")).lower()
        if kind and _KEYWORD.fullmatch(kind):
            yield TYPE, kind

    def of_picture(self, known: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """The attributes that elements of HTML and of pictures have in common."""
        for name in ("class", "id"):
            if kept := self._kept("", name, text(known.get(name)), custom=False, typed=False):
                yield name, kept
        for name, value in known.items():
            if _DATA.fullmatch(name) and name not in _MASKED:
                mentioned = self._mentions.kept(name, _text(value))
                if mentioned is not None:
                    yield name, readable(mentioned)

    def _kept(self, tag: str, name: str, value: str, *, custom: bool, typed: bool) -> str | None:
        """The value that an attribute keeps; None if it is left out."""
        if name == "class":
            return " ".join(_CLASS.findall(readable(value)))
        if (form := _form(tag, name)) is not None:
            return "" if form is _BOOLEAN else value if form.fullmatch(value) else None
        if name in _MASKED or (name == "label" and tag in _LABELLED):
            return None if typed or not value else self._mask(value[:_MAX_TITLE])
        is_own = name not in _NEVER and _OWN.fullmatch(name) and (custom or "-" in name or "_" in name)
        if is_own or _DATA.fullmatch(name):
            mentioned = self._mentions.kept(name, value)
            return None if mentioned is None or (typed and mentioned) else readable(mentioned)
        return None


def _form(tag: str, name: str) -> re.Pattern[str] | None:
    """The form of the values of an attribute; None if it has none."""
    if name == "value":
        return _NUMBER if tag in _NUMBERED else None
    if name == "name":
        return _KEYWORD if tag == "slot" else None
    return _FORMATS.get(name)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "" if value is True or number(value) is None else f"{value}"


def pixels(value: Any) -> str:
    """A recorded length (`300px`, `300` or 300) in CSS; empty if it is none."""
    found = _LENGTH.fullmatch(_text(value).strip())
    return f"{float(found[1]):.0f}{found[2] or 'px'}" if found else ""


_LENGTH: Final = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,20})?)(px|%)?", re.ASCII)
