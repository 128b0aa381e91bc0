"""Ids of recordings as callers give them: ids, links that play a recording, and forms that must be looked up."""

from collections.abc import Collection, Iterator, Mapping
from typing import Annotated, Any, ClassVar, Final, TypeVar, cast
from urllib.parse import parse_qs

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from replay_mcp.api.types import MAX_ID_LENGTH, PathId
from replay_mcp.context import ToolContext
from replay_mcp.reading.exact_ids import InexactId, exact_ids, is_inexact
from replay_mcp.reading.playback_links import PLAYBACK_LINK, id_in_link
from replay_mcp.tools._tool import Params

ID_NAMES: Final = ("id", "ids", "session_id", "session_ids", "session_recording_id", "session_recording_ids")
"""Names under which tools accept recording ids; each tool lists one of them."""
UNKNOWN_RECORDING: Final = (
    "No recording has this id: it was not captured, expired, was deleted, or is in another environment."
)

P = TypeVar("P", bound=Params)


def _one_id(value: Any) -> Any:
    """The id in a link, in a list of one, or before an ellipsis; any other value as it is."""
    if isinstance(value, list):
        ids = cast(list[Any], value)
        if len(ids) != 1:
            raise ValueError("this tool takes one recording; call it once for each")
        value = ids[0]
    return id_in_link(value).removesuffix("…").removesuffix("...") if isinstance(value, str) else value


def _marked(id: str) -> str:
    return InexactId(id) if is_inexact(id) else id


RecordingId = Annotated[
    PathId,
    BeforeValidator(_one_id),
    AfterValidator(_marked),
    Field(min_length=1, max_length=MAX_ID_LENGTH, description="Recording id or playback link."),
]
"""A recording id, or a link that plays the recording. `with_exact_ids` looks up upper-case UUIDs and short forms."""
RecordingIds = Annotated[
    list[RecordingId], Field(min_length=1, max_length=100, description="1 to 100 recording ids; repeats count once.")
]


def with_moment_of_link(arguments: Any, name: str, unless: Collection[str]) -> Any:
    """Add the moment of a playback link (`?t=37`) to a tool's arguments as `name`, unless one of `unless` is given."""
    given = cast(dict[str, Any], arguments if isinstance(arguments, dict) else {})
    values = [cast(list[Any], value) if isinstance(value, list) else [value] for value in given.values()]
    texts = [text for each in values for text in each]
    links = [link for text in texts if isinstance(text, str) and (link := PLAYBACK_LINK.fullmatch(text))]
    times = [time for link in links for time in parse_qs(link["query"] or "").get("t", [])]
    chosen = any(given.get(other) not in (None, "") for other in unless)
    return {**given, name: times[0]} if times and not chosen else cast(Any, arguments)


class OneRecording(Params):
    """Base of the input of tools that read one recording; a link to it may also name the moment."""

    id: RecordingId

    MOMENT: ClassVar[tuple[str, ...]]
    """The argument that takes the moment of a link, and the others beside which it does not."""

    @model_validator(mode="before")
    @classmethod
    def _moment_of_link(cls, arguments: Any) -> Any:
        return with_moment_of_link(arguments, cls.MOMENT[0], unless=cls.MOMENT)


async def with_exact_ids(params: P, context: ToolContext, *, short: bool) -> P:
    """Replace upper-case UUIDs, and with `short` the beginnings of ids, by the ids of the recordings that they mean.

    Sends requests only if there are such ids. An id without a recording stays as it is: tools report it.

    Raises:
        InvalidArguments: a beginning fits several recordings, or too many to tell.
        ReplayError: the recordings cannot be listed.
    """
    inexact = list(dict.fromkeys(_inexact_ids(params)))
    return _replaced(params, await exact_ids(inexact, context, short=short)) if inexact else params


def _inexact_ids(params: Params) -> Iterator[InexactId]:
    for _, value in params:
        for each in cast(list[Any], value) if isinstance(value, list) else [value]:
            if isinstance(each, InexactId):
                yield each
            elif isinstance(each, Params):  # recursion is bounded because our models are not recursive
                yield from _inexact_ids(each)


def _replaced(params: P, exact: Mapping[str, str]) -> P:
    changed = {
        name: [_exact(each, exact) for each in cast(list[Any], value)]
        if isinstance(value, list)
        else _exact(value, exact)
        for name, value in params
        if name in params.model_fields_set
    }
    return params.model_copy(update=changed)


def _exact(value: Any, exact: Mapping[str, str]) -> Any:
    if isinstance(value, InexactId):
        return exact.get(value, str(value))
    return _replaced(value, exact) if isinstance(value, Params) else value
