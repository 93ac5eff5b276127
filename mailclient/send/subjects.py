"""Subjects of answers: one prefix, however many the correspondents' mailers have piled up. RFC 5322 section 3.6.5."""

from __future__ import annotations

import re

_REPLY_PREFIXES = re.compile(
    r"^(?:\s*(?:re|aw|antw|antwort|sv|vs|odp|ynt|rif|res|回复|答复|回覆)\s*(?:\[\d{1,3}\]|\(\d{1,3}\))?\s*[:\uff1a])+\s*",
    re.IGNORECASE,
)
_FORWARD_PREFIXES = re.compile(r"^(?:\s*(?:fwd?|wg|tr|rv|enc|vl|i|转发|轉寄)\s*[:\uff1a])+\s*", re.IGNORECASE)


def reply_subject(subject: str) -> str:
    """Return ``Re: `` and the subject without the reply prefixes it already had, in any common language."""
    return "Re: " + _REPLY_PREFIXES.sub("", subject).strip()


def forward_subject(subject: str) -> str:
    """Return ``Fwd: `` and the subject without the forward prefixes it already had."""
    return "Fwd: " + _FORWARD_PREFIXES.sub("", subject).strip()
