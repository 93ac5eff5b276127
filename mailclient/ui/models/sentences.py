"""Dates, sizes and rows in words. Pure; ``now`` is handed in so that tests need no clock."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from PySide6.QtCore import QDate, QDateTime, QLocale

from mailclient.domain.flags import Flag
from mailclient.domain.folder import Folder, FolderRole, NamespaceKind
from mailclient.domain.message import MessageRow
from mailclient.protocol.modified_utf7 import decode_mailbox

ROOT_TITLES: Final = {
    NamespaceKind.OTHERS: "Other users",
    NamespaceKind.SHARED: "Shared folders",
}


def short_date(unix_s: int, now: QDateTime | None = None) -> str:
    """Return a date for a list: the time today, ``Yesterday``, the weekday this week, then day and month, then the year."""
    when = QDateTime.fromSecsSinceEpoch(unix_s)
    today = (now or QDateTime.currentDateTime()).date()
    days = when.date().daysTo(today)
    locale = QLocale()
    if days == 0:
        return _time(when, locale)
    if days == 1:
        return "Yesterday"
    if 1 < days < 7:
        return locale.toString(when.date(), "dddd")
    if when.date().year() == today.year() and days > 0:
        return locale.toString(when.date(), "d MMM")
    return locale.toString(when.date(), "yyyy-MM-dd")


def _time(when: QDateTime, locale: QLocale) -> str:
    """The time as the user writes it; the C locale would say the seconds too."""
    if locale.language() is QLocale.Language.C:
        return locale.toString(when.time(), "HH:mm")
    return locale.toString(when.time(), QLocale.FormatType.ShortFormat)


def long_date(when: datetime) -> str:
    """Return a date for a header, in local time."""
    local = when.astimezone()
    day = QDate(local.year, local.month, local.day)
    return f"{QLocale().toString(day, 'dddd, d MMMM yyyy')} at {local:%H:%M}"


def folder_title(folder: Folder) -> str:
    """Return a folder's name for people: IMAP spells the inbox INBOX (RFC 3501 section 5.1), nobody else does."""
    return "Inbox" if folder.role is FolderRole.INBOX else folder.leaf


def folder_path(folder: Folder) -> str:
    """Return a folder's whole path for people; one that is not one's own begins with whose it is."""
    root = (ROOT_TITLES[folder.namespace],) if folder.namespace in ROOT_TITLES else ()
    return " / ".join((*root, *path_in_namespace(folder)[:-1], folder_title(folder)))


def path_in_namespace(folder: Folder) -> tuple[str, ...]:
    """Return the path below the root under which a folder is shown; empty for what is only that root."""
    prefix = decode_mailbox(folder.namespace_prefix)
    if folder.namespace is NamespaceKind.PERSONAL or not prefix or not folder.delimiter:
        return folder.path
    if folder.name == prefix.removesuffix(folder.delimiter):
        return ()
    return tuple(folder.name.removeprefix(prefix).split(folder.delimiter))


def size(size_bytes: int) -> str:
    """Return a size for people."""
    return QLocale().formattedDataSize(size_bytes, 1, QLocale.DataSizeFormat.DataSizeSIFormat)


def row_sentence(row: MessageRow) -> str:
    """Return a row as a screen reader says it."""
    marks = []
    if not row.flags & Flag.SEEN:
        marks.append("unread")
    if row.flags & Flag.FLAGGED:
        marks.append("starred")
    if row.flags & Flag.ANSWERED:
        marks.append("answered")
    if row.flags & Flag.FORWARDED:
        marks.append("forwarded")
    if row.flags & Flag.DELETED:
        marks.append("marked as deleted on the server")
    if row.has_attachment:
        marks.append("with attachment")
    if row.has_pending_change:
        marks.append("a change waits for the server")
    state = ", ".join(marks)
    prefix = f"{state.capitalize()}. " if state else ""
    sender = row.sender_name or row.sender_address or "unknown sender"
    return (
        f"{prefix}From {sender}. {row.subject or 'No subject'}. {short_date(row.received_unix_s)}. {row.preview[:100]}"
    )
