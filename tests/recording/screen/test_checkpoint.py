"""Pages as bytes: what a moment after a checkpoint still knows."""

from replay_mcp.recording.screen.checkpoint import pack, unpack
from replay_mcp.recording.screen.page import PageState, RecordedPage
from tests.recording.rrweb import changed, element, full, meta
from tests.recording.screen.screens import PAGE, screen_of


def test_what_could_not_be_read_is_known_after_a_checkpoint():
    page = screen_of(meta(0, PAGE), full(1, element(10, "p", "Hi")), changed(100, 10, title="Hello")).page
    assert page.document is not None
    page.document.truncated, page.state.unreadable = True, 3
    again = unpack(pack(page))
    assert again.document is not None
    assert (again.document.truncated, again.state) == (True, page.state)


def test_a_page_without_a_document_has_none_after_a_checkpoint():
    again = unpack(pack(RecordedPage(PageState(url=PAGE))))
    assert (again.document, again.state.url) == (None, PAGE)
