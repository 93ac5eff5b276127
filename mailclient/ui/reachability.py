"""Tells the engine when the computer loses its network or has another one, as the operating system knows it.

Where the system does not say (no backend), nothing is told and the back-off must do. "No network" is believed only
when the system is sure: a local network may be all that a server needs.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtNetwork import QNetworkInformation

from mailclient.domain.commands import Command, NoteNetwork


class Reachability(QObject):
    """Watches the network; made on the window's thread."""

    def __init__(self, submit: Callable[[Command], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._submit = submit
        self._here = True
        if QNetworkInformation.loadBackendByFeatures(QNetworkInformation.Feature.Reachability):
            information = QNetworkInformation.instance()
            information.reachabilityChanged.connect(self.reachability_changed)
            information.transportMediumChanged.connect(self.medium_changed)
            if information.reachability() is QNetworkInformation.Reachability.Disconnected:
                self.reachability_changed(QNetworkInformation.Reachability.Disconnected)

    def reachability_changed(self, reachability: QNetworkInformation.Reachability) -> None:
        """The system says how far the network reaches."""
        here = reachability is not QNetworkInformation.Reachability.Disconnected
        if here is not self._here:
            self._here = here
            self._submit(NoteNetwork(here))

    def medium_changed(self, _medium: object) -> None:
        """From cable to radio or back: what was connected over the old one is gone."""
        if self._here:
            self._submit(NoteNetwork(True))
