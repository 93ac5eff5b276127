"""Forgetting an account: its mail goes, its neighbours stay, and unsent text is never thrown away."""

from __future__ import annotations

from mailclient.domain.draft import Draft, DraftKind
from mailclient.domain.exchange import QueuedMessage
from mailclient.domain.flags import Flag, FlagChange
from mailclient.domain.folder import FolderRole
from mailclient.domain.ids import AccountId
from mailclient.store.drafts import DraftStore
from mailclient.store.outbox_store import OutboxStore
from mailclient.store.removal import forget_account
from mailclient.store.roles import set_folder_role
from tests.unit.store.house import ANNA, House, listing, message


def test_everything_the_server_has_goes(house: House) -> None:
    (other,) = house.sync.put_folders(AccountId("ben"), [listing("INBOX")])
    house.sync.add_messages(other, [message(1, "other bird")], None)
    house.add("INBOX", *(message(uid, f"bird {uid}") for uid in range(1, 1500)))
    house.actions.change_flags(house.ids("INBOX")[:2], FlagChange(add=Flag.SEEN))
    house.actions.delete_forever(house.ids("INBOX")[:2])
    set_folder_role(house.writer, house.folder("Archive"), FolderRole.TRASH)
    forget_account(house.writer, ANNA)
    assert [folder.account_id for folder in house.reader.folders()] == ["ben"]
    assert house.found("bird") == ["other bird"]
    assert house.reader.operations() == ()
    for table in ("raw", "body_text", "user.operation_item", "user.role_override"):
        assert house.ask(f"SELECT count(*) FROM {table}") == [(0,)]
    assert house.ask("SELECT count(*) FROM message") == house.ask("SELECT count(*) FROM folder") == [(1,)]


def test_what_was_not_sent_becomes_a_draft(house: House) -> None:
    drafts, outbox = DraftStore(house.writer), OutboxStore(house.writer)
    drafts.save(Draft(None, ANNA, text="kept", changed_unix_s=1.0))
    queued = drafts.save(Draft(None, ANNA, text="queued"))
    outbox.queue(
        QueuedMessage(ANNA, "a@example.org", ("b@example.org",), "", "<x>", b"", b"", queued, None, DraftKind.NEW), 0.0
    )
    forget_account(house.writer, ANNA)
    assert house.reader.outbox() == ()
    assert {draft.text for draft in house.reader.drafts()} == {"kept", "queued"}


def test_forgetting_twice_or_a_stranger_is_nothing(house: House) -> None:
    forget_account(house.writer, AccountId("nobody"))
    assert len(house.reader.folders()) == 5
    forget_account(house.writer, ANNA)
    forget_account(house.writer, ANNA)
    assert house.reader.folders() == ()
