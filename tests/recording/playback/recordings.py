"""Recordings that tests build, read as the player and the report read them."""

import json

from msgspec import Struct

from replay_mcp.recording.playback.player_data import PlayerRecording, player_recording
from replay_mcp.recording.playback.stills import RecordingReport, make_report
from replay_mcp.recording.screen.log import MAX_BYTES, ScreenLog, Screens
from replay_mcp.recording.timeline.reader import Timeline, TimelineReader
from replay_mcp.redaction import Redaction, RedactionLevel
from tests.recording.rrweb import Raw, lines


class Opened(Struct):
    """A recording that was read, with its screens."""

    timeline: Timeline
    screens: Screens
    redaction: Redaction

    @property
    def data(self) -> PlayerRecording:
        """What the player gets."""
        return player_recording("s1", self.timeline, self.screens)

    @property
    def report(self) -> RecordingReport:
        """What a report holds."""
        return make_report("s1", self.timeline, self.screens, self.redaction, "https://replay.test/s1")


def opened(*raws: Raw, level: RedactionLevel = "standard", most: int = MAX_BYTES) -> Opened:
    """Read a recording of one tab."""
    return opened_lines(lines(*raws), level=level, most=most)


def opened_lines(recorded: list[bytes], *, level: RedactionLevel = "standard", most: int = MAX_BYTES) -> Opened:
    """Read a recording, whose lines may come in any order, keeping `most` bytes of its screens."""
    in_time = sorted(recorded, key=lambda line: json.loads(line)[1]["timestamp"])
    redaction, log = Redaction(level), ScreenLog(most)
    reader = TimelineReader(redaction, observer=log)
    reader.feed(b"\n".join(in_time) + b"\n")
    return Opened(reader.finish(), log.finish(), redaction)
