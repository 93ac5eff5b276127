"""Everything in a message that names a sender, side by side: what each is for, and how it goes with From.

A mailing list, a newsletter service and a secretary all make these differ, so that a difference alone is no warning. Pure;
the judgement is ``sender_findings``'. RFC 5322 sections 3.6.2 and 3.6.6, RFC 5321 section 4.4, RFC 2919, RFC 6376.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from mailclient.mime.addresses import Address, parse_addresses
from mailclient.mime.headers import HeaderBlock, HeaderField
from mailclient.mime.sender import SenderTruth
from mailclient.xray.dkim import DkimVerdict
from mailclient.xray.finding import Finding, Range
from mailclient.xray.lookalikes import Lookalike
from mailclient.xray.organisation import organisational_domain
from mailclient.xray.results import AuthenticationResults, ReceivedSpf
from mailclient.xray.route_facts import Route
from mailclient.xray.verification import Verification

MAX_OF_A_FIELD: Final = 20
_LIST_ID: Final = re.compile(r"<([^<>\s]{1,255})>\s*$")
_SIGNER: Final = re.compile(rb"(?:^|;)\s*d\s*=\s*([^;\s]{1,253})")


class Role(enum.Enum):
    """What a name of a sender is for."""

    FROM = "from"
    SENDER = "sender"
    REPLY_TO = "reply-to"
    RETURN_PATH = "return-path"
    ENVELOPE = "envelope"
    RESENT = "resent"
    ORIGINAL = "original"
    LIST = "list"
    SIGNER = "signer"
    DELIVERED = "delivered"


PURPOSES: Final = {
    Role.FROM: "Who wrote it, as the message says itself.",
    Role.SENDER: "Who handed it in for the author, as the message says itself.",
    Role.REPLY_TO: "Where the sender wants answers.",
    Role.RETURN_PATH: "Where it goes back to when it cannot be delivered. Written down on delivery.",
    Role.ENVELOPE: "The return address as a server saw it on the way.",
    Role.RESENT: "Who sent an existing message on.",
    Role.ORIGINAL: "Who stood in From before a list put its own address there.",
    Role.LIST: "The list that sent it to its members.",
    Role.SIGNER: "Whose signature it carries.",
    Role.DELIVERED: "The mailbox it was meant for, as a server saw it.",
}


class Relation(enum.Enum):
    """How a name goes with the one in From."""

    ITSELF = "itself"
    SAME_ORGANISATION = "same-organisation"
    LIST = "list"
    """The list's, which differs as lists do."""
    ELSEWHERE = "elsewhere"
    """Of another organisation."""
    NONE = "none"
    """There is nothing to compare: no address, or a recipient's."""


@dataclass(frozen=True, slots=True)
class NamedSender:
    """One name of a sender."""

    role: Role
    source: str
    """The field that names it."""
    display_name: str
    address: str
    """An address, or the domain of a list or a signer; empty for the empty return path."""
    organisation: str
    relation: Relation
    note: str
    """What it is for, and what is known about it."""
    place: Range | None = None

    @property
    def domain(self) -> str:
        """The domain of the address."""
        return self.address.rpartition("@")[2].lower()


@dataclass(frozen=True, slots=True)
class Senders:
    """All names of senders, and what they come to."""

    named: tuple[NamedSender, ...]
    sentence: str
    """Who it is really from, as far as that is known."""
    shown_domain: str = ""
    """The domain of From in both its forms."""
    lookalikes: tuple[Lookalike, ...] = ()
    findings: tuple[Finding, ...] = ()

    def of(self, role: Role) -> tuple[NamedSender, ...]:
        """Return the names for one purpose."""
        return tuple(named for named in self.named if named.role is role)


_FIELDS: Final = (
    (Role.FROM, "From"),
    (Role.SENDER, "Sender"),
    (Role.REPLY_TO, "Reply-To"),
    (Role.RESENT, "Resent-From"),
    (Role.RESENT, "Resent-Sender"),
    (Role.ORIGINAL, "X-Original-From"),
    (Role.ORIGINAL, "X-Google-Original-From"),
    (Role.RETURN_PATH, "Return-Path"),
)


def named_senders(
    block: HeaderBlock,
    truth: SenderTruth,
    route: Route,
    results: Sequence[AuthenticationResults],
    spf: Sequence[ReceivedSpf],
    verification: Verification,
) -> tuple[NamedSender, ...]:
    """Return every name of a sender, From first."""
    list_id = list_domain(block)
    naming = _Naming(truth.address, list_id)
    found = [naming.name(role, field, address) for role, field, address in _addresses(block)]
    found += [naming.name(Role.RETURN_PATH, field, None) for field in _empty_paths(block)]
    found += _from_servers(naming, route, spf, {named.address.lower() for named in found})
    if list_id:
        field = block.field("List-Id")
        found.append(naming.domain(Role.LIST, "List-Id", list_id, PURPOSES[Role.LIST], field))
    found += _signers(naming, block, results, verification)
    return tuple(found)


def list_domain(block: HeaderBlock) -> str:
    """Return the identifier of the list (RFC 2919), which looks like a domain; empty for other mail."""
    text = block.first("List-Id") or ""
    match = _LIST_ID.search(text)
    return (match[1] if match else text.strip() if re.fullmatch(r"[\w.-]{1,255}", text.strip()) else "").lower()


class _Naming:
    """Compares with From."""

    def __init__(self, address: str, list_id: str) -> None:
        self._address, self._domain = address.lower(), address.rpartition("@")[2].lower()
        self._organisation = organisational_domain(self._domain)
        self._list = organisational_domain(list_id)

    def name(self, role: Role, field: HeaderField, address: Address | None) -> NamedSender:
        """Return what a field names; without an address the empty return path."""
        place = (field.start, field.end)
        if address is None:
            note = f"{PURPOSES[role]} Empty: nobody is told, as is right for automatic messages."
            return NamedSender(role, field.name, "", "", "", Relation.NONE, note, place)
        relation = self._relation(address.address.lower(), address.domain)
        organisation = organisational_domain(address.domain)
        return NamedSender(
            role, field.name, address.display_name, address.address, organisation, relation, PURPOSES[role], place
        )

    def seen(self, role: Role, source: str, address: str, note: str, place: Range) -> NamedSender:
        """Return an address that a server wrote down."""
        domain = address.rpartition("@")[2].lower()
        relation = Relation.NONE if role is Role.DELIVERED else self._relation(address.lower(), domain)
        return NamedSender(role, source, "", address, organisational_domain(domain), relation, note, place)

    def domain(self, role: Role, source: str, domain: str, note: str, field: HeaderField | None) -> NamedSender:
        """Return a domain that stands for a list or a signer."""
        relation = Relation.LIST if role is Role.LIST else self._relation("", domain)
        place = (field.start, field.end) if field else None
        return NamedSender(role, source, "", domain, organisational_domain(domain), relation, note, place)

    def _relation(self, address: str, domain: str) -> Relation:
        if not self._domain or not domain:
            return Relation.NONE
        if address == self._address:
            return Relation.ITSELF
        organisation = organisational_domain(domain)
        if domain == self._domain or ("." in organisation and organisation == self._organisation):
            return Relation.SAME_ORGANISATION
        return Relation.LIST if self._list and organisation == self._list else Relation.ELSEWHERE


def _addresses(block: HeaderBlock) -> Iterator[tuple[Role, HeaderField, Address]]:
    for role, name in _FIELDS:
        for field in block.all(name)[:MAX_OF_A_FIELD]:
            for address in parse_addresses(field.value_raw, MAX_OF_A_FIELD).addresses:
                if address.address:
                    yield role, field, address


def _empty_paths(block: HeaderBlock) -> Iterator[HeaderField]:
    for field in block.all("Return-Path")[:1]:
        if field.value_raw == b"<>":
            yield field


def _from_servers(naming: _Naming, route: Route, spf: Sequence[ReceivedSpf], known: set[str]) -> Iterator[NamedSender]:
    """What servers wrote down, each address once and only when no field has it already."""
    for one in spf:
        address = one.get("envelope-from").strip('"<>')
        if "@" in address and address.lower() not in known:
            known.add(address.lower())
            whose = "Your own server wrote it." if one.trusted else "Not written by a server of yours."
            note = f"{PURPOSES[Role.ENVELOPE]} {whose}"
            yield naming.seen(Role.ENVELOPE, "Received-SPF", address, note, one.range)
    hop = route.receiving_hop
    if hop is None:
        return
    if "@" in hop.envelope_from and hop.envelope_from.lower() not in known:
        note = f"{PURPOSES[Role.ENVELOPE]} Your own server wrote it."
        yield naming.seen(Role.ENVELOPE, hop.field_name, hop.envelope_from, note, hop.range)
    if "@" in hop.for_address:
        yield naming.seen(Role.DELIVERED, hop.field_name, hop.for_address, PURPOSES[Role.DELIVERED], hop.range)


def _signers(
    naming: _Naming, block: HeaderBlock, results: Sequence[AuthenticationResults], verification: Verification
) -> Iterator[NamedSender]:
    own = {one.range[0]: one.verdict for one in verification.dkim}
    trusted = {
        result.domain: result.result
        for field in results
        if field.trusted
        for result in field.results
        if result.method == "dkim" and result.domain
    }
    for field in block.all("DKIM-Signature")[:MAX_OF_A_FIELD]:
        match = _SIGNER.search(field.value_raw)
        if match is None:
            continue
        domain = match[1].decode("utf-8", "replace").lower()
        verdict = own.get(field.start, DkimVerdict.NOT_CHECKED)
        if verdict is not DkimVerdict.NOT_CHECKED:
            said = "It is good." if verdict is DkimVerdict.PASS else f"It is not good ({verdict.value})."
        elif domain in trusted:
            said = f"Your server says: {trusted[domain]}."
        else:
            said = "Nobody has verified it."
        yield naming.domain(Role.SIGNER, field.name, domain, f"{PURPOSES[Role.SIGNER]} {said}", field)
