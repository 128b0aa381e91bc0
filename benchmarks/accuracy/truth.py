"""What really happened in the corpus's visits, as the visitor wrote it down while acting."""

from pathlib import Path
from typing import Final, Literal

import msgspec
from msgspec import Struct

CORPUS: Final = Path(__file__).parents[2] / "tests" / "corpus"


class Act(Struct, frozen=True):
    """One thing that the visitor did.

    Attributes:
        name: what a person would call the element; None: any.
        alt: other names that are as good.
        t: when it began, epoch milliseconds; `end`: when the hand was off again.
        n: how many clicks.
        chars: how many characters the field held after typing.
        flags: what a person would set; `may`: what is arguable and not scored.
        optional: whether it may be left out of a timeline.
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
    """A page that was visited; with the flags that a person would set."""

    t: int
    url: str
    flags: tuple[str, ...] = ()


class Statement(Struct, frozen=True):
    """A claim about the visit, and whether it is so."""

    expect: Literal["true", "false", "unknown"]
    kind: str
    text: str = ""
    count: int | None = None
    status: int | None = None
    seconds: float | None = None


class Truth(Struct, frozen=True):
    """All of a visit.

    Attributes:
        held: whether rules may not be tuned on it.
        outcome: which outcomes a person accepts.
        secrets: typed text; with `never`, what no answer may hold.
    """

    id: str
    acts: tuple[Act, ...]
    texts: tuple[Text, ...]
    nav: tuple[Page, ...]
    claims: tuple[Statement, ...]
    outcome: tuple[str, ...]
    outcome_why: str
    secrets: tuple[str, ...]
    never: tuple[str, ...] = ()
    held: bool = False


def load(corpus: Path = CORPUS) -> dict[str, Truth]:
    """The truth about every recording of a corpus, by name."""
    return msgspec.json.decode((corpus / "truth.json").read_bytes(), type=dict[str, Truth], strict=False)
