"""What is weak or odd about a DKIM signature, whether or not it is good. RFC 6376 sections 3.5, 3.6 and 8, RFC 8301."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from mailclient.mime.headers import HeaderBlock
from mailclient.xray.dkim_tags import KeyRecord, Signature
from mailclient.xray.finding import Finding, Range, Severity
from mailclient.xray.signed_body import SignedBody

_MATTER: Final = ("subject", "date", "to", "cc", "reply-to", "content-type", "message-id")
_ONCE: Final = ("from", "subject", "date", "to", "cc", "reply-to", "sender", "content-type", "message-id")
_CLOCKS: Final = timedelta(minutes=10)
_USUAL_BITS: Final = 2_048


def signature_findings(
    block: HeaderBlock, body: SignedBody, signature: Signature, place: Range, received_at: datetime | None
) -> tuple[Finding, ...]:
    """Return the findings of a signature that could be read."""
    findings: list[Finding] = []
    if signature.length is not None:
        findings.append(_length(len(body.form(signature.body_canonical)), signature.length, place))
    if signature.algorithm == "rsa-sha1":
        findings.append(
            Finding(
                "dkim-sha1",
                Severity.NOTICE,
                f"The signature of {signature.domain} uses SHA-1.",
                "SHA-1 is broken; programs should not accept it any more.",
                place,
                "RFC 8301 section 3.1",
            )
        )
    latest = (received_at + _CLOCKS).timestamp() if received_at else None
    if signature.signed_at is not None and latest is not None and signature.signed_at > latest:
        findings.append(
            Finding(
                "dkim-signed-in-future",
                Severity.NOTICE,
                "The signature says that it was made after the message came.",
                "The signer's clock is wrong, or the time was invented.",
                place,
                "RFC 6376 section 3.5",
            )
        )
    if signature.expires_at is not None and received_at is not None and received_at.timestamp() > signature.expires_at:
        findings.append(
            Finding(
                "dkim-expired",
                Severity.NOTICE,
                "The signature had expired when the message came.",
                "The message waited long on its way, or an old signed message was sent again.",
                place,
                "RFC 6376 section 3.5",
            )
        )
    findings += _fields(block, signature, place)
    return tuple(findings)


def _length(body_bytes: int, length: int, place: Range) -> Finding:
    if body_bytes > length:
        return Finding(
            "dkim-partial-body",
            Severity.WARNING,
            f"The signature covers only the first {length} bytes of the body; what follows is unsigned.",
            "Somebody can have added text, or everything that is shown, after signing.",
            place,
            "RFC 6376 section 8.2",
        )
    return Finding(
        "dkim-length",
        Severity.NOTICE,
        "The signature allows that text is added to the end of the body.",
        "Nothing was added here; but a copy with another end would be as good.",
        place,
        "RFC 6376 section 8.2",
    )


def _fields(block: HeaderBlock, signature: Signature, place: Range) -> list[Finding]:
    findings: list[Finding] = []
    for name in _ONCE:
        present, signed = len(block.all(name)), signature.names.count(name)
        if signed and present > signed:
            findings.append(
                Finding(
                    "dkim-added-field",
                    Severity.DANGER if name == "from" else Severity.WARNING,
                    f"There are {present} {name.title()} fields, of which {signed} can be signed.",
                    "A field added above a signed one does not break the signature; programs differ on which they show.",
                    place,
                    "RFC 6376 section 8.15",
                )
            )
    missing = [name for name in _MATTER if block.all(name) and name not in signature.names]
    if missing:
        findings.append(
            Finding(
                "dkim-unsigned-fields",
                Severity.INFO,
                f"Not covered by the signature of {signature.domain}: {', '.join(name.title() for name in missing)}.",
                "These can have been changed or added on the way without breaking the signature.",
                place,
                "RFC 6376 section 5.4.1",
            )
        )
    oversigned = [name for name in _ONCE if signature.names.count(name) > len(block.all(name))]
    if oversigned:
        findings.append(
            Finding(
                "dkim-oversigned",
                Severity.INFO,
                f"Nobody can add another {', '.join(name.title() for name in oversigned)} without breaking the signature.",
                "The signer named these fields once more than they are there.",
                place,
                "RFC 6376 section 8.15",
            )
        )
    return findings


def key_findings(key: KeyRecord | None, bits: int | None, records: int, place: Range) -> tuple[Finding, ...]:
    """Return the findings of the key that was used."""
    findings: list[Finding] = []
    if records > 1:
        findings.append(
            Finding(
                "dkim-several-keys",
                Severity.NOTICE,
                f"There are {records} records where one key should be.",
                "Programs differ on which one they take; here each was tried.",
                place,
                "RFC 6376 section 3.6.2.2",
            )
        )
    if key is None:
        return tuple(findings)
    if key.key_type == "rsa" and bits is not None and bits < _USUAL_BITS:
        findings.append(
            Finding(
                "dkim-short-key",
                Severity.NOTICE,
                f"The key has {bits} bits.",
                "Keys of 2048 bits have been usual since 2018; of less than 1024, signatures are not accepted.",
                place,
                "RFC 8301 section 3.2",
            )
        )
    if key.testing:
        findings.append(
            Finding(
                "dkim-testing",
                Severity.NOTICE,
                "The domain says that it is only trying DKIM out.",
                "Its good signatures count; its bad ones should not be held against it.",
                place,
                "RFC 6376 section 3.6.1",
            )
        )
    return tuple(findings)
