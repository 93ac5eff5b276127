"""Sending: in the background, once, and never in the way of reading."""

from __future__ import annotations

import pytest

from mailclient.domain import commands as c
from mailclient.domain.account import Credentials, Purpose
from mailclient.domain.draft import Draft, DraftKind, OutboxState
from mailclient.domain.errors import CertificateRefused, DiskFull, NetworkGone, SignInNeeded
from mailclient.domain.events import (
    AccountStatus,
    AccountStatusChanged,
    DraftQueued,
    Failed,
    OutboxChanged,
    SendRefused,
)
from mailclient.domain.exchange import SubmissionOutcome
from mailclient.domain.flags import Flag
from tests.support.fake_folders import letter
from tests.unit.engine.world import ANNA, World


def states(world: World) -> list[OutboxState]:
    """Return the states that were announced of a message under way, in order, without repetition.

    That it was queued may be told late: a sender that has just woken up may be quicker than the one who tells it.
    """
    found = [event.state for event in world.heard(OutboxChanged) if event.state is not OutboxState.QUEUED]
    return [state for at, state in enumerate(found) if at == 0 or found[at - 1] is not state]


def test_a_message_goes_out_and_its_copy_into_sent(world: World) -> None:
    world.start()
    world.until_quiet()
    world.send()
    world.until_heard(DraftQueued)
    world.until_heard(OutboxChanged, lambda event: event.state is OutboxState.DONE)
    assert states(world) == [
        OutboxState.CONNECTING,
        OutboxState.RECIPIENTS_ACCEPTED,
        OutboxState.DATA_SENT,
        OutboxState.DONE,
    ]
    (submitted,) = world.submission.taken
    assert submitted.recipients == ("ben@example.org",)
    assert world.submission.passwords == ["secret too"]
    world.until(lambda: world.subjects("Sent") == ["Hello"])
    assert world.server.flags(1, "Sent") == Flag.SEEN
    assert world.reader.outbox() == ()


def test_a_slow_submission_keeps_nobody_from_reading(world: World) -> None:
    world.submission.gate.clear()
    world.start()
    world.send()
    world.until_heard(OutboxChanged, lambda event: event.state is OutboxState.CONNECTING)
    world.server.deliver(letter(1))
    world.until(lambda: world.complete() == 1)
    world.submission.gate.set()
    world.until_heard(OutboxChanged, lambda event: event.state is OutboxState.DONE)


def test_it_waits_until_the_user_is_online(world: World) -> None:
    world.start(online=False)
    world.send()
    world.until_heard(DraftQueued)
    assert world.submission.passwords == []
    world.again(online=False)
    assert len(world.reader.outbox()) == 1
    world.submit(c.GoOnline(True))
    world.until(lambda: len(world.submission.taken) == 1)


def test_a_temporary_refusal_is_tried_again_later_and_at_once_when_asked(world: World) -> None:
    world.submission.answers = [SubmissionOutcome.TRY_LATER]
    world.start()
    world.send()
    told = world.until_heard(OutboxChanged, lambda event: bool(event.sentence))
    assert (told.state, told.sentence) == (OutboxState.QUEUED, "The server is busy.")
    assert world.submission.taken == []
    world.submit(c.RetrySending(told.outbox_id))
    world.until(lambda: len(world.submission.taken) == 1)


def test_an_uncertain_one_waits_for_the_users_word(world: World) -> None:
    world.submission.answers = [SubmissionOutcome.UNCERTAIN]
    world.start()
    world.until_quiet()
    world.send()
    told = world.until_heard(OutboxChanged, lambda event: event.state is OutboxState.UNCERTAIN)
    world.now += 100_000
    world.submit(c.GoOnline(True))
    world.until_obeyed()
    world.again()
    world.until_quiet()
    assert world.submission.taken == []
    assert [item.state for item in world.reader.outbox()] == [OutboxState.UNCERTAIN]
    world.submit(c.RetrySending(told.outbox_id))
    world.until(lambda: len(world.submission.taken) == 1)


def test_a_refused_one_comes_back_as_a_draft(world: World) -> None:
    world.submission.answers = [SubmissionOutcome.REJECTED]
    world.start()
    world.send()
    told = world.until_heard(OutboxChanged, lambda event: event.state is OutboxState.REJECTED)
    assert told.sentence == "The server refused the message."
    world.submit(c.CancelSending(told.outbox_id))
    world.until(lambda: world.reader.outbox() == ())
    (draft,) = world.reader.drafts()
    assert draft.to == "ben@example.org"
    assert {event.account_id for event in world.heard(OutboxChanged)} == {ANNA}


def test_a_missing_password_is_asked_for_only_when_there_is_something_to_send(world: World) -> None:
    world.close()
    world.know_password = False
    world.build()
    world.services.secrets.save(ANNA, Purpose.INCOMING, "secret")
    world.start()
    world.until_quiet()
    assert world.heard(Failed) == []
    world.send()
    asked = world.until_heard(AccountStatusChanged, lambda event: event.status is AccountStatus.SIGN_IN_NEEDED)
    assert asked.sentence.startswith("A message could not be sent yet.")
    assert asked.purpose is Purpose.SUBMISSION
    back = world.until_heard(OutboxChanged, lambda event: bool(event.sentence))
    assert back.state is OutboxState.QUEUED
    world.engine.set_password(ANNA, Credentials("secret", "secret too"))
    world.now += 3600
    world.until(lambda: len(world.submission.taken) == 1)


def test_a_stop_of_sending_alone_is_a_row_of_its_own_until_it_is_over(world: World) -> None:
    world.submission.answers = [CertificateRefused("Wrong host.")]
    world.start()
    world.until_quiet()
    world.send()
    world.until_heard(AccountStatusChanged, lambda event: event.purpose is Purpose.SUBMISSION)
    world.submit(c.Synchronise(ANNA))
    world.until_quiet()
    receiving, sending = world.engine.activity.snapshot().running
    assert (receiving.purpose, receiving.status) == (Purpose.INCOMING, AccountStatus.IDLE)
    assert (sending.purpose, sending.status) == (Purpose.SUBMISSION, AccountStatus.CERTIFICATE_REFUSED)
    assert sending.sentence == "A message could not be sent yet. Wrong host."
    world.submit(c.ResumeAccount(ANNA))
    world.until_heard(
        AccountStatusChanged,
        lambda event: event.purpose is Purpose.SUBMISSION and event.status is AccountStatus.IDLE,
    )
    assert [work.purpose for work in world.engine.activity.snapshot().running] == [Purpose.INCOMING]


def test_a_password_may_be_for_one_server_only(world: World) -> None:
    world.submission.answers = [SignInNeeded("Refused.")]
    world.start()
    world.send()
    world.until_heard(AccountStatusChanged, lambda event: event.purpose is Purpose.SUBMISSION)
    world.engine.set_password(ANNA, Credentials("other", "other"), only=Purpose.SUBMISSION)
    world.now += 3600
    world.until(lambda: len(world.submission.taken) == 1)
    assert world.submission.passwords[-1] == "other"
    assert world.services.secrets.load(ANNA, Purpose.INCOMING) == "secret"


@pytest.mark.parametrize("error", [SignInNeeded("Refused."), CertificateRefused("Wrong host.")])
def test_what_needs_the_user_is_said_and_nothing_is_lost(world: World, error: Exception) -> None:
    world.submission.answers = [error]  # type: ignore[list-item]
    world.start()
    world.send()
    told = world.until_heard(OutboxChanged, lambda event: bool(event.sentence))
    assert told.state is OutboxState.QUEUED
    world.submit(c.RetrySending(told.outbox_id))
    world.until(lambda: len(world.submission.taken) == 1)


def test_a_disk_that_was_full_in_the_middle_keeps_nothing_in_the_outbox(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No state could be stored, so the item looks as if it were being sent: it is set right when there is room again."""

    def full(*_arguments: object, **_more: object) -> None:
        raise DiskFull("The disk is full.")

    with monkeypatch.context() as patched:
        patched.setattr(world.services.outbox, "advance", full)
        world.start()
        world.send()
        told = world.until_heard(Failed)
        assert told.sentence == "A message could not be sent yet. The disk is full."
        assert world.submission.taken == []
    world.until_heard(OutboxChanged, lambda event: event.state is OutboxState.DONE)
    assert len(world.submission.taken) == 1
    assert len(world.heard(Failed)) == 1


def test_the_copy_for_sent_comes_later_and_once_when_the_mailbox_is_away(world: World) -> None:
    world.start()
    world.until_quiet()
    world.server.fail("append", NetworkGone("cut"), after=True)
    world.send()
    world.until(lambda: len(world.submission.taken) == 1)
    world.until(lambda: [item.state for item in world.reader.outbox()] == [OutboxState.ACCEPTED])
    world.now += 3600
    world.until_heard(OutboxChanged, lambda event: event.state is OutboxState.DONE)
    assert world.server.subjects("Sent") == ["Hello"]
    assert len(world.submission.taken) == 1


def test_the_answered_message_gets_its_mark_when_the_answer_is_out(world: World) -> None:
    world.server.deliver_many(1)
    world.start()
    world.until_quiet()
    source = world.id_of("Subject 1")
    draft = Draft(
        None,
        ANNA,
        DraftKind.REPLY,
        to="ben@example.org",
        subject="Re: Subject 1",
        text="Yes.",
        in_reply_to="<1@example.org>",
        source_message_id=source,
    )
    world.submit(c.SendDraft(draft, "token"))
    world.until(lambda: world.flags(source) & Flag.ANSWERED)
    world.until(lambda: world.server.flags(1) & Flag.ANSWERED)


def test_a_draft_that_cannot_be_sent_is_refused_and_kept(world: World) -> None:
    world.start()
    world.submit(c.SaveDraft(Draft(None, ANNA, subject="Nobody"), "saved"))
    world.until(lambda: len(world.reader.drafts()) == 1)
    (draft,) = world.reader.drafts()
    world.submit(c.SendDraft(draft, "token"))
    refused = world.until_heard(SendRefused)
    assert refused.token == "token"
    assert refused.sentence
    assert len(world.reader.drafts()) == 1
    assert world.reader.outbox() == ()
