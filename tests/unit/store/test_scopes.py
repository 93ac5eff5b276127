"""Folders' own scopes: in the user's file, by name, so that a new cache knows them."""

from __future__ import annotations

import pytest

from mailclient.domain.errors import BadInput
from mailclient.domain.ids import AccountId, FolderId
from mailclient.domain.scope import DownloadScope, Keep
from mailclient.store import folder_journal, scopes
from mailclient.store.removal import forget_account
from tests.unit.store.house import ANNA, House, listing

MONTH = DownloadScope(Keep.RECENT, 30, 5_000_000)


def known(house: House, account_id: AccountId = ANNA) -> dict[str, DownloadScope]:
    """Return the scopes of an account's folders."""
    return house.writer.read(lambda connection: scopes.of_account(connection, account_id))


def test_a_folder_has_none_until_somebody_says_so_and_may_lose_it_again(house: House) -> None:
    assert known(house) == {}
    folder = scopes.set_folder_scope(house.writer, house.folder("Archive"), MONTH)
    assert (folder.account_id, folder.wire_name) == (ANNA, "Archive")
    assert known(house) == {"Archive": MONTH}
    assert known(house, AccountId("ben")) == {}
    scopes.set_folder_scope(house.writer, house.folder("Archive"), None)
    assert known(house) == {}


def test_it_survives_a_cache_that_is_gone(house: House) -> None:
    scopes.set_folder_scope(house.writer, house.folder("Archive"), MONTH)
    house.again(lambda: house.opened.files.cache.unlink())
    assert known(house) == {"Archive": MONTH}


def test_a_folder_that_is_gone_is_a_sentence(house: House) -> None:
    with pytest.raises(BadInput, match="does not exist"):
        scopes.set_folder_scope(house.writer, FolderId(999), MONTH)


def test_a_stored_value_that_nobody_understands_is_none(house: House) -> None:
    house.writer.run(lambda c: c.execute("INSERT INTO user.folder_scope VALUES ('anna', 'Junk', 'half', 0, NULL)"))
    assert known(house) == {}


def test_an_account_that_is_forgotten_takes_them_along(house: House) -> None:
    scopes.set_folder_scope(house.writer, house.folder("Archive"), MONTH)
    forget_account(house.writer, ANNA)
    assert house.ask("SELECT count(*) FROM user.folder_scope") == [(0,)]


def test_it_follows_its_folder_and_the_folders_below_it_to_another_name(house: House) -> None:
    house.sync.put_folders(ANNA, [listing("Work"), listing("Work/2026"), listing("Workshop")])
    for name in ("Work/2026", "Workshop"):
        scopes.set_folder_scope(house.writer, house.folder(name), MONTH)
    house.writer.run(lambda c: folder_journal.follow_choices(c, ANNA, "Work", "Done", "/"))
    assert known(house) == {"Done/2026": MONTH, "Workshop": MONTH}
    house.writer.run(lambda c: folder_journal.forget_choices(c, ANNA, "Workshop"))
    assert known(house) == {"Done/2026": MONTH}
