"""Translates wireframes of mobile recordings into elements with a role, a label and a text."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias
from zlib import crc32

from .untrusted import arr, number, obj, text

MAX_TEXT_LENGTH: Final = 4_000
"""Maximum length of a wireframe's text, label or value; longer ones are truncated."""

_FIELDS: Final = frozenset({"text", "password", "email", "number", "search", "tel", "url"})
_CHOICES: Final = {"checkbox": "checkbox", "radio": "radio", "toggle": "switch"}
_READABLE_TAGS: Final = frozenset({"button", "input", "select", "textarea"})

_Wireframe: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Look:
    """The element that represents a box.

    Attributes:
        tag: tag of the element.
        attributes: its type, role, state and label.
        text: its text.
        value: the value of a field, which is not part of the text; None for other boxes.
        covers: whether it hides what is beneath it.
        picture: checksum that distinguishes pictures; 0 for an empty picture or none.
    """

    tag: str
    attributes: tuple[tuple[str, str], ...] = ()
    text: str = ""
    value: str | None = None
    covers: bool = False
    picture: int = 0

    @property
    def is_plain(self) -> bool:
        """Whether it is only an area."""
        return self.tag in ("div", "body") and not self.attributes and not self.text

    @property
    def is_picture(self) -> bool:
        """Whether it is a screenshot."""
        return self.tag == "canvas" and self.picture != 0

    @property
    def is_readable(self) -> bool:
        """Whether it shows text or a field."""
        return bool(self.text) or self.tag in _READABLE_TAGS


def look_of(wireframe: _Wireframe) -> Look:
    """The element for a wireframe; an unknown type becomes an area with the wireframe's text."""
    kind = text(wireframe.get("type"))
    look = _LOOKS.get(kind, _area)(wireframe)
    painted = bool(text(obj(wireframe.get("style")).get("backgroundColor")))
    return replace(look, covers=True) if painted and not look.covers else look


def _area(wireframe: _Wireframe) -> Look:
    shown = _text_or_number(wireframe, "text")
    return Look("div", _named("aria-label", _text_or_number(wireframe, "label")), shown, covers=bool(shown))


def _group(wireframe: _Wireframe) -> Look:
    return Look("div", (("role", "radiogroup"), *_named("aria-label", _text_or_number(wireframe, "label"))))


def _bar(wireframe: _Wireframe) -> Look:
    return Look("div", (("class", text(wireframe.get("type"))),), covers=True)


def _image(wireframe: _Wireframe) -> Look:
    return Look("img", _named("alt", _text_or_number(wireframe, "label")), covers=True, picture=_picture(wireframe))


def _screenshot(wireframe: _Wireframe) -> Look:
    return Look("canvas", (("aria-label", "screenshot"),), covers=True, picture=_picture(wireframe) or 1)


def _placeholder(wireframe: _Wireframe) -> Look:
    return Look("canvas", (("aria-label", _text_or_number(wireframe, "label") or "placeholder"),), covers=True)


def _web_view(wireframe: _Wireframe) -> Look:
    return Look(
        "iframe", _named("title", _text_or_number(wireframe, "url") or _text_or_number(wireframe, "label")), covers=True
    )


def _input(wireframe: _Wireframe) -> Look:
    kind = text(wireframe.get("inputType"))
    label, value = _text_or_number(wireframe, "label"), _text_or_number(wireframe, "value")
    state = (("disabled", ""),) if wireframe.get("disabled") is True else ()
    named = (*_named("aria-label", label), *state)
    if kind == "button":
        # iOS draws the title of a button again, as a box inside it.
        inside = bool(arr(wireframe.get("childWireframes")))
        named = (*_named("aria-label", (value or label) if inside else label), *state)
        return Look("button", named, "" if inside else value, covers=True)
    if kind in _CHOICES:
        checked = "true" if wireframe.get("checked") is True else "false"
        return Look("div", (("role", _CHOICES[kind]), ("aria-checked", checked), *state), label, covers=True)
    if kind == "progress":
        return Look("progress", (*named, *_named("value", value)), covers=True)
    if kind in ("select", "text_area"):
        return Look("select" if kind == "select" else "textarea", named, value=value, covers=True)
    return Look("input", (("type", kind if kind in _FIELDS else "text"), *named), value=value, covers=True)


_LOOKS: Final[dict[str, Callable[[_Wireframe], Look]]] = {
    "image": _image,
    "input": _input,
    "navigation_bar": _bar,
    "placeholder": _placeholder,
    "radio_group": _group,
    "screenshot": _screenshot,
    "status_bar": _bar,
    "web_view": _web_view,
}
"""Translations by type of wireframe."""


def _picture(wireframe: _Wireframe) -> int:
    return crc32(text(wireframe.get("base64")).encode("utf-8", "replace"))


def _text_or_number(wireframe: _Wireframe, name: str) -> str:
    """A text, or a number as text."""
    value = wireframe.get(name)
    figure = None if isinstance(value, str) else number(value)
    return (text(value) if figure is None else f"{figure:g}")[:MAX_TEXT_LENGTH]


def _named(name: str, value: str) -> tuple[tuple[str, str], ...]:
    return ((name, value),) if value else ()
