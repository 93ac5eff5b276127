"""The outbox: one claimant for each item, legal steps only, and nothing the user wrote is ever lost."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from mailclient.domain.draft import (
    OUTBOX_TRANSITIONS,
    Draft,
    DraftAttachment,
    DraftKind,
    OutboxState,
    RecipientResult,
)
from mailclient.domain.errors import BadInput, ProgramFault
from mailclient.domain.exchange import QueuedMessage
from mailclient.domain.ids import AccountId, DraftId, OutboxId
from mailclient.store import outbox_store
from mailclient.store.drafts import DraftStore
from tests.unit.store.house import ANNA, House

if TYPE_CHECKING:
    from mailclient.send import ports

    def handshake(store: outbox_store.OutboxStore) -> ports.OutboxStore:
        """mypy: the store has the shape that sending asks for."""
        return store


def queued(draft_id: DraftId | None = None, subject: str = "Hello") -> QueuedMessage:
    """Return a finished message."""
    return QueuedMessage(
        ANNA,
        "anna@example.org",
        ("ben@example.org", "Cleo@Example.org"),
        subject,
        "<1@example.org>",
        b"raw bytes",
        b"raw bytes with Bcc",
        draft_id,
        None,
        DraftKind.NEW,
    )


@pytest.fixture
def outbox(house: House) -> outbox_store.OutboxStore:
    """The outbox of a house."""
    return outbox_store.OutboxStore(house.writer, lambda: house.now)


def path_to(outbox: outbox_store.OutboxStore, state: OutboxState) -> OutboxId:
    """Bring a new item to a state, by legal steps."""
    outbox_id = outbox.queue(queued(), 1.0)
    item = outbox.claim_next(ANNA, 1.0)
    assert item is not None
    straight = [OutboxState.RECIPIENTS_ACCEPTED, OutboxState.DATA_SENT]
    steps = {
        OutboxState.QUEUED: [OutboxState.QUEUED],
        OutboxState.CONNECTING: [],
        OutboxState.RECIPIENTS_ACCEPTED: straight[:1],
        OutboxState.DATA_SENT: straight,
        OutboxState.ACCEPTED: [*straight, OutboxState.ACCEPTED],
        OutboxState.DONE: [*straight, OutboxState.ACCEPTED, OutboxState.DONE],
        OutboxState.REJECTED: [OutboxState.REJECTED],
        OutboxState.UNCERTAIN: [*straight, OutboxState.UNCERTAIN],
    }
    for step in steps[state]:
        outbox.advance(outbox_id, step)
    return outbox_id


def test_a_draft_becomes_an_item(house: House, outbox: outbox_store.OutboxStore) -> None:
    draft_id = DraftStore(house.writer).save(Draft(None, ANNA, text="words"))
    outbox_id = outbox.queue(queued(draft_id), 5.0)
    assert house.reader.drafts() == ()
    (item,) = house.reader.outbox()
    assert (item.id, item.state, item.created_unix_s, item.draft_id) == (outbox_id, OutboxState.QUEUED, 5.0, draft_id)
    assert item.recipients == ("ben@example.org", "Cleo@Example.org")
    assert (outbox.raw(outbox_id), outbox.sent_copy(outbox_id)) == (b"raw bytes", b"raw bytes with Bcc")
    assert house.reader.outbox_raw(outbox_id) == b"raw bytes"


def test_items_are_claimed_oldest_first_when_due_and_by_account(outbox: outbox_store.OutboxStore) -> None:
    first, second = outbox.queue(queued(), 1.0), outbox.queue(queued(), 2.0)
    assert outbox.claim_next(AccountId("ben"), 9.0) is None
    item = outbox.claim_next(ANNA, 9.0)
    assert item is not None
    assert (item.id, item.state, item.attempts) == (first, OutboxState.CONNECTING, 1)
    outbox.advance(first, OutboxState.QUEUED, sentence="Busy.", retry_at_unix_s=100.0)
    item = outbox.claim_next(ANNA, 9.0)
    assert item is not None
    assert item.id == second
    assert outbox.claim_next(ANNA, 99.0) is None
    item = outbox.claim_next(ANNA, 100.0)
    assert item is not None
    assert (item.id, item.attempts, item.last_error) == (first, 2, "Busy.")


@pytest.mark.parametrize("state", [OutboxState.QUEUED, OutboxState.ACCEPTED])
def test_two_claimants_never_get_the_same_item(outbox: outbox_store.OutboxStore, state: OutboxState) -> None:
    if state is OutboxState.QUEUED:
        ids = {outbox.queue(queued(), 1.0) for _ in range(10)}
    else:
        ids = {path_to(outbox, state) for _ in range(10)}
        outbox.recover()
    claimed: list[OutboxId] = []
    start = threading.Barrier(4)

    def work() -> None:
        start.wait()
        while (item := outbox.claim_next(ANNA, 1e9)) is not None:
            claimed.append(item.id)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(claimed) == len(ids)
    assert set(claimed) == ids


def test_two_programs_never_claim_the_same_item(house: House, outbox: outbox_store.OutboxStore) -> None:
    other = House(house.directory)
    others = outbox_store.OutboxStore(other.writer)
    outbox.queue(queued(), 1.0)
    assert [outbox.claim_next(ANNA, 1.0) is None, others.claim_next(ANNA, 1.0) is None] == [False, True]
    other.close()


@pytest.mark.parametrize("state", list(OutboxState))
def test_only_legal_steps_are_stored(outbox: outbox_store.OutboxStore, state: OutboxState) -> None:
    for target in OutboxState:
        outbox_id = path_to(outbox, state)
        if target in OUTBOX_TRANSITIONS[state]:
            outbox.advance(outbox_id, target)
        else:
            with pytest.raises(ProgramFault):
                outbox.advance(outbox_id, target)
        # Nothing that waits may be claimed instead of the next item.
        while outbox.claim_next(ANNA, 1e9) is not None:
            pass


def test_results_are_kept_until_there_are_others(house: House, outbox: outbox_store.OutboxStore) -> None:
    outbox_id = path_to(outbox, OutboxState.CONNECTING)
    results = (RecipientResult("ben@example.org", True, 250, "ok"), RecipientResult("c@example.org", False, 550, "no"))
    outbox.advance(outbox_id, OutboxState.RECIPIENTS_ACCEPTED, results=results)
    outbox.advance(outbox_id, OutboxState.DATA_SENT)
    (item,) = house.reader.outbox()
    assert item.results == results


def test_done_lets_bytes_and_draft_go(house: House, outbox: outbox_store.OutboxStore) -> None:
    outbox_id = path_to(outbox, OutboxState.DONE)
    assert house.reader.outbox() == ()
    assert house.reader.outbox_raw(outbox_id) is None
    with pytest.raises(ProgramFault):
        outbox.raw(outbox_id)


def test_an_accepted_item_is_claimed_for_its_copy_when_it_was_postponed(outbox: outbox_store.OutboxStore) -> None:
    outbox_id = path_to(outbox, OutboxState.ACCEPTED)
    assert outbox.claim_next(ANNA, 1e9) is None
    outbox.advance(outbox_id, OutboxState.ACCEPTED, retry_at_unix_s=50.0)
    assert outbox.claim_next(ANNA, 49.0) is None
    item = outbox.claim_next(ANNA, 50.0)
    assert item is not None
    assert (item.id, item.state) == (outbox_id, OutboxState.ACCEPTED)


def test_a_start_puts_right_what_was_interrupted(house: House, outbox: outbox_store.OutboxStore) -> None:
    states = (OutboxState.DATA_SENT, OutboxState.RECIPIENTS_ACCEPTED, OutboxState.ACCEPTED, OutboxState.REJECTED)
    ids = {state: path_to(outbox, state) for state in states}
    house.again()
    outbox = outbox_store.OutboxStore(house.writer)
    changed = {item.id: item.state for item in outbox.recover()}
    assert changed == {
        ids[OutboxState.DATA_SENT]: OutboxState.UNCERTAIN,
        ids[OutboxState.RECIPIENTS_ACCEPTED]: OutboxState.QUEUED,
    }
    assert outbox.recover() == ()
    uncertain = next(item for item in house.reader.outbox() if item.state is OutboxState.UNCERTAIN)
    assert "may have been sent" in (uncertain.last_error or "")
    claimed = {item.id for item in iter(lambda: outbox.claim_next(ANNA, 1e9), None)}
    assert claimed == {ids[OutboxState.RECIPIENTS_ACCEPTED], ids[OutboxState.ACCEPTED]}


def test_cancelling_brings_back_exactly_what_was_written(house: House, outbox: outbox_store.OutboxStore) -> None:
    drafts = DraftStore(house.writer)
    draft = Draft(
        None, ANNA, to="Ben <ben@example.org>", bcc="x@example.org", subject="S", text="words",
        attachments=(DraftAttachment("a.txt", "text/plain", b"data"),), changed_unix_s=3.0,
    )  # fmt: skip
    draft_id = drafts.save(draft)
    before = house.reader.draft(draft_id)
    outbox_id = outbox.queue(queued(draft_id), 5.0)
    assert outbox.back_to_draft(outbox_id, 3.0) == draft_id
    assert house.reader.draft(draft_id) == before
    assert house.reader.outbox() == ()


def test_an_item_that_never_was_a_draft_becomes_one_that_carries_it(
    house: House, outbox: outbox_store.OutboxStore
) -> None:
    draft_id = outbox.back_to_draft(outbox.queue(queued(), 5.0), 6.0)
    draft = house.reader.draft(draft_id)
    assert draft is not None
    assert (draft.to, draft.subject) == ("ben@example.org, Cleo@Example.org", "Hello")
    assert draft.attachments == (DraftAttachment("unsent.eml", "message/rfc822", b"raw bytes with Bcc"),)


@pytest.mark.parametrize("state", [OutboxState.CONNECTING, OutboxState.DATA_SENT, OutboxState.ACCEPTED])
def test_what_is_under_way_cannot_be_called_back(outbox: outbox_store.OutboxStore, state: OutboxState) -> None:
    with pytest.raises(BadInput):
        outbox.back_to_draft(path_to(outbox, state), 9.0)
