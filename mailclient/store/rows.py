"""From table rows to domain values and back: the column lists and their meaning, in one place.

Runs no query of its own and decides nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from mailclient.domain.draft import (
    Draft,
    DraftAttachment,
    DraftKind,
    OutboxItem,
    OutboxState,
    RecipientResult,
)
from mailclient.domain.flags import Flag
from mailclient.domain.folder import Folder, FolderRole, FolderState, NamespaceKind, RoleSource
from mailclient.domain.ids import (
    AccountId,
    DraftId,
    FolderId,
    MessageId,
    ModSeq,
    OutboxId,
    UidValidity,
    received_unix_s,
)
from mailclient.domain.message import Availability, MessageRow

Row = Sequence[Any]

FOLDER_COLUMNS = (
    "id, account_id, wire_name, name, delimiter, role, role_source, selectable, "
    "uid_validity, uid_next, highest_modseq, server_count, permits_keywords, read_only, total, unread, subscribed, "
    "EXISTS (SELECT 1 FROM user.operation o WHERE o.account_id = folder.account_id AND o.kind = 'create' "
    "AND o.source_wire_name = folder.wire_name AND o.state IN ('pending', 'running')), namespace, namespace_prefix"
)
MESSAGE_COLUMNS = (
    "m.id, m.folder_id, m.flags, m.sender_name, m.sender_address, m.recipients, m.subject, m.preview, "
    "m.date, m.size, m.has_attachment, m.availability, m.pending"
)
DRAFT_COLUMNS = (
    "id, account_id, kind, to_line, cc_line, bcc_line, subject, text, in_reply_to, reference_ids, "
    "source_message_id, changed"
)
OUTBOX_COLUMNS = (
    "id, account_id, state, envelope_from, recipients, subject, message_id_field, created, attempts, retry_at, "
    "last_error, results, draft_id, source_message_id, kind"
)

_KEY_CHARS = 40
"""Of a sort key: lists differ in their first words, and the index holds the key of each message."""


def folder_of(row: Row) -> Folder:
    """Return the folder of a row of FOLDER_COLUMNS."""
    state = FolderState(
        uid_validity=None if row[8] is None else UidValidity(row[8]),
        uid_next=row[9],
        highest_modseq=None if row[10] is None else ModSeq(row[10]),
        exists=row[11],
        permits_keywords=bool(row[12]),
        read_only=bool(row[13]),
    )
    return Folder(
        id=FolderId(row[0]),
        account_id=AccountId(row[1]),
        wire_name=row[2],
        name=row[3],
        delimiter=row[4],
        role=FolderRole(row[5]),
        role_source=RoleSource(row[6]),
        selectable=bool(row[7]),
        state=state,
        total=row[14],
        unread=row[15],
        subscribed=bool(row[16]),
        awaits_creation=bool(row[17]),
        namespace=NamespaceKind(row[18]),
        namespace_prefix=row[19],
    )


def message_of(row: Row) -> MessageRow:
    """Return the list row of a row of MESSAGE_COLUMNS."""
    key = MessageId(row[0])
    return MessageRow(
        id=key,
        folder_id=FolderId(row[1]),
        flags=Flag(row[2]),
        sender_name=row[3],
        sender_address=row[4],
        recipients=row[5],
        subject=row[6],
        preview=row[7],
        date_unix_s=row[8],
        received_unix_s=received_unix_s(key),
        size_bytes=row[9],
        has_attachment=bool(row[10]),
        availability=Availability(row[11]),
        has_pending_change=bool(row[12]),
    )


def draft_of(row: Row, attachments: Iterable[Row]) -> Draft:
    """Return the draft of a row of DRAFT_COLUMNS and rows of (filename, content_type, data)."""
    return Draft(
        id=DraftId(row[0]),
        account_id=AccountId(row[1]),
        kind=DraftKind(row[2]),
        to=row[3],
        cc=row[4],
        bcc=row[5],
        subject=row[6],
        text=row[7],
        attachments=tuple(DraftAttachment(name, kind, data) for name, kind, data in attachments),
        in_reply_to=row[8],
        references=tuple(row[9].split()),
        source_message_id=None if row[10] is None else MessageId(row[10]),
        changed_unix_s=row[11],
    )


def outbox_item_of(row: Row) -> OutboxItem:
    """Return the item of a row of OUTBOX_COLUMNS."""
    return OutboxItem(
        id=OutboxId(row[0]),
        account_id=AccountId(row[1]),
        state=OutboxState(row[2]),
        envelope_from=row[3],
        recipients=tuple(json.loads(row[4])),
        subject=row[5],
        message_id_field=row[6],
        created_unix_s=row[7],
        attempts=row[8],
        retry_at_unix_s=row[9],
        last_error=row[10],
        results=tuple(RecipientResult(*result) for result in json.loads(row[11])),
        draft_id=None if row[12] is None else DraftId(row[12]),
        source_message_id=None if row[13] is None else MessageId(row[13]),
        kind=DraftKind(row[14]),
    )


def storable(text: str) -> str:
    """Return a text for people that SQLite takes: lone surrogates and NUL (which ends a string for its functions) go."""
    return storable_identity(text.replace("\0", "\ufffd"))


def storable_identity(text: str) -> str:
    """Return a text that names something, as exact as SQLite takes it: only lone surrogates are replaced."""
    if text.isascii():
        return text
    return text.encode("utf-8", "replace").decode("utf-8") if _has_surrogate(text) else text


def _has_surrogate(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


def sender_key(name: str, address: str) -> str:
    """Return what a list by sender is sorted by."""
    return (name or address).casefold()[:_KEY_CHARS]


def subject_key(subject: str) -> str:
    """Return what a list by subject is sorted by: without the marks of replies and forwards."""
    rest = subject.strip()
    while (head := rest[:6].casefold()).startswith(_MARKS):
        rest = rest[head.index(":") + 1 :].lstrip()
    return rest.casefold()[:_KEY_CHARS]


_MARKS = ("re:", "fwd:", "fw:", "aw:", "wg:", "sv:", "tr:")
