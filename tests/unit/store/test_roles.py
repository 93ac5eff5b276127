"""What the user says a folder is for outlives the listing, the run and the cache."""

from __future__ import annotations

import pytest

from mailclient.domain.errors import BadInput
from mailclient.domain.folder import FolderRole, RoleSource
from mailclient.domain.ids import FolderId
from mailclient.store.roles import set_folder_role
from tests.unit.store.house import ANNA, ROLES, House, listing


def test_the_choice_is_remembered_even_without_the_cache(house: House) -> None:
    assert set_folder_role(house.writer, house.folder("Archive"), FolderRole.SENT) == ANNA
    house.again(lambda: house.opened.files.cache.unlink())
    house.sync.put_folders(ANNA, [listing(name) for name in ROLES])
    roles = {folder.name: (folder.role, folder.role_source) for folder in house.reader.folders()}
    assert roles["Archive"] == (FolderRole.SENT, RoleSource.USER)
    assert roles["Sent"] == (FolderRole.NONE, RoleSource.USER)
    assert roles["INBOX"] == (FolderRole.INBOX, RoleSource.ATTRIBUTE)


def test_several_folders_may_have_no_role(house: House) -> None:
    for name in ("Archive", "Junk"):
        set_folder_role(house.writer, house.folder(name), FolderRole.NONE)
    assert {house.folder_row(name).role for name in ("Archive", "Junk")} == {FolderRole.NONE}
    assert house.folder_row("Trash").role is FolderRole.TRASH


def test_a_folder_that_is_gone_cannot_be_given_a_role(house: House) -> None:
    with pytest.raises(BadInput):
        set_folder_role(house.writer, FolderId(999), FolderRole.SENT)
