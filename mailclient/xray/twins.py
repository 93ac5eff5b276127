"""Two examiners can see one thing from two sides: then it is said once, by the one that says it more particularly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from mailclient.xray.finding import Finding

TWINS: Final = (
    ("ambiguous-base64-junk", "base64-junk"),
    ("ambiguous-base64-padding", "base64-padding-inside"),
    ("ambiguous-boundary-absent", "boundary-not-found"),
    ("ambiguous-count", "too-many-parts"),
    ("ambiguous-depth", "too-deep"),
    ("ambiguous-double-parameter", "duplicate-parameter"),
    ("ambiguous-encoded-structure", "forbidden-encoding"),
    ("ambiguous-encoded-structure", "quoted-multipart"),
    ("ambiguous-encoding", "unknown-encoding"),
    ("ambiguous-field-count", "too-many-fields"),
    ("ambiguous-field-size", "field-too-long"),
    ("ambiguous-from-line", "mbox-from-line"),
    ("ambiguous-header-begins", "not-a-field"),
    ("ambiguous-header-ended", "header-ended-early"),
    ("ambiguous-header-size", "header-block-too-large"),
    ("ambiguous-no-boundary", "missing-boundary"),
    ("ambiguous-not-closed", "boundary-not-closed"),
    ("ambiguous-partial", "partial-message"),
    ("ambiguous-space-before-colon", "space-before-colon"),
    ("ambiguous-type", "bad-content-type"),
)
"""What is left out, and what is there then."""


def without_twins(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Return findings without those that another says better."""
    known = tuple(findings)
    names = {found.id for found in known}
    told = {less for less, more in TWINS if more in names}
    return (found for found in known if found.id not in told)
