"""What tests of the local API share."""

from collections.abc import Iterator

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from replay_mcp.local.http.call import Call
from replay_mcp.local.http.request_body import Body
from replay_mcp.local.store import accounts
from replay_mcp.local.store.clock import to_ms
from replay_mcp.local.store.database import Store
from tests.seeding import NOW


@pytest.fixture
def exporter() -> Iterator[InMemorySpanExporter]:
    """What this test's spans end up in; a process can set its tracer provider only once."""
    provider = trace.get_tracer_provider()
    if not isinstance(provider, TracerProvider):
        provider = TracerProvider()
        trace.set_tracer_provider(provider)
    exporter = InMemorySpanExporter()
    processor = SimpleSpanProcessor(exporter)
    provider.add_span_processor(processor)
    yield exporter
    processor.shutdown()


@pytest.fixture
def call(store: Store) -> Iterator[Call]:
    """A request of the first key that reads."""
    with store.connection() as db:
        team, key = accounts.find_team(db, 1), accounts.first_key(db)
        assert team is not None
        yield Call(
            db=db,
            team=team,
            user=accounts.find_user(db, key.user_id),
            key=key,
            method="GET",
            path={},
            query={},
            content=Body(b"", ""),
            url="",
            now=to_ms(NOW),
            connect=store.connection,
        )
