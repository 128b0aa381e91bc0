"""The pages of the generated shop, as rrweb serializes them.

Elements that visits press have the same node ids on every page, so that a visit can be written without reading it.
"""

from typing import Any, Final

from tests.recording.rrweb import document, element

HOST: Final = "https://tickets.example"

Node = dict[str, Any]

BUTTONS: Final = {
    "Add to cart": 20,
    "Apply coupon": 21,
    "Remove coupon": 22,
    "Pay now": 23,
    "Search": 24,
    "Share list": 25,
    "Sort by price": 26,
    "Go to checkout": 27,
    "Find address": 28,
}
"""Node ids of buttons, by name."""
FIELDS: Final = {"E-mail": 40, "Coupon code": 41, "What are you looking for?": 42}
"""Node ids of fields, by label."""
MAIN: Final = 10
HEADING: Final = 11
_LABEL_AFTER: Final = 20

_CONTENTS: Final[dict[str, tuple[str, ...]]] = {
    "products": ("Add to cart",),
    "cart": ("Coupon code", "Apply coupon", "Go to checkout"),
    "checkout": ("E-mail", "Find address", "Remove coupon", "Pay now"),
    "search": ("What are you looking for?", "Search"),
    "wishlist": ("Share list", "Sort by price"),
}
TITLES: Final = {
    "": "Tickets for tonight",
    "products": "A concert",
    "journal": "From the journal",
    "cart": "Your cart",
    "checkout": "Checkout",
    "search": "Search",
    "wishlist": "Your wishlist",
    "thanks": "Thank you, your order is placed",
}


def title_of(path: str) -> str:
    """The title of the page at `path`, which may have parameters."""
    return TITLES[_name(path)]


def make_page(path: str) -> Node:
    """The document of the page at `path`."""
    name, title = _name(path), title_of(path)
    controls = [_control(content) for content in _CONTENTS.get(name, ())]
    main = element(MAIN, "main", element(HEADING, "h1", title), *(node for nodes in controls for node in nodes))
    return document(main, title=title)


def message(node: int, role: str, text: str) -> Node:
    """An alert or a status with a text."""
    return element(node, "p", text, role=role)


def _name(path: str) -> str:
    return path.partition("?")[0].split("/")[1]


def _control(name: str) -> list[Node]:
    if name in BUTTONS:
        return [element(BUTTONS[name], "button", name, type="button")]
    field = FIELDS[name]
    return [
        element(field + _LABEL_AFTER, "label", name, for_=f"f{field}"),
        element(field, "input", id=f"f{field}", type="text"),
    ]
