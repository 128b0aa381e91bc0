"""Names that style sheets of frames may use. Everything else is left out."""

from typing import Final

FUNCTIONS: Final = frozenset(
    {
        "abs", "acos", "asin", "atan", "atan2", "calc", "calc-size", "clamp", "cos", "env", "exp", "hypot", "log",
        "max", "min", "mod", "pow", "rem", "round", "sign", "sin", "sqrt", "tan", "var", "anchor", "anchor-size",
        "attr", "fit-content", "minmax", "repeat", "color", "color-mix", "contrast-color", "hsl", "hsla", "hwb",
        "lab", "lch", "light-dark", "oklab", "oklch", "rgb", "rgba", "conic-gradient", "linear-gradient",
        "radial-gradient", "repeating-conic-gradient", "repeating-linear-gradient", "repeating-radial-gradient",
        "-webkit-linear-gradient", "-webkit-radial-gradient", "-webkit-repeating-linear-gradient", "matrix",
        "matrix3d", "perspective", "rotate", "rotate3d", "rotatex", "rotatey", "rotatez", "scale", "scale3d",
        "scalex", "scaley", "scalez", "skew", "skewx", "skewy", "translate", "translate3d", "translatex",
        "translatey", "translatez", "cubic-bezier", "linear", "steps", "scroll", "view", "blur", "brightness",
        "contrast", "drop-shadow", "grayscale", "hue-rotate", "invert", "opacity", "saturate", "sepia", "circle",
        "ellipse", "inset", "path", "polygon", "rect", "shape", "xywh", "counter", "counters", "symbols",
        "-moz-any", "-webkit-any", "dir", "has", "host", "host-context", "is", "lang", "not", "nth-child",
        "nth-last-child", "nth-last-of-type", "nth-of-type", "part", "slotted", "state", "where", "selector",
        "style", "scroll-state",
    }
)  # fmt: skip
"""Functions of values, selectors and conditions, in lower case. None of them loads anything."""

BLOCK_RULES: Final = frozenset(
    {
        "@media", "@supports", "@container", "@layer", "@scope", "@keyframes", "@-webkit-keyframes",
        "@-moz-keyframes", "@property", "@counter-style", "@position-try",
    }
)  # fmt: skip
"""At-rules with a block that are kept."""

DROPPED_PROPERTIES: Final = frozenset({"behavior", "-ms-behavior", "-moz-binding"})
"""Properties that once ran code."""

UNMASKED_PROPERTIES: Final = frozenset(
    {
        "font", "font-family", "font-feature-settings", "font-variation-settings", "font-language-override", "grid",
        "grid-area", "grid-template", "grid-template-areas", "syntax",
    }
)  # fmt: skip
"""Properties whose strings no browser shows."""
