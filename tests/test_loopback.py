"""Which hosts count as this machine."""

import pytest

from replay_mcp.loopback import is_loopback


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.1.1", "127.255.255.254", "::1", "0:0:0:0:0:0:0:1", "LocalHost"])
def test_loopback_addresses_and_localhost_are_this_machine(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host",
    [
        "0.0.0.0",
        "::",
        "",
        "*",
        "192.168.1.5",
        "128.0.0.1",
        "fe80::1",
        "::ffff:192.168.1.5",
        "[::1]",
        "127.1",
        "127.0.0.01",
        "2130706433",
        "127.0.0.1.nip.io",
        "localhost.example",
        "replay.example",
    ],
)
def test_other_addresses_and_names_are_not_this_machine(host: str) -> None:
    assert not is_loopback(host)
