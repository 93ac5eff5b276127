"""Every extension can be switched off, and what is none cannot."""

from __future__ import annotations

import pytest

from mailclient.protocol.imap_capabilities import usable

OFFERED = frozenset("IMAP4REV1 STARTTLS AUTH=PLAIN SASL-IR QRESYNC CONDSTORE COMPRESS=DEFLATE APPENDLIMIT=5000".split())


@pytest.mark.parametrize(
    ("without", "gone"),
    [
        ((), ()),
        (("QRESYNC",), ("QRESYNC",)),
        (("COMPRESS", "APPENDLIMIT"), ("COMPRESS=DEFLATE", "APPENDLIMIT=5000")),
        (("COMPRESS=DEFLATE",), ("COMPRESS=DEFLATE",)),
        (("*",), ("SASL-IR", "QRESYNC", "CONDSTORE", "COMPRESS=DEFLATE", "APPENDLIMIT=5000")),
    ],
)
def test_what_is_switched_off_is_not_used(without: tuple[str, ...], gone: tuple[str, ...]) -> None:
    assert usable(OFFERED, frozenset(without)) == OFFERED - set(gone)
