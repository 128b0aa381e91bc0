"""The steps of a test: what the person did, in each browser tab, and the pages that they came to."""

from collections.abc import Sequence
from typing import Any, Final

from msgspec import structs

from replay_mcp.recording.timeline.rows import AFTER_MS, Row

from .expectations import expectation, is_problem
from .finders import finder
from .known_text import PageUrl, is_known
from .moment import ACTIONS, is_equal
from .placeholders import placeholder_kind
from .spec import ReproStep, StepKind

MAX_CLICKS: Final = 20
MAX_SHOWN: Final = 2
"""Maximum texts that a test waits for after an action."""
REDIRECT_SECONDS: Final = 2.0
"""A page that follows another one this soon, without an action between them, was a redirect."""

_CHOICES: Final = frozenset({"checkbox", "radio", "switch"})
_CHANGE_SECONDS: Final = 1.0
"""A choice this soon after a click on its label was made by that click."""
_NO_TARGET: Final = "an element that is not in the recording"
_UNCODED: Final = {"media": "a canvas, video or frame, whose content is not recorded", "unknown": _NO_TARGET,
                   "unread": _NO_TARGET}  # fmt: skip


class Steps:
    """Builds steps from rows in time order; the last row is the one with the problem.

    Attributes:
        built: the steps so far.
        masked: names of the parts of URLs that are masked.
        origin: of the first page.
    """

    def __init__(self, rows: Sequence[Row]) -> None:
        self.built: list[ReproStep] = []
        self.masked: dict[str, None] = {}
        self.origin = ""
        self._rows = rows
        self._by_ref = {row.ref: row for row in rows}
        self._tabs: dict[int, _TabState] = {}
        self._next = _next_actions(rows)
        self._last = rows[-1]
        self._all_tabs = {row.tab for row in rows}
        for row in rows:
            if row.kind == "navigation":
                self._navigate(row)
            elif row.kind in ACTIONS:
                self._act(row)

    def _navigate(self, row: Row) -> None:
        state = self._tabs.get(row.tab)
        if state is None:
            self._enter(row)
            return
        action, opened, goes_back = state.action, state.opened, state.pages[:-1] == [row.page]
        state.action, state.opened, state.pages = None, row.seconds, [state.pages[-1], row.page]
        if action is not None and _caused(action, row):
            self._arrive(row, action)
        elif row.reloaded:
            self._add(row, "reload")
        elif action is None and row.seconds - opened <= REDIRECT_SECONDS:
            self._arrive(row, None)
        elif goes_back:
            self._add(row, "back")
        else:
            self._open(row)

    def _enter(self, row: Row) -> None:
        """Handle the first page of a browser tab, which a click opened, or the person."""
        was_opened = any(step.opens_tab == row.tab for step in self.built if step.opens_tab)
        is_first = not self._tabs
        self._tabs[row.tab] = _TabState(row)
        if was_opened:
            self.built.append(ReproStep(row.ref, row.seconds, row.tab, "arrive", url=row.page))
        else:
            self._open(row, new_tab=not is_first)

    def _open(self, row: Row, *, new_tab: bool = False) -> None:
        url = PageUrl(row.page)
        self.origin = self.origin or url.origin
        self.masked |= dict.fromkeys(url.masked)
        note = f"masked: {', '.join(url.masked)}" if url.masked else ""
        step = ReproStep(row.ref, row.seconds, row.tab, "open", url=row.page, new_tab=new_tab, note=note)
        self.built.append(structs.replace(step, elsewhere=url.origin != self.origin))

    def _arrive(self, row: Row, action: Row | None) -> None:
        last = self.built[-1]
        if action is not None and action.kind == "typing" and last.kind == "fill" and last.ref == action.ref:
            if PageUrl(action.page).path == PageUrl(row.page).path:
                return  # the page keeps what is typed in its URL
            self.built[-1] = structs.replace(last, enter=True)
        if row is self._last and last.tab == row.tab:
            return
        self.built.append(ReproStep(row.ref, row.seconds, row.tab, "arrive", url=row.page))

    def _act(self, row: Row) -> None:
        state = self._tabs.get(row.tab)
        if state is None:
            self._enter(row)
            state = self._tabs[row.tab]
        before, state.action = state.action, row
        if row is not self._last and self._is_idle(row):
            return
        if row is not self._last and before is not None and self._repeats(row, before):
            self._comment(row, "left_out", f"the same as {before.ref}, which failed as well")
            return
        match row.kind:
            case "click":
                self._click(row)
            case "typing":
                self._fill(row)
            case _:
                self._choose(row)

    def _is_idle(self, row: Row) -> bool:
        """Whether a click did nothing that another step does not do as well."""
        if row.kind != "click" or row.element is None or row.texts:
            return False
        after = self._next.get(row.ref)
        into_field = row.element.sort == "field" and after is not None and after.tab == row.tab
        if into_field and after is not None and after.kind != "click":
            soon = after.kind == "change" and after.seconds - row.seconds <= _CHANGE_SECONDS
            return soon or after.key == row.key
        return row.element.sort == "page"

    def _repeats(self, row: Row, before: Row) -> bool:
        """Whether an action failed like the equal one before it, so that nobody does it once that one succeeds."""
        return is_equal(before, row) and is_problem(row) and is_problem(before)

    def _click(self, row: Row) -> None:
        element = row.element
        if element is None or element.sort in _UNCODED:
            self._comment(row, "uncoded", f"a click on {_UNCODED[element.sort] if element else _NO_TARGET}")
        elif row.not_judged == "file chooser" or element.role == "file field":
            self._comment(row, "uncoded", "the choice of a file: use setInputFiles")
        elif row is not self._last and "dead" in row.flags and not row.errors:
            self._comment(row, "left_out", "a click that did nothing")
        else:
            rage = "rage" in row.flags
            note = f"the person clicked {row.count} times" if rage else ""
            self._add(
                row,
                "click",
                count=1 if rage else min(row.count, MAX_CLICKS),
                opens_tab=self._opened_tab(row),
                note=note,
            )

    def _opened_tab(self, row: Row) -> int:
        """The number of the browser tab that a click opened, which nothing opened before; 0 if there is none."""
        detail = row.response.detail if row.response and row.response.kind == "tab" else ""
        tab = next((tab for tab in self._all_tabs if str(tab) == detail), 0)
        known = tab in self._tabs or any(step.opens_tab == tab for step in self.built)
        return 0 if known else tab

    def _fill(self, row: Row) -> None:
        characters = row.characters or 0
        kind = placeholder_kind(row.element, characters) if row.element else "text"
        label = row.element.name if row.element else ""
        self._add(row, "fill", characters=characters, placeholder=kind, label=label)

    def _choose(self, row: Row) -> None:
        element = row.element
        if row.choice == "moved":
            self._comment(row, "uncoded", "the move of a slider")
        elif row.choice in ("checked", "unchecked") and element is not None and element.role in _CHOICES:
            self._add(row, "uncheck" if row.choice == "unchecked" else "check")
        elif element is not None and element.tag == "select":
            self._add(row, "select", note="which option is not recorded: the second is a guess")
        else:
            self._add(row, "click")

    def _add(self, row: Row, kind: StepKind, **fields: Any) -> None:
        found = finder(row.element) if row.element else None
        if kind in _ON_ELEMENTS and found is None:
            self._comment(row, "uncoded", "an action on an element without a known name or selector")
            return
        note = fields.pop("note", "")
        shows = () if row is self._last else _shown(row)
        if row is not self._last and is_problem(row):
            note = "; ".join(filter(None, [note, f"recorded: {expectation(row, self._by_ref).recorded}"]))
        selector = row.element.selector if row.element else ""
        target = found if kind in _ON_ELEMENTS else None
        step = ReproStep(row.ref, row.seconds, row.tab, kind, target, selector, touch=row.touch, shows=shows, note=note)
        self.built.append(structs.replace(step, **fields))

    def _comment(self, row: Row, kind: StepKind, what: str) -> None:
        self.built.append(ReproStep(row.ref, row.seconds, row.tab, kind, note=what))


class _TabState:
    """What is known of a browser tab while its rows are read.

    Attributes:
        pages: the page before the present one, if any, and the present one.
        opened: when the present page was opened, in seconds.
        action: the latest action on the present page.
    """

    def __init__(self, row: Row) -> None:
        self.pages = [row.page]
        self.opened = row.seconds
        self.action: Row | None = None


_ON_ELEMENTS: Final = frozenset({"click", "fill", "check", "uncheck", "select"})


def _next_actions(rows: Sequence[Row]) -> dict[str, Row]:
    """By ref of an action, the next action in the same tab."""
    found: dict[str, Row] = {}
    latest: dict[int, Row] = {}
    for row in rows:
        if row.kind in ACTIONS:
            if before := latest.get(row.tab):
                found[before.ref] = row
            latest[row.tab] = row
    return found


def _caused(action: Row, navigation: Row) -> bool:
    """Whether an action, the last one before a page opened, led there."""
    if action.response is not None and action.response.kind in ("navigation", "reload"):
        return True
    return navigation.seconds - (action.until or action.seconds) <= AFTER_MS / 1000


def _shown(row: Row) -> tuple[str, ...]:
    """The texts that a test waits for: those that any other visitor sees as well."""
    if row.meaning == "error":
        return ()
    return tuple([text for text in row.texts if text.strip() and is_known(text)][:MAX_SHOWN])
