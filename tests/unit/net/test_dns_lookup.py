"""Questions really sent, to a name server on loopback."""

from __future__ import annotations

import threading

import pytest

from mailclient.domain.dns import NOT_ASKED, Answer, AnswerStatus, Question, RecordType
from mailclient.lab.name_server import NameServer
from mailclient.net.dns_lookup import MAX_QUESTIONS, DnsLookup
from mailclient.protocol.transcript import Transcript


@pytest.mark.parametrize(
    ("kind", "entry", "records"),
    [
        (RecordType.TXT, ['"v=spf1 " "-all"'], ("v=spf1 -all",)),
        (RecordType.A, ["192.0.2.7"], ("192.0.2.7",)),
        (RecordType.AAAA, ["2001:db8::7"], ("2001:db8::7",)),
        (RecordType.MX, ["10 mx.example.org."], ("10 mx.example.org",)),
        (RecordType.PTR, ["mail.example.org."], ("mail.example.org",)),
    ],
)
def test_each_type_is_read(kind: RecordType, entry: list[str], records: tuple[str, ...]) -> None:
    with NameServer({f"example.org {kind.value}": entry}) as server:
        found = DnsLookup(["127.0.0.1"], server.port)(Question("example.org", kind))
    assert (found.status, found.records) == (AnswerStatus.FOUND, records)


def test_what_goes_wrong_is_an_answer() -> None:
    table: dict[str, list[str] | str | None] = {
        "gone.example A": None,
        "empty.example A": [],
        "late.example A": "silent",
    }
    with NameServer(table | {"broken.example A": "servfail"}) as server:
        lookup = DnsLookup(["127.0.0.1"], server.port, question_s=0.3)
        found = {
            name: lookup(Question(name, RecordType.A)).status
            for name in ("gone.example", "empty.example", "late.example")
        }
        broken = lookup(Question("broken.example", RecordType.A))
        strange = lookup(Question("a..b", RecordType.A)), lookup(Question("x" * 70 + ".example", RecordType.A))
    assert list(found.values()) == [AnswerStatus.NXDOMAIN, AnswerStatus.NO_DATA, AnswerStatus.TIMEOUT]
    assert broken.failed
    assert {answer.status for answer in strange} == {AnswerStatus.NXDOMAIN}


def test_a_question_is_sent_once_and_as_it_is_written() -> None:
    with NameServer({"example TXT": ['"x"']}) as server:
        lookup = DnsLookup(["127.0.0.1"], server.port)
        for _ in range(3):
            assert lookup(Question("example", RecordType.TXT)).records == ("x",)
    assert server.asked == ["example TXT"]


def test_aliases_are_followed_and_told() -> None:
    table: dict[str, list[str] | str | None] = {"a.example TXT": ["CNAME|b.example."], "b.example TXT": ['"key"']}
    with NameServer(table) as server:
        found = DnsLookup(["127.0.0.1"], server.port)(Question("a.example", RecordType.TXT))
    assert found.status in {AnswerStatus.FOUND, AnswerStatus.NO_DATA}


def test_there_is_an_end_of_questions() -> None:
    with NameServer({}) as server:
        lookup = DnsLookup(["127.0.0.1"], server.port)
        for number in range(MAX_QUESTIONS + 5):
            lookup(Question(f"n{number}.example", RecordType.A))
    assert len(server.asked) == MAX_QUESTIONS


def test_what_is_asked_and_answered_is_a_dialogue_that_can_be_read() -> None:
    recorded: list[Transcript] = []
    table: dict[str, list[str] | str | None] = {"a.example TXT": ['"v=spf1 -all"'], "late.example TXT": "silent"}
    with NameServer(table) as server:
        lookup = DnsLookup(["127.0.0.1"], server.port, 0.3, recorded.append)
        for name in ("a.example", "gone.example", "late.example", "a.example"):
            lookup(Question(name, RecordType.TXT))
        assert recorded[0].open
        lookup.close()
    [transcript] = recorded
    assert (transcript.protocol, transcript.host, transcript.open) == ("DNS", "127.0.0.1", False)
    assert transcript.connection_id == lookup.connection_id
    assert [line.text for line in transcript.lines()][1:] == [
        "TXT a.example.",
        "NOERROR",
        'a.example. 60 IN TXT "v=spf1 -all"',
        "TXT gone.example.",
        "NXDOMAIN",
        "TXT late.example.",
        "No answer within 0.3 s.",
        "No more questions.",
    ]


def test_nothing_is_recorded_of_a_conversation_that_never_began() -> None:
    recorded: list[Transcript] = []
    DnsLookup(["127.0.0.1"], 9, record=recorded.append).close()
    assert recorded == []


def test_after_the_user_stopped_it_nothing_more_is_asked() -> None:
    with NameServer({"a.example A": ["192.0.2.1"]}) as server:
        lookup = DnsLookup(["127.0.0.1"], server.port)
        assert lookup(Question("a.example", RecordType.A)).status is AnswerStatus.FOUND
        lookup.cancel()
        assert lookup(Question("b.example", RecordType.A)).status is AnswerStatus.NOT_ASKED
        assert lookup(Question("a.example", RecordType.A)).status is AnswerStatus.FOUND
    assert server.asked == ["a.example A"]


def test_whoever_waits_for_a_silent_name_server_can_leave_at_once() -> None:
    with NameServer({"late.example A": "silent"}) as server:
        lookup = DnsLookup(["127.0.0.1"], server.port, question_s=60.0)
        answers: list[Answer] = []
        waiting = threading.Thread(target=lambda: answers.append(lookup(Question("late.example", RecordType.A))))
        waiting.start()
        while not server.asked:
            server.heard.wait(10)
        lookup.cancel()
        waiting.join(10)
        lookup.close()
    assert answers == [NOT_ASKED]


def test_where_nobody_ever_answers_the_rest_is_not_waited_for() -> None:
    names = [f"n{number}.example" for number in range(5)]
    with NameServer({f"{name} A": "silent" for name in names}) as server:
        lookup = DnsLookup(["127.0.0.1"], server.port, question_s=0.2)
        found = [lookup(Question(name, RecordType.A)).status for name in names]
    assert found == [AnswerStatus.TIMEOUT] * 5
    assert set(server.asked) == {"n0.example A", "n1.example A"}


def test_one_silent_domain_says_nothing_of_the_others() -> None:
    table: dict[str, list[str] | str | None] = {"a.example A": ["192.0.2.1"], "b.example A": "silent"}
    table |= {"c.example A": "silent", "d.example A": ["192.0.2.4"]}
    with NameServer(table) as server:
        lookup = DnsLookup(["127.0.0.1"], server.port, question_s=0.2)
        found = [lookup(Question(f"{name}.example", RecordType.A)).status.name for name in "abcd"]
    assert found == ["FOUND", "TIMEOUT", "TIMEOUT", "FOUND"]
