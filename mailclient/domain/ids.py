"""Distinct types for every number or string that names something, so that none can stand in for another.

Must not hold anything but identities. RFC 3501 section 2.3.1.1 (UID, UIDVALIDITY).
"""

from __future__ import annotations

from typing import NewType

AccountId = NewType("AccountId", str)
"""Short random token of an account; never derived from its address, which may change."""

FolderId = NewType("FolderId", int)
"""Row of a folder in the cache."""

MessageId = NewType("MessageId", int)
"""Row of a message in the cache. Grows with received time: newest first is descending order (see :func:`message_key`).

Not the ``Message-ID`` field of RFC 5322, which is called ``message_id_field`` everywhere.
"""

Uid = NewType("Uid", int)
"""IMAP UID: 1..2**32-1, only meaningful together with a folder and its UIDVALIDITY."""

UidValidity = NewType("UidValidity", int)

ModSeq = NewType("ModSeq", int)
"""RFC 7162 modification sequence."""

OperationId = NewType("OperationId", int)
"""Row of a journal entry."""

DraftId = NewType("DraftId", int)

OutboxId = NewType("OutboxId", int)

ConnectionId = NewType("ConnectionId", int)
"""Number of one connection since program start; names its transcript."""

_SEQUENCE_BITS = 20


def message_key(received_unix_s: int, sequence: int) -> MessageId:
    """Return the message key for a received time in seconds since 1970 and a tie-breaking sequence (0..2**20-1).

    Times before 1970 and after 2**42 s are clamped: a key stays a positive 63-bit integer.
    """
    seconds = min(max(received_unix_s, 0), (1 << 42) - 1)
    return MessageId((seconds << _SEQUENCE_BITS) | (sequence & ((1 << _SEQUENCE_BITS) - 1)))


def key_range(received_unix_s: int) -> tuple[MessageId, MessageId]:
    """Return the first and last key that a message received in that second can have."""
    return message_key(received_unix_s, 0), message_key(received_unix_s, (1 << _SEQUENCE_BITS) - 1)


def received_unix_s(key: MessageId) -> int:
    """Return the received time in seconds since 1970 that a message key carries."""
    return key >> _SEQUENCE_BITS
