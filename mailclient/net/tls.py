"""TLS contexts: always verifying, never older than 1.2. The only place that makes them. RFC 8314, RFC 9325."""

from __future__ import annotations

import hashlib
import ssl
import threading
from typing import Final

from mailclient.domain.errors import BadInput, CertificateRefused


def verifying_context(extra_ca_file: str | None = None) -> ssl.SSLContext:
    """Return a context that checks chain and host name against the system's authorities and one more file, if given."""
    context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # RFC 9525 section 6.3: a common name is no host name. Python 3.11 still takes it for one when no other is there.
    context.hostname_checks_common_name = False
    if extra_ca_file:
        try:
            context.load_verify_locations(extra_ca_file)
        except (OSError, ssl.SSLError) as error:
            raise BadInput(f"The certificate authority file “{extra_ca_file}” cannot be used: {error}.") from error
    return context


class SeenCertificates:
    """The certificates that servers showed in this run: another one is no fault when it verifies, but worth a note."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, int], bytes] = {}
        self._lock = threading.Lock()

    def describe(self, host: str, port: int, connection: ssl.SSLSocket) -> str:
        """Return what the dialogue should say of a verified certificate; empty when it is the one of the last time."""
        raw, shown = connection.getpeercert(binary_form=True), connection.getpeercert()
        if not raw or not shown:
            return ""
        with self._lock:
            before = self._seen.get((host, port))
            self._seen[host, port] = raw
        if before == raw:
            return ""
        issuer = {str(pair[0]): str(pair[1]) for part in shown.get("issuer", ()) for pair in part}
        by = issuer.get("organizationName") or issuer.get("commonName") or "an authority without a name"
        words = f"certificate of {host}: issued by {by}, valid until {shown.get('notAfter', 'no date')}"
        words += f", SHA-256 {hashlib.sha256(raw).hexdigest()[:32]}…"
        return words if before is None else f"{words}; another one than before, and it proves the same name"


seen_certificates: Final = SeenCertificates()


def certificate_refused(host: str, error: ssl.SSLCertVerificationError) -> CertificateRefused:
    """Return the error that tells a person why a certificate proves nothing."""
    reason = error.verify_message or str(error)
    words = {
        10: "it has expired",
        9: "it is not valid yet",
        18: "it is signed by itself and by nobody you trust",
        19: "it is signed by an authority that this computer does not know",
        20: "the authority that signed it is unknown, or a certificate in between is missing",
        62: f"it belongs to another server than {host}",
        64: f"it belongs to another server than {host}",
    }.get(error.verify_code, reason)
    return CertificateRefused(
        f"The certificate of {host} does not prove who it is: {words}. Nothing was sent. Check the server's name, or ask "
        "whoever runs it."
    )
