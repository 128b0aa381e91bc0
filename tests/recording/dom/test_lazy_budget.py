"""All compressed fields of a recording share one limit of inflated bytes."""

from replay_mcp.recording.dom.lazy import LazyDocument
from replay_mcp.recording.dom.work_budget import WorkBudget
from tests.recording.rrweb import mutation, packed, read

CHANGES = [{"id": 7, "value": "x" * 5_000}]
COMPRESSED = {**mutation(1, texts=packed(CHANGES)), "cv": "2024-10"}
CUT_OFF = {**mutation(1, texts=packed(CHANGES)[:40]), "cv": "2024-10"}


def test_peeked_events_are_charged_and_refused_beyond_the_limit():
    work = WorkBudget()
    work.inflatable_bytes = 6_000
    document = LazyDocument(work)
    found = [document.peek(event) for event in read(COMPRESSED, COMPRESSED, COMPRESSED)]
    assert [bool(each) for each in found] == [True, True, False]
    assert document.unreadable == 0


def test_an_event_that_cannot_be_decoded_is_charged_its_maximum_size():
    work = WorkBudget()
    before = work.inflatable_bytes
    (event,) = read(CUT_OFF)
    assert LazyDocument(work).peek(event) is None
    assert before - work.inflatable_bytes == 1_032 * len(event.line)
