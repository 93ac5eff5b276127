"""Checks that need the DNS: they yield questions and are given answers.

So the same check runs on live answers, on recorded ones, and on none at all (then it says what is missing). Nothing here
sends anything; ``net.dns_lookup`` does.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TypeVar

from mailclient.domain.dns import NOT_ASKED, Answer, Question

T = TypeVar("T")


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
