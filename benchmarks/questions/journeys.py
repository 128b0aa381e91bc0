"""Questions about how far visitors come, how long they wait, and where they spend their time."""

from benchmarks.questions.asked import Asked, rows_of
from benchmarks.questions.facts import Facts
from benchmarks.questions.problems import COMPARE, LIMIT


async def search_waits(asked: Asked, facts: Facts) -> None:
    """Requests that the next one replaced were not answered."""
    search = facts.search
    result = await asked.call(COMPARE, date_from=facts.window, visited_url=search.url, show=["requests"], limit=LIMIT)
    rows = [row for row in rows_of(result, "requests") if search.request in row["request"]]
    aborted = sum(row.get("aborted", 0) for row in rows)
    asked.equal("answered", sum(row["times"] for row in rows) - aborted, search.answered)
    asked.equal("replaced before they were answered", aborted, search.aborted)
    answered = [row for row in rows if row.get("status") == 200]
    asked.near(
        "median of answered ones, ms", answered[0].get("median_ms") if answered else None, search.median_ms, 0.02
    )


async def funnel(asked: Asked, facts: Facts) -> None:
    """Who reached which step, and who was lost where."""
    result = await asked.call(
        COMPARE,
        date_from=facts.window,
        visited_url=facts.steps[0].strip("/"),
        steps=[*facts.steps],
        show=["pages"],
        limit=LIMIT,
    )
    rows = rows_of(result, "steps")
    asked.equal("reached", tuple(row["sessions"] for row in rows), facts.funnel.reached)
    asked.equal("persons", result.get("persons"), facts.funnel.persons)
    for row, known in zip(rows, facts.funnel.lost, strict=False):
        lost = rows_of(row, "lost")
        named = {id for each in lost for id in each.get("session_ids", ())}
        count = len(named) + (row.get("lost_left_out") or 0)
        asked.equal(f"lost before {row['step']}", count, len(known))
        asked.holds(f"ids lost before {row['step']}", named <= known and (named or not known))
        asked.holds("what they did last", all(each.get("did") for each in lost))
    asked.holds("time from step to step", all(row.get("seconds") for row in rows[1:]))


async def funnel_since_release(asked: Asked, facts: Facts) -> None:
    """The same steps in the weeks before."""
    result = await asked.call(
        COMPARE,
        date_from=facts.since,
        versus=facts.window,
        visited_url=facts.steps[0].strip("/"),
        steps=[*facts.steps],
        limit=LIMIT,
    )
    rows = rows_of(result, "steps")
    asked.equal("since the release", tuple(row["sessions"] for row in rows), facts.funnel_since)
    asked.equal("before", tuple(row.get("earlier") for row in rows), facts.funnel_before)


async def newsletter_funnel(asked: Asked, facts: Facts) -> None:
    """The funnel of one campaign."""
    result = await asked.call(
        COMPARE, date_from=facts.window, visited_url=facts.steps[0].strip("/"), steps=[*facts.steps],
        where=[{"key": "utm_source", "value": "newsletter"}], limit=LIMIT,
    )  # fmt: skip
    asked.equal("reached", tuple(row["sessions"] for row in rows_of(result, "steps")), facts.newsletter_funnel)


async def removed(asked: Asked, facts: Facts) -> None:
    """An element as a step."""
    button, ids = facts.removed
    result = await asked.call(
        COMPARE,
        date_from=facts.window,
        visited_url=facts.steps[0].strip("/"),
        steps=[facts.steps[0], button, facts.placed],
        limit=LIMIT,
    )
    rows = rows_of(result, "steps")
    asked.equal("pressed it, and ordered then", [row["sessions"] for row in rows[1:]], [len(ids), len(ids)])
    asked.equal("understood as", rows[1].get("matched") if len(rows) > 1 else None, "element")


async def time_on_page(asked: Asked, facts: Facts) -> None:
    """Median seconds of a visit of the checkout."""
    result = await asked.call(
        COMPARE, date_from=facts.window, visited_url=facts.failure.url, show=["pages"], limit=LIMIT
    )
    rows = [row for row in rows_of(result, "pages") if facts.page in row["page"]]
    asked.equal("rows of the page", len(rows), 1)
    asked.near("median seconds", rows[0]["median_seconds"] if rows else None, facts.page_seconds)


async def payment_time(asked: Asked, facts: Facts) -> None:
    """Payments that work."""
    result = await asked.call(
        COMPARE, date_from=facts.window, visited_url=facts.failure.url, show=["requests"], limit=LIMIT
    )
    rows = [
        row
        for row in rows_of(result, "requests")
        if facts.failure.request in row["request"] and row.get("status") == 200
    ]
    asked.equal("rows of payments that work", len(rows), 1)
    asked.near("median ms", rows[0].get("median_ms") if rows else None, facts.payment_ms, 0.02)
