"""How much of a recording could be read."""

from typing import Final

from msgspec import Struct

MAX_STRETCHES: Final = 10
"""Most missing stretches that are named."""


class Coverage(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """How much of a recording could be read.

    Attributes:
        events: events read.
        blocks: how many blocks the recording is stored in, where that is known.
        missing_blocks: how many of them gave no event.
        missing: from and to which second blocks gave no event, where neighbours are one stretch.
        broken: lines, or events within a line, that could not be read or were too large.
        repeated: events that were there twice: sent again, or recorded by two recorders.
        late: events that came too late for their place in time.
        cut_off: the bytes end, or are damaged, in the middle of a gzip stream.
        strays: few events whose time is more than a week from all others, which are left out.
        unknown: events of types, sources and plugins that are not known.
        unread_kinds: events of types and sources that are known and not read: fonts, assets, annotations.
        picture_windows: windows of an app that was recorded as pictures of its screen.
        tabs_without_snapshot: tabs whose document was never recorded whole.
        unreadable_documents: snapshots and mutations of the DOM that could not be decoded.
        truncated_documents: tabs with a DOM larger than is kept.
        unknown_targets: clicks and edits of elements that the recording does not hold.
        unread_tabs: events of more tabs than are read.
        unexamined: clicks, edits and changes of the page that were not examined, as earlier ones had taken too long.
        pauses: how often the recorder was paused.
        relative_times: its times counted from 0 where it came from: dates are not the session's own.
        extension_lines: console lines of browser extensions, which are left out.
        rows_left_out: rows of each kind beyond what is kept.
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
        """Whether all that was recorded after a time could be read, as far as that is known."""
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
        """What was not read although nothing that a person did or saw is missing for it, in words."""
        counted = (
            (self.unknown, "events were of kinds that are not known"),
            (self.unread_kinds, "events were of kinds that are not read (fonts, assets, annotations)"),
        )
        return [
            *(f"{count} {what}" for count, what in counted if count),
            *(
                ["its times counted from 0, so its dates were chosen when it was imported"]
                if self.relative_times
                else []
            ),
        ]

    @property
    def gaps(self) -> list[str]:
        """What is missing or was left out, in words; none if the recording was read whole."""
        counted = (
            (self.broken, "lines or events could not be read"),
            (self.unreadable_documents, "page snapshots or changes could not be decoded"),
            (self.truncated_documents, "tabs had a page too large to keep whole"),
            (self.unknown_targets, "clicks or edits were of elements that the recording does not hold"),
            (
                self.strays,
                "events were more than a week from all others, by a clock that was set wrongly, and are left out",
            ),
            (self.tabs_without_snapshot, "tabs have no snapshot of their page: elements there are not known"),
            (self.picture_windows, "windows have screens that are images: their texts and elements are not known"),
            (self.unread_tabs, "events were of more tabs than are read"),
            (self.unexamined, "clicks, edits or changes of the page were not examined, as earlier ones took too long"),
            (self.late, "events came too late for their place in time"),
            (self.pauses, "times the recorder was paused"),
            *((count, f"{kind} rows beyond what is kept") for kind, count in self.rows_left_out.items()),
        )
        return [
            *(f"{count} {what}" for count, what in counted if count),
            *(["the data is cut off or damaged in the middle"] if self.cut_off else []),
            *(
                f"nothing from {_stretch(start, end)}: that part is missing"
                for start, end in self.missing[:MAX_STRETCHES]
            ),
        ]


def _stretch(start: float, end: float) -> str:
    return f"{start:g} to {end:g} s" if end > start else f"{start:g} s on"
