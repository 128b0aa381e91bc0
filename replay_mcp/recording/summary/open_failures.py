"""Whether something that had failed before a success was left undone, which puts the success in question."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from replay_mcp.recording.timeline.rows import Row

from .form_submissions import fills_form
from .repeated_failure import MIN_FAILED_TRIES


@dataclass(slots=True)
class _Failures:
    """The failed tries of a control, and whether one of them sent a filled-in form."""

    tries: int
    sent_form: bool


def has_open_failure(
    rows: Iterable[Row], failed_tries: Callable[[Row], int], last: Row | None, *, reported: bool
) -> bool:
    """Whether something had failed before a success and was not clicked again with success.

    A single failure that sent no form is ignored if the last action sent a request. Any single failure is, if the last
    action repeated what had failed before that: the person came back to it.

    Args:
        rows: the rows of the session or the part of it.
        failed_tries: how often an action is known to have failed.
        last: the action before the success.
        reported: whether the page reported the success of that action in words.
    """
    undone: dict[tuple[int, str], _Failures] = {}
    filled = False
    for row in rows:
        filled |= fills_form(row)
        if row.kind != "click":
            continue
        control, tries, worked = (row.tab, row.key), failed_tries(row), reported and row is last
        if tries and not worked:
            known = undone.setdefault(control, _Failures(0, sent_form=False))
            known.tries, known.sent_form = known.tries + tries, known.sent_form or filled
        elif control in undone:
            since = list(undone)[list(undone).index(control) + 1 :] if worked else []
            for each in since:
                if undone[each].tries < MIN_FAILED_TRIES:
                    del undone[each]
            del undone[control]
        filled &= not (tries or row.requests)
    ignored = 1 if last is not None and last.requests else 0
    return any(failures.sent_form or failures.tries > ignored for failures in undone.values())
