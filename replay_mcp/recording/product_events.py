"""Product events of a session: what an app reported to PostHog's analytics, beside the recording."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

JsonValue: TypeAlias = Any
"""A JSON value."""

SHOWN_BY_RECORDING: Final = frozenset(
    {
        "$autocapture", "$copy_autocapture", "$rageclick", "$dead_click", "$pageleave", "$$heatmap", "$heatmap",
        "$web_vitals", "$performance_event", "$snapshot",
    }
)  # fmt: skip
"""Names of events about what the recording itself shows. They are many, and never read."""


@dataclass(frozen=True, slots=True)
class ProductEvent:
    """One product event of a session. Its texts are not masked.

    Attributes:
        event: its name.
        seconds: from the start of the recording; negative before it.
        properties: as PostHog stores them, those of the SDK (`$…`) included.
    """

    event: str
    seconds: float
    properties: Mapping[str, JsonValue]
