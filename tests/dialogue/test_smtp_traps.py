"""SMTP servers that refuse, vanish or are old: what the outbox must know about each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from mailclient.domain.account import Account, Endpoint, Security
from mailclient.domain.draft import RecipientResult
from mailclient.domain.errors import InsecureConnection, MalformedReply, SignInNeeded
from mailclient.domain.exchange import SubmissionOutcome, SubmissionResult
from mailclient.domain.ids import AccountId
from mailclient.net.smtp_submission import SmtpSubmission
from mailclient.protocol.transcript import Transcript
from tests.support.scripted_server import Cut, Expect, Played, Say, Step, scripted_server

PASSWORD = "smtp-canary-1"
HELLO: tuple[Step, ...] = (
    Say(b"220 ready\r\n"),
    Expect(b"EHLO"),
    Say(b"250-server\r\n250-SIZE 10000\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN\r\n"),
    Expect(b"AUTH PLAIN"),
    Say(b"235 ok\r\n"),
)
ENVELOPE: tuple[Step, ...] = (
    Expect(b"MAIL FROM:<alex@example.org>"),
    Say(b"250 ok\r\n"),
    Expect(b"RCPT TO:<bob@example.net>"),
    Say(b"250 2.1.5 ok\r\n"),
)
DATA: tuple[Step, ...] = (
    Expect(b"DATA"),
    Say(b"354 go\r\n"),
    Expect(b"Subject"),
    Expect(b""),
    Expect(b"..dot"),
)
RAW = b"Subject: x\r\n\r\n.dot\r\n"


@dataclass
class Desk:
    """Notes the durable marks."""

    marks: list[str] = field(default_factory=list)
    transcripts: list[Transcript] = field(default_factory=list)

    def submit(
        self, played: Played, recipients: Sequence[str] = ("bob@example.net",), raw: bytes = RAW
    ) -> SubmissionResult:
        endpoint = Endpoint("127.0.0.1", played.port, Security.PLAIN, "alex")
        account = Account(AccountId("a"), "a", "A", "alex@example.org", endpoint, endpoint)
        submission = SmtpSubmission(account, PASSWORD, self.transcripts.append)
        return submission.submit(
            "alex@example.org", recipients, raw, self._recipients, lambda: self.marks.append("mark")
        )

    def _recipients(self, results: Sequence[RecipientResult]) -> None:
        self.marks.append(f"{sum(result.accepted for result in results)} accepted")


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_the_good_way(desk: Desk) -> None:
    script = (
        *HELLO,
        *ENVELOPE,
        *DATA,
        Expect(b"."),
        Say(b"250 2.0.0 queued as 7\r\n"),
        Expect(b"QUIT"),
        Say(b"221 bye\r\n"),
    )
    with scripted_server(*script) as played:
        result = desk.submit(played)
    assert result.outcome is SubmissionOutcome.ACCEPTED
    assert result.reply_text == "2.0.0 queued as 7"
    assert desk.marks == ["1 accepted", "mark"]
    assert PASSWORD not in desk.transcripts[0].to_text()


@pytest.mark.parametrize("reset", [False, True], ids=["closed", "reset"])
def test_t12_a_cut_before_the_dot_is_safe_and_after_it_uncertain(desk: Desk, reset: bool) -> None:
    before = (*HELLO, *ENVELOPE, Expect(b"DATA"), Cut(reset))
    with scripted_server(*before) as played:
        assert desk.submit(played).outcome is SubmissionOutcome.TRY_LATER
    assert "mark" not in desk.marks
    after = (*HELLO, *ENVELOPE, *DATA, Expect(b"."), Cut(reset))
    with scripted_server(*after) as played:
        result = desk.submit(played)
    assert result.outcome is SubmissionOutcome.UNCERTAIN
    assert desk.marks[-1] == "mark"
    assert "not sent again" in result.sentence


def test_an_answer_before_the_dot_is_not_taken_for_the_answer_to_the_message(desk: Desk) -> None:
    early = (*HELLO, *ENVELOPE, Expect(b"DATA"), Say(b"354 go\r\n250 2.0.0 queued already\r\n"), Expect(b"Subject"))
    with scripted_server(*early) as played:
        assert desk.submit(played).outcome is SubmissionOutcome.TRY_LATER
    assert "mark" not in desk.marks
    with scripted_server(
        *HELLO, Expect(b"MAIL"), Say(b"250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n250 done\r\n")
    ) as played:
        assert desk.submit(played).outcome is SubmissionOutcome.TRY_LATER


def test_an_answer_to_the_message_that_is_neither_yes_nor_no_is_uncertain(desk: Desk) -> None:
    with scripted_server(*HELLO, *ENVELOPE, *DATA, Expect(b"."), Say(b"354 go on\r\n")) as played:
        assert desk.submit(played).outcome is SubmissionOutcome.UNCERTAIN


def test_an_answer_that_is_cut_anywhere_is_uncertain(desk: Desk) -> None:
    answer = b"250 2.0.0 queued"
    for cut in range(0, len(answer), 3):
        script = (*HELLO, *ENVELOPE, *DATA, Expect(b"."), Say(answer[:cut]), Cut())
        with scripted_server(*script) as played:
            assert desk.submit(played).outcome is SubmissionOutcome.UNCERTAIN


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (b"550 5.7.1 spam\r\n", SubmissionOutcome.REJECTED),
        (b"452 4.3.1 full\r\n", SubmissionOutcome.TRY_LATER),
    ],
)
def test_the_final_reply_decides(desk: Desk, reply: bytes, outcome: SubmissionOutcome) -> None:
    script = (*HELLO, *ENVELOPE, *DATA, Expect(b"."), Say(reply), Expect(b"QUIT"), Say(b"221 bye\r\n"))
    with scripted_server(*script) as played:
        result = desk.submit(played)
    assert result.outcome is outcome
    assert result.reply_code == int(reply[:3])


def test_one_refused_recipient_does_not_stop_the_others(desk: Desk) -> None:
    script = (
        *HELLO,
        *ENVELOPE,
        Expect(b"RCPT TO:<eve@example.net>"),
        Say(b"550 5.1.1 no such user\r\n"),
        *DATA,
        Expect(b"."),
        Say(b"250 ok\r\n"),
    )
    with scripted_server(*script) as played:
        result = desk.submit(played, ("bob@example.net", "eve@example.net"))
    assert result.outcome is SubmissionOutcome.ACCEPTED
    assert [(r.address, r.accepted, r.code) for r in result.recipients] == [
        ("bob@example.net", True, 250),
        ("eve@example.net", False, 550),
    ]


def test_an_old_mailer_is_greeted_in_the_old_way(desk: Desk) -> None:
    script = (
        Say(b"220 old\r\n"),
        Expect(b"EHLO"),
        Say(b"500 what?\r\n"),
        Expect(b"HELO"),
        Say(b"250 hello\r\n"),
        *ENVELOPE,
        *DATA,
        Expect(b"."),
        Say(b"250 ok\r\n"),
    )
    with scripted_server(*script) as played:
        assert desk.submit(played).outcome is SubmissionOutcome.ACCEPTED


def test_a_message_larger_than_the_server_takes_is_not_begun(desk: Desk) -> None:
    with scripted_server(*HELLO) as played:
        result = desk.submit(played, raw=RAW + b"x" * 20_000)
    assert result.outcome is SubmissionOutcome.REJECTED
    assert "at most" in result.sentence
    assert b"MAIL" not in played.all_heard


def test_an_international_address_needs_smtputf8(desk: Desk) -> None:
    with scripted_server(*HELLO) as played:
        result = desk.submit(played, ("用户@example.net",))
    assert result.outcome is SubmissionOutcome.REJECTED
    assert "SMTPUTF8" in result.sentence


@pytest.mark.parametrize(
    "address", ["bob@example.net>\r\nRCPT TO:<eve@example.net", "a b@example.net", "<x@example.net>"]
)
def test_an_address_cannot_smuggle_a_command(desk: Desk, address: str) -> None:
    script = (*HELLO, Expect(b"MAIL FROM"), Say(b"250 ok\r\n"), Expect(b"QUIT"), Say(b"221 bye\r\n"))
    with scripted_server(*script) as played:
        result = desk.submit(played, (address,))
    assert result.outcome is SubmissionOutcome.REJECTED
    assert b"eve" not in played.all_heard


def test_a_wrong_password_is_a_question_and_a_busy_server_is_not(desk: Desk) -> None:
    with scripted_server(*HELLO[:4], Say(b"535 5.7.8 wrong\r\n")) as played, pytest.raises(SignInNeeded):
        desk.submit(played)
    with scripted_server(*HELLO[:4], Say(b"454 4.7.0 later\r\n")) as played:
        assert desk.submit(played).outcome is SubmissionOutcome.TRY_LATER


def test_nonsense_instead_of_smtp_is_tried_later(desk: Desk) -> None:
    with scripted_server(Say(b"HTTP/1.1 400 Bad Request\r\n")) as played:
        result = desk.submit(played)
    assert result.outcome is SubmissionOutcome.TRY_LATER
    assert "SMTP" in result.sentence


def test_starttls_is_never_done_without() -> None:
    for answer in (b"250 server\r\n", b"250-server\r\n250 STARTTLS\r\n"):
        script: tuple[Step, ...] = (Say(b"220 ready\r\n"), Expect(b"EHLO"), Say(answer))
        if b"STARTTLS" in answer:
            script += (Expect(b"STARTTLS"), Say(b"220 go\r\n250 injected\r\n"))
        with scripted_server(*script) as played, pytest.raises((InsecureConnection, MalformedReply)):
            endpoint = Endpoint("127.0.0.1", played.port, Security.STARTTLS, "alex")
            account = Account(AccountId("a"), "a", "A", "alex@example.org", endpoint, endpoint)
            result = SmtpSubmission(account, PASSWORD, lambda _t: None).submit(
                "a@example.org", ["b@example.org"], RAW, lambda _r: None, lambda: None
            )
            raise MalformedReply(result.sentence)
        assert PASSWORD.encode() not in played.all_heard
