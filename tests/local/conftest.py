"""Fixtures for tests of the local API."""

from collections.abc import Iterator

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider

from replay_mcp.local.http.call import Call
from replay_mcp.local.http.request_body import Body
from replay_mcp.local.store import accounts
from replay_mcp.local.store.clock import to_ms
from replay_mcp.local.store.database import Store
from tests.seeding import NOW


class FinishedSpans(SpanProcessor):
    """Collects spans in the order in which they end, while a test uses it."""

    def __init__(self) -> None:
        self.spans: list[ReadableSpan] = []
        self._collecting = False

    def on_end(self, span: ReadableSpan) -> None:
        if self._collecting:
            self.spans.append(span)

    def collect(self, *, on: bool) -> None:
        self._collecting = on
        self.spans.clear()


@pytest.fixture(scope="session")
def span_processor() -> FinishedSpans:
    """The only processor: a process can set its tracer provider once, and a provider keeps its processors."""
    provider, processor = TracerProvider(), FinishedSpans()
    provider.add_span_processor(processor)
    trace.set_tracer_provider(provider)
    return processor


@pytest.fixture
def spans(span_processor: FinishedSpans) -> Iterator[list[ReadableSpan]]:
    """The spans that ended during the test."""
    span_processor.collect(on=True)
    yield span_processor.spans
    span_processor.collect(on=False)


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
