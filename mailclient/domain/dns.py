"""Questions to the DNS and their answers: values that those who ask and those who check share. RFC 1035, RFC 4035."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from mailclient.domain.ids import ConnectionId


class RecordType(enum.Enum):
    """What is asked for."""

    TXT = "TXT"
    A = "A"
    AAAA = "AAAA"
    MX = "MX"
    PTR = "PTR"


class Question(NamedTuple):
    """A name in lower case without the last dot, and a type."""

    name: str
    type: RecordType


class AnswerStatus(enum.Enum):
    """How a look-up ended, with the words for a reader."""

    FOUND = "answered"
    NXDOMAIN = "the name does not exist"
    NO_DATA = "the name has no such record"
    TIMEOUT = "no answer in time"
    SERVFAIL = "the name server failed"
    NOT_ASKED = "not asked"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: AnswerStatus
    records: tuple[str, ...] = ()
    """TXT: the strings of one record joined, bytes as Latin-1. MX: ``10 mx.example.org``. PTR: a name."""
    aliases: tuple[str, ...] = ()
    """The CNAMEs that were followed."""
    authenticated: bool = False
    """The resolver says that it validated the answer with DNSSEC."""

    @property
    def failed(self) -> bool:
        """True when another time an answer may come."""
        return self.status in {AnswerStatus.TIMEOUT, AnswerStatus.SERVFAIL}


NOT_ASKED = Answer(AnswerStatus.NOT_ASKED)


@dataclass(frozen=True, slots=True)
class Lookup:
    """A question with its answer: what a verdict rests on."""

    question: Question
    answer: Answer


class DnsConversation(Protocol):
    """Something that can be asked for one message; what goes wrong is an answer."""

    @property
    def connection_id(self) -> ConnectionId:
        """Names its recorded dialogue."""

    def __call__(self, question: Question) -> Answer:
        """Ask, and wait for the answer. Blocks on the network."""

    def cancel(self) -> None:
        """Ask nothing more, from any thread: what is not answered yet counts as not asked."""

    def close(self) -> None:
        """Nothing more will be asked."""
