"""The disk cache: what it returns, what it forgets, and that it harms neither the disk nor other files."""

import logging
import os
import shutil
import stat
import sys
import zlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from replay_mcp.caches.disk import DiskCache, size_on_disk

SCOPE = ("https://us.posthog.com", "1", "phx_secret", "standard", "0.1.0")
DAY = 24 * 3600.0
MODES = pytest.mark.skipif(sys.platform == "win32", reason="modes and links are another system's")


class Clock:
    """Seconds since the epoch, moved by hand."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "made" / "cache"


def cache_in(directory: Path, clock: Clock, scope: Sequence[str] = SCOPE, **options: Any) -> DiskCache:
    return DiskCache(directory, scope=scope, clock=clock, **options)


@pytest.fixture
def cache(directory: Path, clock: Clock) -> DiskCache:
    return cache_in(directory, clock)


def files(directory: Path) -> list[Path]:
    return sorted(path for path in directory.rglob("*") if not path.is_dir())


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


def overwrite(file: Path, content: bytes, clock: Clock) -> None:
    """Overwrite the file's content, as if it had been stored now."""
    file.write_bytes(content)
    os.utime(file, (clock.now, clock.now))


def incompressible(size: int) -> bytes:
    return os.urandom(size)


def test_an_entry_is_returned_to_every_cache_of_the_same_scope(cache: DiskCache, directory: Path, clock: Clock) -> None:
    cache.put("s1", "one", b"timeline")
    assert cache.get("s1", "one") == b"timeline"
    assert cache_in(directory, clock).get("s1", "one") == b"timeline"
    assert cache.get("s2", "one") is None


def test_a_later_put_replaces_the_entry(cache: DiskCache, directory: Path) -> None:
    cache.put("s1", "one", b"first")
    cache.put("s1", "two", b"second")
    assert cache.get("s1", "two") == b"second"
    assert len(files(directory)) == 1


def test_an_entry_of_another_fingerprint_is_a_miss_and_is_removed(cache: DiskCache, directory: Path) -> None:
    cache.put("s1", "one", b"timeline")
    assert cache.get("s1", "two") is None
    assert files(directory) == []


@pytest.mark.parametrize("part", range(len(SCOPE)))
def test_another_scope_shares_nothing(cache: DiskCache, directory: Path, clock: Clock, part: int) -> None:
    cache.put("s1", "one", b"timeline")
    other = [*SCOPE[:part], "other", *SCOPE[part + 1 :]]
    assert cache_in(directory, clock, other).get("s1", "one") is None
    assert cache.get("s1", "one") == b"timeline"


def test_scopes_that_join_to_the_same_text_are_different(directory: Path, clock: Clock) -> None:
    cache_in(directory, clock, ("a", "bc")).put("s1", "one", b"timeline")
    for scope in (("ab", "c"), ("abc",), ("a", "bc", "")):
        assert cache_in(directory, clock, scope).get("s1", "one") is None


def test_neither_the_key_nor_an_id_nor_the_text_is_on_disk_unencrypted(cache: DiskCache, directory: Path) -> None:
    cache.put("session-of-ada", "fingerprint", b"words " * 100)
    [file] = files(directory)
    shown = str(file).encode() + file.read_bytes() + repr(cache).encode()
    assert [text for text in (b"phx_secret", b"session-of-ada", b"fingerprint", b"words words") if text in shown] == []


@given(st.text(max_size=50), st.text(max_size=20), st.binary(max_size=2_000))
def test_any_id_fingerprint_and_content_survive_a_round_trip(
    tmp_path_factory: pytest.TempPathFactory, session_id: str, fingerprint: str, data: bytes
) -> None:
    directory = tmp_path_factory.getbasetemp() / "any"
    cache = DiskCache(directory, scope=SCOPE)
    cache.put(session_id, fingerprint, data)
    assert cache.get(session_id, fingerprint) == data
    assert all(path.is_relative_to(directory) for path in files(directory))


@pytest.mark.parametrize("session_id", ["../../escaped", "/etc/passwd", "a\0b", "x" * 5_000, "\ud800", ""])
def test_a_hostile_id_cannot_leave_the_directory(cache: DiskCache, directory: Path, session_id: str) -> None:
    cache.put(session_id, "one", b"timeline")
    assert cache.get(session_id, "one") == b"timeline"
    assert len(files(directory)) == len(files(directory.parent.parent)) == 1


@MODES
def test_only_the_owner_can_read_the_cache(cache: DiskCache, directory: Path) -> None:
    cache.put("s1", "one", b"timeline")
    [file] = files(directory)
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (directory, file.parent, file)]
    assert [oct(mode) for mode in modes] == ["0o700", "0o700", "0o600"]


def test_nothing_is_created_before_the_first_put(cache: DiskCache, directory: Path) -> None:
    assert cache.get("s1", "one") is None
    cache.drop("s1")
    assert size_on_disk(directory) == 0
    assert not directory.parent.exists()


def test_an_entry_is_used_for_seven_days_after_it_was_stored_however_often_it_is_read(
    cache: DiskCache, directory: Path, clock: Clock
) -> None:
    cache.put("s1", "one", b"timeline")
    for _ in range(6):
        clock.now += DAY
        assert cache.get("s1", "one") == b"timeline"
    clock.now += DAY
    assert cache.get("s1", "one") is None
    assert files(directory) == []


def test_an_entry_from_a_clock_that_was_far_ahead_does_not_live_longer(cache: DiskCache, clock: Clock) -> None:
    cache.put("s1", "one", b"timeline")
    clock.now -= 1
    assert cache.get("s1", "one") == b"timeline"
    clock.now -= 8 * DAY
    assert cache.get("s1", "one") is None


def test_expired_entries_of_every_scope_are_removed_when_another_is_stored(
    cache: DiskCache, directory: Path, clock: Clock
) -> None:
    for version in ("0.0.1", "0.0.2"):
        cache_in(directory, clock, (*SCOPE[:-1], version)).put("s1", "one", b"timeline")
    clock.now += 7 * DAY
    cache.put("s2", "one", b"timeline")
    assert len(files(directory)) == 1


def test_the_least_recently_used_entry_makes_room(directory: Path, clock: Clock) -> None:
    cache = cache_in(directory, clock, max_bytes=45_000)
    for name in ("a", "b", "c", "d"):
        clock.now += 1
        cache.put(name, "one", incompressible(10_000))
    clock.now += 1
    assert cache.get("a", "one") is not None
    clock.now += 1
    cache_in(directory, clock, ("another",), max_bytes=45_000).put("e", "one", incompressible(10_000))
    assert [name for name in ("a", "b", "c", "d") if cache.get(name, "one") is not None] == ["a", "c", "d"]
    assert size_on_disk(directory) <= 45_000


def test_an_entry_over_a_quarter_of_the_cache_is_not_kept(directory: Path, clock: Clock) -> None:
    cache = cache_in(directory, clock, max_bytes=40_000)
    cache.put("s1", "one", incompressible(9_000))
    cache.put("s2", "one", incompressible(10_000))
    assert cache.get("s1", "one") is not None
    assert cache.get("s2", "one") is None


def test_an_entry_that_inflates_to_too_much_is_neither_stored_nor_read(
    cache: DiskCache, directory: Path, clock: Clock
) -> None:
    bomb = bytes(64 * 2**20 + 1)
    cache.put("s1", "one", bomb)
    assert files(directory) == []
    cache.put("s1", "one", b"timeline")
    [file] = files(directory)
    overwrite(file, file.read_bytes()[:16] + zlib.compress(bomb, 1), clock)
    assert cache.get("s1", "one") is None
    assert files(directory) == []


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda content: b"",
    "within the header": lambda content: content[:10],
    "header only": lambda content: content[:16],
    "truncated": lambda content: content[:-1],
    "half": lambda content: content[: len(content) // 2],
    "one bit": lambda content: content[:-1] + bytes([content[-1] ^ 1]),
    "more behind": lambda content: content + b"x",
    "garbage": lambda content: b"\x00\xff" * 50,
    "wrong header": lambda content: b"x" + content[1:],
    "garbage behind the header": lambda content: content[:16] + b"garbage",
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_file_is_a_miss_and_is_removed(
    cache: DiskCache, directory: Path, clock: Clock, caplog: pytest.LogCaptureFixture, damage: Callable[[bytes], bytes]
) -> None:
    cache.put("s1", "one", b"timeline " * 50)
    [file] = files(directory)
    overwrite(file, damage(file.read_bytes()), clock)
    assert cache.get("s1", "one") is None
    assert files(directory) == []
    assert warnings(caplog) == []


def test_a_file_larger_than_any_entry_is_not_read(cache: DiskCache, directory: Path, clock: Clock) -> None:
    cache.put("s1", "one", incompressible(20_000))
    assert cache_in(directory, clock, max_bytes=40_000).get("s1", "one") is None
    assert files(directory) == []


def test_a_dropped_session_is_gone_in_every_scope_and_others_stay(
    cache: DiskCache, directory: Path, clock: Clock
) -> None:
    unmasked = cache_in(directory, clock, (*SCOPE[:3], "off", "0.1.0"))
    for kept in (cache, unmasked):
        kept.put("s1", "one", b"timeline")
        kept.put("s2", "one", b"timeline")
    cache.drop("s1")
    cache.drop("never-there")
    assert [kept.get("s1", "one") for kept in (cache, unmasked)] == [None, None]
    assert [kept.get("s2", "one") for kept in (cache, unmasked)] == [b"timeline"] * 2


def test_other_files_in_the_directory_stay(directory: Path, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    name = "0" * 32
    others = [
        directory / "notes.txt",
        directory / f"{name}.timeline",
        directory / f"replay-{'1' * 32}",
        directory / name / f"{name}.timeline",
        directory / f"replay-{name}" / "notes.txt",
        directory / f"replay-{name}" / f"{name}.txt",
        directory / f"replay-{name}" / f"{name}.timeline" / "notes.txt",
        directory / "replay-notes" / f"{name}.timeline",
    ]
    for other in others:
        other.parent.mkdir(parents=True, exist_ok=True)
        other.write_text("mine")
        os.utime(other, (0, 0))
    cache = cache_in(directory, clock, max_bytes=2_000)
    for number in range(20):
        cache.put(f"s{number}", "one", incompressible(400))
    cache.drop("s19")
    assert sorted({*files(directory)} & {*others}) == sorted(others)
    assert warnings(caplog) == []
    assert size_on_disk(directory) <= 2_000


def test_unfinished_files_of_a_killed_process_are_removed_once_they_are_old(
    cache: DiskCache, directory: Path, clock: Clock
) -> None:
    cache.put("s1", "one", b"timeline")
    [file] = files(directory)
    left = file.with_name(f"{file.name}.k2_x9ab1")
    overwrite(left, b"half", clock)
    cache.put("s1", "one", b"timeline")
    assert left.exists()
    clock.now += 7 * DAY
    cache.put("s1", "one", b"timeline")
    assert files(directory) == [file]


@MODES
def test_links_are_not_followed_to_delete(cache: DiskCache, directory: Path, tmp_path: Path, clock: Clock) -> None:
    cache.put("s1", "one", b"timeline")
    [file] = files(directory)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    target = elsewhere / file.name
    target.write_bytes(b"mine")
    os.utime(target, (0, 0))
    (directory / f"replay-{'0' * 32}").symlink_to(elsewhere)
    file.with_name(f"{'0' * 32}.timeline").symlink_to(target)
    cache.put("s2", "one", b"timeline")
    cache.drop("s1")
    assert target.read_bytes() == b"mine"
    scope = file.parent.rename(tmp_path / "moved")
    file.parent.symlink_to(elsewhere)
    assert cache.get("s1", "one") is None
    assert (target.read_bytes(), len(files(scope))) == (b"mine", 2)


@MODES
def test_an_entry_that_is_a_link_is_replaced_but_not_its_target(
    cache: DiskCache, directory: Path, tmp_path: Path
) -> None:
    cache.put("s1", "one", b"timeline")
    [file] = files(directory)
    target = tmp_path / "mine"
    target.write_bytes(b"mine")
    file.unlink()
    file.symlink_to(target)
    assert cache.get("s1", "one") is None
    assert not file.is_symlink()
    file.symlink_to(target)
    cache.put("s1", "one", b"timeline")
    assert (cache.get("s1", "one"), target.read_bytes()) == (b"timeline", b"mine")


def test_an_unusable_directory_is_logged_once_and_fails_nothing(
    tmp_path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "file"
    file.write_text("mine")
    cache = cache_in(file, clock)
    for _ in range(2):
        cache.put("s1", "one", b"timeline")
        assert cache.get("s1", "one") is None
        cache.drop("s1")
    assert file.read_text() == "mine"
    assert [line.replace(str(tmp_path), "DIR") for line in warnings(caplog)] == snapshot(
        [
            "The cache in DIR/file cannot be used (File exists), so recordings are read again for each call. Choose another directory with --cache, or disable it with --cache off."
        ]
    )
    with pytest.raises(NotADirectoryError):
        size_on_disk(file)


@MODES
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_directory_is_read(cache: DiskCache, directory: Path, caplog: pytest.LogCaptureFixture) -> None:
    cache.put("s1", "one", b"timeline")
    [file] = files(directory)
    file.parent.chmod(0o500)
    cache.put("s2", "one", b"timeline")
    cache.drop("s1")
    assert cache.get("s1", "one") == b"timeline"
    assert len(warnings(caplog)) == 1
    file.parent.chmod(0o700)


def test_a_directory_that_vanished_is_created_again(cache: DiskCache, directory: Path) -> None:
    cache.put("s1", "one", b"timeline")
    shutil.rmtree(directory.parent)
    assert cache.get("s1", "one") is None
    cache.put("s1", "one", b"timeline")
    assert cache.get("s1", "one") == b"timeline"


def test_a_failed_write_leaves_nothing_behind(cache: DiskCache, directory: Path) -> None:
    cache.put("s1", "one", b"timeline")
    [file] = files(directory)
    file.unlink()
    file.mkdir()  # no file can replace a directory
    cache.put("s1", "one", b"timeline")
    assert cache.get("s1", "one") is None
    assert (files(directory), list(file.parent.iterdir())) == ([], [file])


def test_many_threads_share_a_directory_that_is_too_small_for_them(
    directory: Path, caplog: pytest.LogCaptureFixture
) -> None:
    contents = {f"s{number}": incompressible(1_000) for number in range(12)}
    caches = [DiskCache(directory, scope=[str(number)], max_bytes=8_000) for number in range(3)]

    def use(number: int) -> bool:
        cache, session_id = caches[number % 3], f"s{number % 12}"
        cache.put(session_id, "one", contents[session_id])
        if number % 7 == 0:
            cache.drop(f"s{number % 5}")
        return cache.get(session_id, "one") in (None, contents[session_id])

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(use, range(300)))
    assert warnings(caplog) == []
    caches[0].put("last", "one", b"timeline")
    assert size_on_disk(directory) <= 8_000
