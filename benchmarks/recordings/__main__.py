"""Writes one recording to a file."""

import argparse
from pathlib import Path

from . import SHAPES


def main() -> None:
    """Write a recording of the requested shape."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.recordings")
    parser.add_argument("shape", choices=SHAPES)
    parser.add_argument("path", type=Path)
    options = parser.parse_args()
    with options.path.open("wb") as file:
        file.writelines(SHAPES[options.shape]())


if __name__ == "__main__":
    main()
