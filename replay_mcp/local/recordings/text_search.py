"""Text search in recordings: visited URLs and console lines.

Each distinct text in `recorded_text` is matched once: `text_index` finds candidates, `text_matches` decides.
"""

from collections.abc import Sequence
from typing import Final, Literal, get_args

import orjson

from replay_mcp.local.errors import invalid
from replay_mcp.local.http.call import Call
from replay_mcp.local.store.property_filters import PropertyFilter, folded, matcher_text, text_matches, texts

from .conditions import Condition, among, combine

MAX_TEXTS: Final = 5_000
"""Maximum number of distinct texts that a search uses; if more match, the texts of each recording are matched."""
MAX_GRAMS: Final = 24
"""Maximum number of trigrams looked up in the index for one text."""
GRAM: Final = 3

Level = Literal["info", "warn", "error"]


def visited_condition(call: Call, filter: PropertyFilter) -> Condition:
    """Sessions that visited a URL that meets the filter; for a negative filter, that visited no URL it excludes."""
    wanted = filter.positive()
    row = "EXISTS (SELECT 1 FROM recording_url u WHERE u.session_id = r.session_id AND"
    ids = _matching(call, ("url",), [wanted])
    if ids is None:
        test = matcher_text(wanted, call.now)
        found = Condition(f"{row} text_matches(?, u.url))", (test,), of_session=True)
    else:
        one_of = f"{row} +u.url IN (SELECT text {_OF}))"
        found = among(call, _HOLDING, (ids,), Condition(one_of, (ids,), of_session=True))
    return found.denied() if filter.negative else found


def console_condition(call: Call, filters: Sequence[PropertyFilter], operand: str) -> Condition:
    """Sessions with a console line that meets all of the filters (`AND`) or one of them (`OR`).

    Raises:
        ApiFailure: 400 if a key is not `level` or `message`, or a value does not fit its operator.
    """
    if operand == "OR":
        return combine([console_condition(call, [filter], "AND") for filter in filters], "OR")
    by_key: dict[str, list[PropertyFilter]] = {"level": [], "message": []}
    for filter in filters:
        if filter.key not in by_key:
            raise invalid(f"Unknown log entry property {filter.key!r}; the local API supports {', '.join(by_key)}.")
        by_key[filter.key].append(_as_stored(filter) if filter.key == "level" else filter)
    level_tests = [matcher_text(filter, call.now) for filter in by_key["level"]]
    message_tests = [matcher_text(filter, call.now) for filter in by_key["message"]]
    levels = [level for level in get_args(Level) if all(text_matches(test, level) for test in level_tests)]
    row = "EXISTS (SELECT 1 FROM console_log c WHERE c.session_id = r.session_id AND"
    ids = _matching(call, levels, by_key["message"])
    if ids is None:
        tests = " AND ".join(
            [*("text_matches(?, c.level)" for _ in level_tests), *("text_matches(?, c.message)" for _ in message_tests)]
        )
        return Condition(f"{row} {tests})", (*level_tests, *message_tests), of_session=True)
    one_of = f"{row} (+c.level, +c.message) IN (SELECT kind, text {_OF}))"
    return among(call, _HOLDING, (ids,), Condition(one_of, (ids,), of_session=True))


# The plus makes SQLite compare each row with the list, instead of searching the rows for each entry of the list.
_OF: Final = "FROM recorded_text WHERE id IN (SELECT value FROM json_each(?))"
_HOLDING: Final = "SELECT session_id FROM session_text WHERE text_id IN (SELECT value FROM json_each(?))"


def _as_stored(filter: PropertyFilter) -> PropertyFilter:
    """The filter, with the level `log` replaced by `info`, under which PostHog stores it."""
    return filter.model_copy(update={"value": [*filter.values, "info"]}) if "log" in filter.values else filter


def _matching(call: Call, kinds: Sequence[str], filters: Sequence[PropertyFilter]) -> str | None:
    """Ids of the texts that meet all filters, as JSON; None if there are too many or no index finds them."""
    tests = [matcher_text(filter, call.now) for filter in filters]
    source, arguments = "recorded_text t", list[str]()
    searches = [search for filter in filters if (search := _search(filter))]
    if searches:
        source = "text_index JOIN recorded_text t ON t.id = text_index.rowid AND text_index MATCH ?"
        arguments.append(" AND ".join(f"({search})" for search in searches))
    elif exact := next((filter for filter in filters if filter.operator in {"exact", "in"}), None):
        source = "json_each(?) wanted CROSS JOIN recorded_text t ON t.text = wanted.value"
        arguments.append(orjson.dumps(texts(exact)).decode())
    elif filters:
        return None
    sql = f"""
        SELECT DISTINCT t.id FROM {source} WHERE t.kind IN (SELECT value FROM json_each(?))
            {"".join(" AND text_matches(?, t.text)" for _ in tests)} LIMIT ?
    """  # noqa: S608 - our own text; values are parameters
    rows = call.db.execute(sql, (*arguments, orjson.dumps(kinds).decode(), *tests, MAX_TEXTS + 1)).fetchall()
    return None if len(rows) > MAX_TEXTS else orjson.dumps([row["id"] for row in rows]).decode()


def _search(filter: PropertyFilter) -> str | None:
    """The query of `text_index` for texts that can meet the filter; None if the index cannot find them."""
    needles = [folded(text) for text in texts(filter)]
    if filter.operator != "icontains" or not needles or min(map(len, needles)) < GRAM:
        return None
    return " OR ".join(f"({_grams(needle)})" for needle in needles)


def _grams(needle: str) -> str:
    last = len(needle) - GRAM
    starts = range(0, last + 1, max(1, -(-last // MAX_GRAMS)))
    grams = dict.fromkeys(needle[start : start + GRAM] for start in starts)
    return " AND ".join('"' + gram.replace('"', '""') + '"' for gram in grams)
