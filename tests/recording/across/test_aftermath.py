"""What followed a problem."""

import pytest

from replay_mcp.recording.across.aftermath import Aftermath, aftermath
from replay_mcp.recording.across.problems import problem_groups
from replay_mcp.recording.across.sessions import Known
from replay_mcp.recording.timeline.reader import Timeline
from replay_mcp.recording.timeline.rows import Row

from .made import answered, failed, followed, pressed, requested, row, sessions, shown, timeline

PAY = "https://shop.example/api/pay"
DEAD = row(1, flags=("dead",), weight=4)
REFUSED = failed(2, PAY)
REFUSED_CLICK = followed(REFUSED, requests=("e2",))
ELSEWHERE = pressed(30, "Help", response=answered())


def after(*rows: Row, ongoing: bool = False, **coverage: int) -> tuple[int, str]:
    """How often the first problem was retried, and its end, in one session."""
    return of(timeline(*rows, **coverage), ongoing=ongoing)


def of(found: Timeline, *, ongoing: bool = False) -> tuple[int, str]:
    among = sessions(found, s1=Known(ongoing=ongoing))
    result = aftermath(problem_groups(among)[0], among)
    [end] = result.ends
    return result.retried, end


def test_who_did_nothing_more_left() -> None:
    assert after(DEAD, row(3, "scroll")) == (0, "left")
    assert after(REFUSED_CLICK, REFUSED) == (0, "left")


def test_who_went_on_with_other_things_after_a_failure_gave_up() -> None:
    assert after(DEAD, ELSEWHERE) == (0, "gave_up")
    assert after(REFUSED_CLICK, REFUSED, ELSEWHERE) == (0, "gave_up")
    assert after(REFUSED_CLICK, REFUSED, row(9, requests=("e10",)), failed(10, PAY), ELSEWHERE) == (1, "gave_up")


def test_quick_presses_are_tries() -> None:
    assert after(row(1, flags=("rage", "dead"), weight=4, count=4)) == (1, "left")


@pytest.mark.parametrize("again", [row(9, response=answered()), row(9, meaning="done")])
def test_an_element_that_responds_later_succeeded_after_no_response(again: Row) -> None:
    assert after(DEAD, again) == (1, "succeeded_after")


def test_a_request_that_is_answered_later_succeeded() -> None:
    again = row(9, requests=("e10",), response=answered())
    assert after(REFUSED_CLICK, REFUSED, again, requested(10, PAY, 201, "POST")) == (1, "succeeded_after")
    alone = failed(2, "https://shop.example/orders/1")
    assert after(alone, requested(9, "https://shop.example/orders/2", 200, "POST")) == (1, "succeeded_after")


def test_a_response_alone_does_not_prove_that_an_error_is_gone() -> None:
    assert after(REFUSED_CLICK, REFUSED, row(9, response=answered()), ELSEWHERE) == (1, "not_known")


def test_a_slow_click_that_was_answered_succeeded() -> None:
    assert after(row(1, flags=("slow",), weight=4, response=answered(4_000)), ELSEWHERE) == (0, "succeeded_after")
    assert after(row(1, flags=("slow",), weight=4), ELSEWHERE) == (0, "not_known")


def test_an_error_that_nobody_acted_upon_shows_only_who_left() -> None:
    lost = failed(2, "https://shop.example/api/faq", 404)
    assert after(lost) == (0, "left")
    assert after(lost, ELSEWHERE) == (0, "not_known")


def test_what_is_missing_in_the_recording_is_not_known() -> None:
    assert after(DEAD, pauses=1) == (0, "not_known")
    assert after(DEAD, ongoing=True) == (0, "not_known")


def test_a_harmless_console_error_is_no_failure() -> None:
    error = row(2, "console", message="Deprecated", level="error", weight=4)
    assert after(followed(error, response=answered()), error, ELSEWHERE) == (0, "not_known")
    assert after(followed(error, meaning="done"), error, ELSEWHERE) == (0, "succeeded_after")


def test_sessions_are_counted_once_each() -> None:
    message = shown(3, "Card refused")
    visits = [
        timeline(row(1, texts=message.texts, meaning="error"), message),
        timeline(
            row(1, texts=message.texts, meaning="error"), message, row(9, meaning="error"), shown(10, "Card refused")
        ),
        timeline(row(1, texts=message.texts, meaning="error"), message, ELSEWHERE),
    ]
    among = sessions(*visits)
    [group] = problem_groups(among)
    assert aftermath(group, among) == Aftermath(1, {"left": 2, "gave_up": 1})
