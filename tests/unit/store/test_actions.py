"""What the user does to messages: seen at once, written down first, undone exactly, refused with everything put back."""

from __future__ import annotations

import pytest

from mailclient.domain.errors import BadInput
from mailclient.domain.exchange import Touched, UidMapping
from mailclient.domain.flags import Flag, FlagChange
from mailclient.domain.ids import AccountId, FolderId, MessageId, Uid, UidValidity
from mailclient.domain.operation import ChangeFlags, DeleteForever, MoveReason, MoveTo, OperationState
from tests.unit.store.house import ANNA, House, listing, message

SEEN = FlagChange(add=Flag.SEEN)
UNSEEN = FlagChange(remove=Flag.SEEN)
STAR = FlagChange(add=Flag.FLAGGED)


def test_flags_change_at_once_and_are_written_down(house: House) -> None:
    house.add("INBOX", message(1), message(2))
    keys = house.ids("INBOX")
    result = house.actions.change_flags(keys, SEEN)
    assert [house.flags(key) for key in keys] == [Flag.SEEN, Flag.SEEN]
    assert result.sentence == "Marked 2 messages as read"
    assert result.account_ids == (ANNA,)
    assert not result.undoable
    assert result.touched == (Touched(house.folder("INBOX"), changed=keys),)
    (operation,) = house.reader.operations()
    assert operation.act == ChangeFlags(SEEN)
    assert [(item.uid, item.folder_wire_name) for item in operation.items] == [(2, "INBOX"), (1, "INBOX")]
    assert house.reader.rows(keys)[0].has_pending_change


def test_flag_changes_of_the_same_messages_become_one_entry(house: House) -> None:
    house.add("INBOX", message(1))
    keys = house.ids("INBOX")
    house.actions.change_flags(keys, SEEN)
    house.actions.change_flags(keys, STAR)
    house.actions.change_flags(keys, UNSEEN)
    (operation,) = house.reader.operations()
    assert operation.act == ChangeFlags(FlagChange(add=Flag.FLAGGED, remove=Flag.SEEN))
    assert house.flags(keys[0]) == Flag.FLAGGED


def test_a_change_that_is_on_its_way_takes_nothing_in(house: House) -> None:
    house.add("INBOX", message(1))
    keys = house.ids("INBOX")
    house.sync.operation_started(house.actions.change_flags(keys, SEEN).operation_ids[0])
    house.actions.change_flags(keys, STAR)
    assert len(house.reader.operations()) == 2
    assert house.flags(keys[0]) == Flag.SEEN | Flag.FLAGGED


def test_messages_of_two_folders_make_two_entries(house: House) -> None:
    house.add("INBOX", message(1))
    house.add("Sent", message(2))
    house.actions.change_flags([*house.ids("INBOX"), *house.ids("Sent")], SEEN)
    assert {operation.items[0].folder_wire_name for operation in house.reader.operations()} == {"INBOX", "Sent"}


def test_a_move_is_seen_at_once(house: House) -> None:
    house.add("INBOX", message(1), message(2))
    newest = house.ids("INBOX")[:1]
    result = house.actions.move(newest, house.folder("Archive"), MoveReason.ARCHIVE)
    assert (result.sentence, result.undoable) == ("Archived 1 message", True)
    assert house.subjects("INBOX") == ["Subject 1"]
    assert house.ids("Archive") == newest
    assert house.folder_row("INBOX").total == 1
    assert house.folder_row("Archive").total == 1
    assert set(result.touched) == {
        Touched(house.folder("INBOX"), removed=newest),
        Touched(house.folder("Archive"), added=newest),
    }


def test_a_move_to_where_the_message_is_does_nothing(house: House) -> None:
    house.add("INBOX", message(1))
    result = house.actions.move(house.ids("INBOX"), house.folder("INBOX"))
    assert (result.operation_ids, result.undoable) == ((), False)


def test_a_move_needs_a_folder_of_the_same_account(house: House) -> None:
    house.add("INBOX", message(1))
    (other,) = house.sync.put_folders(AccountId("ben"), [listing("INBOX")])
    for target in (other, FolderId(9999)):
        with pytest.raises(BadInput):
            house.actions.move(house.ids("INBOX"), target)
    assert house.reader.operations() == ()


def test_an_untried_move_is_undone_as_if_it_had_not_been(house: House) -> None:
    house.add("INBOX", message(1, flags=Flag.ANSWERED), message(2))
    keys = house.ids("INBOX")
    house.actions.move(keys, house.folder("Archive"), MoveReason.ARCHIVE)
    result = house.actions.undo_newest()
    assert result is not None
    assert result.sentence == "Undone: Archived 2 messages"
    assert house.ids("INBOX") == keys
    assert house.uids("INBOX") == [1, 2]
    assert house.flags(keys[1]) == Flag.ANSWERED
    assert house.reader.operations() == ()
    assert not house.reader.rows(keys)[0].has_pending_change
    assert house.actions.undo_newest() is None


def test_a_move_that_has_run_is_undone_by_a_reverse_move(house: House) -> None:
    house.add("INBOX", message(1))
    keys = house.ids("INBOX")
    operation_id = house.actions.move(keys, house.folder("Trash"), MoveReason.DELETE).operation_ids[0]
    house.sync.operation_started(operation_id)
    house.sync.operation_done(operation_id, UidMapping(UidValidity(1), {Uid(1): Uid(40)}))
    result = house.actions.undo_newest()
    assert result is not None
    assert house.ids("INBOX") == keys
    (reverse,) = house.reader.operations()
    assert reverse.act == MoveTo(house.folder("INBOX"), "INBOX", MoveReason.UNDO)
    assert [(item.folder_wire_name, item.uid) for item in reverse.items] == [("Trash", 40)]
    assert house.actions.undo_newest() is None


def test_a_move_that_may_have_run_stays_and_is_followed_by_its_reverse(house: House) -> None:
    house.add("INBOX", message(1))
    keys = house.ids("INBOX")
    operation_id = house.actions.move(keys, house.folder("Archive")).operation_ids[0]
    house.sync.operation_started(operation_id)
    house.sync.operation_postponed(operation_id, 5.0, "The connection broke.")
    house.actions.undo_newest()
    assert house.ids("INBOX") == keys
    first, second = house.reader.operations()
    assert isinstance(first.act, MoveTo)
    assert isinstance(second.act, MoveTo)
    assert (first.act.target_wire_name, second.act.target_wire_name) == ("Archive", "INBOX")
    assert [operation.id for operation in house.sync.runnable_operations(ANNA, 10.0)] == [first.id]


def test_junk_is_undone_with_its_mark(house: House) -> None:
    house.add("INBOX", message(1, flags=Flag.SEEN))
    keys = house.ids("INBOX")
    for has_run in (False, True):
        group = house.actions.new_undo_group()
        flags = house.actions.change_flags(keys, FlagChange(Flag.JUNK, Flag.NOT_JUNK), group)
        move = house.actions.move(keys, house.folder("Junk"), MoveReason.JUNK, group)
        assert house.flags(keys[0]) == Flag.SEEN | Flag.JUNK
        if has_run:
            house.sync.operation_done(flags.operation_ids[0], None)
            house.sync.operation_done(move.operation_ids[0], UidMapping(UidValidity(1), {Uid(1): Uid(5)}))
        result = house.actions.undo_newest()
        assert result is not None
        assert result.sentence == "Undone: Marked 1 message as junk"
        assert house.ids("INBOX") == keys
        assert house.flags(keys[0]) == Flag.SEEN
    assert len(house.reader.operations()) == 2


def test_the_newest_action_is_undone_first(house: House) -> None:
    house.add("INBOX", message(1), message(2))
    newest, oldest = house.ids("INBOX")
    house.actions.move([newest], house.folder("Archive"))
    house.actions.move([oldest], house.folder("Trash"))
    house.actions.undo_newest()
    assert (house.ids("INBOX"), house.ids("Archive")) == ((oldest,), (newest,))
    house.actions.undo_newest()
    assert house.ids("INBOX") == (newest, oldest)


def test_a_message_moved_twice_returns_step_by_step(house: House) -> None:
    house.add("INBOX", message(1))
    keys = house.ids("INBOX")
    house.actions.move(keys, house.folder("Archive"))
    house.actions.move(keys, house.folder("Trash"))
    house.actions.undo_newest()
    assert house.ids("Archive") == keys
    house.actions.undo_newest()
    assert house.ids("INBOX") == keys
    assert house.sync.locate(keys[0]) == (house.folder("INBOX"), 1)


def test_a_move_that_another_built_upon_is_not_dropped_but_reversed(house: House) -> None:
    house.add("INBOX", message(1))
    keys = house.ids("INBOX")
    house.actions.move(keys, house.folder("Archive"))
    second = house.actions.move(keys, house.folder("Trash")).operation_ids[0]
    house.sync.operation_started(second)
    house.sync.operation_postponed(second, 5.0, "The connection broke.")
    house.actions.undo_newest()
    assert house.ids("Archive") == keys
    house.actions.undo_newest()
    assert house.ids("INBOX") == keys
    acts = [operation.act for operation in house.reader.operations()]
    assert [act.target_wire_name for act in acts if isinstance(act, MoveTo)] == ["Archive", "Trash", "Archive", "INBOX"]


def test_a_star_given_after_the_move_survives_its_undo(house: House) -> None:
    house.add("INBOX", message(1))
    keys = house.ids("INBOX")
    house.actions.move(keys, house.folder("Archive"))
    house.actions.change_flags(keys, STAR)
    house.actions.undo_newest()
    assert house.flags(keys[0]) == Flag.FLAGGED
    (operation,) = house.reader.operations()
    assert operation.items[0].folder_wire_name == "INBOX"
    assert operation.items[0].uid == 1


def test_deleted_for_ever_vanishes_at_once_and_can_be_undone_until_it_has_run(house: House) -> None:
    house.add("Trash", message(1, "rubbish"))
    keys = house.ids("Trash")
    house.actions.delete_forever(keys)
    assert house.ids("Trash") == ()
    assert house.found("rubbish") == []
    assert house.uids("Trash") == [1]
    assert len(house.reader.folders()) == 5
    house.actions.undo_newest()
    assert house.ids("Trash") == keys
    operation_id = house.actions.delete_forever(keys).operation_ids[0]
    assert isinstance(house.reader.operations()[0].act, DeleteForever)
    house.sync.operation_done(operation_id, None)
    assert house.reader.row(keys[0]) is None
    assert house.actions.undo_newest() is None


def test_a_refused_move_is_taken_back_and_explained(house: House) -> None:
    house.add("INBOX", message(1))
    keys = house.ids("INBOX")
    operation_id = house.actions.move(keys, house.folder("Archive")).operation_ids[0]
    touched = house.sync.operation_refused(operation_id, "The server does not allow it.")
    assert house.ids("INBOX") == keys
    assert house.sync.locate(keys[0]) == (house.folder("INBOX"), 1)
    assert {one.folder_id for one in touched} == {house.folder("INBOX"), house.folder("Archive")}
    (operation,) = house.reader.operations()
    assert (operation.state, operation.last_error) == (OperationState.REFUSED, "The server does not allow it.")
    assert house.sync.runnable_operations(ANNA, 1e12) == ()


def test_a_refused_flag_change_is_taken_back(house: House) -> None:
    house.add("INBOX", message(1))
    keys = house.ids("INBOX")
    operation_id = house.actions.change_flags(keys, SEEN).operation_ids[0]
    house.sync.operation_refused(operation_id, "No.")
    assert house.flags(keys[0]) == Flag.NONE
    assert not house.reader.rows(keys)[0].has_pending_change


def test_what_built_upon_a_refused_move_goes_with_it(house: House) -> None:
    house.add("INBOX", message(1))
    keys = house.ids("INBOX")
    first = house.actions.move(keys, house.folder("Archive")).operation_ids[0]
    house.actions.move(keys, house.folder("Trash"))
    house.sync.operation_refused(first, "No.")
    assert house.ids("INBOX") == keys
    assert [operation.state for operation in house.reader.operations()] == [OperationState.REFUSED]


def test_a_refused_entry_is_tried_again_or_put_away(house: House) -> None:
    house.add("INBOX", message(1))
    keys = house.ids("INBOX")
    operation_id = house.actions.move(keys, house.folder("Archive")).operation_ids[0]
    house.sync.operation_refused(operation_id, "No.")
    (again,) = house.actions.retry_operation(operation_id).operation_ids
    assert house.ids("Archive") == keys
    house.sync.operation_refused(again, "No.")
    house.actions.dismiss_operation(again)
    assert house.reader.operations() == ()
    assert house.ids("INBOX") == keys


def test_a_postponed_entry_holds_its_folder_back_until_it_is_due(house: House) -> None:
    house.add("INBOX", message(1), message(2))
    house.add("Sent", message(3))
    newest, oldest = house.ids("INBOX")
    first = house.actions.change_flags([newest], SEEN).operation_ids[0]
    house.actions.change_flags([oldest], SEEN)
    other = house.actions.change_flags(house.ids("Sent"), SEEN).operation_ids[0]
    house.sync.operation_postponed(first, 100.0, "Busy.")
    assert [operation.id for operation in house.sync.runnable_operations(ANNA, 50.0)] == [other]
    assert len(house.sync.runnable_operations(ANNA, 100.0)) == 3
    house.sync.operation_postponed(first, 1e12, "Busy.")
    house.actions.retry_operation(first)
    assert len(house.sync.runnable_operations(ANNA, 100.0)) == 3


def test_an_entry_waits_behind_the_move_of_its_message_and_learns_the_new_uid(house: House) -> None:
    house.add("INBOX", message(1))
    keys = house.ids("INBOX")
    move = house.actions.move(keys, house.folder("Archive")).operation_ids[0]
    star = house.actions.change_flags(keys, STAR).operation_ids[0]
    assert [operation.id for operation in house.sync.runnable_operations(ANNA, 0.0)] == [move]
    house.sync.operation_started(move)
    house.sync.operation_done(move, UidMapping(UidValidity(1), {Uid(1): Uid(9)}))
    (operation,) = house.sync.runnable_operations(ANNA, 0.0)
    assert (operation.id, operation.items[0].uid, operation.items[0].uid_validity) == (star, 9, 1)


def test_a_chained_move_finds_its_message_when_the_middle_is_listed(house: House) -> None:
    house.add("INBOX", message(1))
    keys = house.ids("INBOX")
    first = house.actions.move(keys, house.folder("Archive")).operation_ids[0]
    house.actions.move(keys, house.folder("Trash"))
    house.sync.operation_done(first, None)
    arrived = message(33, "Subject 1", message_id_field="<1@example.org>", size_bytes=1001)
    assert house.add("Archive", arrived).added == ()
    assert house.ids("Trash") == keys
    (second,) = house.sync.runnable_operations(ANNA, 0.0)
    assert second.items[0].uid == 33


def test_flags_done_become_what_the_server_has(house: House) -> None:
    house.add("INBOX", message(1))
    keys = house.ids("INBOX")
    operation_id = house.actions.change_flags(keys, SEEN).operation_ids[0]
    house.sync.operation_done(operation_id, None)
    assert house.sync.server_flags(house.folder("INBOX"), Uid(1), Uid(1)) == {1: Flag.SEEN}
    assert house.reader.operations() == ()
    assert not house.reader.rows(keys)[0].has_pending_change


def test_vanished_messages_are_left_out_of_an_action(house: House) -> None:
    result = house.actions.change_flags([MessageId(5)], SEEN)
    assert result.operation_ids == ()
