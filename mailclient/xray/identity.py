"""Who a message is: its Message-ID, whose domain that is and who wrote it, its parents, and its copies. Pure.

What is here is asked of a ``Collection``; without one nothing is looked for, and that is said. RFC 5322 section 3.6.4.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from mailclient.domain.folder import FolderRole
from mailclient.domain.ids import AccountId
from mailclient.domain.stored import StoredMessage
from mailclient.mime.headers import HeaderBlock, HeaderField
from mailclient.xray.collection import Around
from mailclient.xray.copies import Copy, copy_findings, examine_copies
from mailclient.xray.finding import Finding, Range, Severity
from mailclient.xray.identity_owner import Owner, owner_of
from mailclient.xray.message_id import DomainKind, MessageIdentifier, read_message_id
from mailclient.xray.opened import OpenedMessage

MAX_CHAIN: Final = 100
MAX_FIELD_BYTES: Final = 65_536
_NAME: Final = re.compile(rb"<[^<>\s]{1,900}>")
"""As the store reads it: what it keeps is found by the same letters."""
_ANSWER: Final = re.compile(r"\s*(?:re|aw|sv|antw)\s?:", re.IGNORECASE)
_RFC: Final = "RFC 5322 section 3.6.4"


@dataclass(frozen=True, slots=True)
class Link:
    """One message that this one refers to."""

    name: str
    """Its Message-ID."""
    place: Range
    """Where it is referred to."""
    is_parent: bool
    """Named by In-Reply-To."""
    in_references: bool
    here: tuple[StoredMessage, ...] = ()
    """The copies of it in the store."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What there is to say."""

    identifiers: tuple[MessageIdentifier, ...]
    """Of every Message-ID field; the first counts."""
    place: Range | None
    """Of the first."""
    owner: Owner
    chain: tuple[Link, ...]
    """The messages that it refers to, the oldest first."""
    left_out: int
    """How many more it refers to, in the middle of the chain."""
    looked: bool
    """False when there was no store to look into: then nothing is known of what is here."""
    copies: tuple[Copy, ...] = ()
    findings: tuple[Finding, ...] = ()
    account_names: Mapping[AccountId, str] = field(default_factory=dict)

    @property
    def missing(self) -> int:
        """How many messages of the chain are not here."""
        return sum(1 for link in self.chain if not link.here)

    def where(self, stored: StoredMessage) -> str:
        """Return in words where a message lies; the account is named where there are several."""
        folder = "Inbox" if stored.folder_role is FolderRole.INBOX else stored.folder_name
        name = self.account_names.get(stored.account_id, "") if len(self.account_names) > 1 else ""
        return f"{folder} of {name}" if name else folder


NO_IDENTITY: Final = Identity((), None, Owner("", "", ()), (), 0, looked=False)


def examine_identity(opened: OpenedMessage, around: Around) -> Identity:
    """Examine a message's identity, chain and copies."""
    block = opened.message.headers
    fields = block.all("Message-ID")
    identifiers = tuple(read_message_id(one.value_raw.decode("utf-8", "replace")) for one in fields[:20])
    place = (fields[0].start, fields[0].end) if fields else None
    owner = owner_of(identifiers[0] if identifiers else None, block, around.route, around.own)
    links, left_out = _links(block)
    own_name = _first_name(block, "Message-ID")
    copies: tuple[Copy, ...] = ()
    if around.collection is not None:
        names = [name for name in (own_name, *(link.name for link in links)) if name]
        stored = around.collection.with_message_ids(names)
        by_name: dict[str, list[StoredMessage]] = {}
        for one in stored:
            by_name.setdefault(one.message_id_field, []).append(one)
        links = tuple(
            Link(link.name, link.place, link.is_parent, link.in_references, tuple(by_name.get(link.name, ())))
            for link in links
        )
        mine = by_name.get(own_name, []) if own_name else []
        copies = examine_copies(opened, mine, around.collection, around)
    findings = (
        *_findings(block, identifiers, place, links),
        *_chain_findings(links, left_out),
        *copy_findings(copies, place),
    )
    looked = around.collection is not None
    return Identity(identifiers, place, owner, links, left_out, looked, copies, findings, around.account_names)


def _first_name(block: HeaderBlock, name: str) -> str:
    match = _NAME.search(block.raw_first(name) or b"")
    return match[0].decode("ascii", "replace") if match else ""


def _names(found: HeaderField | None) -> Iterator[tuple[str, Range]]:
    if found is not None:
        offset = found.value_start - found.start
        for match in _NAME.finditer(found.raw, offset, MAX_FIELD_BYTES):
            yield match[0].decode("ascii", "replace"), (found.start + match.start(), found.start + match.end())


def _links(block: HeaderBlock) -> tuple[tuple[Link, ...], int]:
    """Return the chain, and how many in its middle are left out (RFC 5322: the first and the last matter most)."""
    parents = dict(_names(block.field("In-Reply-To")))
    places: dict[str, Range] = {}
    for name, place in _names(block.field("References")):
        places.pop(name, None)  # Named twice: its last place is the nearer one.
        places[name] = place
    links = [Link(name, place, name in parents, in_references=True) for name, place in places.items()]
    links += [
        Link(name, place, is_parent=True, in_references=False) for name, place in parents.items() if name not in places
    ]
    left_out = max(len(links) - MAX_CHAIN, 0)
    if left_out:
        links = [links[0], *links[-(MAX_CHAIN - 1) :]]
    return tuple(links), left_out


def _findings(
    block: HeaderBlock, identifiers: Sequence[MessageIdentifier], place: Range | None, links: Sequence[Link]
) -> Iterator[Finding]:
    if not identifiers:
        title = "The message has no Message-ID."
        why = "Answers cannot refer to it and copies cannot be recognised. Small programs and forgers forget it alike."
        yield Finding("message-id-missing", Severity.NOTICE, title, why, None, _RFC)
    elif identifiers[0].domain_kind is DomainKind.INSIDE:
        title = f"The Message-ID ends in “{identifiers[0].domain[:80]}”, which is no domain of the Internet."
        why = (
            "Many machines have such a name, so that two messages may get the same identifier. It is careless, no more."
        )
        yield Finding("message-id-without-domain", Severity.INFO, title, why, place, _RFC)
    own_name = identifiers[0].text if identifiers else ""
    itself = next((link for link in links if own_name and link.name == own_name), None)
    if itself is not None:
        title = "The message refers to itself as one that it answers."
        why = "Programs that follow the chain may show the conversation in the wrong order."
        yield Finding("refers-to-itself", Severity.NOTICE, title, why, itself.place, _RFC)
    subject = block.field("Subject")
    if not links and subject is not None and _ANSWER.match(subject.text[:200]):
        title = "The subject says that this is an answer, but the message names none that it answers."
        why = (
            "Some programs forget it. It is also a trick, to seem expected: there may never have been a first message."
        )
        yield Finding("answer-to-nothing", Severity.NOTICE, title, why, (subject.start, subject.end), _RFC)


def _chain_findings(links: Sequence[Link], left_out: int) -> Iterator[Finding]:
    parents = [link for link in links if link.is_parent]
    referred = [link for link in links if link.in_references]
    if len(parents) == 1 and referred and parents[0] is not referred[-1]:
        title = "In-Reply-To and the end of References name two different messages."
        why = "Programs differ in which of the two they take for the message that this one answers."
        yield Finding("two-parents", Severity.INFO, title, why, parents[0].place, _RFC)
    if left_out:
        title = f"The message refers to {left_out + MAX_CHAIN} others."
        why = "A chain of this length was hardly made by answering. The ones in its middle were not looked for."
        yield Finding("long-chain", Severity.INFO, title, why, links[0].place, _RFC)
    known = {link.name for link in links}
    for link in links:
        older = [name for one in link.here[:1] for name in one.references if name not in known]
        if older and link is links[0]:
            title = f"The chain was cut: a message that it names refers to {len(older)} older."
            why = "Programs shorten long chains. The older messages are found through the ones that are here."
            yield Finding("chain-cut", Severity.INFO, title, why, link.place, _RFC)
