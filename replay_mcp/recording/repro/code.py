"""Writes the steps of a test, and its assertion, as lines of TypeScript."""

import re
from collections.abc import Iterator
from typing import Final

from .known_text import PageUrl, known_beginning
from .literals import beginning_pattern, comment, literal, text_pattern
from .placeholders import DATE, EMAIL_HOST, MAX_CHARACTERS, URL_START
from .spec import Expectation, Finder, ReproStep

_REF: Final = re.compile(r"[ep][0-9]{1,9}")
_PAGES: Final = frozenset({"open", "reload", "back", "arrive"})


def at(step: ReproStep) -> str:
    """The row and the time of a step."""
    minutes, seconds = divmod(int(step.seconds), 60)
    return f"{comment(step.ref)} at {minutes}:{seconds:02}"


def key(step: ReproStep) -> str:
    """The name of the placeholder of a `fill`."""
    return step.ref if _REF.fullmatch(step.ref) else literal(step.ref)


def placeholder(step: ReproStep) -> str:
    """An expression for the text that a `fill` types."""
    count = min(step.characters, MAX_CHARACTERS)
    match step.placeholder:
        case "email":
            return f"{_repeated('x', max(count - len(EMAIL_HOST), 1))} + {literal(EMAIL_HOST)}"
        case "url":
            return f"{literal(URL_START)} + {_repeated('x', max(count - len(URL_START), 1))}"
        case "date":
            return literal(DATE)
        case "digits":
            return _repeated("1", count)
        case _:
            return _repeated("x", count)


def _repeated(char: str, count: int) -> str:
    return f"'{char}'.repeat({count:d})" if count else "''"


def expected_words(expectation: Expectation) -> str:
    """What is expected, in words."""
    request = f"{expectation.method} {PageUrl(expectation.url).path}".strip()
    match expectation.kind:
        case "answer":
            return f"{request} is answered without an error"
        case "prompt_answer":
            return f"{request} is answered within {expectation.within_ms / 1000:g} s"
        case "not_shown":
            return "no error is shown"
        case "no_error":
            return "no error is logged"
        case "change":
            return f"the page responds within {expectation.within_ms / 1000:g} s"
        case _:
            return "works"


def step_lines(step: ReproStep, first_tab: int) -> Iterator[str]:
    """The lines of a step before the last one."""
    if step.kind in ("left_out", "uncoded"):
        yield f"// {at(step)} is left out: {comment(step.note)}"
        return
    page = _page(step.tab, first_tab)
    if step.opens_tab:
        yield f"const opened{step.opens_tab:d} = context.waitForEvent('page')"
    yield from _done(step, page)
    yield from (f"await expect({_text(page, text)}).toBeVisible()" for text in step.shows)
    if step.opens_tab:
        yield f"const {_page(step.opens_tab, first_tab)} = await opened{step.opens_tab:d}"
    if step.kind in _PAGES:
        yield f"await settled({page})"


def last_lines(step: ReproStep, expectation: Expectation, first_tab: int) -> Iterator[str]:
    """The lines of the step with the problem, between what watches for it and the assertion."""
    page = _page(step.tab, first_tab)
    yield f"// Recorded: {comment(expectation.recorded)}"
    yield from _watch(expectation, page)
    yield from _done(step, page)
    yield from _assertion(expectation, page)


def _page(tab: int, first_tab: int) -> str:
    return "page" if tab == first_tab else f"page{tab:d}"


def _done(step: ReproStep, page: str) -> Iterator[str]:
    if step.new_tab:
        yield f"const {page} = await context.newPage()"
    yield f"{_code(step, page)} // {_remark(step)}"
    if step.enter:
        yield f"await {_found(step, page)}.press('Enter')"


def _remark(step: ReproStep) -> str:
    return comment("; ".join(filter(None, [" ".join(filter(None, [step.ref, step.selector])), step.note])))


def _code(step: ReproStep, page: str) -> str:
    match step.kind:
        case "open":
            return f"await {page}.goto({_address(step)})"
        case "reload":
            return f"await {page}.reload()"
        case "back":
            return f"await {page}.goBack()"
        case "arrive":
            return f"await {page}.waitForURL(({{ pathname }}) => {_same_path('pathname', step.url)})"
        case _:
            return f"await {_found(step, page)}.{_call(step)}"


def _call(step: ReproStep) -> str:
    match step.kind:
        case "fill":
            return f"fill(TYPED[{key(step)}])" if key(step).startswith("'") else f"fill(TYPED.{key(step)})"
        case "select":
            return "selectOption({ index: 1 })"
        case "click" if step.touch:
            return "tap()"
        case "click" if step.opens_tab and step.finder and step.finder.role == "link":
            return "click({ modifiers: ['ControlOrMeta'] })"  # also opens a tab if the link does so by itself
        case "click":
            return f"click({{ clickCount: {step.count:d} }})" if step.count > 1 else "click()"
        case _:
            return f"{step.kind}()"


def _address(step: ReproStep) -> str:
    """An address below BASE_URL; a whole URL where a browser would take the path for another host."""
    page = PageUrl(step.url)
    if not page.origin:
        return literal("about:blank")
    if step.elsewhere or page.address[1:2] in ("/", "\\"):
        return literal(page.origin + page.address)
    return literal(page.address)


def _same_path(variable: str, url: str) -> str:
    path, whole = known_beginning(PageUrl(url).path)
    return f"{variable} === {literal(path)}" if whole else f"{variable}.startsWith({literal(path)})"


def _found(step: ReproStep, page: str) -> str:
    return f"{page}.{_locator(step.finder)}" if step.finder else f"{page}.locator('body')"


def _locator(finder: Finder) -> str:
    exact = "" if finder.beginning else ", exact: true"
    text = beginning_pattern(finder.text) if finder.beginning else literal(finder.text)
    match finder.by:
        case "role":
            return f"getByRole({literal(finder.role)}, {{ name: {text}{exact} }})"
        case "label":
            return f"getByLabel({text}{f', {{{exact[1:]} }}' if exact else ''})"
        case "text":
            return f"getByText({text}{f', {{{exact[1:]} }}' if exact else ''})"
        case _:
            return f"locator({literal(finder.text)})"


def _text(page: str, text: str) -> str:
    """The first visible element with a text, of which the end may be masked."""
    return f"{page}.getByText({text_pattern(known_beginning(text)[0])}).filter({{ visible: true }}).first()"


def _snapshot(page: str) -> str:
    return f"{page}.locator('body').ariaSnapshot()"


def _watch(expectation: Expectation, page: str) -> Iterator[str]:
    """What must begin before the step."""
    match expectation.kind:
        case "answer" | "prompt_answer":
            yield f"const answer = {page}.waitForResponse((response) => {_is_answer(expectation)})"
        case "no_error":
            yield "const errors: string[] = []"
            yield f"{page}.on('pageerror', (error) => errors.push(error.message))"
            yield f"{page}.on('console', (line) => line.type() === 'error' && errors.push(line.text()))"
        case "change":
            yield f"const before = await {_snapshot(page)}"
        case _:
            pass


def _is_answer(expectation: Expectation) -> str:
    """A condition for the response to the request."""
    same = _same_path("new URL(response.url()).pathname", expectation.url)
    method = expectation.method
    return f"response.request().method() === {literal(method)} && {same}" if method else same


def _assertion(expectation: Expectation, page: str) -> Iterator[str]:
    message, within = literal(expected_words(expectation)), f"{expectation.within_ms:_d}"
    match expectation.kind:
        case "answer":
            yield f"expect((await answer).status(), {message}).toBeLessThan(400)"
        case "prompt_answer":
            yield "const clicked = Date.now()"
            yield "await (await answer).finished()"
            yield f"expect(Date.now() - clicked, {message}).toBeLessThan({within})"
        case "not_shown":
            shown = f"{_text(page, expectation.text)}.waitFor({{ timeout: {within} }})"
            yield f"await expect({shown}, {message}).rejects.toThrow()"
        case "no_error":
            yield f"await {page}.waitForTimeout({within})"
            alike = f".filter((text) => text.includes({literal(expectation.text)}))" if expectation.text else ""
            yield f"expect(errors{alike}, {message}).toEqual([])"
        case "change":
            poll = f"await expect.poll(() => {_snapshot(page)}.catch(() => 'another page')"
            yield f"{poll}, {{ message: {message}, timeout: {within} }}).not.toBe(before)"
        case _:
            yield "// No rule found a failure here: add what should have happened."
