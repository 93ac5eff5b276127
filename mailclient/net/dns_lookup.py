"""Questions to the DNS, really sent: for one message, only when the user asked for it or allowed it.

The names as they are written (no search domains), a time limit for each question and for all together, each question once.
What goes wrong is an answer and never an exception. RFC 1035, RFC 6891, RFC 4035 section 3.2.3 (AD).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from typing import Final

import dns.exception
import dns.flags
import dns.name
import dns.rdatatype
import dns.resolver

from mailclient.domain.dns import Answer, AnswerStatus, Question

_log = logging.getLogger(__name__)

QUESTION_S: Final = 5.0
ALL_QUESTIONS_S: Final = 20.0
MAX_QUESTIONS: Final = 60
MAX_RECORDS: Final = 50
MAX_TEXT: Final = 16_384
NO_ANSWER: Final = Answer(AnswerStatus.TIMEOUT)


class DnsLookup:
    """Asks the name servers of this machine, or those given; keeps the answers for its own life."""

    def __init__(self, name_servers: Sequence[str] = (), port: int = 53, question_s: float = QUESTION_S) -> None:
        self._name_servers, self._port, self._question_s = tuple(name_servers), port, question_s
        self._resolver: dns.resolver.Resolver | None = None
        self._answers: dict[Question, Answer] = {}
        self._until_s: float | None = None

    def __call__(self, question: Question) -> Answer:
        """Return the answer to a question."""
        known = self._answers.get(question)
        if known is None:
            known = self._answers[question] = self._ask(question)
        return known

    def _ask(self, question: Question) -> Answer:
        now_s = time.monotonic()
        if self._until_s is None:
            self._until_s = now_s + ALL_QUESTIONS_S
        left_s = min(self._question_s, self._until_s - now_s)
        if left_s <= 0 or len(self._answers) >= MAX_QUESTIONS:
            return NO_ANSWER
        try:
            name = dns.name.from_text(question.name, dns.name.root)
            return self._resolve(name, question, left_s)
        except dns.resolver.NXDOMAIN:
            return Answer(AnswerStatus.NXDOMAIN)
        except dns.resolver.NoAnswer:
            return Answer(AnswerStatus.NO_DATA)
        except dns.exception.Timeout:
            return NO_ANSWER
        except (dns.name.LabelTooLong, dns.name.NameTooLong, dns.name.EmptyLabel, dns.name.BadEscape, UnicodeError):
            return Answer(AnswerStatus.NXDOMAIN)
        except (dns.exception.DNSException, OSError) as error:
            _log.info("A question to the DNS failed: %s", type(error).__name__)
            return Answer(AnswerStatus.SERVFAIL)

    def _resolve(self, name: dns.name.Name, question: Question, left_s: float) -> Answer:
        if self._resolver is None:
            self._resolver = self._make_resolver()
        found = self._resolver.resolve(
            name, dns.rdatatype.from_text(question.type.value), search=False, lifetime=left_s, raise_on_no_answer=True
        )
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
        return resolver


def _text(record: object) -> str:
    strings = getattr(record, "strings", None)
    if strings is not None:
        return b"".join(strings).decode("latin-1")[:MAX_TEXT]
    exchange = getattr(record, "exchange", None)
    if exchange is not None:
        return f"{getattr(record, 'preference', 0)} {str(exchange).rstrip('.')}"
    return str(record).rstrip(".")
