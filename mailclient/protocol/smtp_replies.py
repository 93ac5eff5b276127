"""SMTP replies: their lines, their three digits, their enhanced code, and what all of it means.

Pure. The meanings of single codes are data handed in (``resources/glossary/smtp_replies.toml``). RFC 5321 section 4.2,
RFC 2034, RFC 3463, RFC 5248.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from mailclient.domain.errors import MalformedReply

MAX_LINES: Final = 500
_LINE: Final = re.compile(rb"([2-5][0-9]{2})(?:([ -])(.*))?", re.DOTALL)
_ENHANCED: Final = re.compile(r"([245]\.\d{1,3}\.\d{1,3})\b ?")
FIRST_DIGIT: Final = {2: "success", 3: "go on", 4: "not now, try again later", 5: "no, for good"}
SECOND_DIGIT: Final = {
    0: "syntax",
    1: "information",
    2: "the connection",
    3: "unspecified",
    4: "unspecified",
    5: "the mail system",
}


@dataclass(frozen=True, slots=True)
class SmtpReply:
    """One reply, all of its lines."""

    code: int
    lines: tuple[str, ...]
    """Texts without code and enhanced code."""
    enhanced: str = ""

    @property
    def text(self) -> str:
        """The whole reply on one line, enhanced code first."""
        return " ".join(part for part in (self.enhanced, *self.lines) if part)

    @property
    def is_success(self) -> bool:
        """2xx."""
        return 200 <= self.code < 300

    @property
    def is_transient(self) -> bool:
        """4xx."""
        return 400 <= self.code < 500

    @property
    def is_permanent(self) -> bool:
        """5xx."""
        return self.code >= 500


class ReplyParser:
    """Collects the lines of one reply."""

    def __init__(self) -> None:
        self._code = 0
        self._lines: list[str] = []
        self._enhanced = ""

    def add(self, line: bytes) -> SmtpReply | None:
        """Add a line without its line end; return the reply when it is complete. Raises MalformedReply."""
        match = _LINE.fullmatch(line.rstrip(b"\r\n"))
        if match is None:
            raise MalformedReply(
                "The server did not answer as an SMTP server does.", protocol_line=line[:200].decode("ascii", "replace")
            )
        code = int(match[1])
        if self._code and code != self._code:
            raise MalformedReply("The lines of one SMTP reply carry different codes.")
        self._code = code
        text = (match[3] or b"").decode("utf-8", "replace").strip()
        enhanced = _ENHANCED.match(text)
        if enhanced:
            self._enhanced = self._enhanced or enhanced[1]
            text = text[enhanced.end() :]
        self._lines.append(text)
        if len(self._lines) > MAX_LINES:
            raise MalformedReply("The server's reply does not end.")
        return None if match[2] == b"-" else SmtpReply(code, tuple(self._lines), self._enhanced)


def parse_extensions(reply: SmtpReply) -> dict[str, str]:
    """Return the extensions of an EHLO reply: keyword in upper case to its parameters (RFC 5321 section 4.1.1.1)."""
    found: dict[str, str] = {}
    for line in reply.lines[1:]:
        keyword, _, parameters = line.partition(" ")
        if keyword.upper().startswith("AUTH="):  # An old spelling of Microsoft's, still out there.
            keyword, parameters = "AUTH", f"{keyword[5:]} {parameters}"
        if keyword:
            found[keyword.upper()] = f"{found.get(keyword.upper(), '')} {parameters}".strip()
    return found


def explain_reply(
    code: int, enhanced: str, replies: Mapping[str, Mapping[str, str]], enhanced_codes: Mapping[str, Mapping[str, str]]
) -> str:
    """Return in a sentence or two what a reply means; unknown codes are explained by their digits."""
    known = replies.get(str(code))
    first = FIRST_DIGIT.get(code // 100, "unknown")
    sentence = (
        known["sentence"]
        if known
        else f"{code}: {first}, about {SECOND_DIGIT.get(code // 10 % 10, 'something unknown')}."
    )
    detail = enhanced_codes.get(enhanced) or enhanced_codes.get("x" + enhanced[1:]) if enhanced else None
    return f"{sentence} {detail['sentence']}" if detail else sentence


def describe_refusals(replies: Sequence[SmtpReply]) -> str:
    """Return the words of several replies, each once."""
    return "; ".join(dict.fromkeys(f"{reply.code} {reply.text}".strip() for reply in replies))
