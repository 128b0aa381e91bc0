"""How much of a recording could be read."""

from typing import Final

from msgspec import Struct

MAX_STRETCHES: Final = 10
"""Maximum number of missing stretches that are listed."""


class Coverage(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """How much of a recording could be read.

    Attributes:
        events: events read.
        blocks: how many blocks the recording is stored in; 0 if unknown.
        missing_blocks: blocks without any event.
        missing: stretches without any event, in seconds from start to end; adjacent blocks are merged.
        broken: lines, or events within a line, that could not be read or were too large.
        repeated: events that occurred twice: sent again, or recorded by two recorders.
        late: events that arrived too late to be put in the order of time.
        cut_off: whether the data ends, or is damaged, in the middle of a gzip stream.
        strays: events left out because their times are more than a week from all others.
        unknown: events of unknown types, sources and plugins.
        unread_kinds: events of known types and sources that are not read: fonts, assets, annotations.
        picture_windows: windows of an app that were recorded as pictures of the screen.
        tabs_without_snapshot: tabs without a full snapshot.
        unreadable_documents: snapshots and mutations that could not be decoded.
        truncated_documents: tabs whose DOM exceeds the size limit.
        unknown_targets: clicks and edits on elements that are not in the recording.
        unread_tabs: events of tabs beyond the maximum number of tabs.
        unexamined: clicks, edits and page changes that were not examined because the work limit was reached.
        pauses: how often the recorder was paused.
        relative_times: whether the original times counted from 0, so that the dates were chosen on import.
        extension_lines: console lines of browser extensions, which are left out.
        rows_left_out: by kind, rows beyond the maximum per kind.
    """

    events: int
    blocks: int = 0
    missing_blocks: int = 0
    missing: tuple[tuple[float, float], ...] = ()
    broken: int = 0
    repeated: int = 0
    late: int = 0
    cut_off: bool = False
    strays: int = 0
    unknown: int = 0
    unread_kinds: int = 0
    picture_windows: int = 0
    tabs_without_snapshot: int = 0
    unreadable_documents: int = 0
    truncated_documents: int = 0
    unknown_targets: int = 0
    unread_tabs: int = 0
    unexamined: int = 0
    pauses: int = 0
    relative_times: bool = False
    extension_lines: int = 0
    rows_left_out: dict[str, int] = {}

    def is_whole_after(self, seconds: float) -> bool:
        """Whether everything recorded after a time was read. Losses without a known time count as later."""
        unplaced = (
            self.broken,
            self.late,
            self.unread_tabs,
            self.unexamined,
            self.pauses,
            self.cut_off,
            self.rows_left_out,
        )
        return not any(unplaced) and all(end <= seconds for _, end in self.missing)

    @property
    def remarks(self) -> list[str]:
        """Notes on data that was not read or was changed, although nothing that the person did or saw is missing."""
        counted = (
            (self.unknown, "events were of kinds that are not known"),
            (self.unread_kinds, "events were of kinds that are not read (fonts, assets, annotations)"),
        )
        return [
            *(f"{count} {what}" for count, what in counted if count),
            *(
                ["times counted from 0; the dates were chosen when the recording was imported"]
                if self.relative_times
                else []
            ),
        ]

    @property
    def gaps(self) -> list[str]:
        """Descriptions of missing or omitted data; empty if the whole recording was read."""
        counted = (
            (self.broken, "lines or events could not be read"),
            (self.unreadable_documents, "page snapshots or changes could not be decoded"),
            (self.truncated_documents, "tabs had a page too large to keep completely"),
            (self.unknown_targets, "clicks or edits were on elements that are not in the recording"),
            (
                self.strays,
                "events were left out: their times are more than a week from all others (wrong clock)",
            ),
            (self.tabs_without_snapshot, "tabs have no full snapshot: their elements are unknown"),
            (self.picture_windows, "windows were recorded as images: their texts and elements are unknown"),
            (self.unread_tabs, "events were in tabs beyond the limit and were not read"),
            (
                self.unexamined,
                "clicks, edits or page changes were not examined: the work limit for one recording was reached",
            ),
            (self.late, "events arrived too late to be put in order"),
            (self.pauses, "times the recorder was paused"),
            *((count, f"{kind} rows were left out, beyond the limit") for kind, count in self.rows_left_out.items()),
        )
        return [
            *(f"{count} {what}" for count, what in counted if count),
            *(["the data is cut off or damaged"] if self.cut_off else []),
            *(f"the part from {_stretch(start, end)} is missing" for start, end in self.missing[:MAX_STRETCHES]),
        ]


def _stretch(start: float, end: float) -> str:
    return f"{start:g} to {end:g} s" if end > start else f"{start:g} s on"
