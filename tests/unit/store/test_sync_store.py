"""The store as synchronisation sees it: each method of its port, and what must never be overwritten or lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailclient.domain.exchange import FlagRecord, UidMapping
from mailclient.domain.flags import Flag, FlagChange
from mailclient.domain.folder import FolderRole, FolderState, RoleSource
from mailclient.domain.ids import AccountId, FolderId, MessageId, ModSeq, Uid, UidValidity
from mailclient.domain.message import Availability
from mailclient.domain.scope import EVERY_BODY, BodyBounds
from mailclient.protocol.uid_sets import UidSet
from mailclient.store.roles import set_folder_role
from mailclient.store.sync_store import SyncStore
from mailclient.store.withheld import ASKS
from tests.unit.store.house import ANNA, House, listing, message

if TYPE_CHECKING:
    from mailclient.sync.ports import MailStore

    def handshake(store: SyncStore) -> MailStore:
        """mypy: the store has the shape that synchronisation asks for."""
        return store


SEEN = FlagChange(add=Flag.SEEN)


def test_messages_arrive_and_are_listed_newest_first(house: House) -> None:
    state = FolderState(UidValidity(1), uid_next=4, highest_modseq=ModSeq(9), exists=3)
    touched = house.add("INBOX", message(1), message(2), message(3), state=state)
    assert len(touched.added) == 3
    assert house.subjects("INBOX") == ["Subject 3", "Subject 2", "Subject 1"]
    assert house.folder_row("INBOX").state == state
    assert house.uids("INBOX") == [1, 2, 3]


def test_messages_of_one_second_keep_the_order_in_which_they_were_listed(house: House) -> None:
    house.add("INBOX", *(message(uid, received_unix_s=5) for uid in (1, 2)))
    house.add("INBOX", message(3, received_unix_s=5))
    assert house.subjects("INBOX") == ["Subject 3", "Subject 2", "Subject 1"]


def test_a_message_listed_twice_is_stored_once(house: House) -> None:
    house.add("INBOX", message(1), message(1))
    touched = house.add("INBOX", message(1, flags=Flag.SEEN))
    assert touched.added == ()
    assert touched.changed == house.ids("INBOX")
    assert house.flags(house.ids("INBOX")[0]) == Flag.SEEN


def test_server_flags_are_stored_and_only_differences_are_announced(house: House) -> None:
    house.add("INBOX", message(1), message(2))
    records = [FlagRecord(Uid(1), Flag.SEEN), FlagRecord(Uid(2), Flag.NONE), FlagRecord(Uid(99), Flag.SEEN)]
    touched = house.sync.put_flags(house.folder("INBOX"), records, None)
    assert touched.changed == (house.ids("INBOX")[1],)
    assert house.sync.server_flags(house.folder("INBOX"), Uid(1), Uid(2)) == {1: Flag.SEEN, 2: Flag.NONE}


def test_server_flags_never_overwrite_a_pending_change(house: House) -> None:
    house.add("INBOX", message(1))
    (key,) = house.ids("INBOX")
    house.actions.change_flags([key], SEEN)
    touched = house.sync.put_flags(house.folder("INBOX"), [FlagRecord(Uid(1), Flag.FLAGGED)], None)
    assert house.flags(key) == Flag.SEEN | Flag.FLAGGED
    assert touched.changed == (key,)
    assert house.sync.server_flags(house.folder("INBOX"), Uid(1), Uid(1)) == {1: Flag.FLAGGED}


def test_what_the_server_removed_goes_with_bytes_and_index(house: House) -> None:
    house.add("INBOX", message(1, "pelican"), message(2, "heron"))
    heron, pelican = house.ids("INBOX")
    house.sync.put_bodies(house.folder("INBOX"), [house.body(pelican, "feathers")])
    touched = house.sync.remove_uids(house.folder("INBOX"), UidSet.of([1, 50]), None)
    assert touched.removed == (pelican,)
    assert house.ids("INBOX") == (heron,)
    assert house.reader.raw(pelican) is None
    assert house.found("pelican") == house.found("feathers") == []


def test_bodies_are_wanted_newest_first_and_within_a_size(house: House) -> None:
    house.add("INBOX", message(1), message(2, size_bytes=9_000_000), message(3))
    inbox = house.folder("INBOX")
    assert [wanted.uid for wanted in house.sync.bodies_wanted(inbox, 10, EVERY_BODY)] == [3, 2, 1]
    assert [wanted.uid for wanted in house.sync.bodies_wanted(inbox, 10, BodyBounds(max_size_bytes=5_000_000))] == [
        3,
        1,
    ]
    assert [wanted.uid for wanted in house.sync.bodies_wanted(inbox, 1, EVERY_BODY)] == [3]


def test_a_body_makes_its_message_complete(house: House) -> None:
    house.add("INBOX", message(1))
    (key,) = house.ids("INBOX")
    raw = bytes(range(256)) * 3
    touched = house.sync.put_bodies(house.folder("INBOX"), [house.body(key, "hello there", raw)])
    assert touched.changed == (key,)
    row = house.reader.row(key)
    assert row is not None
    assert (row.availability, row.preview) == (Availability.COMPLETE, "hello there")
    assert house.reader.raw(key) == raw
    assert house.sync.bodies_wanted(house.folder("INBOX"), 10, EVERY_BODY) == ()


def test_a_body_of_a_vanished_message_is_dropped(house: House) -> None:
    touched = house.sync.put_bodies(house.folder("INBOX"), [house.body(MessageId(77), "ghost")])
    assert touched.changed == ()
    assert house.found("ghost") == []


def test_an_unavailable_body_is_wanted_again_a_few_times_after_all_others(house: House) -> None:
    house.add("INBOX", message(1), message(2))
    key, other = house.ids("INBOX")

    def wanted() -> list[MessageId]:
        return [body.message_id for body in house.sync.bodies_wanted(house.folder("INBOX"), 10, EVERY_BODY)]

    for _ in range(ASKS):
        assert key in wanted()
        house.sync.body_unavailable(key, "The server would not give it.")
        assert wanted()[0] == other
    house.sync.put_bodies(house.folder("INBOX"), [house.body(other, "heron")])
    assert wanted() == []
    house.again()
    assert wanted() == [key]  # A new start is a new chance.
    row = house.reader.row(key)
    assert row is not None
    assert row.availability is Availability.UNAVAILABLE


def test_a_message_is_located(house: House) -> None:
    house.add("INBOX", message(7))
    (key,) = house.ids("INBOX")
    assert house.sync.locate(key) == (house.folder("INBOX"), 7)
    assert house.sync.locate(MessageId(1)) is None


def test_folders_follow_the_listing(house: House) -> None:
    house.add("Junk", message(1, "vanishing"))
    changed = house.sync.put_folders(ANNA, [listing("INBOX"), listing("Archive"), listing("Notes")])
    assert [folder.name for folder in house.sync.folders(ANNA)] == ["Archive", "INBOX", "Notes"]
    assert house.folder("Notes") in changed
    assert house.folder("INBOX") not in changed
    assert house.found("vanishing") == []
    assert house.sync.put_folders(ANNA, [listing("INBOX"), listing("Archive"), listing("Notes")]) == ()


def test_a_folder_with_waiting_actions_outlives_its_listing(house: House) -> None:
    house.add("INBOX", message(1))
    house.actions.move(house.ids("INBOX"), house.folder("Archive"))
    house.sync.put_folders(ANNA, [listing("INBOX")])
    assert [folder.name for folder in house.sync.folders(ANNA)] == ["Archive", "INBOX"]


def test_a_role_the_user_chose_stays(house: House) -> None:
    set_folder_role(house.writer, house.folder("Archive"), FolderRole.TRASH)
    assert house.folder_row("Trash").role is FolderRole.NONE
    house.sync.put_folders(ANNA, [listing("INBOX"), listing("Archive"), listing("Trash")])
    archive = house.folder_row("Archive")
    assert (archive.role, archive.role_source) == (FolderRole.TRASH, RoleSource.USER)
    assert house.folder_row("Trash").role is FolderRole.NONE


def test_accounts_do_not_see_each_other(house: House) -> None:
    house.sync.put_folders(AccountId("ben"), [listing("INBOX")])
    assert len(house.sync.folders(AccountId("ben"))) == 1
    assert len(house.reader.folders()) == 6


def test_a_folder_that_is_gone_takes_nothing(house: House) -> None:
    gone = FolderId(9999)
    assert house.sync.add_messages(gone, [message(1)], None).added == ()
    assert house.sync.put_flags(gone, [FlagRecord(Uid(1), Flag.SEEN)], None).changed == ()
    assert not house.sync.known_uids(gone)


def test_counts_equal_what_is_there(house: House) -> None:
    house.add("INBOX", *(message(uid, flags=Flag.SEEN if uid % 3 else Flag.NONE) for uid in range(1, 31)))
    keys = house.ids("INBOX")
    house.actions.change_flags(keys[:7], SEEN)
    house.actions.move(keys[5:12], house.folder("Archive"))
    house.sync.remove_uids(house.folder("INBOX"), UidSet.of(range(1, 6)), None)
    house.actions.delete_forever(keys[-8:-6])
    house.actions.undo_newest()
    for folder in house.sync.folders(ANNA):
        rows = house.reader.rows(house.ids(folder.name))
        assert folder.total == len(rows)
        assert folder.unread == sum(not row.flags & Flag.SEEN for row in rows)


def test_a_moved_row_adopts_its_uid_when_the_target_is_listed(house: House) -> None:
    house.add("INBOX", message(1))
    (key,) = house.ids("INBOX")
    operation = house.actions.move([key], house.folder("Archive")).operation_ids[0]
    house.sync.operation_done(operation, None)
    touched = house.add("Archive", message(70, "Subject 1", message_id_field="<1@example.org>", size_bytes=1001))
    assert touched.added == ()
    assert touched.changed == (key,)
    assert house.sync.locate(key) == (house.folder("Archive"), 70)


def test_a_moved_row_gets_the_uid_the_server_told(house: House) -> None:
    house.add("INBOX", message(1))
    (key,) = house.ids("INBOX")
    operation = house.actions.move([key], house.folder("Archive")).operation_ids[0]
    house.sync.operation_done(operation, UidMapping(UidValidity(1), {Uid(1): Uid(70)}))
    assert house.sync.locate(key) == (house.folder("Archive"), 70)
    assert house.uids("Archive") == [70]
    assert house.uids("INBOX") == []


def test_a_uid_of_another_validity_is_not_believed(house: House) -> None:
    house.add("INBOX", message(1))
    (key,) = house.ids("INBOX")
    operation = house.actions.move([key], house.folder("Archive")).operation_ids[0]
    house.sync.operation_done(operation, UidMapping(UidValidity(2), {Uid(1): Uid(70)}))
    assert house.sync.locate(key) == (house.folder("Archive"), None)


def test_a_departed_uid_stays_known_until_the_server_has_moved_it(house: House) -> None:
    house.add("INBOX", message(1), message(2))
    operation = house.actions.move(house.ids("INBOX")[:1], house.folder("Archive")).operation_ids[0]
    assert house.uids("INBOX") == [1, 2]
    house.sync.operation_done(operation, None)
    assert house.uids("INBOX") == [1]


def test_flags_of_a_departed_message_reach_its_row(house: House) -> None:
    house.add("INBOX", message(1))
    (key,) = house.ids("INBOX")
    house.actions.move([key], house.folder("Archive"))
    house.sync.put_flags(house.folder("INBOX"), [FlagRecord(Uid(1), Flag.SEEN)], None)
    assert house.flags(key) == Flag.SEEN
    assert house.sync.server_flags(house.folder("INBOX"), Uid(1), Uid(9)) == {1: Flag.SEEN}


def test_a_departed_message_that_the_server_removed_is_known_no_more_but_kept(house: House) -> None:
    house.add("INBOX", message(1))
    (key,) = house.ids("INBOX")
    house.actions.move([key], house.folder("Archive"))
    house.sync.remove_uids(house.folder("INBOX"), UidSet.of([1]), None)
    assert house.uids("INBOX") == []
    assert house.ids("Archive") == (key,)


def test_a_row_nobody_claims_goes_after_several_complete_synchronisations(house: House) -> None:
    house.add("INBOX", message(1))
    operation = house.actions.move(house.ids("INBOX"), house.folder("Archive")).operation_ids[0]
    state = FolderState(UidValidity(1), exists=0)
    for _ in range(5):
        house.sync.set_state(house.folder("Archive"), state)
    house.sync.operation_done(operation, None)
    removed = []
    for _ in range(4):
        removed.append(len(house.sync.put_flags(house.folder("Archive"), [], None).removed))
        house.sync.set_state(house.folder("Archive"), state)
    assert removed == [0, 0, 0, 1]
    assert house.ids("Archive") == ()


def test_while_the_server_has_unlisted_messages_an_unclaimed_row_waits(house: House) -> None:
    house.add("INBOX", message(1))
    operation = house.actions.move(house.ids("INBOX"), house.folder("Archive")).operation_ids[0]
    house.sync.operation_done(operation, None)
    for _ in range(9):
        house.sync.set_state(house.folder("Archive"), FolderState(UidValidity(1), exists=1))
    house.again()
    assert len(house.ids("Archive")) == 1


def test_uids_of_a_folder_seen_for_the_first_time_are_stored_under_its_validity(house: House) -> None:
    house.sync.put_folders(ANNA, [*(listing(name) for name in ("INBOX", "Archive", "Trash")), listing("New")])
    house.add("INBOX", message(1))
    keys = house.ids("INBOX")
    first = house.actions.move(keys, house.folder("New")).operation_ids[0]
    house.actions.move(keys, house.folder("Trash"))
    house.sync.operation_done(first, None)
    arrived = message(5, "Subject 1", message_id_field="<1@example.org>", size_bytes=1001)
    house.add("New", arrived, state=FolderState(UidValidity(77)))
    (second,) = house.sync.runnable_operations(ANNA, 0.0)
    assert (second.items[0].uid, second.items[0].uid_validity) == (5, 77)
