"""Faults of an API: statuses, bodies, redirects, lost responses and broken connections."""

import gzip
import json
from collections.abc import Mapping
from typing import Any, Final, get_args

from tests.faults import Fault
from tests.lossy import Loss

KEY: Final = "phx_ReliabilityTrialKey0123456789abcdef"
"""The server's key, which every fault echoes where it can."""

_JSON: Final = {"content-type": "application/json"}
_ERROR: Final = {"type": "server_error", "code": "error", "detail": f"Something about {KEY} failed.", "attr": KEY}
_STATUSES: Final = (
    *(400, 401, 402, 403, 404, 405, 406, 408, 409, 410, 411, 413, 414, 415, 418, 422, 423, 425, 426, 428, 429, 431),
    *(451, 499, 500, 501, 502, 503, 504, 505, 507, 508, 511, 520, 521, 522, 523, 524, 525, 526, 527, 530, 599),
)
_REDIRECTS: Final = (300, 301, 302, 303, 304, 305, 307, 308)
_RETRY_AFTER: Final = ("0", "-1", "0.5", "1e9", "99999999999999999999", "soon", "Mon, 30 Nov 2026 12:00:00 GMT", KEY)
_BODIES: Final[Mapping[str, bytes]] = {
    "nothing": b"",
    "white space": b" \n" * 1_000,
    "null": b"null",
    "a number": b"12",
    "text": json.dumps(KEY).encode(),
    "an empty object": b"{}",
    "an empty array": b"[]",
    "an array of arrays": b"[[], [[]]]",
    "half of an object": b'{"results": [{"id": "s1", "dis',
    "two objects": b"{}{}",
    "a page": f"<html><title>{KEY}</title></html>".encode(),
    "not UTF-8": b'{"results": ["\xff\xfe"]}',
    "a lone surrogate": rb'{"results": [{"id": "\ud800"}], "id": "\ud800", "short_id": "\ud800"}',
    "NaN": b'{"results": NaN}',
    "an integer of 400 digits": b'{"count": ' + b"9" * 400 + b', "id": ' + b"9" * 400 + b"}",
    "nested 100,000 times": b"[" * 100_000 + b"]" * 100_000,
    "results of null": b'{"results": [null], "count": 1, "sources": [null], "success": null}',
    "results of wrong types": b'{"results": [{"id": {}, "short_id": []}], "count": "many", "sources": {}}',
    "an endless next page": b'{"results": [], "next": "https://elsewhere.example/?offset=1", "has_next": true}',
    "ten thousand empty rows": b'{"results": [' + b"{}," * 9_999 + b"{}]}",
    "a megabyte of text": json.dumps({"detail": "x" * 1_000_000}).encode(),
    "gzip without its header": gzip.compress(b"{}"),
}


def _answers() -> dict[str, dict[str, Any]]:
    error = json.dumps(_ERROR).encode()
    answers: dict[str, dict[str, Any]] = {
        f"status {status}": {"status": status, "body": error, "headers": _JSON} for status in _STATUSES
    }
    answers |= {f"status {status} without a body": {"status": status} for status in (400, 403, 404, 500, 503)}
    answers |= {
        f"status {status} with a page": {"status": status, "body": _BODIES["a page"]} for status in (403, 404, 502)
    }
    answers |= {
        f"redirect {status}": {"status": status, "headers": {"location": f"https://elsewhere.example/{KEY}"}}
        for status in _REDIRECTS
    }
    answers |= {
        f"Retry-After: {value}": {"status": 429, "body": error, "headers": {**_JSON, "retry-after": value}}
        for value in _RETRY_AFTER
    }
    answers |= {f"200 with {name}": {"status": 200, "body": body, "headers": _JSON} for name, body in _BODIES.items()}
    answers["a wrong encoding"] = {"status": 200, "body": b"{}", "headers": {**_JSON, "content-encoding": "gzip"}}
    answers["an unknown encoding"] = {"status": 200, "body": b"{}", "headers": {**_JSON, "content-encoding": KEY}}
    answers["no response"] = {"stall": True}
    return answers


ANSWERS: Final = {name: Fault(**answer) for name, answer in _answers().items()}
"""Responses that replace the API's, by name."""
LOST: Final = {
    f"{name}, after the request was carried out": Fault(**answer, after=True) for name, answer in _answers().items()
}
"""The same, but the API carries the request out first."""
LOSSES: Final[tuple[Loss, ...]] = get_args(Loss)
"""Ways of losing a connection; see `tests.lossy`."""
