"""A large message in parts, from a real Dovecot, which can decode attachments (RFC 3516)."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mailclient.domain.commands import FetchBody
from mailclient.domain.events import BodyArrived, PartsArrived
from mailclient.domain.scope import DownloadScope
from mailclient.mime.body import choose_body
from mailclient.mime.partial import assembled
from mailclient.protocol.transcript import Direction
from tests.live.conftest import account_of
from tests.support.engines import LiveEngine, wait_until
from tests.support.servers.dovecot import Dovecot, missing, running_dovecot

pytestmark = pytest.mark.live
USER = "paula@example.org"
DATA = bytes(range(256)) * 9_000
RAW = (
    b"From: a@example.net\r\nSubject: Plans\r\nMessage-ID: <plans@example.org>\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
    b'--b\r\nContent-Type: multipart/alternative; boundary="a"\r\n\r\n'
    b"--a\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    b"Gr=C3=BC=C3=9Fe\r\n"
    b"--a\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Gr\xc3\xbc\xc3\x9fe</p>\r\n--a--\r\n"
    b"--b\r\nContent-Type: application/zip; name*=utf-8''Pl%C3%A4ne.zip\r\nContent-Transfer-Encoding: base64\r\n"
    b"Content-Disposition: attachment\r\n\r\n"
    + base64.encodebytes(DATA).replace(b"\n", b"\r\n")
    + b"\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: Within\r\n\r\nHello\r\n--b--\r\n"
)


@pytest.fixture
def own_dovecot() -> Iterator[Dovecot]:
    if reason := missing():
        pytest.skip(reason)
    with running_dovecot([USER]) as server:
        server.put(USER, [RAW])
        yield server


@pytest.mark.parametrize("without", [frozenset[str](), frozenset({"BINARY"})], ids=["binary", "without"])
def test_text_then_attachment_then_all(own_dovecot: Dovecot, profile_dir: Path, without: frozenset[str]) -> None:
    account = account_of(own_dovecot, USER)
    account = replace(account, scope=DownloadScope(max_size_bytes=1_000_000), without=account.without | without)
    with LiveEngine(profile_dir, account, own_dovecot.password) as live:
        wait_until(lambda: len(live.ids()) == 1, "the message")
        message = live.ids()[0]
        live.engine.submit(FetchBody(message))
        wait_until(lambda: PartsArrived(message) in live.events, "the text")
        view = assembled(live.reader.parts(message))
        assert view is not None
        choice = choose_body(view)
        assert choice.text_part is not None and choice.html_part is not None
        assert view.text(choice.text_part).text.strip() == "Grüße"
        assert [(each.section, each.filename) for each in choice.attachments] == [
            ("2", "Pläne.zip"),
            ("3", "Message.eml"),
        ]
        live.engine.submit(FetchBody(message, section="2"))
        wait_until(lambda: PartsArrived(message, "2") in live.events, "the attachment")
        view = assembled(live.reader.parts(message))
        assert view is not None
        assert view.decoded(choose_body(view).attachments[0].part) == DATA
        asked = "".join(
            line.text
            for info in live.engine.connections()
            if (said := live.engine.transcript(info.connection_id)) is not None
            for line in said.lines()
            if line.direction is Direction.CLIENT
        )
        assert ("BINARY.PEEK[2]" in asked) is (not account.without & {"BINARY", "*"})
        assert "BODY.PEEK[]" not in asked
        live.engine.submit(FetchBody(message, insist=True))
        wait_until(lambda: BodyArrived(message) in live.events, "the message as it is")
        assert live.reader.raw(message) == RAW
