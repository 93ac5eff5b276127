"""Own verification of SPF: may this address send for that domain? Each step is told. RFC 7208, complete with its limits.

A generator that asks for TXT, A, AAAA, MX and PTR. The address is the one that the reader's own server saw. Says nothing of
From: whether the domain is the one that is shown is ``dmarc``.
"""

from __future__ import annotations

import enum
import ipaddress
from dataclasses import dataclass, replace
from typing import Final

from mailclient.domain.dns import Answer, AnswerStatus, Lookup, Question, RecordType
from mailclient.xray.dns_questions import Asking, is_domain
from mailclient.xray.network_address import IpAddress
from mailclient.xray.spf_macros import MacroValues, expand, expand_domain, needs_validated_name
from mailclient.xray.spf_record import BrokenRecord, Mechanism, SpfRecord, check_explanation, is_spf, parse_record

MAX_TERMS: Final = 10
MAX_VOID: Final = 2
MAX_NAMES: Final = 10


class SpfVerdict(enum.Enum):
    """The results of RFC 7208 section 2.6, and one for questions that nobody asked."""

    NONE = "none"
    NEUTRAL = "neutral"
    PASS = "pass"
    FAIL = "fail"
    SOFTFAIL = "softfail"
    TEMPERROR = "temperror"
    PERMERROR = "permerror"
    NOT_CHECKED = "not-checked"


_QUALIFIERS: Final = {
    "+": SpfVerdict.PASS,
    "-": SpfVerdict.FAIL,
    "~": SpfVerdict.SOFTFAIL,
    "?": SpfVerdict.NEUTRAL,
}


@dataclass(frozen=True, slots=True)
class SpfStep:
    """One thing that was done, with its depth in includes."""

    depth: int
    text: str


@dataclass(frozen=True, slots=True)
class SpfResult:
    """The judgement on one identity."""

    verdict: SpfVerdict
    address: str = ""
    domain: str = ""
    identity: str = "mailfrom"
    """``mailfrom`` or ``helo``: whose domain was asked about."""
    sender: str = ""
    helo: str = ""
    matched: str = ""
    """The mechanism that decided."""
    steps: tuple[SpfStep, ...] = ()
    explanation: str = ""
    """What the domain's owner says to those who are refused."""
    lookups: tuple[Lookup, ...] = ()
    proves: str = ""
    proves_not: str = ""


class _Stop(Exception):
    """Ends the evaluation with a verdict and a sentence."""

    def __init__(self, verdict: SpfVerdict, why: str) -> None:
        super().__init__(why)
        self.verdict, self.why = verdict, why


def check_spf(
    address: IpAddress, mail_from: str, helo: str, *, receiver: str = "unknown", unix_s: int = 0
) -> Asking[SpfResult]:
    """Judge the envelope sender, or the HELO name when the sender is empty (bounces)."""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    identity = "mailfrom" if mail_from else "helo"
    sender = mail_from or f"postmaster@{helo}"
    local, at, domain = sender.rpartition("@")
    if not at or not local:
        sender = f"postmaster@{domain}"
    domain = domain.lower().removesuffix(".")
    values = MacroValues(sender, domain, address, helo, receiver=receiver, unix_s=unix_s)
    running = _Run(values)
    try:
        verdict = yield from running.check_host(domain, 0)
    except _Stop as stop:
        running.say(0, stop.why)
        verdict = stop.verdict
    proves, proves_not = _meaning(verdict, str(address), domain)
    return SpfResult(
        verdict, str(address), domain, identity, sender, helo, running.matched, tuple(running.steps), running.explanation,
        tuple(running.lookups), proves, proves_not,
    )  # fmt: skip


class _Run:
    """One evaluation with its counters (section 4.6.4)."""

    def __init__(self, values: MacroValues) -> None:
        self._values = values
        self._terms = self._void = 0
        self._validated: dict[str, str] = {}
        self.steps: list[SpfStep] = []
        self.lookups: list[Lookup] = []
        self.explanation = ""
        self.matched = ""

    def say(self, depth: int, text: str) -> None:
        """Write a step down."""
        self.steps.append(SpfStep(depth, text))

    def check_host(self, domain: str, depth: int) -> Asking[SpfVerdict]:
        """Section 4: evaluate the record of a domain."""
        if not is_domain(domain):
            self.say(depth, f"“{domain[:100]}” is no domain that can be asked about.")
            return SpfVerdict.NONE
        answer = yield from self._ask(domain, RecordType.TXT)
        self._refuse_failure(answer, domain)
        records = [text for text in answer.records if is_spf(text)]
        if not records:
            self.say(depth, f"{domain} has no SPF record.")
            return SpfVerdict.NONE
        if len(records) > 1:
            raise _Stop(SpfVerdict.PERMERROR, f"{domain} has {len(records)} SPF records where one is allowed.")
        self.say(depth, f"{domain}: {records[0][:500]}")
        try:
            record = parse_record(records[0])
        except BrokenRecord as error:
            raise _Stop(SpfVerdict.PERMERROR, f"The record of {domain} is broken. {error}") from error
        return (yield from self._evaluate(record, domain, depth))

    def _evaluate(self, record: SpfRecord, domain: str, depth: int) -> Asking[SpfVerdict]:
        for mechanism in record.mechanisms:
            matches = yield from self._matches(mechanism, domain, depth)
            self.say(depth, f"{mechanism.text[:200]}: {'matches' if matches else 'does not match'}.")
            if matches:
                verdict = _QUALIFIERS[mechanism.qualifier]
                if depth == 0:
                    self.matched = mechanism.text
                    if verdict is SpfVerdict.FAIL and record.exp is not None:
                        yield from self._explain(record.exp, domain)
                return verdict
        if record.redirect is None:
            self.say(depth, "Nothing matches, and the record does not say what then: neutral.")
            return SpfVerdict.NEUTRAL
        self._count_term()
        target = yield from self._expand(record.redirect, domain)
        self.say(depth, f"Nothing matches; the record of {target} decides (redirect).")
        verdict = yield from self.check_host(target, depth)
        if verdict is SpfVerdict.NONE:
            raise _Stop(SpfVerdict.PERMERROR, f"The record sends on to {target}, which has none.")
        return verdict

    def _matches(self, mechanism: Mechanism, domain: str, depth: int) -> Asking[bool]:
        address = self._values.address
        if mechanism.name == "all":
            return True
        if mechanism.network is not None:
            return address.version == mechanism.network.version and address in mechanism.network
        self._count_term()
        target = domain
        if mechanism.target:
            target = yield from self._expand(mechanism.target, domain)
        match mechanism.name:
            case "include":
                return (yield from self._include(target, depth))
            case "a":
                return is_domain(target) and (yield from self._has_address(target, mechanism))
            case "mx":
                return is_domain(target) and (yield from self._mx(target, mechanism))
            case "exists":
                return is_domain(target) and (yield from self._exists(target))
            case _:
                names = yield from self._validated_names()
                return any(name == target or name.endswith("." + target) for name in names)

    def _include(self, target: str, depth: int) -> Asking[bool]:
        verdict = yield from self.check_host(target, depth + 1)
        if verdict is SpfVerdict.NONE:
            raise _Stop(SpfVerdict.PERMERROR, f"The record includes {target}, which has none.")
        return verdict is SpfVerdict.PASS

    def _exists(self, target: str) -> Asking[bool]:
        answer = yield from self._ask(target, RecordType.A, counts=True)
        self._refuse_failure(answer, target)
        return bool(answer.records)

    def _mx(self, target: str, mechanism: Mechanism) -> Asking[bool]:
        answer = yield from self._ask(target, RecordType.MX, counts=True)
        self._refuse_failure(answer, target)
        if len(answer.records) > MAX_NAMES:
            raise _Stop(SpfVerdict.PERMERROR, f"{target} has more than {MAX_NAMES} mail servers.")
        for text in sorted(answer.records, key=_preference):
            host = text.rpartition(" ")[2].rstrip(".").lower()
            if is_domain(host) and (yield from self._has_address(host, mechanism)):
                return True
        return False

    def _has_address(self, host: str, mechanism: Mechanism) -> Asking[bool]:
        address = self._values.address
        four = isinstance(address, ipaddress.IPv4Address)
        answer = yield from self._ask(host, RecordType.A if four else RecordType.AAAA, counts=True)
        self._refuse_failure(answer, host)
        bits = mechanism.bits4 if four else mechanism.bits6
        for text in answer.records:
            try:
                if address in ipaddress.ip_network(f"{text}/{bits}", strict=False):
                    return True
            except ValueError:
                continue
        return False

    def _validated_names(self) -> Asking[tuple[str, ...]]:
        """Section 5.5: the reverse names that lead back to the address. Errors are no match."""
        address = self._values.address
        answer = yield from self._ask(address.reverse_pointer, RecordType.PTR, counts=True)
        names: list[str] = []
        kind = RecordType.A if isinstance(address, ipaddress.IPv4Address) else RecordType.AAAA
        for text in answer.records[:MAX_NAMES]:
            name = text.rstrip(".").lower()
            if is_domain(name):
                forward = yield from self._ask(name, kind)
                if str(address) in {_normal(found) for found in forward.records}:
                    names.append(name)
        return tuple(names)

    def _expand(self, text: str, domain: str) -> Asking[str]:
        values = yield from self._values_for(text, domain)
        return expand_domain(text, values)

    def _values_for(self, text: str, domain: str) -> Asking[MacroValues]:
        values = replace(self._values, domain=domain)
        if needs_validated_name(text):
            names = yield from self._validated_names()
            best = sorted(names, key=lambda name: (name != domain, not name.endswith("." + domain)))
            values = replace(values, validated=best[0] if best else "unknown")
        return values

    def _explain(self, exp: str, domain: str) -> Asking[None]:
        target = yield from self._expand(exp, domain)
        if not is_domain(target):
            return
        answer = yield from self._ask(target, RecordType.TXT)
        if len(answer.records) != 1 or not answer.records[0].isascii():
            return
        try:
            check_explanation(answer.records[0])
        except BrokenRecord:
            return
        values = yield from self._values_for(answer.records[0], domain)
        self.explanation = expand(answer.records[0], values)

    def _ask(self, name: str, kind: RecordType, *, counts: bool = False) -> Asking[Answer]:
        question = Question(name.lower(), kind)
        answer = yield question
        if answer.status is AnswerStatus.NOT_ASKED:
            self.lookups.append(Lookup(question, answer))
            raise _Stop(SpfVerdict.NOT_CHECKED, f"{name} {kind.value} was not asked for.")
        self.lookups.append(Lookup(question, answer))
        if counts and answer.status in {AnswerStatus.NXDOMAIN, AnswerStatus.NO_DATA}:
            self._void += 1
            if self._void > MAX_VOID:
                raise _Stop(
                    SpfVerdict.PERMERROR, f"More than {MAX_VOID} look-ups found nothing; the record is out of date."
                )
        return answer

    def _refuse_failure(self, answer: Answer, name: str) -> None:
        if answer.failed:
            raise _Stop(SpfVerdict.TEMPERROR, f"{name}: {answer.status.value}.")

    def _count_term(self) -> None:
        self._terms += 1
        if self._terms > MAX_TERMS:
            raise _Stop(SpfVerdict.PERMERROR, f"The record needs more than {MAX_TERMS} look-ups.")


def _preference(text: str) -> tuple[int, str]:
    number, _, host = text.partition(" ")
    return (int(number) if number.isdecimal() else 0, host)


def _normal(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return text


def _meaning(verdict: SpfVerdict, address: str, domain: str) -> tuple[str, str]:
    if verdict is SpfVerdict.PASS:
        return (
            f"{domain} allows {address} to send mail in its name.",
            "Not that the address in From is of that domain, and not who wrote the message: many customers share a server.",
        )
    if verdict in {SpfVerdict.FAIL, SpfVerdict.SOFTFAIL}:
        return (
            f"{domain} does not name {address} among its servers.",
            "Not that it is a forgery: a forwarded message comes from the forwarder's address.",
        )
    if verdict is SpfVerdict.NOT_CHECKED:
        return "Nothing yet: the record of the domain has to be looked up.", "Whether the address may send."
    return f"Nothing: {domain or 'the sender'} does not say who may send for it.", "Neither honesty nor forgery."
