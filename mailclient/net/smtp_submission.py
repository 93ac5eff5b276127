"""One submission: the SMTP dialogue, driven line by line so that it is always known what the server has.

smtplib cannot tell "the body never left" from "the server has it and the reply was lost"; the outbox must. Satisfies
``send.ports.Submission`` by shape. RFC 5321, RFC 6409 (submission), RFC 3207 (STARTTLS), RFC 4954 (AUTH), RFC 1870 (SIZE),
RFC 6152 (8BITMIME), RFC 6531 (SMTPUTF8).
"""

from __future__ import annotations

import base64
import hmac
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from mailclient.domain.account import Account, Security
from mailclient.domain.draft import RecipientResult
from mailclient.domain.errors import (
    BadInput,
    InsecureConnection,
    MalformedReply,
    NetworkGone,
    PostscopeError,
    ServerBusy,
    ServerRefused,
    SignInNeeded,
)
from mailclient.domain.exchange import SubmissionOutcome, SubmissionResult
from mailclient.net.wire import PATIENT, Patience, Record, Wire
from mailclient.protocol.smtp_lines import END_OF_DATA, command_line, is_7bit, path, stuff
from mailclient.protocol.smtp_replies import ReplyParser, SmtpReply, describe_refusals, parse_extensions
from mailclient.redaction import redactor

GOODBYE_S: Final = 1.0
"""So long the answer to QUIT is waited for (RFC 5321 section 4.1.1.10 asks for it, and nothing depends on it)."""


class SmtpDialogue:
    """Commands and replies on one connection."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.extensions: dict[str, str] = {}
        self._buffer = bytearray()

    @property
    def pending(self) -> int:
        """Bytes received and not read: must be 0 when TLS starts."""
        return len(self._buffer)

    def reply(self) -> SmtpReply:
        """Read one reply."""
        parser = ReplyParser()
        while True:
            while (end := self._buffer.find(b"\n")) < 0:
                if len(self._buffer) > 65_536:
                    raise self.wire.malformed("The server sent a line longer than 64 KB.")
                self._buffer += self.wire.receive()
            line = bytes(self._buffer[:end])
            del self._buffer[: end + 1]
            try:
                complete = parser.add(line)
            except MalformedReply as error:
                raise self.wire.malformed(error.sentence, line) from error
            if complete is not None:
                return complete

    def command(self, verb: str, argument: str = "") -> SmtpReply:
        """Send a command and read its reply."""
        self.wire.send(command_line(verb, argument))
        return self.reply()

    def secret(self, line: bytes) -> SmtpReply:
        """Send a line that the transcript must not show."""
        self.wire.send(line + b"\r\n", secret=True)
        return self.reply()

    def refused(self, what: str, reply: SmtpReply) -> PostscopeError:
        """Return the error that a refusal means."""
        kind = ServerBusy if reply.is_transient else ServerRefused
        line = f"{reply.code} {reply.text}"
        sentence = f"{self.wire.endpoint.host} refused {what}: {line}"
        return kind(sentence, connection_id=self.wire.transcript.connection_id, protocol_line=line)


def connect_smtp(
    account: Account, password: str, purpose: str, record: Record, patience: Patience = PATIENT
) -> SmtpDialogue:
    """Connect, greet, encrypt and sign in; raises the errors of ``domain.errors``."""
    endpoint = account.submission
    redactor.register(password, endpoint.username)
    if endpoint.security is Security.PLAIN and not endpoint.may_speak_plain:
        raise InsecureConnection(
            f"Without encryption, anybody on the way to {endpoint.host} could read the password and the mail. Choose TLS or "
            "STARTTLS, or confirm in the account's settings that you accept this."
        )
    wire = Wire(endpoint, "SMTP", purpose, account.extra_ca_file, record, patience)
    dialogue = SmtpDialogue(wire)
    try:
        greeting = dialogue.reply()
        if not greeting.is_success:
            raise dialogue.refused("the connection", greeting)
        greet(dialogue)
        if endpoint.security is Security.STARTTLS:
            _encrypt(dialogue)
        if endpoint.username:
            sign_in(dialogue, endpoint.username, password)
    except PostscopeError as error:
        error.connection_id = wire.transcript.connection_id
        wire.close()
        raise
    return dialogue


def greet(dialogue: SmtpDialogue) -> None:
    """EHLO; a server that does not know it is greeted in the old way and offers nothing."""
    name = _own_name(dialogue.wire.socket)
    reply = dialogue.command("EHLO", name)
    if reply.is_success:
        dialogue.extensions = parse_extensions(reply)
        return
    dialogue.extensions = {}
    if not reply.is_permanent:
        raise dialogue.refused("the greeting", reply)
    reply = dialogue.command("HELO", name)
    if not reply.is_success:
        raise dialogue.refused("the greeting", reply)


def _own_name(connection: socket.socket) -> str:
    """An address literal (RFC 5321 section 4.1.3): true, and tells nothing about this computer's name."""
    try:
        address = str(connection.getsockname()[0])
    except OSError:
        return "[127.0.0.1]"
    return f"[IPv6:{address}]" if ":" in address else f"[{address}]"


def _encrypt(dialogue: SmtpDialogue) -> None:
    host = dialogue.wire.endpoint.host
    if "STARTTLS" not in dialogue.extensions:
        raise InsecureConnection(f"{host} does not offer STARTTLS at this port. Nothing was sent. Try TLS on port 465.")
    reply = dialogue.command("STARTTLS")
    if not reply.is_success:
        raise InsecureConnection(f"{host} refused to start encryption: {reply.code} {reply.text}. Nothing was sent.")
    if dialogue.pending:
        raise dialogue.wire.malformed(
            f"{host} sent data between STARTTLS and encryption: somebody may be tampering. Nothing was sent."
        )
    dialogue.wire.start_tls()
    dialogue.extensions = {}
    greet(dialogue)


def sign_in(dialogue: SmtpDialogue, username: str, password: str) -> None:
    """AUTH by the best mechanism that both sides know."""
    offered = dialogue.extensions.get("AUTH", "").upper().split()
    if "PLAIN" in offered:
        answer = base64.b64encode(b"\0" + username.encode() + b"\0" + password.encode())
        reply = dialogue.secret(b"AUTH PLAIN " + answer)
    elif "LOGIN" in offered:
        reply = dialogue.command("AUTH", "LOGIN")
        for value in (username, password):
            if reply.code == 334:
                reply = dialogue.secret(base64.b64encode(value.encode()))
    elif "CRAM-MD5" in offered:
        reply = dialogue.command("AUTH", "CRAM-MD5")
        if reply.code == 334:
            challenge = base64.b64decode(reply.text.encode("ascii", "replace") + b"==")
            digest = hmac.new(password.encode(), challenge, "md5").hexdigest()
            reply = dialogue.secret(base64.b64encode(f"{username} {digest}".encode()))
    elif offered:
        raise ServerRefused(
            f"{dialogue.wire.endpoint.host} knows only ways to sign in that Postscope does not: {', '.join(offered)}."
        )
    else:
        return  # A server that asks for nothing; it will refuse at MAIL or RCPT if it wants more.
    if reply.is_success:
        return
    line = redactor.strike_text(f"{reply.code} {reply.text}")
    if reply.is_permanent:
        raise SignInNeeded(
            f"{dialogue.wire.endpoint.host} did not accept user name and password for sending. It said: {line}",
            protocol_line=line,
        )
    raise ServerBusy(f"{dialogue.wire.endpoint.host} cannot check the password just now: {line}", protocol_line=line)


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
            before_final_dot()
            self._dot_sent = True
            self._dialogue.wire.send(END_OF_DATA)
            reply = self._dialogue.reply()
        except (NetworkGone, MalformedReply) as error:
            return self._broken(error)
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
