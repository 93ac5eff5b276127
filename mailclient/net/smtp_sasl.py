"""SASL as SMTP carries it: AUTH, 334 for a challenge, 235 for success. RFC 4954 sections 4 and 6."""

from __future__ import annotations

from typing import Final

from mailclient.domain.errors import ServerBusy
from mailclient.net.sign_in import Answer, Verdict
from mailclient.net.smtp_dialogue import SmtpDialogue
from mailclient.net.wire import Wire
from mailclient.protocol.smtp_replies import SmtpReply
from mailclient.redaction import redactor

_MAX_COMMAND_BYTES: Final = 512
"""RFC 5321 section 4.5.3.1.4; a longer first message waits for its challenge (RFC 4954 section 4)."""
_MECHANISM_REFUSED: Final = frozenset({500, 501, 502, 503, 504, 534, 538})


class SmtpSasl:
    """Satisfies ``net.sign_in.SaslChannel``."""

    takes_initial_response = True

    def __init__(self, dialogue: SmtpDialogue) -> None:
        self._dialogue = dialogue
        self._is_about_secret = False

    @property
    def wire(self) -> Wire:
        """The connection."""
        return self._dialogue.wire

    def begin(self, mechanism: str, initial: bytes | None, has_shown_secret: bool) -> Answer:
        """AUTH."""
        self._is_about_secret = has_shown_secret
        if initial is None:
            return self._judge(self._dialogue.command("AUTH", mechanism))
        if len(initial) + len(mechanism) + 8 > _MAX_COMMAND_BYTES:
            answer = self._judge(self._dialogue.command("AUTH", mechanism))
            return self.respond(initial) if answer.verdict is Verdict.GO_ON else answer
        return self._judge(self._dialogue.command("AUTH", f"{mechanism} {initial.decode('ascii')}"))

    def respond(self, response: bytes) -> Answer:
        """Continue AUTH."""
        self._is_about_secret = True
        return self._judge(self._dialogue.secret(response))

    def _judge(self, reply: SmtpReply) -> Answer:
        if reply.code == 334:
            return Answer(Verdict.GO_ON, challenge=reply.text.strip().encode("ascii", "replace"))
        if reply.is_success:
            return Answer(Verdict.ACCEPTED)
        line = redactor.strike_text(f"{reply.code} {reply.text}")
        if reply.is_permanent:
            refused = reply.code in _MECHANISM_REFUSED and not self._is_about_secret
            return Answer(
                Verdict.MECHANISM_REFUSED if refused or reply.code in {504, 534, 538} else Verdict.SECRET_REFUSED,
                line=line,
            )
        sentence = f"{self.wire.endpoint.host} cannot check the password just now: {line}"
        return Answer(Verdict.FAILED, line=line, error=ServerBusy(sentence, protocol_line=line))
