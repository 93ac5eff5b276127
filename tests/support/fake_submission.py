"""A submission server in memory: takes everything, unless it was told what to answer next."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mailclient.domain.account import Account
from mailclient.domain.draft import RecipientResult
from mailclient.domain.errors import PostscopeError
from mailclient.domain.exchange import SubmissionOutcome, SubmissionResult
from mailclient.protocol.transcript import Transcript


@dataclass(frozen=True, slots=True)
class Submitted:
    """One message that was taken."""

    envelope_from: str
    recipients: tuple[str, ...]
    raw: bytes


class FakeSubmissionServer:
    """Satisfies ``send.ports.Submission`` through :meth:`connect`."""

    def __init__(self) -> None:
        self.taken: list[Submitted] = []
        self.answers: list[SubmissionOutcome | PostscopeError] = []
        self.passwords: list[str] = []
        self.gate = threading.Event()
        """Cleared: a submission hangs before it says anything."""
        self.gate.set()

    def connect(self, _account: Account, password: str, _record: Callable[[Transcript], None]) -> FakeSubmissionServer:
        """Satisfies ``engine.services.Network.submission``."""
        self.passwords.append(password)
        return self

    def submit(
        self,
        envelope_from: str,
        recipients: Sequence[str],
        raw: bytes,
        on_recipients: Callable[[Sequence[RecipientResult]], None],
        before_final_dot: Callable[[], None],
    ) -> SubmissionResult:
        """One submission."""
        self.gate.wait()
        answer = self.answers.pop(0) if self.answers else SubmissionOutcome.ACCEPTED
        if isinstance(answer, PostscopeError):
            raise answer
        results = tuple(RecipientResult(address, True, 250, "OK") for address in recipients)
        if answer is SubmissionOutcome.TRY_LATER:
            return SubmissionResult(answer, "The server is busy.", 451, "later", results)
        on_recipients(results)
        before_final_dot()
        if answer is SubmissionOutcome.ACCEPTED:
            self.taken.append(Submitted(envelope_from, tuple(recipients), raw))
            return SubmissionResult(answer, "", 250, "OK", results)
        sentence = "The server refused the message." if answer is SubmissionOutcome.REJECTED else "No reply came."
        return SubmissionResult(answer, sentence, 554, "no", results)
