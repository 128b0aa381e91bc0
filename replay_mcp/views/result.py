"""Base class of results, and types of their fields."""

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    SerializerFunctionWrapHandler,
    WithJsonSchema,
    model_serializer,
)


class Result(BaseModel):
    """Base of results and their parts. Null and empty values are omitted; false and 0 are kept."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    @model_serializer(mode="wrap")
    def _without_empty(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        shown: dict[str, Any] = handler(self)
        return {name: value for name, value in shown.items() if value not in (None, "", [], {})}


Documented = Annotated[dict[str, Any] | None, Field(description="with detail full: the object as the API documents it")]
Time = Annotated[
    datetime,
    PlainSerializer(lambda moment: moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""Serialized as ISO 8601 in UTC, to the second."""
