"""The OpenAPI document: it is complete and matches the endpoints it is made from."""

from collections.abc import Iterator
from typing import Any

import pytest
from inline_snapshot import snapshot

from replay_mcp.api.endpoints import ENDPOINTS
from replay_mcp.local.http.openapi import openapi_document
from tests.conftest import Local
from tests.seeding import add_item, add_playlist, add_recording

pytestmark = pytest.mark.anyio

ENVIRONMENTS = "/api/environments/{environment}"
METHODS = {"get", "post", "patch", "delete"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return openapi_document("http://replay.test/")


def references(value: Any) -> Iterator[str]:
    """Every `$ref` in a JSON value."""
    if isinstance(value, dict):
        for key, child in value.items():  # pyright: ignore[reportUnknownVariableType]
            yield from [child] if key == "$ref" else references(child)
    elif isinstance(value, list):
        for child in value:  # pyright: ignore[reportUnknownVariableType]
            yield from references(child)


def test_every_endpoint_is_described_under_both_prefixes(document: dict[str, Any]):
    described = {
        (path, method) for path, operations in document["paths"].items() for method in METHODS & operations.keys()
    }
    assert described == {
        (f"/api/{prefix}/{{environment}}{endpoint.path}/", endpoint.method.lower())
        for prefix in ("environments", "projects")
        for endpoint in ENDPOINTS
    }


def test_the_document_states_where_and_how_to_authenticate(document: dict[str, Any]):
    assert {name: document[name] for name in ("openapi", "servers", "security")} == snapshot(
        {"openapi": "3.1.0", "servers": [{"url": "http://replay.test"}], "security": [{"personal_api_key": []}]}
    )
    assert document["components"]["securitySchemes"] == snapshot(
        {"personal_api_key": {"type": "http", "scheme": "bearer"}}
    )


def test_an_operation_has_its_path_query_answers_and_scope(document: dict[str, Any]):
    operation = document["paths"][f"{ENVIRONMENTS}/session_recording_playlists/{{short_id}}/recordings/"]
    assert operation == snapshot(
        {
            "parameters": [
                {
                    "name": "environment",
                    "in": "path",
                    "required": True,
                    "schema": {"type": "string"},
                    "description": "The environment's number, or `@current` for the current one of the key's user.",
                }
            ],
            "get": {
                "operationId": "environments_session_recording_playlists_recordings_retrieve",
                "description": "Required API key scope: `session_recording_playlist:read`.",
                "parameters": [
                    {
                        "name": "short_id",
                        "in": "path",
                        "required": True,
                        "schema": {
                            "maxLength": 200,
                            "minLength": 1,
                            "type": "string",
                        },
                    },
                    {"name": "limit", "in": "query", "required": False, "schema": {"minimum": 1, "type": "integer"}},
                    {"name": "offset", "in": "query", "required": False, "schema": {"minimum": 0, "type": "integer"}},
                ],
                "responses": {
                    "200": {
                        "description": "OK",
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/RecordingPage"}}},
                    },
                    "400": {"$ref": "#/components/responses/Error", "description": "The request is invalid."},
                    "401": {"$ref": "#/components/responses/Error", "description": "The key is missing or wrong."},
                    "403": {
                        "$ref": "#/components/responses/Error",
                        "description": "The key lacks a scope, or has no access to this environment.",
                    },
                    "404": {
                        "$ref": "#/components/responses/Error",
                        "description": "The object or the environment does not exist.",
                    },
                    "413": {"$ref": "#/components/responses/Error", "description": "The body is too large."},
                    "429": {
                        "$ref": "#/components/responses/Error",
                        "description": "The rate limit is reached, or the query takes too long.",
                    },
                    "5XX": {
                        "$ref": "#/components/responses/Error",
                        "description": "The server failed, or its store cannot be used.",
                    },
                },
            },
        }
    )


def test_a_body_has_the_fields_that_are_not_in_the_path(document: dict[str, Any]):
    operation = document["paths"][f"{ENVIRONMENTS}/session_recording_playlists/{{short_id}}/recordings/bulk_add/"]
    assert operation["post"]["requestBody"] == snapshot(
        {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {
                        "type": "object",
                        "properties": {
                            "session_recording_ids": {
                                "items": {
                                    "description": "Recording id: the `$session_id` of the session.",
                                    "examples": ["01975f7e-6c3a-7d2e-9d63-1f0a3c5b7e90"],
                                    "maxLength": 200,
                                    "minLength": 1,
                                    "type": "string",
                                },
                                "type": "array",
                            }
                        },
                        "required": ["session_recording_ids"],
                    }
                }
            },
        }
    )


def test_json_text_in_the_query_is_described_as_json(document: dict[str, Any]):
    parameters = document["paths"][f"{ENVIRONMENTS}/session_recordings/"]["get"]["parameters"]
    json_text = [parameter["name"] for parameter in parameters if "content" in parameter]
    assert json_text == snapshot(
        [
            "session_ids",
            "distinct_ids",
            "properties",
            "having_predicates",
            "events",
            "actions",
            "console_log_filters",
            "failed_request_filters",
            "comment_text",
        ]
    )


def test_listing_blocks_and_reading_them_are_one_operation_with_two_answers(document: dict[str, Any]):
    operation = document["paths"][f"{ENVIRONMENTS}/session_recordings/{{id}}/snapshots/"]["get"]
    assert list(operation["responses"]["200"]["content"]) == ["application/json", "application/jsonl"]
    required = [parameter["name"] for parameter in operation["parameters"] if parameter["required"]]
    assert required == ["id"]


def test_operation_ids_are_unique_and_references_resolve(document: dict[str, Any]):
    ids = [
        operations[method]["operationId"]
        for operations in document["paths"].values()
        for method in METHODS & operations.keys()
    ]
    assert len(ids) == len(set(ids))
    components = {
        f"#/components/{kind}/{name}" for kind in ("schemas", "responses") for name in document["components"][kind]
    }
    assert set(references(document)) <= components


async def test_the_server_answers_with_the_documented_statuses(local: Local, document: dict[str, Any]):
    with local.store.connection() as db:
        add_item(db, add_playlist(db, "coll0001"), "session-1")
        add_recording(db, "session-1")
        add_recording(db, "session-2")
    bodies: dict[str, Any] = {
        "post /session_recording_playlists/": {"type": "collection"},
        "patch /session_recordings/{id}/": {"viewed": True},
        "post /session_summaries/create_session_summaries_individually/": {"session_ids": ["session-1"]},
        "post /query/": {"query": {"kind": "EventsQuery", "select": ["event"]}},
    }
    ids = {"environment": "1", "short_id": "coll0001", "session_recording_id": "session-1", "id": "session-1"}
    calls = [
        (method, path)
        for path, operations in document["paths"].items()
        for method in METHODS & operations.keys()
        if path.startswith(ENVIRONMENTS) and not path.endswith("/snapshots/")
    ]
    for method, path in sorted(calls, key=lambda call: call[0] == "delete"):
        short = f"{method} {path.removeprefix(ENVIRONMENTS)}"
        body = bodies.get(short, {"session_recording_ids": ["session-2"]} if "bulk" in short else None)
        response = await local.http.request(method.upper(), path.format(**ids), json=body)
        described = next(iter(document["paths"][path][method]["responses"]))
        assert (short, str(response.status_code)) == (short, described)


async def test_the_document_is_served_without_a_key(local: Local, document: dict[str, Any]):
    async with local.client(None) as nobody:
        for path in ("/api/schema", "/api/schema/"):
            response = await nobody.get(path)
            assert (response.status_code, response.json()) == (200, document)
