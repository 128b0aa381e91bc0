"""Synthetic recordings in the form that PostHog serves: `blob_v2` lines.

    python -m benchmarks.recordings {dense,sessions,long} PATH     writes one of 7 MB, 20 MB or 1 GB

`sessions` has the mutation sizes and user actions of real visits, `dense` is a page of tables that are rendered whole
again and again, and `long` alternates between both. The same seed always gives the same bytes.
"""

from collections.abc import Callable, Iterator
from typing import Final

from .session import Session

MB: Final = 1_000_000
SEED: Final = 1


def lines(size_bytes: int, *, seed: int = SEED) -> Iterator[bytes]:
    """Lines of realistic visits, `size_bytes` in all."""
    return _until(size_bytes, Session(seed).lines())


def dense(*, seed: int = SEED) -> Iterator[bytes]:
    """Lines of one visit to a trading page."""
    return Session(seed).dense_visit()


def long(size_bytes: int = 1_000 * MB, *, seed: int = SEED) -> Iterator[bytes]:
    """Lines of visits of both kinds, `size_bytes` in all."""
    return _until(size_bytes, Session(seed).lines(dense_share=0.004))


def _until(size_bytes: int, lines: Iterator[bytes]) -> Iterator[bytes]:
    size = 0
    for line in lines:
        yield line
        size += len(line)
        if size >= size_bytes:
            return


SHAPES: Final[dict[str, Callable[[], Iterator[bytes]]]] = {
    "dense": dense,
    "sessions": lambda: lines(20 * MB),
    "long": long,
}
"""What `python -m benchmarks.recordings` writes, by name."""
