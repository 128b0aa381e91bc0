"""Arguments that the schemas describe, and hostile ones: each call gets an answer that its caller can use.

`pytest -m hypothesis tests/tools/test_fuzzed_arguments.py --hypothesis-profile=full` tries 600 new ones per tool.
"""

import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import anyio
import jsonschema
import orjson
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mcp import Client
from mcp.shared.exceptions import MCPError
from mcp.types import CompleteResult, PromptReference, ResourceTemplateReference

from replay_mcp.cli.local_store import open_local
from replay_mcp.client.in_process import InProcessTransport
from replay_mcp.local.demo import load
from replay_mcp.server.app import open_server
from replay_mcp.server.listed_tools import ListedTool, listed_tools
from replay_mcp.settings import LOCAL_ORIGIN, Settings
from tests.agent import text_of
from tests.answers import assert_answer, assert_refusal
from tests.examples import examples
from tests.hostile import described_arguments, sendable_text, spoiled
from tests.seeding import add_item, add_playlist

Answer = TypeVar("Answer")
CALL_SECONDS = 60
SESSIONS: list[str] = [
    session["session_id"]
    for session in orjson.loads((Path(load.__file__).parent / "data" / "sessions.json").read_bytes())
]
KNOWN = [*SESSIONS, "aaaaaaaa", "bbbbbbbb"]
TOOLS = sorted(listed_tools(), key=lambda tool: (tool.destructive, tool.level != "read"))
"""Tools that delete come last, so that the others find something."""

RULES = re.compile(
    "an id must |use a relative date |an integer must be from |must be finite|nested more than |is not a cursor of "
    "|around: give a ref |window needs around|from must not be later|order needs at least|duration needs seconds"
    "|status is only for|count is not for|text is not for|seconds are not for|saw_text needs|visible needs|at: |within "
    "|type 'filters' needs|needs a value"
    "|a collection cannot have|nothing to change|only finds custom|set viewed or analyzed|a synthetic playlist is computed"
    "|The form is |give an e-mail, a user id|is not the e-mail of|this tool takes one recording|is not a whole id"
    r"|did not accept this cursor|lone surrogate|failed_request_status: String should match"
    r"|^(?:.*why\W+)?(?:split|steps|show|session_ids)(?:\.\d+)*: |versus must be earlier|versus compares two windows"
)
"""Why arguments that fit a schema are refused: rules that a schema cannot express, or only at great length."""


class Caller:
    """An MCP client in another thread: an example that ends early must not end the event loop."""

    def __init__(self, portal: BlockingPortal, client: Client) -> None:
        self._portal = portal
        self._client = client

    def ask(self, request: Callable[[Client], Awaitable[Answer]]) -> Answer:
        """Send a request and return its answer, within a minute."""

        async def bounded() -> Answer:
            with anyio.fail_after(CALL_SECONDS):
                return await request(self._client)

        return self._portal.call(bounded)

    def kind(self, tool: ListedTool, arguments: dict[str, Any]) -> tuple[str, str]:
        """Call a tool, check its answer, and return the kind of its error, or "ok", and the text."""
        result = self.ask(lambda client: client.call_tool(tool.name, arguments))
        return assert_answer(tool, result), text_of(result)


@pytest.fixture(scope="module")
def caller(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    """A client at the level `delete`, on a store with the demo recordings and two playlists."""
    path = tmp_path_factory.mktemp("fuzzed") / "replay.sqlite"
    with open_local(path, demo_recordings=True) as local, local.store.connection() as db:
        add_item(db, add_playlist(db, "aaaaaaaa"), SESSIONS[0])
        add_playlist(db, "bbbbbbbb", type="filters", filters="{}")
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(connected(path)) as client:
        yield Caller(portal, client)


@asynccontextmanager
async def connected(path: Path) -> AsyncGenerator[Client]:
    configured = Settings(api_key=None, origin=LOCAL_ORIGIN, environment="1", permission="delete")
    with open_local(path) as local:
        async with (
            InProcessTransport(local.app()) as transport,
            open_server(configured, api_key=local.key.value, transport=transport, audit=len) as server,
            Client(server) as client,
        ):
            yield client


def is_valid(arguments: dict[str, Any], schema: dict[str, Any]) -> bool:
    try:
        jsonschema.validate(arguments, schema)
    except jsonschema.ValidationError:
        return False
    return True


def fuzzed(count: int) -> settings:
    """Settings for examples that share the store: no answer may depend on what earlier ones changed."""
    return settings(examples(count), suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
@fuzzed(30)
@given(data=st.data())
def test_any_arguments_get_an_answer_and_only_listed_rules_refuse_what_fits_the_schema(
    caller: Caller, tool: ListedTool, data: st.DataObject
) -> None:
    fitting = described_arguments(tool.parameters, KNOWN)
    arguments = data.draw(fitting | spoiled(fitting, list(tool.parameters["properties"])))
    kind, text = caller.kind(tool, arguments)
    if kind == "invalid_arguments" and is_valid(arguments, tool.parameters):
        assert RULES.search(text), text


@fuzzed(30)
@given(
    name=st.sampled_from(["investigate-sessions", "weekly-problem-report"]) | sendable_text,
    arguments=st.dictionaries(
        st.sampled_from(["question", "window", "playlist", "session_id", "url", "x"]), sendable_text, max_size=4
    ),
)
def test_prompts_are_rendered_or_refused(caller: Caller, name: str, arguments: dict[str, str]) -> None:
    try:
        [message] = caller.ask(lambda client: client.get_prompt(name, arguments)).messages
    except MCPError as error:
        assert_refusal(error)
    else:
        assert len(message.model_dump_json()) <= 40_000


@fuzzed(30)
@given(
    id=st.sampled_from(KNOWN) | sendable_text.filter(lambda text: "." not in text),  # PostHog has no route to a dot
    form=st.sampled_from(["replay://recordings/{}", "replay://recordings/{}/timeline", "{}"]),
)
def test_resources_are_read_or_refused(caller: Caller, id: str, form: str) -> None:
    try:
        [content] = caller.ask(lambda client: client.read_resource(form.format(id))).contents
    except MCPError as error:
        assert_refusal(error)
    else:
        assert len(content.model_dump_json()) <= 50_000


@fuzzed(30)
@given(
    reference=st.sampled_from(["investigate-sessions", "replay://recordings/{id}", "replay://recordings/{id}/timeline"])
    | sendable_text,
    name=st.sampled_from(["id", "session_id", "playlist", "window"]) | sendable_text,
    value=sendable_text,
)
def test_completions_are_given_or_refused(caller: Caller, reference: str, name: str, value: str) -> None:
    resource = ResourceTemplateReference(type="ref/resource", uri=reference)
    prompt = PromptReference(type="ref/prompt", name=reference)

    def complete(one: ResourceTemplateReference | PromptReference, client: Client) -> Awaitable[CompleteResult]:
        return client.complete(one, {"name": name, "value": value})

    for one in (resource, prompt):
        try:
            completion = caller.ask(partial(complete, one)).completion
        except MCPError as error:
            assert_refusal(error)
        else:
            assert len(completion.values) <= 100
