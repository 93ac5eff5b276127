"""Keeps the line that says who vouches for the sender: worked out in the background for the message that is shown.

An answer for a message that is no longer shown is dropped. Asks nothing; what was asked before in this run is used again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from mailclient.xray.own_servers import OwnServers, own_servers
from mailclient.xray.summary import Summary
from mailclient.xray.vouching import explain_vouching

if TYPE_CHECKING:
    from mailclient.ui.window import MainWindow


class Vouching(QObject):
    """Works for a window."""

    _found = Signal(object)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._line = window.pane.header.vouching
        self._number = 0
        self._found.connect(self._show)
        self._line.clicked.connect(self.open)
        window.pane.message_ready.connect(self.refresh)
        window.xray_panel.verified.connect(self.refresh)
        window.xray_panel.authentication.dialogue_wanted.connect(window.deeds.show_dialogue)

    def own_servers(self) -> OwnServers:
        """Return what is the reader's own, seen from the account that holds the message that is shown."""
        window = self._window
        message_id = window.pane.message_id
        location = window.reader.location(message_id) if message_id is not None else None
        folder = window.reader.folder(location.folder_id) if location is not None else None
        return own_servers(window.engine.accounts(), folder.account_id if folder is not None else None)

    def refresh(self) -> None:
        """Work the sentence out for the message that is shown."""
        self._number += 1
        number, pane, own = self._number, self._window.pane, self.own_servers()
        block, raw, dns = pane.header.block, pane.message_bytes(), self._window.engine.dns

        def work() -> object:
            kept = dns.kept(raw) if raw is not None else None
            return number, explain_vouching(block, own, raw, kept or None) if block is not None else None

        self._window.engine.run_in_background(work, self._found.emit)

    def _show(self, found: object) -> None:
        match found:
            case (int(number), Summary() as summary) if number == self._number:
                self._line.show_summary(summary)
            case _:
                pass  # Of a message that is no longer shown, or a mistake, which the log tells.

    def toggle_verify_always(self) -> None:
        """Verify each message that is opened in the X-ray, or only when the user presses."""
        verifying = self._window.verifying
        verifying.allow("asked" if verifying.always else "always")
        if verifying.always:
            self._window.status.say("Each message that you open in the X-ray is verified: the DNS is asked about it.")
        else:
            self._window.status.say("The DNS is asked only when you press “Verify now” in the X-ray.")

    def open(self) -> None:
        """Show in the X-ray what the sentence rests on."""
        self._window.show_xray("authentication")
