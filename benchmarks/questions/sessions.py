"""Questions about single sessions and persons, and about how many sessions there are."""

from datetime import UTC, datetime

from benchmarks.questions.asked import Asked, Json, part_of, rows_of
from benchmarks.questions.facts import Facts, Total
from benchmarks.questions.problems import COMPARE, LIMIT, TIMELINE, failed_group, is_about

LIST = "session-recordings-list"
SCREEN = "session-recording-screen"
CLAIMS = "session-claims-check"
_DAY_SECONDS = 86_400


async def buyers(asked: Asked, facts: Facts) -> None:
    """Who placed an order since the release."""
    result = await asked.call(LIST, date_from=facts.since, event=facts.placed, limit=50)
    _list(asked, result, set(facts.buyers))
    named = {row["person"] for row in rows_of(result, "results") if "@" in row.get("person", "")}
    asked.equal("persons", named, set(facts.buyers_known))


async def by_email(asked: Asked, facts: Facts) -> None:
    """All sessions of a person."""
    result = await asked.call(LIST, date_from=facts.window, person=facts.person)
    _list(asked, result, set(facts.person_ids))


async def ordered_before(asked: Asked, facts: Facts) -> None:
    """A person's orders."""
    result = await asked.call(LIST, date_from=facts.window, person=facts.person, event=facts.placed)
    _list(asked, result, set(facts.person_orders))


async def exception(asked: Asked, facts: Facts) -> None:
    """The action before it, then file and line."""
    thrown = facts.thrown
    result = await asked.call(COMPARE, date_from=facts.window, console_text=thrown.text, limit=LIMIT)
    groups = [group for group in rows_of(result, "groups") if is_about(group, thrown.button)]
    asked.equal("sessions", [group["sessions"] for group in groups], [len(thrown.ids)])
    example = part_of(groups[0] if groups else Json(), "example")
    id = example.get("id", min(thrown.ids))
    timeline = await asked.call(TIMELINE, id=id, around=example.get("ref", "0"), window=3)
    text = " ".join(f"{row.get('target')} {row.get('effect')}" for row in rows_of(timeline, "rows"))
    asked.holds(f"{thrown.text} in the timeline", thrown.text in text)
    asked.holds(f"{thrown.script} and line {thrown.line}", f"{thrown.script}:{thrown.line}" in text)


async def reproduce(asked: Asked, facts: Facts) -> None:
    """Pages and actions in order, with selectors, and the size of the window."""
    id, wanted = facts.reproduce
    result = await asked.call(TIMELINE, id=id, kinds=["navigation", "click", "typing"])
    shown = [f"{row['target']} {row.get('effect', '')}" for row in rows_of(result, "rows")]
    place = 0
    for text in wanted:
        found = next((at for at in range(place, len(shown)) if text in shown[at]), None)
        asked.holds(f"{text} after the step before", found is not None)
        place = place if found is None else found
    asked.equal("rows on further pages", result.get("left_out"), None)
    screen = await asked.call(SCREEN, id=id, at="1")
    asked.holds("size of the window", "viewport" in screen or "viewport" in (result.get("recording") or {}))


async def screen(asked: Asked, facts: Facts) -> None:
    """What the page showed at a second."""
    moment = facts.screen
    result = await asked.call(SCREEN, id=moment.id, at=str(moment.at))
    for text in moment.texts:
        asked.holds(text, text in str(result))


async def trend(asked: Asked, facts: Facts) -> None:
    """This week against the week before."""
    for week in facts.weeks:
        await _total(asked, week)


async def country(asked: Asked, facts: Facts) -> None:
    """By the event property that PostHog sets."""
    await _total(asked, facts.country)


async def browser(asked: Asked, facts: Facts) -> None:
    """By the browser."""
    await _total(asked, facts.browser)


async def long_with_errors(asked: Asked, facts: Facts) -> None:
    """By numbers of the recording."""
    await _total(asked, facts.long_with_errors)


async def unknown_event(asked: Asked, facts: Facts) -> None:
    """An event with another name: what exists is named."""
    result = await asked.call(LIST, date_from=facts.window, event="purchase completed")
    asked.equal("recordings", rows_of(result, "results"), [])
    asked.holds(f"the event {facts.placed}", facts.placed in str(result.get("note")))


async def before_all_data(asked: Asked, facts: Facts) -> None:
    """No data is not no problem."""
    result = await asked.call(LIST, date_from="-90d", date_to="-40d")
    asked.equal("recordings", rows_of(result, "results"), [])
    start = result.get("data_from")
    asked.holds("data_from", start)
    if start:
        age = (datetime.now(UTC) - datetime.fromisoformat(start)).total_seconds() / _DAY_SECONDS
        asked.near("age of the oldest recording, days", age, facts.oldest_days, 0.01)


async def claims(asked: Asked, facts: Facts) -> None:
    """What is going to be reported about a session, right and wrong."""
    failure = facts.failure
    found = await asked.call(COMPARE, session_ids=[facts.rage.id])
    presses = failed_group(asked, found, facts).get("presses", 0)
    id = facts.rage.id
    result = await asked.call(
        CLAIMS,
        claims=[
            {"kind": "clicked", "id": id, "text": failure.button, "count": presses},
            {"kind": "request_failed", "id": id, "text": failure.request, "status": failure.status},
            {"kind": "saw_text", "id": id, "text": failure.text},
            {"kind": "clicked", "id": id, "text": failure.button, "count": presses + 3},
        ],
    )
    asked.equal(
        "verdicts",
        [row["verdict"] for row in rows_of(result, "results")],
        ["supported", "supported", "supported", "contradicted"],
    )


async def curate(asked: Asked, facts: Facts) -> None:
    """A playlist made, filled, corrected, deleted and restored; one call for each change."""
    ids = sorted(facts.failure.ids)
    created = await asked.call(
        "session-recording-playlist-create", name="Payments fail", description="Since the release"
    )
    short_id = created.get("playlist", {}).get("short_id", "")
    added = await asked.call("session-recording-playlist-recordings-add", short_id=short_id, session_recording_ids=ids)
    asked.equal("added", added.get("done"), ids)
    removed = await asked.call(
        "session-recording-playlist-recordings-remove", short_id=short_id, session_recording_ids=ids[:1]
    )
    asked.equal("removed", removed.get("done"), ids[:1])
    viewed = await asked.call("session-recording-update", ids=ids, viewed=True)
    asked.holds("marked as viewed", viewed)
    gone = await asked.call("session-recording-playlist-delete", short_id=short_id)
    asked.equal("deleted", gone.get("deleted"), True)
    back = await asked.call("session-recording-playlist-delete", **gone.get("undo", {"short_id": short_id}))
    asked.equal("restored", back.get("deleted"), False)


async def _total(asked: Asked, known: Total) -> None:
    result = await asked.call(LIST, **known.arguments, limit=1)
    asked.equal("total", result.get("total", len(rows_of(result, "results"))), known.total)


def _list(asked: Asked, result: Json, known: set[str]) -> None:
    asked.equal("sessions", {row["id"] for row in rows_of(result, "results")}, known)
    asked.equal("total", result.get("total"), len(known))
