"""Turns snapshots into the rows of the Activity window, and into its one summary line. Values in, values out."""

from __future__ import annotations

import time
from collections.abc import Sequence

from mailclient.domain.account import Purpose
from mailclient.domain.activity import ActivityNote, ActivitySnapshot, RunningWork, Tone, WaitingRow
from mailclient.domain.events import AccountStatus
from mailclient.domain.ids import AccountId
from mailclient.engine.connections import ConnectionInfo
from mailclient.ui.activity.rows import Row

ACCOUNT_HEADINGS = ("Account", "State", "Doing")
WAITING_HEADINGS = ("What", "Why it waits", "Since", "Account")
CONNECTION_HEADINGS = ("Server", "For", "State", "Protection", "Since", "Last line")
EVENT_HEADINGS = ("When", "What happened", "Account")

STATE_WORDS = {
    AccountStatus.OFFLINE: "Offline by choice",
    AccountStatus.NO_NETWORK: "No network",
    AccountStatus.CONNECTING: "Connecting…",
    AccountStatus.SYNCHRONISING: "Synchronising…",
    AccountStatus.IDLE: "Up to date",
    AccountStatus.WAITING: "Not reachable, will try again",
    AccountStatus.DISK_FULL: "Nothing can be stored",
    AccountStatus.SIGN_IN_NEEDED: "Waiting for the password",
    AccountStatus.MAIL_RENAMED: "Waits for your answer",
    AccountStatus.CERTIFICATE_REFUSED: "Certificate refused",
    AccountStatus.FAILED: "Needs your attention",
}
"""One calm line for each state; the status bar says the same."""
_CALM = {AccountStatus.OFFLINE, AccountStatus.NO_NETWORK, AccountStatus.CONNECTING, AccountStatus.SYNCHRONISING}


def clock(unix_s: float, now_unix_s: float | None = None) -> str:
    """Return a time of day, with the date when it is not today's."""
    then, today = time.localtime(unix_s), time.localtime(now_unix_s)
    form = "%H:%M" if then[:3] == today[:3] else "%d %b %H:%M"
    return time.strftime(form, then)


def state_words(status: AccountStatus, since_unix_s: float, last_synchronised_unix_s: float | None) -> str:
    """Return the state of an account in a few words."""
    if status is AccountStatus.IDLE:
        return f"Up to date since {clock(last_synchronised_unix_s or since_unix_s)}"
    return STATE_WORDS[status]


def sending_words(status: AccountStatus) -> str:
    """Return why sending alone is stopped, in a few words."""
    words = STATE_WORDS[status]
    return f"Sending: {words[0].lower()}{words[1:]}"


def account_rows(running: Sequence[RunningWork], names: dict[AccountId, str]) -> list[Row]:
    """Return a row for each account, and one more where sending alone is stopped."""
    rows = []
    for work in running:
        if work.account_id not in names:
            continue
        doing = work.sentence
        if work.what:
            doing = f"{work.what}: {work.done:,}" + (f" of {work.total:,}" if work.total else "")
        calm = work.status in _CALM or work.status is AccountStatus.IDLE
        state = state_words(work.status, work.since_unix_s, work.last_synchronised_unix_s)
        tone = Tone.CALM if calm else Tone.WARNING
        key: str = work.account_id
        if work.purpose is Purpose.SUBMISSION:
            key, state = f"{key}/sending", sending_words(work.status)
        rows.append(Row(key, (names[work.account_id], state, doing), work, tone))
    return rows


def waiting_rows(waiting: Sequence[WaitingRow], names: dict[AccountId, str]) -> list[Row]:
    """Return a row for each thing that waits."""
    return [
        Row(
            row.key,
            (row.what, row.why, clock(row.created_unix_s), names.get(row.account_id, row.account_id)),
            row,
            row.tone,
        )
        for row in waiting
    ]


def connection_rows(connections: Sequence[ConnectionInfo]) -> list[Row]:
    """Return a row for each connection, open ones first."""
    return [
        Row(
            str(info.connection_id),
            (
                f"{info.host} ({info.protocol})",
                info.purpose,
                "open" if info.open else "closed",
                info.encryption or "not encrypted",
                clock(info.began_unix_ms / 1000) if info.began_unix_ms else "",
                info.last_line,
            ),
            info,
        )
        for info in sorted(connections, key=lambda info: (not info.open, -info.connection_id))
    ]


def event_rows(notes: Sequence[ActivityNote], names: dict[AccountId, str]) -> list[Row]:
    """Return a row for each thing that happened, newest first."""
    return [
        Row(
            str(note.number),
            (
                time.strftime("%H:%M:%S", time.localtime(note.when_unix_s)),
                note.sentence,
                names.get(note.account_id, "") if note.account_id else "",
            ),
            note,
            note.tone,
        )
        for note in notes
    ]


def summary(snapshot: ActivitySnapshot, waiting: Sequence[WaitingRow], more: int) -> str:
    """Return the line at the top."""
    count = len(waiting) + more
    refused = sum(row.tone is Tone.WARNING for row in waiting)
    if not count:
        words = "Nothing waits."
    else:
        words = f"{count:,} {'thing waits' if count == 1 else 'things wait'}."
        if refused:
            words += f" {refused:,} of them {'needs' if refused == 1 else 'need'} you."
    last = max((work.last_synchronised_unix_s or 0.0 for work in snapshot.running), default=0.0)
    return f"{words} Last synchronised at {clock(last)}." if last else words
