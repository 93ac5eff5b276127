"""Ten certificates for one server, of which one proves who it is: the columns of the TLS matrix (RELIABILITY A-4)."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

HOST: Final = "localhost"
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True, slots=True)
class Authority:
    """Who signs: a certificate and its key."""

    certificate: x509.Certificate
    key: Key

    def pem(self) -> bytes:
        """Return the certificate."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _certificate(
    subject: str,
    key: Key,
    signer: Authority | None,
    *,
    names: tuple[x509.GeneralName, ...] = (),
    is_authority: bool = False,
    begins_days: int = -1,
    ends_days: int = 30,
    digest: hashes.HashAlgorithm | None = None,
) -> x509.Certificate:
    now = datetime.now(UTC)
    issuer = signer.certificate.subject if signer else _name(subject)
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=begins_days))
        .not_valid_after(now + timedelta(days=ends_days))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    issuer_key = (signer.key if signer else key).public_key()
    builder = builder.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key), critical=False)
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return builder.sign(signer.key if signer else key, digest or hashes.SHA256())  # type: ignore[arg-type]


def make_authority(subject: str, signer: Authority | None = None) -> Authority:
    """Return a new authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    return Authority(_certificate(subject, key, signer, is_authority=True), key)


def _of_host() -> tuple[x509.GeneralName, ...]:
    return (x509.DNSName(HOST),)


@dataclass(frozen=True, slots=True)
class Issued:
    """What a server shows."""

    certificate: x509.Certificate
    key: Key


Issue = Callable[[Authority], Issued]


def _issue(signer_of: Callable[[Authority], Authority | None], **how: object) -> Issue:
    def issue(trusted: Authority) -> Issued:
        key = ec.generate_private_key(ec.SECP256R1())
        return Issued(_certificate(HOST, key, signer_of(trusted), **{"names": _of_host(), **how}), key)  # type: ignore[arg-type]

    return issue


def _weak(trusted: Authority) -> Issued:
    key = rsa.generate_private_key(65537, 1024)
    return Issued(_certificate(HOST, key, trusted, names=_of_host()), key)


def _trusted(trusted: Authority) -> Authority:
    return trusted


CERTIFICATES: Final[dict[str, Issue]] = {
    "valid": _issue(_trusted),
    "signed-by-itself": _issue(lambda _trusted: None),
    "of-another-authority": _issue(lambda _trusted: make_authority("Somebody else")),
    "expired": _issue(_trusted, begins_days=-30, ends_days=-1),
    "not-valid-yet": _issue(_trusted, begins_days=2),
    "of-another-host": _issue(_trusted, names=(x509.DNSName("mail.example.org"),)),
    "common-name-only": _issue(_trusted, names=()),
    "address-for-a-name": _issue(_trusted, names=(x509.IPAddress(IPv4Address("127.0.0.1")),)),
    "intermediate-missing": _issue(lambda trusted: make_authority("In between", trusted)),
    "key-of-1024-bits": _weak,
}


def server_context(issued: Issued, directory: Path) -> ssl.SSLContext:
    """Return a server's context that shows this certificate, however weak it is."""
    file = directory / "server.pem"
    file.write_bytes(
        issued.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + issued.certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.load_cert_chain(file)
    return context
