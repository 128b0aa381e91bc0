"""The front end that shows recordings: plain JavaScript modules without dependencies, and style sheets.

The player and the status page of the local API, the report and the view in chat clients share it. `script` joins an
entry module and what it imports to one script, so that a page needs one request, and a report none.
"""

import base64
import hashlib
import html
import re
from functools import cache
from graphlib import TopologicalSorter
from importlib.resources import files
from typing import Final

_IMPORT: Final = re.compile(r"^import \{[^}]*\} from '\./([a-z_]+)\.js'\n", re.MULTILINE)
_EXPORT: Final = re.compile(r"^export (?=(?:async )?(?:class|function|const) )", re.MULTILINE)


@cache
def script(entry: str) -> str:
    """The module `entry` after all modules that it imports, as one script.

    Modules import only by `import { … } from './name.js'` and export only declarations; names are unique among them.
    """
    sources: dict[str, str] = {}
    imported: dict[str, list[str]] = {}
    waiting = [entry]
    while waiting:
        name = waiting.pop()
        if name not in sources:
            sources[name] = _read(f"{name}.js")
            imported[name] = _IMPORT.findall(sources[name])
            waiting += imported[name]
    order = TopologicalSorter(imported).static_order()
    return "\n".join(_EXPORT.sub("", _IMPORT.sub("", sources[name])) for name in order)


@cache
def style(entry: str) -> str:
    """The style sheet of the module `entry`."""
    return _read("base.css") + _read("status.css" if entry == "status" else "view.css")


def document(entry: str, data: bytes, *, title: str, text: str) -> str:
    """A page that needs no other file: its script, its style and its data are part of it.

    Args:
        entry: name of the module that shows the data.
        data: JSON, which the module finds in the element with the id `entry`.
        title: of the page, as plain text.
        text: plain text for readers without JavaScript.
    """
    code = script(entry)
    digest = base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data:; base-uri 'none';"
        " form-action 'none'"
    )
    json = data.decode().replace("<", "\\u003c")  # so that no text in it ends the element
    return (
        '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width">\n<meta name="referrer" content="no-referrer">\n'
        f"<title>{html.escape(title)}</title>\n<style>\n{style(entry)}</style>\n"
        f'<main id="player"><noscript>{html.escape(text)}</noscript></main>\n'
        f'<script type="application/json" id="{entry}">{json}</script>\n'
        f'<script type="module">{code}</script>\n</html>\n'
    )


def _read(name: str) -> str:
    return files(__name__).joinpath(name).read_text(encoding="utf-8")
