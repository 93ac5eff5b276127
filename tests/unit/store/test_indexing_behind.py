"""Headers that come by the thousand wait for their place in the index: until their body comes, or until nothing is to do."""

from __future__ import annotations

import pytest

from tests.unit.store.house import House, message

MANY = 250


@pytest.fixture
def loaded(house: House) -> House:
    """A house whose inbox was filled at once."""
    house.add("INBOX", *(message(uid, f"Pelican {uid}") for uid in range(1, MANY + 1)))
    return house


def waiting(house: House) -> int:
    return int(house.ask("SELECT count(*) FROM unindexed")[0][0])


def soundness(house: House) -> None:
    """An entry taken out with other words than it went in with would leave the index unsound."""
    house.writer.run(lambda connection: connection.execute("INSERT INTO search (search) VALUES ('integrity-check')"))


def test_new_mail_is_found_at_once(house: House) -> None:
    house.add("INBOX", message(1, "Pelican 1"))
    assert waiting(house) == 0
    assert house.found("pelican") == ["Pelican 1"]


def test_many_headers_wait_and_are_found_when_the_index_has_caught_up(loaded: House) -> None:
    assert waiting(loaded) == MANY
    assert loaded.sync.index_waiting(200)
    assert waiting(loaded) == MANY - 200
    assert loaded.found("subject:250") == ["Pelican 250"], "the newest are found first"
    assert not loaded.sync.index_waiting(200)
    assert waiting(loaded) == 0
    assert loaded.found("subject:1") == ["Pelican 1"]
    soundness(loaded)


def test_a_body_brings_its_headers_into_the_index(loaded: House) -> None:
    newest = loaded.ids("INBOX")[0]
    loaded.sync.put_bodies(loaded.folder("INBOX"), [loaded.body(newest, "a heron beside it")])
    assert waiting(loaded) == MANY - 1
    assert loaded.found("pelican heron") == ["Pelican 250"]
    loaded.sync.put_bodies(loaded.folder("INBOX"), [loaded.body(newest, "a stork beside it")])
    assert loaded.found("heron") == []
    assert loaded.found("pelican stork") == ["Pelican 250"]
    soundness(loaded)


def test_what_goes_before_it_was_indexed_leaves_nothing_behind(loaded: House) -> None:
    uids = loaded.sync.known_uids(loaded.folder("INBOX"))
    loaded.sync.remove_uids(loaded.folder("INBOX"), uids.within(1, 100), None)
    assert waiting(loaded) == MANY - 100
    while loaded.sync.index_waiting(1_000):
        pass
    assert loaded.found("subject:100") == []
    assert loaded.found("subject:101") == ["Pelican 101"]
    soundness(loaded)


def test_the_next_start_goes_on_with_the_index(loaded: House) -> None:
    loaded.again()
    for _ in range(10):  # Each question waits for what was queued before it.
        if waiting(loaded) == 0:
            break
    assert waiting(loaded) == 0
    assert loaded.found("subject:1") == ["Pelican 1"]
    soundness(loaded)
