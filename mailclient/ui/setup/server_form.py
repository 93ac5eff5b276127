"""The fields of one server: host, port, protection, user name. Plain only on loopback or after a worded confirmation."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QGroupBox, QLineEdit, QWidget

from mailclient.domain.account import Endpoint, Security
from mailclient.ui.setup.number_box import NumberBox

_PROTECTION: Final = {
    Security.TLS: "TLS (recommended)",
    Security.STARTTLS: "STARTTLS",
    Security.PLAIN: "None: not encrypted",
}


class ServerForm(QGroupBox):
    """One server of an account."""

    changed = Signal()

    def __init__(self, title: str, ports: dict[Security, int], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._host = QLineEdit(self)
        self._port = NumberBox(1, 65535, self)
        self._security = QComboBox(self)
        for security, words in _PROTECTION.items():
            self._security.addItem(words, security)
        self._username = QLineEdit(self)
        self._plain = QCheckBox("I understand: password and mail can be read by anybody on the way", self)
        layout = QFormLayout(self)
        layout.addRow("Server", self._host)
        layout.addRow("Port", self._port)
        layout.addRow("Protection", self._security)
        layout.addRow("", self._plain)
        layout.addRow("User name", self._username)
        self._form = layout
        self.set_kind(title, ports)
        self._security.currentIndexChanged.connect(self._security_changed)
        for edit in (self._host, self._username):
            edit.textEdited.connect(self._tell)
        self._port.valueChanged.connect(self._tell)
        self._plain.toggled.connect(self._tell)
        self._host.textChanged.connect(self._show_warning)
        self._show_warning()

    def set_kind(self, title: str, ports: dict[Security, int]) -> None:
        """Say what kind of server it is, and which ports are usual."""
        self._ports = ports
        self.setTitle(title)
        for field, name in (
            (self._host, "server name"),
            (self._port, "port"),
            (self._security, "protection"),
            (self._username, "user name"),
        ):
            field.setAccessibleName(f"{title}: {name}")

    def endpoint(self) -> Endpoint:
        """Return what the fields say."""
        return Endpoint(
            host=self._host.text().strip(),
            port=self._port.value(),
            security=self._security.currentData(),
            username=self._username.text().strip(),
            plain_confirmed=self._security.currentData() is Security.PLAIN and self._plain.isChecked(),
        )

    def set_endpoint(self, endpoint: Endpoint) -> None:
        """Fill the fields."""
        self._host.setText(endpoint.host)
        self._security.setCurrentIndex(self._security.findData(endpoint.security))
        self._port.setValue(endpoint.port)
        self._username.setText(endpoint.username)
        self._plain.setChecked(endpoint.plain_confirmed)

    def _tell(self, _value: object = None) -> None:
        self.changed.emit()

    def _security_changed(self, _index: int) -> None:
        self._port.setValue(self._ports[self._security.currentData()])
        self._show_warning()
        self.changed.emit()

    def _show_warning(self, _text: str = "") -> None:
        endpoint = self.endpoint()
        self._form.setRowVisible(self._plain, endpoint.security is Security.PLAIN and not endpoint.is_loopback)
