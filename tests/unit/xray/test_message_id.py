"""A Message-ID read by itself: its form, its domain, and which program writes such ones."""

from __future__ import annotations

import pytest

from mailclient.xray.message_id import DomainKind, Writer, read_message_id


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("<a@example.org>", ""),
        ("<a@example.org> (a comment)", ""),
        ('<"a b"@example.org>', ""),
        ("<a@[192.0.2.1]>", ""),
        ("", "empty"),
        ("a@example.org", "angle brackets"),
        ("<a@example.org> <b@example.org>", "2 identifiers"),
        ("<abc>", "no at sign"),
        ("<a @ example.org>", "blanks inside"),
        ("<a@example.org> x", "something else"),
        ("<a@b@example.org>", "letters"),
    ],
)
def test_the_form_is_judged_in_words(value: str, words: str) -> None:
    found = read_message_id(value)
    assert found.well_formed is (not words)
    assert words in found.problem


@pytest.mark.parametrize(
    ("domain", "kind"),
    [
        ("example.org", DomainKind.NAME),
        ("localhost.localdomain", DomainKind.INSIDE),
        ("macbook.local", DomainKind.INSIDE),
        ("web01", DomainKind.INSIDE),
        ("[192.0.2.1]", DomainKind.LITERAL),
        ("[IPv6:2001:db8::1]", DomainKind.LITERAL),
        ("[192.168.1.7]", DomainKind.INSIDE),
    ],
)
def test_the_domain_is_told_apart(domain: str, kind: DomainKind) -> None:
    assert read_message_id(f"<a@{domain}>").domain_kind is kind


def test_blanks_do_not_hide_the_name_under_which_others_refer_to_it() -> None:
    assert read_message_id("< a @ example.org >").text == "<a@example.org>"


@pytest.mark.parametrize(
    ("inner", "software", "writer"),
    [
        ("CAFbx1xGq0mT5nX+2Uz8kqJp7w=abc@mail.gmail.com", "Gmail", Writer.SERVICE),
        ("AM9PR04MB8211C0A1@AM9PR04MB8211.eurprd04.prod.outlook.com", "Microsoft 365", Writer.SERVICE),
        ("01010188a1b2c3d4-0f0e0d0c-1111-2222-3333-444455556666-000000@us-west-2.amazonses.com", "Amazon SES", None),
        ("000001d9c5b1$1a2b3c40$4f5e6d70$@example.com", "Outlook", Writer.PROGRAM),
        ("20261124091204.4QZ8Kk2pTz9s@mail.example.org", "Postfix", Writer.SERVER),
        ("20261124091204.3F2A81C0D@mail.example.org", "Postfix", Writer.SERVER),
        ("E1rBcDe-0001Xy-2A@mx.example.net", "Exim", Writer.SERVER),
        ("202611240912.2AO8C4xY012345@mx.example.net", "Sendmail", Writer.SERVER),
        ("20261124091204.1234.qmail@mx.example.net", "qmail", Writer.SERVER),
        ("mailman.12.1700000000.345.coast@lists.example.net", "Mailman", Writer.LIST),
        ("20261124091204.GA2711@host.example.net", "Mutt", Writer.PROGRAM),
        ("1234.1.1700000000000.JavaMail.app@host.example.net", "JavaMail", Writer.PROGRAM),
    ],
)
def test_forms_that_only_one_program_writes_are_known(inner: str, software: str, writer: Writer | None) -> None:
    form = read_message_id(f"<{inner}>").form
    assert form is not None
    assert form.software == software
    assert writer is None or form.writer is writer


@pytest.mark.parametrize("inner", ["a@mail.gmail.com", "1@example.org", "3e1c0a6e-2f1b-4c3d-8e9f-001122334455@x.org"])
def test_other_forms_tell_nothing(inner: str) -> None:
    assert read_message_id(f"<{inner}>").form is None


def test_a_long_field_is_read_at_once() -> None:
    for piece in ("<", ">", "@", "<a", "( ", "<a@", '"', "\\", "$-", "C"):
        read_message_id(piece * 200_000)
