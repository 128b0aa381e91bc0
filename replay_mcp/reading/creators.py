"""Resolves who created a playlist: the API filters playlists by the numeric id of a user."""

from typing import Any, Final

from replay_mcp.api.endpoints import PLAYLISTS_LIST
from replay_mcp.api.params import PlaylistsList
from replay_mcp.api.types import MAX_INTEGER
from replay_mcp.context import ToolContext
from replay_mcp.errors import InvalidArguments
from replay_mcp.redaction import quoted, visible

MAX_PAGES: Final = 5
PAGE_SIZE: Final = 100
_ME: Final = "me"
_MAX_NAMED: Final = 10


def check_creator(creator: str) -> str:
    """Return the creator without spaces around it.

    Raises:
        ValueError: it is neither an e-mail, nor a user id, nor `me`.
    """
    creator = creator.strip()
    if creator.casefold() == _ME:
        return _ME
    if creator.isascii() and creator.isdigit() and 1 <= int(creator[:20]) <= MAX_INTEGER:
        return creator
    local, _, domain = creator.rpartition("@")
    if not (local and domain):
        raise ValueError("give an e-mail, a user id, or me for the owner of the server's key")
    return creator


async def created_by(creator: str, context: ToolContext) -> dict[str, Any]:
    """The API's filter for the playlists of a creator.

    The members of an organisation need a scope that few keys have, so that an e-mail is searched among the creators of
    the playlists modified last.

    Raises:
        InvalidArguments: none of them has this e-mail.
        ReplayError: the playlists cannot be listed.
    """
    if creator == _ME:
        return {"user": True}
    if creator.isdigit():
        return {"created_by": int(creator)}
    seen: dict[str, int] = {}
    unreadable = 0
    for number in range(MAX_PAGES):
        request = PlaylistsList(collection_type="custom", limit=PAGE_SIZE, offset=number * PAGE_SIZE)
        page = await context.api.call(PLAYLISTS_LIST, request)
        users = [playlist.created_by for playlist in page.results if playlist.created_by]
        seen |= {user.email.casefold(): user.id for user in users if user.email and user.id is not None}
        if (id := seen.get(creator.casefold())) is not None:
            return {"created_by": id}
        unreadable += page.unreadable
        if page.next is None:
            which = "one of the playlists that could be read" if unreadable else "any playlist of this environment"
            raise _unknown(creator, which, seen)
    raise _unknown(creator, f"one of the {MAX_PAGES * PAGE_SIZE} playlists modified last", seen)


def _unknown(creator: str, of_what: str, seen: dict[str, int]) -> InvalidArguments:
    some = ", ".join(visible(email) for email in sorted(seen)[:_MAX_NAMED])
    names = f"{some} and {len(seen) - _MAX_NAMED} more" if len(seen) > _MAX_NAMED else some or "nobody"
    return InvalidArguments(
        f"created_by: {quoted(repr(creator), 120)} is not the e-mail of the creator of {of_what}. Creators: {names}.",
        next="Give one of these, or the user's id: session-recording-playlist-get with detail: full shows it.",
    )
