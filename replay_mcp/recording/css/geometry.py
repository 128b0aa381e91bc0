"""Which declarations make an element transparent, clip it to nothing, or move it off the screen."""

import re
from collections.abc import Mapping
from typing import Final

Values = Mapping[str, str]
"""The values of properties, in lower case."""

FAR: Final = 999
"""Elements moved by more CSS pixels to the left or top are off the screen."""

_LENGTH: Final = re.compile(r"([+-]?(?:\d{1,9}(?:\.\d{0,9})?|\.\d{1,9}))(px|r?em|[sdl]?v[wh]|pt|ch|ex|%)?")
_UNITS: Final = {"": 1.0, "px": 1.0, "em": 16.0, "rem": 16.0, "pt": 4 / 3, "ch": 8.0, "ex": 8.0}
_CLIPS: Final = frozenset({"hidden", "clip", "auto", "scroll", "overlay"})
_OUT_OF_FLOW: Final = frozenset({"absolute", "fixed"})
_RECT: Final = re.compile(r"rect\(([^()]*)\)")
_SPACE: Final = re.compile(r"[\s,]+")
_CUT_AWAY: Final = re.compile(
    r"inset\(\s*(?:(?:[5-9]\d|\d{3,})(?:\.\d+)?%\s*){1,4}(?:round[^()]*)?\)|circle\(\s*0(?:px|%)?(?:\s+at[^()]*)?\)"
    r"|polygon\(\s*0(?:px|%)?\s+0(?:px|%)?\s*(?:,\s*0(?:px|%)?\s+0(?:px|%)?\s*)*\)|rect\(\s*0\w*\s+0\w*\s+0\w*\s+0\w*\s*\)"
)
_ARGUMENTS: Final = re.compile(r"[\s,]+(?![^()]*\))")
_CALCULATION: Final = re.compile(r"calc\(\s*([^\s()*]+)\s*([*+-])\s*([^\s()*]+)\s*\)")
PAST_EDGE: Final = 50
"""An element that floats near an edge and is moved past it by this much is moved away: a toast that has slid out."""
_FUNCTION: Final = re.compile(r"(translate(?:x|y|3d)?|scale(?:x|y|3d)?|matrix)\(([^()]*(?:\([^()]*\)[^()]*)*)\)")
_NO_ANIMATION: Final = frozenset({"none", "initial", "unset", "inherit", "revert", "revert-layer"})
_FULL: Final = frozenset({"100%", "100vh", "100dvh", "100svh", "100lvh", "100vw", "100dvw"})


def is_animated(values: Values) -> bool:
    """Whether an animation runs, or ran, which may end what other declarations begin."""
    name = values.get("animation-name", "none")
    return _SPACE.split(name, 1)[0] not in _NO_ANIMATION


def is_transparent(values: Values) -> bool:
    """Whether the opacity is 0."""
    written = values.get("opacity")
    if written is None or written in _NO_ANIMATION:
        return False
    try:
        return float(written.rstrip("%")) <= 0
    except ValueError:
        return False  # calc()


def is_clipped(values: Values, *, sized: bool) -> bool:
    """Whether nothing of an element is left: cut away, scaled to 0, or of no height or width.

    Args:
        values: the declared values.
        sized: whether `height` and `width` apply to the element.
    """
    clip = values.get("clip", "")
    if clip[:4] == "rect" and values.get("position") in _OUT_OF_FLOW and _is_empty_rectangle(clip):
        return True
    if _CUT_AWAY.fullmatch(values.get("clip-path", "").strip()):
        return True
    if ("scale" in values or "transform" in values) and _is_scaled_to_nothing(values):
        return True
    return sized and _has_no_size(values)


def _is_empty_rectangle(clip: str) -> bool:
    found = _RECT.fullmatch(clip)
    sides = [_pixels(each) for each in _SPACE.split(found[1].strip())] if found else []
    if len(sides) != 4:
        return False
    top, right, bottom, left = (0 if each is None else each for each in sides)
    return (sides[1] is not None and right <= left) or (sides[2] is not None and bottom <= top)


def _is_scaled_to_nothing(values: Values) -> bool:
    parts = _SPACE.split(values.get("scale", ""))[:2]
    for name, arguments in _FUNCTION.findall(values.get("transform", "")):
        if name[:5] == "scale":
            parts += _SPACE.split(arguments.strip())[:2]
        elif name == "matrix":
            across, skew, lean, down, *_ = [*_SPACE.split(arguments.strip()), *"1111"]
            if all(map(_is_zero, (skew, lean))) and (_is_zero(across) or _is_zero(down)):
                return not is_animated(values)
    return any(_is_zero(each) for each in parts) and not is_animated(values)


def _is_zero(written: str) -> bool:
    found = _LENGTH.fullmatch(written)
    return found is not None and float(found[1]) == 0


def _has_no_size(values: Values) -> bool:
    clips_x, clips_y = values.get("overflow-x") in _CLIPS, values.get("overflow-y") in _CLIPS
    if not (clips_x or clips_y):
        return False
    width, height = values.get("width", ""), values.get("height", "")
    if _pixels(width) == _pixels(height) == 1:  # for screen readers only
        return True
    grows = not _is_zero(values.get("flex-grow", "0"))
    padded = any(not _is_zero(values.get(name, "0")) for name in ("padding-top", "padding-bottom"))
    for clips, size, most, least, filled in (
        (clips_x, width, values.get("max-width", ""), values.get("min-width", "0"), False),
        (clips_y, height, values.get("max-height", ""), values.get("min-height", "0"), padded),
    ):
        if clips and (_is_zero(least) or least in ("auto", "unset", "initial")):
            if _is_zero(most):
                return True
            if _is_zero(size) and not grows and not filled and not (size == height and size.endswith("%")):
                return True
    return False


def is_off_screen(values: Values, width: int, height: int, *, contained: bool) -> bool:
    """Whether an element is moved off the screen.

    Args:
        values: the declared values.
        width: of the window, in CSS pixels.
        height: the same.
        contained: whether an ancestor is positioned: the element is then moved relative to that.
    """
    position = values.get("position", "static")
    if position in ("static", "sticky"):
        moved = False
    else:
        moved = any(
            (_pixels(values.get(side, ""), width, height) or 0) <= -FAR for side in ("left", "right", "top", "bottom")
        )
    if moved or position not in _OUT_OF_FLOW:
        return moved
    if position == "fixed" or not contained:
        return _is_beside(values, width, height) or _is_translated_away(values, width, height)
    spans = values.get("height") in _FULL or (_is_zero(values.get("top", "")) and _is_zero(values.get("bottom", "")))
    return spans and _is_translated_away(values, width, height, vertical=False)


def _is_beside(values: Values, width: int, height: int) -> bool:
    """Whether an element lies beside the window: at its end, or before its beginning by more than its own size."""
    for side, size, extent in (("left", "width", width), ("right", "width", width), ("top", "height", height),
                               ("bottom", "height", height)):  # fmt: skip
        written = values.get(side, "")
        if not written:
            continue
        if written == "100%" and "transform" not in values and "translate" not in values:
            return True
        if written.startswith("-"):
            if written.endswith("%") and _percent(written) <= -100:
                return True
            at, own = _pixels(written, width, height), _pixels(values.get(size, ""), width, height)
            if at is not None and (at <= -extent or (own is not None and own > 0 and at <= -own)):
                return True
    return False


def _is_translated_away(values: Values, width: int, height: int, *, vertical: bool = True) -> bool:
    across, down = _translation(values)
    for written, sides, size, extent, used in (
        (across, ("left", "right"), "width", width, True),
        (down, ("top", "bottom"), "height", height, vertical),
    ):
        if not used or not written:
            continue
        percent, pixels = _sum(written, width, height)
        if percent == 0 and abs(pixels) >= extent:
            return True
        at = values.get(sides[0 if percent < 0 or pixels < 0 else 1], "")
        distance = _pixels(at, width, height)
        if percent == 0 and distance and 0 < distance <= abs(pixels) - PAST_EDGE:
            return True
        if not (_is_zero(at) or at.startswith("-")):
            continue
        own = _pixels(values.get(size, ""), width, height)
        if own and abs(percent / 100 * own + pixels) >= own:
            return True
        if (percent <= -100 and pixels <= 0) or (percent >= 100 and pixels >= 0):
            return True
    return False


def _translation(values: Values) -> tuple[str, str]:
    """How far an element is moved to the right and down, as written; empty for not."""
    across, down = "", ""
    if written := values.get("translate"):
        across, down, *_ = [*_ARGUMENTS.split(written), "", ""]
    for name, arguments in _FUNCTION.findall(values.get("transform", "")):
        first, second, *_ = [*_ARGUMENTS.split(arguments.strip()), "", ""]
        if name in ("translate", "translatex", "translate3d"):
            across = first
        if name in ("translate", "translate3d"):
            down = second
        elif name == "translatey":
            down = first
    return across, down


def _sum(written: str, width: int, height: int) -> tuple[float, float]:
    """A length, or a sum or product of two, in percent and CSS pixels; zero for other values."""
    found = _CALCULATION.fullmatch(written)
    first, operator, second = found.groups() if found else (written, "+", "0")
    if operator == "*":
        factors = sorted((first, second), key=_is_number)
        factor = _pixels(factors[1]) or 0 if _is_number(factors[1]) else 0
        return _percent(factors[0]) * factor, (_pixels(factors[0], width, height) or 0) * factor
    sign = -1 if operator == "-" else 1
    return (
        _percent(first) + sign * _percent(second),
        (_pixels(first, width, height) or 0) + sign * (_pixels(second, width, height) or 0),
    )


def _is_number(written: str) -> bool:
    found = _LENGTH.fullmatch(written)
    return found is not None and found[2] is None


def _percent(written: str) -> float:
    found = _LENGTH.fullmatch(written)
    return float(found[1]) if found and found[2] == "%" else 0


def _pixels(written: str, width: int = 0, height: int = 0) -> float | None:
    """A length in CSS pixels; None for percentages and other values."""
    found = _LENGTH.fullmatch(written)
    if found is None or found[2] == "%":
        return None
    unit = found[2] or ""
    if unit[-2:] in ("vw", "vh"):
        return float(found[1]) / 100 * (width if unit[-1] == "w" else height)
    return float(found[1]) * _UNITS.get(unit, 1)
