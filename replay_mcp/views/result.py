"""Base class of results, and types of their fields."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    PrivateAttr,
    SerializerFunctionWrapHandler,
    WithJsonSchema,
    model_serializer,
)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture beside a result: its bytes and their media type."""

    data: bytes
    media_type: str


class Result(BaseModel):
    """Base of results and their parts. Null and empty values are omitted; false and 0 are kept."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    _picture: Picture | None = PrivateAttr(default=None)

    @property
    def picture(self) -> Picture | None:
        """A picture to return beside the result."""
        return self._picture

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
