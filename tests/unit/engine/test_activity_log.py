"""The record of what goes on and went on."""

from __future__ import annotations

from mailclient.domain import events as e
from mailclient.domain.activity import Tone
from mailclient.domain.draft import OutboxState
from mailclient.domain.ids import AccountId, ConnectionId, OperationId, OutboxId
from mailclient.engine.activity_log import MAX_NOTES, ActivityLog

ANNA, BEN = AccountId("anna"), AccountId("ben")


def log(*events: e.Event) -> ActivityLog:
    made = ActivityLog(lambda: 1_000.0)
    for event in events:
        made.hear(event)
    return made


SYNCHRONISING = e.AccountStatusChanged(ANNA, e.AccountStatus.SYNCHRONISING)


def test_what_runs_is_known_with_its_progress() -> None:
    made = log(SYNCHRONISING, e.Progressed(ANNA, "Headers of Inbox", 200, 1_000))
    work = made.snapshot().running[0]
    assert (work.what, work.done, work.total) == ("Headers of Inbox", 200, 1_000)
    made.hear(e.Progressed(ANNA, "Headers of Inbox", 1_000, 1_000))
    assert made.snapshot().running[0].what == ""


def test_the_last_synchronisation_is_remembered_across_states() -> None:
    made = log(SYNCHRONISING, e.SynchronisationEnded(ANNA, True), e.AccountStatusChanged(ANNA, e.AccountStatus.OFFLINE))
    assert made.snapshot().running[0].last_synchronised_unix_s == 1_000.0


def test_each_account_has_its_row_until_it_is_gone() -> None:
    made = log(SYNCHRONISING, e.AccountStatusChanged(BEN, e.AccountStatus.IDLE))
    assert [work.account_id for work in made.snapshot().running] == [ANNA, BEN]
    made.forget(ANNA)
    assert [work.account_id for work in made.snapshot().running] == [BEN]


def test_failures_are_noted_with_their_dialogue_newest_first() -> None:
    number = ConnectionId(7)
    made = log(
        e.AccountStatusChanged(ANNA, e.AccountStatus.WAITING, "Gone. Will try again.", number),
        e.OperationRefused(OperationId(1), "Archiving was refused.", number),
        e.OutboxChanged(OutboxId(1), ANNA, OutboxState.UNCERTAIN, "It may have been sent."),
        e.Failed("One folder cannot be read.", ANNA),
    )
    notes = made.snapshot().notes
    assert [note.sentence for note in notes] == [
        "One folder cannot be read.",
        "It may have been sent.",
        "Archiving was refused.",
        "Gone. Will try again.",
    ]
    assert {note.tone for note in notes} == {Tone.WARNING}
    assert notes[-1].connection_id == number


def test_good_news_is_calm() -> None:
    made = log(
        SYNCHRONISING,
        e.SynchronisationEnded(ANNA, True),
        e.OutboxChanged(OutboxId(1), ANNA, OutboxState.DONE),
        e.OperationQueued((OperationId(1),), True, "Archived 3 messages"),
        e.OperationGivenUp(OperationId(1)),
        e.OperationUndone("Undone: Archived 3 messages"),
    )
    assert {note.tone for note in made.snapshot().notes} == {Tone.CALM}
    assert len(made.snapshot().notes) == 5


def test_a_failure_is_not_told_twice() -> None:
    made = log(
        SYNCHRONISING,
        e.AccountStatusChanged(ANNA, e.AccountStatus.WAITING, "Gone. Postscope will try again by itself."),
        e.SynchronisationEnded(ANNA, False, "Gone."),
    )
    assert len(made.snapshot().notes) == 1


def test_rows_and_drafts_make_no_noise() -> None:
    assert log(e.FoldersChanged(ANNA), e.DraftsChanged(), e.AccountsChanged()).snapshot().notes == ()


def test_the_record_is_bounded() -> None:
    made = log(*[e.Failed(f"Failure {number}.") for number in range(MAX_NOTES + 50)])
    notes = made.snapshot().notes
    assert len(notes) == MAX_NOTES
    assert notes[0].sentence == f"Failure {MAX_NOTES + 49}."
