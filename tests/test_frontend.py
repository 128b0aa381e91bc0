"""Scripts that are joined from modules, and documents that need no other file."""

import json
import re
from html.parser import HTMLParser
from importlib.resources import files

import pytest
from inline_snapshot import snapshot

from replay_mcp import frontend

SOURCES = {
    path.name.removesuffix(".js"): path.read_text(encoding="utf-8")
    for path in files(frontend).iterdir()
    if path.name.endswith(".js")
}
IMPORTED = {name for source in SOURCES.values() for name in re.findall(r"from '\./(\w+)\.js'", source)}
ENTRIES = sorted(set(SOURCES) - IMPORTED)
DECLARED = re.compile(r"^(?:export )?(?:async )?(?:class|function\*?|const|let|var) +(\w+)", re.MULTILINE)
HOSTILE = "</script><script>alert(1)</script><!--<script>]]>\u2028\u2029</noscript></title>\u202e&quot;\"'"


class Parts(HTMLParser):
    """The tags of a document, and the text of its title, its scripts and what it shows without them."""

    def __init__(self, document: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.text: dict[str, list[str]] = {}
        self.metas: list[dict[str, str | None]] = []
        self.feed(document)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "meta":
            self.metas.append(dict(attrs))

    def handle_data(self, data: str) -> None:
        self.text.setdefault(self.tags[-1] if self.tags else "", []).append(data)


def made(data: object = None, title: str = "Recording s1", text: str = "Without scripts") -> str:
    return frontend.document("report", json.dumps(data, ensure_ascii=False).encode(), title=title, text=text)


def test_the_entries_are_the_modules_that_no_other_imports():
    assert "player" in ENTRIES
    assert "report" in ENTRIES


@pytest.mark.parametrize("entry", ENTRIES)
def test_a_script_has_no_import_or_export_left(entry: str):
    assert re.findall(r"^\s*(?:import|export)\b.*", frontend.script(entry), re.MULTILINE) == []
    assert "import(" not in frontend.script(entry)


@pytest.mark.parametrize("entry", ENTRIES)
def test_a_script_holds_every_module_that_it_needs_once_and_after_what_that_module_needs(entry: str):
    needed, waiting = set[str](), [entry]
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            waiting += re.findall(r"from '\./(\w+)\.js'", SOURCES[name])
    script = frontend.script(entry)
    places = {name: script.find(_body(name)) for name in needed}
    assert [name for name in needed if script.count(_body(name)) != 1] == []
    for name in needed:
        for other in re.findall(r"from '\./(\w+)\.js'", SOURCES[name]):
            assert places[other] < places[name]


def _body(name: str) -> str:
    """A module without its imports and exports, as it is joined."""
    body = re.sub(r"^import .*\n", "", SOURCES[name], flags=re.MULTILINE)
    return re.sub(r"^export ", "", body, flags=re.MULTILINE).strip()


def test_names_at_the_top_of_modules_are_unique_because_joined_modules_share_them():
    names = sorted(name for source in SOURCES.values() for name in DECLARED.findall(source))
    assert [name for name in set(names) if names.count(name) > 1] == []
    assert "Recording" in names


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_modules_use_only_what_they_declare_or_import_by_its_own_name(name: str):
    for names, module in re.findall(r"^import \{([^}]*)\} from '\./(\w+)\.js'$", SOURCES[name], re.MULTILINE):
        wanted = {each.strip() for each in names.split(",")}
        assert wanted <= set(
            re.findall(r"^export (?:async )?(?:class|function|const) (\w+)", SOURCES[module], re.MULTILINE)
        )


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_modules_make_no_markup_and_no_code_of_text(name: str):
    forbidden = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|setTimeout\('|DOMParser"
    assert re.findall(forbidden, SOURCES[name]) == []


def test_a_document_holds_its_data_its_title_and_its_text():
    found = Parts(made({"a": [1, "é"]}))
    assert found.tags == snapshot(
        ["html", "meta", "meta", "meta", "meta", "title", "style", "main", "noscript", "script", "script"]
    )
    assert json.loads(found.text["script"][0]) == {"a": [1, "é"]}
    assert (found.text["title"][0], found.text["noscript"][0]) == ("Recording s1", "Without scripts")


def test_hostile_text_adds_no_tag_and_comes_through_unchanged():
    plain, hostile = Parts(made()), Parts(made({HOSTILE: HOSTILE}, HOSTILE, HOSTILE))
    assert hostile.tags == plain.tags
    assert json.loads(hostile.text["script"][0]) == {HOSTILE: HOSTILE}
    assert (hostile.text["title"][0], hostile.text["noscript"][0]) == (HOSTILE, HOSTILE)


def test_data_with_the_name_of_a_placeholder_stays_data():
    assert (
        json.loads(Parts(made("{code} {style(entry)} %s $& \\1")).text["script"][0])
        == "{code} {style(entry)} %s $& \\1"
    )


def test_a_document_may_load_nothing_and_run_only_its_own_script():
    [policy] = [meta["content"] for meta in Parts(made()).metas if meta.get("http-equiv") == "Content-Security-Policy"]
    assert re.sub(r"sha256-[^']+", "sha256-…", policy or "") == snapshot(
        "default-src 'none'; script-src 'sha256-…'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
    )


def test_no_script_and_no_style_of_a_document_ends_its_element():
    for entry in ENTRIES:
        assert re.findall(r"</script|<!--|<script", frontend.script(entry), re.IGNORECASE) == []
        assert "<" not in frontend.style(entry)


@pytest.mark.parametrize("entry", ENTRIES)
def test_a_style_sheet_loads_nothing(entry: str):
    assert re.findall(r"url\(|@import|image-set|https?:", frontend.style(entry)) == []
