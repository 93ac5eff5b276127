"""Messages found by their Message-ID: in every folder and account, by the index alone, and never more than asked for."""

from __future__ import annotations

from typing import Any

from mailclient.domain.folder import FolderRole, FolderState
from mailclient.domain.ids import AccountId, UidValidity
from mailclient.store import relatives
from tests.unit.store.house import House, listing, message

BERT = AccountId("bert")


def test_copies_are_found_in_all_folders_and_accounts(house: House) -> None:
    house.sync.put_folders(BERT, [listing("INBOX")])
    other = next(folder.id for folder in house.reader.folders(BERT))
    house.sync.set_state(other, FolderState(UidValidity(1)))
    same: dict[str, Any] = {"message_id_field": "<one@example.org>", "references": ("<zero@example.org>",)}
    house.add("INBOX", message(1, **same), message(2))
    house.add("Sent", message(9, **same))
    house.sync.add_messages(other, [message(4, **same)], None)
    found = house.reader.with_message_ids(["<one@example.org>", "<zero@example.org>"])
    assert [(copy.account_id, copy.folder_name, copy.folder_role) for copy in found] == [
        ("anna", "Sent", FolderRole.SENT),
        (BERT, "INBOX", FolderRole.INBOX),
        ("anna", "INBOX", FolderRole.INBOX),
    ]
    assert found[0].references == ("<zero@example.org>",)
    assert found[0].message_id_field == "<one@example.org>"


def test_nothing_is_a_copy_of_a_message_without_a_name(house: House) -> None:
    house.add("INBOX", message(1, message_id_field=""), message(2, message_id_field=""))
    assert house.reader.with_message_ids([""]) == ()


def test_a_name_that_everything_has_gives_a_bounded_answer(house: House) -> None:
    house.add("INBOX", *(message(uid, message_id_field="<same@example.org>") for uid in range(1, 60)))
    assert len(house.reader.with_message_ids(["<same@example.org>"])) == relatives.MAX_COPIES
    assert house.reader.with_message_ids([f"<{i}@example.org>" for i in range(5_000)]) == ()


def test_letters_that_the_store_replaces_are_found(house: House) -> None:
    odd = "<a\udcffb@example.org>"
    house.add("INBOX", message(1, message_id_field=odd))
    assert len(house.reader.with_message_ids([odd])) == 1


def test_no_table_is_scanned_and_nothing_sorted(house: House) -> None:
    plan = [str(row[3]) for row in house.ask(f"EXPLAIN QUERY PLAN {relatives._STATEMENT}", "<x@example.org>", 20)]
    assert [line for line in plan if "SCAN" in line or "TEMP B-TREE" in line] == []
    assert any("message_by_name" in line for line in plan)


def test_another_reader_sees_the_same_and_is_closed_alone(house: House) -> None:
    house.add("INBOX", message(1))
    another = house.reader.another()
    assert len(another.with_message_ids(["<1@example.org>"])) == 1
    another.close()
    assert len(house.reader.with_message_ids(["<1@example.org>"])) == 1
