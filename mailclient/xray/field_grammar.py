"""Whether a field's value has the form that its RFC asks for, by one small grammar for each kind of field.

Pure and linear in the value. RFC 5322 sections 3.3, 3.4 and 3.6, RFC 2045, RFC 2369, RFC 2919. Says nothing of meaning.
"""

from __future__ import annotations

import enum
import re
from typing import Final, assert_never

from mailclient.mime.addresses import is_addr_spec, parse_addresses


class FieldKind(enum.Enum):
    """Which grammar a field follows."""

    DATE = "date"
    MAILBOX = "mailbox"
    MAILBOX_LIST = "mailbox-list"
    ADDRESS_LIST = "address-list"
    MESSAGE_ID = "msg-id"
    MESSAGE_ID_LIST = "msg-id-list"
    PATH = "path"
    MIME_VALUE = "mime-value"
    TOKEN = "token"
    VERSION = "version"
    NUMBER = "number"
    PHRASES = "phrases"
    LIST_URLS = "list-urls"
    LIST_ID = "list-id"
    TEXT = "text"


_KINDS: Final[dict[FieldKind, str]] = {
    FieldKind.DATE: "date resent-date delivery-date expires expiry-date reply-by deferred-delivery latest-delivery-time",
    FieldKind.MAILBOX: "sender resent-sender",
    FieldKind.MAILBOX_LIST: "from resent-from disposition-notification-to author",
    FieldKind.ADDRESS_LIST: "to cc bcc reply-to resent-to resent-cc resent-bcc resent-reply-to mail-followup-to",
    FieldKind.MESSAGE_ID: "message-id resent-message-id content-id supersedes obsoletes",
    FieldKind.MESSAGE_ID_LIST: "in-reply-to references",
    FieldKind.PATH: "return-path",
    FieldKind.MIME_VALUE: "content-type content-disposition",
    FieldKind.TOKEN: "content-transfer-encoding auto-submitted",
    FieldKind.VERSION: "mime-version",
    FieldKind.NUMBER: "lines content-length content-duration",
    FieldKind.PHRASES: "keywords",
    FieldKind.LIST_URLS: "list-post list-help list-subscribe list-unsubscribe list-owner list-archive archived-at",
    FieldKind.LIST_ID: "list-id",
}
_BY_NAME: Final = {name: kind for kind, names in _KINDS.items() for name in names.split()}

_DATE: Final = re.compile(
    r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ?, ?)?\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} "
    r"\d\d:\d\d(?::\d\d)? [+-]\d{4}",
    re.IGNORECASE,
)
MESSAGE_ID: Final = re.compile(
    r"<[^\s<>@\"\\\x00-\x1f]{1,900}@(?:[^\s<>@\[\]\\\"\x00-\x1f]{1,900}|\[[^\s\[\]<>]{1,900}\])>"
)
"""A Message-ID as the RFC has it, but for letters outside ASCII, which RFC 6532 allows."""
_QUOTED_MESSAGE_ID: Final = re.compile(r"<\"[^\"<>\x00-\x1f]{1,900}\"@[^\s<>@\"\x00-\x1f]{1,900}>")
_TOKEN: Final = r"[!#$%&'*+.^_`{|}~0-9A-Za-z-]{1,200}"
_MIME_HEAD: Final = re.compile(rf"{_TOKEN}(?:/{_TOKEN})? ?$")
_PARAMETER: Final = re.compile(rf" ?{_TOKEN} ?= ?(?:{_TOKEN}|\"(?:[^\"\\]|\\.)*\") ?$", re.DOTALL)
_PIECES: Final = re.compile(r"[^;\"]+|\"(?:[^\"\\]|\\.)*\"|;|\"", re.DOTALL)
_URLS: Final = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]{0,20}:[^<>]{1,4000}>")
_LIST_ID: Final = re.compile(
    r"[^<>]{0,2000}<[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,200}(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,200})+>"
)
_CHECKED_CHARACTERS: Final = 65_536


def kind_of(name: str) -> FieldKind:
    """Return the grammar for a field's name."""
    return _BY_NAME.get(name.lower(), FieldKind.TEXT)


def without_comments(text: str) -> str:
    """Return a structured value without its comments, runs of space as one; an open comment hides the rest."""
    if "(" not in text:
        return " ".join(text.split())
    kept: list[str] = []
    depth, quoted, escaped = 0, False, False
    for letter in text:
        if escaped:
            escaped = False
            if not depth:
                kept.append(letter)
        elif letter == "\\":
            escaped = True
            if not depth:
                kept.append(letter)
        elif letter == '"' and not depth:
            quoted = not quoted
            kept.append(letter)
        elif letter == "(" and not quoted:
            depth += 1
        elif letter == ")" and depth:
            depth -= 1
            kept.append(" ")
        elif not depth:
            kept.append(letter)
    return " ".join("".join(kept).split())


def form_problem(name: str, value: bytes) -> str:
    """Return a sentence on what is wrong with the form of an unfolded value; empty when it is as the RFC has it."""
    kind = kind_of(name)
    if kind is FieldKind.TEXT:
        return ""
    if not value.strip():
        return f"{name} is empty."
    if kind in {FieldKind.MAILBOX, FieldKind.MAILBOX_LIST, FieldKind.ADDRESS_LIST}:
        return _addresses(name, value, kind)
    text = without_comments(value[:_CHECKED_CHARACTERS].decode("utf-8", "replace"))
    match kind:
        case FieldKind.DATE:
            return "" if _DATE.fullmatch(text) else f"{name} is not a date as RFC 5322 writes it."
        case FieldKind.MESSAGE_ID:
            return "" if is_message_id(text) else f"{name} is not exactly one identifier in angle brackets."
        case FieldKind.MESSAGE_ID_LIST:
            good = all(is_message_id(word) for word in text.replace("><", "> <").split())
            return "" if good else f"{name} holds something that is no identifier in angle brackets."
        case FieldKind.PATH:
            good = text == "<>" or (text[:1] == "<" and text[-1:] == ">" and is_addr_spec(text[1:-1]))
            return "" if good else f"{name} is not one address in angle brackets."
        case FieldKind.MIME_VALUE:
            return _mime_value(name, text)
        case FieldKind.TOKEN:
            head = text.partition(";")[0]
            return "" if re.fullmatch(rf"{_TOKEN} ?", head) else f"{name} is not a single word."
        case FieldKind.VERSION:
            return "" if re.fullmatch(r"\d{1,3} ?\. ?\d{1,3}", text) else f"{name} is no version number."
        case FieldKind.NUMBER:
            return "" if re.fullmatch(r"\d{1,19}", text, re.ASCII) else f"{name} is not a number."
        case FieldKind.PHRASES:
            return "" if all(word.strip() for word in text.split(",")) else f"{name} has an empty place between commas."
        case FieldKind.LIST_URLS:
            good = text.upper() == "NO" or _are_urls(text)
            return "" if good else f"{name} is not made of addresses in angle brackets, such as <mailto:...>."
        case FieldKind.LIST_ID:
            return "" if _LIST_ID.fullmatch(text) else f"{name} has no name of the form <list.example.org>."
        case _:
            assert_never(kind)


def is_message_id(text: str) -> bool:
    """True for exactly one identifier in angle brackets."""
    return bool(MESSAGE_ID.fullmatch(text) or _QUOTED_MESSAGE_ID.fullmatch(text))


def _are_urls(text: str) -> bool:
    position, count = 0, 0
    for match in _URLS.finditer(text):
        if text[position : match.start()].strip(" ,"):
            return False
        position, count = match.end(), count + 1
    return count > 0 and not text[position:].strip(" ,")


def _addresses(name: str, value: bytes, kind: FieldKind) -> str:
    found = parse_addresses(value)
    if found.problems:
        return found.problems[0]
    readable = [address for address in found.addresses if address.address]
    if kind is FieldKind.MAILBOX and len(readable) != 1:
        return f"{name} must hold exactly one address and holds {len(readable)}."
    if kind is FieldKind.MAILBOX_LIST and not readable and not found.groups:
        return f"{name} holds no address."
    return ""


def _mime_value(name: str, text: str) -> str:
    pieces: list[str] = [""]
    for match in _PIECES.finditer(text):
        if match[0] == '"':
            return f"A quotation in {name} is not closed."
        if match[0] == ";":
            pieces.append("")
        else:
            pieces[-1] += match[0]
    head = pieces[0].strip()
    if not _MIME_HEAD.match(head) or (name.lower() == "content-type" and "/" not in head):
        return f"{name} does not begin with a {'type/subtype' if name.lower() == 'content-type' else 'word'}."
    odd = [piece for piece in pieces[1:] if piece.strip() and not _PARAMETER.match(piece)]
    return f"A parameter of {name} is not of the form name=value." if odd else ""
