"""Requests generated from the local API's own OpenAPI document: each gets an answer that the document describes.

`pytest -m hypothesis tests/local/test_openapi_fuzzed.py --hypothesis-profile=full` tries 400 new ones per operation.
"""

import itertools
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import (
    negative_data_rejection,
    not_a_server_error,  # pyright: ignore[reportUnknownVariableType]
    positive_data_acceptance,
)

from replay_mcp.api.endpoints import ENDPOINTS
from replay_mcp.cli.local_store import open_local
from tests.examples import examples
from tests.hostile import SESSIONS
from tests.seeding import add_item, add_playlist

NAMES: Final = sorted(
    {endpoint.name for endpoint in ENDPOINTS}, key=lambda name: ("delete" in name, "destroy" in name, name)
)
"""The operations. Those that delete come last, so that the others find something."""
KNOWN: Final = {
    "environment": "1",
    "short_id": "aaaaaaaa",
    "session_recording_id": SESSIONS[0],
    "id": SESSIONS[1],
}
"""Objects that exist."""
REFUSES: Final = {
    "create_session_summaries_individually": "an id must not be blank",
    "query_create": "expressions, dates and filters are texts and objects with rules of their own",
    "session_recording_playlists_create": "type is required, and filters go with one type only",
    "session_recording_playlists_destroy": "always 405",
    "session_recording_playlists_partial_update": "filters go with one type only",
    "session_recording_playlists_recordings_bulk_add_create": "1 to 20 ids, none of them blank",
    "session_recording_playlists_recordings_bulk_delete_create": "1 to 20 ids, none of them blank",
    "session_recordings_bulk_delete_create": "1 to 100 ids, none of them blank",
    "session_recordings_list": "filters have schemas of their own",
    "session_recordings_partial_update": "one of two fields must be true",
    "session_recordings_snapshots_retrieve": "a range of blocks needs both ends",
}
"""Operations with rules that the document does not show, as in PostHog's own."""
ACCEPTS: Final = {
    "session_recording_playlists_create": "numbers are taken for texts",
    "session_recording_playlists_partial_update": "numbers are taken for texts",
    "create_session_summaries_individually": "ids of any length",
    "session_recording_playlists_list": "wrong values in the query are ignored",
    "session_recording_playlists_recordings_retrieve": "wrong values in the query are ignored",
    "session_recording_playlists_recordings_bulk_add_create": "ids of any length",
    "session_recording_playlists_recordings_bulk_delete_create": "ids of any length",
    "session_recordings_destroy": "ids of any length",
    "session_recordings_partial_update": "words and digits are taken for booleans, and any JSON for the metadata",
    "session_recordings_snapshots_retrieve": "without a source, a range is ignored",
    "session_recordings_bulk_delete_create": "numbers are taken for ids",
    "session_recordings_list": "a limit of 0 is taken for the default, and of a repeated parameter the last counts",
}
"""Operations that are as lenient as PostHog's."""


@dataclass(frozen=True, slots=True)
class Api:
    """The document of a local API that schemathesis can call, the headers of its first key, and logged crashes."""

    schema: Any
    headers: dict[str, str]
    crashes: list[logging.LogRecord]


class _Crashes(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """An API with the demo recordings and two playlists."""
    handler = _Crashes()
    logging.getLogger("replay_mcp").addHandler(handler)
    with open_local(tmp_path_factory.mktemp("fuzzed") / "replay.sqlite", demo_recordings=True) as local:
        with local.store.connection() as db:
            add_item(db, add_playlist(db, "aaaaaaaa"), SESSIONS[0])
            add_playlist(db, "bbbbbbbb", type="filters", filters="{}")
        schema = schemathesis.openapi.from_asgi("/api/schema", local.app())
        yield Api(schema, {"Authorization": f"Bearer {local.key.value}"}, handler.records)
    logging.getLogger("replay_mcp").removeHandler(handler)


@pytest.mark.parametrize("prefix", ["environments", pytest.param("projects", marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", NAMES)
@settings(examples(20), suppress_health_check=list[Any](HealthCheck))
@given(data=st.data())
def test_every_answer_is_described_and_no_request_crashes(
    api: Api, prefix: str, name: str, data: st.DataObject
) -> None:
    operation = api.schema.find_operation_by_id(f"{prefix}_{name}")
    known = {field: value for field, value in KNOWN.items() if f"{{{field}}}" in operation.path}
    kinds = itertools.product(GenerationMode, (known, {"environment": "1"}))
    case = data.draw(st.one_of(*(operation.as_strategy(mode, path_parameters=path) for mode, path in kinds)))
    excluded: list[Any] = [not_a_server_error]  # PostHog's own 500s are not logged as crashes
    excluded += [positive_data_acceptance] * (name in REFUSES) + [negative_data_rejection] * (name in ACCEPTS)
    case.call_and_validate(headers=api.headers, excluded_checks=excluded)
    assert api.crashes == []
