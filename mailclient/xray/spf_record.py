"""An SPF record as terms: mechanisms and modifiers, or the reason why it is broken. RFC 7208 sections 4.6, 5, 6, 7.1 and 12.

One wrong character breaks a whole record, so every term is checked before the first is used. Asks nothing.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Final

MAX_TERMS: Final = 500
_TERM: Final = re.compile(r"([+?~-]?)([A-Za-z][A-Za-z0-9_.-]{0,60})(.*)", re.DOTALL)
_MACRO_STRING: Final = re.compile(
    r"(?:%\{[slodiphcrtvSLODIPHCRTV]\d{0,3}[rR]?[.+,/_=-]*\}|%%|%_|%-|[\x21-\x24\x26-\x7e])*"
)
_ENDS_IN_MACRO: Final = re.compile(r".*(?:%\{[^{}%]{1,40}\}|%%|%_|%-)", re.DOTALL)
_TOP_LABEL: Final = re.compile(r"(?:[A-Za-z0-9][A-Za-z0-9-]{0,61})?[A-Za-z0-9]")
_ONLY_IN_EXPLANATIONS: Final = re.compile(r"%\{[crtCRT]")
_DUAL_CIDR: Final = re.compile(r"(?:/(0|[1-9]\d{0,2}))?(?://(0|[1-9]\d{0,2}))?\Z")
_NETWORK: Final = re.compile(r"([^/]{2,60})(?:/(0|[1-9]\d{0,2}))?")
MECHANISMS: Final = frozenset({"all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists"})


class BrokenRecord(ValueError):
    """A record that RFC 7208 does not allow; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Mechanism:
    """One mechanism."""

    text: str
    qualifier: str
    name: str
    target: str = ""
    """The domain-spec, macros not expanded; empty for the domain itself."""
    network: ipaddress.IPv4Network | ipaddress.IPv6Network | None = None
    bits4: int = 32
    bits6: int = 128


@dataclass(frozen=True, slots=True)
class SpfRecord:
    """A whole record."""

    text: str
    mechanisms: tuple[Mechanism, ...]
    redirect: str | None = None
    exp: str | None = None


def is_spf(text: str) -> bool:
    """True for a TXT record that is one of SPF."""
    return text[:6].lower() == "v=spf1" and (len(text) == 6 or text[6] == " ")


def parse_record(text: str) -> SpfRecord:
    """Return a record's terms; raise BrokenRecord when one of them is wrong."""
    if not text.isascii():
        raise BrokenRecord("The record holds characters outside ASCII.")
    mechanisms: list[Mechanism] = []
    modifiers: dict[str, str] = {}
    terms = [term for term in text[6:].split(" ") if term]
    if len(terms) > MAX_TERMS:
        raise BrokenRecord("The record has too many terms.")
    for term in terms:
        match = _TERM.fullmatch(term)
        if match is None:
            raise BrokenRecord(f"“{term[:60]}” is no term.")
        qualifier, name, rest = match[1], match[2], match[3]
        if rest.startswith("=") and not qualifier:
            _modifier(name.lower(), rest[1:], modifiers)
        else:
            mechanisms.append(_mechanism(term, qualifier or "+", name.lower(), rest))
    return SpfRecord(text, tuple(mechanisms), modifiers.get("redirect"), modifiers.get("exp"))


def _modifier(name: str, value: str, modifiers: dict[str, str]) -> None:
    if name in {"redirect", "exp"}:
        if name in modifiers:
            raise BrokenRecord(f"{name}= is written twice.")
        check_domain_spec(value)
        modifiers[name] = value
    elif _MACRO_STRING.fullmatch(value) is None:
        raise BrokenRecord(f"The value of {name}= is wrong.")


def _mechanism(term: str, qualifier: str, name: str, rest: str) -> Mechanism:
    if name not in MECHANISMS:
        raise BrokenRecord(f"There is no mechanism “{name[:40]}”.")
    if name == "all":
        if rest:
            raise BrokenRecord("“all” takes nothing.")
        return Mechanism(term, qualifier, name)
    if name in {"ip4", "ip6"}:
        return Mechanism(term, qualifier, name, network=_network(name, rest))
    bits4, bits6 = 32, 128
    if name in {"a", "mx"}:
        cidr = _DUAL_CIDR.search(rest)
        if cidr is not None:
            bits4, bits6 = int(cidr[1] or 32), int(cidr[2] or 128)
            if bits4 > 32 or bits6 > 128:
                raise BrokenRecord(f"“{term[:60]}” has a prefix that is too long.")
            rest = rest[: cidr.start()]
    target = ""
    if rest:
        if not rest.startswith(":"):
            raise BrokenRecord(f"“{term[:60]}” is written wrongly.")
        target = rest[1:]
        check_domain_spec(target)
    elif name in {"include", "exists"}:
        raise BrokenRecord(f"“{name}” names no domain.")
    return Mechanism(term, qualifier, name, target, bits4=bits4, bits6=bits6)


def _network(name: str, rest: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    match = _NETWORK.fullmatch(rest[1:]) if rest.startswith(":") else None
    if match is None:
        raise BrokenRecord(f"“{name}{rest[:60]}” is no address.")
    try:
        if name == "ip4":
            return ipaddress.IPv4Network((ipaddress.IPv4Address(match[1]), int(match[2] or 32)), strict=False)
        return ipaddress.IPv6Network((ipaddress.IPv6Address(match[1]), int(match[2] or 128)), strict=False)
    except ValueError as error:
        raise BrokenRecord(f"“{name}{rest[:60]}” is no address.") from error


def check_domain_spec(text: str) -> None:
    """Raise BrokenRecord when a text is no domain-spec."""
    if not text or _MACRO_STRING.fullmatch(text) is None:
        raise BrokenRecord(f"“{text[:60]}” is no domain.")
    if _ONLY_IN_EXPLANATIONS.search(text):
        raise BrokenRecord(f"“{text[:60]}” uses a macro that is only for explanations.")
    if _ENDS_IN_MACRO.fullmatch(text):
        return
    head, dot, top = text.removesuffix(".").rpartition(".")
    if not dot or _TOP_LABEL.fullmatch(top) is None or top.isdecimal() or (not head and not top):
        raise BrokenRecord(f"“{text[:60]}” does not end in a domain.")


def check_explanation(text: str) -> None:
    """Raise BrokenRecord when the text of an explanation uses macros wrongly."""
    if any(_MACRO_STRING.fullmatch(word) is None for word in text.split(" ")):
        raise BrokenRecord("The explanation's macros are wrong.")
