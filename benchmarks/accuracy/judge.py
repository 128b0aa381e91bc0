"""One recording's timeline, summary and claims held against the truth."""

import re
from collections.abc import Sequence
from typing import Any, Final, cast, get_args

import orjson

from benchmarks.accuracy.acts import ACTIONS, Told, normal, shown, told
from benchmarks.accuracy.score import FLAGS, Score
from benchmarks.accuracy.truth import Page, Statement, Text, Truth
from replay_mcp.recording import check_claims, summarize
from replay_mcp.recording.claims.claim import Claim, ClaimKind
from replay_mcp.recording.timeline.reader import Timeline
from replay_mcp.recording.timeline.row_text import effect, target
from replay_mcp.recording.timeline.rows import Row

PAGE_FLAG: Final = "quick_back"
ACT_FLAGS: Final = tuple(flag for flag in FLAGS if flag not in ("error_shown", PAGE_FLAG))
IDEAL: Final = {"true": "supported", "false": "contradicted", "unknown": "not_shown"}
VISIT_SECONDS: Final = 7.0
EARLY_VISIT: Final = 1.0
"""The first page is noted once it is loaded."""


class Judge:
    """Judges one recording."""

    def __init__(self, name: str, truth: Truth, timeline: Timeline) -> None:
        self._name, self._truth, self._timeline = name, truth, timeline
        self._told = told(truth, timeline)
        self._summary: dict[str, Any] = {}
        self.score = Score(recordings=1)

    def flags(self) -> Score:
        """Counts and faults of flags."""
        for each in self._told:
            self._act_flags(each)
            self._errors_shown(each)
        self._left_pages()
        near = {row.ref for each in self._told for row in each.rows}
        for row in self._timeline.rows:
            if row.ref not in near:
                for flag in sorted(set(row.flags) & set(ACT_FLAGS)):
                    self.score.false(flag, self._name, shown(row))
        return self.score

    def judge(self) -> Score:
        """All counts and faults."""
        self._summary = summarize(self._truth.id, self._timeline) or {}
        self.flags()
        for each in self._told:
            self._act(each)
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

    def _act(self, each: Told) -> None:
        """Whether it is told, by its name, with the right numbers."""
        if each.act.optional:
            return
        self._check("actions", f"{each}: no row", ok=bool(each.fitting))
        if not each.fitting or each.act.name is None:
            return
        self._check("names", f"{each}: called {[target(row) for row in each.fitting]}", ok=bool(each.named))
        if each.act.kind == "click":
            clicks = sum(row.count for row in each.rows if row.kind == "click")
            self._check("clicks", f"{each}: {clicks} told, {each.act.n} made", ok=clicks == each.act.n)
        if each.act.kind == "typing":
            lengths = [row.characters for row in each.named or each.fitting]
            self._check(
                "typed lengths", f"{each}: {each.act.chars} typed, told {lengths}", ok=each.act.chars in lengths
            )

    def _act_flags(self, each: Told) -> None:
        for flag in ACT_FLAGS:
            if flag in each.act.may:
                continue
            rows = [row for row in each.rows if flag in row.flags]
            if flag in each.act.flags and rows:
                self.score.hit(flag)
            elif flag in each.act.flags:
                self.score.miss(flag, self._name, f"{each}: {[shown(row) for row in each.rows][:2]}")
            elif rows:
                self.score.false(flag, self._name, f"{each}: {shown(rows[0])}")

    def _errors_shown(self, each: Told) -> None:
        act = each.act
        texts = [normal(text.text) for text in self._truth.texts if act.t - 300 <= text.t <= act.end + 200]
        flagged = [row for row in self._timeline.rows if "error_shown" in row.flags and each.during(row)]
        wanted = "error_shown" in act.flags
        real = [row for row in flagged if (wanted or "error_shown" in act.may) and _is_of(row, texts)]
        if wanted and real:
            self.score.hit("error_shown")
        elif wanted:
            self.score.miss("error_shown", self._name, f"{each}: {texts}")
        for row in flagged:
            if row not in real:
                self.score.false("error_shown", self._name, f"{each}: {shown(row)}")

    def _left_pages(self) -> None:
        """The flag of pages: each page is told by the first row of its address that tells of no page before."""
        rows = [row for row in self._timeline.rows if row.kind == "navigation"]
        right: set[str] = set()
        for page in self._truth.nav:
            at = self._at(page.t)
            timely = [row for row in rows if -EARLY_VISIT <= row.seconds - at < VISIT_SECONDS]
            found = next((row for row in timely if _is_of_page(row, page)), None)
            rows = [row for row in rows if found is None or row.seconds > found.seconds]
            if PAGE_FLAG not in page.flags:
                continue
            if found is not None and PAGE_FLAG in found.flags:
                self.score.hit(PAGE_FLAG)
                right.add(found.ref)
            else:
                self.score.miss(PAGE_FLAG, self._name, f"{at:.2f} s {page.url}: {shown(found) if found else ''}")
        for row in self._timeline.rows:
            if PAGE_FLAG in row.flags and row.ref not in right:
                self.score.false(PAGE_FLAG, self._name, shown(row))

    def _phantoms(self) -> None:
        """Rows of actions that the visitor did not take."""
        accounted = {row.ref for each in self._told for row in each.accounted}
        for row in self._timeline.rows:
            if row.kind in ACTIONS:
                self._check("no phantom action", shown(row), ok=row.ref in accounted)

    def _texts(self) -> None:
        for text in self._truth.texts:
            rows = [row for row in self._timeline.rows if self._tells(row, text)]
            what = f"{self._at(text.t):.2f} s {text.text!r}"
            self._check("texts", what, ok=bool(rows))
            if not text.soft:
                own = any(row.kind in ("text", "navigation") for row in rows)
                self._check("texts with a row", f"{what}: in {[row.kind for row in rows]}", ok=own)

    def _tells(self, row: Row, text: Text) -> bool:
        timely = self._at(text.t) - 0.3 <= row.seconds <= self._at(text.until) + 1.5
        return timely and normal(text.text) in normal(effect(row))

    def _visits(self) -> None:
        rows = [row for row in self._timeline.rows if row.kind == "navigation"]
        for page in self._truth.nav:
            address = re.compile(re.escape(page.url.split("#")[0]) + r"(?:[?#]|$)")
            found = any(
                address.search(row.page) and abs(row.seconds - self._at(page.t)) < VISIT_SECONDS for row in rows
            )
            self._check("visits", f"{self._at(page.t):.2f} s {page.url}: {[target(row) for row in rows]}", ok=found)
        made = len(self._truth.nav)
        self._check("no extra visit", f"{len(rows)} told, {made} made", ok=len(rows) <= made)

    def _secrets(self) -> None:
        everything = normal("\n".join([*map(shown, self._timeline.rows), *self._raw(), self._summary_text()]))
        for secret in (*self._truth.secrets, *self._truth.never):
            self._check("typed text hidden", repr(secret), ok=normal(secret) not in everything)

    def _raw(self) -> list[str]:
        return [text for row in self._timeline.rows for text in (*row.texts, row.title, row.url, row.page, row.message)]

    def _summary_text(self) -> str:
        return orjson.dumps(self._summary).decode()

    def _outcome(self) -> None:
        computed: dict[str, Any] = self._summary.get("computed", {})
        outcome = computed.get("outcome") or "not shown"
        what = f"told {outcome!r}, a person: {self._truth.outcome} ({self._truth.outcome_why})"
        self._check("outcome", what, ok=outcome in self._truth.outcome)
        for ref in cast(list[str], computed.get("failed_refs", [])):
            each = next((each for each in self._told if ref in {row.ref for row in each.rows}), None)
            met = each is not None and {"error_shown", "error_after"} & {*each.act.flags, *each.act.may}
            self._check("said to have failed", f"{ref}: {each}", ok=bool(met))

    def _totals(self) -> None:
        """The summary's numbers of clicks and fields."""
        computed: dict[str, Any] = self._summary.get("computed", {})
        acts = self._truth.acts
        least = sum(act.n for act in acts if act.kind == "click" and not act.optional)
        most = least + sum(act.n for act in acts if act.kind == "change" or (act.kind == "click" and act.optional))
        clicks, fields = computed.get("clicks", 0), computed.get("fields", 0)
        self._check("summary clicks", f"{clicks} told, {least} to {most} made", ok=least <= clicks <= most)
        filled = len({act.name for act in acts if act.kind == "typing" and not act.optional})
        spare = 2 if len(self._truth.nav) > 1 else 0
        self._check("summary fields", f"{fields} told, {filled} made", ok=filled - 1 <= fields <= filled + spare)

    def _claim(self, statement: Statement) -> None:
        if statement.kind not in get_args(ClaimKind):
            raise ValueError(f"no such kind of claim: {statement.kind}")
        kind = cast(ClaimKind, statement.kind)
        claim = Claim(
            kind, text=statement.text, count=statement.count, status=statement.status, seconds=statement.seconds
        )
        finding = check_claims(claim, self._timeline)
        weak = finding.verdict == "not_shown" != IDEAL[statement.expect]
        self.score.weak += weak
        what = f"{statement.expect}, but {finding.verdict}: {claim} {finding.why[:170]}"
        self._check("claims", what, ok=weak or finding.verdict == IDEAL[statement.expect])


def _is_of_page(row: Row, page: Page) -> bool:
    """Whether a row tells of the page's address, with the route behind its hash."""
    return re.search(re.escape(page.url) + r"(?:\?|#?/?$)", row.page) is not None


def _is_of(row: Row, texts: Sequence[str]) -> bool:
    """Whether a row tells of one of the texts, or of a part of one; of any where none is named."""
    says = normal("".join(row.texts))
    return not texts or any(text in says or (says and says in text) for text in texts)
