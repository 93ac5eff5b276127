"""What to do about a maildrop, decided from values alone: what it lists, what is known here, what the user chose.

Distrust is the rule. A message is known by its unique id; where the server gives none, or the same to two, its size and a
digest of its header stand in. No listing, however empty, takes anything away here; and a message is deleted on the server
only when all of it is on this machine, or the user removed it for ever. RFC 1939 section 7 (UIDL).
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, assert_never

from mailclient.domain.pop import KnownMail, ListedMail, PopKeep, PopPolicy
from mailclient.mime.wire import summarise_headers

MANY: Final = 100
"""So many messages may be fetched again without asking, after the server renamed them all."""
_DAY_S: Final = 86_400.0
_HEADER_END: Final = re.compile(rb"\r?\n\r?\n")
_ADDED_BY_SERVERS: Final = re.compile(
    rb"^(?:X-UIDL|X?-?Status|X-Keywords|Content-Length|Lines):[^\n]*\n?", re.IGNORECASE | re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class PopPlan:
    """The steps of one session, by the numbers that hold in it."""

    whole: tuple[int, ...]
    """To be fetched with all their bytes."""
    headers: tuple[int, ...]
    """Large ones: only their headers."""
    delete: tuple[int, ...]
    """Safe here, or removed by the user, and not to be kept there any longer."""


@dataclass(frozen=True, slots=True)
class Identified:
    """A listed message with its key."""

    listed: ListedMail
    key: str


def header_of(raw: bytes) -> bytes:
    """Return the header block of a message, without the empty line."""
    match = _HEADER_END.search(raw)
    return raw[: match.start()] if match else raw


def header_digest(raw: bytes) -> bytes:
    """Return a digest of a message's header that is the same however the server spelled line ends and what it added."""
    header = header_of(raw).replace(b"\r\n", b"\n") + b"\n"
    return hashlib.sha256(_ADDED_BY_SERVERS.sub(b"", header).rstrip()).digest()


def without_useful_id(listing: Sequence[ListedMail]) -> tuple[int, ...]:
    """Return the numbers of messages whose header is needed to know them: their id is missing, or another's too."""
    counts = Counter(mail.uidl for mail in listing)
    return tuple(mail.number for mail in listing if mail.uidl is None or counts[mail.uidl] > 1)


def identify(listing: Sequence[ListedMail], headers: Mapping[int, bytes]) -> tuple[Identified, ...]:
    """Give each listed message its key. One that has neither id nor header is left out: it cannot be told from others."""
    doubtful = set(without_useful_id(listing))
    met: Counter[str] = Counter()
    result = []
    for mail in listing:
        if mail.number not in doubtful:
            result.append(Identified(mail, f"u:{mail.uidl}"))
            continue
        header = headers.get(mail.number)
        if header is None:
            continue
        key = f"h:{mail.size_bytes}:{header_digest(header).hex()}"
        met[key] += 1
        # Twins are counted: each is fetched and kept.
        result.append(Identified(mail, key if met[key] == 1 else f"{key}:{met[key]}"))
    return tuple(result)


def is_renamed(found: Sequence[Identified], known: Iterable[KnownMail]) -> bool:
    """True when the server lists messages under ids of which not one was ever seen, although some are known."""
    keys = {mail.key for mail in known}
    return bool(keys) and bool(found) and keys.isdisjoint(mail.key for mail in found)


def match_renamed(
    found: Sequence[Identified], headers: Mapping[int, bytes], known: Iterable[KnownMail]
) -> dict[str, str]:
    """Return old key to new key of messages that are recognised by Message-ID and header, each once."""
    by_digest: dict[bytes, list[KnownMail]] = {}
    by_message_id: dict[tuple[str, int], list[KnownMail]] = {}
    for mail in known:
        by_digest.setdefault(mail.header_digest, []).append(mail)
        if mail.message_id_field:
            by_message_id.setdefault((mail.message_id_field, mail.size_bytes), []).append(mail)
    result: dict[str, str] = {}
    for mail_found in found:
        header = headers.get(mail_found.listed.number)
        if header is None:
            continue
        message_id = summarise_headers(header).message_id
        candidates = [
            *by_digest.get(header_digest(header), ()),
            *by_message_id.get((message_id, mail_found.listed.size_bytes), ()),
        ]
        old = next((mail for mail in candidates if mail.key not in result), None)
        if old is not None:
            result[old.key] = mail_found.key
    return result


def plan_collection(
    found: Sequence[Identified], known: Iterable[KnownMail], policy: PopPolicy, now_unix_s: float
) -> PopPlan:
    """Return what to fetch and what to delete, newest first (servers list the oldest first)."""
    by_key = {mail.key: mail for mail in known}
    whole: list[int] = []
    headers: list[int] = []
    delete: list[int] = []
    for item in reversed(found):
        mail = by_key.get(item.key)
        is_large = (
            policy.headers_only_over_bytes is not None and item.listed.size_bytes > policy.headers_only_over_bytes
        )
        if mail is not None and may_delete(mail, policy, now_unix_s):
            delete.append(item.listed.number)
        elif mail is None or not (mail.is_here or mail.is_expunged or (mail.has_headers and is_large)):
            (headers if is_large else whole).append(item.listed.number)
    return PopPlan(tuple(whole), tuple(headers), tuple(delete))


def may_delete(mail: KnownMail, policy: PopPolicy, now_unix_s: float) -> bool:
    """True when the server's copy of a message is to go."""
    if not (mail.is_here or mail.is_expunged):
        return False  # Some of it exists nowhere else.
    was_deleted = mail.is_expunged or mail.is_trashed
    match policy.keep:
        case PopKeep.ALWAYS:
            return False
        case PopKeep.UNTIL_DELETED:
            return was_deleted
        case PopKeep.DAYS:
            return was_deleted or now_unix_s - mail.fetched_unix_s >= policy.keep_days * _DAY_S
        case PopKeep.REMOVE:
            return True
        case _:
            assert_never(policy.keep)
