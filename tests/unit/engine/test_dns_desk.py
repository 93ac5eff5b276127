"""Questions for messages: asked when told to, kept as long as the program runs, recorded like every connection."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from mailclient.domain.dns import NOT_ASKED, Answer, AnswerStatus, Question, RecordType
from mailclient.domain.ids import ConnectionId
from mailclient.engine.dns_desk import MAX_MESSAGES, DnsDesk
from mailclient.engine.services import Record
from mailclient.protocol.transcript import Transcript
from tests.unit.engine.world import World

RAW = b"From: a@example.org\r\n\r\nHello.\r\n"
KEY = Question("s._domainkey.example.org", RecordType.TXT)
POLICY = Question("_dmarc.example.org", RecordType.TXT)
FOUND = Answer(AnswerStatus.FOUND, ("v=DKIM1",), authenticated=True)


class FakeConversation:
    """Knows one key."""

    def __init__(self, record: Record) -> None:
        self.asked: list[Question] = []
        self.transcript = Transcript(ConnectionId(77), "DNS", "192.0.2.53", "verifying a message")
        self.cancelled = False
        record(self.transcript)

    @property
    def connection_id(self) -> ConnectionId:
        return self.transcript.connection_id

    def __call__(self, question: Question) -> Answer:
        if self.cancelled:
            return NOT_ASKED
        self.asked.append(question)
        return FOUND if question == KEY else Answer(AnswerStatus.TIMEOUT)

    def cancel(self) -> None:
        self.cancelled = True

    def close(self) -> None:
        self.transcript.open = False


def desk(directory: Path) -> tuple[World, DnsDesk, list[FakeConversation]]:
    world = World(directory)
    begun: list[FakeConversation] = []

    def dns(record: Record) -> FakeConversation:
        begun.append(FakeConversation(record))
        return begun[-1]

    world.services.network = replace(world.services.network, dns=dns)
    return world, world.engine.dns, begun


def test_what_was_answered_is_known_as_long_as_the_program_runs(tmp_path: Path) -> None:
    world, dns, begun = desk(tmp_path)
    told: list[int] = []
    assert not dns.kept(RAW)
    asking = dns.ask(RAW, told.append)
    assert asking(KEY) == asking(KEY) == FOUND
    assert asking(POLICY).status is AnswerStatus.TIMEOUT
    asking.close()
    assert begun[0].asked == [KEY, POLICY]
    assert told == [1, 2]
    kept = dns.kept(RAW)
    assert (kept(KEY), kept(POLICY).status) == (FOUND, AnswerStatus.TIMEOUT)
    assert kept(Question("example.org", RecordType.MX)) == NOT_ASKED
    assert (kept.connection_id, kept.unix_s) == (77, world.now)
    assert [info.protocol for info in world.engine.connections()] == ["DNS"]
    assert not dns.kept(RAW.replace(b"a@", b"b@"))
    assert dns.kept(RAW.replace(b"Hello", b"Changed"))(KEY) == FOUND
    assert len(begun) == 1
    world.engine.stop()


def test_what_was_stopped_keeps_what_was_answered_before(tmp_path: Path) -> None:
    world, dns, _begun = desk(tmp_path)
    asking = dns.ask(RAW, lambda _count: None)
    asking(KEY)
    asking.cancel()
    assert asking(POLICY) == NOT_ASKED
    asking.close()
    assert dns.kept(RAW).answers == {KEY: FOUND}
    world.engine.stop()


def test_stopping_before_the_first_answer_keeps_what_was_known(tmp_path: Path) -> None:
    world, dns, _begun = desk(tmp_path)
    for cancelled in (False, True):
        asking = dns.ask(RAW, lambda _count: None)
        if cancelled:
            asking.cancel()
        asking(KEY)
        asking.close()
    assert dns.kept(RAW)(KEY) == FOUND
    world.engine.stop()


def test_only_so_many_messages_are_remembered(tmp_path: Path) -> None:
    world, dns, _begun = desk(tmp_path)
    for number in range(MAX_MESSAGES + 1):
        asking = dns.ask(b"X: %d\r\n\r\n" % number, lambda _count: None)
        asking(KEY)
        asking.close()
    assert not dns.kept(b"X: 0\r\n\r\n")
    assert dns.kept(b"X: 1\r\n\r\n")
    world.engine.stop()
