"""What the names of an element - classes, data attributes, properties of components - say about messages in it.

Names are read word by word: `formError`, `form-error` and `FormError_text__x1` have the word "error", `mirrored` has
not. Classes that apply in some state only (`hover:text-red-500`) say nothing.
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
"""Attributes whose value is a tone, in one component library or another."""
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
"""What follows `error` in names that are written as one word."""
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
"""What is a place for messages if it has a tone: a chat's are called so, too."""
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
"""What others wrote, or a program: no message about what was done."""
_MEANINGFUL: Final = _ERRORS | _RED | _GREEN | _WARNING | _INFO | _MESSAGE | _TONED_MESSAGE | _FIELD | _LEAVING | _LISTS
"""All words that say something: most classes have none."""


class Marks(NamedTuple):
    """What the names of an element say.

    Attributes:
        tone: what messages in it are.
        named: whether that is a word for errors, not only a colour as also prices and buttons have it.
        place: whether it is a place for messages, or for what is said about a field.
        other: whether it is named for something that is no message: a chart, a table, an icon.
        leaving: whether it is on its way out.
        unseen: whether it is there for screen readers only.
        hiding: whether the class is one that usually hides.
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
    """Pages use few classes many times."""
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
    if toned and tones and not other:  # `negative message`, as two classes
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
    """Words in lower case; `errornote`, `errorbox` and the like are about errors."""
    found = [word.lower() for word in _WORDS.findall(name)]
    return frozenset("errors" if word.startswith("error") and word.endswith(_ERROR_PARTS) else word for word in found)
