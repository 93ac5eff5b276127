"""Own verification of an ARC chain: each set, its signature and its seal. RFC 8617 sections 4 and 5.

Servers that change a message (lists, forwarders) write down what they found before. A good chain proves who changed it
in which order; whether these are to be believed is another question. Asks for keys as ``dkim`` does.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from mailclient.domain.dns import Lookup, Question, RecordType
from mailclient.mime.headers import HeaderBlock, HeaderField
from mailclient.xray.dkim import Covered, DkimVerdict, check_body, try_keys
from mailclient.xray.dkim_canonical import canonical_field, signed_data, without_signature
from mailclient.xray.dkim_tags import Signature, decode_base64, is_signing_name, parse_signature, parse_tags
from mailclient.xray.dns_questions import Asking
from mailclient.xray.finding import Range

MAX_SETS: Final = 50
_INSTANCE_FIRST: Final = re.compile(r"[ \t\r\n]{0,200}i[ \t]{0,20}=[ \t]{0,20}(\d{1,3})[ \t\r\n]{0,200};")
_NAMES: Final = ("ARC-Authentication-Results", "ARC-Message-Signature", "ARC-Seal")


class ArcVerdict(enum.Enum):
    """The state of the chain."""

    NONE = "none"
    PASS = "pass"
    FAIL = "fail"
    TEMPERROR = "temperror"
    NOT_CHECKED = "not-checked"


@dataclass(frozen=True, slots=True)
class ArcSet:
    """One server's set."""

    instance: int
    domain: str
    selector: str
    claimed: str
    """``cv=``: what the server found of the chain before it."""
    message_signature: DkimVerdict
    """Older ones break honestly when a later server changes the message."""
    seal: DkimVerdict
    steps: tuple[str, ...]
    ranges: tuple[Range, ...]


@dataclass(frozen=True, slots=True)
class ArcResult:
    """The chain judged."""

    verdict: ArcVerdict
    sets: tuple[ArcSet, ...] = ()
    """From the oldest, instance 1."""
    reasons: tuple[str, ...] = ()
    ended: bool = False
    """A server found the chain broken and said so: nothing below is to be judged again."""
    lookups: tuple[Lookup, ...] = ()
    proves: str = ""
    proves_not: str = ""


def check_arc(message: Covered) -> Asking[ArcResult]:
    """Check the whole chain."""
    block = message.block
    if not any(block.all(name) for name in _NAMES):
        return ArcResult(ArcVerdict.NONE, reasons=("No server has sealed this message.",))
    sets, faults = _collect(block)
    seals = [_parse_seal(found[2]) for found in sets]
    if any(seal.tags.squeezed("cv").lower() == "fail" for seal in seals):
        ended = ("A server found the chain broken and wrote that down: it has ended.",)
        return ArcResult(ArcVerdict.FAIL, (), ended, ended=True)
    faults += _faults(seals)
    if faults:
        return ArcResult(ArcVerdict.FAIL, reasons=tuple(faults))
    judged: list[ArcSet] = []
    lookups: list[Lookup] = []
    for place, (found, seal) in enumerate(zip(sets, seals, strict=True)):
        own = yield from _check_set(message, sets[: place + 1], found, seal, lookups)
        judged.append(own)
    return _verdict(judged, lookups)


def _collect(block: HeaderBlock) -> tuple[list[tuple[HeaderField, HeaderField, HeaderField]], list[str]]:
    """Return the sets in order, and why they are no chain."""
    by_instance: list[dict[int, HeaderField]] = []
    for name in _NAMES:
        found: dict[int, HeaderField] = {}
        for field in block.all(name):
            instance = _instance(field)
            if instance is None:
                return [], [f"A {name} field has no valid number i=."]
            if instance in found:
                return [], [f"There are two {name} fields with the number {instance}."]
            found[instance] = field
        by_instance.append(found)
    results, signatures, seals = by_instance
    numbers = sorted(results.keys() | signatures.keys() | seals.keys())
    if numbers != list(range(1, len(numbers) + 1)) or len(numbers) > MAX_SETS:
        return [], ["The numbers of the sets are not 1, 2, 3 and so on."]
    for number in numbers:
        for name, found in zip(_NAMES, by_instance, strict=True):
            if number not in found:
                return [], [f"Set {number} has no {name} field."]
    return [(results[number], signatures[number], seals[number]) for number in numbers], []


def _text(field: HeaderField) -> str:
    return field.raw[field.value_start - field.start :].decode("utf-8", "replace")


def _instance(field: HeaderField) -> int | None:
    if field.name.lower() == "arc-authentication-results":
        match = _INSTANCE_FIRST.match(_text(field))
        number = int(match[1]) if match else 0
    else:
        text = parse_tags(_text(field)).squeezed("i")
        number = int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else 0
    return number if 1 <= number <= MAX_SETS else None


def _parse_seal(field: HeaderField) -> Signature:
    tags = parse_tags(_text(field))
    errors = list(tags.errors)
    errors += [f"The seal's tag {name}= is missing." for name in ("a", "b", "cv", "d", "s") if not tags.get(name)]
    if "h" in tags.tags:
        errors.append("A seal must not have h=.")
    algorithm = tags.squeezed("a").lower()
    if algorithm not in {"rsa-sha256", "ed25519-sha256"}:
        errors.append(f"The seal's algorithm {algorithm[:40]} is not allowed.")
    domain, selector = tags.squeezed("d").rstrip(".").lower(), tags.squeezed("s").rstrip(".").lower()
    errors += [f"{name}= is no name." for name, value in (("d", domain), ("s", selector)) if not is_signing_name(value)]
    signature = decode_base64(tags.get("b"))
    if signature is None:
        errors.append("b= is no base64.")
    if "t" in tags.tags and not tags.squeezed("t").isdecimal():
        errors.append("t= is no number.")
    return Signature(
        tags, domain, selector, algorithm, header_canonical="relaxed", signature=signature or b"", errors=tuple(errors)
    )


def _faults(seals: Sequence[Signature]) -> list[str]:
    faults: list[str] = []
    for number, seal in enumerate(seals, start=1):
        wanted = "none" if number == 1 else "pass"
        faults += [f"Set {number}: {error}" for error in seal.errors]
        if seal.tags.squeezed("cv").lower() != wanted:
            faults.append(f"Set {number} says cv={seal.tags.squeezed('cv')[:20]} where it must say {wanted}.")
    return faults


def _check_set(
    message: Covered,
    so_far: Sequence[tuple[HeaderField, HeaderField, HeaderField]],
    found: tuple[HeaderField, HeaderField, HeaderField],
    seal: Signature,
    lookups: list[Lookup],
) -> Asking[ArcSet]:
    steps: list[str] = []
    signature = parse_signature(_text(found[1]), arc=True)
    errors = list(signature.errors)
    if "arc-seal" in signature.names:
        errors.append("The signature covers seals, which it must not.")
    if signature.algorithm == "rsa-sha1":
        errors.append("SHA-1 is not allowed.")
    if errors:
        verdict = DkimVerdict.PERMERROR
        steps += [f"Signature: {error}" for error in errors]
    else:
        body_ok, step = check_body(message, signature)
        steps.append(f"Signature: {step}")
        data = signed_data(message.block, signature.names, found[1], signature.header_canonical)
        verdict = yield from _ask(signature, data, "Signature", steps, lookups)
        if verdict is DkimVerdict.PASS and not body_ok:
            verdict = DkimVerdict.FAIL
    seal_verdict = yield from _ask(seal, b"".join(_sealed(so_far)), "Seal", steps, lookups)
    ranges = tuple((field.start, field.end) for field in found)
    claimed = seal.tags.squeezed("cv").lower()
    return ArcSet(len(so_far), seal.domain, seal.selector, claimed, verdict, seal_verdict, tuple(steps), ranges)


def _sealed(sets: Sequence[tuple[HeaderField, HeaderField, HeaderField]]) -> Iterator[bytes]:
    for number, found in enumerate(sets, start=1):
        for field in found[:2]:
            yield canonical_field(field.raw, "relaxed")
        if number < len(sets):
            yield canonical_field(found[2].raw, "relaxed")
        else:
            yield canonical_field(without_signature(found[2].raw), "relaxed").removesuffix(b"\r\n")


def _ask(signature: Signature, data: bytes, what: str, steps: list[str], lookups: list[Lookup]) -> Asking[DkimVerdict]:
    question = Question(f"{signature.selector}._domainkey.{signature.domain}", RecordType.TXT)
    answer = yield question
    lookup = Lookup(question, answer)
    if lookup not in lookups:
        lookups.append(lookup)
    verdict, _, _, _, more = try_keys(replace(signature, identity=""), data, question.name, answer)
    steps += [f"{what}: {step}" for step in more]
    return verdict


def _verdict(sets: Sequence[ArcSet], lookups: Sequence[Lookup]) -> ArcResult:
    newest = sets[-1]
    deciding = [newest.message_signature, *(found.seal for found in sets)]
    who = ", then ".join(found.domain for found in sets)
    nothing = "Whether these servers tell the truth about what they found: that is for you and your provider to judge."
    if all(verdict is DkimVerdict.PASS for verdict in deciding):
        reasons: tuple[str, ...] = (f"Every seal is good, and the message is as {newest.domain} sent it on.",)
        proves = f"The message went through {who}, and each wrote down what it had found."
        return ArcResult(ArcVerdict.PASS, tuple(sets), reasons, False, tuple(lookups), proves, nothing)
    for verdict, state in (
        (DkimVerdict.NOT_CHECKED, ArcVerdict.NOT_CHECKED),
        (DkimVerdict.TEMPERROR, ArcVerdict.TEMPERROR),
    ):
        if verdict in deciding:
            reasons = ("Not every key could be had, so the chain is not judged.",)
            return ArcResult(state, tuple(sets), reasons, False, tuple(lookups), "Nothing yet.", nothing)
    reasons = tuple(
        f"Set {found.instance} of {found.domain}: the seal is not good."
        for found in sets
        if found.seal is not DkimVerdict.PASS
    )
    if newest.message_signature is not DkimVerdict.PASS:
        reasons += (f"The message is not as {newest.domain}, the last in the chain, sent it on.",)
    return ArcResult(
        ArcVerdict.FAIL, tuple(sets), reasons, False, tuple(lookups), "Nothing: the chain is broken.", nothing
    )
