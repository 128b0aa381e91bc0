"""Measures the time and memory of `replay-mcp import` for many small files and for a large one.

    python -m benchmarks.imports [--files 2000] [--megabytes 400]

Each import runs in its own process, as for a user.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

START = 1_790_000_000_000


def main() -> None:
    """Make the files, import them, and print time and memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=2_000)
    parser.add_argument("--megabytes", type=int, default=400)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        small = directory / "small"
        small.mkdir()
        for place in range(options.files):
            text = json.dumps({"data": {"id": str(uuid.UUID(int=place)), "person": {}, "snapshots": list(events(20))}})
            (small / f"{place}.json").write_text(text, encoding="utf-8")
        measure(f"{options.files} exports of {size(small)} MB", small, directory / "small.sqlite")
        measure("the same again", small, directory / "small.sqlite")
        for form in ("array", "export, pretty", "blob_v2"):
            large = directory / f"large-{form.split(',')[0]}.json"
            write(large, form, options.megabytes * 1_000_000)
            measure(f"one {form} of {large.stat().st_size // 1_000_000} MB", large, directory / f"{form}.sqlite")
            large.unlink()


def measure(what: str, source: Path, store: Path) -> None:
    """Import `source` in its own process; print time and memory."""
    command = [sys.executable, "-m", "replay_mcp", "import", str(source), "--local", str(store)]
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    report = process.stdout.readline().strip()
    process.stdout.read()
    _, _, usage = os.wait4(process.pid, 0)
    took = time.perf_counter() - started
    print(f"{what}: {took:.1f} s, peak {usage.ru_maxrss // 1024} MB ({report})", flush=True)


def size(directory: Path) -> int:
    """The size of a directory's files in MB."""
    return sum(path.stat().st_size for path in directory.iterdir()) // 1_000_000


def write(path: Path, form: str, length: int) -> None:
    """Write a recording of `length` bytes."""
    with path.open("w", encoding="utf-8") as file:
        if form == "array":
            file.write("[")
        elif form != "blob_v2":
            file.write(
                '{\n "version": "2023-04-28",\n "data": {\n  "id": "large",\n  "person": {},\n  "snapshots": [\n'
            )
        between = ""
        for event in events(10**9):
            text = json.dumps(
                ["w", event] if form == "blob_v2" else event, indent=1 if form == "export, pretty" else None
            )
            file.write(between + text)
            between = "\n" if form == "blob_v2" else ","
            if file.tell() > length:
                break
        file.write({"array": "]", "blob_v2": "\n"}.get(form, "]}}"))


def events(count: int) -> Iterator[dict[str, Any]]:
    """The events of a visit: a page, then mutations of 20 nodes each and some clicks."""
    yield event(0, 4, href="https://shop.example/", width=1280, height=800)
    yield event(1, 2, node={"type": 0, "childNodes": [], "id": 1}, initialOffset={"top": 0, "left": 0})
    for place in range(count - 2):
        at = 2 + place * 40
        if place % 10 == 0:
            yield event(at, 3, source=2, type=2, id=7, x=1, y=2)
        else:
            adds = [addition(place * 20 + node) for node in range(20)]
            yield event(at, 3, source=0, texts=[], attributes=[], removes=[], adds=adds)


def addition(id: int) -> dict[str, Any]:
    """An entry of a mutation that adds an element."""
    node: dict[str, Any] = {"type": 2, "tagName": "div", "attributes": {"class": "row"}, "childNodes": [], "id": id}
    return {"parentId": 1, "nextId": None, "node": node}


def event(at: int, kind: int, **data: Any) -> dict[str, Any]:
    """An rrweb event `at` milliseconds after the start."""
    return {"type": kind, "data": data, "timestamp": START + at}


if __name__ == "__main__":
    main()
