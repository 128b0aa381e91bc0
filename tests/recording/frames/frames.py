"""Pages for frames, and a check of frames with parsers that know nothing of how they were written."""

import itertools
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any, Final, cast

import html5lib

from replay_mcp.recording.frames.base import BASE, POLICY
from replay_mcp.recording.frames.frame import render_frame
from replay_mcp.recording.screen.page import RecordedPage
from tests.recording.rrweb import Raw, event, meta, read


def el(tag: str, attributes: Raw | None = None, *children: Raw | str, **more: Any) -> Raw:
    """An element without an id; `numbered` gives ids."""
    nodes = [{"type": 3, "textContent": child} if isinstance(child, str) else child for child in children]
    return {"type": 2, "tagName": tag, "attributes": attributes or {}, "childNodes": nodes, **more}


def numbered(root: Raw) -> Raw:
    """The tree with ids in document order."""
    ids = itertools.count(1)
    stack = [root]
    while stack:
        node = stack.pop()
        node.setdefault("id", next(ids))
        stack += reversed(node.get("childNodes", []))
    return root


def document(*body: Raw | str, head: tuple[Raw, ...] = (), doctype: bool = True) -> Raw:
    """A document node with ids."""
    children: list[Raw] = [{"type": 1, "name": "html", "publicId": "", "systemId": ""}] if doctype else []
    html = el("html", None, el("head", None, *head), el("body", None, *body))
    return numbered({"type": 0, "childNodes": [*children, html]})


def page_of(root: Raw, *later: Raw) -> RecordedPage:
    """A page with this document, after later events."""
    page = RecordedPage()
    first = event(0, 2, {"node": root, "initialOffset": {"left": 0, "top": 0}})
    for each in read(meta(0, "https://shop.test/"), first, *later):
        page.apply(each)
    return page


def plain(text: str, limit: int) -> str:
    """Masks nothing."""
    return text[:limit]


def frame_of(*body: Raw | str, later: tuple[Raw, ...] = (), **more: Any) -> str:
    """The frame of a page with this body."""
    return render_frame(page_of(document(*body, **more), *later), plain)


def body_of(frame: str) -> str:
    """The content of a frame's body."""
    return frame.partition("<body")[2].partition(">")[2].removesuffix("</body></html>").replace(BASE, "BASE")


_TAGS: Final = frozenset(
    """
    a abbr acronym address article aside b bdi bdo big blockquote body br button caption center cite code col colgroup
    data dd del details dfn dialog dir div dl dt em fieldset figcaption figure font footer h1 h2 h3 h4 h5 h6 head header
    hgroup hr html i img input ins kbd label legend li main mark menu meta meter nav ol optgroup option output p pre
    progress q rp rt ruby s samp search section select slot small span strike strong style sub summary sup table tbody
    td template textarea tfoot th thead time title tr tt u ul var wbr
    circle clippath defs ellipse filter g image line lineargradient marker mask path pattern polygon polyline
    radialgradient rect stop svg symbol text textpath tspan use
    """.split()  # noqa: SIM905
)
_VOID: Final = frozenset({"br", "col", "hr", "img", "input", "meta", "wbr"})
_LOADING: Final = frozenset(
    """
    action archive autofocus background cite classid code codebase contenteditable data dynsrc formaction is longdesc
    lowsrc manifest nonce ping poster profile srcdoc srcset target usemap xmlns xmlns:xlink http-equiv accept-charset
    """.split()  # noqa: SIM905
)
_IMAGE: Final = re.compile(r"data:image/(?:png|gif|jpeg|webp);base64,[A-Za-z0-9+/]+=*", re.IGNORECASE)
_CSS_ESCAPE: Final = re.compile(r"\\([0-9a-fA-F]{1,6})\s?|\\(.)", re.DOTALL)
_CSS_THREAT: Final = re.compile(
    r"url\s*\(\s*(?!\"data:image/(?:png|gif|jpeg|webp);base64,[A-Za-z0-9+/]+=*\"\))|@import|@font-face|@namespace"
    r"|expression\s*\(|image-set\s*\(|image\s*\(|cross-fade\s*\(|element\s*\(|src\s*\(|paint\s*\(|-moz-binding|behavior\s*:",
    re.IGNORECASE,
)


_MAX_PARSED: Final = 300_000
_PAINTS: Final = frozenset({"clip-path", "fill", "filter", "mask", "stroke"})
_LOCAL_PAINT: Final = re.compile(r"\s*url\(\s*[\"']?#[\w.:-]+[\"']?\s*\)[^(]*")
_GROUPS: Final = frozenset({"caption", "colgroup", "tbody", "tfoot", "thead"})


class _Reader(HTMLParser):
    """Reads the tags as written, nested as written."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.problems: list[str] = []
        self.tags: list[tuple[int, str]] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not (tag in _TAGS or re.fullmatch(r"[a-z][a-z0-9]*(?:-[a-z0-9]*)+", tag) or tag.startswith("fe")):
            self.problems.append(f"tag {tag!r}")
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.problems.append(f"repeated attributes of {tag}: {names}")
        for name, value in attrs:
            self.problems += _attribute_problems(tag, name, value or "")
        if tag == "meta":
            self.problems += [] if attrs in _METAS else [f"meta {attrs}"]
        self.tags.append((len(self._open), tag))
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.problems.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] == "style":
            self.problems += _css_problems(data)
            if re.search(r"<[a-z/!?]", data, re.IGNORECASE):
                self.problems.append(f"a tag in a style sheet: {data[:200]}")

    def handle_comment(self, data: str) -> None:
        self.problems.append(f"comment {data!r}")

    def handle_pi(self, data: str) -> None:
        self.problems.append(f"instruction {data!r}")

    def unknown_decl(self, data: str) -> None:
        self.problems.append(f"declaration {data!r}")

    def close(self) -> None:
        super().close()
        if self._open:
            self.problems.append(f"not closed: {self._open[:5]}")


_METAS: Final[list[list[tuple[str, str | None]]]] = [
    [("charset", "utf-8")],
    [("http-equiv", "Content-Security-Policy"), ("content", POLICY)],
    [("name", "referrer"), ("content", "no-referrer")],
]


def _attribute_problems(tag: str, name: str, value: str) -> Iterator[str]:
    shown = f"{tag} {name}={value[:100]!r}"
    if tag == "meta":
        return
    if not re.fullmatch(r"_?[a-z][a-z0-9_:-]*", name) or name.startswith("on") or name in _LOADING:
        yield shown
    if name == "style":
        yield from _css_problems(value)
    elif name in _PAINTS and "url(" in value.lower() and not _LOCAL_PAINT.fullmatch(value):
        yield shown
    if name == "src" and not (tag == "img" and _IMAGE.fullmatch(value)):
        yield shown
    if name in ("href", "xlink:href") and not (
        re.fullmatch(r"#[\w.:-]+", value) or (tag == "image" and _IMAGE.fullmatch(value))
    ):
        yield shown
    if re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", value):
        yield shown


def _css_problems(css: str) -> list[str]:
    words = re.sub(r'"(?!data:)(?:[^"\\]|\\.)*"', '""', css, flags=re.DOTALL)
    resolved = _CSS_ESCAPE.sub(_letter, words)
    return [f"style {threat[0]!r}" for text in {words, resolved} for threat in _CSS_THREAT.finditer(text)]


def _letter(escape: re.Match[str]) -> str:
    """The letter that an escape stands for; other characters lose their meaning when they are escaped."""
    char = chr(int(escape[1], 16) % 0x110000) if escape[1] else escape[2]
    return char if char.isalpha() else "_"


def problems_of(frame: str) -> list[str]:
    """What a frame should not hold, and where browsers would build another tree than it was written for."""
    reader = _Reader()
    reader.feed(frame.removeprefix("<!DOCTYPE html>"))
    reader.close()
    found = reader.problems
    if not found and len(frame) < _MAX_PARSED and (moved := _moved(reader.tags, frame)):
        found = [moved]
    return found


def written_tree(frame: str) -> list[tuple[int, str]]:
    """The elements of a frame as written, in order: depth and tag."""
    reader = _Reader()
    reader.feed(frame.removeprefix("<!DOCTYPE html>"))
    return _with_bodies(reader.tags)


def _moved(written: list[tuple[int, str]], frame: str) -> str:
    """The first element that a browser's parser finds elsewhere than it is written."""
    if not (moved := _moved_in(written, frame)):
        return ""
    # To html5lib, a template is no border for the end of a paragraph, as it is to browsers; an object is one.
    objects = frame.replace("<template ", "<object ").replace("</template>", "</object>")
    return moved if _moved_in(written, objects) else ""


def _moved_in(written: list[tuple[int, str]], frame: str) -> str:
    root = cast(Any, html5lib).parse(frame, treebuilder="etree", namespaceHTMLElements=False)
    parsed: list[tuple[int, str]] = []
    stack: list[tuple[int, Any]] = [(0, root)]
    while stack:
        depth, node = stack.pop()
        if not isinstance(node.tag, str):
            return f"a comment {node.text!r}"
        name = re.sub(r"\{.*\}", "", node.tag).lower()
        parsed.append((depth, "template" if name == "object" else name))
        stack += [(depth + 1, child) for child in reversed(node)]
    expected = _with_bodies(written)
    for place, (left, right) in enumerate(itertools.zip_longest(expected, parsed)):
        if left != right:
            return f"at {place}: written {expected[max(place - 2, 0) : place + 2]}, parsed {parsed[max(place - 2, 0) : place + 2]}"
    return ""


def _with_bodies(written: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """The tags with the `tbody` that a parser adds around the rows of a table."""
    found: list[tuple[int, str]] = []
    shifts: list[int] = []  # depths of tables' added bodies
    path: list[str] = []
    for depth, tag in written:
        del path[depth:]
        while shifts and shifts[-1] >= depth:
            shifts.pop()
        if tag == "tr" and path and path[-1] == "table":
            if not shifts or shifts[-1] != depth - 1:
                found.append((depth + len(shifts), "tbody"))
                shifts.append(depth - 1)
        elif tag in _GROUPS and path and path[-1] == "table" and shifts and shifts[-1] == depth - 1:
            shifts.pop()
        path.append(tag)
        found.append((depth + len(shifts), tag))
    return found
