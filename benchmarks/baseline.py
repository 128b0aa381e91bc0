"""The least that every reader of a recording must do: gunzip, parse each line, inflate and parse each `cv` field."""

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, cast

import orjson

from benchmarks import measurement

_GZIP: Final = b"\x1f\x8b"
_COMPRESSED: Final = ("texts", "attributes", "removes", "adds")


def events(path: Path) -> Iterator[dict[str, Any]]:
    """The events of a file with their fields inflated. Other lines are parsed and left out."""
    return filter(None, map(decode, read_lines(path)))


def decode(line: bytes) -> dict[str, Any] | None:
    """Decode the event of a `[windowId, event]` line and inflate its fields; return None for any other line."""
    parsed = orjson.loads(line)
    if not isinstance(parsed, list):
        return None
    event = cast(dict[str, Any], parsed[1])
    if "cv" in event:
        event["data"] = _inflate_fields(event["data"])
    return event


def _inflate_fields(data: Any) -> Any:
    if isinstance(data, str):
        return orjson.loads(inflate(data))
    for name in _COMPRESSED:
        if isinstance(field := data.get(name), str):
            data[name] = orjson.loads(inflate(field))
    return data


def read_lines(path: Path) -> list[bytes]:
    """Read the lines of a file, gzipped or not."""
    data = path.read_bytes()
    return (gzip.decompress(data) if data.startswith(_GZIP) else data).splitlines()


def inflate(field: str) -> bytes:
    """Inflate a `cv` field to JSON."""
    return zlib.decompress(field.encode("latin-1"), wbits=31)


if __name__ == "__main__":
    measurement.main(lambda path: sum(1 for _ in events(path)))
