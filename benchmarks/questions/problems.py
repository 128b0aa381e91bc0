"""Questions about what goes wrong, how often, and for whom: most are one comparison."""

from benchmarks.questions.asked import Asked, Json, part_of, rows_of
from benchmarks.questions.facts import Facts, Side

COMPARE = "session-recordings-compare"
TIMELINE = "session-recording-timeline"
LIMIT = 100


async def checkout_problems(asked: Asked, facts: Facts) -> None:
    """Call 1."""
    failure = facts.failure
    result = await asked.call(COMPARE, date_from=facts.window, visited_url=failure.url, limit=LIMIT)
    asked.equal("sessions compared", result.get("compared"), failure.visited)
    group = failed_group(asked, result, facts)
    asked.equal("sessions", group.get("sessions"), len(failure.ids))
    asked.equal("of those that used it", (group.get("of"), group.get("of_what")), (failure.used, "used the element"))
    asked.equal("persons", group.get("persons"), failure.persons)
    asked.equal("presses", group.get("presses"), failure.presses)
    asked.equal("failed requests", group.get("requests"), failure.presses)
    followed = part_of(group, "followed")
    asked.equal("ordered after it", followed.get("succeeded_after", 0), failure.ordered_after)
    asked.equal("left after it", followed.get("left", 0), failure.left)
    asked.equal("ids", set(group.get("session_ids", ())), set(failure.ids))


async def most_frustrated(asked: Asked, facts: Facts) -> None:
    """The worst of the sessions with rage clicks, then what happened around the presses."""
    rage = facts.rage
    result = await asked.call(COMPARE, date_from=facts.window, event="$rageclick", visited_url=facts.failure.url)
    groups = [group for group in rows_of(result, "groups") if "rage" in group["problems"]]
    example = part_of(groups[0] if groups else Json(), "example")
    asked.equal("the most frustrated", example.get("id"), rage.id)
    timeline = await asked.call(TIMELINE, id=rage.id, around=example.get("ref", "0"), window=12)
    burst = [row for row in rows_of(timeline, "rows") if "rage" in row.get("flags", ())]
    asked.equal("presses", [row.get("count") for row in burst], [rage.presses])
    asked.holds(
        f"{facts.failure.status} after the presses",
        any(str(facts.failure.status) in row.get("effect", "") for row in burst),
    )
    seconds = [row["seconds"] for row in rows_of(timeline, "rows")]
    asked.holds("rows in order of time", seconds and seconds == sorted(seconds))


async def failing_requests(asked: Asked, facts: Facts) -> None:
    """By status and page."""
    known = facts.requests
    [url] = {request.url for request in known}
    filters = {"visited_url": url} if url else {}
    result = await asked.call(COMPARE, date_from=facts.window, limit=LIMIT, show=["requests"], **filters)
    for request in known:
        found = [
            row
            for row in rows_of(result, "requests")
            if request.request in row["request"] and row.get("status") == request.status
        ]
        asked.equal(f"{request.status} {request.request}", sum(row["times"] for row in found), request.times)
        asked.equal(
            f"{request.status} {request.request}, sessions", [row["sessions"] for row in found], [request.sessions]
        )
        asked.holds(f"page of {request.request}", all(row.get("page") for row in found))


async def dead_buttons(asked: Asked, facts: Facts) -> None:
    """Of how many."""
    dead = facts.dead
    result = await asked.call(COMPARE, date_from=facts.window, visited_url=dead.url, limit=LIMIT)
    group = next(
        (group for group in rows_of(result, "groups") if "dead" in group["problems"] and is_about(group, dead.button)),
        Json(),
    )
    asked.equal("sessions of those that used it", (group.get("sessions"), group.get("of")), (dead.sessions, dead.used))
    asked.equal("presses", group.get("presses"), dead.presses)


async def on_phones(asked: Asked, facts: Facts) -> None:
    """What visitors with phones meet at the checkout."""
    where = [{"key": "device", "value": "Mobile"}]
    result = await asked.call(COMPARE, date_from=facts.window, visited_url=facts.failure.url, where=where, limit=LIMIT)
    asked.equal("sessions", result.get("compared"), facts.phones.sessions)
    group = failed_group(asked, result, facts)
    asked.equal(
        "failed, of those that paid", (group.get("sessions"), group.get("of")), (facts.phones.failed, facts.phones.used)
    )


async def coupon_users(asked: Asked, facts: Facts) -> None:
    """Against others, since the release."""
    await _split(asked, facts, facts.since, facts.coupon, (facts.with_coupon, facts.without_coupon))


async def worse_on_phones(asked: Asked, facts: Facts) -> None:
    """Phones against other devices."""
    await _split(asked, facts, facts.window, {"key": "device", "value": "Mobile"}, (facts.phones, facts.others))


async def is_it_new(asked: Asked, facts: Facts) -> None:
    """Since the release against the weeks before it."""
    failure = facts.failure
    [url] = {request.url for request in facts.requests}
    filters = {"visited_url": url} if url else {}
    result = await asked.call(COMPARE, date_from=facts.since, versus=facts.window, limit=LIMIT, **filters)
    since = part_of(failed_group(asked, result, facts), "since")
    asked.equal("change", since.get("change"), "new")
    asked.equal("before, of those that paid", (since.get("earlier"), since.get("earlier_of")), (0, failure.used_before))
    gone = [
        row
        for row in rows_of(result, "gone")
        if facts.gone in (row.get("error") or "") or facts.gone in row.get("target", "")
    ]
    asked.equal(f"before: {facts.gone}", {row["since"]["earlier"] for row in gone}, {facts.gone_sessions})
    asked.equal(f"since: {facts.gone}", {row["since"]["change"] for row in gone}, {"gone"})


async def gold_customers(asked: Asked, facts: Facts) -> None:
    """By a property of the person."""
    where = [{"on": "person", "key": "tier", "value": "gold"}]
    result = await asked.call(COMPARE, date_from=facts.window, visited_url=facts.failure.url, where=where, limit=LIMIT)
    asked.equal("sessions", result.get("compared"), facts.gold)
    asked.equal("failed", failed_group(asked, result, facts).get("sessions"), facts.gold_failed)


async def _split(asked: Asked, facts: Facts, since: str, condition: Json, known: tuple[Side, Side]) -> None:
    matching, others = known
    result = await asked.call(COMPARE, date_from=since, visited_url=facts.failure.url, split=[condition], limit=LIMIT)
    split = part_of(result, "split")
    found = tuple(part_of(split, side).get("sessions") for side in ("matching", "others"))
    asked.equal("sessions with and without", found, (matching.sessions, others.sessions))
    share = part_of(failed_group(asked, result, facts), "split")
    asked.equal("failed with, of", (share.get("matching"), share.get("matching_of")), (matching.failed, matching.used))
    asked.equal("failed without, of", (share.get("others"), share.get("others_of")), (others.failed, others.used))


def failed_group(asked: Asked, result: Json, facts: Facts) -> Json:
    """The group of the payment that fails."""
    failure = facts.failure
    found = [
        group
        for group in rows_of(result, "groups")
        if is_about(group, failure.button) and f"{failure.status} POST" in (group.get("error") or "")
    ]
    asked.equal("groups of the failed payment", len(found), 1)
    return found[0] if found else Json()


def is_about(group: Json, element: str) -> bool:
    """Whether the group's element has this name."""
    return element in (group.get("name") or group["target"])
