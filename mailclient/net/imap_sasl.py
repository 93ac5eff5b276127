"""SASL as IMAP carries it: AUTHENTICATE with continuations, and LOGIN for servers that know nothing better.

RFC 3501 sections 6.2.2 and 6.2.3, RFC 4959 (SASL-IR), RFC 5530 (response codes).
"""

from __future__ import annotations

from typing import Final

from mailclient.domain.errors import ServerBusy, ServerRefused
from mailclient.net.imap_dialogue import ImapDialogue
from mailclient.net.sign_in import Answer, Verdict, secret_refused
from mailclient.net.wire import Wire
from mailclient.protocol.imap_gate import astring
from mailclient.protocol.imap_responses import Status, parse_status
from mailclient.protocol.sasl import Identity

_ABOUT_SECRET: Final = frozenset({"AUTHENTICATIONFAILED", "AUTHORIZATIONFAILED", "EXPIRED"})


class ImapSasl:
    """Satisfies ``net.sign_in.SaslChannel``."""

    def __init__(self, dialogue: ImapDialogue) -> None:
        self._dialogue = dialogue
        self._tag = b""
        self._is_about_secret = False
        self.success: Status | None = None
        """The tagged OK; its code may tell the capabilities."""

    @property
    def wire(self) -> Wire:
        """The connection."""
        return self._dialogue.wire

    @property
    def takes_initial_response(self) -> bool:
        """True with SASL-IR."""
        return "SASL-IR" in self._dialogue.capabilities

    def begin(self, mechanism: str, initial: bytes | None, has_shown_secret: bool) -> Answer:
        """AUTHENTICATE."""
        self._is_about_secret = has_shown_secret
        pieces = (b"AUTHENTICATE", mechanism.encode("ascii"), *([initial] if initial is not None else []))
        self._tag = self._dialogue.start(*pieces)
        return self._answer()

    def respond(self, response: bytes) -> Answer:
        """Continue AUTHENTICATE."""
        self._is_about_secret = True
        self._dialogue.send_line(response, secret=True)
        return self._answer()

    def log_in(self, identity: Identity) -> None:
        """LOGIN: the password as it is."""
        answers = self._dialogue.answers(b"LOGIN", astring(identity.username), astring(identity.secret), secret=True)
        try:
            while True:
                next(answers)
        except StopIteration as end:
            self.success = end.value
        except ServerRefused as error:
            raise secret_refused(self.wire.endpoint.host, error.protocol_line or error.sentence) from error

    def _answer(self) -> Answer:
        while True:
            response = self._dialogue.next_response()
            if response.is_continuation:
                return Answer(Verdict.GO_ON, challenge=response.line[1:].strip())
            if response.line.startswith(self._tag + b" "):
                return self._judge(parse_status(response))

    def _judge(self, status: Status | None) -> Answer:
        if status is None:
            raise self.wire.malformed("The server ended the sign-in with neither OK, NO nor BAD.")
        if status.word == "OK":
            self.success = status
            return Answer(Verdict.ACCEPTED)
        error = self._dialogue.refusal(status, (b"the sign-in",))
        line = error.protocol_line or status.text
        if isinstance(error, ServerBusy):
            return Answer(Verdict.FAILED, line=line, error=error)
        about_secret = status.code in _ABOUT_SECRET or (self._is_about_secret and status.word == "NO")
        return Answer(Verdict.SECRET_REFUSED if about_secret else Verdict.MECHANISM_REFUSED, line=line)
