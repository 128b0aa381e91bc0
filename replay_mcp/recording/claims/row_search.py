"""Searches a timeline for the rows that a claim is about."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from replay_mcp.recording.timeline.rows import Row

from .claim import MAX_EVIDENCE, MISSING, Claim, ClaimKind, Finding, count_of, first_rows, plural, refs, times
from .text_match import contains, folded, is_named_exactly, may_be_hidden, shows_text

if TYPE_CHECKING:
    from replay_mcp.recording.timeline.reader import Timeline

NEAR_SECONDS: Final = 1.0
"""Maximum distance between a row and the time of a claim, in seconds."""


class Search:
    """The search for the rows of one claim."""

    def __init__(self, claim: Claim, named: Sequence[Row], timeline: "Timeline", *, complete: bool) -> None:
        self._claim = claim
        self._named = named
        self._all = timeline.rows
        self._complete = complete
        self._text = folded(claim.text)

    def finding(self) -> Finding:
        """Judge the claim by the rows found."""
        if not self._text and (self._claim.text or self._claim.kind == "saw_text"):
            return Finding("not_shown", "The text contains nothing to search for.")
        candidates = [
            row for row in self._named or self._all if row.kind in _ROW_KINDS[self._claim.kind] and self._contains(row)
        ]
        found = self._judge(candidates)
        keys = {row.key or row.ref for row in candidates if is_named_exactly(row, self._text)}
        exactly_named = [
            row for row in candidates if (row.key or row.ref) in keys
        ]  # labels change: "Cart", then "Cart 1"
        if self._named or not exactly_named or (exact := self._judge(exactly_named)).verdict == found.verdict:
            return found
        why = f"Other elements contain that text too. Those with exactly that name: {exact.why} All: {found.why}"
        return Finding("not_shown", why, found.rows)

    def _judge(self, candidates: Sequence[Row]) -> Finding:
        """Judge the claim by these rows, which all contain the text."""
        found = [row for row in candidates if self._matches(row)]
        if self._named and len(found) < len(self._named):
            return self._judge_named([row for row in self._named if row not in found], candidates)
        if not found:
            return self._judge_nothing_found(candidates)
        in_time = [row for row in found if self._is_at_time(row)]
        if not in_time or (self._named and len(in_time) < len(found)):
            return self._judge_time([row for row in found if not self._is_at_time(row)], candidates)
        return self._judge_count(in_time, candidates)

    def _judge_count(self, found: Sequence[Row], candidates: Sequence[Row]) -> Finding:
        where = f"{plural(len(found), 'row')}, at {times(found)}"
        if self._claim.kind == "saw_text":  # an action and a text row may report the same text
            return Finding("supported", f"In {where}.", first_rows(found))
        total = sum(count_of(row) for row in found)
        least = sum(1 if self._text and row.beside else count_of(row) for row in found)
        unclear = [
            row for row in candidates if self._is_undecided(row) and not self._matches(row) and self._is_at_time(row)
        ]
        found_text = f"{'once' if total == 1 else f'{total} times'}, in {where}."
        found_text += " Some of these were on elements next to it." if least < total else ""
        found_text += f" Unknown for {refs(unclear)}." if unclear else ""
        claimed = self._claim.count
        flagged = self._claim.kind in ("rage", "dead") and claimed == len(found)
        if claimed is None or flagged or least == total == claimed:
            return Finding("supported", found_text[:1].upper() + found_text[1:], first_rows(found))
        if least <= claimed <= total + sum(count_of(row) for row in unclear):
            return Finding("not_shown", f"Seen {found_text}", first_rows(found))
        if total < claimed and not self._complete:
            return Finding("not_shown", f"Seen {found_text}{MISSING}", first_rows(found))
        return Finding("contradicted", f"Not {claimed} times, but {found_text}", first_rows(found))

    def _judge_time(self, found: Sequence[Row], candidates: Sequence[Row]) -> Finding:
        """Judge rows that match at another time than claimed."""
        claim = self._claim
        why = f"That was at {times(found)}, not at {claim.seconds:g} s."
        unclear = [row for row in candidates if self._is_at_time(row) and self._is_undecided(row)]
        if claim.kind == "saw_text":
            return Finding("not_shown", f"{why} How long a text was shown is not recorded.", first_rows(found))
        if claim.kind == "visited" and self._is_page_open(found):
            return Finding("not_shown", f"{why} The page was still open then.", first_rows(found))
        if unclear and not self._named:
            return Finding("not_shown", f"{why} Unknown for {refs(unclear)}.", first_rows([*unclear, *found]))
        if not self._complete and not self._named:
            return Finding("not_shown", why + MISSING, first_rows(found))
        return Finding("contradicted", why, first_rows(found))

    def _judge_named(self, others: Sequence[Row], candidates: Sequence[Row]) -> Finding:
        """Judge the claim by named rows that do not match, or may not."""
        otherwise = [row for row in others if not self._may_match(row, candidates)]
        why = [f"{row.ref} is {self._describe(row, candidates)}" for row in (otherwise or others)[:MAX_EVIDENCE]]
        return Finding(
            "contradicted" if otherwise else "not_shown", f"{'; '.join(why)}.", first_rows(otherwise or others)
        )

    def _may_match(self, row: Row, candidates: Sequence[Row]) -> bool:
        if row in candidates:
            return self._is_undecided(row)
        if self._claim.kind == "saw_text" and row.kind != "text":
            return True  # only some texts of a page are reported
        return row.kind in _ROW_KINDS[self._claim.kind] and may_be_hidden(row, self._text)

    def _describe(self, row: Row, candidates: Sequence[Row]) -> str:
        kind = self._claim.kind
        if row.kind not in _ROW_KINDS[kind]:
            return f"of kind {row.kind}"
        if row not in candidates:
            return f"of kind {row.kind}, {_HIDDEN if self._may_match(row, candidates) else 'without that text'}"
        if row.status is not None:
            return f"a request answered with {row.status}" if row.status else "a request whose answer is unknown"
        if row.kind == "console":
            return f"logged as {row.level}"
        if kind == "saw_text":
            return "the removal of that text"
        return f"not judged ({row.not_judged})" if self._is_undecided(row) else f"not flagged {kind}"

    def _judge_nothing_found(self, candidates: Sequence[Row]) -> Finding:
        """Judge the claim when no row matches; other rows about the same element may contradict it."""
        missing = "" if self._complete else MISSING
        if self._is_absence_certain(candidates):
            return Finding("supported", "None is recorded, and nothing is missing.", first_rows(candidates))
        if not candidates or (self._claim.kind == "error_logged" and not self._text):
            return Finding("not_shown", _NOT_FOUND[self._claim.kind] + missing)
        if unclear := [row for row in candidates if self._is_undecided(row)]:
            return Finding(
                "not_shown", f"{_UNDECIDED[self._claim.kind]}: {refs(unclear)}.{missing}", first_rows(unclear)
            )
        return Finding(
            "not_shown" if missing else "contradicted",
            self._describe_mismatch(candidates) + missing,
            first_rows(candidates),
        )

    def _is_absence_certain(self, candidates: Sequence[Row]) -> bool:
        """Whether a `count` of 0 is claimed, and nothing that could contradict it is missing or undecided."""
        if self._claim.count != 0 or self._named or not self._complete:
            return False
        kinds = _ROW_KINDS[self._claim.kind]
        hidden = any(
            row.kind in kinds and row not in candidates and may_be_hidden(row, self._text) for row in self._all
        )
        return not hidden and not any(self._is_undecided(row) for row in candidates)

    def _describe_mismatch(self, candidates: Sequence[Row]) -> str:
        """Describe rows about the same element that do not match."""
        listed = refs(candidates)
        match self._claim.kind:
            case "rage":
                return f"Clicked, but not flagged rage: {listed}."
            case "dead":
                return f"Clicked, but answered or slow: {listed}."
            case "request_failed":
                answers = ", ".join(sorted({str(row.status) for row in candidates}))
                return f"Such requests were answered with {answers}: {listed}."
            case _:
                return f"Logged as {', '.join(sorted({row.level for row in candidates}))}: {listed}."

    def _matches(self, row: Row) -> bool:
        match self._claim.kind:
            case "rage" | "dead" as flag:
                return flag in row.flags
            case "request_failed":
                status = row.status or 0
                return status >= 400 and self._claim.status in (None, status)
            case "error_logged":
                return row.level == "error"
            case "saw_text":  # a removed text was shown at an unknown time
                return not row.gone or not (self._named or self._claim.seconds is not None)
            case _:
                return True

    def _is_undecided(self, row: Row) -> bool:
        """Whether it is unknown if a row that contains the text matches."""
        match self._claim.kind:
            case "dead":
                return bool(row.not_judged) and "dead" not in row.flags
            case "request_failed":
                return not row.status
            case "saw_text":
                return row.gone and not self._named
            case _:
                return False

    def _is_at_time(self, row: Row) -> bool:
        seconds, until = self._claim.seconds, row.seconds if row.until is None else row.until
        return seconds is None or row.seconds - NEAR_SECONDS <= seconds <= until + NEAR_SECONDS

    def _is_page_open(self, visits: Sequence[Row]) -> bool:
        """Whether one of these pages was still open in its tab at the claimed time."""
        seconds = self._claim.seconds or 0.0
        last = {row.tab: row.ref for row in self._all if row.kind == "navigation" and row.seconds <= seconds}
        return any(last.get(visit.tab) == visit.ref for visit in visits)

    def _contains(self, row: Row) -> bool:
        return shows_text(row, self._text) if self._claim.kind == "saw_text" else contains(row, self._text)


_ROW_KINDS: Final[dict[ClaimKind, frozenset[str]]] = {
    "clicked": frozenset({"click"}),
    "rage": frozenset({"click"}),
    "dead": frozenset({"click"}),
    "saw_text": frozenset({"text", "click", "typing", "change", "navigation"}),
    "visited": frozenset({"navigation"}),
    "request_failed": frozenset({"network"}),
    "error_logged": frozenset({"console"}),
}
"""Kinds of rows that are searched for each kind of claim."""
_NOT_FOUND: Final[dict[ClaimKind, str]] = {
    "clicked": "No click on such an element is recorded.",
    "rage": "No click on such an element is recorded.",
    "dead": "No click on such an element is recorded.",
    "saw_text": "No row has such a text; texts are reported within 5 s after an action. Masked ones cannot be found.",
    "visited": "No visit to such a page is recorded; values in URLs are masked and cannot be searched.",
    "request_failed": "No such request is recorded; values in URLs are masked and cannot be searched.",
    "error_logged": "No such console error is recorded.",
}
_UNDECIDED: Final[dict[ClaimKind, str]] = {
    "dead": "Clicked, but not judged",
    "request_failed": "Some answers to such requests are unknown",
    "saw_text": "Only the removal of such a text is recorded",
}
_HIDDEN: Final = "which may hide that text or not report it"
