"""A visit to a trading page: four tables that are rendered whole again and again, and a few clicks.

229 events, as in the original: 160 mutations of 35 kB to 3.5 MB add 300,000 nodes and remove 60,000 rows;
37 MB inflated, 7 MB of lines.
"""

from random import Random
from typing import Final, NamedTuple

from .document import Document, element, text
from .recorder import ORIGIN, Kind, Mouse, Node, Recorder, Source, Stretch

CLICKS: Final = 15
TICKS: Final = 15
"""Figures outside the tables that each mutation updates."""
_SYMBOLS: Final = ("EURUSD", "USDJPY", "GBPUSD", "AUDCAD", "XAUUSD", "BTCEUR", "ETHUSD", "US500", "GER40", "NAS100")


class Table(NamedTuple):
    """A table, its number of rows, and how often it is rendered."""

    name: str
    rows: int
    renders: int


TABLES: Final = (
    Table("book", 54, 60),
    Table("trades", 150, 60),
    Table("positions", 650, 36),
    Table("blotter", 5_600, 4),
)


def dense_visit(rng: Random) -> Stretch:
    """Record the whole visit."""
    recorder = Recorder(rng, f"{ORIGIN}/trade")
    bodies = {table.name: element("tbody", {}) for table in TABLES}
    figures = [element("span", {"class": "figure"}, text("0")) for _ in range(TICKS)]
    buttons = [element("button", {"data-testid": f"trade-{way}"}, text(way.title())) for way in ("buy", "sell", "hold")]
    tables = (element("table", {"id": name, "class": "grid"}, body) for name, body in bodies.items())
    page = element("body", {}, *buttons, element("div", {"id": "ticker"}, *figures), *tables)
    head = element("head", {}, element("title", {}, text("Trade")))
    document = Document(element("html", {"lang": "en"}, head, page))
    recorder.now = 700
    recorder.write(Kind.LOAD, {})
    recorder.snapshot(document.root)
    renders = [table for table in TABLES for _ in range(table.renders)]
    rng.shuffle(renders)
    for place, table in enumerate(renders):
        recorder.now += rng.randint(150, 900)
        rows = [_row(rng) for _ in range(table.rows)]
        recorder.mutation(**_render(document, bodies[table.name], rows, figures, rng))
        if place % (len(renders) // CLICKS) == 0 and place // (len(renders) // CLICKS) < CLICKS:
            _click(recorder, rng, rng.choice(buttons))
    return recorder.stretch()


def _render(
    document: Document, body: Node, rows: list[Node], figures: list[Node], rng: Random
) -> dict[str, list[Node]]:
    """Give a table new rows and the figures new values; return the mutation."""
    parts = document.replace(body, [*body["childNodes"]], rows)
    for figure in figures:
        new = document.replace(figure, [*figure["childNodes"]], [text(_price(rng))])
        parts["removes"] += new["removes"]
        parts["adds"] += new["adds"]
    return parts


def _row(rng: Random) -> Node:
    """A row: 5 nodes."""
    symbol = rng.choice(_SYMBOLS)
    way = rng.choice(("up", "down"))
    return element(
        "tr",
        {"class": f"grid-row {way}", "data-key": f"{symbol}-{rng.getrandbits(24):06x}"},
        element("td", {"class": "cell cell-symbol"}, text(f"{symbol} {rng.randint(1, 500)}")),
        element("td", {"class": f"cell cell-price {way}"}, text(_price(rng))),
    )


def _price(rng: Random) -> str:
    return f"{rng.randint(10_000, 999_999) / 100:.2f}"


def _click(recorder: Recorder, rng: Random, control: Node) -> None:
    for _ in range(rng.randint(0, 2)):
        recorder.now += rng.randint(30, 300)
        positions = [{"x": rng.randrange(1_440), "y": rng.randrange(900), "id": control["id"], "timeOffset": 0}]
        recorder.incremental(Source.MOUSE_MOVE, positions=positions)
    recorder.mouse(Mouse.DOWN, control["id"], x=40, y=20)
    recorder.now += rng.randint(50, 110)
    recorder.mouse(Mouse.UP, control["id"], x=40, y=20)
    recorder.now += 3
    recorder.mouse(Mouse.CLICK, control["id"], x=40, y=20, pointerType=0)
