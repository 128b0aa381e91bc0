"""`release-check`: what is new, gone, more or fewer since a release."""

from typing import Annotated, Final

from pydantic import AfterValidator, Field

from replay_mcp.api.types import check_date_bound
from replay_mcp.server.prompts.definition import (
    CHECK,
    MAX_ARGUMENT_LENGTH,
    PlaylistArgument,
    PromptDefinition,
    UrlArgument,
    area,
    curation,
    message,
    quote,
)
from replay_mcp.tools import Params


def _check_before(before: str) -> str:
    return check_date_bound(before.strip()) if before.strip() else ""


class ReleaseParams(Params):
    """The release, and what to compare it with."""

    released: Annotated[
        str,
        Field(max_length=MAX_ARGUMENT_LENGTH, description="When it was released: 2026-11-23T14:00, or -3d."),
        AfterValidator(lambda released: check_date_bound(released.strip())),
    ]
    before: Annotated[
        str,
        Field(
            max_length=MAX_ARGUMENT_LENGTH,
            description="Start of the time before it to compare with. Default: as long before as it is ago.",
        ),
        AfterValidator(_check_before),
    ] = ""
    url: UrlArgument = ""
    playlist: PlaylistArgument = "Since the release"


def _text(params: ReleaseParams, curates: bool) -> str:
    released = quote(params.released)
    versus = quote(params.before) if params.before else "the date as long before the release as the release is ago"
    what = "the clearest example of each problem that is new or more frequent"
    return message(
        f"Report what changed for visitors since the release ({released}).",
        [
            f"Compare before and after in one call: session-recordings-compare with date_from: {released}, versus:"
            f" {versus}, limit: 100, show: [problems, requests, pages], filter_test_accounts: true{area(params.url)}.",
            "Judge the data first: how many sessions were read in each window, whether more match than were read, and"
            " whether the earlier window begins before the oldest recording. Where there is no data, nothing is known:"
            " it is not free of problems. Compare shares of the sessions, not counts, if the windows differ in size.",
            "For each problem that is new or more frequent: read its example with session-recording-timeline, around:"
            " its ref. Note when it was first seen; a problem seen before the release was not caused by it.",
            "For each problem that is gone or less frequent: make sure that sessions after the release visited the page"
            " or used the element. If none did, it is not known to be fixed.",
            CHECK,
            curation(params.playlist, what, curates=curates),
            "Report the verdict first: new problems, or none found in so many sessions. Then a table: problem, page and"
            " element, sessions before and after out of those that could meet it, first seen, link to the example at"
            " its second. Then requests that fail or take longer than before, and what the recordings do not show. A"
            " change after a release is not proof that the release caused it.",
        ],
    )


RELEASE_CHECK: Final = PromptDefinition(
    "release-check",
    "Release check",
    "What visitors met before and after a release: problems that are new, gone, more or fewer, with examples.",
    ReleaseParams,
    _text,
)
