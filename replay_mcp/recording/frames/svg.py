"""What frames keep of SVG pictures. Names are in lower case; the HTML parser restores them."""

import re
from collections.abc import Mapping
from typing import Any, Final

from replay_mcp.recording.rrweb.untrusted import text

SVG_TAGS: Final = frozenset(
    {
        "circle", "clippath", "defs", "ellipse", "feblend", "fecolormatrix", "fecomponenttransfer", "fecomposite",
        "feconvolvematrix", "fediffuselighting", "fedisplacementmap", "fedistantlight", "fedropshadow", "feflood",
        "fefunca", "fefuncb", "fefuncg", "fefuncr", "fegaussianblur", "femerge", "femergenode", "femorphology",
        "feoffset", "fepointlight", "fespecularlighting", "fespotlight", "fetile", "feturbulence", "filter", "g",
        "image", "line", "lineargradient", "marker", "mask", "path", "pattern", "polygon", "polyline",
        "radialgradient", "rect", "stop", "svg", "symbol", "text", "textpath", "tspan", "use",
    }
)  # fmt: skip
SVG_TEXT: Final = frozenset({"text", "tspan", "textpath"})
"""The tags whose text is shown."""
_ATTRIBUTES: Final = frozenset(
    {
        "amplitude", "azimuth", "basefrequency", "bias", "clippathunits", "color", "color-interpolation",
        "color-interpolation-filters", "cx", "cy", "d", "diffuseconstant", "direction", "display", "divisor",
        "dominant-baseline", "alignment-baseline", "baseline-shift", "dx", "dy", "edgemode", "elevation",
        "exponent", "fill-opacity", "fill-rule", "clip-rule", "filterunits", "flood-color", "flood-opacity",
        "font-family", "font-size", "font-style", "font-weight", "fr", "fx", "fy", "gradienttransform",
        "gradientunits", "height", "in", "in2", "intercept", "k1", "k2", "k3", "k4", "kernelmatrix", "lengthadjust",
        "letter-spacing", "lighting-color", "limitingconeexponent", "markerheight", "markerunits", "markerwidth",
        "maskcontentunits", "maskunits", "mode", "numoctaves", "offset", "opacity", "operator", "order", "orient",
        "overflow", "paint-order", "patterncontentunits", "patterntransform", "patternunits", "pathlength",
        "points", "pointsatx", "pointsaty", "pointsatz", "preserveaspectratio", "primitiveunits", "r", "radius",
        "refx", "refy", "result", "rotate", "rx", "ry", "scale", "seed", "shape-rendering", "slope",
        "specularconstant", "specularexponent", "spreadmethod", "startoffset", "stddeviation", "stitchtiles",
        "stop-color", "stop-opacity", "stroke-dasharray", "stroke-dashoffset", "stroke-linecap", "stroke-linejoin",
        "stroke-miterlimit", "stroke-opacity", "stroke-width", "surfacescale", "tablevalues", "targetx", "targety",
        "text-anchor", "textlength", "transform", "transform-origin", "type", "values", "vector-effect", "viewbox",
        "visibility", "width", "word-spacing", "writing-mode", "x", "x1", "x2", "xchannelselector", "y", "y1", "y2",
        "ychannelselector", "z",
    }
)  # fmt: skip
_PAINT: Final = frozenset({"fill", "stroke", "clip-path", "filter", "mask", "marker-start", "marker-mid", "marker-end"})
"""Attributes that may refer to another element of the page."""
_VALUE: Final = re.compile(r"[\w\s.,:;+#%/()\"'-]*", re.ASCII)
_URL: Final = re.compile(r"url\s*\(|image|src|\\", re.IGNORECASE)
_PAINT_VALUE: Final = re.compile(r"(?:url\(\s*[\"']?#[\w.:-]{1,200}[\"']?\s*\)\s*)?[\w\s.,#%()-]*", re.ASCII)
_REFERENCE: Final = re.compile(r"#[\w.:-]{1,200}", re.ASCII)
_CALL: Final = re.compile(r"([\w-]+)\s*\(")
_CALLS: Final = frozenset(
    {
        "matrix", "translate", "scale", "rotate", "skewx", "skewy", "rgb", "rgba", "hsl", "hsla", "var", "calc",
        "oklch", "oklab", "lab", "lch", "hwb", "color", "translatex", "translatey", "scalex", "scaley",
    }
)  # fmt: skip


def svg_attributes(known: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The attributes of an element of a picture, without `class`, `id` and `style`."""
    found = ((name.lower(), text(value)) for name, value in known.items())
    return [(name, value) for name, value in found if _is_kept(name, value)]


def _is_kept(name: str, value: str) -> bool:
    if name in _ATTRIBUTES:
        return _VALUE.fullmatch(value) is not None and not _URL.search(value) and _calls_are_known(value)
    if name in _PAINT:
        return _PAINT_VALUE.fullmatch(value) is not None and _calls_are_known(_without_reference(value))
    return name in ("href", "xlink:href") and _REFERENCE.fullmatch(value) is not None


def _without_reference(value: str) -> str:
    """A paint without the reference at its beginning."""
    return value.partition(")")[2] if value.lower().startswith("url(") else value


def _calls_are_known(value: str) -> bool:
    return "(" not in value or all(call.lower() in _CALLS for call in _CALL.findall(value))
