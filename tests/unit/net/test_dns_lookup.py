"""Questions really sent, to a name server on loopback."""

from __future__ import annotations

import pytest

from mailclient.domain.dns import AnswerStatus, Question, RecordType
from mailclient.net.dns_lookup import MAX_QUESTIONS, DnsLookup
from tests.support.dns_server import DnsServer


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
    with DnsServer({f"example.org {kind.value}": entry}) as server:
        found = DnsLookup(["127.0.0.1"], server.port)(Question("example.org", kind))
    assert (found.status, found.records) == (AnswerStatus.FOUND, records)


def test_what_goes_wrong_is_an_answer() -> None:
    table: dict[str, list[str] | str | None] = {
        "gone.example A": None,
        "empty.example A": [],
        "late.example A": "silent",
    }
    with DnsServer(table | {"broken.example A": "servfail"}) as server:
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
    with DnsServer({"example TXT": ['"x"']}) as server:
        lookup = DnsLookup(["127.0.0.1"], server.port)
        for _ in range(3):
            assert lookup(Question("example", RecordType.TXT)).records == ("x",)
    assert server.asked == ["example TXT"]


def test_aliases_are_followed_and_told() -> None:
    table: dict[str, list[str] | str | None] = {"a.example TXT": ["CNAME|b.example."], "b.example TXT": ['"key"']}
    with DnsServer(table) as server:
        found = DnsLookup(["127.0.0.1"], server.port)(Question("a.example", RecordType.TXT))
    assert found.status in {AnswerStatus.FOUND, AnswerStatus.NO_DATA}


def test_there_is_an_end_of_questions() -> None:
    with DnsServer({}) as server:
        lookup = DnsLookup(["127.0.0.1"], server.port)
        for number in range(MAX_QUESTIONS + 5):
            lookup(Question(f"n{number}.example", RecordType.A))
    assert len(server.asked) == MAX_QUESTIONS
