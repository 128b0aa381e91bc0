"""Windows and links of limit/offset lists."""

import pytest
from inline_snapshot import snapshot

from replay_mcp.local.http.pagination import Links, Window, links, parse_window

URL = "https://eu.example/api/environments/1/session_recording_playlists/"


@pytest.mark.parametrize(
    ("limit", "expected"),
    [("1", 1), ("500", 500), ("501", 500), ("99999999999999999999", 500)]
    + [(wrong, 100) for wrong in ("0", "-5", "", "ten", "1.5")],
)
def test_a_limit_is_clamped_to_500_and_is_100_unless_it_is_a_positive_number(limit: str, expected: int):
    assert parse_window({"limit": limit}) == Window(limit=expected, offset=0)


@pytest.mark.parametrize(("offset", "expected"), [("7", 7), ("0", 0), ("-1", 0), ("", 0), ("two", 0), ("1.5", 0)])
def test_an_offset_is_0_unless_it_is_a_positive_number(offset: str, expected: int):
    assert parse_window({"offset": offset}) == Window(limit=100, offset=expected)


def test_links_are_absolute_and_keep_the_other_parameters_in_alphabetical_order():
    url = f"{URL}?search=caf%C3%A9+a&order=name&offset=40&limit=20&type=&pinned=1&pinned=2"
    assert links(url, Window(limit=20, offset=40), 100) == snapshot(
        Links(
            next="https://eu.example/api/environments/1/session_recording_playlists/?limit=20&offset=60&order=name&pinned=1&pinned=2&search=caf%C3%A9+a&type=",
            previous="https://eu.example/api/environments/1/session_recording_playlists/?limit=20&offset=20&order=name&pinned=1&pinned=2&search=caf%C3%A9+a&type=",
        )
    )


def test_links_keep_or_omit_the_trailing_slash_like_the_request():
    without = links(URL.rstrip("/"), Window(limit=100, offset=0), 101)
    assert without == snapshot(
        Links(
            next="https://eu.example/api/environments/1/session_recording_playlists?limit=100&offset=100", previous=None
        )
    )


@pytest.mark.parametrize(("count", "more"), [(29, False), (30, False), (31, True)])
def test_there_is_a_next_page_only_when_the_count_goes_beyond_this_one(count: int, more: bool):
    assert (links(URL, Window(limit=20, offset=10), count).next is not None) is more


@pytest.mark.parametrize("offset", [1, 20])
def test_the_link_to_the_first_page_has_no_offset(offset: int):
    url = f"{URL}?limit=20&offset={offset}"
    assert links(url, Window(limit=20, offset=offset), 0) == snapshot(
        Links(next=None, previous="https://eu.example/api/environments/1/session_recording_playlists/?limit=20")
    )
