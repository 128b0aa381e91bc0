"""Pages of a web application made with a component library, of the sizes that real visits have."""

from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from random import Random
from typing import Any, Final

from .distributions import (
    ATTRIBUTES,
    CLASS_EXPONENT,
    CLASS_VALUES,
    DEPTH,
    DISPLAY_SHARE,
    HIDING_SHARE,
    SNAPSHOT_NODES,
    STYLESHEET_BYTES,
)
from .document import ELEMENT, TEXT, Document, element, text, walk
from .recorder import ORIGIN, Node

SECTIONS: Final = ("orders", "customers", "products", "invoices", "shipments", "discounts", "reports", "returns")
NAMES: Final = (
    "Ada Abbott",
    "Bruno Bianchi",
    "Chiara Castro",
    "Farid Fischer",
    "Inês García",
    "Hiro Ito",
    "Kaja Kovač",
)
LABELS: Final = (
    "Save",
    "Cancel",
    "Refresh",
    "Export",
    "Filter",
    "Archive",
    "Assign",
    "Share",
    "Invite",
    "Edit",
    "More",
)
FIELDS: Final = ("Name", "E-mail", "Company", "City", "Street", "Phone", "Quantity", "Note")
MESSAGES: Final = ("Saved", "Changes stored", "Copied to clipboard", "12 items found", "Loading", "Nothing selected")
ERRORS: Final = ("Please enter a name", "Payment failed. Try again.", "This field is required", "Something went wrong")
_LEVELS: Final = 9
"""Levels of a page without additional wrappers."""
_WORDS: Final = ("root", "label", "outlined", "primary", "item", "input", "content", "icon", "small", "focused", "list")
_PATHS: Final = ("M4 6h16M4 12h16M4 18h7", "M19 7l-.9 12.1A2 2 0 0116.1 21H7.9a2 2 0 01-2-1.9L5 7m5 4v6m4-6v6")


@cache
def _class_values() -> list[str]:
    """The values of `class` on the site, the most frequent first."""
    rng = Random("classes")
    return [
        " ".join(
            [*(f"Ui-{rng.choice(_WORDS)}{rng.choice(_WORDS).title()}" for _ in range(rng.randint(1, 3))), generated]
        )
        for generated in (f"css-{rng.getrandbits(28):07x}" for _ in range(CLASS_VALUES))
    ]


_WEIGHTS: Final = [*accumulate(1 / rank**CLASS_EXPONENT for rank in range(1, CLASS_VALUES + 1))]


def class_names(rng: Random) -> str:
    """A class attribute of a component library."""
    return rng.choices(_class_values(), cum_weights=_WEIGHTS)[0]


def class_selector(rng: Random) -> str:
    """The selector of elements with a random class attribute."""
    return f".{rng.choice(_class_values()).replace(' ', '.')}"


def styled_element(rng: Random, tag: str, attributes: dict[str, Any], *children: Node) -> Node:
    """An element with the given attributes and as many more as components usually have."""
    more = {
        "class": class_names(rng),
        "style": f"transform: translate({rng.randint(0, 900)}px, {rng.randint(0, 90)}px); opacity: 1;",
        "tabindex": "-1",
        "id": f":r{rng.randrange(999)}:",
        "aria-hidden": "false",
        "data-state": "open",
        "aria-labelledby": f":r{rng.randrange(999)}:",
        "data-index": str(rng.randrange(99)),
        "dir": "ltr",
        "data-side": "bottom",
    }
    missing = max(0, ATTRIBUTES.whole(rng) - len(attributes))
    return element(tag, {**attributes, **dict([*more.items()][:missing])}, *children)


def icon(rng: Random) -> Node:
    """A drawing."""
    path = element("path", {"d": rng.choice(_PATHS)})
    return element("svg", {"viewBox": "0 0 24 24", "focusable": "false", "aria-hidden": "true"}, path)


def button(rng: Random, label: str) -> Node:
    """A button with a label and sometimes a test id."""
    test_id = {"data-testid": f"{label.lower()}-{rng.randrange(9)}"} if rng.random() < 0.3 else {}
    return styled_element(rng, "button", {"type": "button", **test_id}, text(label))


def field(rng: Random, label: str) -> Node:
    """A labelled text field."""
    name = label.lower()
    control = styled_element(rng, "input", {"id": name, "name": name, "type": "text", "value": ""})
    return styled_element(rng, "div", {}, element("label", {"for": name}, text(label)), control)


def row(rng: Random) -> Node:
    """A list item with two texts and a link: 7 nodes."""
    number = rng.randint(10_000, 99_999)
    link = element("a", {"href": f"{ORIGIN}/orders/{number}"}, text(f"#{number}"))
    name = styled_element(rng, "span", {}, text(rng.choice(NAMES)))
    price = styled_element(rng, "span", {}, text(f"€{rng.randint(5, 900)}.{rng.randint(10, 99)}"))
    return styled_element(rng, "li", {}, link, name, price)


def message(rng: Random, content: str, role: str) -> Node:
    """A notification: 5 nodes."""
    paragraph = styled_element(rng, "p", {}, text(content))
    return styled_element(rng, "div", {"role": role}, icon(rng), paragraph)


def dialog(rng: Random) -> Node:
    """A dialog with a field and two buttons: 13 nodes."""
    title = element("h2", {"id": "title"}, text(f"{rng.choice(LABELS)} {rng.choice(SECTIONS)}"))
    actions = element("div", {}, button(rng, "Cancel"), button(rng, "Confirm"))
    attributes = {"role": "dialog", "aria-modal": "true", "aria-labelledby": "title"}
    return styled_element(rng, "div", attributes, title, field(rng, rng.choice(FIELDS)), actions)


def menu(rng: Random, options: int) -> Node:
    """A list of options: 2 nodes each."""
    items = (
        styled_element(rng, "li", {"role": "option", "aria-selected": "false"}, text(f"{rng.choice(LABELS)} {place}"))
        for place in range(options)
    )
    return styled_element(rng, "ul", {"role": "listbox"}, *items)


def fragment(rng: Random, size: int) -> list[Node]:
    """Sibling nodes, about `size` nodes in all, as a framework inserts them."""
    if size == 1:
        return [text(rng.choice(MESSAGES)) if rng.random() < 0.4 else styled_element(rng, "span", {})]
    if size <= 3:
        return [styled_element(rng, "span", {}, text(rng.choice(MESSAGES)))]
    if size <= 6:
        return [message(rng, rng.choice(MESSAGES), "status")]
    if size <= 24:
        return [dialog(rng) if rng.random() < 0.5 and size >= 13 else menu(rng, size // 2)]
    return [row(rng) for _ in range(size // 7)]


@cache
def _section_stylesheet(section: str) -> str:
    """The style sheet of all pages of a section. With these seeds their mean is 53 kB; that of real ones is 46 kB."""
    rng = Random(f"sheet {section}")
    return stylesheet(rng, STYLESHEET_BYTES.whole(rng))


def _display(rng: Random) -> str:
    chance = rng.random()
    if chance < HIDING_SHARE:
        return "display: none; "
    return "display: inline-flex; " if chance < HIDING_SHARE + DISPLAY_SHARE else ""


def stylesheet(rng: Random, size: int) -> str:
    """CSS of `size` characters, in the style of a component library."""
    rules: list[str] = []
    length = 0
    while length < size:
        space = rng.choice(("margin", "padding", "gap", "width", "inset", "line-height", "border-radius"))
        state = rng.choice((".Ui-closed", ".Ui-collapsed > div", " + .Ui-hidden")) if (shown := _display(rng)) else ""
        rules.append(
            f"{class_selector(rng)}{state} {{ {shown}"
            f"color: var(--ui-color-{rng.choice(_WORDS)}); {space}: {rng.randrange(64)}px; "
            f"transition: opacity {rng.randrange(900)}ms cubic-bezier(0.4, 0, 0.2, 1) 0s; }}"
        )
        length += len(rules[-1])
    return "".join(rules)[:size]


@dataclass(frozen=True, slots=True)
class Page:
    """A page, and the nodes that a visitor uses. None of them is ever removed from the document."""

    document: Document
    body: Node
    rows: Node
    style: Node
    fields: list[Node]
    buttons: list[Node]
    elements: list[Node]
    texts: list[Node]


def make_page(rng: Random, section: str) -> Page:
    """Make a page as large as real ones."""
    wanted = SNAPSHOT_NODES.whole(rng)
    style = element("style", {"_cssText": _section_stylesheet(section)})
    head = element("head", {}, element("meta", {"charset": "utf-8"}), element("title", {}, text(section)), style)
    fields = [field(rng, label) for label in FIELDS[: max(1, min(wanted // 16, len(FIELDS)))]]
    buttons = [button(rng, label) for label in LABELS[: max(2, min(wanted // 10, len(LABELS)))]]
    rows = styled_element(rng, "ul", {})
    form = styled_element(rng, "form", {}, *fields)
    main = styled_element(rng, "main", {}, element("h1", {}, text(section)), form, *buttons, rows)
    for _ in range(DEPTH.whole(rng) - _LEVELS):
        main = element("div", {"class": class_names(rng)}, main)
    body = element("body", {}, element("div", {"id": "root"}, main))
    html = element("html", {"lang": "en"}, head, body)
    rows["childNodes"] = [row(rng) for _ in range(max(0, wanted - sum(1 for _ in walk(html))) // 7)]
    document = Document(html)
    below = [*walk(body)]
    elements = [node for node in below if node["type"] == ELEMENT]
    inputs = [node for node in elements if node["tagName"] == "input"]
    texts = [node for node in below if node["type"] == TEXT]
    return Page(document, body, rows, style, inputs, buttons, elements, texts)
