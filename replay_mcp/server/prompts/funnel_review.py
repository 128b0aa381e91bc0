"""`funnel-review`: how many sessions reach each step, and what those did that were lost."""

from typing import Annotated, Final

from pydantic import AfterValidator, Field

from replay_mcp.server.prompts.definition import (
    CHECK,
    DEFAULT_WINDOW,
    MAX_ARGUMENT_LENGTH,
    PlaylistArgument,
    PromptDefinition,
    WindowArgument,
    curation,
    message,
    quote,
)
from replay_mcp.tools import Params

FEWEST_STEPS: Final = 2
MOST_STEPS: Final = 8


def _split(steps: str) -> list[str]:
    parts = steps.split(">") if ">" in steps else steps.split(",")
    return [step for part in parts if (step := part.strip(" \t\n\"'"))]


def _check_steps(steps: str) -> str:
    if not FEWEST_STEPS <= len(_split(steps)) <= MOST_STEPS:
        raise ValueError("give 2 to 8 steps in order, such as '/cart > /checkout > order placed'")
    return steps


class FunnelParams(Params):
    """The steps, and the sessions to review."""

    steps: Annotated[
        str,
        Field(
            max_length=2 * MAX_ARGUMENT_LENGTH,
            description="2 to 8 parts of URLs, events or names of elements: /cart > /checkout > order placed.",
        ),
        AfterValidator(_check_steps),
    ]
    window: WindowArgument = DEFAULT_WINDOW
    split: Annotated[
        str,
        Field(max_length=MAX_ARGUMENT_LENGTH, description="Sessions to set apart, such as: device is Mobile."),
    ] = ""
    playlist: PlaylistArgument = "Lost in the funnel"


def _text(params: FunnelParams, curates: bool) -> str:
    steps = f"[{', '.join(quote(step) for step in _split(params.steps))}]"
    split = (
        f", split: the condition for {quote(params.split)}, for example"
        ' [{"on": "event", "key": "device", "op": "exact", "value": "Mobile"}]'
        if params.split.strip()
        else ""
    )
    what = "the clearest examples of sessions that were lost, at most five for a step"
    return message(
        f"Review how sessions get through these steps: {steps}.",
        [
            f"Count: session-recordings-compare with steps: {steps}, date_from: {quote(params.window)}, limit: 100,"
            f" filter_test_accounts: true{split}.",
            "If a step was reached by nobody, its name may be wrong: session-recordings-list with visited_url or event"
            " says what exists. Correct the step and count again, once. If more recordings match than were read, the"
            " counts are of a sample: say so.",
            "Where most sessions are lost, compare these sessions: session-recordings-compare with their session_ids"
            " shows the problems that they share. Do the same with as many that went on: a problem that both met does"
            " not explain the loss.",
            "Read three of the lost ones with session-recording-timeline, from: a few seconds before their last action."
            " What the visitor wanted is not recorded: report what they did and what the page showed.",
            CHECK,
            curation(params.playlist, what, curates=curates),
            "Report as a table: step, sessions that reached it, share of the first and of the previous step, median"
            " time from the previous step. Then, for the largest losses: what the lost sessions met and did last, out"
            " of how many, with links at the second. Give differences between groups as plain counts. Then what to"
            " change or look at first, and what the recordings do not show.",
        ],
    )


FUNNEL_REVIEW: Final = PromptDefinition(
    "funnel-review",
    "Funnel review",
    "How many sessions reach each step, where they are lost, and what they met there.",
    FunnelParams,
    _text,
)
