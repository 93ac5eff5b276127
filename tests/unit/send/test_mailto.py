"""mailto links: what may pass, and what may not (A-23)."""

from __future__ import annotations

import pytest

from mailclient.domain.errors import BadInput
from mailclient.send.mailto import parse_mailto


def test_the_usual_link_fills_the_fields_a_person_can_check() -> None:
    request = parse_mailto(
        "mailto:ada@example.org?subject=Hello%20there&cc=bob@example.org&body=Line%201%0D%0ALine%202"
    )
    assert (request.to, request.cc, request.subject) == ("ada@example.org", "bob@example.org", "Hello there")
    assert request.text == "Line 1\nLine 2"


@pytest.mark.parametrize(
    "name", ["attach", "attachment", "insert", "from", "sender", "reply-to", "x-anything", "ATTACH"]
)
def test_every_other_field_is_dropped_and_named(name: str) -> None:
    request = parse_mailto(f"mailto:ada@example.org?{name}=/etc/passwd&subject=ok")
    assert request.ignored == (name.lower(),)
    assert request.subject == "ok"
    assert "/etc/passwd" not in repr(request)


@pytest.mark.parametrize(
    "payload", ["%0D%0ABcc:%20evil@example.net", "%0ABcc:evil", "%00x", "%E2%80%A8Bcc:evil", "%C2%85x"]
)
@pytest.mark.parametrize("field", ["subject", "cc", "to", "bcc"])
def test_line_breaks_in_single_line_fields_become_spaces(field: str, payload: str) -> None:
    request = parse_mailto(f"mailto:ada@example.org?{field}=before{payload}")
    for value in (request.to, request.cc, request.bcc, request.subject):
        assert not any(character < " " or character in "\x7f\x85\u2028\u2029" for character in value)


def test_several_to_fields_are_joined() -> None:
    assert parse_mailto("mailto:a@example.org?to=b@example.org").to == "a@example.org, b@example.org"


def test_a_plus_sign_stays_a_plus_sign() -> None:
    assert parse_mailto("mailto:ada+list@example.org").to == "ada+list@example.org"


def test_in_reply_to_must_be_a_message_id() -> None:
    assert parse_mailto("mailto:a@example.org?in-reply-to=%3Cabc@example.org%3E").in_reply_to == "<abc@example.org>"
    assert parse_mailto("mailto:a@example.org?in-reply-to=abc%0D%0AX:1").in_reply_to == ""


def test_bad_percent_escapes_and_bytes_never_raise() -> None:
    assert parse_mailto("mailto:%ff%zz@example.org?subject=%e4").subject == "\ufffd"


@pytest.mark.parametrize("uri", ["http://example.org", "ada@example.org", "", "mailto:" + "a" * 100_001])
def test_what_is_no_mailto_link_is_refused_in_words(uri: str) -> None:
    with pytest.raises(BadInput, match="mailto"):
        parse_mailto(uri)


def test_a_bare_mailto_opens_an_empty_composer() -> None:
    assert parse_mailto("mailto:").to == ""
