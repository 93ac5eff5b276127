"""What an examination has to say: one statement with its reason, its weight, and the bytes that show it.

Every examiner (``xray.fields``, ``xray.route``, ``xray.dkim`` ...) gives findings; whoever shows them sorts by severity.
Values only. The identifiers are stable: ``postscope inspect --json`` prints them (docs/inspect.md).
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass

Range = tuple[int, int]
"""Byte offsets into the message as it came: the first byte, and the one after the last."""


class Severity(enum.Enum):
    """How much a finding matters to somebody who wants to trust a message. Ordinary mail has nothing above NOTICE."""

    INFO = "info"
    """Good to know: how the message is made, or that something is in order."""
    NOTICE = "notice"
    """Against a rule or unusual, and common in honest mail."""
    WARNING = "warning"
    """Readers and programs may be misled."""
    DANGER = "danger"
    """Hardly ever seen in honest mail: a forgery, a trap, or damage."""

    @property
    def weight(self) -> int:
        """The larger, the more serious."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class Finding:
    """One statement about a message."""

    id: str
    """Stable, lower case with hyphens: ``two-from-fields``."""
    severity: Severity
    title: str
    """A sentence that says what is the case, in plain words."""
    explanation: str
    """Why it matters and what it does not prove; for somebody who never read an RFC."""
    evidence: Range | None = None
    """The bytes that show it; None when it is something that is missing."""
    rfc: str = ""
    """Document and section: ``RFC 5322 section 3.6.2``."""


def most_serious_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings in the order in which they are read: by weight, then by place."""
    return tuple(sorted(findings, key=lambda found: (-found.severity.weight, found.evidence or (-1, -1), found.id)))
