"""Marks of messages: what the classes, data attributes and component properties of an element reveal about its texts.

Names are split into words: `formError`, `form-error` and `FormError_text__x1` contain the word "error", `mirrored`
does not. Classes for a state (`hover:text-red-500`) are ignored.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, Literal, NamedTuple

from replay_mcp.recording.rrweb.untrusted import text

Tone = Literal["", "error", "done", "warning", "info"]

MARKING: Final = (
    "data-type", "data-variant", "data-status", "data-severity", "data-intent", "data-color", "data-kind", "data-level",
    "variant", "design", "status", "severity", "intent", "color", "kind", "tone", "theme", "appearance",
)  # fmt: skip
"""Attributes whose value is a tone in some component library."""
_MARKING: Final = frozenset(MARKING)
_MAX_NAMES: Final = 400
_WORDS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_ERRORS: Final = frozenset(
    {"error", "errors", "invalid", "failure", "failed", "errorlist", "errortext", "errormessage", "errormsg"}
)
_ERROR_PARTS: Final = (
    "note",
    "box",
    "list",
    "text",
    "message",
    "msg",
    "container",
    "block",
    "summary",
    "hint",
    "label",
)
"""Endings of names that begin with `error` and are written as one word."""
_RED: Final = frozenset({"danger", "destructive", "critical", "negative", "red", "rose", "crimson"})
_GREEN: Final = frozenset({"success", "successful", "positive", "green", "emerald", "succeeded"})
_WARNING: Final = frozenset({"warning", "warn", "caution", "amber", "yellow", "orange", "attention"})
_INFO: Final = frozenset({"info", "information", "neutral", "loading", "pending"})
_MESSAGE: Final = frozenset(
    {
        "alert", "toast", "toaster", "toastify", "snackbar", "notification", "notistack", "notice", "flash", "callout",
        "growl", "noty", "banner", "messagebar", "notify", "snack",
    }
)  # fmt: skip
_TONED_MESSAGE: Final = frozenset({"message", "messages", "msg", "result", "status"})
"""Words for a place of messages only together with a tone: chats use them, too."""
_FIELD: Final = frozenset(
    {"helper", "help", "hint", "feedback", "explain", "validation", "helptext", "assistive", "supporting", "details"}
)
_OTHER: Final = frozenset(
    {
        "boundary", "log", "logs", "table", "chart", "graph", "rate", "count", "counter", "badge", "tab", "tabs", "nav",
        "menu", "link", "icon", "btn", "button", "label", "col", "cell", "row", "filter", "chip", "tag", "stat",
        "stats",
        "metric", "price", "delta", "trend", "dot", "indicator", "avatar", "tooltip", "control", "input", "select",
        "border", "outline", "ring", "heading", "code", "token", "marker", "legend", "page",
    }
)  # fmt: skip
_LEAVING: Final = frozenset(
    {"leave", "leaving", "exit", "exiting", "closing", "hiding", "dismissing", "removing", "fadeout"}
)
_UNSEEN: Final = frozenset(
    {
        "sr-only", "visually-hidden", "visuallyhidden", "screen-reader-text", "screen-reader-only", "sr_only",
        "u-sr-only",
        "cdk-visually-hidden", "a11y-hidden", "visually-hidden-focusable", "screenreader-only", "screen-readers-only",
        "show-for-sr", "assistive-text", "VisuallyHidden", "visuallyHidden", "element-invisible", "offscreen",
    }
)  # fmt: skip
_HIDING: Final = frozenset(
    {
        "hidden",
        "d-none",
        "hide",
        "is-hidden",
        "invisible",
        "displaynone",
        "display-none",
        "u-hidden",
        "uk-hidden",
        "ng-hide",
        "is-invisible",
    }
)
_LISTS: Final = frozenset(
    {"log", "logs", "chart", "code", "comment", "comments", "chat", "conversation", "transcript", "feed", "thread"}
)
"""Words for text written by other people or by programs, which is no message about an action."""
_MEANINGFUL: Final = _ERRORS | _RED | _GREEN | _WARNING | _INFO | _MESSAGE | _TONED_MESSAGE | _FIELD | _LEAVING | _LISTS
"""All words with a meaning; most classes have none of them."""


class Marks(NamedTuple):
    """The marks of one element.

    Attributes:
        tone: the tone of messages in it.
        named: whether the tone comes from a word for errors, not from a colour, which prices and buttons may have, too.
        place: whether it is a place for messages, or for messages about a field.
        other: whether it holds text of other people or programs, such as a chat or a log.
        leaving: whether it is being removed, usually with an animation.
        unseen: whether it is for screen readers only.
        hiding: whether it has a class that usually hides elements.
    """

    tone: Tone = ""
    named: bool = False
    place: Literal["", "message", "field"] = ""
    other: bool = False
    leaving: bool = False
    unseen: bool = False
    hiding: bool = False


NO_MARKS: Final = Marks()


def marks_of(known: Mapping[str, Any]) -> Marks:
    """The marks of an element with these attributes."""
    names = text(known["class"])[:_MAX_NAMES] if "class" in known else ""
    found = _of_classes(names) if names else NO_MARKS
    if not found.place and "id" in known:
        by_id = _of_classes(text(known["id"])[:_MAX_NAMES])
        if by_id.place == "message" or (by_id.named and not by_id.other):
            found = found._replace(place=by_id.place, tone=found.tone or by_id.tone, named=found.named or by_id.named)
    for name in () if _MARKING.isdisjoint(known) else MARKING:
        if name in known and (tone := _tone(_words(text(known[name])[:40]))):
            found = found._replace(tone=tone, named=True)
            break
    if "data-sonner-toast" in known:
        found = found._replace(place="message")
    if text(known.get("data-slot")).endswith(("error", "error-message", "form-message")):
        found = found._replace(place="field")
    if known.get("data-removed") == "true" or known.get("data-state") == "closed" or known.get("data-leave") == "true":
        found = found._replace(leaving=True)
    return found


@lru_cache(maxsize=4096)
def _of_classes(names: str) -> Marks:
    """Cached, because pages repeat few classes."""
    tones: list[tuple[Tone, bool]] = []
    place: Literal["", "message", "field"] = ""
    other = leaving = toned = False
    classes = names.split()
    for name in classes:
        if ":" in name or "[" in name or name.startswith("ng-"):
            continue
        words = _words(name)
        if words.isdisjoint(_MEANINGFUL):
            continue
        tone, named = _tone(words), not words.isdisjoint(_ERRORS)
        if tone and not words.isdisjoint(_OTHER):
            continue
        if tone:
            tones.append((tone, named))
        other |= not place and not words.isdisjoint(_LISTS)
        leaving |= not words.isdisjoint(_LEAVING)
        toned |= name in _TONED_MESSAGE
        if not words.isdisjoint(_MESSAGE) or (tone and not words.isdisjoint(_TONED_MESSAGE)):
            place = "message"
        elif not place and not words.isdisjoint(_FIELD):
            place = "field"
    chosen = next((each for each in tones if each[1]), tones[0] if tones else ("", False))
    if toned and tones and not other:  # two classes: `negative message`
        place = "message"
    unseen = not _UNSEEN.isdisjoint(classes) or any(name.endswith("hidden-text") for name in classes)
    return Marks(chosen[0], chosen[1], place, other, leaving, unseen, not _HIDING.isdisjoint(classes))


def _tone(words: frozenset[str]) -> Tone:
    if not words.isdisjoint(_ERRORS) or not words.isdisjoint(_RED):
        return "error"
    if not words.isdisjoint(_GREEN):
        return "done"
    if not words.isdisjoint(_WARNING):
        return "warning"
    return "info" if not words.isdisjoint(_INFO) else ""


@lru_cache(maxsize=4096)
def _words(name: str) -> frozenset[str]:
    """The words of a name in lower case; `errornote`, `errorbox` and similar ones become `errors`."""
    found = [word.lower() for word in _WORDS.findall(name)]
    return frozenset("errors" if word.startswith("error") and word.endswith(_ERROR_PARTS) else word for word in found)
