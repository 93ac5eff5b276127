"""One submission: the SMTP dialogue, driven line by line so that it is always known what the server has.

smtplib cannot tell "the body never left" from "the server has it and the reply was lost"; the outbox must. Satisfies
``send.ports.Submission`` by shape. RFC 5321, RFC 1870 (SIZE), RFC 6152 (8BITMIME), RFC 6531 (SMTPUTF8).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from mailclient.domain.account import Account
from mailclient.domain.draft import RecipientResult
from mailclient.domain.errors import (
    BadInput,
    MalformedReply,
    NetworkGone,
    PostscopeError,
    ServerBusy,
    ServerRefused,
)
from mailclient.domain.exchange import SubmissionOutcome, SubmissionResult
from mailclient.net.smtp_connect import connect_smtp
from mailclient.net.smtp_dialogue import SmtpDialogue
from mailclient.net.wire import PATIENT, Patience, Record
from mailclient.protocol.smtp_lines import END_OF_DATA, command_line, is_7bit, path, stuff
from mailclient.protocol.smtp_replies import SmtpReply, describe_refusals

GOODBYE_S: Final = 1.0
"""So long the answer to QUIT is waited for (RFC 5321 section 4.1.1.10 asks for it, and nothing depends on it)."""


@dataclass(frozen=True, slots=True)
class SmtpSubmission:
    """Submits messages of one account; one call is one connection."""

    account: Account
    password: str
    record: Record
    patience: Patience = PATIENT

    def submit(
        self,
        envelope_from: str,
        recipients: Sequence[str],
        raw: bytes,
        on_recipients: Callable[[Sequence[RecipientResult]], None],
        before_final_dot: Callable[[], None],
    ) -> SubmissionResult:
        """Hand one message over; see ``send.ports.Submission``."""
        try:
            dialogue = connect_smtp(self.account, self.password, "sending", self.record, self.patience)
        except (NetworkGone, ServerBusy, MalformedReply) as error:
            return _failed(SubmissionOutcome.TRY_LATER, error)
        except ServerRefused as error:
            return _failed(SubmissionOutcome.REJECTED, error)
        try:
            return _Transaction(dialogue).run(envelope_from, recipients, raw, on_recipients, before_final_dot)
        finally:
            dialogue.wire.close()


def _failed(outcome: SubmissionOutcome, error: PostscopeError) -> SubmissionResult:
    return SubmissionResult(outcome, error.sentence, None, error.protocol_line or "", (), error.connection_id)


class _Transaction:
    """MAIL, RCPT, DATA on a signed-in dialogue."""

    def __init__(self, dialogue: SmtpDialogue) -> None:
        self._dialogue = dialogue
        self._results: tuple[RecipientResult, ...] = ()
        self._dot_sent = False

    def run(
        self,
        envelope_from: str,
        recipients: Sequence[str],
        raw: bytes,
        on_recipients: Callable[[Sequence[RecipientResult]], None],
        before_final_dot: Callable[[], None],
    ) -> SubmissionResult:
        """Return how it ended; everything before the final dot is safe to repeat."""
        data = stuff(raw)
        try:
            refusal = self._mail(envelope_from, recipients, raw, len(data)) or self._recipients(recipients)
            if refusal:
                return refusal
            on_recipients(self._results)
            reply = self._dialogue.command("DATA")
            if reply.code != 354:
                return self._refused("the message", reply)
            self._dialogue.wire.send(data)
            self._dialogue.refuse_surplus()
            before_final_dot()
            self._dot_sent = True
            self._dialogue.wire.send(END_OF_DATA)
            reply = self._dialogue.reply()
        except (NetworkGone, MalformedReply) as error:
            return self._broken(error)
        if not (reply.is_success or reply.is_transient or reply.is_permanent):
            # Neither yes nor no: it may have the message.
            return self._broken(self._dialogue.refused("the message", reply))
        if not reply.is_success:
            return self._refused("the message", reply)
        self._quit()
        return self._result(SubmissionOutcome.ACCEPTED, "", reply)

    def _mail(self, envelope_from: str, recipients: Sequence[str], raw: bytes, size: int) -> SubmissionResult | None:
        extensions = self._dialogue.extensions
        host = self._dialogue.wire.endpoint.host
        limit = extensions.get("SIZE", "")
        if limit.isdigit() and 0 < int(limit) < size:
            sentence = f"The message has {_megabytes(size)}, but {host} takes at most {_megabytes(int(limit))}."
            return self._result(SubmissionOutcome.REJECTED, sentence, None)
        parameters = ""
        if "SIZE" in extensions:
            parameters += f" SIZE={size}"
        international = not all(address.isascii() for address in (envelope_from, *recipients))
        if international and "SMTPUTF8" not in extensions:
            sentence = f"{host} does not know international addresses (SMTPUTF8), so this message cannot go through it."
            return self._result(SubmissionOutcome.REJECTED, sentence, None)
        if international:
            parameters += " SMTPUTF8"
        if not is_7bit(raw):
            if "8BITMIME" not in extensions:
                sentence = f"{host} does not take 8-bit messages. Send the attached message as a file instead."
                return self._result(SubmissionOutcome.REJECTED, sentence, None)
            parameters += " BODY=8BITMIME"
        try:
            reply = self._dialogue.command("MAIL", f"FROM:{path(envelope_from)}{parameters}")
        except BadInput as error:
            return self._result(SubmissionOutcome.REJECTED, error.sentence, None)
        return None if reply.is_success else self._refused("the sender", reply)

    def _recipients(self, recipients: Sequence[str]) -> SubmissionResult | None:
        results: list[RecipientResult] = []
        refused: list[SmtpReply] = []
        for address in recipients:
            try:
                reply = self._dialogue.command("RCPT", f"TO:{path(address)}")
            except BadInput as error:
                reply = SmtpReply(553, (error.sentence,))
            results.append(RecipientResult(address, reply.is_success, reply.code, reply.text))
            if not reply.is_success:
                refused.append(reply)
        self._results = tuple(results)
        if len(refused) < len(recipients):
            return None
        transient = any(reply.is_transient for reply in refused)
        outcome = SubmissionOutcome.TRY_LATER if transient else SubmissionOutcome.REJECTED
        sentence = f"{self._dialogue.wire.endpoint.host} refused every recipient: {describe_refusals(refused)}."
        self._quit()
        return self._result(outcome, sentence, refused[0] if refused else None)

    def _refused(self, what: str, reply: SmtpReply) -> SubmissionResult:
        error = self._dialogue.refused(what, reply)
        self._quit()
        outcome = SubmissionOutcome.TRY_LATER if reply.is_transient else SubmissionOutcome.REJECTED
        return self._result(outcome, error.sentence, reply)

    def _broken(self, error: PostscopeError) -> SubmissionResult:
        if not self._dot_sent:
            return self._result(SubmissionOutcome.TRY_LATER, error.sentence, None)
        host = self._dialogue.wire.endpoint.host
        sentence = (
            f"The message went out completely, but the answer of {host} was lost. It may have been delivered. It is not "
            "sent again unless you say so."
        )
        return self._result(SubmissionOutcome.UNCERTAIN, sentence, None)

    def _result(self, outcome: SubmissionOutcome, sentence: str, reply: SmtpReply | None) -> SubmissionResult:
        return SubmissionResult(
            outcome,
            sentence,
            reply.code if reply else None,
            reply.text if reply else "",
            self._results,
            self._dialogue.wire.transcript.connection_id,
        )

    def _quit(self) -> None:
        """Say goodbye; the outcome is known already, so a server that does not answer must not keep it from the outbox."""
        wire = self._dialogue.wire
        try:
            wire.send(command_line("QUIT"))
            if wire.readable_within(GOODBYE_S):
                wire.receive()
        except PostscopeError:
            return


def _megabytes(size_bytes: int) -> str:
    return f"{size_bytes / 1_000_000:.1f} MB" if size_bytes >= 100_000 else f"{size_bytes / 1000:.1f} kB"
