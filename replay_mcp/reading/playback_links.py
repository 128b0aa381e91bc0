"""Links that play a recording in PostHog's app or in the player of the local API."""

import re
from typing import Final
from urllib.parse import parse_qs, unquote

PLAYBACK_LINK: Final = re.compile(
    r"https?://[^\s?#]{1,500}/replay/(?:home/)?(?P<id>[^\s/?#]{1,200})/?(?:\?(?P<query>[^\s#]*))?(?:#.*)?"
)
"""A link that plays a recording."""


def id_in_link(text: str) -> str:
    """The id in a link that plays a recording; any other text as it is."""
    link = PLAYBACK_LINK.fullmatch(text.strip())
    if link is None:
        return text
    chosen = parse_qs(link["query"] or "").get("sessionRecordingId")  # the player beside a list of recordings
    return chosen[0] if chosen else unquote(link["id"])
