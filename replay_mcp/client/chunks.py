"""Splits a body into chunks of bounded size, whatever sizes and compression the server sends."""

from collections.abc import Iterator
from typing import Final

from replay_mcp.errors import MalformedResponse
from replay_mcp.inflate import Inflater

CHUNK_BYTES: Final = 128 * 1024
"""Maximum size of a chunk."""
ACCEPTED_ENCODING: Final = "gzip"
"""The only supported content encoding; the value of `Accept-Encoding`."""


class ChunkDecoder:
    """Decodes a body, piece by piece as received, into chunks of at most `CHUNK_BYTES`.

    It decompresses gzip itself, in bounded steps: the HTTP library's decoders produce unbounded output, and its gzip
    decoder accepts truncated streams.

    Args:
        encoding: the response's `Content-Encoding`, "" for none.
        limit: maximum total size of the chunks in bytes.

    Raises:
        MalformedResponse: the encoding is not supported.
    """

    def __init__(self, encoding: str, *, limit: int) -> None:
        if encoding not in {"", "identity", ACCEPTED_ENCODING}:
            raise _undecodable()
        self._inflater = Inflater("gzip", step=CHUNK_BYTES) if encoding == ACCEPTED_ENCODING else None
        self._limit = limit
        self._size = 0

    def decode(self, piece: bytes) -> Iterator[bytes]:
        """Decode the next piece and yield its chunks.

        Raises:
            MalformedResponse: the gzip data is corrupt, or the body exceeds the limit.
        """
        for chunk in self._decoded(piece):
            self._size += len(chunk)
            if self._size > self._limit:
                raise MalformedResponse(
                    f"The API's response has more than {self._limit // 2**20} MiB.", next="Ask for less per call."
                )
            yield chunk

    def finish(self) -> None:
        """Check that the body is complete.

        Raises:
            MalformedResponse: the gzip stream is truncated.
        """
        if self._inflater is not None and not self._inflater.complete:
            raise MalformedResponse("The API's response was truncated.")

    def _decoded(self, piece: bytes) -> Iterator[bytes]:
        if self._inflater is None:
            for start in range(0, len(piece), CHUNK_BYTES):
                yield piece[start : start + CHUNK_BYTES]
            return
        yield from self._inflater.feed(piece)
        if self._inflater.damaged:
            raise _undecodable()


def _undecodable() -> MalformedResponse:
    return MalformedResponse("The API's response cannot be decompressed.")
