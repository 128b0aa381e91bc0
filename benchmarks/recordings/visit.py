"""A visit to a page, and the events that the recorder writes."""

from collections.abc import Callable
from random import Random
from typing import Final

from .changes import Changes
from .page import ERRORS, MESSAGES, SECTIONS, Page, class_selector, dialog, make_page, menu, message, row, stylesheet
from .recorder import ORIGIN, Kind, Mouse, Node, Recorder, Source, Stretch

STYLE_RULES_SHARE: Final = 1 / 7
"""The share of pages that insert their CSS rule by rule: 2 of 14."""
ADOPTED_SHARE: Final = 1 / 14
"""The share of pages that adopt style sheets, one for each component."""


class Visit:
    """A visit from a page's load to the visitor's last action; `stretches` holds the events."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._section = rng.choice(SECTIONS)
        href = f"{ORIGIN}/{self._section}?page={rng.randint(1, 40)}&token={rng.getrandbits(64):016x}"
        self._recorder = Recorder(rng, href)
        self._page: Page = make_page(rng, self._section)
        self._changes = Changes(rng, self._recorder, self._page)
        self._actions: dict[Callable[[], None], float] = {
            self._type: 3,
            self._toggle: 3,
            self._load_rows: 2,
            self._open_dialog: 1.5,
            self._choose: 1.5,
            self._fail: 1,
            self._dead_click: 0.5,
            self._rage: 0.2,
            self._log: 0.3,
            self._scroll: 1,
        }
        self._load(href)
        self.stretches: list[Stretch] = []
        for _ in range(rng.randint(1, 4)):
            for action in rng.choices([*self._actions], [*self._actions.values()], k=rng.randint(2, 4)):
                action()
                self._changes.wait(rng.randint(300, 4_000))
            self.stretches.append(self._recorder.stretch())

    def _load(self, href: str) -> None:
        recorder, rng = self._recorder, self._rng
        files = [recorder.request(f"/assets/app.{rng.getrandbits(32):08x}.js", isInitial=True) for _ in range(3)]
        recorder.now = 700
        recorder.write(Kind.DOM_CONTENT_LOADED, {})
        recorder.now += 6
        recorder.write(Kind.LOAD, {})
        recorder.snapshot(self._page.document.root)
        recorder.custom("$session_options", sessionRecordingOptions={"maskAllInputs": True, "slimDOMOptions": {}})
        recorder.custom("$posthog_config", config={f"option_{place}": None for place in range(120)})
        recorder.custom("$pageview", href=href)
        styled = rng.random()
        if styled < STYLE_RULES_SHARE:
            for _ in range(rng.randint(120, 380)):
                recorder.style_rule(self._page.style["id"], f"{class_selector(rng)}{{color:rgb(0,0,0);}}")
        elif styled < STYLE_RULES_SHARE + ADOPTED_SHARE:
            for place in range(36):
                recorder.adopted_style(self._page.body["id"], place + 1, stylesheet(rng, 1_700))
        recorder.requests(*files, isInitial=True)

    def _click(self, control: Node) -> None:
        """Move the mouse to a control, and click it."""
        for _ in range(self._rng.randint(1, 8)):
            self._changes.wait(self._rng.randint(30, 400))
            x, y = self._rng.randrange(1_440), self._rng.randrange(900)
            over = self._rng.choice(self._page.elements)
            self._recorder.incremental(
                Source.MOUSE_MOVE, positions=[{"x": x, "y": y, "id": over["id"], "timeOffset": 0}]
            )
        self._press(control)

    def _press(self, control: Node) -> None:
        recorder, at = self._recorder, {"x": 640.25, "y": 400.0546875}
        recorder.mouse(Mouse.DOWN, control["id"], **at)
        recorder.now += 2
        recorder.mouse(Mouse.FOCUS, control["id"])
        recorder.now += self._rng.randint(50, 110)
        recorder.mouse(Mouse.UP, control["id"], **at)
        recorder.now += 3
        recorder.mouse(Mouse.CLICK, control["id"], x=640, y=400, pointerType=0)

    def _click_button(self) -> Node:
        control = self._rng.choice(self._page.buttons)
        self._click(control)
        return control

    def _replace(self, parent: Node, old: list[Node], new: list[Node]) -> None:
        self._recorder.now += self._rng.randint(5, 300)
        self._recorder.mutation(**self._page.document.replace(parent, old, new))

    def _type(self) -> None:
        control = self._rng.choice(self._page.fields)
        self._click(control)
        for length in range(1, self._rng.randint(4, 24)):
            self._changes.wait(self._rng.randint(60, 240))
            self._recorder.incremental(Source.INPUT, text="*" * length, isChecked=False, id=control["id"])
        self._recorder.mouse(Mouse.BLUR, control["id"])

    def _toggle(self) -> None:
        self._click_button()
        self._recorder.now += self._rng.randint(5, 60)
        self._recorder.mutation(attributes=self._changes.attributes(self._rng.randint(1, 4)))

    def _load_rows(self) -> None:
        self._click_button()
        request = self._recorder.request(f"/api/{self._section}?cursor={self._rng.getrandbits(48):x}")
        self._recorder.requests(request)
        new = [row(self._rng) for _ in range(self._rng.randint(1, 8))]
        rows = self._page.rows
        self._replace(rows, [], new)
        self._show_message(self._rng.choice(MESSAGES), "status")
        self._replace(rows, new, [])

    def _show_message(self, content: str, role: str) -> None:
        note = message(self._rng, content, role)
        self._replace(self._page.body, [], [note])
        self._changes.wait(self._rng.randint(1_000, 4_000))
        self._replace(self._page.body, [note], [])

    def _open_dialog(self) -> None:
        self._click_button()
        added = dialog(self._rng)
        self._replace(self._page.body, [], [added])
        self._changes.wait(self._rng.randint(500, 3_000))
        self._click(added["childNodes"][2]["childNodes"][1])
        self._replace(self._page.body, [added], [])

    def _choose(self) -> None:
        self._click_button()
        added = menu(self._rng, self._rng.randint(3, 12))
        self._replace(self._page.body, [], [added])
        self._changes.wait(self._rng.randint(300, 1_500))
        self._click(self._rng.choice(added["childNodes"]))
        self._replace(self._page.body, [added], [])

    def _fail(self) -> None:
        self._click_button()
        path = f"/api/{self._section}/bulk"
        self._recorder.requests(self._recorder.request(path, "POST", self._rng.choice((500, 503, 422))))
        self._recorder.console("error", "Request failed", {"path": path, "retry": False})
        self._show_message(self._rng.choice(ERRORS), "alert")

    def _dead_click(self) -> None:
        self._click_button()
        self._recorder.now += 3_000

    def _rage(self) -> None:
        control = self._click_button()
        for _ in range(self._rng.randint(3, 6)):
            self._recorder.now += self._rng.randint(80, 250)
            self._press(control)
        self._recorder.now += 3_000

    def _log(self) -> None:
        level = self._rng.choice(("log", "info", "warn"))
        self._recorder.console(level, f"[shop] {self._section} updated", {"rows": self._rng.randint(1, 100)})

    def _scroll(self) -> None:
        for _ in range(self._rng.randint(1, 4)):
            self._changes.wait(100)
            self._recorder.incremental(
                Source.SCROLL, id=self._page.document.root["id"], x=0, y=self._rng.randrange(2_000)
            )
