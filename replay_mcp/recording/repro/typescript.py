"""Writes a test as the text of a `.spec.ts` file for `@playwright/test`."""

import re
from collections.abc import Callable, Iterator
from typing import Final

from replay_mcp.recording.timeline.reader import Timeline

from .build import build_repro
from .code import at, expected_words, key, last_lines, placeholder, step_lines
from .errors import NothingToReproduce
from .literals import comment, literal
from .spec import MAX_STEPS, Repro

MAX_BYTES: Final = 64_000
"""Maximum size of a test."""
SETTLE_MS: Final = 5_000

_FEWER_STEPS: Final = (100, 40, 10)
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")


def write_spec(
    timeline: Timeline,
    moment: str | float | None,
    *,
    session_id: str,
    link: Callable[[int], str] = lambda _: "",
    language: str = "",
) -> tuple[Repro, str]:
    """A test that fails where a recording failed, as data and as the text of its file.

    Args:
        timeline: of the recording.
        moment: the ref of a row, seconds from the start, or None for the first problem.
        session_id: the recording's id.
        link: returns where the recording can be played from a second on; empty for nowhere.
        language: of the browser, if known.

    Raises:
        NothingToReproduce: see `build_repro`.
    """
    for most in (MAX_STEPS, *_FEWER_STEPS):
        repro = build_repro(timeline, moment, language=language, max_steps=most)
        text = spec_text(repro, session_id, link(max(0, int(repro.last.seconds))))
        if len(text.encode()) <= MAX_BYTES:
            return repro, text
    raise NothingToReproduce(f"The test would have more than {MAX_BYTES:,} bytes.")


def spec_text(repro: Repro, session_id: str, link: str = "") -> str:
    """The text of the file."""
    return "\n".join([*_header(repro, session_id, link), "", *_settings(repro), "", *_test(repro)]) + "\n"


def _header(repro: Repro, session_id: str, link: str) -> Iterator[str]:
    last = repro.last
    yield f"// Written by `replay-mcp repro` from recording {comment(session_id)}, up to {at(last)}."
    if link:
        yield f"// Recording: {comment(link)}"
    if repro.expectation.kind != "unknown":
        yield "// It fails while the problem exists, at its last line, and passes when the problem is solved."
    yield "// Not in a recording: typed text, and cookies and storage from before it, such as a sign-in."
    yield from (f"// Note: {comment(note)}" for note in repro.notes)


def _settings(repro: Repro) -> Iterator[str]:
    yield "import { expect, test, type Page } from '@playwright/test'"
    yield ""
    yield f"const BASE_URL = process.env.BASE_URL ?? {literal(repro.origin)}"
    fills = [step for step in repro.steps if step.kind == "fill"]
    if fills:
        yield ""
        yield "// Typed text is not recorded. Replace these placeholders of its length where they must be real."
        yield "const TYPED = {"
        yield from (f"  {key(step)}: {placeholder(step)}, // {comment(step.label or 'a field')}" for step in fills)
        yield "}"
    yield ""
    options = ["baseURL: BASE_URL"]
    if repro.viewport:
        options.append(f"viewport: {{ width: {repro.viewport[0]:d}, height: {repro.viewport[1]:d} }}")
    options += ["hasTouch: true"] if repro.touch else []
    options += [f"locale: {literal(repro.language)}"] if _LANGUAGE.fullmatch(repro.language) else []
    yield f"test.use({{ {', '.join(options)} }})"
    yield ""
    yield "/** People act once a page has settled: handlers may be attached after it has loaded. */"
    yield (
        f"const settled = (page: Page) => page.waitForLoadState('networkidle', {{ timeout: {SETTLE_MS:_} }})"
        ".catch(() => {})"
    )


def _test(repro: Repro) -> Iterator[str]:
    uses_tabs = any(step.opens_tab or step.new_tab for step in repro.steps)
    yield f"test({literal(_title(repro))}, async ({{ {'context, ' if uses_tabs else ''}page }}) => {{"
    first = repro.steps[0].tab
    for step in repro.steps[:-1]:
        yield from (f"  {line}" for line in step_lines(step, first))
    yield ""
    yield from (f"  {line}" for line in last_lines(repro.last, repro.expectation, first))
    yield "})"


def _title(repro: Repro) -> str:
    what = repro.last.finder.text if repro.last.finder else "the page"
    return f"{what}: {expected_words(repro.expectation)}"
