"""A test as data: its steps, how it finds elements, and what it expects at the end."""

from typing import Final, Literal

from msgspec import Struct

MAX_STEPS: Final = 200
"""Maximum steps of a test; the last ones are kept."""

FindBy = Literal["role", "label", "text", "css"]
"""How a test finds an element: by role and accessible name, by the label of a field, by text, by CSS selector."""

StepKind = Literal[
    "open", "reload", "back", "arrive", "click", "fill", "check", "uncheck", "select", "left_out", "uncoded"
]
"""What a step does. `arrive` waits for the page that the step before it opened. Two are only comments: `left_out`,
which nobody would do again, and `uncoded`, which code cannot do."""

PlaceholderKind = Literal["text", "digits", "email", "date", "url"]
"""What stands for a typed text of which only the length is known."""

ExpectationKind = Literal["answer", "not_shown", "prompt_answer", "no_error", "change", "unknown"]
"""What should have happened: a request is answered without an error (`answer`) or soon (`prompt_answer`), an error text
is not shown, no error is logged, the page changes; or the recording does not tell (`unknown`)."""


class Finder(Struct, frozen=True):
    """How a test finds an element.

    Attributes:
        text: the name, label, text or selector.
        role: with `role`.
        beginning: whether only the beginning of the text is known, since the rest was masked or cut.
    """

    by: FindBy
    text: str
    role: str = ""
    beginning: bool = False


class ReproStep(Struct, frozen=True):
    """One step of a test.

    Attributes:
        ref: the row that it repeats; `seconds`: when that began.
        tab: the number of the browser tab.
        finder: how the element is found; None for steps without one.
        selector: of the element, for the comment.
        url: of the page, for `open` and `arrive`.
        touch: whether a `click` was a tap.
        count: how many clicks.
        characters: how many a `fill` types; `placeholder`: what it types; `label`: of the field.
        enter: whether the person sent the field with the Enter key.
        opens_tab: the browser tab that the step opens; 0 for none.
        new_tab: whether an `open` needs a new browser tab; `elsewhere`: whether it leaves the origin of the first page.
        shows: texts that the page shows afterwards.
        note: for the comment: our own words, maybe followed by recorded ones.
    """

    ref: str
    seconds: float
    tab: int
    kind: StepKind
    finder: Finder | None = None
    selector: str = ""
    url: str = ""
    touch: bool = False
    count: int = 1
    characters: int = 0
    placeholder: PlaceholderKind = "text"
    label: str = ""
    enter: bool = False
    opens_tab: int = 0
    new_tab: bool = False
    elsewhere: bool = False
    shows: tuple[str, ...] = ()
    note: str = ""


class Expectation(Struct, frozen=True):
    """What should have happened after the last step, and what happened instead.

    Attributes:
        recorded: what happened instead, in our words and recorded ones.
        method: of the request, empty if unknown; `url`: its URL.
        text: of the error that is not to be shown, or that is not to be logged.
        within_ms: how long the test waits for it.
    """

    kind: ExpectationKind
    recorded: str
    method: str = ""
    url: str = ""
    text: str = ""
    within_ms: int = 0


class Repro(Struct, frozen=True):
    """A test that fails where a recording failed.

    Attributes:
        origin: scheme, host and port of the first page.
        viewport: width and height in CSS pixels; None if not recorded.
        touch: whether the visitor used a touch screen.
        language: of the browser; empty if not recorded.
        steps: the last one is the action, or the opening of a page, that had the problem.
        notes: what the test lacks, in our words and recorded ones.
    """

    origin: str
    viewport: tuple[int, int] | None
    touch: bool
    language: str
    steps: tuple[ReproStep, ...]
    expectation: Expectation
    notes: tuple[str, ...] = ()

    @property
    def last(self) -> ReproStep:
        """The step with the problem."""
        return self.steps[-1]
