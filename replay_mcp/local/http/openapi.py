"""The local API's OpenAPI 3.1 document, generated from the endpoints and their models."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final, TypeAlias, get_args

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from replay_mcp import __version__
from replay_mcp.api.endpoints import (
    ENDPOINTS,
    PLAYLISTS_CREATE,
    PLAYLISTS_DESTROY,
    RECORDINGS_DESTROY,
    SNAPSHOTS,
    Endpoint,
    Prefix,
)
from replay_mcp.api.models import ErrorBody

Schema: TypeAlias = dict[str, Any]

_STATUS: Final = {
    PLAYLISTS_CREATE.name: HTTPStatus.CREATED,
    PLAYLISTS_DESTROY.name: HTTPStatus.METHOD_NOT_ALLOWED,
    RECORDINGS_DESTROY.name: HTTPStatus.NO_CONTENT,
}
"""Success statuses other than 200."""
_ERRORS: Final = {
    "400": "The request is invalid.",
    "401": "The key is missing or wrong.",
    "403": "The key lacks a scope, or has no access to this environment.",
    "404": "The object or the environment does not exist.",
    "413": "The body is too large.",
    "429": "The rate limit is reached, or the query takes too long.",
    "5XX": "The server failed, or its store cannot be used.",
}
"""Errors of every operation, by status."""
_BODILESS: Final = {HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NO_CONTENT}
_ERROR: Final = {"$ref": "#/components/responses/Error"}
_ENVIRONMENT: Final = {
    "name": "environment",
    "in": "path",
    "required": True,
    "schema": {"type": "string"},
    "description": "The environment's number, or `@current` for the current one of the key's user.",
}


def openapi_document(base_url: str, served: Sequence[Endpoint[Any, Any]] = ENDPOINTS) -> dict[str, Any]:
    """Build the document for a server at `base_url`."""
    schemas = _component_schemas(served)
    paths: dict[str, dict[str, Any]] = {}
    for prefix in get_args(Prefix):
        for (route, method), endpoints in _by_route(served).items():
            path = paths.setdefault(f"/api/{prefix}/{{environment}}{route}/", {"parameters": [_ENVIRONMENT]})
            path[method.lower()] = _operation(prefix, endpoints, schemas)
    for endpoint in served:
        schemas.pop(endpoint.params.__name__, None)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Replay API",
            "version": __version__,
            "description": "PostHog's Session Replay API, as served by the local server of Replay MCP.",
        },
        "servers": [{"url": base_url.rstrip("/")}],
        "security": [{"personal_api_key": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": {
                "Error": {
                    "description": "An error.",
                    "content": {"application/json": {"schema": _reference(ErrorBody)}},
                }
            },
            "securitySchemes": {"personal_api_key": {"type": "http", "scheme": "bearer"}},
        },
    }


def _by_route(served: Sequence[Endpoint[Any, Any]]) -> dict[tuple[str, str], list[Endpoint[Any, Any]]]:
    """Group endpoints by path and method. The two of snapshots share both and differ in a parameter."""
    routes: dict[tuple[str, str], list[Endpoint[Any, Any]]] = {}
    for endpoint in served:
        routes.setdefault((endpoint.path, endpoint.method), []).append(endpoint)
    return routes


def _component_schemas(served: Sequence[Endpoint[Any, Any]]) -> dict[str, Schema]:
    models: list[tuple[type[BaseModel], JsonSchemaMode]] = [(ErrorBody, "serialization")]
    for endpoint in served:
        models.append((endpoint.params, "validation"))
        if issubclass(endpoint.result, BaseModel):
            models.append((endpoint.result, "serialization"))
    _, definitions = models_json_schema(models, ref_template="#/components/schemas/{model}")
    return definitions["$defs"]


def _operation(prefix: str, endpoints: Sequence[Endpoint[Any, Any]], schemas: Mapping[str, Schema]) -> dict[str, Any]:
    endpoint = endpoints[0]
    fields: dict[str, Schema] = {}
    for each in endpoints:
        fields |= schemas[each.params.__name__]["properties"]
    required = set[str].intersection(*(set(schemas[each.params.__name__].get("required", ())) for each in endpoints))
    in_path = [name for name in fields if f"{{{name}}}" in endpoint.path]
    others = {name: _optional(field) for name, field in fields.items() if name not in in_path}
    operation: dict[str, Any] = {
        "operationId": f"{prefix}_{endpoint.name}",
        "description": f"Required API key scope: `{endpoint.scope}`.",
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": _optional(fields[name])} for name in in_path
        ],
        "responses": _responses(endpoints),
    }
    if endpoint.method in {"GET", "DELETE"}:
        operation["parameters"] += [
            {"name": name, "in": "query", "required": name in required}
            | _query_schema(field, quoted=endpoint.quoted_query)
            for name, field in others.items()
        ]
    elif others:
        body = {"type": "object", "properties": others, "required": [name for name in others if name in required]}
        operation["requestBody"] = {
            "required": bool(body["required"]),
            "content": {"application/json": {"schema": body}},
        }
    return operation


def _query_schema(field: Schema, *, quoted: bool) -> dict[str, Any]:
    if quoted and field.get("type") in {"array", "object"}:
        return {"content": {"application/json": {"schema": field}}}
    return {"schema": field}


def _optional(field: Schema) -> Schema:
    """The schema of a field that may be absent but not null."""
    schema = {key: value for key, value in field.items() if key not in {"title", "default", "anyOf"}}
    match [each for each in field.get("anyOf", ()) if each != {"type": "null"}]:
        case []:
            return schema
        case [only]:
            return only | schema
        case several:
            return schema | {"anyOf": several}


def _responses(endpoints: Sequence[Endpoint[Any, Any]]) -> dict[str, Any]:
    status = _STATUS.get(endpoints[0].name, HTTPStatus.OK)
    response: dict[str, Any] = {"description": status.phrase}
    if status not in _BODILESS:
        response["content"] = dict(_content(endpoint) for endpoint in endpoints)
    errors = dict(_ERRORS)
    if endpoints[0].method not in {"GET", "DELETE"}:
        errors["415"] = "The body has an unsupported media type."
    if endpoints[0].name == SNAPSHOTS.name:
        errors["410"] = "The recording was deleted."
    return {str(status.value): response} | {code: _ERROR | {"description": text} for code, text in errors.items()}


def _content(endpoint: Endpoint[Any, Any]) -> tuple[str, dict[str, Any]]:
    if issubclass(endpoint.result, BaseModel):
        return "application/json", {"schema": _reference(endpoint.result)}
    return "application/jsonl", {"schema": {"type": "string"}}


def _reference(model: type[BaseModel]) -> Schema:
    return {"$ref": f"#/components/schemas/{model.__name__}"}
