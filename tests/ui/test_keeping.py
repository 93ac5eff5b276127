"""How much is kept and when an account connects, by the real window against the lab."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog

from mailclient.domain.scope import ConnectionModel, DownloadScope, Keep
from mailclient.engine.connection_life import ON_REQUEST
from mailclient.ui.folders.properties import FolderPropertiesDialog
from mailclient.ui.setup.account_settings import AccountSettingsDialog
from tests.ui.conftest import Desk

KNOCK = b"From: a@example.net\r\nSubject: Knock knock\r\nMessage-ID: <k@example.net>\r\n\r\nWho is there?\r\n"


def deliver(desk: Desk) -> None:
    """A message arrives, and is listed."""
    desk.lab.deliver("alex@example.org", KNOCK)
    desk.until(lambda: "Knock knock" in desk.subjects())


def properties(desk: Desk) -> FolderPropertiesDialog:
    """Open the properties of the folder that is listed."""
    desk.window.run("folder_properties")
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, FolderPropertiesDialog)
    return dialog


def settings(desk: Desk) -> AccountSettingsDialog:
    """Open the settings of the account."""
    desk.window.run("account_settings")
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, AccountSettingsDialog)
    return dialog


def here(desk: Desk) -> int:
    """Return how many whole messages of the account are here."""
    return desk.engine.kept_bytes(desk.engine.accounts()[0].id).messages


def test_on_a_metered_line_a_message_comes_when_it_is_opened(desk: Desk) -> None:
    window = desk.window
    assert not window.status._metered.isVisible()
    desk.until(lambda: here(desk) >= 20)
    window.run("toggle_metered")
    desk.until(window.status._metered.isVisible)
    assert window.menus.actions["toggle_metered"].isChecked()
    assert window.settings.metered == "on"
    whole = here(desk)
    deliver(desk)
    assert here(desk) == whole
    desk.select("Knock knock")
    assert "Who is there?" in window.pane.plain.toPlainText()
    assert here(desk) == whole + 1
    window.status._metered.click()
    desk.until(lambda: not window.status._metered.isVisible())
    assert window.settings.metered == "auto"


def test_a_folder_that_keeps_headers_frees_space_and_fetches_what_is_opened(desk: Desk) -> None:
    desk.until(lambda: here(desk) >= 20)
    dialog = properties(desk)
    dialog._own.setChecked(True)
    dialog._form.set_scope(DownloadScope(Keep.HEADERS))
    dialog.save()
    assert desk.window.folder is not None
    folder = desk.window.folder
    desk.until(lambda: desk.window.reader.folder_scope(folder) == DownloadScope(Keep.HEADERS))
    again = properties(desk)
    desk.until(again.space.button.isEnabled)
    before = here(desk)
    again.space.button.click()
    desk.until(lambda: "Freed" in desk.window.toast.sentence)
    assert here(desk) < before
    desk.until(lambda: again.space.sentence().startswith(("No whole message", "one whole message")))
    again.reject()
    desk.select("tickets for saturday")
    assert desk.window.pane.message_bytes() is not None


def test_a_folder_that_is_not_synchronised_says_so(desk: Desk) -> None:
    desk.until(lambda: here(desk) >= 20)
    dialog = properties(desk)
    dialog._own.setChecked(True)
    dialog._form.set_scope(DownloadScope(Keep.NOTHING))
    dialog.save()
    account = desk.engine.accounts()[0]
    assert desk.window.folder is not None
    folder = desk.window.folder
    desk.until(lambda: desk.window.reader.folder_scope(folder) is not None)
    desk.engine.free_space(account.id, folder.id)
    desk.until(lambda: not desk.subjects())
    desk.until(lambda: desk.window.list.empty_words.startswith("This folder is not synchronised."))
    desk.until(lambda: desk.window.heading.words.endswith("· not synchronised"))
    node = desk.window.folder_model.index_of(f"f{folder.id}")
    assert "not synchronised" in node.data(int(Qt.ItemDataRole.ToolTipRole))


def test_an_account_that_connects_on_request_says_so_everywhere(desk: Desk) -> None:
    window, account = desk.window, desk.engine.accounts()[0]
    desk.until(lambda: here(desk) >= 20)
    dialog = settings(desk)
    assert dialog.account() == account
    dialog.keeping.buttons[ConnectionModel.OFFLINE].setChecked(True)
    dialog.save()
    desk.until(lambda: desk.engine.status(account.id).sentence == ON_REQUEST)
    desk.until(window.status._model.isVisible)
    assert window.status._model.text() == "Offline model"
    tip = window.folder_model.index_of(account.id).data(int(Qt.ItemDataRole.ToolTipRole))
    desk.until(lambda: "connects only when you press Synchronise" in tip)
    desk.lab.deliver("alex@example.org", KNOCK)
    window.run("synchronise")
    desk.until(lambda: "Knock knock" in desk.subjects())
    desk.until(lambda: desk.engine.status(account.id).sentence == ON_REQUEST)


def test_of_a_very_large_message_the_text_is_shown_first(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = desk.engine.accounts()[0]
    desk.until(lambda: here(desk) >= 20)
    desk.engine.change_account(replace(account, scope=DownloadScope(max_size_bytes=1_000_000)))
    boundary = b'Content-Type: multipart/mixed; boundary="b"\r\n'
    text = b"--b\r\nContent-Type: text/plain\r\n\r\nWho is there?\r\n"
    attached = b"--b\r\nContent-Type: application/zip; name=big.zip\r\n\r\n" + b"UEsDBA\r\n" * 300_000 + b"--b--\r\n"
    head, _, _ = KNOCK.partition(b"\r\n\r\n")
    desk.lab.deliver("alex@example.org", head + b"\r\n" + boundary + b"\r\n" + text + attached)
    desk.until(lambda: "Knock knock" in desk.subjects())
    desk.select("Knock knock")
    pane = desk.window.pane
    desk.until(lambda: "Who is there?" in pane.plain.toPlainText())
    about = "Of this message (2.4 MB) the text is here. What is attached is fetched when you open or save it."
    assert pane.missing_bar.sentence() == about
    assert not pane.malformed_bar.isVisible()
    assert pane.attachments.isVisible()
    assert pane.attachments._list.item(0).text() == "big.zip  2.4 MB · on the server"
    assert (pane.message, pane.message_bytes()) == (None, None)
    assert not desk.window.menus.actions["reply"].isEnabled()

    saved = tmp_path / "saved.zip"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(saved), ""))
    pane.attachments._save.click()
    assert pane.missing_bar.sentence() == "Fetching “big.zip” (2.4 MB)…"
    desk.until(saved.exists)
    assert saved.read_bytes() == b"UEsDBA\r\n" * 299_999 + b"UEsDBA", "the line end before the boundary is its own"
    assert pane.attachments._list.item(0).text() == "big.zip  2.4 MB"
    assert (pane.missing_bar.sentence(), pane.message_bytes()) == (about, None)
    desk.select("tickets for saturday")
    desk.select("Knock knock")
    desk.until(lambda: "Who is there?" in pane.plain.toPlainText())
    pane._retry.click()
    desk.until(lambda: pane.message_bytes() is not None)
    desk.until(desk.window.menus.actions["reply"].isEnabled)
    assert (pane.missing_bar.isVisible(), pane.attachments.isVisible()) == (False, True)


def test_a_message_that_is_not_here_says_why_and_can_be_insisted_on(desk: Desk) -> None:
    account = desk.engine.accounts()[0]
    desk.until(lambda: here(desk) >= 20)
    model, scope = ConnectionModel.OFFLINE, DownloadScope(Keep.HEADERS)
    desk.engine.change_account(replace(account, model=model, scope=scope))
    desk.lab.deliver("alex@example.org", KNOCK)
    desk.window.run("synchronise")
    desk.until(lambda: "Knock knock" in desk.subjects())
    desk.until(lambda: desk.engine.status(account.id).sentence == ON_REQUEST)
    desk.window.list.select_row(desk.subjects().index("Knock knock"))
    bar = desk.window.pane.missing_bar
    desk.until(lambda: bar.sentence() == f"Only the headers of this message are here. {ON_REQUEST}")
    desk.window.pane._retry.click()
    desk.until(lambda: "Who is there?" in desk.window.pane.plain.toPlainText())
    assert not bar.isVisible()
