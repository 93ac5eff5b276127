"""Read, star, move, undo, answer, send, open up: the main job by the real window against the lab."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication

from mailclient.domain.flags import Flag
from mailclient.lab.demo import SECOND_ADDRESS
from mailclient.ui.models.message_list import RowRole
from mailclient.ui.writing.composer import Composer
from tests.ui.conftest import Desk


def test_a_message_is_read_and_marked_after_a_moment(desk: Desk) -> None:
    desk.select("slow way round")
    assert "quarter to two" in desk.window.pane.plain.toPlainText()
    desk.until(lambda: "\\Seen" in _flags_on_server(desk, b"hop1@example.com"))
    row = desk.window.list.currentIndex().data(RowRole)
    desk.until(lambda: desk.window.list.currentIndex().data(RowRole).flags & Flag.SEEN)
    assert row.sender_name == "Ines Duarte"


def _flags_on_server(desk: Desk, message_id: bytes, folder: str = "INBOX") -> set[str]:
    return next(m.flags for m in desk.mailbox(folder).messages if message_id in m.raw)


def test_the_star_key_reaches_the_server(desk: Desk) -> None:
    desk.select("tickets for saturday")
    desk.window.run("star")
    desk.until(lambda: "\\Flagged" in _flags_on_server(desk, b"t-88121@"))


def test_archive_shows_the_next_message_and_undo_brings_it_back(desk: Desk) -> None:
    desk.select("tickets for saturday")
    count = desk.window.messages.rowCount()
    row = desk.window.list.currentIndex().row()
    desk.window.run("archive")
    desk.until(lambda: desk.window.messages.rowCount() == count - 1)
    assert desk.window.list.currentIndex().row() == row
    assert "Archived 1 message" in desk.window.toast.sentence
    desk.until(lambda: any(b"t-88121@" in m.raw for m in desk.mailbox("Archive").messages))
    desk.window.run("undo")
    desk.until(lambda: desk.window.messages.rowCount() == count)
    desk.until(lambda: any(b"t-88121@" in m.raw for m in desk.mailbox("INBOX").messages))
    assert desk.subjects().count("Your tickets for Saturday") == 1


def test_the_list_model_keeps_qts_rules(desk: Desk) -> None:
    tester = QAbstractItemModelTester(desk.window.messages, QAbstractItemModelTester.FailureReportingMode.Warning)
    folders = QAbstractItemModelTester(desk.window.folder_model, QAbstractItemModelTester.FailureReportingMode.Warning)
    desk.select("tickets for saturday")
    desk.window.run("archive")
    desk.until(lambda: "Your tickets for Saturday" not in desk.subjects())
    desk.window.run("toggle_unread_only")
    desk.window.run("sort_sender")
    desk.window.run("reverse_order")
    assert desk.window.messages.rowCount() > 0
    del tester, folders


def test_a_reply_is_written_sent_and_arrives(desk: Desk) -> None:
    desk.select("saturday at the lake")
    desk.window.run("reply")
    composer = desk.window.writing.open[-1]
    assert composer._to.text() == "Robin Reyes <robin@example.org>"
    assert composer._subject.text() == "Re: Saturday at the lake"
    assert "> " in composer._text.toPlainText()
    composer._text.insertPlainText("Nine is fine. Grüße!\n")
    desk.until(lambda: desk.window.reader.drafts())
    composer.send()
    robin = desk.lab.users[SECOND_ADDRESS].mailboxes["INBOX"]
    desk.until(lambda: robin.messages)
    raw = robin.messages[0].raw
    assert b"In-Reply-To: <c5@example.org>" in raw
    desk.until(lambda: not desk.window.writing.open)
    desk.until(lambda: not desk.window.reader.drafts())
    desk.until(lambda: "\\Answered" in _flags_on_server(desk, b"Message-ID: <c5@example.org>"))
    desk.until(
        lambda: any(b"Nine is fine" in m.raw or m.raw.count(b"c5@example.org") for m in desk.mailbox("Sent").messages)
    )


def test_a_draft_is_durable_soon_after_the_first_keystroke(desk: Desk) -> None:
    desk.window.run("compose")
    composer = desk.window.writing.open[-1]
    desk.qtbot.keyClicks(composer._subject, "Half a thought")
    desk.until(lambda: [d.subject for d in desk.window.reader.drafts()] == ["Half a thought"], 5)
    composer.close()
    assert len(desk.window.reader.drafts()) == 1


def test_a_message_without_a_recipient_is_not_sent_and_kept(desk: Desk) -> None:
    desk.window.run("compose")
    composer = desk.window.writing.open[-1]
    composer._subject.setText("To nobody")
    composer._text.setPlainText("x")
    composer.send()
    desk.until(lambda: "no recipient" in composer._notice.text())
    assert isinstance(composer, Composer)
    assert desk.window.reader.outbox() == ()
    composer.close()


def test_search_lists_what_it_finds_and_escape_returns(desk: Desk) -> None:
    inbox = desk.subjects()
    desk.until(lambda: desk.window.reader.search("boathouse"))
    desk.window.searching.box.setText("boathouse canoe")
    desk.window.searching.find()
    assert desk.subjects() == ["Re: Saturday at the lake"]
    desk.window.leave()
    assert desk.subjects() == inbox


def test_new_mail_appears_by_itself(desk: Desk) -> None:
    count = desk.window.messages.rowCount()
    desk.lab.deliver("alex@example.org", b"From: a@example.net\r\nSubject: Knock knock\r\n\r\nx\r\n")
    desk.until(lambda: desk.window.messages.rowCount() == count + 1)
    assert desk.subjects()[0] == "Knock knock"


def test_offline_work_is_done_later(desk: Desk) -> None:
    desk.window.status.online_toggled.emit(False)
    desk.until(lambda: not desk.engine.online)
    desk.select("kitten")
    desk.window.run("archive")
    desk.until(lambda: "The kitten has a name" not in desk.subjects())
    assert not any(b"im1@example.net" in m.raw for m in desk.mailbox("Archive").messages)
    desk.window.status.online_toggled.emit(True)
    desk.until(lambda: any(b"im1@example.net" in m.raw for m in desk.mailbox("Archive").messages))


def test_keys_work_from_the_list(desk: Desk) -> None:
    desk.window.list.setFocus()
    desk.window.list.select_row(0)
    QApplication.processEvents()
    action = desk.window.actions_by_name["next_message"]
    assert action.shortcut().toString() == "J"
    action.trigger()
    assert desk.window.list.currentIndex().row() == 1
    desk.qtbot.keyClick(desk.window.list, Qt.Key.Key_Up)
    assert desk.window.list.currentIndex().row() == 0
