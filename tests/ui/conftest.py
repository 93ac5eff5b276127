"""The real window on the real engine against the lab: what a person would have, without a display."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from mailclient.accounts.discovery import guess_servers
from mailclient.app.glossary import explain_header, explain_line, inspection_context
from mailclient.app.services import assemble_engine, open_reader
from mailclient.app.window import _answer, _mailto
from mailclient.domain.account import Credentials
from mailclient.domain.events import AccountStatus
from mailclient.engine.facade import Engine
from mailclient.lab.demo import DEMO_ADDRESS, DEMO_PASSWORD, demo_lab
from mailclient.lab.environment import Lab
from mailclient.lab.mailstore import LabMailbox
from mailclient.paths import Profile
from mailclient.settings import Settings
from mailclient.ui import theme
from mailclient.ui.models.message_list import RowRole
from mailclient.ui.reading.html_view import prepare_web_engine
from mailclient.ui.window import MainWindow, WindowParts
from mailclient.ui.xray.panel import XrayPanel

prepare_web_engine()


@dataclass
class Desk:
    """A window, its engine and the lab it speaks to."""

    window: MainWindow
    engine: Engine
    lab: Lab
    qtbot: QtBot

    def until(self, condition: Callable[[], object], seconds: float = 15.0) -> None:
        """Wait for a condition, Qt running."""
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=int(seconds * 1000))

    def mailbox(self, name: str) -> LabMailbox:
        """Return a folder as the server has it."""
        return self.lab.users[DEMO_ADDRESS].mailboxes[name]

    def select(self, words: str) -> None:
        """Select the first message whose subject contains words, and wait until it is shown."""
        model = self.window.messages
        for position in range(model.rowCount()):
            row = model.index(position).data(RowRole)
            if words.lower() in row.subject.lower():
                with self.qtbot.waitSignal(self.window.painted, timeout=10_000):
                    self.window.list.select_row(position)
                return
        raise AssertionError(f"no message “{words}” is listed")

    def xray(self) -> XrayPanel:
        """Open the shown message up, and wait until it is examined."""
        with self.qtbot.waitSignal(self.window.xray_panel.examined, timeout=10_000):
            self.window.xray()
        return self.window.xray_panel

    def subjects(self) -> list[str]:
        """Return the subjects that are listed."""
        model = self.window.messages
        return [model.index(position).data(RowRole).subject for position in range(model.rowCount())]


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    """The demo's mail in a window."""
    profile = Profile(tmp_path / "profile")
    profile.create()
    theme.apply("light")
    with demo_lab(datetime.now().astimezone()) as lab:
        engine = assemble_engine(profile, use_keyring=False, lab_names_port=lab.names.port)
        account = lab.account(DEMO_ADDRESS, "Alex Morgan")
        engine.add_account(account, Credentials(DEMO_PASSWORD, DEMO_PASSWORD), remember=False)
        reader = open_reader(profile)
        parts = WindowParts(
            engine=engine,
            reader=reader,
            settings=Settings(mark_read_after_ms=50),
            opened_dir=profile.opened_dir,
            answer=partial(_answer, engine),
            mailto=_mailto,
            guess=guess_servers,
            explain_header=explain_header,
            inspection_context=inspection_context,
            explain_line=explain_line,
            save_settings=lambda _settings: None,
        )
        window = MainWindow(parts)
        engine.start()
        window.show()
        found = Desk(window, engine, lab, qtbot)
        found.until(lambda: engine.status(account.id).status is AccountStatus.IDLE and window.messages.rowCount() >= 20)
        yield found
        window.close()
        window.deleteLater()
        QApplication.processEvents()
        reader.close()
        engine.stop()
