"""A long body in chunks of bounded size, whatever sizes and whatever compression the server sends."""

from collections.abc import Iterator
from typing import Final

from replay_mcp.errors import MalformedResponse
from replay_mcp.inflate import Inflater

CHUNK_BYTES: Final = 128 * 1024
"""No chunk is larger."""
ACCEPTED_ENCODING: Final = "gzip"
"""The one content encoding that is understood, beside none: what to send as `Accept-Encoding`."""


class Chunks:
    """Cuts a body, given piece by piece as it was received, into chunks of at most `CHUNK_BYTES`.

    It decompresses gzip itself, in bounded steps: how far one step of the HTTP library's decoders inflates depends on
    the encoding and on the version, and its gzip decoder takes a stream that ends too soon for a whole one.

    Args:
        encoding: the answer's `Content-Encoding`, "" for none.
        limit: most bytes that the chunks may have together.

    Raises:
        MalformedResponse: the encoding is another.
    """

    def __init__(self, encoding: str, *, limit: int) -> None:
        if encoding not in {"", "identity", ACCEPTED_ENCODING}:
            raise _undecodable()
        self._inflater = Inflater("gzip", step=CHUNK_BYTES) if encoding == ACCEPTED_ENCODING else None
        self._limit = limit
        self._size = 0

    def cut(self, piece: bytes) -> Iterator[bytes]:
        """The chunks of the next piece.

        Raises:
            MalformedResponse: damaged gzip, or the body is larger than the limit.
        """
        for chunk in self._decoded(piece):
            self._size += len(chunk)
            if self._size > self._limit:
                raise MalformedResponse(
                    f"The API's answer has more than {self._limit // 2**20} MiB.", next="Ask for less per call."
                )
            yield chunk

    def end(self) -> None:
        """Check that the body may end here.

        Raises:
            MalformedResponse: the end of the gzip stream is missing.
        """
        if self._inflater is not None and not self._inflater.complete:
            raise MalformedResponse("The API's answer was cut off.")

    def _decoded(self, piece: bytes) -> Iterator[bytes]:
        if self._inflater is None:
            for start in range(0, len(piece), CHUNK_BYTES):
                yield piece[start : start + CHUNK_BYTES]
            return
        yield from self._inflater.feed(piece)
        if self._inflater.damaged:
            raise _undecodable()


def _undecodable() -> MalformedResponse:
    return MalformedResponse("The API's answer is compressed in a way that cannot be undone.")
