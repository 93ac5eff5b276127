"""What a header field is in general: the value that a glossary hands to the examiners. Knows no file and no message."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldMeaning:
    """One entry of the glossary of fields; all empty but class and writer when nobody knows the name."""

    sentence: str = ""
    """What the field is, in plain words."""
    rfc: str = ""
    """Document and section, or ``vendor: Name``."""
    field_class: str = "other"
    """originator, recipient, identification, trace, resent, mime, list, authentication, vendor, other."""
    writer: str = "unknown"
    """author, submission, relay, delivery, list, reader, unknown."""
    status: str = ""
    """What the IANA registry says of the name."""

    @property
    def known(self) -> bool:
        """True when the glossary has an entry, exact or by family."""
        return bool(self.sentence)


ExplainField = Callable[[str], FieldMeaning]
"""Given a field's name, returns what it is."""
CLASSES = frozenset(
    "originator recipient identification trace resent mime list authentication vendor other".split(),
)
WRITERS = frozenset("author submission relay delivery list reader unknown".split())
