"""A question while it is asked: its calls, their size, and what is wrong with the answers."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final

from mcp import Client
from mcp.types import TextContent

from benchmarks.questions.facts import Facts

MAX_CALLS: Final = 2
MAX_CHARACTERS: Final = 8_000

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call, and the characters of its result."""

    tool: str
    arguments: Json
    characters: int
    seconds: float


def rows_of(result: Json, name: str) -> list[Json]:
    """A list of objects in a result; empty if it is absent."""
    return result.get(name) or []


def part_of(result: Json, name: str) -> Json:
    """An object in a result; empty if it is absent."""
    return result.get(name) or {}


@dataclass(slots=True)
class Asked:
    """A question asked on one store.

    Attributes:
        wrong: what the results should have said, and did not.
    """

    client: Client
    clock: Callable[[], float]
    calls: list[Call] = field(default_factory=list[Call])
    wrong: list[str] = field(default_factory=list[str])

    async def call(self, tool: str, **arguments: Any) -> Json:
        """Call a tool; an error is a wrong answer, and its result is empty."""
        started = self.clock()
        result = await self.client.call_tool(tool, arguments)
        text = "".join(block.text for block in result.content if isinstance(block, TextContent))
        self.calls.append(Call(tool, arguments, len(text), self.clock() - started))
        if result.is_error:
            self.wrong.append(f"{tool} failed: {text[:300]}")
            return {}
        return json.loads(text)

    def equal(self, what: str, found: object, known: object) -> None:
        """Hold one fact of the answer against the known one."""
        if found != known:
            self.wrong.append(f"{what}: {_short(found)}, known: {_short(known)}")

    def near(self, what: str, found: float | None, known: float, share: float = 0.15) -> None:
        """Hold a measured time against the known one: it may differ by a share."""
        if found is None or abs(found - known) > known * share:
            self.wrong.append(f"{what}: {found}, known: {known}")

    def holds(self, what: str, is_so: object) -> None:
        """Note what the answer lacks."""
        if not is_so:
            self.wrong.append(f"not shown: {what}")


@dataclass(frozen=True, slots=True)
class Question:
    """A question, and how a model that knows the tools asks it.

    Attributes:
        number: 1 to 15 as in the reality check of version 0.1, 16 to 30 our own.
        max_calls: two; curating takes one for each change.
    """

    number: int
    text: str
    ask: Callable[[Asked, Facts], Awaitable[None]]
    max_calls: int = MAX_CALLS


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 160 else f"{text[:160]}…"
