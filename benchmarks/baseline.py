"""What every reader of a recording must do at least: gunzip, parse each line, inflate and parse each `cv` field."""

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, cast

import orjson

from benchmarks import measurement

_GZIP: Final = b"\x1f\x8b"
_PACKED: Final = ("texts", "attributes", "removes", "adds")


def events(path: Path) -> Iterator[dict[str, Any]]:
    """The events of a file, fields inflated; lines that hold something else are parsed and left out."""
    return filter(None, map(decoded, content(path).splitlines()))


def decoded(line: bytes) -> dict[str, Any] | None:
    """The event of a `[windowId, event]` line, fields inflated; None for another line."""
    parsed = orjson.loads(line)
    if not isinstance(parsed, list):
        return None
    event = cast(dict[str, Any], parsed[1])
    if "cv" in event:
        event["data"] = _unpacked(event["data"])
    return event


def _unpacked(data: Any) -> Any:
    if isinstance(data, str):
        return orjson.loads(inflated(data))
    for name in _PACKED:
        if isinstance(field := data.get(name), str):
            data[name] = orjson.loads(inflated(field))
    return data


def content(path: Path) -> bytes:
    """The lines of a file, which may be a gzip file."""
    data = path.read_bytes()
    return gzip.decompress(data) if data.startswith(_GZIP) else data


def inflated(field: str) -> bytes:
    """The JSON of a `cv` field."""
    return zlib.decompress(field.encode("latin-1"), wbits=31)


if __name__ == "__main__":
    measurement.main(lambda path: sum(1 for _ in events(path)))
