"""How the window behaves under load: a folder of 200,000 opened and scrolled, and stalls during a synchronisation of 20,000.

Printed, not asserted. Needs Dovecot for the second half. Run with ``PYTHONPATH=. python bench/window.py [MESSAGES]``.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from mailclient.accounts.discovery import guess_servers
from mailclient.app.glossary import explain_header, explain_line, inspection_context
from mailclient.app.services import assemble_engine, open_reader
from mailclient.app.window import _answer, _mailto
from mailclient.domain.account import Account, Credentials, Endpoint, Security
from mailclient.domain.events import AccountStatus
from mailclient.domain.exchange import FolderListing, NewMessage
from mailclient.domain.flags import Flag
from mailclient.domain.folder import FolderRole, RemoteFolder
from mailclient.domain.ids import AccountId, Uid
from mailclient.engine.facade import Engine
from mailclient.paths import Profile
from mailclient.settings import Settings
from mailclient.store.database import open_store
from mailclient.store.sync_store import SyncStore
from mailclient.ui import theme
from mailclient.ui.reading.html_view import prepare_web_engine
from mailclient.ui.window import MainWindow, WindowParts
from tests.support.messages import mixed_messages
from tests.support.servers import dovecot as dovecot_server
from tests.support.servers.dovecot import running_dovecot

USER = "alex@example.org"


def fill(profile: Profile, count: int) -> None:
    """Put rows into a cache, as a synchronisation would."""
    store = open_store(profile.root)
    sync = SyncStore(store.writer)
    inbox = FolderListing(RemoteFolder("INBOX", "Inbox", "/", FolderRole.INBOX), FolderRole.INBOX, True)
    (folder_id,) = sync.put_folders(AccountId("bench"), [inbox])
    for start in range(1, count + 1, 500):
        rows = [_row(number) for number in range(start, min(start + 500, count + 1))]
        sync.add_messages(folder_id, rows, None)
    while sync.index_waiting(5_000):
        pass
    store.writer.stop()


def _row(number: int) -> NewMessage:
    sender = f"User {number % 97}"
    return NewMessage(
        uid=Uid(number),
        flags=Flag.SEEN if number % 3 else Flag.NONE,
        received_unix_s=1_600_000_000 + number * 60,
        size_bytes=4_000,
        has_attachment=number % 9 == 0,
        subject=f"Subject number {number}",
        sender_name=sender,
        sender_address=f"user{number % 97}@example.com",
        recipients=USER,
        date_unix_s=1_600_000_000 + number * 60,
        message_id_field=f"<{number}@bench.example>",
        in_reply_to="",
        references=(),
    )


def open_window(profile: Profile, engine: Engine) -> MainWindow:
    """Return the window on a profile."""
    parts = WindowParts(
        engine=engine,
        reader=open_reader(profile),
        settings=Settings(),
        opened_dir=profile.opened_dir,
        answer=partial(_answer, engine),
        mailto=_mailto,
        guess=guess_servers,
        explain_header=explain_header,
        inspection_context=inspection_context,
        explain_line=explain_line,
        save_settings=lambda _settings: None,
    )
    return MainWindow(parts)


class Stalls:
    """Notes how late a timer of 5 ms comes: that long the window did not answer."""

    def __init__(self) -> None:
        self.late_ms: list[float] = []
        self._last = time.perf_counter()
        self._timer = QTimer(interval=5)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.late_ms.append(max((now - self._last) * 1000 - 5, 0))
        self._last = now

    def report(self) -> str:
        """Return percentiles."""
        ordered = sorted(self.late_ms) or [0.0]
        pick = [ordered[min(int(len(ordered) * share), len(ordered) - 1)] for share in (0.5, 0.99, 1.0)]
        return f"stalls: median {pick[0]:.1f} ms, 99 % {pick[1]:.1f} ms, longest {pick[2]:.1f} ms"


def _account(port: int, ca_file: str | None) -> Account:
    incoming = Endpoint("localhost", port, Security.TLS, USER)
    return Account(AccountId("bench"), USER, "Alex", USER, incoming, incoming, extra_ca_file=ca_file)


def measure_large_folder(application: QApplication, count: int) -> None:
    """Open and scroll a folder of many messages."""
    with tempfile.TemporaryDirectory() as directory:
        profile = Profile(Path(directory) / "p")
        profile.create()
        fill(profile, count)
        engine = assemble_engine(profile, use_keyring=False)
        engine.add_account(_account(1, None), Credentials("x" * 8, "x" * 8), remember=False)
        engine.start(online=False)
        started = time.perf_counter()
        window = open_window(profile, engine)
        window.resize(1400, 900)
        window.show()
        application.processEvents()
        print(
            f"{count} messages: window with its first rows painted after {(time.perf_counter() - started) * 1000:.0f} ms"
        )
        stalls = Stalls()
        while not window.messages.complete:
            application.processEvents()
        print(f"all ids after {(time.perf_counter() - started) * 1000:.0f} ms; {stalls.report()}")
        steps = []
        bar = window.list.verticalScrollBar()
        for position in range(0, bar.maximum(), max(bar.maximum() // 200, 1)):
            begun = time.perf_counter()
            bar.setValue(position)
            application.processEvents()
            steps.append((time.perf_counter() - begun) * 1000)
        steps.sort()
        print(f"scrolling: median {steps[len(steps) // 2]:.1f} ms a step, 95 % {steps[int(len(steps) * 0.95)]:.1f} ms")
        window.close()
        engine.stop()


def measure_synchronisation(application: QApplication, count: int) -> None:
    """Watch the window while messages are fetched and indexed."""
    reason = dovecot_server.missing()
    if reason:
        print(reason)
        return
    with tempfile.TemporaryDirectory() as directory, running_dovecot([USER]) as server:
        server.put(USER, mixed_messages(count))
        profile = Profile(Path(directory) / "p")
        profile.create()
        engine = assemble_engine(profile, use_keyring=False)
        account = _account(server.imaps_port, str(server.ca_file))
        engine.add_account(account, Credentials(server.password, server.password), remember=False)
        window = open_window(profile, engine)
        window.resize(1400, 900)
        window.show()
        engine.start()
        stalls = Stalls()
        started = time.perf_counter()
        first = 0.0
        while engine.status(account.id).status is not AccountStatus.IDLE or window.messages.rowCount() < count:
            application.processEvents()
            time.sleep(0.001)
            if not first and window.messages.rowCount():
                first = time.perf_counter() - started
        seconds = time.perf_counter() - started
        print(
            f"{count} messages synchronised and indexed in {seconds:.1f} s, first rows after {first:.2f} s; "
            f"{stalls.report()}"
        )
        window.close()
        engine.stop()


def main() -> None:
    """Run both measurements."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    prepare_web_engine()
    application = QApplication([])
    theme.apply("light")
    measure_large_folder(application, count)
    measure_synchronisation(application, max(count // 10, 100))


if __name__ == "__main__":
    main()
