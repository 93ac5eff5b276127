"""Dates, sizes, names and rows in words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QDateTime, QLocale

from mailclient.domain.flags import Flag
from mailclient.domain.folder import FolderRole
from mailclient.ui.models.sentences import folder_path, folder_title, row_sentence, short_date, size
from tests.support.ui_fakes import folder, message

NOW = QDateTime.fromString("2026-11-24T12:00:00", "yyyy-MM-ddTHH:mm:ss")


@pytest.mark.parametrize(
    ("then", "words"),
    [
        ("2026-11-24T09:05:00", "09:05"),
        ("2026-11-23T23:59:00", "Yesterday"),
        ("2026-11-22T08:00:00", "Sunday"),
        ("2026-11-18T08:00:00", "Wednesday"),
        ("2026-11-17T08:00:00", "17 Nov"),
        ("2026-01-02T08:00:00", "2 Jan"),
        ("2025-12-31T08:00:00", "2025-12-31"),
        ("2027-03-01T08:00:00", "2027-03-01"),
    ],
)
def test_a_date_is_as_short_as_it_can_be(then: str, words: str) -> None:
    when = QDateTime.fromString(then, "yyyy-MM-ddTHH:mm:ss")
    try:
        QLocale.setDefault(QLocale.c())
        assert short_date(when.toSecsSinceEpoch(), NOW) == words
    finally:
        QLocale.setDefault(QLocale.system())


def test_the_time_is_written_as_the_user_writes_it() -> None:
    when = QDateTime.fromString("2026-11-24T09:05:00", "yyyy-MM-ddTHH:mm:ss")
    try:
        QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
        assert short_date(when.toSecsSinceEpoch(), NOW).replace("\u202f", " ") == "9:05 AM"
        QLocale.setDefault(QLocale(QLocale.Language.German, QLocale.Country.Germany))
        assert short_date(when.toSecsSinceEpoch(), NOW) == "09:05"
    finally:
        QLocale.setDefault(QLocale.system())


def test_folders_have_names_for_people() -> None:
    assert folder_title(folder(1, "INBOX", FolderRole.INBOX)) == "Inbox"
    assert folder_path(folder(2, "Work/Projekt Grün")) == "Work / Projekt Grün"


def test_a_row_is_one_sentence_for_a_screen_reader() -> None:
    row = replace(message(0, Flag.FLAGGED | Flag.FORWARDED), has_pending_change=True)
    said = row_sentence(row)
    assert said.startswith(
        "Unread, starred, forwarded, with attachment, a change waits for the server. "
        "From Ada Lovelace. Notes on the engine. "
    )
    assert said.endswith("Dear Alex, the tables are in the appendix.")


def test_what_another_program_marked_as_deleted_is_said_to_be_so() -> None:
    assert row_sentence(message(4, Flag.SEEN | Flag.DELETED)).startswith("Marked as deleted on the server. From ")


def test_what_is_missing_is_said() -> None:
    row = replace(message(3, Flag.SEEN), sender_address="", subject="")
    assert row_sentence(row).startswith("From unknown sender. No subject.")


def test_sizes_have_units() -> None:
    assert size(0).split()[0].startswith("0")
    assert "MB" in size(2_500_000)
