"""Copies of one message: the reason of each, how they differ, what the way changed, and when it is another message."""

from __future__ import annotations

import base64
import hashlib

import pytest

from mailclient.domain.folder import FolderRole
from mailclient.paths import resource_path
from mailclient.xray.copies import MAX_COMPARED, Copy
from mailclient.xray.copy_difference import Sameness
from mailclient.xray.finding import Severity
from tests.unit.xray.test_identity import ANNA, BERT, FakeCollection, findings

HEAD = b"From: Tom <tom@example.com>\r\nTo: anna@example.org\r\nSubject: Hello\r\nMessage-ID: <1@example.com>\r\n"
CAME = b"Received: from a by mx.example.org with ESMTP id 1 for <anna@example.org>; Tue, 24 Nov 2026 09:12:04 +0100\r\n"
BODY = b"\r\nWe meet at the north end of the car park.\r\n\r\nTom\r\n"


def other(
    shown: bytes, copy: bytes, role: FolderRole = FolderRole.NONE, shown_role: FolderRole = FolderRole.INBOX
) -> Copy:
    store = FakeCollection()
    key = store.put(shown, "Here", shown_role)
    store.put(copy, "There", role)
    found = store.inspect(shown, key).identity.copies
    assert [one.is_shown for one in found] == [True, False]
    return found[1]


def specimen(name: str) -> bytes:
    return resource_path("specimens", f"{name}.eml").read_bytes()


def test_the_list_and_the_direct_copy_are_told_apart() -> None:
    found = other(specimen("same-id-direct"), specimen("same-id-list"))
    assert found.reason.sentence == "The list coastwalk.lists.example.net sent it."
    assert found.reason.evidence.startswith("List-Id: ")
    assert found.difference.sameness is Sameness.CHANGED
    assert found.summary == "Subject differs; it has 2 lines that the shown one lacks."
    assert not found.contradicts
    assert [field.name for field in found.difference.fields if field.on_the_way] == ["List-Id", "List-Post"]
    assert [line.text for line in found.difference.lines.lines] == ["_" * 47, "coastwalk mailing list"]


def test_the_same_bytes_in_another_folder() -> None:
    found = other(CAME + HEAD + BODY, CAME + HEAD + BODY, FolderRole.ARCHIVE)
    assert found.difference.sameness is Sameness.IDENTICAL
    assert "in another folder" in found.reason.sentence


def test_line_ends_and_trace_fields_are_no_difference_of_content() -> None:
    trace = other(CAME + HEAD + BODY, b"X-Spam-Status: No\r\n" + CAME + HEAD + BODY)
    assert trace.difference.sameness is Sameness.TRACE
    ends = other(CAME + HEAD + BODY, (CAME + HEAD + BODY).replace(b"\r\n", b"\n"))
    assert ends.difference.sameness is Sameness.TRACE
    assert not ends.contradicts


def test_another_encoding_is_no_difference_of_content() -> None:
    coded = b"Content-Transfer-Encoding: quoted-printable\r\n"
    found = other(CAME + HEAD + BODY, CAME + HEAD + coded + BODY.replace(b"car park", b"c=61r park"))
    assert found.difference.sameness is Sameness.ENCODING
    assert found.difference.lines.lines == ()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (b"Resent-From: rob@example.net\r\n", "rob@example.net redirected it by hand."),
        (
            b"X-Forwarded-To: anna@example.org\r\nX-Forwarded-For: old@example.net anna@example.org\r\n",
            "A rule of old@",
        ),
        (
            b"Delivered-To: anna@example.org\r\nDelivered-To: old@example.net\r\n",
            "delivered to old@example.net; a rule",
        ),
        (b"Delivered-To: anna@example.org\r\n", "It was sent to anna@example.org directly."),
        (b"Delivered-To: secret@example.org\r\n", "neither To nor Cc"),
        (b"List-Post: <mailto:walk@example.net>\r\n", "The list walk@example.net sent it."),
        (b"", "It was sent to anna@example.org directly."),
    ],
)
def test_each_copy_has_a_reason_from_its_own_fields(fields: bytes, words: str) -> None:
    found = other(CAME + HEAD + BODY, fields + CAME + HEAD + b"X-A: b\r\n" + BODY)
    assert words in found.reason.sentence
    assert found.reason.evidence


def test_a_copy_of_another_account_names_it() -> None:
    store = FakeCollection()
    key = store.put(CAME + HEAD + BODY)
    store.put(b"X-A: b\r\n" + CAME + HEAD + BODY, account=BERT)
    found = store.inspect(CAME + HEAD + BODY, key, ANNA, BERT).identity
    assert found.copies[1].reason.sentence.endswith("It came through the account bert@example.com.")
    assert found.where(found.copies[1].stored) == "Inbox of bert@example.com"


def test_another_message_under_the_same_name_is_a_warning() -> None:
    shown = CAME + HEAD + BODY
    for changed in (
        shown.replace(b"Subject: Hello", b"Subject: Your invoice"),
        shown.replace(b"tom@example.com>\r\nTo", b"eve@example.net>\r\nTo"),
        shown.replace(BODY, b"\r\nPlease transfer five thousand euros today, kind regards your boss.\r\n"),
    ):
        store = FakeCollection()
        key = store.put(shown)
        store.put(changed)
        found = store.inspect(shown, key)
        assert found.identity.copies[1].contradicts
        assert findings(found)["message-id-used-twice"] is Severity.WARNING


@pytest.mark.parametrize(
    "changed",
    [
        (CAME + HEAD + BODY).replace(b"Subject: Hello", b"Subject: [EXTERNAL] Hello"),
        CAME + HEAD + b"\r\nCAUTION: this message comes from outside.\r\n" + BODY,
        (b"List-Id: <l.example.net>\r\n" + CAME + HEAD + BODY).replace(
            b"tom@example.com>\r\nTo", b"l@example.net>\r\nTo"
        ),
        b"Resent-From: rob@example.net\r\n" + CAME + HEAD + b"\r\nSomething quite different was put in here.\r\n",
    ],
)
def test_what_servers_and_lists_do_is_no_alarm(changed: bytes) -> None:
    store = FakeCollection()
    key = store.put(CAME + HEAD + BODY)
    store.put(changed)
    found = store.inspect(CAME + HEAD + BODY, key)
    assert not found.identity.copies[1].contradicts
    assert "message-id-used-twice" not in findings(found)


SENT = (
    b"From: anna@example.org\r\nTo: list@example.net\r\nBcc: boss@example.org\r\nSubject: Walk\r\n"
    b"Message-ID: <w@example.org>\r\n\r\nOn Sunday.\r\n"
)
BACK = (
    b"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=a; h=from; b=AAAA;\r\n"
    b" bh=3Kdct/wx0zh6sl0RzPsVyQCNqA1Fmd3qXYeIVGHZYYo=\r\n"
    b"List-Id: <list.example.net>\r\n" + CAME + b"From: anna@example.org\r\nTo: list@example.net\r\n"
    b"Subject: [list] Walk\r\nMessage-ID: <w@example.org>\r\n\r\nOn Sunday.\r\n--\r\nlist footer\r\n"
)


def with_body_hash(raw: bytes, body: bytes) -> bytes:
    digest = base64.b64encode(hashlib.sha256(body).digest())
    return raw.replace(b"3Kdct/wx0zh6sl0RzPsVyQCNqA1Fmd3qXYeIVGHZYYo=", digest)


def test_what_the_way_changed_is_told_from_either_side() -> None:
    back = with_body_hash(BACK, b"On Sunday.\r\n")
    seen_here = other(back, SENT, FolderRole.SENT)
    seen_there = other(SENT, back, FolderRole.INBOX, FolderRole.SENT)
    assert seen_here.way == seen_there.way
    told = "\n".join(seen_here.way)
    assert "The way added 3 fields" in told
    assert "Bcc was taken out before sending" in told
    assert "Subject was changed from “Walk” to “[list] Walk”." in told
    assert "The text was changed: 2 lines came in." in told
    assert "fits the body as you sent it, and no longer the one that came back" in told
    assert seen_here.reason.is_own
    assert not seen_here.contradicts


def test_a_signature_made_by_the_list_fits_what_came_back() -> None:
    back = with_body_hash(BACK, b"On Sunday.\r\n--\r\nlist footer\r\n")
    told = "\n".join(other(SENT, back, FolderRole.INBOX, FolderRole.SENT).way)
    assert "fits the body that came back. It was made after the body had been changed." in told


def test_a_draft_may_differ() -> None:
    draft = SENT.replace(b"Subject: Walk", b"Subject: Something else")
    found = other(SENT, draft, FolderRole.DRAFTS, FolderRole.SENT)
    assert found.reason.sentence.startswith("A draft of yours")
    assert not found.contradicts


def test_only_so_many_are_compared_and_what_is_not_whole_is_said_so() -> None:
    store = FakeCollection()
    for number in range(15):
        store.put(b"X-A: %d\r\n" % number + CAME + HEAD + BODY)
    store.put(CAME + HEAD + BODY, whole=False)
    copies = store.inspect(CAME + HEAD + BODY).identity.copies
    assert sum(1 for copy in copies if copy.difference.sameness is not Sameness.UNKNOWN) == MAX_COMPARED
    assert copies[-1].summary == "Only its header is known here, so it cannot be compared."
