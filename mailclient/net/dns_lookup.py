"""Questions to the DNS, really sent: for one message, only when the user asked for it or allowed it.

The names as they are written (no search domains), a time limit for each question and for all together, each question once.
What goes wrong is an answer and never an exception. Everything that is asked and answered is written into a transcript like
any other dialogue. RFC 1035, RFC 6891, RFC 4035 section 3.2.3 (AD).
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Sequence
from typing import Final

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.resolver

from mailclient.domain.dns import NOT_ASKED, Answer, AnswerStatus, Question
from mailclient.domain.ids import ConnectionId
from mailclient.net.wire import Record, next_connection_id
from mailclient.protocol.transcript import Direction, Transcript

_log = logging.getLogger(__name__)

QUESTION_S: Final = 5.0
ALL_QUESTIONS_S: Final = 20.0
SILENT_QUESTIONS: Final = 2
"""After so many without any answer there is no name server, or no network."""
MAX_QUESTIONS: Final = 60
MAX_RECORDS: Final = 50
MAX_TEXT: Final = 16_384
NO_ANSWER: Final = Answer(AnswerStatus.TIMEOUT)


def _unrecorded(_transcript: Transcript) -> None:
    return


class DnsLookup:
    """Asks the name servers of this machine, or those given; keeps the answers for its own life."""

    def __init__(
        self,
        name_servers: Sequence[str] = (),
        port: int = 53,
        question_s: float = QUESTION_S,
        record: Record = _unrecorded,
    ) -> None:
        self._name_servers, self._port, self._question_s = tuple(name_servers), port, question_s
        self._record = record
        self._resolver: dns.resolver.Resolver | None = None
        self._answers: dict[Question, Answer] = {}
        self._until_s: float | None = None
        self._cancelled = False
        self._arrived: queue.SimpleQueue[Answer | None] = queue.SimpleQueue()
        """The answer to the question that is under way; None: nobody waits for it any more."""
        self._transcript = Transcript(next_connection_id(), "DNS", "name server", "verifying a message")
        self._transcript.hang_up = self.cancel

    @property
    def connection_id(self) -> ConnectionId:
        """Names the transcript of what was asked and answered."""
        return self._transcript.connection_id

    def __call__(self, question: Question) -> Answer:
        """Return the answer to a question."""
        known = self._answers.get(question)
        if known is None:
            if self._cancelled:
                return NOT_ASKED
            # A resolver cannot be interrupted: it asks in a thread of its own, which whoever waits can leave behind.
            asking = threading.Thread(target=lambda: self._arrived.put(self._ask(question)), name="dns", daemon=True)
            asking.start()
            arrived = self._arrived.get()
            if arrived is None:
                return NOT_ASKED
            known = self._answers[question] = arrived
        return known

    def cancel(self) -> None:
        """Ask nothing more, from any thread: whoever waits goes on at once."""
        self._cancelled = True
        self._arrived.put(None)

    def close(self) -> None:
        """Nothing more will be asked."""
        if self._resolver is not None and self._transcript.open:
            self._note("Stopped by the user." if self._cancelled else "No more questions.")
        self._transcript.open = False

    def _ask(self, question: Question) -> Answer:
        now_s = time.monotonic()
        if self._until_s is None:
            self._until_s = now_s + ALL_QUESTIONS_S
        left_s = min(self._question_s, self._until_s - now_s)
        if left_s <= 0 or len(self._answers) >= MAX_QUESTIONS or self._is_dead():
            return NO_ANSWER
        try:
            name = dns.name.from_text(question.name, dns.name.root)
            return self._resolve(name, question, left_s)
        except dns.resolver.NXDOMAIN as error:
            for response in error.kwargs.get("responses", {}).values():
                self._heard(response)
            return Answer(AnswerStatus.NXDOMAIN)
        except dns.resolver.NoAnswer as error:
            self._heard(error.kwargs.get("response"))
            return Answer(AnswerStatus.NO_DATA)
        except dns.exception.Timeout:
            self._note(f"No answer within {left_s:g} s.")
            return NO_ANSWER
        except (dns.name.LabelTooLong, dns.name.NameTooLong, dns.name.EmptyLabel, dns.name.BadEscape, UnicodeError):
            return Answer(AnswerStatus.NXDOMAIN)
        except (dns.exception.DNSException, OSError) as error:
            _log.info("A question to the DNS failed: %s", type(error).__name__)
            self._note("The name server gave no answer that can be used.")
            return Answer(AnswerStatus.SERVFAIL)

    def _is_dead(self) -> bool:
        """True when nothing has ever been answered: then nobody is there, and the others need not be waited for."""
        return len(self._answers) >= SILENT_QUESTIONS and all(known == NO_ANSWER for known in self._answers.values())

    def _resolve(self, name: dns.name.Name, question: Question, left_s: float) -> Answer:
        if self._resolver is None:
            self._resolver = self._make_resolver()
        self._say(Direction.CLIENT, f"{question.type.value} {name.to_text()}")
        found = self._resolver.resolve(
            name, dns.rdatatype.from_text(question.type.value), search=False, lifetime=left_s, raise_on_no_answer=True
        )
        self._heard(found.response)
        records = tuple(_text(record) for record in list(found)[:MAX_RECORDS])
        aliases = tuple(str(alias.name).rstrip(".") for alias in found.chaining_result.cnames)
        return Answer(AnswerStatus.FOUND, records, aliases, bool(found.response.flags & dns.flags.AD))

    def _make_resolver(self) -> dns.resolver.Resolver:
        resolver = dns.resolver.Resolver(configure=not self._name_servers)
        if self._name_servers:
            resolver.nameservers = list(self._name_servers)
            resolver.port = self._port
        resolver.search = []
        resolver.flags = dns.flags.RD | dns.flags.AD
        resolver.use_edns(0, 0, 1_232)
        servers = [str(server) for server in resolver.nameservers]
        self._transcript.host = servers[0] if servers else "no name server"
        self._record(self._transcript)
        self._note(f"Name servers of this machine: {', '.join(servers)}. What is asked of them is not encrypted.")
        return resolver

    def _heard(self, response: object) -> None:
        """Write down an answer: how it ended, then its records."""
        if isinstance(response, dns.message.Message):
            code = dns.rcode.to_text(response.rcode())
            validated = "AD" if response.flags & dns.flags.AD else ""
            self._say(Direction.SERVER, f"{code} {validated}".strip())
            for records in response.answer[:MAX_RECORDS]:
                for line in records.to_text().splitlines()[:MAX_RECORDS]:
                    self._say(Direction.SERVER, line)

    def _note(self, words: str) -> None:
        self._say(Direction.NOTE, words)

    def _say(self, direction: Direction, words: str) -> None:
        if self._transcript.open:
            self._transcript.add(direction, words.encode("utf-8", "replace"), int(time.time() * 1000))


def _text(record: object) -> str:
    strings = getattr(record, "strings", None)
    if strings is not None:
        return b"".join(strings).decode("latin-1")[:MAX_TEXT]
    exchange = getattr(record, "exchange", None)
    if exchange is not None:
        return f"{getattr(record, 'preference', 0)} {str(exchange).rstrip('.')}"
    return str(record).rstrip(".")
