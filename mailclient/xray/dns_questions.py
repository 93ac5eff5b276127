"""Questions to the DNS and their answers as values: checks yield questions and are given answers.

So the same check runs on live answers, on recorded ones, and on none at all (then it says what is missing). Nothing here
sends anything; ``net.dns_lookup`` does.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

T = TypeVar("T")


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


Asking = Generator[Question, Answer, T]
"""A check under way: yields questions, is sent answers, returns its result."""
Resolve = Callable[[Question], Answer]


def run(check: Asking[T], resolve: Resolve) -> T:
    """Drive a check to its end with answers from ``resolve``."""
    try:
        question = next(check)
        while True:
            question = check.send(resolve(question))
    except StopIteration as end:
        result: T = end.value
        return result


def offline(_question: Question) -> Answer:
    """Answer nothing: no question leaves."""
    return NOT_ASKED


def is_domain(name: str) -> bool:
    """True when a text can be asked for: labels of 1 to 63 bytes, 253 in all, at least two labels."""
    labels = name.split(".")
    return len(labels) > 1 and len(name) <= 253 and all(0 < len(label) <= 63 for label in labels)
