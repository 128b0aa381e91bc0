"""Compares the timeline, summary and claims of one recording with the truth."""

import re
from collections.abc import Sequence
from typing import Any, Final, cast, get_args

import orjson

from benchmarks.accuracy.actions import ACTION_KINDS, MatchedAction, describe, match_actions, normalize
from benchmarks.accuracy.score import FLAGS, Score
from benchmarks.accuracy.truth import Page, Statement, Text, Truth
from replay_mcp.recording import check_claims, summarize
from replay_mcp.recording.claims.claim import Claim, ClaimKind
from replay_mcp.recording.timeline.reader import Timeline
from replay_mcp.recording.timeline.row_text import effect, target
from replay_mcp.recording.timeline.rows import Row

PAGE_FLAG: Final = "quick_back"
"""The flag of pages; all others are flags of actions or texts."""
ACTION_FLAGS: Final = tuple(flag for flag in FLAGS if flag not in ("error_shown", PAGE_FLAG))
BEST_VERDICTS: Final = {"true": "supported", "false": "contradicted", "unknown": "not_shown"}
VISIT_SECONDS: Final = 7.0
"""How long after a visit its row may begin."""
EARLY_VISIT: Final = 1.0
"""Seconds by which a row may begin before its visit: the visitor notes the first page once it is loaded."""


class Judge:
    """Scores one recording."""

    def __init__(self, name: str, truth: Truth, timeline: Timeline) -> None:
        self._name, self._truth, self._timeline = name, truth, timeline
        self._actions = match_actions(truth, timeline)
        self._summary: dict[str, Any] = {}
        self.score = Score(recordings=1)

    def flags(self) -> Score:
        """Score only the flags."""
        for each in self._actions:
            self._action_flags(each)
            self._errors_shown(each)
        self._left_pages()
        near = {row.ref for each in self._actions for row in each.rows}
        for row in self._timeline.rows:
            if row.ref not in near:
                for flag in sorted(set(row.flags) & set(ACTION_FLAGS)):
                    self.score.false(flag, self._name, describe(row))
        return self.score

    def judge(self) -> Score:
        """Score everything."""
        self._summary = summarize(self._truth.id, self._timeline) or {}
        self.flags()
        for each in self._actions:
            self._action(each)
        self._phantoms()
        self._texts()
        self._visits()
        self._secrets()
        self._outcome()
        self._totals()
        for statement in self._truth.claims:
            self._claim(statement)
        return self.score

    def _check(self, name: str, what: str, *, ok: bool) -> None:
        self.score.check(name, self._name, what, ok=ok)

    def _at(self, milliseconds: int) -> float:
        return (milliseconds - self._timeline.start) / 1000

    def _action(self, each: MatchedAction) -> None:
        """Check that an action has a row, with its name and numbers."""
        if each.action.optional:
            return
        self._check("actions", f"{each}: no row", ok=bool(each.rows_of_kind))
        if not each.rows_of_kind or each.action.name is None:
            return
        called = [target(row) for row in each.rows_of_kind]
        self._check("names", f"{each}: called {called}", ok=bool(each.rows_with_name))
        if each.action.kind == "click":
            clicks = sum(row.count for row in each.rows if row.kind == "click")
            self._check("clicks", f"{each}: {clicks} found, {each.action.n} made", ok=clicks == each.action.n)
        if each.action.kind == "typing":
            lengths = [row.characters for row in each.rows_with_name or each.rows_of_kind]
            self._check(
                "typed lengths", f"{each}: {each.action.chars} typed, found {lengths}", ok=each.action.chars in lengths
            )

    def _action_flags(self, each: MatchedAction) -> None:
        for flag in ACTION_FLAGS:
            if flag in each.action.may:
                continue
            rows = [row for row in each.rows if flag in row.flags]
            if flag in each.action.flags and rows:
                self.score.hit(flag)
            elif flag in each.action.flags:
                self.score.miss(flag, self._name, f"{each}: {[describe(row) for row in each.rows][:2]}")
            elif rows:
                self.score.false(flag, self._name, f"{each}: {describe(rows[0])}")

    def _errors_shown(self, each: MatchedAction) -> None:
        action = each.action
        texts = [normalize(text.text) for text in self._truth.texts if action.t - 300 <= text.t <= action.end + 200]
        flagged = [row for row in self._timeline.rows if "error_shown" in row.flags and each.is_current(row)]
        wanted = "error_shown" in action.flags
        real = [row for row in flagged if (wanted or "error_shown" in action.may) and _shows_any(row, texts)]
        if wanted and real:
            self.score.hit("error_shown")
        elif wanted:
            self.score.miss("error_shown", self._name, f"{each}: {texts}")
        for row in flagged:
            if row not in real:
                self.score.false("error_shown", self._name, f"{each}: {describe(row)}")

    def _left_pages(self) -> None:
        """Score the flag of pages. The row of a page is the first with its address after the row of the page before."""
        rows = [row for row in self._timeline.rows if row.kind == "navigation"]
        right: set[str] = set()
        for page in self._truth.nav:
            at = self._at(page.t)
            timely = [row for row in rows if -EARLY_VISIT <= row.seconds - at < VISIT_SECONDS]
            found = next((row for row in timely if _is_row_of(page, row)), None)
            rows = [row for row in rows if found is None or row.seconds > found.seconds]
            if PAGE_FLAG not in page.flags:
                continue
            if found is not None and PAGE_FLAG in found.flags:
                self.score.hit(PAGE_FLAG)
                right.add(found.ref)
            else:
                self.score.miss(PAGE_FLAG, self._name, f"{at:.2f} s {page.url}: {describe(found) if found else ''}")
        for row in self._timeline.rows:
            if PAGE_FLAG in row.flags and row.ref not in right:
                self.score.false(PAGE_FLAG, self._name, describe(row))

    def _phantoms(self) -> None:
        """Rows of actions that the visitor did not take."""
        explained = {row.ref for each in self._actions for row in each.explained_rows}
        for row in self._timeline.rows:
            if row.kind in ACTION_KINDS:
                self._check("no phantom action", describe(row), ok=row.ref in explained)

    def _texts(self) -> None:
        for text in self._truth.texts:
            rows = [row for row in self._timeline.rows if self._shows(row, text)]
            what = f"{self._at(text.t):.2f} s {text.text!r}"
            self._check("texts", what, ok=bool(rows))
            if not text.soft:
                own = any(row.kind in ("text", "navigation") for row in rows)
                self._check("texts with a row", f"{what}: in {[row.kind for row in rows]}", ok=own)

    def _shows(self, row: Row, text: Text) -> bool:
        timely = self._at(text.t) - 0.3 <= row.seconds <= self._at(text.until) + 1.5
        return timely and normalize(text.text) in normalize(effect(row))

    def _visits(self) -> None:
        rows = [row for row in self._timeline.rows if row.kind == "navigation"]
        for page in self._truth.nav:
            address = re.compile(re.escape(page.url.split("#")[0]) + r"(?:[?#]|$)")
            found = any(
                address.search(row.page) and abs(row.seconds - self._at(page.t)) < VISIT_SECONDS for row in rows
            )
            self._check("visits", f"{self._at(page.t):.2f} s {page.url}: {[target(row) for row in rows]}", ok=found)
        made = len(self._truth.nav)
        self._check("no extra visit", f"{len(rows)} found, {made} made", ok=len(rows) <= made)

    def _secrets(self) -> None:
        everything = normalize("\n".join([*map(describe, self._timeline.rows), *self._raw(), self._summary_text()]))
        for secret in (*self._truth.secrets, *self._truth.never):
            self._check("typed text hidden", repr(secret), ok=normalize(secret) not in everything)

    def _raw(self) -> list[str]:
        return [text for row in self._timeline.rows for text in (*row.texts, row.title, row.url, row.page, row.message)]

    def _summary_text(self) -> str:
        return orjson.dumps(self._summary).decode()

    def _outcome(self) -> None:
        computed: dict[str, Any] = self._summary.get("computed", {})
        outcome = computed.get("outcome") or "not shown"
        what = f"found {outcome!r}, a person: {self._truth.outcome} ({self._truth.outcome_why})"
        self._check("outcome", what, ok=outcome in self._truth.outcome)
        for ref in cast(list[str], computed.get("failed_refs", [])):
            each = next((each for each in self._actions if ref in {row.ref for row in each.rows}), None)
            met = each is not None and {"error_shown", "error_after"} & {*each.action.flags, *each.action.may}
            self._check("said to have failed", f"{ref}: {each}", ok=bool(met))

    def _totals(self) -> None:
        """Check the summary's numbers of clicks and fields."""
        computed: dict[str, Any] = self._summary.get("computed", {})
        actions = self._truth.actions
        least = sum(action.n for action in actions if action.kind == "click" and not action.optional)
        most = least + sum(
            action.n for action in actions if action.kind == "change" or (action.kind == "click" and action.optional)
        )
        clicks, fields = computed.get("clicks", 0), computed.get("fields", 0)
        self._check("summary clicks", f"{clicks} found, {least} to {most} made", ok=least <= clicks <= most)
        filled = len({action.name for action in actions if action.kind == "typing" and not action.optional})
        spare = 2 if len(self._truth.nav) > 1 else 0
        self._check("summary fields", f"{fields} found, {filled} made", ok=filled - 1 <= fields <= filled + spare)

    def _claim(self, statement: Statement) -> None:
        if statement.kind not in get_args(ClaimKind):
            raise ValueError(f"no such kind of claim: {statement.kind}")
        kind = cast(ClaimKind, statement.kind)
        claim = Claim(
            kind, text=statement.text, count=statement.count, status=statement.status, seconds=statement.seconds
        )
        finding = check_claims(claim, self._timeline)
        weak = finding.verdict == "not_shown" != BEST_VERDICTS[statement.expect]
        self.score.weak += weak
        what = f"{statement.expect}, but {finding.verdict}: {claim} {finding.why[:170]}"
        self._check("claims", what, ok=weak or finding.verdict == BEST_VERDICTS[statement.expect])


def _is_row_of(page: Page, row: Row) -> bool:
    """Whether a row has the address of the page, with the route after its hash."""
    return re.search(re.escape(page.url) + r"(?:\?|#?/?$)", row.page) is not None


def _shows_any(row: Row, texts: Sequence[str]) -> bool:
    """Whether a row shows one of the texts, or part of one; without texts, any row does."""
    content = normalize("".join(row.texts))
    return not texts or any(text in content or (content and content in text) for text in texts)
