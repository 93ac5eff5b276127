"""Whether the line costs by the byte: as the desktop says (QNetworkInformation), unless the user says otherwise."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QNetworkInformation

CHOICES: Final = {"auto": None, "on": True, "off": False}


class Metering(QObject):
    """Watches the desktop and holds the user's choice."""

    changed = Signal(bool)

    def __init__(self, choice: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.choice = choice if choice in CHOICES else "auto"
        """What the user says: ``auto``, ``on`` or ``off``."""
        self.desktop_says = False
        feature = QNetworkInformation.Feature.Metered
        if QNetworkInformation.loadBackendByFeatures(feature):
            information = QNetworkInformation.instance()
            self.desktop_says = information.isMetered()
            information.isMeteredChanged.connect(self.desktop_said)

    @property
    def metered(self) -> bool:
        """What counts."""
        own = CHOICES[self.choice]
        return self.desktop_says if own is None else own

    def toggle(self) -> str:
        """The user wants it the other way round; a choice that says what the desktop says is none. Returns it."""
        wanted = not self.metered
        self.choice = "auto" if wanted == self.desktop_says else ("on" if wanted else "off")
        self.changed.emit(self.metered)
        return self.choice

    def desktop_said(self, metered: bool) -> None:
        """The desktop went over to another line."""
        before = self.metered
        self.desktop_says = metered
        if self.metered != before:
            self.changed.emit(self.metered)
