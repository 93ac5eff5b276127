"""Completion: people the user wrote to come first, nobody out of Junk is offered."""

from __future__ import annotations

from mailclient.domain.draft import DraftKind
from mailclient.domain.exchange import QueuedMessage
from mailclient.store.contacts import SeenAddress
from mailclient.store.outbox_store import OutboxStore
from tests.unit.store.house import ANNA, House, message


def write_to(house: House, *addresses: str) -> None:
    """The user sends a message."""
    OutboxStore(house.writer).queue(
        QueuedMessage(ANNA, "anna@example.org", addresses, "", "<x>", b"", b"", None, None, DraftKind.NEW), house.now
    )


def test_senders_are_offered_by_name_and_by_address(house: House) -> None:
    house.add("INBOX", message(1, sender_name="Zoë Quist", sender_address="Zoe@Example.org"))
    expected = (SeenAddress("Zoë Quist", "zoe@example.org"),)
    assert house.reader.addresses_like("ZOË") == expected
    assert house.reader.addresses_like("zoe@") == expected
    assert house.reader.addresses_like("quist") == ()
    assert house.reader.addresses_like("  ") == ()


def test_those_written_to_come_before_those_seen_often(house: House) -> None:
    often = [message(uid, sender_name="Bo", sender_address="bo@example.org") for uid in range(1, 10)]
    house.add("INBOX", *often, message(20, sender_name="Bea", sender_address="bea@example.org"))
    assert [one.address for one in house.reader.addresses_like("b")] == ["bo@example.org", "bea@example.org"]
    write_to(house, "Bea@example.org", "bert@example.org")
    write_to(house, "bert@example.org")
    assert house.reader.addresses_like("b") == (
        SeenAddress("", "bert@example.org"),
        SeenAddress("Bea", "bea@example.org"),
        SeenAddress("Bo", "bo@example.org"),
    )
    assert len(house.reader.addresses_like("b", limit=2)) == 2


def test_the_domains_that_the_user_has_written_to_are_known(house: House) -> None:
    house.add("INBOX", message(1, sender_address="stranger@evil.example"))
    assert house.reader.written_domains() == ()
    write_to(house, "bea@example.org", "bert@example.com")
    write_to(house, "bert@example.com", "Bob@EXAMPLE.com")
    assert house.reader.written_domains() == ("example.com", "example.org")
    assert house.reader.written_domains(limit=1) == ("example.com",)


def test_the_newest_name_is_shown(house: House) -> None:
    house.add("INBOX", message(1, sender_name="Old", sender_address="x@example.org"))
    house.add("INBOX", message(9, sender_name="New", sender_address="x@example.org"))
    house.add("INBOX", message(3, sender_name="Older", sender_address="x@example.org"))
    house.add("INBOX", message(10, sender_name="", sender_address="x@example.org"))
    assert house.reader.addresses_like("x") == (SeenAddress("New", "x@example.org"),)


def test_nobody_out_of_junk_is_offered(house: House) -> None:
    house.add("Junk", message(1, sender_address="spam@example.org"))
    house.add("INBOX", message(2, sender_address="not an address"))
    assert house.reader.addresses_like("spam") == house.reader.addresses_like("not") == ()


def test_in_sent_the_recipients_count(house: House) -> None:
    house.add("Sent", message(1, recipients="Ben <ben@example.org>, cleo@example.org"))
    assert [one.address for one in house.reader.addresses_like("ben")] == ["ben@example.org"]
    assert [one.address for one in house.reader.addresses_like("cleo")] == ["cleo@example.org"]
    assert house.reader.addresses_like("sender") == ()
