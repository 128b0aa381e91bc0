"""What every frame begins with: its policy, and a style sheet for what frames show differently."""

from typing import Final

POLICY: Final = (
    "default-src 'none'; script-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src 'none'; "
    "connect-src 'none'; media-src 'none'; object-src 'none'; frame-src 'none'; child-src 'none'; worker-src 'none'; "
    "manifest-src 'none'; form-action 'none'; base-uri 'none'"
)
"""Forbids scripts and loading, in case a frame contains either."""

HEAD: Final = (
    f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    '<meta name="referrer" content="no-referrer"><title>Recorded page</title>'
)

_DISPLAYS: Final = {
    "block": "address article aside blockquote body center dd details dialog dir div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hgroup hr html main menu nav ol p pre search section summary ul",
    "list-item": "li",
    "table": "table", "table-row": "tr", "table-cell": "td th",
    "table-row-group": "tbody", "table-header-group": "thead", "table-footer-group": "tfoot",
    "table-caption": "caption", "table-column-group": "colgroup", "table-column": "col", "inline-block": "button",
}  # fmt: skip

BASE: Final = "".join(
    f":where({','.join('replay-' + tag for tag in tags.split())}){{display:{display}}}"
    for display, tags in _DISPLAYS.items()
) + (
    ":where([data-replay-link]){color:#0000ee;text-decoration:underline;cursor:pointer}"
    ":where(replay-html){position:relative;min-height:100%;background:#fff;color:#000;transform:translate(0)}"
    ":where(replay-body){margin:8px}"
    ":where(replay-img,replay-canvas,replay-video,replay-audio,replay-object,replay-embed,replay-applet,replay-iframe)"
    "{display:inline-block;box-sizing:border-box;width:var(--replay-width,auto);height:var(--replay-height,auto)}"
    ":where(replay-canvas,replay-video,replay-object,replay-embed,replay-applet,replay-iframe)"
    "{width:var(--replay-width,300px);height:var(--replay-height,150px);overflow:hidden}"
    ":where([data-replay-box]){overflow:hidden;font:10px/1.2 sans-serif;color:#666;text-align:center;"
    "text-indent:0;white-space:normal}"
    "[data-replay-box]{background:#ddd}"
    "[data-replay-wrap]{display:contents!important}"
    "[data-replay-scrolled]>*{translate:var(--replay-left) var(--replay-top)}"
    "dialog[data-replay-modal]{position:fixed;inset:0;margin:auto;z-index:2147483647;"
    "box-shadow:0 0 0 100vmax #0000001a}"
)
"""Its selectors have no specificity where the page may decide."""
