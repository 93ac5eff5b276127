"""Commands and their answers on one IMAP connection: tags, literals, continuations, and what comes unasked.

All that is sent goes through ``protocol.imap_gate``; all that is read through one buffer, which the connecting phase
(imapclient) shares, so that no byte can be lost or kept across STARTTLS. RFC 3501 section 2.2, RFC 7888, RFC 2971.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from mailclient.domain.errors import MalformedReply, NetworkGone, PostscopeError, ServerBusy, ServerRefused
from mailclient.net.wire import Wire
from mailclient.protocol.imap_capabilities import usable
from mailclient.protocol.imap_gate import Literal, Piece
from mailclient.protocol.imap_mailboxes import Namespaces
from mailclient.protocol.imap_responses import Status, parse_numbered, parse_status
from mailclient.protocol.imap_stream import Response, ResponseStream
from mailclient.protocol.imap_utf8 import mailbox_argument

_BUSY_CODES: Final = frozenset({"INUSE", "UNAVAILABLE", "SERVERBUG", "CONTACTADMIN", "LIMIT", "THROTTLED"})

_LITERAL_MINUS_BYTES: Final = 4_096


@dataclass(slots=True)
class Completed:
    """A command's outcome: its tagged status, and everything untagged that came before it."""

    status: Status
    untagged: list[Response] = field(default_factory=list)


class ImapDialogue:
    """One connection. Not thread-safe but for ``wire.close``."""

    def __init__(self, wire: Wire, without: frozenset[str] = frozenset()) -> None:
        self.wire = wire
        self.stream = ResponseStream()
        self._without = without
        self._capabilities: frozenset[str] = frozenset()
        self.namespaces: Namespaces | None = None
        self.selected: str | None = None
        """The folder that is open, by its name on the wire."""
        self.utf8 = False
        """Names are spelled in UTF-8 (RFC 6855); everywhere else in the program they are in modified UTF-7."""
        self.changed = False
        """Something was said unasked that may concern the open folder."""
        self._tag = 0

    @property
    def capabilities(self) -> frozenset[str]:
        """Upper-case capability words that this session may use."""
        return self._capabilities

    @capabilities.setter
    def capabilities(self, offered: frozenset[str]) -> None:
        """Learn what the server offers; what the account does without is forgotten at once."""
        self._capabilities = usable(offered, self._without)

    def mailbox(self, wire_name: str) -> Piece:
        """Return a mailbox name, or a pattern for names, as an argument."""
        return mailbox_argument(wire_name, self.utf8)

    @property
    def has_modseq(self) -> bool:
        """Whether this session may speak of modification sequences (QRESYNC contains CONDSTORE)."""
        return not self.capabilities.isdisjoint({"CONDSTORE", "QRESYNC"})

    def forgo(self, capability: str) -> None:
        """Do without a capability from here on."""
        self.capabilities -= {capability}

    def read_line(self) -> bytes:
        """Return one raw line (for the connecting phase)."""
        while (line := self.stream.take_line()) is None:
            self.stream.feed(self.wire.receive())
        return line

    def read_exactly(self, size: int) -> bytes:
        """Return exactly this many raw bytes (for the connecting phase)."""
        while (data := self.stream.take(size)) is None:
            self.stream.feed(self.wire.receive())
        return data

    def next_response(self) -> Response:
        """Return the next response; a malformed stream closes the connection."""
        try:
            while (response := self.stream.next_response()) is None:
                self.stream.feed(self.wire.receive())
        except MalformedReply as error:
            self.wire.close()
            error.connection_id = self.wire.transcript.connection_id
            raise
        return response

    def buffered_response(self) -> Response | None:
        """Return a response that has already arrived, without waiting."""
        return self.stream.next_response()

    def run(self, *pieces: Piece) -> Completed:
        """Send a command and return its outcome; NO and BAD raise."""
        untagged: list[Response] = []

        def take(response: Response) -> None:
            untagged.append(response)
            self.notice(response)

        return Completed(self.hear(take, *pieces), untagged)

    def hear(self, listener: Callable[[Response], None], *pieces: Piece) -> Status:
        """Send a command, give each untagged answer to the listener as it arrives, and return the outcome."""
        answers = self.answers(*pieces)
        while True:
            try:
                response = next(answers)
            except StopIteration as end:
                status: Status = end.value
                return status
            listener(response)

    def answers(self, *pieces: Piece, secret: bool = False) -> Generator[Response, None, Status]:
        """Send a command and yield its untagged answers as they arrive; returns the tagged OK, raises for NO and BAD."""
        tag = self._next_tag()
        yield from self._send(tag, pieces, secret)
        return (yield from self.answers_to(tag, pieces))

    def answers_to(self, tag: bytes, pieces: Sequence[Piece]) -> Generator[Response, None, Status]:
        """Yield the untagged answers until the command with this tag is done; no other is under way."""
        return self.checked((yield from self.answers_to_any((tag,))), pieces)

    def answers_to_any(self, tags: Collection[bytes]) -> Generator[Response, None, Response]:
        """Yield the untagged answers until one of these commands is done; returns its tagged answer, unchecked.

        A server may work on several commands at once, mix their answers and end them in any order (RFC 3501 section 5.5).
        """
        while True:
            response = self.next_response()
            if response.is_untagged:
                self._refuse_bye(response)
                yield response
                continue
            if response.line.partition(b" ")[0] in tags:
                return response
            if response.is_continuation:
                raise self.wire.malformed("The server asked for more where there is no more.", response.line)
            raise self.wire.malformed("The server answered a command that was not given.", response.line)

    def notice(self, response: Response) -> None:
        """Remember that the open folder changed, if that is what a response says."""
        if parse_numbered(response) or response.line[:11].upper() == b"* VANISHED ":
            self.changed = True

    def send_line(self, line: bytes, *, secret: bool = False) -> None:
        """Send a line outside a command (IDLE's DONE, a SASL response)."""
        self.wire.send(line + b"\r\n", secret=secret)

    def start(self, *pieces: bytes) -> bytes:
        """Send a command without literals and return its tag; the caller reads the answers."""
        tag = self._next_tag()
        self.wire.send(b" ".join((tag, *pieces)) + b"\r\n")
        return tag

    @property
    def last_tag(self) -> bytes:
        """The tag of the newest command."""
        return b"P%d" % self._tag

    def _next_tag(self) -> bytes:
        self._tag += 1
        return self.last_tag

    def _send(self, tag: bytes, pieces: Sequence[Piece], secret: bool) -> Iterator[Response]:
        """Send the pieces; yields what comes unasked while a continuation is awaited."""
        line = bytearray(tag)
        for piece in pieces:
            line += b" "
            if not isinstance(piece, Literal):
                line += piece
                continue
            line += piece.before
            size = len(piece.data)
            if not piece.is_large and self._may_just_send(size):
                line += b"{%d+}\r\n" % size
                self.wire.send(bytes(line), secret=secret)
            else:
                line += b"{%d}\r\n" % size
                self.wire.send(bytes(line), secret=secret)
                yield from self._await_continuation(tag, pieces)
            self.wire.send(piece.data, secret=secret)
            line = bytearray(piece.after)
        self.wire.send(bytes(line) + b"\r\n", secret=secret)

    def _may_just_send(self, size: int) -> bool:
        """Whether a literal of this size need not wait for leave (RFC 7888)."""
        return "LITERAL+" in self.capabilities or ("LITERAL-" in self.capabilities and size <= _LITERAL_MINUS_BYTES)

    def _await_continuation(self, tag: bytes, pieces: Sequence[Piece]) -> Iterator[Response]:
        while not (response := self.next_response()).is_continuation:
            if response.line.startswith(tag + b" "):
                self.checked(response, pieces)
                raise self.wire.malformed("The server ended a command before it was complete.", response.line)
            self._refuse_bye(response)
            yield response

    def _refuse_bye(self, response: Response) -> None:
        if response.line[2:5].upper() != b"BYE":
            return
        status = parse_status(response)
        if status is not None and status.word == "BYE":
            self.wire.close()
            sentence = f"{self.wire.endpoint.host} ended the connection: {status.text or 'without a reason'}"
            raise NetworkGone(sentence, connection_id=self.wire.transcript.connection_id)

    def checked(self, response: Response, pieces: Sequence[Piece] = ()) -> Status:
        """Return the status of a tagged response, or raise what NO and BAD mean."""
        status = parse_status(response)
        if status is None:
            raise self.wire.malformed("The server ended a command with neither OK, NO nor BAD.", response.line)
        if status.word == "OK":
            return status
        raise self.refusal(status, pieces)

    def refusal(self, status: Status, pieces: Sequence[Piece] = ()) -> PostscopeError:
        """Return the error that a NO or BAD means."""
        verb = pieces[0] if pieces and isinstance(pieces[0], bytes) else b"the command"
        words = status.text or "no reason given"
        code = f" [{status.code}]" if status.code else ""
        host = self.wire.endpoint.host
        line = f"{status.word}{code} {words}"
        kind = ServerBusy if status.code in _BUSY_CODES else ServerRefused
        sentence = f"{host} refused {verb.decode('ascii', 'replace')}:{code} {words}"
        if status.word == "BAD":
            sentence = f"{host} did not understand {verb.decode('ascii', 'replace')}: {words}"
        return kind(sentence, connection_id=self.wire.transcript.connection_id, protocol_line=line)
