"""`weekly-problem-report`: the week's problems beside those of the week before."""

from typing import Final

from replay_mcp.server.prompts.definition import (
    CHECK,
    PlaylistArgument,
    PromptDefinition,
    UrlArgument,
    area,
    curation,
    message,
)
from replay_mcp.tools import Params


class WeeklyParams(Params):
    """The scope of the weekly report."""

    url: UrlArgument = ""
    playlist: PlaylistArgument = "Problems of the week"


def _text(params: WeeklyParams, curates: bool) -> str:
    where = area(params.url)
    what = "the clearest example of each problem"
    return message(
        "Report the problems that affected the most people in the last week.",
        [
            "Compare both weeks in one call: session-recordings-compare with date_from: -7d, versus: -14d, limit: 100,"
            f" filter_test_accounts: true{where}. Take the five problems that affected most persons. It says which are"
            " new, more or fewer; if more recordings match than were read, say that these are samples.",
            f"Look for what the sample missed: session-recordings-list with date_from: -7d, filter_test_accounts:"
            f" true{where}, once with min_console_errors: 1 and order: console_error_count, once with event:"
            " $rageclick. Compare those that were not read, by session_ids.",
            "Read each problem's example with session-recording-timeline, around: its ref.",
            CHECK,
            curation(params.playlist, what, curates=curates),
            "Report as a table: problem, page and element, persons and sessions affected out of those that visited the"
            " page or used the element, the week before, link to the example at its second. Then what to look at first,"
            " and what the recordings do not show. Where a window begins before the oldest recording, say from when"
            " there is data.",
        ],
    )


WEEKLY_PROBLEM_REPORT: Final = PromptDefinition(
    "weekly-problem-report",
    "Weekly problem report",
    "The problems that affected most people in the last week, compared with the week before, with examples.",
    WeeklyParams,
    _text,
)
