"""Opening and saving attachments: dangerous ones need a second step, opened ones are private read-only copies."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from mailclient.domain.errors import BadInput
from mailclient.mime.body import Attachment
from mailclient.mime.tree import Message
from mailclient.ui.reading.saving import private_copy, save_as, save_new


class AttachmentActions(QObject):
    """What the attachment bar's buttons do."""

    nested_opened = Signal(bytes, str)
    """Bytes and title of an attached message."""
    told = Signal(str)

    def __init__(self, parent: QWidget, opened_dir: Path) -> None:
        super().__init__(parent)
        self._parent = parent
        self._opened_dir = opened_dir

    def open(self, message: Message, attachment: Attachment) -> None:
        """Show an attached message here; hand other files to their programs, dangerous ones only after a warning."""
        if attachment.part.is_message:
            self.nested_opened.emit(message.decoded(attachment.part), attachment.filename)
            return
        if attachment.dangerous and not self.confirm_dangerous(attachment):
            return
        try:
            path = private_copy(self._opened_dir, attachment.filename, message.decoded(attachment.part))
        except BadInput as error:
            self.told.emit(error.sentence)
            return
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
            self.told.emit(f"No program is set up to open “{attachment.filename}”. Save it instead.")

    def confirm_dangerous(self, attachment: Attachment) -> bool:
        """Ask before something that can run is opened."""
        box = QMessageBox(self._parent)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle("Dangerous attachment")
        box.setText(f"“{attachment.filename}” can run programs on this computer.")
        box.setInformativeText("Open it only if you expected exactly this file from exactly this sender.")
        opening = box.addButton("&Open anyway", QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(box.addButton("&Cancel", QMessageBox.ButtonRole.RejectRole))
        box.exec()
        return box.clickedButton() is opening

    def save(self, message: Message, attachment: Attachment) -> None:
        """Ask for a place and save one."""
        name, _ = QFileDialog.getSaveFileName(self._parent, "Save attachment", attachment.filename)
        if not name:
            return
        try:
            save_as(Path(name), message.decoded(attachment.part))
        except BadInput as error:
            self.told.emit(error.sentence)
        else:
            self.told.emit(f"Saved “{Path(name).name}”.")

    def save_all(self, message: Message, attachments: Sequence[Attachment]) -> None:
        """Ask for a folder and save all; nothing there is replaced."""
        directory = QFileDialog.getExistingDirectory(self._parent, "Save all attachments into")
        if not directory:
            return
        try:
            for attachment in attachments:
                save_new(Path(directory), attachment.filename, message.decoded(attachment.part))
        except BadInput as error:
            self.told.emit(error.sentence)
            return
        self.told.emit(f"Saved {len(attachments)} attachments into {directory}.")
