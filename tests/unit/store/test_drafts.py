"""Drafts: durable, whole, and saved again without rewriting what is attached."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailclient.domain.draft import Draft, DraftAttachment, DraftKind
from mailclient.domain.ids import DraftId, MessageId
from mailclient.store.drafts import DraftStore
from tests.unit.store.house import ANNA, House

LETTER = Draft(
    None,
    ANNA,
    DraftKind.REPLY,
    to="Ben <ben@example.org>",
    cc="c",
    bcc="b",
    subject="Re: S",
    text="Dear Ben,\r\n☃",
    attachments=(DraftAttachment("a.bin", "application/x", bytes(range(256))), DraftAttachment("b", "text/plain", b"")),
    in_reply_to="<1@example.org>",
    references=("<0@example.org>", "<1@example.org>"),
    source_message_id=MessageId(77),
    changed_unix_s=12.5,
)


@pytest.fixture
def drafts(house: House) -> DraftStore:
    """The drafts of a house."""
    return DraftStore(house.writer, lambda: house.now)


def test_a_draft_comes_back_as_it_was_after_a_restart(house: House, drafts: DraftStore) -> None:
    draft_id = drafts.save(LETTER)
    house.again()
    assert house.reader.draft(draft_id) == replace(LETTER, id=draft_id)


def test_the_list_of_drafts_holds_no_attached_data(house: House, drafts: DraftStore) -> None:
    older = drafts.save(LETTER)
    newer = drafts.save(Draft(None, ANNA, changed_unix_s=99.0))
    listed = house.reader.drafts()
    assert [draft.id for draft in listed] == [newer, older]
    assert [(one.filename, one.data) for one in listed[1].attachments] == [("a.bin", b""), ("b", b"")]


def test_saving_again_keeps_the_id_and_does_not_rewrite_attachments(house: House, drafts: DraftStore) -> None:
    big = DraftAttachment("big", "application/x", b"x" * 3_000_000)
    draft_id = drafts.save(replace(LETTER, attachments=(big,)))
    before = house.writer.read(lambda connection: connection.total_changes)
    written = house.opened.files.user.with_name("user.sqlite-wal").stat().st_size
    for number in range(10):
        saved = drafts.save(replace(LETTER, id=draft_id, text=f"text {number}", attachments=(big,)))
        assert saved == draft_id
    assert house.writer.read(lambda connection: connection.total_changes) == before + 10
    assert house.opened.files.user.with_name("user.sqlite-wal").stat().st_size - written < 500_000
    draft = house.reader.draft(draft_id)
    assert draft is not None
    assert (draft.text, draft.attachments) == ("text 9", (big,))


def test_attachments_come_go_and_change(house: House, drafts: DraftStore) -> None:
    first, second = LETTER.attachments
    other = DraftAttachment("c", "text/plain", b"new")
    draft_id = drafts.save(LETTER)
    for attachments in ((second,), (first, other, second), (other,), ()):
        drafts.save(replace(LETTER, id=draft_id, attachments=attachments))
        draft = house.reader.draft(draft_id)
        assert draft is not None
        assert draft.attachments == attachments


def test_a_discarded_draft_is_gone_and_its_id_is_not_given_again(house: House, drafts: DraftStore) -> None:
    draft_id = drafts.save(LETTER)
    drafts.discard(draft_id)
    assert house.reader.draft(draft_id) is None
    assert house.ask("SELECT count(*) FROM user.draft_attachment") == [(0,)]
    assert drafts.save(LETTER) != draft_id


def test_a_save_after_the_row_went_does_not_lose_the_text(house: House, drafts: DraftStore) -> None:
    assert drafts.save(replace(LETTER, id=DraftId(40))) == 40
    assert house.reader.draft(DraftId(40)) == replace(LETTER, id=DraftId(40))


def test_a_draft_without_time_gets_the_clock(house: House, drafts: DraftStore) -> None:
    draft = house.reader.draft(drafts.save(Draft(None, ANNA)))
    assert draft is not None
    assert draft.changed_unix_s == house.now
