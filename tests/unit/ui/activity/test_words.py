"""The words of the Activity window and of the status bar."""

from __future__ import annotations

import time

from mailclient.domain.account import Purpose
from mailclient.domain.activity import ActivitySnapshot, RunningWork, Tone, WaitingRow
from mailclient.domain.events import AccountStatus
from mailclient.domain.ids import AccountId, ConnectionId
from mailclient.engine.connections import ConnectionInfo
from mailclient.ui.activity import words

ANNA = AccountId("anna")
NOON = time.mktime((2027, 1, 15, 12, 0, 0, 0, 0, -1))


def waiting(tone: Tone = Tone.CALM) -> WaitingRow:
    return WaitingRow(1, False, ANNA, "Archiving", "Why.", tone, NOON, None, True, True, True)


def work(status: AccountStatus, **changes: object) -> RunningWork:
    return RunningWork(ANNA, status, "", NOON, **changes)  # type: ignore[arg-type]


def test_every_state_has_its_words() -> None:
    assert set(words.STATE_WORDS) == set(AccountStatus)


def test_a_time_of_another_day_says_its_day() -> None:
    assert words.clock(NOON, NOON + 3_600) == "12:00"
    assert words.clock(NOON, NOON + 86_400) == "15 Jan 12:00"


def test_the_summary_counts_what_needs_somebody() -> None:
    nobody = ActivitySnapshot((), ())
    assert words.summary(nobody, [], 0) == "Nothing waits."
    assert words.summary(nobody, [waiting()], 0) == "1 thing waits."
    assert (
        words.summary(nobody, [waiting(), waiting(Tone.WARNING)], 9_998) == "10,000 things wait. 1 of them needs you."
    )


def test_accounts_say_what_they_do() -> None:
    running = work(AccountStatus.SYNCHRONISING, what="Bodies of Inbox", done=1_200, total=20_000)
    row = words.account_rows([running], {ANNA: "Anna"})[0]
    assert row.cells == ("Anna", "Synchronising…", "Bodies of Inbox: 1,200 of 20,000")
    assert words.account_rows([running], {}) == []
    assert words.account_rows([work(AccountStatus.CERTIFICATE_REFUSED)], {ANNA: "Anna"})[0].tone is Tone.WARNING


def test_a_stop_of_sending_alone_has_a_row_of_its_own() -> None:
    stopped = work(AccountStatus.SIGN_IN_NEEDED, purpose=Purpose.SUBMISSION)
    rows = words.account_rows([work(AccountStatus.IDLE), stopped], {ANNA: "Anna"})
    assert len({row.key for row in rows}) == 2
    assert (rows[1].cells[1], rows[1].tone) == ("Sending: waiting for the password", Tone.WARNING)


def test_connections_say_how_they_are_protected_and_open_ones_come_first() -> None:
    closed = ConnectionInfo(ConnectionId(9), ANNA, "SMTP", "smtp.example.org", "sending", False)
    opened = ConnectionInfo(
        ConnectionId(3),
        ANNA,
        "IMAP",
        "imap.example.org",
        "watching",
        True,
        int(NOON * 1_000),
        "TLSv1.3",
        "S * OK idling",
    )
    rows = words.connection_rows([closed, opened])
    assert rows[0].cells[:4] == ("imap.example.org (IMAP)", "watching", "open", "TLSv1.3")
    assert rows[0].cells[-1] == "S * OK idling"
    assert rows[1].cells[2:4] == ("closed", "not encrypted")
