"""What servers say of mailboxes that are not open: STATUS answers and namespaces.

RFC 3501 section 7.2.4, RFC 5819 (LIST-STATUS), RFC 7162 (HIGHESTMODSEQ), RFC 8474 (MAILBOXID), RFC 2342 (NAMESPACE).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mailclient.domain.errors import MalformedReply
from mailclient.domain.folder import FolderStatus, NamespaceKind
from mailclient.domain.ids import ModSeq, UidValidity
from mailclient.protocol.imap_stream import Response
from mailclient.protocol.imap_tokens import Value, parse_values
from mailclient.protocol.imap_utf8 import wire_name_of


@dataclass(frozen=True, slots=True)
class Namespace:
    """One root of mailboxes."""

    prefix: str
    """As on the wire; empty when the mailboxes stand at the top."""
    delimiter: str | None


@dataclass(frozen=True, slots=True)
class Namespaces:
    """Where one's own, other users' and shared mailboxes are."""

    personal: tuple[Namespace, ...] = ()
    others: tuple[Namespace, ...] = ()
    shared: tuple[Namespace, ...] = ()

    @property
    def foreign(self) -> tuple[Namespace, ...]:
        """Those of others."""
        return (*self.others, *self.shared)

    def place_of(self, wire_name: str) -> tuple[NamespaceKind, str]:
        """Return whose a mailbox is, and the prefix of the namespace that it is in: the longest prefix decides."""
        places = [
            (len(space.prefix), kind, space.prefix)
            for kind, spaces in (
                (NamespaceKind.PERSONAL, self.personal),
                (NamespaceKind.OTHERS, self.others),
                (NamespaceKind.SHARED, self.shared),
            )
            for space in spaces
            if _is_in(wire_name, space)
        ]
        # The first of equals: what is said to be one's own and somebody else's is one's own.
        _, kind, prefix = max(places, key=lambda place: place[0], default=(0, NamespaceKind.PERSONAL, ""))
        return kind, prefix


def _is_in(wire_name: str, space: Namespace) -> bool:
    bare = space.prefix.removesuffix(space.delimiter) if space.delimiter else space.prefix
    return wire_name.startswith(space.prefix) or wire_name == bare


def parse_mailbox_status(response: Response, utf8: bool = False) -> tuple[str, FolderStatus] | None:
    """Return name on the wire and numbers of a STATUS answer; None for others, and for one that cannot be read.

    ``utf8``: the session spells names in UTF-8.
    """
    match = re.match(rb"\* STATUS ", response.line, re.IGNORECASE)
    if match is None:
        return None
    try:
        values = parse_values(response, match.end())
    except MalformedReply:
        return None
    if len(values) != 2 or not isinstance(values[0], bytes) or not isinstance(values[1], list):
        return None
    told: dict[str, Value] = {}
    for name, value in zip(values[1][::2], values[1][1::2], strict=False):
        if isinstance(name, bytes):
            told[name.decode("ascii", "replace").upper()] = value
    validity, modseq = _number(told.get("UIDVALIDITY")), _number(told.get("HIGHESTMODSEQ"))
    wire_name = wire_name_of(values[0], utf8)
    if wire_name is None:
        return None
    return "INBOX" if wire_name.upper() == "INBOX" else wire_name, FolderStatus(
        uid_validity=UidValidity(validity) if validity else None,
        uid_next=_number(told.get("UIDNEXT")),
        messages=_number(told.get("MESSAGES")),
        unseen=_number(told.get("UNSEEN")),
        highest_modseq=ModSeq(modseq) if modseq else None,
        mailbox_id=_object_id(told.get("MAILBOXID")),
    )


def _number(value: Value) -> int | None:
    return int(value) if isinstance(value, bytes) and re.fullmatch(rb"\d{1,19}", value) else None


def _object_id(value: Value) -> str | None:
    """Return an object identifier: letters, digits, ``_`` and ``-`` (RFC 8474 section 7)."""
    inner = value[0] if isinstance(value, list) and len(value) == 1 else None
    if isinstance(inner, bytes) and re.fullmatch(rb"[A-Za-z0-9_-]{1,255}", inner):
        return inner.decode("ascii")
    return None


def parse_namespaces(response: Response, utf8: bool = False) -> Namespaces | None:
    """Return the namespaces of a NAMESPACE answer, None for others and for one that cannot be read."""
    match = re.match(rb"\* NAMESPACE ", response.line, re.IGNORECASE)
    if match is None:
        return None
    try:
        values = parse_values(response, match.end())
    except MalformedReply:
        return None
    if len(values) != 3:
        return None
    return Namespaces(*(tuple(_spaces(value, utf8)) for value in values))


def _spaces(value: Value, utf8: bool) -> list[Namespace]:
    found = []
    for item in value if isinstance(value, list) else []:
        if isinstance(item, list) and len(item) >= 2 and isinstance(item[0], bytes):
            delimiter = item[1].decode("ascii", "replace") if isinstance(item[1], bytes) and item[1] else None
            prefix = wire_name_of(item[0], utf8)
            if prefix is not None:
                found.append(Namespace(prefix, delimiter))
    return found
