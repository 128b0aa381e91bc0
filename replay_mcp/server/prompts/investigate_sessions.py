"""`investigate-sessions`: from a question to a checked answer."""

from typing import Annotated, Final

from pydantic import AfterValidator, Field

from replay_mcp.redaction import visible
from replay_mcp.server.prompts.definition import (
    CHECK,
    DEFAULT_WINDOW,
    PlaylistArgument,
    PromptDefinition,
    SessionIdArgument,
    WindowArgument,
    curation,
    message,
    quote,
)
from replay_mcp.tools import Params

MAX_QUESTION_LENGTH: Final = 2_000


def _check_question(question: str) -> str:
    if not question.strip():
        raise ValueError("the question must not be empty")
    return question


class InvestigateParams(Params):
    """The question, and where to start."""

    question: Annotated[
        str,
        Field(max_length=MAX_QUESTION_LENGTH, description="The question to answer."),
        AfterValidator(_check_question),
    ]
    window: WindowArgument = DEFAULT_WINDOW
    playlist: PlaylistArgument = ""
    session_id: Annotated[SessionIdArgument, Field(description="A recording to start from.")] = ""


def _text(params: InvestigateParams, curates: bool) -> str:
    first = "Find candidates"
    if params.session_id:
        session_id = quote(params.session_id)
        first = f"Read recording {session_id} with session-recording-timeline, then find similar ones"
    what = "the recordings that show the answer best, at most ten"
    return message(
        f"Answer from session recordings: {visible(params.question.strip(), MAX_QUESTION_LENGTH)}",
        [
            f"{first}: session-recordings-list with date_from: {quote(params.window)}, filter_test_accounts: true"
            " and one or two filters that fit the question (visited_url, event, console_text, min_console_errors,"
            " person, or where with conditions on properties). If nothing is found, the note says what exists: correct"
            " the name, drop a filter, then widen the window. Remember how many match.",
            "Compare: session-recordings-compare with the same filters and limit: 100, or with session_ids, counts the"
            " sessions and persons that share a problem. It also answers how far sessions got (steps), how those with"
            " a property differ (split), what changed (versus), and which requests fail or are slow (show). One"
            " session is an example, not a trend.",
            "Read the two or three most relevant ones with session-recording-timeline; look around flagged rows with"
            " around: e17. A flag says what its rule found, not why.",
            "If the answer needs whole sessions, summarise them with create-session-summaries, focus_area: the words of"
            " the question. Each row names its source; do not guess outcomes that are not shown.",
            CHECK,
            curation(params.playlist, what, curates=curates),
            "Report: the answer first; how many sessions it is based on, and their window; each finding with its refs,"
            " seconds and link; and what the recordings do not show.",
        ],
    )


INVESTIGATE_SESSIONS: Final = PromptDefinition(
    "investigate-sessions",
    "Investigate sessions",
    "Answer a question from session recordings: find, compare, read, check, curate.",
    InvestigateParams,
    _text,
)
