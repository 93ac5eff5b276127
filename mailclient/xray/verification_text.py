"""Own checks and the answers they rest on as lines of the text report. Pure; whoever prints escapes."""

from __future__ import annotations

from collections.abc import Iterator

from mailclient.domain.dns import AnswerStatus, Lookup
from mailclient.xray.verification import Verification

MAX_RECORD = 300
Line = tuple[str, str]
"""A short word and a sentence."""


def verification_lines(own: Verification) -> Iterator[Line]:
    """Yield for each check its verdict with reasons, what it proves and what not."""
    for one in own.dkim:
        yield f"own check: dkim {one.verdict.value}", f"{one.domain}: {' '.join(one.steps)}"
        yield from _meaning(one.proves, one.proves_not)
    if own.arc.verdict.value != "none":
        yield f"own check: arc {own.arc.verdict.value}", " ".join(own.arc.reasons)
        yield from _meaning(own.arc.proves, own.arc.proves_not)
    if own.spf is not None:
        yield f"own check: spf {own.spf.verdict.value}", " ".join(step.text for step in own.spf.steps)
        yield from _meaning(own.spf.proves, own.spf.proves_not)
    elif own.spf_reason:
        yield "own check: spf", own.spf_reason
    if own.dmarc is not None:
        steps = " ".join(own.dmarc.steps) or "What the domain asks for is not known yet."
        yield f"own check: dmarc {own.dmarc.verdict.value}", f"{own.dmarc.domain}: {steps}"
        yield from _meaning(own.dmarc.proves, own.dmarc.proves_not)


def lookup_lines(own: Verification) -> Iterator[Line]:
    """Yield every question to the DNS with its answer."""
    for lookup in own.lookups:
        yield f"{lookup.question.name} {lookup.question.type.value}", _answer(lookup)


def _answer(lookup: Lookup) -> str:
    answer = lookup.answer
    if answer.status is not AnswerStatus.FOUND:
        return f"{answer.status.value}."
    texts = "; ".join(record[:MAX_RECORD] for record in answer.records)
    return f"{texts} ({'' if answer.authenticated else 'not '}validated by DNSSEC)"


def _meaning(proves: str, proves_not: str) -> Iterator[Line]:
    if proves.startswith("Nothing yet"):
        return  # The check was not made, which its first line says.
    if proves:
        yield "  proves", proves
    if proves_not:
        yield "  does not prove", proves_not
