"""What the system says of the network becomes a command, once for each change."""

from __future__ import annotations

from PySide6.QtNetwork import QNetworkInformation
from pytestqt.qtbot import QtBot

from mailclient.domain.commands import Command, NoteNetwork
from mailclient.ui.reachability import Reachability

Reach = QNetworkInformation.Reachability


def test_only_changes_are_told(qtbot: QtBot) -> None:
    told: list[Command] = []
    watch = Reachability(told.append)
    told.clear()
    watch.reachability_changed(Reach.Online)
    told.clear()
    for reach in (Reach.Online, Reach.Local, Reach.Disconnected, Reach.Disconnected, Reach.Unknown, Reach.Online):
        watch.reachability_changed(reach)
    assert told == [NoteNetwork(False), NoteNetwork(True)]


def test_another_medium_is_another_network(qtbot: QtBot) -> None:
    told: list[Command] = []
    watch = Reachability(told.append)
    watch.reachability_changed(Reach.Online)
    told.clear()
    watch.medium_changed(None)
    watch.reachability_changed(Reach.Disconnected)
    watch.medium_changed(None)
    assert told == [NoteNetwork(True), NoteNetwork(False)]
