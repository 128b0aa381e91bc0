"""Asks all questions on both stores, prints the results, and fails if an answer is wrong or over its bounds.

python -m benchmarks.questions [--only demo|generated] [--question N] [--write docs/questions.md]
"""

import argparse
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
from mcp import Client

from benchmarks.questions.asked import Asked, Question
from benchmarks.questions.crowd import make_sessions
from benchmarks.questions.demo_facts import demo_facts
from benchmarks.questions.facts import Facts
from benchmarks.questions.questions import QUESTIONS
from benchmarks.questions.report import Answer, document, line, verbose
from benchmarks.questions.store import write_sessions
from benchmarks.questions.truths import generated_facts
from replay_mcp.cli.local_store import open_local
from replay_mcp.client.in_process import InProcessTransport
from replay_mcp.local.store.clock import now_ms
from replay_mcp.server.app import open_server
from replay_mcp.settings import LOCAL_ORIGIN, Settings

STORES = ("demo", "generated")


def main() -> int:
    """Run; return 1 if an answer is wrong or over its bounds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=STORES)
    parser.add_argument("--question", type=int, action="append")
    parser.add_argument("--write", type=Path, help="write the results as a page of the documentation")
    options = parser.parse_args()
    questions = [question for question in QUESTIONS if question.number in (options.question or range(99))]
    answers: dict[str, list[Answer]] = {}
    with tempfile.TemporaryDirectory() as directory:
        for name in [options.only] if options.only else STORES:
            path = Path(directory) / f"{name}.sqlite"
            facts = demo_facts() if name == "demo" else _generate(path)
            answers[name] = anyio.run(_ask_all, path, facts, questions)
    if options.write:
        options.write.write_text(document(answers))
    return 0 if all(answer.is_right for asked in answers.values() for answer in asked) else 1


def _generate(path: Path) -> Facts:
    started = time.perf_counter()
    sessions = list(make_sessions())
    write_sessions(path, sessions, now_ms())
    print(f"{len(sessions)} sessions made up and stored in {time.perf_counter() - started:.0f} s")
    return generated_facts(sessions)


async def _ask_all(path: Path, facts: Facts, questions: Sequence[Question]) -> list[Answer]:
    answers: list[Answer] = []
    async with _connected(path, demo=facts.name == "demo") as client:
        for question in questions:
            asked = Asked(client, time.perf_counter)
            try:
                await question.ask(asked, facts)
            except (LookupError, TypeError) as error:
                asked.wrong.append(f"the result has another form: {error!r}")
            answers.append(Answer(question, asked.calls, asked.wrong))
            print(f"{facts.name:9} {line(answers[-1])}", *verbose(answers[-1]), sep="\n", flush=True)
    return answers


@asynccontextmanager
async def _connected(path: Path, *, demo: bool) -> AsyncGenerator[Client]:
    """A client of a server on the store at `path`."""
    with open_local(path, demo_recordings=demo) as local:
        settings = Settings(api_key=None, origin=LOCAL_ORIGIN, environment="1", audit=path.with_suffix(".audit"))
        async with (
            InProcessTransport(local.app()) as transport,
            open_server(settings, api_key=local.key.value, transport=transport) as server,
            Client(server) as client,
        ):
            yield client


if __name__ == "__main__":
    sys.exit(main())
