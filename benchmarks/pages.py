"""Pages of the made-up web application that `benchmarks.recordings` records."""

import itertools
from collections.abc import Iterator
from random import Random
from typing import Any, Final
from xml.etree import ElementTree as ET

ORIGIN: Final = "https://app.shop.example"

SECTIONS = ("orders", "customers", "products", "invoices", "shipments", "discounts", "reports", "returns", "staff")
ACTIONS = ("refresh", "export", "columns", "filter", "archive", "assign", "print", "share")
_COLUMNS = ("Order", "Customer", "E-mail", "Status", "Total", "Placed", "Actions")
_COLOURS = {"Paid": "green", "Open": "blue", "Late": "red"}
_FIRST = ("Ada", "Bruno", "Chiara", "Dmitri", "Edda", "Farid", "Grace", "Hiro", "Ines", "Jonas", "Kaja", "Lucía")
_LAST = ("Abbott", "Bianchi", "Castro", "Dahl", "Eriksen", "Fischer", "García", "Haddad", "Ito", "Jensen", "Kovač")
WORDS = (
    "coffee",
    "kettle",
    "filter",
    "grinder",
    "scale",
    "mug",
    "beans",
    "roast",
    "parcel",
    "stock",
    "price",
    "label",
)

Node = dict[str, Any]


def nodes(markup: str) -> list[Node]:
    """Nodes as rrweb writes them, still without ids, of well-formed HTML."""
    return _children(ET.fromstring(f"<_>{markup}</_>"))


def _children(element: ET.Element) -> list[Node]:
    nodes = [_text(element.text)] if element.text else []
    for child in element:
        node: Node = {"type": 2, "tagName": child.tag, "attributes": child.attrib, "childNodes": _children(child)}
        if child.tag in {"svg", "path"}:
            node["isSVG"] = True
        nodes.append(node)
        if child.tail:
            nodes.append(_text(child.tail))
    return nodes


def _text(value: str) -> Node:
    return {"type": 3, "textContent": value}


def _icon(path: str) -> str:
    return (
        '<svg class="w-5 h-5 shrink-0" fill="none" viewBox="0 0 24 24" stroke="currentColor">'
        f'<path stroke-linecap="round" stroke-linejoin="round" stroke-width="2" d="{path}"/></svg>'
    )


_BARS = _icon("M4 6h16M4 12h16M4 18h7")
_PEN = _icon("M15.2 5.2l3.6 3.6m-2-5a2.5 2.5 0 113.5 3.5L6.5 21H3v-3.6z")
BIN = _icon("M19 7l-.9 12.1A2 2 0 0116.1 21H7.9a2 2 0 01-2-1.9L5 7m5 4v6m4-6v6m1-10V4a1 1 0 00-1-1h-4a1 1 0 00-1 1v3z")


def icon_button(attr: str, label: str, icon: str) -> str:
    """A button that shows a picture only."""
    return f'<button class="p-1 rounded hover:bg-gray-100" data-attr="{attr}" aria-label="{label}">{icon}</button>'


def field(name: str) -> str:
    """A labelled text field."""
    return (
        f'<div class="col-span-3"><label for="{name}" class="block text-sm font-medium text-gray-700">{name}</label>'
        f'<input id="{name}" name="{name}" type="text" autocomplete="off" placeholder="{name}" '
        'class="block w-full rounded-md border-gray-300 shadow-sm focus:border-indigo-500 sm:text-sm"/></div>'
    )


def row(rng: Random, section: str) -> str:
    """A row of the page's table: 25 nodes."""
    number, first, last = rng.randint(10_000, 99_999), rng.choice(_FIRST), rng.choice(_LAST)
    status, colour = rng.choice([*_COLOURS.items()])
    badge = f"inline-flex rounded-full px-2 text-xs font-semibold bg-{colour}-100 text-{colour}-800"
    cells = (
        f'<a href="{ORIGIN}/{section}/{number}" data-attr="{section}-row-link">#{number}</a>',
        f'<span class="truncate">{first} {last}</span>',
        f'<span class="truncate text-gray-500">{first}.{last}{number % 100}@mail.example</span>',
        f'<span class="{badge}">{status}</span>',
        f"€{rng.randint(5, 900)}.{rng.randint(10, 99)}",
        f"{rng.randint(1, 28)} Nov 2026",
        f'<div class="flex justify-end space-x-2">{icon_button(f"{section}-edit", "Edit", _PEN)}'
        f"{icon_button(f'{section}-delete', 'Delete', BIN)}</div>",
    )
    cells = (f'<td class="px-6 py-4 whitespace-nowrap text-sm text-gray-900">{cell}</td>' for cell in cells)
    return f'<tr class="hover:bg-gray-50" data-row-key="{number}">{"".join(cells)}</tr>'


def _document(rng: Random, section: str) -> str:
    links = (
        f'<a href="{ORIGIN}/{name}/{word}" class="group flex items-center px-2 py-1" data-attr="nav-{name}-{word}">'
        f'{_BARS}<span class="ml-3">{word}</span></a>'
        for name in SECTIONS
        for word in WORDS[:6]
    )
    buttons = (
        f'<button type="button" data-attr="{section}-{action}" class="inline-flex items-center rounded-md px-3 py-2 '
        f'text-sm font-medium shadow-sm hover:bg-gray-50 focus:ring-2">{_PEN}<span>{action}</span></button>'
        for action in ACTIONS
    )
    cards = (
        f'<div class="bg-white overflow-hidden shadow rounded-lg px-4">{_BARS}<dt class="text-sm truncate">{word}</dt>'
        f'<dd class="mt-1 text-3xl font-semibold text-gray-900">{rng.randint(10, 9_999)}</dd>'
        f'<div class="h-2 bg-indigo-600 rounded" style="width: {rng.randint(1, 100)}%;"/></div>'
        for word in WORDS
    )
    columns = (f'<th scope="col" class="px-6 py-3 text-left">{name}</th>' for name in _COLUMNS)
    rows = (row(rng, section) for _ in range(rng.randint(42, 140)))
    return f"""<html lang="en"><head><meta charset="utf-8"/><title>{section} - Shop</title><link/></head>
<body class="h-full"><div id="root"><nav class="fixed inset-y-0 w-64 flex-col" aria-label="Main">{"".join(links)}</nav>
<main class="flex-1 overflow-y-auto"><h1 class="text-2xl font-semibold text-gray-900">{section}</h1>
<div class="flex items-center space-x-3" role="toolbar">{"".join(buttons)}</div>
<dl class="grid grid-cols-4 gap-5">{"".join(cards)}</dl>
<form id="{section}-form" class="grid grid-cols-6 gap-6">{"".join(map(field, WORDS[:7]))}</form>
<table class="min-w-full"><thead><tr>{"".join(columns)}</tr></thead><tbody>{"".join(rows)}</tbody></table>
</main></div></body></html>"""


def stylesheet(rng: Random) -> str:
    """A utility framework's rules and a product's own, as the recorder inlines them."""
    utilities = (
        f".{variant}{name}-{step} {{ {name}: {step / 4}rem; }}"
        for variant in ("", "sm\\:", "md\\:", "lg\\:", "hover\\:", "focus\\:")
        for name in ("margin-top", "margin-left", "padding", "gap", "width", "max-height", "inset", "line-height")
        for step in range(64)
    )
    own = (
        f".{rng.choice(WORDS)}-{rng.choice(WORDS)}_{rng.getrandbits(24):06x} {{ display: flex; color: "
        f"rgb({rng.randrange(256)}, {rng.randrange(256)}, {rng.randrange(256)}); border-radius: {rng.randrange(16)}px; "
        f"transition: opacity {rng.randrange(90)}ms cubic-bezier(0.4, 0, 0.2, 1) 0s; }}"
        for _ in range(500)
    )
    return "".join((*utilities, *own))


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it, in document order."""
    yield node
    for child in node.get("childNodes", ()):
        yield from walk(child)


def having_tag(node: Node, tag: str) -> list[Node]:
    """The elements with this tag in a node."""
    return [found for found in walk(node) if found.get("tagName") == tag]


class Page:
    """A page's DOM. Its nodes get their ids as the recorder gives them: in document order, later ones counting on."""

    def __init__(self, rng: Random, section: str, stylesheet: str) -> None:
        self._ids = itertools.count(1)
        doctype = {"type": 1, "name": "html", "publicId": "", "systemId": ""}
        self.document: Node = {"type": 0, "childNodes": [doctype, *nodes(_document(rng, section))]}
        [self.body], [self.rows], [self.cards], [self.form], [link] = (
            having_tag(self.document, tag) for tag in ("body", "tbody", "dl", "form", "link")
        )
        link["attributes"]["_cssText"] = stylesheet
        for node in walk(self.document):
            node["id"] = next(self._ids)

    def replaced(self, parent: Node, old: list[Node], new: list[Node]) -> dict[str, list[Node]]:
        """The mutation of neighbours `old` of `parent` into `new`, which comes last in it when nothing is replaced."""
        children: list[Node] = parent["childNodes"]
        at = children.index(old[0]) if old else len(children)
        children[at : at + len(old)] = new
        after = children[at + len(new)]["id"] if at + len(new) < len(children) else None
        removes = [{"parentId": parent["id"], "id": node["id"]} for node in old]
        return {"removes": removes, "adds": [*self._added(parent, new, after)]}

    def _added(self, parent: Node, new: list[Node], after: int | None) -> Iterator[Node]:
        """One entry a node, the last sibling first, so that the id of the next one is always known."""
        for node in reversed(new):
            node["id"] = next(self._ids)
            bare: Node = {"childNodes": []} if node["type"] == 2 else {}
            yield {"parentId": parent["id"], "nextId": after, "node": node | bare}
            after = node["id"]
        for node in new:
            yield from self._added(node, node.get("childNodes", []), None)
