"""Two examiners can see one thing from two sides: then it is said once, by the one that says it more particularly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from mailclient.xray.finding import Finding

TWINS: Final[Mapping[str, str]] = {
    "ambiguous-header-ended": "header-ended-early",
    "ambiguous-from-line": "mbox-from-line",
    "ambiguous-header-begins": "not-a-field",
    "ambiguous-depth": "too-deep",
    "ambiguous-count": "too-many-parts",
    "ambiguous-header-size": "header-block-too-large",
    "ambiguous-field-count": "too-many-fields",
    "ambiguous-field-size": "field-too-long",
    "ambiguous-no-boundary": "missing-boundary",
    "ambiguous-boundary-absent": "boundary-not-found",
    "ambiguous-not-closed": "boundary-not-closed",
    "ambiguous-encoded-structure": "forbidden-encoding",
    "ambiguous-double-parameter": "duplicate-parameter",
    "ambiguous-space-before-colon": "space-before-colon",
    "ambiguous-type": "bad-content-type",
    "ambiguous-encoding": "unknown-encoding",
    "ambiguous-base64-junk": "base64-junk",
    "ambiguous-base64-padding": "base64-padding-inside",
    "ambiguous-partial": "partial-message",
}
"""What is left out when the other is there, too."""


def without_twins(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Return findings without those that another says better."""
    known = tuple(findings)
    names = {found.id for found in known}
    return (found for found in known if TWINS.get(found.id) not in names)
