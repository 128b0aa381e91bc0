"""Compressed fields share a limit, however they come to be read."""

from replay_mcp.recording.dom.lazy import LazyDocument
from replay_mcp.recording.dom.work_budget import WorkBudget
from tests.recording.rrweb import mutation, packed, read

CHANGES = [{"id": 7, "value": "x" * 5_000}]
COMPRESSED = {**mutation(1, texts=packed(CHANGES)), "cv": "2024-10"}
CUT_OFF = {**mutation(1, texts=packed(CHANGES)[:40]), "cv": "2024-10"}


def test_what_is_peeked_at_counts_and_nothing_is_read_beyond_the_limit():
    work = WorkBudget()
    work.inflatable_bytes = 6_000
    document = LazyDocument(work)
    found = [document.peek(event) for event in read(COMPRESSED, COMPRESSED, COMPRESSED)]
    assert [bool(each) for each in found] == [True, True, False]
    assert document.unreadable == 0


def test_what_cannot_be_decoded_counts_as_much_as_its_bytes_may_hold():
    work = WorkBudget()
    before = work.inflatable_bytes
    (event,) = read(CUT_OFF)
    assert LazyDocument(work).peek(event) is None
    assert before - work.inflatable_bytes == 1_032 * len(event.line)
