"""What a folder is for."""

from __future__ import annotations

import pytest

from mailclient.domain.folder import FolderRole, RemoteFolder
from mailclient.sync.roles import decide_roles, role_by_name


def decided(*folders: RemoteFolder) -> dict[str, FolderRole]:
    """Return the role of each folder by its name."""
    return {listing.remote.name: listing.role for listing in decide_roles(folders)}


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("INBOX", FolderRole.INBOX),
        ("Inbox", FolderRole.INBOX),
        ("Sent", FolderRole.SENT),
        ("Sent Items", FolderRole.SENT),
        ("GESENDET", FolderRole.SENT),
        ("Envoyés", FolderRole.SENT),
        ("Отправленные", FolderRole.SENT),
        ("已发送", FolderRole.SENT),
        ("Entwürfe", FolderRole.DRAFTS),
        ("Papierkorb", FolderRole.TRASH),
        ("Deleted Messages", FolderRole.TRASH),
        ("Spam", FolderRole.JUNK),
        ("INBOX/Spam", FolderRole.JUNK),
        ("[Gmail]/All Mail", FolderRole.ARCHIVE),
        ("Archiv", FolderRole.ARCHIVE),
        ("Projects/Sent", FolderRole.NONE),
        ("INBOX/Projects/Sent", FolderRole.NONE),
        ("Sentences", FolderRole.NONE),
        ("", FolderRole.NONE),
    ],
)
def test_well_known_names_in_many_languages(name: str, role: FolderRole) -> None:
    assert role_by_name(RemoteFolder(name, name, "/")) is role


def test_a_name_written_decomposed_is_the_same_name() -> None:
    assert role_by_name(RemoteFolder("Entwu&AwgA-rfe", "Entwu\u0308rfe", "/")) is FolderRole.DRAFTS


def test_any_delimiter_and_none() -> None:
    assert role_by_name(RemoteFolder("INBOX.Drafts", "INBOX.Drafts", ".")) is FolderRole.DRAFTS
    assert role_by_name(RemoteFolder("Drafts", "Drafts", None)) is FolderRole.DRAFTS
    assert role_by_name(RemoteFolder("INBOX.Drafts", "INBOX.Drafts", None)) is FolderRole.NONE


def test_an_attribute_beats_a_name() -> None:
    assert decided(RemoteFolder("Sent", "Sent", "/"), RemoteFolder("Outgoing", "Outgoing", "/", FolderRole.SENT)) == {
        "Sent": FolderRole.NONE,
        "Outgoing": FolderRole.SENT,
    }


def test_only_one_folder_gets_a_role_by_its_name() -> None:
    found = decided(RemoteFolder("Trash", "Trash", "/"), RemoteFolder("Papierkorb", "Papierkorb", "/"))
    assert found == {"Trash": FolderRole.TRASH, "Papierkorb": FolderRole.NONE}


def test_a_folder_that_holds_no_messages_has_no_role() -> None:
    assert decided(RemoteFolder("Archive", "Archive", "/", selectable=False)) == {"Archive": FolderRole.NONE}


def test_it_is_told_whether_the_server_said_so() -> None:
    by_name, by_attribute = decide_roles(
        [RemoteFolder("Sent", "Sent", "/"), RemoteFolder("X", "X", "/", FolderRole.JUNK)]
    )
    assert (by_name.by_attribute, by_attribute.by_attribute) == (False, True)
