"""All own checks of a message, one after the other over one resolver: DKIM, ARC, SPF, DMARC.

The resolver is handed in: none (what is missing is said), recorded answers, or live ones. Each question is asked once and no
more than sixty are. SPF is checked for the address that the reader's own server saw.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from mailclient.domain.dns import NOT_ASKED, Answer, AnswerStatus, Lookup, Question
from mailclient.mime.headers import HeaderBlock
from mailclient.mime.sender import SenderTruth
from mailclient.xray.arc import ArcResult, ArcVerdict, check_arc
from mailclient.xray.dkim import DkimResult, check_dkim, covered, signature_fields
from mailclient.xray.dmarc import DmarcResult, DmarcVerdict, check_dmarc
from mailclient.xray.dns_questions import Asking, Resolve, run
from mailclient.xray.finding import Finding, Severity
from mailclient.xray.network_address import is_reachable
from mailclient.xray.organisation import a_labels
from mailclient.xray.received import Hop
from mailclient.xray.route_facts import Route
from mailclient.xray.spf import SpfResult, SpfVerdict, check_spf

MAX_QUESTIONS: Final = 60
NO_CHAIN: Final = ArcResult(ArcVerdict.NONE)


@dataclass(frozen=True, slots=True)
class Verification:
    """What own checks found."""

    dkim: tuple[DkimResult, ...] = ()
    arc: ArcResult = NO_CHAIN
    spf: SpfResult | None = None
    """None when there is no outside address to check; ``spf_reason`` says why."""
    spf_reason: str = ""
    dmarc: DmarcResult | None = None
    lookups: tuple[Lookup, ...] = ()
    """Every question with its answer, once."""
    findings: tuple[Finding, ...] = ()

    @property
    def missing(self) -> tuple[Question, ...]:
        """The questions that nobody asked: with their answers more could be said."""
        return tuple(lookup.question for lookup in self.lookups if lookup.answer.status is AnswerStatus.NOT_ASKED)

    @property
    def asked(self) -> bool:
        """True when at least one answer was had."""
        return any(lookup.answer.status is not AnswerStatus.NOT_ASKED for lookup in self.lookups)


class _Once:
    """Asks each question once, and no more than the limit."""

    def __init__(self, resolve: Resolve) -> None:
        self._resolve = resolve
        self.answers: dict[Question, Answer] = {}

    def __call__(self, question: Question) -> Answer:
        if question not in self.answers:
            self.answers[question] = self._resolve(question) if len(self.answers) < MAX_QUESTIONS else NOT_ASKED
        return self.answers[question]


def verify(raw: bytes, block: HeaderBlock, route: Route, sender: SenderTruth, resolve: Resolve) -> Verification:
    """Check everything that can be checked with the answers that ``resolve`` gives."""
    once = _Once(resolve)
    hop = route.receiving_hop
    message = covered(raw, block, _received_at(route))
    dkim = tuple(run(check_dkim(message, field), once) for field in signature_fields(block))
    arc = run(check_arc(message), once)
    spf_reason = _no_spf(hop)
    spf = run(_spf(hop, block), once) if hop is not None and not spf_reason else None
    dmarc = _dmarc(block, sender, dkim, spf, once)
    lookups = tuple(Lookup(question, answer) for question, answer in once.answers.items())
    findings = [found for one in dkim for found in one.findings]
    findings += _findings(block, dkim, arc, spf, dmarc, hop)
    return Verification(dkim, arc, spf, spf_reason, dmarc, lookups, tuple(findings))


def recorded(answers: Mapping[str, object]) -> Resolve:
    """Return a resolver over recorded answers: ``{"example.org TXT": ["v=spf1 -all"], "a.example A": "nxdomain"}``.

    What is not recorded was not asked. An empty list means that the name has no such record.
    """
    known = {" ".join(name.split()).lower(): value for name, value in answers.items()}

    def resolve(question: Question) -> Answer:
        value = known.get(f"{question.name} {question.type.value}".lower())
        if isinstance(value, list):
            records = tuple(str(text) for text in value)
            return Answer(AnswerStatus.FOUND if records else AnswerStatus.NO_DATA, records)
        if isinstance(value, str):
            return Answer(_STATUS_WORDS.get(value.lower(), AnswerStatus.NOT_ASKED))
        return NOT_ASKED

    return resolve


_STATUS_WORDS: Final = {status.name.lower(): status for status in AnswerStatus if status is not AnswerStatus.FOUND}


def as_recorded(lookups: Sequence[Lookup]) -> dict[str, list[str] | str]:
    """Return answers in the form that ``recorded`` reads."""
    return {
        f"{lookup.question.name} {lookup.question.type.value}": (
            list(lookup.answer.records)
            if lookup.answer.status in {AnswerStatus.FOUND, AnswerStatus.NO_DATA}
            else lookup.answer.status.name.lower()
        )
        for lookup in lookups
        if lookup.answer.status is not AnswerStatus.NOT_ASKED
    }


def _received_at(route: Route) -> datetime | None:
    hop = route.receiving_hop
    return hop.date if hop is not None else None


def _no_spf(hop: Hop | None) -> str:
    if hop is None:
        return "No line shows which address handed the message to your servers."
    if hop.authenticated:
        return "The message was handed in by somebody who had signed in at your own server; SPF is not for that."
    if hop.address is None:
        return "Your own server's line does not show the address that handed the message over."
    if not is_reachable(hop.address):
        return f"The message came from {hop.ip}, an address inside a network; SPF is not for that."
    return ""


def _spf(hop: Hop, block: HeaderBlock) -> Asking[SpfResult]:
    path = block.first("Return-Path")
    local, at, name = (hop.envelope_from if path is None else path.strip().strip("<>")).rpartition("@")
    mail_from = (
        local + at + a_labels(name)
    )  # RFC 7208 section 4.3: the DNS is asked for the form that begins with xn--.
    address = hop.address
    assert address is not None
    unix_s = int(hop.date.timestamp()) if hop.date else 0
    return check_spf(address, mail_from, hop.helo.strip("[]"), receiver=hop.by or "unknown", unix_s=unix_s)


def _dmarc(
    block: HeaderBlock, sender: SenderTruth, dkim: Sequence[DkimResult], spf: SpfResult | None, resolve: Resolve
) -> DmarcResult | None:
    domain = sender.address.rpartition("@")[2].lower()
    if len(block.all("From")) != 1 or not domain:
        return DmarcResult(
            DmarcVerdict.PERMERROR,
            steps=("There is not exactly one From field with an address, so there is no domain to confirm.",),
            proves="Nothing.",
            proves_not="Who it is from.",
        )
    return run(check_dmarc(a_labels(domain), dkim, spf), resolve)


def _findings(
    block: HeaderBlock,
    dkim: Sequence[DkimResult],
    arc: ArcResult,
    spf: SpfResult | None,
    dmarc: DmarcResult | None,
    hop: Hop | None,
) -> list[Finding]:
    findings = [_not_good(one) for one in dkim if one.verdict.value in {"fail", "permerror", "policy"}]
    if arc.verdict is ArcVerdict.FAIL:
        findings.append(
            Finding(
                "arc-broken",
                Severity.NOTICE,
                f"The chain of seals is broken. {arc.reasons[0] if arc.reasons else ''}".strip(),
                "What the servers before wrote about the message cannot be believed.",
                rfc="RFC 8617 section 5.2",
            )
        )
    if spf is not None and spf.verdict in {SpfVerdict.FAIL, SpfVerdict.SOFTFAIL}:
        findings.append(
            Finding(
                "spf-not-allowed",
                Severity.NOTICE,
                f"{spf.domain} does not name {spf.address} among its servers.",
                "So it is with forged mail, and with mail that somebody forwarded.",
                hop.pieces.get("ip", hop.range) if hop is not None else None,
                "RFC 7208 section 8.4",
            )
        )
    if dmarc is not None and dmarc.verdict is DmarcVerdict.FAIL:
        passed_on = arc.verdict is ArcVerdict.PASS or bool(block.all("List-Id"))
        field = block.field("From")
        # Inside one network nobody asks for SPF, nor signs: then there is only half a reason.
        severe = dmarc.policy in {"reject", "quarantine"} and not passed_on and spf is not None
        nothing = "Neither a signature nor SPF confirms" if spf is not None else "No signature confirms"
        findings.append(
            Finding(
                "dmarc-fail",
                Severity.WARNING if severe else Severity.NOTICE,
                f"{nothing} that this comes from {dmarc.domain}.",
                f"{dmarc.proves} Mail from lists and forwarders can fail so too"
                f"{'' if spf is not None else ', and mail that never left one network'}.",
                (field.start, field.end) if field is not None else None,
                "RFC 9989 section 5",
            )
        )
    return findings


def _not_good(one: DkimResult) -> Finding:
    why = one.steps[0] if one.body_unchanged is False else one.steps[-1]
    return Finding(
        "dkim-not-good",
        Severity.NOTICE,
        f"The signature of {one.domain or 'an unnamed domain'} is not good. {why}",
        "Lists and servers that change a message break signatures; it then counts as unsigned, not as forged.",
        one.range,
        "RFC 6376 section 6.1",
    )
