"""Styles keep their looks and lose whatever loads, runs or moves over the frame (A-18)."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailclient.mime.safe_css import clean_css


def cleaned(css: str) -> str:
    """Clean with every address refused."""
    return clean_css(css, lambda _url: None)


@pytest.mark.parametrize(
    "css",
    [
        "color:red",
        "p{margin:0 auto;font:12px/1.5 Arial}",
        "@media (max-width:600px){.a{width:100%}}",
        "position:relative;color:blue",
        "position: static",
    ],
)
def test_looks_stay(css: str) -> None:
    assert cleaned(css) == css


@pytest.mark.parametrize(
    "css",
    [
        "@import 'http://evil.test/x.css';",
        "@import url(http://evil.test/x.css);",
        "@IMPORT 'http://evil.test/x.css'",
        "@im/**/port 'http://evil.test/x.css';",
        "@im@import;port 'http://evil.test/x.css';",
        "@imz-index:1;port 'http://evil.test/x.css';",
        "@im\\70ort 'http://evil.test/x.css';",
        "@im\0port 'http://evil.test/x.css';",
        "@im<port 'http://evil.test/x.css';",
        "@font-face{font-family:x;src:url(http://evil.test/f)}",
        "background:url(http://evil.test/x.png)",
        "background:URL( 'http://evil.test/x.png' )",
        "background:url(http://evil.test/x.png",
        "background:u/**/rl(http://evil.test/x.png)",
        "background:\\75rl(http://evil.test/x.png)",
        "background:image-set('http://evil.test/x.png' 1x)",
        "background:-webkit-image-set(url(http://evil.test/x.png) 1x)",
        "width:expression(alert(1))",
        "behavior:url(#default#time2)",
        "-moz-binding:url(http://evil.test/x.xml#a)",
        "position:fixed;top:0",
        "position:/**/fixed",
        "pos\\69tion:fixed",
        "poscontent:x;ition:fixed",
        "posz-index:1;ition:absolute",
        "position:sticky!important",
        "z-index:99999",
    ],
)
def test_what_loads_or_moves_goes(css: str) -> None:
    left = re.sub(r"none\([^)]*\)", "", cleaned(css))
    assert not re.search(
        r"@import|@font-face|url\s*\(|image-set\s*\(|expression\s*\(|behavior\s*:|-moz-binding", left, re.IGNORECASE
    )
    assert not re.search(r"position\s*:\s*(fixed|absolute|sticky)|z-index\s*:", left, re.IGNORECASE)


def test_a_place_taken_from_a_variable_goes() -> None:
    assert "var(" not in cleaned("--p:fixed;position:var(--p)")


def test_an_address_is_replaced_by_what_is_given_and_cannot_leave_its_string() -> None:
    assert clean_css("a{background:url(x)}", lambda _url: 'mail:"}\\') == 'a{background:url("mail:%22}%5C")}'


TOKENS = (
    "@import |@im|port |url(|u|rl(|x)|/*|*/|\\|position:|fixed|pos|ition:|;|{|}|"
    "z-index:1;|content:'';|<|\0|@charset;|'h'| "
)
PIECES = st.lists(st.sampled_from(TOKENS.split("|"))).map("".join)


@given(PIECES)
def test_pieces_never_grow_together(css: str) -> None:
    left = cleaned(css)
    assert not re.search(r"@import|url\s*\(|position\s*:\s*fixed|z-index\s*:", left, re.IGNORECASE)
    assert "<" not in left
