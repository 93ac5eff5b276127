"""Certificates and file modes for the test servers; the authority is made for one run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import trustme


@dataclass(frozen=True, slots=True)
class Certificates:
    """Files in PEM form."""

    ca_file: Path
    certificate: Path
    key: Path


@contextmanager
def readable_files() -> Iterator[None]:
    """The servers run as users of their own: what is written for them must be readable, whatever umask is set."""
    before = os.umask(0o022)
    try:
        yield
    finally:
        os.umask(before)


def make_certificates(directory: Path, *names: str) -> Certificates:
    """Issue a certificate for host names or addresses into a directory."""
    directory.mkdir(parents=True, exist_ok=True)
    authority = trustme.CA()
    issued = authority.issue_cert(*names)
    files = Certificates(directory / "ca.pem", directory / "server.pem", directory / "server.key")
    authority.cert_pem.write_to_path(str(files.ca_file))
    files.certificate.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    issued.private_key_pem.write_to_path(str(files.key))
    return files
