"""Parts beside a message: they go when it comes, when it is freed and when its folder is renumbered."""

from __future__ import annotations

import pytest

from mailclient.domain.exchange import KeptPart
from mailclient.domain.ids import MessageId, UidValidity
from mailclient.store import kept, parts
from tests.unit.store.house import House, message

PARTS = (
    KeptPart("", "multipart/mixed", True, 0, "", b"Subject: x\r\n\r\n", None),
    KeptPart("1", "text/plain", False, 5, "7bit", b"\r\n", b"Hello"),
    KeptPart("2", "application/zip", False, 900, "base64", b"A: b\r\n\r\n", None),
)


def held(house: House) -> MessageId:
    house.add("INBOX", message(1))
    key = house.ids("INBOX")[0]
    house.sync.put_parts(key, PARTS)
    assert house.reader.parts(key) == PARTS
    return key


def test_a_part_that_comes_later_finds_its_place(house: House) -> None:
    key = held(house)
    house.sync.put_part_body(key, "2", b"UEsDBA==")
    assert [part.body for part in house.sync.parts(key)] == [None, b"Hello", b"UEsDBA=="]
    assert house.reader.raw(key) is None, "parts are not the message"


def test_what_came_first_goes_when_it_is_too_much(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    first = held(house)
    house.add("INBOX", message(2))
    second = house.ids("INBOX")[0]
    house.sync.put_parts(second, PARTS)
    monkeypatch.setattr(parts, "KEPT_BYTES", 1_000)
    house.sync.put_part_body(second, "2", b"x" * 900)
    assert house.reader.parts(first)
    house.sync.put_part_body(second, "2", b"x" * 2_000)
    assert house.reader.parts(first) == ()
    assert house.reader.parts(second)[2].body == b"x" * 2_000, "never what is looked at"


def test_they_go_when_the_message_comes(house: House) -> None:
    key = held(house)
    house.sync.put_bodies(house.folder("INBOX"), [house.body(key, "Hello")])
    assert house.reader.parts(key) == ()
    house.sync.put_parts(key, PARTS)
    assert house.reader.parts(key) == (), "and do not come back"


def test_they_go_when_space_is_freed(house: House) -> None:
    key = held(house)
    kept.free(house.writer, house.folder("INBOX"), None, {key})
    assert house.reader.parts(key)
    kept.free(house.writer, house.folder("INBOX"), None, ())
    assert house.reader.parts(key) == ()


def test_they_go_when_the_folder_is_renumbered(house: House) -> None:
    key = held(house)
    house.sync.begin_revalidation(house.folder("INBOX"), UidValidity(2))
    assert house.reader.parts(key) == ()
