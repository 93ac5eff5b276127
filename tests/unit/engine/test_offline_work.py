"""Without a network everything is done that does not need one; with one again, all of it is carried out, once."""

from __future__ import annotations

from pathlib import Path

from mailclient.domain import commands as c
from mailclient.domain.draft import Draft, OutboxState
from mailclient.domain.events import AccountStatus, DraftSaved, OutboxChanged, SynchronisationEnded
from mailclient.domain.flags import Flag
from mailclient.domain.folder import FolderRole
from tests.support.fake_folders import letter
from tests.unit.engine.world import ANNA, World


def until_synchronised(world: World) -> None:
    """Wait for the end of a complete pass."""
    world.until_heard(SynchronisationEnded, lambda event: event.complete)
    world.until_quiet()


def there(world: World) -> dict[str, list[str]]:
    """Return the subjects on the server, by folder."""
    return {name: sorted(world.server.subjects(name)) for name in world.server.folders}


def shown(world: World) -> dict[str, list[str]]:
    """Return the subjects shown, by folder."""
    return {name: sorted(world.subjects(name)) for name in world.server.folders}


def test_a_day_without_a_network(world: World, tmp_path: Path) -> None:
    del tmp_path
    world.server.deliver(letter(1, body="A walrus in the garden."))
    for number in range(2, 9):
        world.server.deliver(letter(number))
    world.server.deliver(letter(20), to="Trash")
    world.start()
    until_synchronised(world)
    world.submit(c.GoOnline(False))
    world.until_status(AccountStatus.OFFLINE)
    world.server.writes.clear()
    connections = len(world.server.connections)

    # Read and search.
    first = world.id_of("Subject 1")
    assert world.ask(lambda reader: reader.raw(first)) == letter(1, body="A walrus in the garden.")
    assert [hit.row.subject for hit in world.ask(lambda reader: reader.search("walrus"))] == ["Subject 1"]
    # Mark, archive, move, throw away, delete for good, call junk, take back.
    world.submit(c.MarkRead((first,)))
    world.submit(c.Star((first, world.id_of("Subject 2"))))
    world.submit(c.Archive((world.id_of("Subject 2"),)))
    world.submit(c.Move((world.id_of("Subject 3"),), world.folder("Sent").id))
    world.submit(c.Delete((world.id_of("Subject 4"),)))
    world.submit(c.Delete((world.id_of("Subject 20", "Trash"),), forever=True))
    world.submit(c.MarkJunk((world.id_of("Subject 5"),)))
    world.submit(c.Archive((world.id_of("Subject 6"),)))
    world.submit(c.Undo())
    world.submit(c.SetFolderRole(world.folder("Archive").id, FolderRole.ARCHIVE))
    # Write, keep for later, queue.
    world.submit(c.SaveDraft(Draft(None, ANNA, to="ben@example.org", subject="Not finished"), "kept"))
    world.until_heard(DraftSaved, lambda event: event.token == "kept")
    world.send(subject="From the train")
    world.until_heard(OutboxChanged)
    world.until_obeyed()

    here = {
        "INBOX": ["Subject 1", "Subject 6", "Subject 7", "Subject 8"],
        "Sent": ["Subject 3"],
        "Archive": ["Subject 2"],
        "Junk": ["Subject 5"],
        "Trash": ["Subject 4"],
    }
    assert shown(world) == here
    assert world.flags(first) == Flag.SEEN | Flag.FLAGGED
    assert (len(world.server.connections), world.server.writes, world.submission.taken) == (connections, [], [])

    # The program ends and starts again, still without a network.
    world.again(online=False)
    world.until_obeyed()
    assert shown(world) == here
    assert {draft.subject for draft in world.ask(lambda reader: reader.drafts())} >= {"Not finished"}

    # Meanwhile, elsewhere: a flag, a deletion, a new message.
    world.server.set_flags(7, Flag.ANSWERED)
    world.server.expunge(8)
    world.server.deliver(letter(30))

    world.submit(c.GoOnline(True))
    world.until_heard(OutboxChanged, lambda event: event.state is OutboxState.DONE)
    until_synchronised(world)
    world.until(lambda: world.subjects("Sent").count("From the train") == 1)
    world.until_quiet()
    after = {
        **here,
        "INBOX": ["Subject 1", "Subject 30", "Subject 6", "Subject 7"],
        "Sent": ["From the train", "Subject 3"],
    }
    world.until(lambda: there(world) == after == shown(world), "both sides agree")
    assert world.server.flags(1) == Flag.SEEN | Flag.FLAGGED
    assert world.flags(world.id_of("Subject 7")) == Flag.ANSWERED
    assert world.server.flags(world.server.uids("Archive")[0], "Archive") == Flag.FLAGGED
    assert len(world.submission.taken) == 1
    assert world.ask(lambda reader: reader.operations()) == ()

    # A second pass has nothing left to do.
    world.server.writes.clear()
    world.events.clear()
    world.submit(c.Synchronise())
    until_synchronised(world)
    assert (world.server.writes, len(world.submission.taken)) == ([], 1)
