"""Problems of one window of time against those of an earlier one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from .problems import Group
from .sessions import Sessions

WindowChange = Literal["new", "gone", "more", "fewer", "same", "not_known"]
"""How a problem changed since the earlier window, by its share of the sessions that were read in each window.

`new` and `gone` need sessions in the other window that used the element or visited the page; otherwise it is not known.
"""


@dataclass(frozen=True, slots=True)
class Compared:
    """A problem in two windows.

    Attributes:
        before: sessions of the earlier window that have it.
        concerned_before: sessions of the earlier window that used the element or visited the page.
    """

    change: WindowChange
    before: int
    concerned_before: int


class Windows:
    """The problems of two windows.

    Attributes:
        gone: problems of the earlier window that the current one does not have, the most widespread first.
    """

    def __init__(
        self, groups: Sequence[Group], sessions: Sessions, earlier_groups: Sequence[Group], earlier: Sessions
    ) -> None:
        keys = {group.key for group in groups}
        self.gone = [group for group in earlier_groups if group.key not in keys]
        self._sessions = sessions
        self._earlier = earlier
        self._before = {group.key: len(group.session_ids) for group in earlier_groups}
        self._current = keys

    def compared(self, group: Group) -> Compared:
        """How a problem of either window changed."""
        before, concerned = self._before.get(group.key, 0), group.concerned(self._earlier.values())
        return Compared(self._change(group, before, concerned), before, concerned)

    def _change(self, group: Group, before: int, concerned_before: int) -> WindowChange:
        if group.key not in self._current:
            return "gone" if group.concerned(self._sessions.values()) else "not_known"
        if not before:
            return "new" if concerned_before else "not_known"
        share, share_before = len(group.session_ids) * len(self._earlier), before * len(self._sessions)
        if share == share_before:
            return "same"
        return "more" if share > share_before else "fewer"
