"""The ways in which one text can identify a person."""

import re
from typing import Any, Final

from replay_mcp.api.types import MAX_DISTINCT_ID_LENGTH

_UUID: Final = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)


def person_requests(text: str | None) -> list[dict[str, Any]]:
    """Fields of recordings requests that find a person's recordings, the likeliest first.

    Args:
        text: an e-mail, name, distinct id or person uuid; None for anybody. Anonymous distinct ids of posthog-js look
            like uuids.
    """
    if text is None:
        return [{}]
    text = text.strip()
    as_distinct_id = {"distinct_ids": [text]}
    if _UUID.fullmatch(text):
        return [{"person_uuid": text.lower()}, as_distinct_id]
    if "@" in text:
        return [_with_property("email", text), as_distinct_id]
    return [as_distinct_id, _with_property("name", text)]


def _with_property(key: str, text: str) -> dict[str, Any]:
    # Only regular expressions compare whole values in any case.
    pattern = f"(?i)^{re.escape(text[:MAX_DISTINCT_ID_LENGTH])}$"
    return {"properties": [{"type": "person", "key": key, "operator": "regex", "value": pattern}]}
