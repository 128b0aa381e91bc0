"""Parses a page into the parts that a person sees, and checks that its HTML is well-formed."""

from html.parser import HTMLParser
from typing import Any

VOID = {"meta", "br", "hr", "img", "link", "input"}


class Page(HTMLParser):
    """A parsed page; a tag that is not closed, or closed twice, fails the test.

    Attributes:
        text: the visible texts outside code.
        lists: the environments whose sessions the script lists.
        code: the blocks to be copied.
        tags: the names of all tags.
        links: the targets of links and sources.
    """

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.text: list[str] = []
        self.lists: list[str] = []
        self.code: list[str] = []
        self.tags: set[str] = set()
        self.links: list[str] = []
        assert html.startswith("<!doctype html>")
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names))
        assert not [name for name in names if name.startswith("on") or name == "style"]
        self.tags.add(tag)
        self.links += [value for name, value in attrs if name in {"href", "src"}]
        if tag == "p":
            assert "p" not in self.open, "a paragraph within a paragraph"
        self.lists += [value for name, value in attrs if name == "data-environment"]
        if tag == "pre":
            self.code.append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" in self.open:
            return
        if "pre" in self.open:
            self.code[-1] += data
        elif data.strip():
            self.text.append(data.strip())
