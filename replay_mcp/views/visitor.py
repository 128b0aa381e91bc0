"""What is known of the visitor of a session: the device, where they came from, and the parts that were not recorded."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, Self

from pydantic import Field

from replay_mcp.recording.product_events import ProductEvent
from replay_mcp.recording.rrweb.untrusted import number, obj, text
from replay_mcp.redaction import Redaction
from replay_mcp.views.budget import size
from replay_mcp.views.result import Result

if TYPE_CHECKING:
    from replay_mcp.recording.timeline.blocked_parts import BlockedPart
    from replay_mcp.recording.timeline.reader import Timeline

MAX_LENGTH: Final = 80
MAX_NAME_LENGTH: Final = 60
MAX_URL_LENGTH: Final = 200
MAX_PERSON_PROPERTIES: Final = 20
MAX_BLOCKED: Final = 10

_MAX_SIDE: Final = 99_999
_ADDED_BY_POSTHOG: Final = ("$", "utm_")


class Visitor(Result):
    """The visitor's device and origin, as the recording and the session's product events have them."""

    device: str = ""
    os: str = ""
    browser: str = ""
    user_agent: str = Field(default="", description="where no event names the browser")
    viewport: str = Field(default="", description="width x height in CSS pixels, at first")
    language: str = ""
    timezone: str = ""
    country: str = ""
    entry: str = Field(default="", description="URL on which the session began, perhaps before the recording")
    referrer: str = ""
    campaign: str = Field(default="", description="utm parameters")
    person_set: dict[str, Any] = Field(
        default={}, description="person properties that events of this session set; elsewhere they are the latest"
    )
    not_recorded: list[str] = Field(default=[], description="parts that the page excludes (ph-no-capture, rr-block)")

    @classmethod
    def of(cls, timeline: "Timeline", events: Sequence[ProductEvent], redaction: Redaction) -> Self:
        """Collect what is known; of a property, the first value in the session."""
        first = _FirstValues(events, redaction)
        browser = first.joined("$browser", "$browser_version")
        return cls(
            device=first.joined("$device_type", "$device"),
            os=first.joined("$os", "$os_version"),
            browser=browser,
            user_agent="" if browser else first.text("$raw_user_agent", "$user_agent") or timeline.user_agent,
            viewport=_viewport(timeline, first),
            language=first.text("$browser_language", "$locale", "$language"),
            timezone=first.text("$timezone"),
            country=first.text("$geoip_country_name", "$geoip_country_code"),
            entry=first.url("$session_entry_url") or first.url("$current_url", of="$pageview"),
            referrer=first.url("$session_entry_referrer") or first.url("$referrer"),
            campaign=", ".join(first.campaign()),
            person_set=_person_set(events, redaction),
            not_recorded=_not_recorded(timeline.blocked),
        )


class _FirstValues:
    """The first value of properties among events in order of time, masked."""

    def __init__(self, events: Sequence[ProductEvent], redaction: Redaction) -> None:
        self._events = events
        self._redaction = redaction

    def value(self, name: str, of: str = "") -> Any:
        return next(
            (
                value
                for event in self._events
                if (not of or event.event == of) and (value := event.properties.get(name)) not in (None, "")
            ),
            None,
        )

    def text(self, *names: str) -> str:
        """The value of the first of these properties that is a text or a number."""
        values = (self.value(name) for name in names)
        return next((shown for value in values if (shown := self._shown(value))), "")

    def joined(self, *names: str) -> str:
        return " ".join(dict.fromkeys(shown for name in names if (shown := self._shown(self.value(name)))))

    def url(self, name: str, of: str = "") -> str:
        found = text(self.value(name, of))
        return "direct" if found == "$direct" else self._redaction.url(found, MAX_URL_LENGTH) if found else ""

    def campaign(self) -> Iterator[str]:
        for name in ("utm_source", "utm_medium", "utm_campaign"):
            if shown := self._shown(self.value(name)):
                yield f"{name.removeprefix('utm_')} {shown}"

    def _shown(self, value: Any) -> str:
        if number(value) is not None:
            return f"{value:g}" if isinstance(value, float) else str(value)[:MAX_LENGTH]
        return self._redaction.text(text(value), MAX_LENGTH) if text(value) else ""


def _viewport(timeline: "Timeline", first: _FirstValues) -> str:
    width, height = timeline.viewport or (first.value("$viewport_width"), first.value("$viewport_height"))
    sides = [side for value in (width, height) if (side := number(value)) is not None and 0 < side <= _MAX_SIDE]
    return "x".join(f"{side:g}" for side in sides) if len(sides) == len(("width", "height")) else ""


def _person_set(events: Sequence[ProductEvent], redaction: Redaction) -> dict[str, Any]:
    """The person properties that events set, the last value of each; without those that PostHog adds by itself."""
    if redaction.level == "strict":
        return {}
    found: dict[str, Any] = {}
    for event in events:
        found |= {
            name: value
            for name, value in obj(event.properties.get("$set")).items()
            if not name.startswith(_ADDED_BY_POSTHOG) and not isinstance(value, dict | list)
        }
    kept = {name: found[name] for name in list(found)[:MAX_PERSON_PROPERTIES] if size(name) <= MAX_LENGTH}
    redaction.properties(kept)
    return {
        redaction.text(name, MAX_NAME_LENGTH): value[:MAX_URL_LENGTH] if isinstance(value, str) else value
        for name, value in kept.items()
    }


def _not_recorded(parts: "Sequence[BlockedPart]") -> list[str]:
    shown = [
        " ".join(
            [
                f'"{part.label}" {part.selector}' if part.label else part.selector,
                *([f"in {part.inside}"] if part.inside else []),
                *([f"on {part.page}"] if part.page else []),
            ]
        )
        for part in parts[:MAX_BLOCKED]
    ]
    more = len(parts) - MAX_BLOCKED
    return [*shown, f"and {more} more"] if more > 0 else shown
