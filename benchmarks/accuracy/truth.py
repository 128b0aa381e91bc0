"""The truth about the visits of the corpus, as the visitor's script noted it while acting."""

from pathlib import Path
from typing import Final, Literal

import msgspec
from msgspec import Struct

CORPUS: Final = Path(__file__).parents[2] / "tests" / "corpus"


class Action(Struct, frozen=True):
    """One action of the visitor.

    Attributes:
        name: what a person would call the element; None: any name is right.
        alt: other right names.
        t: its start in epoch milliseconds; `end`: when mouse or keyboard was released.
        n: number of clicks.
        chars: number of characters in the field after typing.
        flags: flags that a person would set; `may`: flags that are arguable and not scored.
        optional: whether a timeline may leave it out.
        why: a remark for people.
    """

    kind: Literal["click", "typing", "change"]
    name: str | None
    t: int
    end: int
    flags: tuple[str, ...]
    may: tuple[str, ...] = ()
    alt: tuple[str, ...] = ()
    n: int = 1
    chars: int = 0
    optional: bool = False
    why: str = ""


class Text(Struct, frozen=True):
    """A text that the page showed between `t` and `until`; a `soft` one needs no row of its own."""

    text: str
    t: int
    until: int
    soft: bool = False


class Page(Struct, frozen=True):
    """A page that was visited, with the flags that a person would set."""

    t: int
    url: str
    flags: tuple[str, ...] = ()


class Statement(Struct, frozen=True):
    """A claim about the visit, and whether it is true."""

    expect: Literal["true", "false", "unknown"]
    kind: str
    text: str = ""
    count: int | None = None
    status: int | None = None
    seconds: float | None = None


class Truth(Struct, frozen=True, rename={"actions": "acts"}):
    """The truth about a visit.

    Attributes:
        held: whether it is held back, so that no rule is tuned on it.
        outcome: the outcomes that a person accepts as right.
        secrets: typed text, which no answer may contain; `never`: other text that no answer may contain.
    """

    id: str
    actions: tuple[Action, ...]
    texts: tuple[Text, ...]
    nav: tuple[Page, ...]
    claims: tuple[Statement, ...]
    outcome: tuple[str, ...]
    outcome_why: str
    secrets: tuple[str, ...]
    never: tuple[str, ...] = ()
    held: bool = False


def load(corpus: Path = CORPUS) -> dict[str, Truth]:
    """Load the truth about every recording of a corpus, by name."""
    return msgspec.json.decode((corpus / "truth.json").read_bytes(), type=dict[str, Truth], strict=False)
