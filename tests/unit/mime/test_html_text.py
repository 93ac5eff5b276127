"""HTML as text: what can be read, in its order, and nothing that runs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailclient.mime.html_text import html_to_text, html_to_words


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("one<br>two", "one\ntwo"),
        ("a\n   b", "a b"),
        ("<ul><li>x<li>y</ul>", "• x\n• y"),
        ("<blockquote>q<blockquote>deep</blockquote></blockquote>own", "> q\n>> deep\nown"),
        ("<script>alert(1)</script><style>p{}</style><title>t</title>seen", "seen"),
        ("<script>never closed", ""),
        ("<!-- hidden -->seen<!-- open", "seen"),
        ("a &amp; b &lt;c&gt; &eacute; &#233; &#xe9;", "a & b <c> é é é"),
        ("<table><tr><td>1</td><td>2</td></tr></table>", "1 2"),
        ("2 < 3", "2 < 3"),
        ("&#" + "9" * 5000 + ";", "\ufffd"),
        ("&#xD800;", "\ufffd"),
        ("", ""),
    ],
)
def test_reading(source: str, text: str) -> None:
    assert html_to_text(source) == text


@given(
    st.text(max_size=300)
    | st.lists(st.sampled_from(["<", ">", "<p>", "<!--", "-->", "&#", "9" * 5000, ";", "<script>", "x"])).map("".join)
)
def test_anything_is_text(source: str) -> None:
    assert "<script" not in html_to_text(source).lower() or "&" in source or "<" in source


def test_words_for_the_index_are_the_visible_ones_and_never_grow_together() -> None:
    source = (
        "<style>.a{color:red}</style><!-- hidden --><table><tr><td>One</td><td>two</td></tr></table>"
        "<p>th<b>re</b>e<br>four&nbsp;five &lt;six&gt; &#99999999999; "
    )
    assert html_to_words(source).split() == "One two three four five <six> \ufffd".split()
