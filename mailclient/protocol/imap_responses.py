"""What a server's responses mean: one small reader for each that the program asks for.

FETCH is scanned item by item with anchored patterns, never searched: a file name inside BODYSTRUCTURE must not be able to
pose as a flag. An answer without UID is an event of a sequence number and never attributed to a message. RFC 3501 section
7, RFC 4315, RFC 4731, RFC 6154, RFC 7162.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from mailclient.domain.errors import MalformedReply
from mailclient.domain.flags import Flag, flags_from_wire
from mailclient.domain.folder import FolderRole, RemoteFolder
from mailclient.domain.ids import ModSeq, Uid, UidValidity
from mailclient.protocol.imap_dates import parse_internal_date
from mailclient.protocol.imap_stream import Response
from mailclient.protocol.imap_tokens import Value, parse_values
from mailclient.protocol.imap_utf8 import wire_name_of
from mailclient.protocol.modified_utf7 import decode_mailbox
from mailclient.protocol.uid_sets import MAX_UID, UidSet

MAX_MODSEQ: Final = 2**63 - 1
"""RFC 7162 section 3.1; also what the store can hold."""
_STATUS: Final = re.compile(
    rb"(?:\* |\S+ )(OK|NO|BAD|BYE|PREAUTH)\b ?(?:\[([^\]]*)\] ?)?(.*)", re.IGNORECASE | re.DOTALL
)
_NUMBERED: Final = re.compile(rb"\* (\d{1,10}) (EXISTS|RECENT|EXPUNGE|FETCH)\b ?", re.IGNORECASE)
_ITEM: Final = re.compile(
    rb" *(?:UID (?P<uid>\d{1,10})(?=[ )])|FLAGS \((?P<flags>[^()]*)\)|INTERNALDATE \"(?P<date>[^\"]{0,60})\""
    rb"|RFC822\.SIZE (?P<size>\d{1,20})(?=[ )])|MODSEQ \((?P<modseq>\d{1,20})\)"
    rb"|EMAILID \((?P<email_id>[A-Za-z0-9_-]{1,255})\)|X-GM-MSGID (?P<gmail_id>\d{1,20})(?=[ )])"
    rb"|(?P<structure>BODYSTRUCTURE |BODY (?=\())|(?P<body>BODY\[(?P<section>[^\]]*)\](?:<\d+>)?|RFC822(?:\.\w+)?) "
    rb"|(?P<binary>BINARY\[[\d.]*\])(?:<\d+>)? )",
    re.IGNORECASE,
)
_USUAL: Final = re.compile(
    rb"\* (\d{1,10}) FETCH \(UID ([1-9]\d{0,8}) FLAGS \(([^()]*)\) INTERNALDATE \"([^\"]{0,60})\" RFC822\.SIZE (\d{1,20})"
    rb"(?: MODSEQ \((\d{1,20})\))?(?: (?:EMAILID \(([A-Za-z0-9_-]{1,255})\)|X-GM-MSGID (\d{1,20})))?"
    rb" BODYSTRUCTURE (\(.*\)) BODY\[(HEADER[^\]]*)\] \{\d{1,20}\}",
    re.DOTALL,
)
"""The answer to the question for headers in the order in which it is asked. What a BODYSTRUCTURE holds cannot pose as
something else: all that is taken stands before it or is the literal behind it."""
_USUAL_FLAGS: Final = re.compile(
    rb"\* (\d{1,10}) FETCH \(UID ([1-9]\d{0,8})(?: MODSEQ \((\d{1,20})\))? FLAGS \(([^()]*)\)(?: MODSEQ \((\d{1,20})\))?\)"
)
_STRUCTURE_TOKEN: Final = re.compile(rb"[^()\"{]+|\"(?:[^\"\\]|\\.)*\"|[()]|\{", re.DOTALL)
_ATTACHED: Final = re.compile(
    rb"\(\"attachment\"|\(\"(?:application|audio|video)\" |\(\"message\" \"rfc822\"", re.IGNORECASE
)
_ATTRIBUTES: Final = {
    "\\all": FolderRole.ALL,
    "\\archive": FolderRole.ARCHIVE,
    "\\drafts": FolderRole.DRAFTS,
    "\\flagged": FolderRole.FLAGGED,
    "\\junk": FolderRole.JUNK,
    "\\sent": FolderRole.SENT,
    "\\trash": FolderRole.TRASH,
}


@dataclass(frozen=True, slots=True)
class Status:
    """OK, NO, BAD, BYE or PREAUTH with its response code and words."""

    word: str
    code: str
    """The response code's name in upper case, empty when there is none."""
    argument: str
    """What follows the name inside the brackets."""
    text: str


@dataclass(slots=True)
class Fetched:
    """One FETCH response. ``uid`` None: an unsolicited answer about a sequence number."""

    sequence: int
    uid: Uid | None = None
    flags: Flag | None = None
    received_unix_s: int | None = None
    size_bytes: int | None = None
    modseq: ModSeq | None = None
    has_attachment: bool = False
    email_id: str | None = None
    """The message's name for ever; Gmail's numbers have a mark that no other name can have."""
    sections: dict[str, bytes] = field(default_factory=dict)
    """Bodies by their section in upper case: "" is the whole message; decoded ones (RFC 3516) under "BINARY[1]"."""

    @property
    def header(self) -> bytes | None:
        """The header, or those of its fields that were asked for."""
        for name, data in self.sections.items():
            if name.startswith("HEADER"):
                return data
        return None


@dataclass(frozen=True, slots=True)
class CopiedUids:
    """COPYUID or APPENDUID."""

    uid_validity: UidValidity
    source: tuple[int, ...]
    target: tuple[int, ...]


def read_number(text: str, most: int) -> int | None:
    """Return a number of a response code, None when it is none or larger than it can be."""
    digits = text.isascii() and text.isdigit() and len(text) <= 20
    return int(text) if digits and int(text) <= most else None


def parse_status(response: Response) -> Status | None:
    """Return the status of a tagged or untagged response, None when it is another kind."""
    match = _STATUS.match(response.line)
    if match is None:
        return None
    code, _, argument = (match[2] or b"").decode("ascii", "replace").partition(" ")
    return Status(match[1].decode("ascii").upper(), code.upper(), argument, match[3].decode("utf-8", "replace").strip())


def parse_numbered(response: Response) -> tuple[int, str] | None:
    """Return number and word of ``* 3 EXISTS`` and its kin."""
    match = _NUMBERED.match(response.line)
    return (int(match[1]), match[2].decode("ascii").upper()) if match else None


def parse_fetch(response: Response) -> Fetched | None:
    """Return the items of a FETCH response; None for other responses. Raises MalformedReply."""
    return _parse_usual(response) or _parse_any(response)


def _parse_usual(response: Response) -> Fetched | None:
    """Return the items of an answer that comes by the hundred thousand, None when it is another: one look, no steps."""
    text = response.line
    if len(response.texts) == 1:
        match = _USUAL_FLAGS.fullmatch(text)
        if match is None:
            return None
        modseq = match[3] or match[5]
        return Fetched(
            int(match[1]), Uid(int(match[2])), _flags(match[4]), modseq=ModSeq(int(modseq)) if modseq else None
        )
    if len(response.texts) != 2 or response.texts[1] != b")":
        return None
    match = _USUAL.fullmatch(text)
    if match is None:
        return None
    return Fetched(
        int(match[1]),
        Uid(int(match[2])),
        _flags(match[3]),
        parse_internal_date(match[4]),
        int(match[5]),
        ModSeq(int(match[6])) if match[6] else None,
        bool(_ATTACHED.search(match[9])),
        _email_id(match[7], match[8]),
        {_section(match[10]): response.literals[0]},
    )


def _email_id(email_id: bytes | None, gmail_id: bytes | None) -> str | None:
    if email_id is not None:
        return email_id.decode("ascii")
    return None if gmail_id is None else f"gmail:{gmail_id.decode('ascii')}"


@lru_cache(maxsize=256)
def _flags(names: bytes) -> Flag:
    return flags_from_wire(names.decode("ascii", "replace").split())


@lru_cache(maxsize=16)
def _section(name: bytes) -> str:
    return name.decode("ascii", "replace").upper()


def _parse_any(response: Response) -> Fetched | None:
    match = _NUMBERED.match(response.line)
    if match is None or match[2].upper() != b"FETCH":
        return None
    found = Fetched(int(match[1]))
    text_index, position = 0, match.end()
    text = response.line
    if text[position : position + 1] != b"(":
        raise MalformedReply("A FETCH answer has no list.", protocol_line=_shown(text))
    position += 1
    while True:
        if text[position:].lstrip(b" ") == b")":
            return found
        item = _ITEM.match(text, position)
        if item is None:
            text_index, position = _skip_unknown(response, text_index, position)
            text = response.texts[text_index]
            continue
        position = item.end()
        if item["uid"]:
            uid = int(item["uid"])
            if not 1 <= uid <= MAX_UID:
                raise MalformedReply(f"The server named {uid} as a UID.")
            found.uid = Uid(uid)
        elif item["flags"] is not None:
            found.flags = _flags(item["flags"])
        elif item["date"] is not None:
            found.received_unix_s = parse_internal_date(item["date"])
        elif item["size"]:
            found.size_bytes = min(int(item["size"]), MAX_MODSEQ)
        elif item["modseq"]:
            found.modseq = ModSeq(min(int(item["modseq"]), MAX_MODSEQ))
        elif item["email_id"] or item["gmail_id"]:
            found.email_id = _email_id(item["email_id"], item["gmail_id"])
        elif item["structure"]:
            found.has_attachment, text_index, position = _structure(response, text_index, position)
            text = response.texts[text_index]
        else:
            section = (item["binary"] or item["section"] or b"").decode("ascii", "replace").upper()
            data, text_index, position = _string(response, text_index, position)
            found.sections[section] = data
            text = response.texts[text_index]


def _string(response: Response, text_index: int, position: int) -> tuple[bytes, int, int]:
    text = response.texts[text_index]
    if text[position : position + 1] in {b"{", b"~"} and text_index < len(response.literals):
        return response.literals[text_index], text_index + 1, 0
    match = re.compile(rb"\"((?:[^\"\\]|\\.)*)\"|NIL", re.DOTALL | re.IGNORECASE).match(text, position)
    if match is None:
        raise MalformedReply("A body in a FETCH answer cannot be read.", protocol_line=_shown(text))
    return re.sub(rb"\\(.)", rb"\1", match[1] or b""), text_index, match.end()


def _structure(response: Response, text_index: int, position: int) -> tuple[bool, int, int]:
    """Walk over a BODYSTRUCTURE by its parentheses alone and notice whether something is attached."""
    depth = 0
    attached = False
    while True:
        text = response.texts[text_index]
        start = position
        for match in _STRUCTURE_TOKEN.finditer(text, position):
            token = match.group()
            if token == b"(":
                depth += 1
            elif token == b")":
                depth -= 1
                if depth == 0:
                    return attached or bool(_ATTACHED.search(text, start, match.end())), text_index, match.end()
        attached = attached or bool(_ATTACHED.search(text, start))
        text_index, position = text_index + 1, 0
        if text_index >= len(response.texts):
            raise MalformedReply("A BODYSTRUCTURE is not closed.")


_WORD: Final = re.compile(rb" *[^\s()\"{]+ ?")


def _skip_unknown(response: Response, text_index: int, position: int) -> tuple[int, int]:
    """Step over an item that nobody asked for: its name, then one value."""
    text = response.texts[text_index]
    name = _WORD.match(text, position)
    if name is None:
        raise MalformedReply("A FETCH answer cannot be read.", protocol_line=_shown(text))
    position = name.end()
    if text[position : position + 1] == b"(":
        _, text_index, position = _structure(response, text_index, position)
        return text_index, position
    if text[position : position + 1] in {b'"', b"{"}:
        _, text_index, position = _string(response, text_index, position)
        return text_index, position
    value = _WORD.match(text, position)
    return text_index, value.end() if value else position


def parse_list(response: Response, utf8: bool = False) -> RemoteFolder | None:
    """Return the folder of a LIST or LSUB response, None when it is another or cannot be read.

    ``utf8``: the session spells names in UTF-8.
    """
    match = re.match(rb"\* (?:LIST|LSUB) ", response.line, re.IGNORECASE)
    if match is None:
        return None
    try:
        values = parse_values(response, match.end())
    except MalformedReply:
        return None
    if len(values) < 3 or not isinstance(values[0], list) or not isinstance(values[2], bytes) or not values[2]:
        return None
    attributes = {value.decode("ascii", "replace").lower() for value in values[0] if isinstance(value, bytes)}
    wire_name = wire_name_of(values[2], utf8)
    if wire_name is None or any(ord(character) < 32 or character == "\x7f" for character in wire_name):
        return None
    delimiter = values[1].decode("ascii", "replace") if isinstance(values[1], bytes) and values[1] else None
    role = next((_ATTRIBUTES[name] for name in sorted(attributes) if name in _ATTRIBUTES), FolderRole.NONE)
    if wire_name.upper() == "INBOX":
        wire_name, role = "INBOX", FolderRole.INBOX
    name = decode_mailbox(wire_name).encode("utf-8", "replace").decode("utf-8")
    return RemoteFolder(
        wire_name=wire_name,
        name="Inbox" if role is FolderRole.INBOX else name,
        delimiter=delimiter,
        role=role,
        selectable=not attributes & {"\\noselect", "\\nonexistent"},
        subscribed="\\subscribed" in attributes,
    )


def parse_uids(response: Response, tag: bytes | None = None) -> UidSet | None:
    """Return the UIDs of a SEARCH or ESEARCH response, None when it is another, or the answer to another command's tag."""
    match = re.match(rb"\* SEARCH\b(.*)", response.line, re.IGNORECASE | re.DOTALL)
    if match:
        numbers = re.sub(rb"\(MODSEQ \d+\)", b"", match[1], flags=re.IGNORECASE).split()
        if not all(number.isdigit() and 1 <= int(number) <= MAX_UID for number in numbers):
            raise MalformedReply("The server answered a search with something else than UIDs.")
        return UidSet.of(map(int, numbers))
    match = re.match(rb"\* ESEARCH\b(.*)", response.line, re.IGNORECASE | re.DOTALL)
    if match is None:
        return None
    correlator = re.match(rb" \(TAG (?:\"([^\"]*)\"|([^\s()]+))\)", match[1], re.IGNORECASE)
    if tag is not None and correlator is not None and (correlator[1] or correlator[2]) != tag:
        return None
    found = re.search(rb"\bALL ([0-9:,]+)", match[1], re.IGNORECASE)
    return _uid_set(found[1]) if found else UidSet()


def parse_copied(status: Status) -> CopiedUids | None:
    """Return the UIDs of a COPYUID or APPENDUID code; sets of unequal size prove nothing and are ignored."""
    words = status.argument.split()
    try:
        if status.code == "COPYUID" and len(words) == 3:
            source, target = UidSet.parse(words[1]), UidSet.parse(words[2])
            if len(source) != len(target) or len(source) > 100_000:
                return None
            return CopiedUids(UidValidity(int(words[0])), tuple(source), tuple(target))
        if status.code == "APPENDUID" and len(words) == 2:
            return CopiedUids(UidValidity(int(words[0])), (0,), (int(words[1]),))
    except ValueError:
        return None
    return None


def parse_capabilities(text: bytes) -> frozenset[str]:
    """Return the words of a CAPABILITY response or code, upper case."""
    return frozenset(word.decode("ascii", "replace").upper() for word in text.split())


def as_text(value: Value) -> str:
    """Return a string value as text."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else ""


def _uid_set(text: bytes) -> UidSet:
    try:
        return UidSet.parse(text.decode("ascii"))
    except ValueError as error:
        raise MalformedReply("The server answered with UIDs that cannot be read.") from error


def _shown(text: bytes) -> str:
    return text[:200].decode("ascii", "replace")
