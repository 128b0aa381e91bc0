"""Renders rows as text: `target`, what a row is about, and `effect`, what happened. No code parses them."""

from typing import Final

from .rows import RESPONSE_MS, FollowingError, Response, Row, RowElement

_MAX_NAMED_ERRORS: Final = 2
_MAX_TEXTS: Final = 2
_MAX_MESSAGE: Final = 60
_PROMPT_MS: Final = 100
"""Shorter response times are not mentioned."""
_NO_SCROLL: Final = "0 px up or down"
_RESPONSES: Final = {
    "style": "the page's styles changed",
    "canvas": "a canvas was redrawn",
    "reload": "loaded the page again",
    "focus": "the focus moved",
    "input": "a field changed",
    "scroll": "scrolled",
    "selection": "text was selected",
    "hidden": "left the tab",
}
_ACTIONS: Final = frozenset({"click", "typing", "change"})


def target(row: Row) -> str:
    """The subject of a row: an element, a page, a request or a message."""
    match row.kind:
        case "navigation":
            return row.page
        case "network":
            return f"{row.method} {row.url}".strip()
        case "console" | "custom" | "event":
            return row.message
        case "tab":
            return f"tab {row.tab}"
        case "resize":
            return _size(row.size)
        case _:
            return _element(row)


def short_target(row: Row) -> str:
    """The target, for an element without its selector."""
    if row.element is None or row.beside:
        return target(row)
    return _element(row, selector=False) or target(row)


def effect(row: Row) -> str:
    """What happened: the value, the response, what followed; empty if there is nothing to add."""
    if row.kind in _ACTIONS:
        return "; ".join(part for part in _action(row) if part)
    match row.kind:
        case "navigation":
            left = "" if row.stayed_ms is None else f"left by going back after {length(row.stayed_ms)}"
            parts = ["reloaded" if row.reloaded else "", f"titled {quoted(row.title)}" if row.title else "", left]
            return ", ".join(part for part in parts if part)
        case "network":
            took = "" if row.duration_ms is None else f" after {length(row.duration_ms)}"
            return (str(row.status or ("no connection" if row.offline else "status unknown"))) + took
        case "scroll":
            return f"{'down' if row.scrolled > 0 else 'up'} {abs(row.scrolled)} px" if row.scrolled else _NO_SCROLL
        case "idle" | "hidden":
            return "end not recorded" if row.duration_ms is None else f"for {length(row.duration_ms)}"
        case _:
            return _other(row)


def element_text(element: RowElement, *, selector: bool = True) -> str:
    """An element as text: role, accessible name and, optionally, selector."""
    if element.sort == "unknown":
        return "element that is not in the recording"
    if element.sort == "unread":
        return "element that was not examined"
    name = quoted(element.name) if element.name else ""
    return " ".join(part for part in (element.role, name, element.selector if selector else "") if part)


def length(milliseconds: int) -> str:
    """A duration as text, with a precision that suits people."""
    if milliseconds < 1_000:
        return f"{milliseconds} ms"
    if milliseconds < 60_000:
        return f"{milliseconds / 1000:.1f} s"
    minutes, seconds = divmod(milliseconds // 1000, 60)
    return f"{minutes} min {seconds} s"


def _element(row: Row, *, selector: bool = True) -> str:
    if row.element is None:
        return ""
    unknown = row.element.sort in ("unknown", "unread")
    at = f", at {row.position[0]},{row.position[1]}" if unknown and row.position else ""
    beside = " and elements next to it" if row.beside else ""
    return element_text(row.element, selector=selector) + at + beside


def _other(row: Row) -> str:
    match row.kind:
        case "text":
            return f"{'no longer shows' if row.gone else 'shows'} {', '.join(map(quoted, row.texts))}"
        case "tab":
            return f"from tab {row.previous_tab}"
        case "resize":
            return f"from {_size(row.size_before)}"
        case "console":
            return _stack(row)
        case "event":
            return "; ".join(part for part in (_properties(row), _stack(row)) if part)
        case _:
            return ""


def _action(row: Row) -> list[str]:
    """The effect of an action in parts, the most important first."""
    shown = _texts(row.texts) if row.texts else ""
    parts = _answer(row, shown) if row.kind == "click" else [_value(row), shown]
    parts += _signals(row)
    if row.slow_request:
        parts.append(f"its request {row.slow_request.ref} ran for {length(row.slow_request.ms)}")
    if row.errors:
        parts.append(f"followed by {_followed(row.errors)}")
    return parts


def _signals(row: Row) -> list[str]:
    """The evidence of flags about difficulties with pages and forms."""
    return [
        f"repeats {row.repeats}" if row.repeats else "",
        "" if row.characters_before is None else f"typed again in place of {row.characters_before}",
        f"form never sent, {row.filled} field{'' if row.filled == 1 else 's'} filled in" if row.filled else "",
        "" if row.waited_ms is None else f"waited {length(row.waited_ms)}",
    ]


def _properties(row: Row) -> str:
    """The properties of a product event."""
    named = ", ".join(f"{name}: {value}" for name, value in row.properties)
    return named + _more(row.properties_left_out)


def _stack(row: Row) -> str:
    """The frames of an exception."""
    return f"at {', '.join(row.stack)}" if row.stack else ""


def _value(row: Row) -> str:
    """The new value of a field, without its text."""
    if row.choice is not None:
        return "another option" if row.choice == "other" else row.choice
    if row.characters is None:
        return ""
    return f"{row.characters} character{'' if row.characters == 1 else 's'}" if row.characters else "emptied"


def _answer(click: Row, shown: str) -> list[str]:
    """The response to a click."""
    response = click.response
    if response is None and "slow" in click.flags:
        return []
    if response is None:
        nothing = f"no response in {RESPONSE_MS / 1000:g} s" if "dead" in click.flags else "no response seen"
        return [nothing, f"not judged: {click.not_judged}" if click.not_judged else ""]
    if click.element is not None and click.element.sort == "field" and not shown:
        return []  # typing or choosing has a row of its own
    return [(shown or _response(response)) + (f" after {length(response.ms)}" if response.ms >= _PROMPT_MS else "")]


def _response(response: Response) -> str:
    match response.kind:
        case "mutation":
            texts = ", ".join(quoted(text) for text in (response.detail, *response.also) if text)
            return f"the page changed: {texts}" if texts else "the page changed"
        case "navigation":
            return f"went to {response.detail or 'another page'}"
        case "tab":
            return f"opened tab {response.detail}"
        case "media":
            return response.detail
        case kind:
            return _RESPONSES[kind]


def _texts(texts: tuple[str, ...]) -> str:
    named = texts[:_MAX_TEXTS]
    return f"shows {', '.join(map(quoted, named))}{_more(len(texts) - len(named))}"


def _followed(errors: tuple[FollowingError, ...]) -> str:
    """The errors that followed; those with equal text are one, with the ref of the first."""
    alike: dict[str, list[str]] = {}
    for error in errors:
        alike.setdefault(_error(error), []).extend(error.refs)
    named = [f"{error} ({refs[0]}{_more(len(refs) - 1)})" for error, refs in list(alike.items())[:_MAX_NAMED_ERRORS]]
    return ", ".join(named) + _more(len(alike) - len(named))


def _error(error: FollowingError) -> str:
    if error.status is not None:
        return f"{error.status or 'no connection for'} {error.method} {error.url}".replace("  ", " ")
    cut = error.message if len(error.message) <= _MAX_MESSAGE else f"{error.message[:_MAX_MESSAGE]}…"
    return f"console error: {cut}"


def _more(count: int) -> str:
    return f" and {count} more" if count > 0 else ""


def _size(size: tuple[int, int] | None) -> str:
    return f"{size[0]}x{size[1]}" if size else ""


def quoted(text: str) -> str:
    """A text in quotation marks; those inside become apostrophes."""
    inner = text.replace('"', "'")
    return f'"{inner}"'
