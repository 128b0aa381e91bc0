"""The sdist and the wheel, as the build backend makes them from this tree."""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
METADATA = ".dist-info/"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (ROOT / ".git").exists(), reason="an unpacked sdist has no list of its files"),
]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of the built distributions."""
    directory = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "hatchling", "build", "--directory", str(directory))
    return directory


def run(*command: str) -> str:
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=120).stdout


def source_files() -> set[str]:
    """The files that git tracks, and new ones that it does not ignore."""
    listed = run("git", "ls-files", "--cached", "--others", "--exclude-standard", "-z").split("\0")
    return {name for name in listed if (ROOT / name).is_file()}


def test_the_sdist_contains_every_source_file(built: Path) -> None:
    [path] = built.glob("*.tar.gz")
    with tarfile.open(path) as sdist:
        packed = {member.name.partition("/")[2] for member in sdist if member.isfile()}
    assert packed ^ source_files() == {"PKG-INFO"}


def test_the_wheel_contains_every_file_of_the_package(built: Path) -> None:
    [path] = built.glob("*.whl")
    with zipfile.ZipFile(path) as wheel:
        packed = {name for name in wheel.namelist() if METADATA not in name}
    assert packed ^ {name for name in source_files() if name.startswith("replay_mcp/")} == set()
    assert {"replay_mcp/py.typed", "replay_mcp/server/listed_tools.json"} < packed
