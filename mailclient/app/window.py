"""Starts the window: Qt, the engine, the demo if wanted; or renders the same window into a file and ends."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from mailclient.accounts.discovery import guess_servers
from mailclient.app.glossary import explain_header, explain_line, inspection_context
from mailclient.app.services import assemble_engine, open_reader
from mailclient.domain.account import Account, Credentials
from mailclient.domain.draft import Draft, DraftKind
from mailclient.domain.errors import PostscopeError
from mailclient.domain.ids import MessageId
from mailclient.engine.facade import Engine
from mailclient.logs import start_log
from mailclient.mime.tree import Message
from mailclient.paths import Profile, default_profile
from mailclient.send.compose import draft_answer
from mailclient.send.mailto import parse_mailto
from mailclient.settings import load_settings, save_settings

if TYPE_CHECKING:
    from mailclient.lab.environment import Lab
    from mailclient.ui.window import MainWindow


@dataclass(frozen=True, slots=True)
class WindowOptions:
    """What the command line asked for."""

    profile: str | None = None
    demo: bool = False
    offline: bool = False
    target: str | None = None
    """A mailto link or a message file."""
    screenshot: str | None = None
    size: tuple[int, int] = (1400, 900)
    open_message: str | None = None
    """Id of a message, or part of its subject."""
    view: str = "reading"
    theme: str | None = None


def _answer(engine: Engine, message: Message, kind: DraftKind, account: Account, source: MessageId | None) -> Draft:
    return draft_answer(message, kind, account, (known.address for known in engine.accounts()), source)


def _mailto(uri: str, account: Account) -> Draft:
    asked = parse_mailto(uri)
    return Draft(
        None,
        account.id,
        to=asked.to,
        cc=asked.cc,
        bcc=asked.bcc,
        subject=asked.subject,
        text=asked.text,
        in_reply_to=asked.in_reply_to,
    )


def run_window(options: WindowOptions) -> int:
    """Open the window and return the exit code when it is closed."""
    if options.screenshot and not os.environ.get("QT_QPA_PLATFORM"):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    temporary = Path(tempfile.mkdtemp(prefix="postscope-demo-")) if options.demo else None
    root = temporary or (Path(options.profile) if options.profile else default_profile().root)
    profile = Profile(root)
    lab: Lab | None = None
    try:
        profile.create()
        with profile.lock():
            start_log(profile.log_file)
            lab = _start_lab() if options.demo else None
            port = lab.names.port if lab is not None else None
            engine = assemble_engine(profile, use_keyring=not options.demo, lab_names_port=port)
            try:
                if lab is not None:
                    _add_demo_account(engine, lab)
                return _show(options, profile, engine)
            finally:
                engine.stop()
    except PostscopeError as error:
        print(error.sentence, file=sys.stderr)
        return 1
    finally:
        if lab is not None:
            lab.stop()
        shutil.rmtree(profile.opened_dir, ignore_errors=True)
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)


def _start_lab() -> Lab:
    from mailclient.lab.demo import demo_lab

    lab = demo_lab(datetime.now().astimezone())
    lab.start()
    return lab


def _add_demo_account(engine: Engine, lab: Lab) -> None:
    from mailclient.lab.demo import DEMO_ADDRESS, DEMO_PASSWORD

    credentials = Credentials(DEMO_PASSWORD, DEMO_PASSWORD)
    engine.add_account(lab.account(DEMO_ADDRESS, "Alex Morgan"), credentials, remember=False)


def _show(options: WindowOptions, profile: Profile, engine: Engine) -> int:
    from mailclient.ui.reading.html_view import prepare_web_engine

    prepare_web_engine()
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from mailclient.ui import theme
    from mailclient.ui.icons import application_icon
    from mailclient.ui.reachability import Reachability
    from mailclient.ui.window import MainWindow, WindowParts

    application = QApplication(["postscope"])
    application.setApplicationName("Postscope")
    application.setDesktopFileName("postscope")
    application.setWindowIcon(application_icon())
    settings = load_settings(profile.settings_file)
    if options.theme:
        settings.theme = options.theme
    theme.apply(settings.theme)
    reader = open_reader(profile)
    parts = WindowParts(
        engine=engine,
        reader=reader,
        settings=settings,
        opened_dir=profile.opened_dir,
        answer=partial(_answer, engine),
        mailto=_mailto,
        guess=guess_servers,
        explain_header=explain_header,
        inspection_context=inspection_context,
        explain_line=explain_line,
        save_settings=lambda chosen: save_settings(profile.settings_file, chosen),
    )
    window = MainWindow(parts)
    engine.start(online=not options.offline)
    Reachability(engine.submit, window)
    window.refresh_folders()
    if options.screenshot:
        window.resize(*options.size)
    window.show()
    if options.target:
        QTimer.singleShot(0, lambda: _open_target(window, options.target or ""))
    if options.screenshot:
        from mailclient.app.screenshot import take_screenshot

        code = take_screenshot(application, window, options)
    else:
        code = application.exec()
    window.close()
    reader.close()
    return code


def _open_target(window: MainWindow, target: str) -> None:
    if target.lower().startswith("mailto:"):
        window.deeds.mailto(target)
    else:
        window.deeds.open_path(Path(target))
