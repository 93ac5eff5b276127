"""A compressed dialogue: the same words, the same transcript, fewer bytes. RFC 4978."""

from __future__ import annotations

import socket
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from mailclient.domain.account import Account, Endpoint, Security
from mailclient.domain.errors import MalformedReply
from mailclient.domain.ids import AccountId
from mailclient.net.imap_session import ImapSession, open_imap
from mailclient.protocol.deflate import Deflater, Inflater
from mailclient.protocol.transcript import Transcript
from mailclient.protocol.uid_sets import UidSet
from tests.support.imap_scripts import PASSWORD, ask, session, signed_in

SELECTED = b"* 3 EXISTS\r\n* OK [UIDVALIDITY 9] ok\r\n* OK [UIDNEXT 8] ok\r\n"
BODY = b"Subject: x\r\n\r\n" + b"the same line again\r\n" * 3_000


@dataclass
class Squeezed:
    """A server that compresses once it has been asked to."""

    port: int = 0
    heard: list[bytes] = field(default_factory=list)
    at_once: bytes = b""
    """Said compressed together with the last line in clear."""
    bomb: bool = False
    push: threading.Event = field(default_factory=threading.Event)

    def serve(self, listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            connection.settimeout(10)
            deflater, inflater = Deflater(), Inflater()
            packed = False
            connection.sendall(b"* OK [CAPABILITY IMAP4rev1 COMPRESS=DEFLATE IDLE] ready\r\n")
            buffer = b""
            while data := connection.recv(65_536):
                if packed:
                    inflater.feed(data)
                    data = b""
                    while inflater.has_output(65_536):
                        data += inflater.take(65_536)
                buffer += data
                while b"\n" in buffer:
                    line, _, buffer = buffer.partition(b"\n")
                    self.heard.append(line)
                    answer = self.answer(line)
                    if b"COMPRESS" in line:
                        packed = True
                        connection.sendall(answer + (deflater.pack(self.at_once) if self.at_once else b""))
                    elif self.bomb and b"NOOP" in line:
                        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
                        connection.sendall(
                            b"".join(packer.compress(b"x" * 1_000_000) for _ in range(40)) + packer.flush()
                        )
                    else:
                        connection.sendall(deflater.pack(answer) if packed else answer)

    def answer(self, line: bytes) -> bytes:
        tag, _, words = line.strip().partition(b" ")
        if words.startswith(b"CAPABILITY"):
            return b"* CAPABILITY IMAP4rev1 COMPRESS=DEFLATE IDLE\r\n" + tag + b" OK done\r\n"
        if words.startswith(b"SELECT"):
            return SELECTED + tag + b" OK done\r\n"
        if words.startswith(b"UID FETCH"):
            return b"* 1 FETCH (UID 1 BODY[] {%d}\r\n" % len(BODY) + BODY + b")\r\n" + tag + b" OK done\r\n"
        if words.startswith(b"IDLE"):
            self.tag = tag
            # The news come in the same piece as the leave to wait.
            return b"+ idling\r\n* 4 EXISTS\r\n"
        if tag == b"DONE":
            return self.tag + b" OK done\r\n"
        return tag + b" OK done\r\n"


@contextmanager
def squeezed(server: Squeezed, transcripts: list[Transcript]) -> Iterator[ImapSession]:
    listener = socket.create_server(("127.0.0.1", 0))
    server.port = int(listener.getsockname()[1])
    thread = threading.Thread(target=server.serve, args=(listener,), daemon=True)
    thread.start()
    endpoint = Endpoint("127.0.0.1", server.port, Security.PLAIN, "alex")
    remote = open_imap(
        Account(AccountId("a"), "a", "A", "a@b.c", endpoint, endpoint), PASSWORD, "test", transcripts.append
    )
    try:
        yield remote
    finally:
        remote.close()
        thread.join(5)
        listener.close()


def test_everything_works_compressed_and_the_transcript_stays_readable() -> None:
    server, transcripts = Squeezed(), list[Transcript]()
    with squeezed(server, transcripts) as remote:
        remote.open_folder("INBOX")
        assert [record.raw for record in remote.fetch_bodies(iter([UidSet.of([1])]))] == [BODY]
        assert remote.idle(5.0)
    text = transcripts[0].to_text()
    assert "compressed" in text
    assert "SELECT" in text
    assert "3 EXISTS" in text
    assert any(b"SELECT" in line for line in server.heard)


def test_what_came_in_one_piece_with_the_yes_is_not_lost() -> None:
    with squeezed(Squeezed(at_once=b"* 7 EXISTS\r\n"), []) as remote:
        remote.dialogue.changed = False
        assert remote.keep_alive()


def test_a_bomb_meets_the_limit_of_a_line() -> None:
    with squeezed(Squeezed(bomb=True), []) as remote, pytest.raises(MalformedReply):
        remote.keep_alive()


def test_a_no_leaves_the_dialogue_as_it_was() -> None:
    script = (
        *signed_in("COMPRESS=DEFLATE"),
        *ask(b"COMPRESS DEFLATE", done=b"NO [COMPRESSIONACTIVE] no"),
        *ask(b"NOOP"),
    )
    with session(*script) as (remote, _):
        assert not remote.keep_alive()


def test_nonsense_after_the_yes_is_malformed() -> None:
    script = (*signed_in("COMPRESS=DEFLATE"), *ask(b"COMPRESS DEFLATE", done=b"OK done\r\n* 3 EXISTS"))
    with session(*script) as (remote, _), pytest.raises(MalformedReply):
        remote.keep_alive()
