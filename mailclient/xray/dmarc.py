"""Own verification of DMARC: is the domain in From confirmed by a signature or by SPF, and what does its owner ask for?

RFC 9989: the walk up the tree finds the record and the organisational domain (section 4.10). The list of public suffixes
(RFC 7489) decides nothing; it is named where it would have said otherwise. Takes the results of ``dkim`` and ``spf``, which
must be of the same message.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mailclient.domain.dns import AnswerStatus, Lookup, Question, RecordType
from mailclient.xray.dkim import DkimResult, DkimVerdict
from mailclient.xray.dmarc_record import DmarcRecord, is_dmarc, parse_dmarc, weaker
from mailclient.xray.dns_questions import Asking, is_domain
from mailclient.xray.organisation import organisational_domain as organisation_by_list
from mailclient.xray.organisation import same_organisation
from mailclient.xray.spf import SpfResult, SpfVerdict

MAX_LABELS: Final = 8


class DmarcVerdict(enum.Enum):
    """Whether the domain in From is confirmed."""

    NONE = "none"
    """The domain has no record: it asks for nothing."""
    PASS = "pass"
    FAIL = "fail"
    TEMPERROR = "temperror"
    PERMERROR = "permerror"
    NOT_CHECKED = "not-checked"


@dataclass(frozen=True, slots=True)
class DmarcResult:
    """The judgement."""

    verdict: DmarcVerdict
    domain: str = ""
    """The domain in From."""
    organisational_domain: str = ""
    policy: str = ""
    """What the owner asks for when it fails; empty without a record."""
    record: DmarcRecord | None = None
    aligned_dkim: tuple[str, ...] = ()
    """The domains whose good signatures confirm From."""
    aligned_spf: bool = False
    steps: tuple[str, ...] = ()
    lookups: tuple[Lookup, ...] = ()
    proves: str = ""
    proves_not: str = ""

    @property
    def confirmed(self) -> bool:
        """True when a signature or SPF confirms the domain in From, whether or not it has a record."""
        return bool(self.aligned_dkim) or self.aligned_spf


class _Walk:
    """The records that were found going up from a name (section 4.10)."""

    def __init__(self, lookups: list[Lookup], steps: list[str]) -> None:
        self._lookups, self._steps = lookups, steps
        self._known: dict[str, DmarcRecord | None] = {}
        self.failed = self.not_asked = False

    def record_at(self, name: str) -> Asking[DmarcRecord | None]:
        """Return the record of one name; several are none."""
        if name in self._known:
            return self._known[name]
        question = Question(f"_dmarc.{name}", RecordType.TXT)
        answer = yield question
        self._lookups.append(Lookup(question, answer))
        self.failed = self.failed or answer.failed
        self.not_asked = self.not_asked or answer.status is AnswerStatus.NOT_ASKED
        texts = [text for text in answer.records if is_dmarc(text)]
        record = parse_dmarc(texts[0], name) if len(texts) == 1 else None
        if len(texts) > 1:
            self._steps.append(f"{name} has {len(texts)} DMARC records, so none counts.")
        elif texts and record is None:
            self._steps.append(f"The DMARC record of {name} says no valid policy.")
        elif record is not None:
            self._steps.append(f"{name}: {record.text[:500]}")
            self._steps += record.remarks
        self._known[name] = record
        return record

    def up_from(self, name: str) -> Asking[tuple[DmarcRecord, ...]]:
        """Return the valid records from a name upwards, the longest name first."""
        found: list[DmarcRecord] = []
        for step in walk_names(name):
            record = yield from self.record_at(step)
            if record is not None:
                found.append(record)
                if record.public_suffix in {"y", "n"}:
                    break
        return tuple(found)


def walk_names(name: str) -> tuple[str, ...]:
    """Return the names that the walk asks, at most eight: the name, then one label less each time (section 4.10)."""
    labels = name.split(".")
    names = [name]
    rest = labels[1:] if len(labels) < MAX_LABELS else labels[-(MAX_LABELS - 1) :]
    while rest:
        names.append(".".join(rest))
        rest = rest[1:]
    return tuple(names)


def organisational_domain(name: str, records: Sequence[DmarcRecord]) -> str:
    """Return the organisational domain of a name from the records of its walk (section 4.10.2)."""
    for record in records:
        if record.public_suffix == "n":
            return record.domain
        if record.public_suffix == "y" and record.domain != name:
            below = name.removesuffix("." + record.domain).split(".")[-1]
            return f"{below}.{record.domain}"
    return records[-1].domain if records else name


def check_dmarc(from_domain: str, dkim: Sequence[DkimResult], spf: SpfResult | None) -> Asking[DmarcResult]:
    """Judge whether the domain in From is confirmed."""
    domain = from_domain.lower().rstrip(".")
    steps: list[str] = []
    lookups: list[Lookup] = []
    if not is_domain(domain):
        return DmarcResult(DmarcVerdict.PERMERROR, domain, steps=("From names no domain that can be asked about.",))
    walk = _Walk(lookups, steps)
    records = yield from walk.up_from(domain)
    own = organisational_domain(domain, records)
    record = _applying(domain, own, records)
    strict_dkim, strict_spf = (record.strict_dkim, record.strict_spf) if record else (False, False)
    good = [one.domain for one in dkim if one.verdict is DkimVerdict.PASS]
    aligned: list[str] = []
    for signer in dict.fromkeys(good):
        if (yield from _is_aligned(walk, signer, domain, own, strict=strict_dkim)):
            aligned.append(signer)
        else:
            steps.append(f"The good signature of {signer} {_apart(walk, signer, domain, strict=strict_dkim)}")
    by_spf = False
    if spf is not None and spf.verdict is SpfVerdict.PASS:
        by_spf = yield from _is_aligned(walk, spf.domain, domain, own, strict=strict_spf)
        if not by_spf:
            steps.append(f"SPF is good for {spf.domain}; that {_apart(walk, spf.domain, domain, strict=strict_spf)}")
    steps += [f"Confirmed by the signature of {signer}." for signer in aligned]
    steps += ["Confirmed by SPF."] if by_spf else []
    policy = (yield from _policy(record, domain, lookups)) if record else ""
    verdict = _verdict(walk, record, confirmed=bool(aligned) or by_spf, dkim=dkim, spf=spf)
    proves, proves_not = _meaning(verdict, domain, policy)
    return DmarcResult(
        verdict, domain, own, policy, record, tuple(aligned), by_spf, tuple(steps), tuple(lookups), proves, proves_not
    )


def _applying(domain: str, own: str, records: Sequence[DmarcRecord]) -> DmarcRecord | None:
    """Section 4.10.1: the record of the domain, of its organisation, of the public suffix above."""
    by_name = {record.domain: record for record in records}
    suffix = next((record for record in records if record.public_suffix == "y"), None)
    return by_name.get(domain) or by_name.get(own) or suffix


def _is_aligned(walk: _Walk, other: str, domain: str, own: str, *, strict: bool) -> Asking[bool]:
    other = other.lower().rstrip(".")
    if other == domain:
        return True
    if strict or not is_domain(other) or other.split(".")[-1] != domain.split(".")[-1]:
        return False
    records = yield from walk.up_from(other)
    return bool(records) and organisational_domain(other, records) == own


def _apart(walk: _Walk, other: str, domain: str, *, strict: bool) -> str:
    """Return the end of a sentence: why another domain does not confirm the one in From."""
    if strict:
        return "is not of the domain in From, whose owner wants it to be the very same."
    by_list = same_organisation(other, domain)
    if walk.not_asked or walk.failed:
        guess = "they seem to be of one owner" if by_list else "they seem to have nothing to do with each other"
        return f"may or may not be of the owner of the domain in From: not every answer could be had. By name {guess}."
    if by_list:
        return (
            f"is not of the domain in From. By the older rule (RFC 7489) both would belong to "
            f"{organisation_by_list(domain)}; now the DNS decides, and it does not say so."
        )
    return "is not of the domain in From."


def _policy(record: DmarcRecord, domain: str, lookups: list[Lookup]) -> Asking[str]:
    policy = record.policy
    if record.domain != domain:
        policy = record.subdomain_policy or record.policy
        if record.missing_policy:
            question = Question(domain, RecordType.A)
            answer = yield question
            lookups.append(Lookup(question, answer))
            if answer.status is AnswerStatus.NXDOMAIN:
                policy = record.missing_policy
    return weaker(policy) if record.testing else policy


def _verdict(
    walk: _Walk, record: DmarcRecord | None, *, confirmed: bool, dkim: Sequence[DkimResult], spf: SpfResult | None
) -> DmarcVerdict:
    if record is not None and confirmed:
        return DmarcVerdict.PASS
    if walk.not_asked:
        return DmarcVerdict.NOT_CHECKED
    if record is None:
        return DmarcVerdict.TEMPERROR if walk.failed else DmarcVerdict.NONE
    verdicts: set[str] = {one.verdict.value for one in dkim} | ({spf.verdict.value} if spf else set())
    if "not-checked" in verdicts:
        return DmarcVerdict.NOT_CHECKED
    return DmarcVerdict.TEMPERROR if "temperror" in verdicts else DmarcVerdict.FAIL


_ASKS: Final = {
    "": "Its owner asks for nothing.",
    "none": "Its owner asks only for reports.",
    "quarantine": "Its owner asks to put such mail aside.",
    "reject": "Its owner asks to refuse such mail.",
}


def _meaning(verdict: DmarcVerdict, domain: str, policy: str) -> tuple[str, str]:
    match verdict:
        case DmarcVerdict.PASS:
            return (
                f"The message was sent with the consent of {domain}, the domain in From.",
                "Not that the name before the address is true, nor that you know the domain: anybody can own one like it.",
            )
        case DmarcVerdict.FAIL:
            return (
                f"Nothing confirms that {domain} sent it. {_ASKS.get(policy, '')}",
                "Not that it is a forgery: lists and forwarding break what confirms it.",
            )
        case DmarcVerdict.NONE:
            return f"Nothing: {domain} has published no policy.", "Neither honesty nor forgery."
        case DmarcVerdict.TEMPERROR | DmarcVerdict.PERMERROR | DmarcVerdict.NOT_CHECKED:
            return "Nothing yet: not every answer could be had.", "Whether the domain in From is confirmed."
