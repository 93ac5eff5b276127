"""Commands and replies on one SMTP connection, line by line. RFC 5321 section 4."""

from __future__ import annotations

from mailclient.domain.errors import MalformedReply, PostscopeError, ServerBusy, ServerRefused
from mailclient.net.wire import Wire
from mailclient.protocol.smtp_lines import command_line
from mailclient.protocol.smtp_replies import ReplyParser, SmtpReply


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
        self.refuse_surplus()
        self.wire.send(command_line(verb, argument))
        return self.reply()

    def refuse_surplus(self) -> None:
        """What was answered before it was asked would be taken for the answer to the next command, or to the message."""
        if self._buffer:
            raise self.wire.malformed("The server answered more than it was asked.", bytes(self._buffer))

    def secret(self, line: bytes) -> SmtpReply:
        """Send a line that the transcript must not show."""
        self.refuse_surplus()
        self.wire.send(line + b"\r\n", secret=True)
        return self.reply()

    def refused(self, what: str, reply: SmtpReply) -> PostscopeError:
        """Return the error that a refusal means."""
        kind = ServerBusy if reply.is_transient else ServerRefused
        line = f"{reply.code} {reply.text}"
        sentence = f"{self.wire.endpoint.host} refused {what}: {line}"
        return kind(sentence, connection_id=self.wire.transcript.connection_id, protocol_line=line)
