"""A reply with an attachment through a real Postfix, and back through a real Dovecot, byte by byte."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mailclient.domain.commands import SendDraft
from mailclient.domain.draft import Draft, DraftAttachment, DraftKind, OutboxState
from mailclient.domain.events import OutboxChanged
from mailclient.domain.flags import Flag
from mailclient.mime.body import choose_body
from mailclient.mime.tree import parse_message
from mailclient.send.compose import draft_answer
from tests.live.conftest import account_of
from tests.support.engines import LiveEngine, wait_until
from tests.support.servers.dovecot import Dovecot
from tests.support.servers.postfix import Postfix

pytestmark = pytest.mark.live
ORIGINAL = (
    b"From: Lena Hart <lena@example.org>\r\nTo: lena@example.org\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n"
    b"Date: Tue, 24 Nov 2026 10:00:00 +0100\r\nMessage-ID: <first@example.org>\r\n\r\nHello\r\n"
)


def test_a_reply_with_an_attachment_goes_out_and_comes_back(
    dovecot: Dovecot, postfix: Postfix, profile_dir: Path
) -> None:
    dovecot.put("lena@example.org", [ORIGINAL])
    data = bytes(range(256)) * 50
    with LiveEngine(profile_dir, account_of(dovecot, "lena@example.org", postfix), dovecot.password) as live:
        wait_until(lambda: live.ids() and live.reader.raw(live.ids()[0]), "the original")
        source = live.ids()[0]
        draft = draft_answer(parse_message(ORIGINAL), DraftKind.REPLY, live.account, [], source)
        attached = (DraftAttachment("Ünïcode.bin", "application/octet-stream", data),)
        text = "Grüße zurück\n.\nA line with a dot above.\n" + draft.text
        draft = replace(draft, to="Lena <lena@example.org>", bcc="otto@example.org", text=text, attachments=attached)
        live.engine.submit(SendDraft(draft, "token"))
        wait_until(lambda: _done(live), "the submission", 30)
        wait_until(lambda: len(live.ids()) == 2, "the reply in the inbox", 30)
        arrived = next(i for i in live.ids() if i != source)
        wait_until(lambda: live.reader.raw(arrived), "its bytes")
        raw = live.reader.raw(arrived) or b""
        message = parse_message(raw)
        choice = choose_body(message)
        assert message.headers.first("In-Reply-To") == "<first@example.org>"
        assert message.headers.first("Bcc") is None
        assert choice.attachments[0].filename == "Ünïcode.bin"
        assert message.decoded(choice.attachments[0].part) == data
        wait_until(lambda: len(live.ids("Sent")) == 1, "the copy in Sent")
        wait_until(lambda: live.reader.raw(live.ids("Sent")[0]), "the copy's bytes")
        sent = live.reader.raw(live.ids("Sent")[0]) or b""
        assert b"otto@example.org" in sent
        body = sent[sent.index(b"\r\n\r\n") :]
        assert raw.endswith(body)
        wait_until(lambda: _flags(live, source) & Flag.ANSWERED, "the answer mark")


def test_a_refused_recipient_is_told_in_the_servers_words(
    dovecot: Dovecot, postfix: Postfix, profile_dir: Path
) -> None:
    with LiveEngine(profile_dir, account_of(dovecot, "otto@example.org", postfix), dovecot.password) as live:
        draft = Draft(None, live.account.id, to="nobody@example.org", subject="x", text="y")
        live.engine.submit(SendDraft(draft, "token"))

        def rejected() -> list[OutboxChanged]:
            changes = [e for e in live.events if isinstance(e, OutboxChanged)]
            return [event for event in changes if event.state is OutboxState.REJECTED]

        wait_until(rejected, "the refusal")
        assert "550" in rejected()[0].sentence
        assert live.ids("Sent") == ()


def _done(live: LiveEngine) -> bool:
    return any(isinstance(e, OutboxChanged) and e.state is OutboxState.DONE for e in live.events)


def _flags(live: LiveEngine, message_id: object) -> Flag:
    row = next((live.reader.row(i) for i in live.ids() if i == message_id), None)
    return row.flags if row else Flag.NONE
