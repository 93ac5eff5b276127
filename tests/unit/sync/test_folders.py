"""The list of folders."""

from __future__ import annotations

import pytest

from mailclient.domain.errors import NetworkGone
from mailclient.domain.folder import FolderRole
from mailclient.sync.folders import list_folders
from tests.support.fake_mailbox import FakeServer
from tests.unit.sync.desk import ANNA, Desk


@pytest.fixture
def full(desk: Desk, server: FakeServer) -> Desk:
    """Mail in the inbox and in the archive."""
    server.deliver_many(3)
    server.deliver(to="Archive")
    desk.synchronise_all()
    return desk


def names(desk: Desk) -> set[str]:
    """Return the folders that are here."""
    return {folder.wire_name for folder in desk.store.folders(ANNA)}


def test_new_and_vanished_folders(full: Desk, server: FakeServer) -> None:
    server.session().hierarchy.create("Travel", FolderRole.NONE)
    del server.folders["Archive"], server.folders["Junk"]
    full.list_folders()
    assert names(full) == {"INBOX", "Sent", "Trash", "Travel"}


@pytest.mark.parametrize("listed", [(), ("Sent",), ("INBOX", "Trash")])
def test_a_list_that_is_cut_short_costs_no_mail(full: Desk, server: FakeServer, listed: tuple[str, ...]) -> None:
    before = full.ids(), full.ids("Archive")
    server.bend_list = lambda folders: tuple(folder for folder in folders if folder.wire_name in listed)
    full.list_folders()
    assert (full.ids(), full.ids("Archive")) == before
    assert full.folder("Archive").role is FolderRole.ARCHIVE


def test_a_connection_that_breaks_while_it_is_asked_again_costs_no_mail(full: Desk, server: FakeServer) -> None:
    server.bend_list = lambda _folders: ()
    server.fail("open_folder", NetworkGone("cut"))
    with pytest.raises(NetworkGone):
        full.list_folders()
    assert len(full.ids()) == 3


def test_nothing_is_asked_twice_when_all_is_listed(full: Desk, server: FakeServer) -> None:
    server.calls.clear()
    listings = list_folders(full.session(), full.store.folders(ANNA))
    assert server.calls == ["list_folders"]
    assert {listing.remote.wire_name for listing in listings} == set(server.folders)
