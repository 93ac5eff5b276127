"""Own verification of DKIM signatures, step by step, with what each proves. RFC 6376, RFC 8301, RFC 8463, RFC 8616.

A generator asks for the key; without an answer it still says whether the body is unchanged. Times are compared with the time
of receipt, never with now. Judges signatures only: whether the domain is the one in From is ``dmarc``.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from mailclient.domain.dns import Answer, AnswerStatus, Lookup, Question, RecordType
from mailclient.mime.headers import HeaderBlock, HeaderField
from mailclient.xray.dkim_canonical import signed_data
from mailclient.xray.dkim_findings import key_findings, signature_findings
from mailclient.xray.dkim_tags import KeyRecord, Signature, parse_key_record, parse_signature
from mailclient.xray.dns_questions import Asking
from mailclient.xray.finding import Finding, Range
from mailclient.xray.signature_check import Outcome, check_signature
from mailclient.xray.signed_body import SignedBody

MAX_SIGNATURES: Final = 10
MAX_KEYS: Final = 5


class DkimVerdict(enum.Enum):
    """The results of RFC 8601 section 2.7.1, and one for a key that nobody asked for."""

    PASS = "pass"
    FAIL = "fail"
    POLICY = "policy"
    """Good by arithmetic, but by SHA-1 or a key that anybody can break."""
    NEUTRAL = "neutral"
    TEMPERROR = "temperror"
    PERMERROR = "permerror"
    NOT_CHECKED = "not-checked"


@dataclass(frozen=True, slots=True)
class DkimResult:
    """One signature judged."""

    verdict: DkimVerdict
    range: Range
    domain: str = ""
    selector: str = ""
    algorithm: str = ""
    identity: str = ""
    signed_names: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    """Sentences: each step with how it ended."""
    body_unchanged: bool | None = None
    """None when it could not be compared."""
    header_unchanged: bool | None = None
    key_bits: int | None = None
    testing: bool = False
    lookups: tuple[Lookup, ...] = ()
    proves: str = ""
    proves_not: str = ""
    findings: tuple[Finding, ...] = ()


Tried = tuple[DkimVerdict, KeyRecord | None, int | None, bool | None, list[str]]
"""Verdict, key, its size in bits, whether the signed data is unchanged, steps."""


@dataclass(frozen=True, slots=True)
class Covered:
    """A message prepared for checking signatures."""

    block: HeaderBlock
    body: SignedBody
    received_at: datetime | None = None
    """When the message came; from the line of the own server."""


def covered(raw: bytes, block: HeaderBlock, received_at: datetime | None = None) -> Covered:
    """Return what checks of signatures need of a message."""
    return Covered(block, SignedBody(raw, block.body_start), received_at)


def signature_fields(block: HeaderBlock) -> Iterator[HeaderField]:
    """Yield the DKIM-Signature fields that are checked, from the top."""
    yield from block.all("DKIM-Signature")[:MAX_SIGNATURES]


def check_dkim(message: Covered, field: HeaderField) -> Asking[DkimResult]:
    """Check one DKIM-Signature."""
    signature = parse_signature(field.raw[field.value_start - field.start :].decode("utf-8", "replace"))
    place = (field.start, field.end)
    if signature.errors:
        return _result(DkimVerdict.PERMERROR, place, signature, steps=signature.errors)
    body_unchanged, body_step = check_body(message, signature)
    steps = [body_step]
    question = Question(f"{signature.selector}._domainkey.{signature.domain}", RecordType.TXT)
    answer = yield question
    lookups = (Lookup(question, answer),)
    data = signed_data(message.block, signature.names, field, signature.header_canonical)
    verdict, key, check_bits, header_ok, more = try_keys(signature, data, question.name, answer)
    steps += more
    if body_unchanged is False and verdict in {DkimVerdict.PASS, DkimVerdict.TEMPERROR, DkimVerdict.NOT_CHECKED}:
        verdict = DkimVerdict.FAIL  # No key can make another body good.
    if verdict is DkimVerdict.PASS and signature.algorithm == "rsa-sha1":
        verdict = DkimVerdict.POLICY
        steps.append("SHA-1 is broken: since 2018 no program should accept such a signature.")
    if verdict is DkimVerdict.PASS and _expired(signature, message.received_at):
        verdict = DkimVerdict.FAIL
        steps.append("The signature had expired when the message came.")
    findings = (
        *signature_findings(message.block, message.body, signature, place, message.received_at),
        *key_findings(key, check_bits, len(answer.records), place),
    )
    return _result(
        verdict, place, signature, steps=tuple(steps), body_unchanged=body_unchanged, header_unchanged=header_ok,
        key_bits=check_bits, testing=key is not None and key.testing, lookups=lookups, findings=findings,
    )  # fmt: skip


def check_body(message: Covered, signature: Signature) -> tuple[bool | None, str]:
    """Return whether the body has the hash that the signature names, with a sentence."""
    form, length = signature.body_canonical, signature.length
    if length is not None and length > (there := len(message.body.form(form))):
        return False, f"The signature covers {length} bytes of the body, but there are only {there}."
    if message.body.hash(form, length, signature.algorithm) == signature.body_hash:
        return True, "The body is what was signed: its hash is the one in the signature."
    return False, "The body was changed after signing: its hash is another."


def try_keys(signature: Signature, data: bytes, name: str, answer: Answer) -> Tried:
    """Return verdict, key, its size, whether the signed data is unchanged, and the steps; each record is tried."""
    match answer.status:
        case AnswerStatus.NOT_ASKED:
            return DkimVerdict.NOT_CHECKED, None, None, None, [f"The key at {name} was not asked for."]
        case AnswerStatus.TIMEOUT | AnswerStatus.SERVFAIL:
            return DkimVerdict.TEMPERROR, None, None, None, [f"The key at {name}: {answer.status.value}."]
        case AnswerStatus.NXDOMAIN | AnswerStatus.NO_DATA:
            return (
                DkimVerdict.PERMERROR,
                None,
                None,
                None,
                [f"There is no key at {name}: it was never published or taken away."],
            )
        case AnswerStatus.FOUND:
            pass
    best: Tried | None = None
    for text in answer.records[:MAX_KEYS]:
        tried = _try_key(parse_key_record(text), signature, data)
        if (
            best is None
            or (tried[0] is DkimVerdict.PASS) > (best[0] is DkimVerdict.PASS)
            or _weight(tried[0]) > _weight(best[0])
        ):
            best = tried
    return best or (DkimVerdict.PERMERROR, None, None, None, [f"The answer for {name} holds no record."])


def _weight(verdict: DkimVerdict) -> int:
    return {DkimVerdict.PASS: 3, DkimVerdict.POLICY: 2, DkimVerdict.FAIL: 1}.get(verdict, 0)


def _try_key(key: KeyRecord, signature: Signature, data: bytes) -> Tried:
    if key.errors:
        return DkimVerdict.PERMERROR, key, None, None, list(key.errors)
    if key.revoked:
        return DkimVerdict.PERMERROR, key, None, None, ["The key was revoked: its record is empty."]
    algorithm, _, hash_name = signature.algorithm.rpartition("-")
    if key.key_type != algorithm:
        return (
            DkimVerdict.PERMERROR,
            key,
            None,
            None,
            [f"The key is of type {key.key_type}, the signature {signature.algorithm}."],
        )
    if key.hashes and hash_name not in key.hashes:
        return DkimVerdict.PERMERROR, key, None, None, [f"The key may not be used with {hash_name}."]
    if key.strict_identity and signature.identity and signature.identity.rpartition("@")[2] != signature.domain:
        return DkimVerdict.PERMERROR, key, None, None, ["The key is only for the domain itself, and i= names another."]
    check = check_signature(signature.algorithm, key.key, signature.signature, data)
    match check.outcome:
        case Outcome.GOOD:
            return (
                DkimVerdict.PASS,
                key,
                check.key_bits,
                True,
                ["The signed fields are unchanged: the key opens the signature."],
            )
        case Outcome.TOO_WEAK:
            return (
                DkimVerdict.POLICY,
                key,
                check.key_bits,
                None,
                ["The key has less than 1024 bits: anybody can sign with it."],
            )
        case Outcome.UNUSABLE:
            return DkimVerdict.PERMERROR, key, None, None, ["The key cannot be read."]
        case Outcome.BAD:
            changed = "The key does not open the signature: a signed field was changed, or another key signed."
            return DkimVerdict.FAIL, key, check.key_bits, False, [changed]


def _expired(signature: Signature, received_at: datetime | None) -> bool:
    return (
        signature.expires_at is not None and received_at is not None and received_at.timestamp() > signature.expires_at
    )


def _result(
    verdict: DkimVerdict, place: Range, signature: Signature, *, steps: tuple[str, ...],
    body_unchanged: bool | None = None, header_unchanged: bool | None = None, key_bits: int | None = None,
    testing: bool = False, lookups: tuple[Lookup, ...] = (), findings: tuple[Finding, ...] = (),
) -> DkimResult:  # fmt: skip
    proves, proves_not = _meaning(verdict, signature)
    return DkimResult(
        verdict, place, signature.domain, signature.selector, signature.algorithm, signature.identity, signature.names,
        steps,
        body_unchanged, header_unchanged, key_bits, testing, lookups, proves, proves_not, findings,
    )  # fmt: skip


def _meaning(verdict: DkimVerdict, signature: Signature) -> tuple[str, str]:
    domain = signature.domain or "the named domain"
    if verdict is DkimVerdict.PASS:
        return (
            f"A server that {domain} allows signed this, and neither the signed fields nor the body were changed since.",
            "Not who wrote it, not that the name in From is of that domain, and not that the content is harmless.",
        )
    if verdict is DkimVerdict.NOT_CHECKED:
        return f"Nothing yet: the key of {domain} has to be looked up.", "Whether the signature is good."
    return (
        "Nothing: without a good signature the message counts as unsigned.",
        "Not a forgery either: lists and servers that change a message break good signatures.",
    )
