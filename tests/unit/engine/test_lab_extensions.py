"""What extensions bring, seen by the engine against the lab's server."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from mailclient.domain.commands import Move, Synchronise
from mailclient.domain.folder import NamespaceKind
from mailclient.domain.folder_commands import CreateFolder
from tests.support.extensions import WITHOUT, needs
from tests.support.fake_folders import letter
from tests.unit.engine.test_against_lab import ADDRESSES, commands_sent, opened
from tests.unit.engine.world import ANNA


@needs("OBJECTID", "LIST-STATUS")
def test_a_folder_that_was_renamed_elsewhere_is_not_fetched_again(tmp_path: Path) -> None:
    with opened(tmp_path) as (lab, world):
        for number in range(5):
            lab.deliver(ADDRESSES[ANNA], letter(number), folder="Travel")
        world.engine.synchronise_now(ANNA)
        before = [row.id for row in world.rows("Travel")]
        last = world.engine.connections()[0].connection_id
        user = lab.users[ADDRESSES[ANNA]]
        with user.lock:
            user.mailboxes["Journeys"] = user.mailboxes.pop("Travel")
            user.mailboxes["Journeys"].name = "Journeys"
        world.engine.synchronise_now(ANNA)
        assert [row.id for row in world.rows("Journeys")] == before
        assert all(world.reader.raw(message_id) is not None for message_id in before)
        assert not any("FETCH" in line for line in commands_sent(world, last))


@needs("QRESYNC")
def test_removals_and_marks_come_with_the_answer_to_select(tmp_path: Path) -> None:
    with opened(tmp_path, "LIST-STATUS") as (lab, world):
        for number in range(9):
            lab.deliver(ADDRESSES[ANNA], letter(number))
        world.engine.synchronise_now(ANNA)
        last = world.engine.connections()[0].connection_id
        user = lab.users[ADDRESSES[ANNA]]
        with user.lock:
            box = user.mailboxes["INBOX"]
            user.remove(box, {3, 4, 8})
            box.messages[0].flags.add("\\Seen")
            box.touch(box.messages[0])
        world.engine.synchronise_now(ANNA)
        assert len(world.rows()) == 6
        assert not any("UID SEARCH" in line or "UID FETCH" in line for line in commands_sent(world, last))


def test_what_vanished_elsewhere_goes_by_itself(tmp_path: Path) -> None:
    with opened(tmp_path) as (lab, world):
        for number in range(3):
            lab.deliver(ADDRESSES[ANNA], letter(number))
        world.start()
        world.until(lambda: world.complete() == 3)
        if WITHOUT.isdisjoint({"*", "IDLE"}):
            world.until(lambda: any(line.endswith(" IDLE") for line in commands_sent(world)), "the doorbell is armed")
        user = lab.users[ADDRESSES[ANNA]]
        user.remove(user.mailboxes["INBOX"], {2})
        world.until(lambda: len(world.rows()) == 2)
        world.submit(Synchronise())


@needs("OBJECTID")
def test_a_message_that_was_moved_elsewhere_is_not_fetched_again(tmp_path: Path) -> None:
    with opened(tmp_path) as (lab, world):
        for number in range(5):
            lab.deliver(ADDRESSES[ANNA], letter(number))
        world.engine.synchronise_now(ANNA)
        last = world.engine.connections()[0].connection_id
        user = lab.users[ADDRESSES[ANNA]]
        with user.lock:
            inbox = user.mailboxes["INBOX"]
            moved = inbox.messages[2]
            user.remove(inbox, {moved.uid})
            user.add(user.mailboxes["Archive"], moved.raw, moved.flags, moved.received_unix_s, moved.email_id)
        world.engine.synchronise_now(ANNA)
        (row,) = world.rows("Archive")
        assert world.reader.raw(row.id) == moved.raw
        assert not any("BODY.PEEK[]" in line for line in commands_sent(world, last))


@needs("UTF8=ACCEPT")
def test_names_in_utf8_are_the_same_folders_as_before(tmp_path: Path) -> None:
    """Learnt in modified UTF-7, acted upon without a connection, carried out in UTF-8: nothing is fetched or lost."""
    name = "Entwürfe & mehr/Grüße"
    with opened(tmp_path, "UTF8=ACCEPT") as (lab, world):
        for number in range(3):
            lab.deliver(ADDRESSES[ANNA], letter(number), folder=name)
        lab.deliver(ADDRESSES[ANNA], letter(9))
        world.engine.synchronise_now(ANNA)
        before = [row.id for row in world.rows("Entw&APw-rfe &- mehr/Gr&APwA3w-e")]
        assert len(before) == 3
        assert not any("UTF8" in line for line in commands_sent(world))
        lab.offer("UTF8=ACCEPT")
        last = world.engine.connections()[0].connection_id
        world.start()
        world.submit(Move((world.id_of("Subject 9"),), world.folder("Entw&APw-rfe &- mehr/Gr&APwA3w-e").id))
        box = lab.users[ADDRESSES[ANNA]].mailboxes[name]
        world.until(lambda: len(box.messages) == 4, "the message on the server")
        assert set(before) < {row.id for row in world.rows("Entw&APw-rfe &- mehr/Gr&APwA3w-e")}
        assert any(name in line for line in commands_sent(world, last))


@needs("NAMESPACE")
def test_folders_lie_where_the_server_has_their_owners(tmp_path: Path) -> None:
    with opened(tmp_path) as (lab, world):
        user = lab.users[ADDRESSES[ANNA]]
        user.namespaces = '(("INBOX/" "/")) (("user/" "/")) (("shared/" "/"))'
        user.personal_prefix = "INBOX/"
        for name in ("shared/news", "user/lena/Sent"):
            user.mailboxes[name] = replace(user.create("INBOX/x"), name=name)
            del user.mailboxes["INBOX/x"]
        world.start()
        world.until_quiet()
        kinds = {name: world.folder(name).namespace for name in ("shared/news", "user/lena/Sent", "INBOX")}
        assert list(kinds.values()) == [NamespaceKind.SHARED, NamespaceKind.OTHERS, NamespaceKind.PERSONAL]
        world.submit(CreateFolder(ANNA, "Reisen"))
        world.until(lambda: "INBOX/Reisen" in user.mailboxes, "the folder below the prefix")


def test_an_old_server_tells_subscriptions_by_lsub(tmp_path: Path) -> None:
    with opened(tmp_path, "LIST-EXTENDED", "LIST-STATUS") as (lab, world):
        lab.users[ADDRESSES[ANNA]].mailboxes["Junk"].subscribed = False
        world.engine.synchronise_now(ANNA)
        assert (world.folder("Junk").subscribed, world.folder("Archive").subscribed) == (False, True)
