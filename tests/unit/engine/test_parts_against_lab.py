"""A message larger than the user wants, opened: its text at once, an attachment when he asks, all of it on his word."""

from __future__ import annotations

import base64
from dataclasses import replace
from pathlib import Path

import pytest

from mailclient.domain import commands as c
from mailclient.domain.events import BodyArrived, PartsArrived
from mailclient.domain.ids import MessageId
from mailclient.domain.scope import DownloadScope
from mailclient.mime.partial import assembled
from tests.support.extensions import WITHOUT
from tests.support.fake_folders import EPOCH
from tests.unit.engine.test_against_lab import ADDRESSES, commands_sent, opened
from tests.unit.engine.world import ANNA, World

DATA = bytes(range(256)) * 8_000
RAW = (
    b'Subject: Plans\r\nMessage-ID: <plans@example.org>\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
    b"--b\r\nContent-Type: text/plain\r\n\r\nThe text.\r\n"
    b"--b\r\nContent-Type: application/zip; name=big.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    + base64.encodebytes(DATA).replace(b"\n", b"\r\n")
    + b"--b--\r\n"
)


def opened_plans(world: World) -> MessageId:
    world.engine.change_account(replace(world.engine.accounts()[0], scope=DownloadScope(max_size_bytes=1_000_000)))
    world.start()
    world.until(lambda: bool(world.rows()))
    message = world.id_of("Plans")
    world.submit(c.FetchBody(message))
    world.until_heard(PartsArrived)
    return message


@pytest.mark.parametrize("hidden", [(), ("BINARY",)], ids=["binary", "without"])
def test_the_text_first_then_the_attachment_then_all(tmp_path: Path, hidden: tuple[str, ...]) -> None:
    with opened(tmp_path, *hidden) as (lab, world):
        lab.deliver(ADDRESSES[ANNA], RAW, folder="INBOX", received_unix_s=EPOCH)
        message = opened_plans(world)
        assert [part.body for part in world.ask(lambda reader: reader.parts(message))] == [None, b"The text.", None]
        assert world.ask(lambda reader: reader.raw(message)) is None
        assert not any("BODY.PEEK[]" in line for line in commands_sent(world))

        world.submit(c.FetchBody(message, section="2"))
        world.until_heard(PartsArrived, lambda event: event.section == "2")
        view = assembled(world.ask(lambda reader: reader.parts(message)))
        assert view is not None
        assert view.decoded(view.root.children[1]) == DATA
        decodes = not hidden and WITHOUT.isdisjoint({"*", "BINARY"})
        assert any("BINARY.PEEK[2]" in line for line in commands_sent(world)) is decodes

        world.submit(c.FetchBody(message, insist=True))
        world.until_heard(BodyArrived)
        assert world.ask(lambda reader: reader.raw(message)) == RAW
        assert world.ask(lambda reader: reader.parts(message)) == ()


def test_what_was_marked_unread_stays_so(tmp_path: Path) -> None:
    with opened(tmp_path) as (lab, world):
        lab.deliver(ADDRESSES[ANNA], RAW, folder="INBOX", received_unix_s=EPOCH)
        message = opened_plans(world)
        world.submit(c.FetchBody(message, section="2"))
        world.until_heard(PartsArrived, lambda event: event.section == "2")
        assert lab.users[ADDRESSES[ANNA]].mailboxes["INBOX"].messages[0].flags == set()
