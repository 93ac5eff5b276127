"""The list of folders."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mailclient.domain.errors import NetworkGone
from mailclient.domain.flags import Flag
from mailclient.domain.folder import FolderRole, NamespaceKind, RemoteFolder
from mailclient.protocol.uid_sets import UidSet
from mailclient.sync.folders import find_unchanged, list_folders
from mailclient.sync.roles import decide_roles
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
    assert "Sent" in names(full)  # Empty yet: the next copy of a sent message has to go there.
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


def unchanged(desk: Desk) -> set[str]:
    """List, and return the folders that need not be opened."""
    known = desk.store.folders(ANNA)
    names = {folder.id: folder.wire_name for folder in known}
    return {names[id_] for id_ in find_unchanged(desk.store, known, list_folders(desk.session(), known))}


@pytest.fixture
def teller(tmp_path: Path) -> Iterator[tuple[Desk, FakeServer]]:
    """A server that tells all numbers with the list, and a desk that has synchronised with it; the inbox is open."""
    server = FakeServer(condstore=True, qresync=True, list_status=True)
    desk = Desk(tmp_path, server)
    for name in server.folders:
        server.deliver_many(3, to=name)
    for name in ("Sent", "Archive", "Junk", "Trash", "INBOX"):
        desk.synchronise(name)
    yield desk, server
    desk.close()


def test_folders_whose_numbers_are_those_of_the_last_time_need_not_be_opened(teller: tuple[Desk, FakeServer]) -> None:
    desk, server = teller
    assert unchanged(desk) == {"Sent", "Archive", "Junk", "Trash"}
    server.deliver(to="Sent")
    server.set_flags(2, Flag.SEEN, folder="Archive")
    server.expunge(1, folder="Junk")
    server.renumber("Trash", first=1)
    assert unchanged(desk) == set()


def test_rows_that_are_missing_here_are_a_reason_to_open_the_folder(teller: tuple[Desk, FakeServer]) -> None:
    desk, _ = teller
    desk.store.remove_uids(desk.folder("Sent").id, UidSet.of([2]), None)
    assert unchanged(desk) == {"Archive", "Junk", "Trash"}


def test_a_folder_from_which_something_is_on_its_way_is_opened(teller: tuple[Desk, FakeServer]) -> None:
    desk, _ = teller
    desk.actions.move([desk.ids("Sent")[0]], desk.folder("Archive").id)
    assert unchanged(desk) == {"Junk", "Trash"}


def test_without_modification_sequences_numbers_prove_nothing(tmp_path: Path) -> None:
    server = FakeServer(condstore=False, list_status=True)
    desk = Desk(tmp_path, server)
    server.deliver_many(3, to="Sent")
    desk.synchronise("Sent")
    desk.synchronise("INBOX")
    assert unchanged(desk) == set()
    desk.close()


def test_folders_of_others_get_no_role() -> None:
    mine = RemoteFolder("Sent", "Sent", "/")
    theirs = RemoteFolder("user/lena/Sent", "user/lena/Sent", "/", FolderRole.SENT, namespace=NamespaceKind.OTHERS)
    shared = RemoteFolder("Trash", "Trash", "/", namespace=NamespaceKind.SHARED)
    roles = [listing.role for listing in decide_roles((theirs, shared, mine))]
    assert roles == [FolderRole.NONE, FolderRole.NONE, FolderRole.SENT]
