"""Detection of loopback hosts."""

import ipaddress


def is_loopback(host: str) -> bool:
    """Whether `host` is `localhost` or a loopback address: 127.0.0.0/8 or ::1, without brackets.

    Other names count as remote because the addresses that they resolve to can change.
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
