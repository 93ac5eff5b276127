"""A Message-ID by itself: whether it is one, what domain it ends in, and which program writes such ones.

The forms of programs are data: only those that can hardly be anything else. Anybody can copy a form, so it is a hint and no
proof. Pure and linear. RFC 5322 section 3.6.4, obsolete forms section 4.5.4.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from typing import Final

from mailclient.xray.field_grammar import is_message_id, without_comments
from mailclient.xray.own_servers import is_inside_name

MAX_SHOWN: Final = 1_000
_ENCLOSED: Final = re.compile(r"<([^<>]{1,1000})>")
_BLANKS: Final = re.compile(r"\s+")


class DomainKind(enum.Enum):
    """What stands behind the at sign."""

    NAME = "name"
    LITERAL = "address-literal"
    """An address in square brackets."""
    INSIDE = "inside"
    """A name or address that means something only inside one network: ``localhost``, ``.local``, a single word."""
    NONE = "none"


class Writer(enum.Enum):
    """Who gives a message its identifier."""

    PROGRAM = "mail program"
    SERVER = "mail server"
    SERVICE = "sending service"
    LIST = "mailing list"


@dataclass(frozen=True, slots=True)
class KnownForm:
    """The way in which one program or service writes identifiers."""

    software: str
    writer: Writer
    pattern: re.Pattern[str]


def _form(software: str, writer: Writer, pattern: str) -> KnownForm:
    return KnownForm(software, writer, re.compile(pattern))


KNOWN_FORMS: Final = (
    _form("Gmail", Writer.SERVICE, r"C[A-Za-z0-9+_=-]{20,100}@mail\.gmail\.com"),
    _form("Microsoft 365", Writer.SERVICE, r"[^@]{1,200}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+){0,3}\.prod\.outlook\.com"),
    _form("Yahoo Mail", Writer.SERVICE, r"\d{1,12}\.\d{1,12}\.\d{10,16}@mail\.yahoo\.com"),
    _form("Amazon SES", Writer.SERVICE, r"[0-9a-f-]{40,80}@(?:email|[a-z0-9-]{5,30})\.amazonses\.com"),
    _form("SendGrid", Writer.SERVICE, r"[A-Za-z0-9_-]{10,40}@(?:geopod-)?ismtpd[A-Za-z0-9.-]{0,60}"),
    _form("Mailchimp", Writer.SERVICE, r"[^@]{8,120}@mail\d{0,5}\.(?:[a-z0-9.]{1,40}\.)?(?:mcsv|mcdlv|rsgsv)\.net"),
    _form("Mandrill", Writer.SERVICE, r"[^@]{8,120}@mandrillapp\.com"),
    _form(
        "Fastmail", Writer.SERVICE, r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}@(?:app|www|betaapp)\.fastmail\.com"
    ),
    _form("Outlook", Writer.PROGRAM, r"[0-9a-f]{12}\$[0-9a-f]{8}\$[0-9a-f]{8}\$@[^@]{1,250}"),
    _form("Outlook Express", Writer.PROGRAM, r"[0-9a-f]{12}\$[0-9a-f]{8}\$[0-9a-f]{8}@[^@]{1,250}"),
    _form("Alpine", Writer.PROGRAM, r"alpine\.[A-Z]{3}\.\d[^@]{5,100}@[^@]{1,250}"),
    _form("Pine", Writer.PROGRAM, r"Pine\.[A-Z]{2,4}\.\d\.[^@]{5,100}@[^@]{1,250}"),
    _form("Mutt", Writer.PROGRAM, r"\d{14}\.G[A-Z]\d{1,10}@[^@]{1,250}"),
    _form("git send-email", Writer.PROGRAM, r"\d{14}\.\d{1,9}-\d{1,5}-[^@]{1,200}@[^@]{1,250}"),
    _form("JavaMail", Writer.PROGRAM, r"-?\d{1,12}\.\d{1,9}\.\d{10,16}\.JavaMail\.[^@]{1,100}@[^@]{1,250}"),
    _form("Mailman", Writer.LIST, r"mailman\.\d{1,9}\.\d{9,12}\.\d{1,9}\.[^@]{1,150}@[^@]{1,250}"),
    _form("Exim", Writer.SERVER, r"E1[0-9A-Za-z]{5}-[0-9A-Za-z]{6,11}-[0-9A-Za-z]{2,4}@[^@]{1,250}"),
    _form("Postfix", Writer.SERVER, r"\d{14}\.[0-9A-F]{6,16}@[^@]{1,250}"),
    _form("Postfix", Writer.SERVER, r"\d{14}\.[0-9B-DF-HJ-NP-TV-Zb-df-hj-np-tv-z]{12,20}@[^@]{1,250}"),
    _form("Sendmail", Writer.SERVER, r"20\d{10}\.[0-9A-Za-z]{8}\d{5,6}@[^@]{1,250}"),
    _form("qmail", Writer.SERVER, r"\d{14}\.\d{1,9}\.qmail@[^@]{1,250}"),
)
"""The first that fits is meant."""


@dataclass(frozen=True, slots=True)
class MessageIdentifier:
    """One identifier as it was written."""

    text: str
    """In angle brackets and without blanks, as other messages refer to it; what is no identifier stays as it is."""
    well_formed: bool
    problem: str = ""
    """A sentence; empty when it is as the RFC has it."""
    domain: str = ""
    """What stands behind the last at sign, lower case."""
    domain_kind: DomainKind = DomainKind.NONE
    form: KnownForm | None = None


def read_message_id(value: str) -> MessageIdentifier:
    """Read the value of a Message-ID field; any text gives one."""
    text = without_comments(value[: MAX_SHOWN * 4]).strip()
    found = _ENCLOSED.findall(text)
    inner = _BLANKS.sub("", found[0]) if found else text[:MAX_SHOWN].strip("<> ")
    name = f"<{inner}>" if found else inner
    domain = inner.rpartition("@")[2].lower() if "@" in inner else ""
    form = next((known for known in KNOWN_FORMS if known.pattern.fullmatch(inner)), None) if domain else None
    if is_message_id(text):
        return MessageIdentifier(text, True, "", domain, domain_kind(domain), form)
    return MessageIdentifier(name, False, _problem(text, found, inner), domain, domain_kind(domain), form)


def _problem(text: str, found: list[str], inner: str) -> str:
    if not text:
        return "The field is empty."
    if not found:
        return "It does not stand in angle brackets, as it must."
    if len(found) > 1:
        return f"The field holds {len(found)} identifiers; it must hold one, and the first counts."
    if "@" not in inner:
        return "It has no at sign: nothing says whose it is, and two programs may make up the same."
    if inner != found[0] and is_message_id(f"<{inner}>"):
        return "It has blanks inside, as only very old programs write; some programs take it for another identifier."
    if text != f"<{found[0]}>":
        return "Beside the identifier the field holds something else."
    return "It holds letters that an identifier must not have."


def domain_kind(domain: str) -> DomainKind:
    """Return what kind of domain an identifier ends in."""
    if not domain:
        return DomainKind.NONE
    if is_inside_name(domain):
        return DomainKind.INSIDE
    return DomainKind.LITERAL if domain.startswith("[") else DomainKind.NAME
