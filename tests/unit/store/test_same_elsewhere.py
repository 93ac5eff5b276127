"""The bytes of a message that is here in another place: found by its name for ever, when all else agrees."""

from __future__ import annotations

from mailclient.domain.exchange import NewMessage
from mailclient.domain.ids import AccountId, MessageId
from mailclient.domain.scope import EVERY_BODY
from mailclient.protocol.uid_sets import UidSet
from mailclient.store import same_elsewhere
from mailclient.store.removal import forget_account
from tests.unit.store.house import ANNA, House, listing, message

RAW = b"Subject: one\r\n\r\nHello.\r\n"


def named(uid: int, name: str | None = "M1", **changes: object) -> NewMessage:
    values = {"size_bytes": len(RAW), "message_id_field": "<one@example.org>", "email_id": name}
    return message(uid, "", **(values | changes))


def kept(house: House, folder: str = "INBOX") -> MessageId:
    """A message with its bytes."""
    house.add(folder, named(1))
    key = house.ids(folder)[0]
    house.sync.put_bodies(house.folder(folder), [house.body(key, "Hello.", RAW)])
    return key


def wanted(house: House, folder: str) -> list[bool]:
    found = house.sync.bodies_wanted(house.folder(folder), 10, EVERY_BODY)
    return [body.may_be_here for body in found]


def test_what_lies_in_another_folder_is_here(house: House) -> None:
    kept(house)
    house.add("Archive", named(7))
    assert wanted(house, "Archive") == [True]
    assert house.sync.bytes_here(house.ids("Archive")[0]) == RAW


def test_the_name_alone_proves_nothing(house: House) -> None:
    kept(house)
    strangers = (
        named(7, message_id_field="<two@example.org>"),
        named(8, size_bytes=len(RAW) + 1),
        named(9, "M2"),
        named(10, None),
    )
    house.add("Archive", *strangers)
    assert [house.sync.bytes_here(key) for key in house.ids("Archive")] == [None] * 4
    assert wanted(house, "Archive") == [False, False, True, True], "newest first"


def test_another_account_may_use_the_same_names(house: House) -> None:
    kept(house)
    paul = AccountId("paul")
    house.sync.put_folders(paul, [listing("INBOX")])
    inbox = house.sync.folders(paul)[0].id
    house.sync.add_messages(inbox, [named(1)], None)
    assert house.sync.bytes_here(house.reader.id_page(inbox).ids[0]) is None


def test_what_vanished_a_moment_ago_may_turn_up_elsewhere(house: House) -> None:
    kept(house)
    house.sync.remove_uids(house.folder("INBOX"), UidSet.of([1]), None)
    house.add("Archive", named(7))
    assert wanted(house, "Archive") == [True]
    assert house.sync.bytes_here(house.ids("Archive")[0]) == RAW


def test_what_turned_up_nowhere_goes_with_the_hour_and_with_its_account(house: House) -> None:
    kept(house)
    house.sync.remove_uids(house.folder("INBOX"), UidSet.of([1]), None)
    house.sync.put_folders(ANNA, [listing(name) for name in ("INBOX", "Archive")])
    assert house.ask("SELECT count(*) FROM lingering") == [(1,)]
    house.writer.run(
        lambda c: c.execute("UPDATE lingering SET left_at = left_at - ?", (same_elsewhere.LINGERING_S + 1,))
    )
    house.sync.put_folders(ANNA, [listing(name) for name in ("INBOX", "Archive")])
    assert house.ask("SELECT count(*) FROM lingering") == [(0,)]
    kept(house)
    house.sync.remove_uids(house.folder("INBOX"), UidSet.of([1]), None)
    forget_account(house.writer, ANNA)
    assert house.ask("SELECT count(*) FROM lingering") == [(0,)]


def test_only_what_is_small_and_whole_lingers(house: House) -> None:
    house.add("INBOX", named(1), named(2, "M2"))
    older, newer = house.ids("INBOX")[1], house.ids("INBOX")[0]
    house.sync.put_bodies(house.folder("INBOX"), [house.body(older, "Hello.", RAW)])
    house.writer.run(
        lambda c: c.execute("UPDATE message SET size = ? WHERE id = ?", (same_elsewhere.LINGERING_BYTES + 1, older))
    )
    assert newer != older
    house.sync.remove_uids(house.folder("INBOX"), UidSet.of([1, 2]), None)
    assert house.ask("SELECT count(*) FROM lingering") == [(0,)]


def test_of_two_that_are_alike_the_name_tells_which_was_moved(house: House) -> None:
    house.add("INBOX", named(1, "M1"), named(2, "M2"))
    second, first = house.ids("INBOX")
    house.actions.move([first, second], house.folder("Archive"))
    operation = house.reader.operations()[0]
    house.sync.operation_started(operation.id)
    house.sync.operation_done(operation.id, None)  # The server did not tell the new UIDs.
    house.add("Archive", named(31, "M2"), named(32, "M1"))
    assert house.ask("SELECT id, uid FROM message WHERE folder_id = ? ORDER BY uid", house.folder("Archive")) == [
        (second, 31),
        (first, 32),
    ]
