"""Searches a timeline for the rows that a claim is about."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from replay_mcp.recording.timeline.rows import Row

from .claim import MAX_EVIDENCE, MISSING, Claim, ClaimKind, Finding, amount, plural, refs, some, times
from .text_match import folded, holds, is_called, is_veiled, shows

if TYPE_CHECKING:
    from replay_mcp.recording.timeline.reader import Timeline

NEAR_SECONDS: Final = 1.0
"""Maximum distance between a row and the time of a claim."""


class Search:
    """The search for one claim."""

    def __init__(self, claim: Claim, meant: Sequence[Row], timeline: "Timeline", *, complete: bool) -> None:
        self._claim = claim
        self._meant = meant
        self._all = timeline.rows
        self._complete = complete
        self._sought = folded(claim.text)

    def finding(self) -> Finding:
        """Judge the claim by the rows found."""
        if not self._sought and (self._claim.text or self._claim.kind == "saw_text"):
            return Finding("not_shown", "The text has nothing to search for.")
        about = [row for row in self._meant or self._all if row.kind in _ROWS[self._claim.kind] and self._holds(row)]
        found = self._judged(about)
        keys = {row.key or row.ref for row in about if is_called(row, self._sought)}
        called = [row for row in about if (row.key or row.ref) in keys]  # labels change: "Cart", then "Cart 1"
        if self._meant or not called or (exact := self._judged(called)).verdict == found.verdict:
            return found
        why = f"Other elements contain that text too. Those with exactly that name: {exact.why} All: {found.why}"
        return Finding("not_shown", why, found.rows)

    def _judged(self, about: Sequence[Row]) -> Finding:
        """Judge by these rows, which all contain the text."""
        found = [row for row in about if self._is_such(row)]
        if self._meant and len(found) < len(self._meant):
            return self._missed([row for row in self._meant if row not in found], about)
        if not found:
            return self._none(about)
        in_time = [row for row in found if self._is_at(row)]
        if not in_time or (self._meant and len(in_time) < len(found)):
            return self._elsewhen([row for row in found if not self._is_at(row)], about)
        return self._counted(in_time, about)

    def _counted(self, found: Sequence[Row], about: Sequence[Row]) -> Finding:
        where = f"{plural(len(found), 'row')}, at {times(found)}"
        if self._claim.kind == "saw_text":  # an action and a text row may report the same text
            return Finding("supported", f"In {where}.", some(found))
        total = sum(amount(row) for row in found)
        least = sum(1 if self._sought and row.beside else amount(row) for row in found)
        unclear = [row for row in about if self._is_open(row) and not self._is_such(row) and self._is_at(row)]
        found_text = f"{'once' if total == 1 else f'{total} times'}, in {where}."
        found_text += " Some of these were on elements beside it." if least < total else ""
        found_text += f" Not known of {refs(unclear)}." if unclear else ""
        wanted = self._claim.count
        flagged = self._claim.kind in ("rage", "dead") and wanted == len(found)
        if wanted is None or flagged or least == total == wanted:
            return Finding("supported", found_text[:1].upper() + found_text[1:], some(found))
        if least <= wanted <= total + sum(amount(row) for row in unclear):
            return Finding("not_shown", f"Seen {found_text}", some(found))
        if total < wanted and not self._complete:
            return Finding("not_shown", f"Seen {found_text}{MISSING}", some(found))
        return Finding("contradicted", f"Not {wanted} times, but {found_text}", some(found))

    def _elsewhen(self, found: Sequence[Row], about: Sequence[Row]) -> Finding:
        """Judge rows that match but for their time."""
        claim = self._claim
        why = f"That was at {times(found)}, not at {claim.seconds:g} s."
        unclear = [row for row in about if self._is_at(row) and self._is_open(row)]
        if claim.kind == "saw_text":
            return Finding("not_shown", f"{why} How long a text was shown is not recorded.", some(found))
        if claim.kind == "visited" and self._is_still_open(found):
            return Finding("not_shown", f"{why} The page was not left until then.", some(found))
        if unclear and not self._meant:
            return Finding("not_shown", f"{why} Not known of {refs(unclear)}.", some([*unclear, *found]))
        if not self._complete and not self._meant:
            return Finding("not_shown", why + MISSING, some(found))
        return Finding("contradicted", why, some(found))

    def _missed(self, others: Sequence[Row], about: Sequence[Row]) -> Finding:
        """Judge named rows that do not match, or may not."""
        otherwise = [row for row in others if not self._may_be_such(row, about)]
        why = [f"{row.ref} is {self._other(row, about)}" for row in (otherwise or others)[:MAX_EVIDENCE]]
        return Finding("contradicted" if otherwise else "not_shown", f"{'; '.join(why)}.", some(otherwise or others))

    def _may_be_such(self, row: Row, about: Sequence[Row]) -> bool:
        if row in about:
            return self._is_open(row)
        if self._claim.kind == "saw_text" and row.kind != "text":
            return True  # only some texts of a page are reported
        return row.kind in _ROWS[self._claim.kind] and is_veiled(row, self._sought)

    def _other(self, row: Row, about: Sequence[Row]) -> str:
        kind = self._claim.kind
        if row.kind not in _ROWS[kind]:
            return f"of kind {row.kind}"
        if row not in about:
            return f"of kind {row.kind}, {_UNSEEN if self._may_be_such(row, about) else 'without that text'}"
        if row.status is not None:
            return f"a request answered with {row.status}" if row.status else "a request whose answer is not known"
        if row.kind == "console":
            return f"logged as {row.level}"
        if kind == "saw_text":
            return "about that text's end"
        return f"not judged ({row.not_judged})" if self._is_open(row) else f"not flagged {kind}"

    def _none(self, about: Sequence[Row]) -> Finding:
        """Judge when no row matches; rows about the same element may contradict the claim."""
        missing = "" if self._complete else MISSING
        if self._is_absent(about):
            return Finding("supported", "None is recorded, and nothing is missing.", some(about))
        if not about or (self._claim.kind == "error_logged" and not self._sought):
            return Finding("not_shown", _NOTHING[self._claim.kind] + missing)
        if unclear := [row for row in about if self._is_open(row)]:
            return Finding("not_shown", f"{_UNCLEAR[self._claim.kind]}: {refs(unclear)}.{missing}", some(unclear))
        return Finding("not_shown" if missing else "contradicted", self._otherwise(about) + missing, some(about))

    def _is_absent(self, about: Sequence[Row]) -> bool:
        """Whether `count` 0 is claimed, and nothing that could contradict it is missing or unclear."""
        if self._claim.count != 0 or self._meant or not self._complete:
            return False
        kinds = _ROWS[self._claim.kind]
        veiled = any(row.kind in kinds and row not in about and is_veiled(row, self._sought) for row in self._all)
        return not veiled and not any(self._is_open(row) for row in about)

    def _otherwise(self, about: Sequence[Row]) -> str:
        """Describe the rows about the same element, none of which matches."""
        named = refs(about)
        match self._claim.kind:
            case "rage":
                return f"Clicked, but not flagged rage: {named}."
            case "dead":
                return f"Clicked, but answered or slow: {named}."
            case "request_failed":
                answers = ", ".join(sorted({str(row.status) for row in about}))
                return f"Such requests were answered with {answers}: {named}."
            case _:
                return f"Logged as {', '.join(sorted({row.level for row in about}))}: {named}."

    def _is_such(self, row: Row) -> bool:
        match self._claim.kind:
            case "rage" | "dead" as flag:
                return flag in row.flags
            case "request_failed":
                status = row.status or 0
                return status >= 400 and self._claim.status in (None, status)
            case "error_logged":
                return row.level == "error"
            case "saw_text":  # a text that went away was shown, but when is not known
                return not row.gone or not (self._meant or self._claim.seconds is not None)
            case _:
                return True

    def _is_open(self, row: Row) -> bool:
        """Whether a row that contains the text may match, which is not known."""
        match self._claim.kind:
            case "dead":
                return bool(row.not_judged) and "dead" not in row.flags
            case "request_failed":
                return not row.status
            case "saw_text":
                return row.gone and not self._meant
            case _:
                return False

    def _is_at(self, row: Row) -> bool:
        seconds, until = self._claim.seconds, row.seconds if row.until is None else row.until
        return seconds is None or row.seconds - NEAR_SECONDS <= seconds <= until + NEAR_SECONDS

    def _is_still_open(self, visits: Sequence[Row]) -> bool:
        """Whether one of these pages was still open in its tab at the time of the claim."""
        seconds = self._claim.seconds or 0.0
        last = {row.tab: row.ref for row in self._all if row.kind == "navigation" and row.seconds <= seconds}
        return any(last.get(visit.tab) == visit.ref for visit in visits)

    def _holds(self, row: Row) -> bool:
        return shows(row, self._sought) if self._claim.kind == "saw_text" else holds(row, self._sought)


_ROWS: Final[dict[ClaimKind, frozenset[str]]] = {
    "clicked": frozenset({"click"}),
    "rage": frozenset({"click"}),
    "dead": frozenset({"click"}),
    "saw_text": frozenset({"text", "click", "typing", "change", "navigation"}),
    "visited": frozenset({"navigation"}),
    "request_failed": frozenset({"network"}),
    "error_logged": frozenset({"console"}),
}
"""Kinds of rows that are searched."""
_NOTHING: Final[dict[ClaimKind, str]] = {
    "clicked": "No click on such an element is recorded.",
    "rage": "No click on such an element is recorded.",
    "dead": "No click on such an element is recorded.",
    "saw_text": "No such text has a row; texts have one within 5 s after an action. Masked ones cannot be found.",
    "visited": "No visit to such a page is recorded; values in URLs are masked and cannot be searched.",
    "request_failed": "No such request is recorded; values in URLs are masked and cannot be searched.",
    "error_logged": "No such console error is recorded.",
}
_UNCLEAR: Final[dict[ClaimKind, str]] = {
    "dead": "Clicked, but not judged",
    "request_failed": "Of such requests not all answers are known",
    "saw_text": "Only that such a text went away is recorded",
}
_UNSEEN: Final = "where that text is not reported, or masked"
