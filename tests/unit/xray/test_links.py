"""Links, remote content, forms, scripts and hidden text are found with their places; newsletters do not cry wolf."""

from __future__ import annotations

import base64
import quopri
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailclient.xray.finding import Severity
from mailclient.xray.link_targets import Trait, host_in_text, read_target, site_of
from mailclient.xray.links import URL_IN_TEXT, Content, Link, addresses_in, examine_content
from mailclient.xray.opened import open_message

SPECIMENS = Path(__file__).resolve().parents[3] / "resources/specimens"
SENDER = b"From: Robin <robin@example.org>\r\n"


def content_of(body: str, header: bytes = SENDER) -> Content:
    return examine_content(open_message(header + b"Content-Type: text/html; charset=utf-8\r\n\r\n" + body.encode()))


def link_of(body: str) -> Link:
    (link,) = content_of(body).links
    return link


def severities(content: Content, identifier: str) -> list[Severity]:
    return [found.severity for found in content.findings if found.id == identifier]


@pytest.mark.parametrize(
    ("url", "host", "trait"),
    [
        ("https://bank.example@evil.test/x", "evil.test", Trait.USER_INFO),
        ("http://192.0.2.7/login", "192.0.2.7", Trait.IP_ADDRESS),
        ("http://[2001:db8::1]/", "2001:db8::1", Trait.IP_ADDRESS),
        ("http://3221226219/", "3221226219", Trait.IP_ADDRESS),
        ("http://0xc0000207/", "0xc0000207", Trait.IP_ADDRESS),
        ("https://example.org:8443/", "example.org", Trait.PORT),
        ("https://bücher.example/", "bücher.example", Trait.INTERNATIONAL),
        ("https://xn--bcher-kva.example/", "bücher.example", Trait.INTERNATIONAL),
        ("https://раypal.example/", "раypal.example", Trait.MIXED_SCRIPTS),
        ("data:text/html;base64,PGI+", "", Trait.DATA),
        ("java\tscript:alert(1)", "", Trait.SCRIPT),
        ("file://server/share", "server", Trait.FILE),
        ("https://a.test/?url=https%3A%2F%2Fb.test%2Fx", "a.test", Trait.REDIRECTOR),
        ("https://bit.ly/abc", "bit.ly", Trait.SHORTENER),
        ("https:\\\\evil.test\\x", "evil.test", None),
        ("//evil.test/x", "evil.test", None),
        ("mailto:robin@example.org?subject=x", "example.org", None),
    ],
)
def test_an_address_is_taken_apart(url: str, host: str, trait: Trait | None) -> None:
    target = read_target(url)
    assert target.host == host
    assert trait is None or trait in target.traits


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("https://www.bank.example/login", "www.bank.example"),
        ("www.bank.example", "www.bank.example"),
        ("bank.example/login", "bank.example"),
        ("Click here", ""),
        ("report.pdf", ""),
        ("robin@example.org", ""),
        ("Our shop, www.bank.example, is open", ""),
        ("e.g. this", ""),
    ],
)
def test_a_text_that_names_a_host(text: str, host: str) -> None:
    assert host_in_text(text) == host


def test_one_owner_has_one_site() -> None:
    assert site_of("click.news.example.com") == site_of("example.com")
    assert site_of("a.co.uk") != site_of("b.co.uk")
    assert site_of("192.0.2.7") != site_of("192.1.2.7")


def test_a_link_that_reads_like_another_site_is_warned_of() -> None:
    misleading = content_of('<a href="https://evil.test/x">https://www.bank.example/login</a>')
    assert severities(misleading, "link-text-misleads") == [Severity.WARNING]
    numbers = content_of('<a href="http://192.0.2.7/x"><b>www.bank.example</b></a>')
    assert severities(numbers, "link-text-misleads") == [Severity.DANGER]
    assert not link_of('<a href="https://login.bank.example/x">www.bank.example</a>').misleading
    assert not link_of('<a href="https://evil.test/x">Click here</a>').misleading


def test_counting_clicks_is_only_noted() -> None:
    own = content_of('<a href="https://click.mailer.test/1">www.example.org</a>')
    assert severities(own, "link-text-misleads") == [Severity.NOTICE]
    bulk = SENDER + b"List-Unsubscribe: <https://click.mailer.test/u>\r\n"
    several = (
        '<a href="https://click.mailer.test/1">www.partner.test</a>' + '<a href="https://click.mailer.test/2">x</a>' * 3
    )
    assert severities(content_of(several, bulk), "link-text-misleads") == [Severity.NOTICE]


def test_what_would_be_loaded_and_by_whom() -> None:
    content = content_of(
        '<style>@import "https://css.test/a.css"; p{background:url(https://img.test/b.png)}</style>'
        '<img src="https://img.test/a.png" srcset="https://img.test/a2.png 2x, local.png 3x">'
        '<img src="//track.test/o.gif" width=1 height=1><img src="https://track.test/p" style="width:0px;height:0px">'
        '<table background="http://img.test/t.png"><td style="background:url(\'https://img.test/c.png\')">'
        '<iframe src="https://frame.test/"></iframe><meta http-equiv=refresh content="0; url=https://go.test/">'
        '<link rel=stylesheet href="https://css.test/b.css"><img src="cid:x"><img src="data:image/png;base64,AA">'
    )
    assert content.hosts == {
        "css.test": 2,
        "img.test": 5,
        "track.test": 2,
        "frame.test": 1,
        "go.test": 1,
    }
    assert [pixel.url for pixel in content.pixels] == ["//track.test/o.gif", "https://track.test/p"]
    assert severities(content, "tracking-pixel") == [Severity.NOTICE] * 2
    assert severities(content, "remote-page") == [Severity.WARNING]


def test_forms_scripts_and_base() -> None:
    content = content_of(
        '<base href="https://evil.test/"><form action="https://evil.test/take"><input name=user><input type=password name=p>'
        '</form><script>alert("<b>")</script><p onclick="x()">a</p><a href="javascript:y()">b</a>'
    )
    (form,) = content.forms
    assert form.host == "evil.test" and form.fields == ("user", "p") and form.asks_password
    assert [script.kind for script in content.scripts] == ["script", "event", "address"]
    assert content.base == "https://evil.test/"
    assert severities(content, "form") == [Severity.DANGER]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ('<div style="display:none">secret <div>inner</div> words</div>shown', "not displayed"),
        ("<p hidden>secret words</p>shown", "not displayed"),
        ('<span style="font-size:0px">secret words</span>', "font size of nearly nothing"),
        ('<span style="color:#fff;background-color:#ffffff">secret words</span>', "in the colour of its background"),
        ('<font color="white">secret words</font>', "in the colour of its background"),
        (
            '<table bgcolor="#000"><td><font color="#010101">secret words</font></td></table>',
            "in the colour of its background",
        ),
        ('<p style="opacity:0">secret words', "fully transparent"),
        ("p\u200ba\u200bs\u200bs\u200bword", "words cut up by invisible characters"),
    ],
)
def test_text_that_cannot_be_seen(body: str, why: str) -> None:
    (hidden,) = content_of(body).hidden
    assert hidden.why == why


@pytest.mark.parametrize(
    "body",
    [
        '<td bgcolor="#123456"><a href="https://a.test/" style="color:#ffffff">Read</a></td>',
        '<div style="background:url(x.png)"><font color=white>a</font></div>',
        '<style>body{background:black}</style><font color="white">a</font>',
        '<div style="display:none"></div><p style="font-size:10px">small</p><p style="font-size:1.2em">large</p>',
        "<p>می‌خواهم می‌خواهم می‌خواهم می‌خواهم</p>",
    ],
)
def test_text_that_can_be_seen_is_not_hidden(body: str) -> None:
    assert content_of(body).hidden == ()


def test_places_lead_back_to_the_message_through_every_encoding() -> None:
    html = (
        "".join(f"<p>Zeile {number} mit Größe</p>\r\n" for number in range(30)) + '<a href="https://evil.test/">ö</a>'
    )
    for encoding, body in (
        (b"8bit", html.encode()),
        (b"quoted-printable", quopri.encodestring(html.encode())),
        (b"base64", base64.encodebytes(html.encode())),
    ):
        raw = b"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: " + encoding + b"\r\n\r\n" + body
        opened = open_message(raw)
        (link,) = examine_content(opened).links
        assert link.text == "ö" and link.decoded_range is not None
        data = opened.data(opened.message.root)
        assert data[slice(*link.decoded_range)].startswith(b'<a href="https://evil.test/">')
        start, end = link.evidence
        assert len(raw) - 110 < start < end <= len(raw)
        if encoding == b"8bit":
            assert raw[start:end].endswith(b"</a>")


def test_a_charset_that_moves_ascii_gives_no_places_but_the_same_links() -> None:
    body = base64.encodebytes('<a href="https://evil.test/">ö</a>'.encode("utf-16"))
    raw = b"Content-Type: text/html; charset=utf-16\r\nContent-Transfer-Encoding: base64\r\n\r\n" + body
    (link,) = examine_content(open_message(raw)).links
    assert link.host == "evil.test" and link.decoded_range is None


def test_addresses_in_plain_text() -> None:
    raw = b"Content-Type: text/plain\r\n\r\nSee https://example.org/a?b=c. Or (www.example.net/x), thanks"
    links = examine_content(open_message(raw)).links
    assert [link.url for link in links] == ["https://example.org/a?b=c", "http://www.example.net/x"]
    assert raw[slice(*links[0].evidence)] == b"https://example.org/a?b=c"


def test_attributes_cannot_hide_behind_quotes_or_doubles() -> None:
    assert link_of('<a title=">" href="https://evil.test/">x</a>').host == "evil.test"
    assert link_of('<A HREF=https://evil.test/ href="https://good.test/">x</A>').host == "evil.test"
    assert link_of('<a href="&#104;ttps://evil.test/">x</a>').host == "evil.test"
    assert content_of('<!-- <a href="https://no.test/"> --><p>').links == ()


def test_the_phishing_specimen_is_seen_through() -> None:
    found = {
        f.id: f.severity for f in examine_content(open_message((SPECIMENS / "phishing.eml").read_bytes())).findings
    }
    assert found["link-text-misleads"] is Severity.DANGER and found["form"] is Severity.DANGER


@pytest.mark.parametrize("path", sorted(SPECIMENS.glob("*.eml")), ids=lambda path: path.name)
def test_ordinary_mail_is_calm(path: Path) -> None:
    content = examine_content(open_message(path.read_bytes()))
    if path.name not in {"phishing.eml", "forgery.eml", "spoofed-name.eml"}:
        assert [f for f in content.findings if f.severity.weight > Severity.NOTICE.weight] == []


PIECES = (
    *("<a", " href=", '"', "'", ">", "</a>", "<", "<!--", "-->", "https://", "a.test", "@", "[", "%", ":", "&#x"),
    *("<script>", "</script", "color:#fff", "display:none", "\u200b", "x", "<img src=", "=", " ", "\u202e", "data:"),
    *("style=", "\0", "xn--", "<form", "<style>"),
)


@given(st.lists(st.sampled_from(PIECES), max_size=60))
def test_no_html_raises(pieces: list[str]) -> None:
    body = "".join(pieces)
    content = content_of(body)
    for link in content.links:
        assert link.decoded_range is None or 0 <= link.decoded_range[0] < link.decoded_range[1] <= len(body.encode())
    read_target(body)
    host_in_text(body)


BEGINNINGS = ("http://", "HTTPS://", "www.", "WWW.a.", "://", "a", ".", " ", "b.example/c", "İ", "é", "<", "h")


@given(st.lists(st.sampled_from(BEGINNINGS), max_size=25).map("".join))
def test_addresses_in_text_are_those_that_the_expression_alone_finds(text: str) -> None:
    assert [match[0] for match in addresses_in(text)] == [match[0] for match in URL_IN_TEXT.finditer(text)]
