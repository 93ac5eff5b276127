"""Two of our engines and a plain IMAP client on one mailbox of a real server, random operations (RELIABILITY P10): at rest
both engines hold what the server holds, and no message went that nobody ordered to go (I4).

``POSTSCOPE_FAULTS=full`` runs at least 2,000 operations for each server; failures are shrunk by Hypothesis.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from mailclient.domain.commands import Archive, Delete, MarkRead, Move, Star, Undo
from tests.support.faults.convergence import OurEngine, Place, PlainClient, check_nobody_vanished, hash_of, settle
from tests.support.faults.figures import is_full, record
from tests.support.faults.imap_places import PLACES, Places

SHORT, FULL = (5, 30), (80, 40)
"""Examples and steps of each."""
NUMBERS = st.integers(0, 1000)
WHO = st.sampled_from([0, 1])
FLAGS = ["\\Seen", "\\Flagged", "\\Answered", "\\Deleted"]

pytestmark = [pytest.mark.live, pytest.mark.timeout(3600)]


@pytest.fixture(scope="module", params=sorted(PLACES))
def places(request: pytest.FixtureRequest) -> Iterator[Places]:
    """A running server of one kind."""
    reason, start = PLACES[request.param]
    if why := reason():
        pytest.skip(why)
    with start() as running:
        yield running


class Mailbox(RuleBasedStateMachine):
    """What may happen to one mailbox."""

    places: ClassVar[Places]
    operations: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self.room = Path(tempfile.mkdtemp(prefix="postscope-convergence-"))
        self.place: Place = self.places.next()
        self.plain = PlainClient(self.place, self.place.connect())
        self.engines = [OurEngine(self.room / str(number), self.place.account) for number in (0, 1)]
        self.delivered: set[str] = set()

    def _count(self) -> None:
        type(self).operations += 1

    @initialize(count=st.integers(1, 8))
    def begin(self, count: int) -> None:
        """Some mail, and one engine that knows it."""
        self.plain.client.create(f'"{self.place.work}"')
        for _ in range(count):
            self._append("INBOX")
        self.engines[0].synchronise()

    def _append(self, folder: str) -> None:
        number = len(self.delivered)
        name = f"Message-ID: <{number}@test.example>\r\n" if number % 5 else ""
        raw = f"From: a@example.org\r\nSubject: letter {number}\r\n{name}\r\ntext {number}\r\n".encode()
        self.plain.append(folder, raw)
        self.delivered.add(hash_of(raw))

    @rule(who=WHO)
    def synchronise(self, who: int) -> None:
        """One engine goes online for a moment."""
        self._count()
        self.engines[who].synchronise()

    @rule(who=WHO, which=NUMBERS, starred=st.booleans())
    def star(self, who: int, which: int, starred: bool) -> None:
        """The user of one engine marks a message."""
        self._count()
        if found := self.engines[who].messages():
            self.engines[who].act(Star((found[which % len(found)],), starred))

    @rule(who=WHO, which=NUMBERS, read=st.booleans())
    def read(self, who: int, which: int, read: bool) -> None:
        """The user of one engine reads two messages."""
        self._count()
        if found := self.engines[who].messages():
            self.engines[who].act(MarkRead(tuple({found[which % len(found)], found[(which + 1) % len(found)]}), read))

    @rule(who=WHO, which=NUMBERS, where=NUMBERS)
    def move(self, who: int, which: int, where: int) -> None:
        """The user of one engine moves a message to any folder."""
        self._count()
        engine = self.engines[who]
        folders = engine.folders()
        if found := engine.messages():
            engine.act(Move((found[which % len(found)],), folders[where % len(folders)].id))

    @rule(who=WHO, which=NUMBERS, archive=st.booleans())
    def put_away(self, who: int, which: int, archive: bool) -> None:
        """To the archive, or to the trash."""
        self._count()
        if found := self.engines[who].messages():
            chosen = (found[which % len(found)],)
            self.engines[who].act(Archive(chosen) if archive else Delete(chosen))

    @rule(who=WHO)
    def undo(self, who: int) -> None:
        """The user thinks better of it."""
        self._count()
        self.engines[who].act(Undo())

    @rule(who=WHO, which=NUMBERS)
    def delete_for_ever(self, who: int, which: int) -> None:
        """The user of one engine orders a message to go."""
        self._count()
        if found := self.engines[who].messages():
            message_id = found[which % len(found)]
            identity = self.engines[who].identity(message_id)
            if identity is not None:
                self.plain.ordered.add(identity)
                self.engines[who].act(Delete((message_id,), forever=True))

    @rule(folder=NUMBERS)
    def mail_comes(self, folder: int) -> None:
        """A message arrives, or the other client stores one."""
        self._count()
        names = self.plain.folders()
        self._append(names[folder % len(names)])

    @rule(folder=NUMBERS, which=NUMBERS, flag=st.sampled_from(FLAGS), on=st.booleans())
    def other_marks(self, folder: int, which: int, flag: str, on: bool) -> None:
        """The other client changes a flag."""
        self._count()
        uid = self._pick(folder, which)
        if uid is not None:
            if flag == "\\Deleted":
                self.plain.ordered.add(hash_of(self.plain.raw(uid)))
            self.plain.client.uid("STORE", str(uid), "+FLAGS" if on else "-FLAGS", f"({flag})")

    @rule(folder=NUMBERS, which=NUMBERS, where=NUMBERS)
    def other_moves(self, folder: int, which: int, where: int) -> None:
        """The other client moves a message, in the old way: it expunges all that is marked in that folder."""
        self._count()
        uid = self._pick(folder, which)
        names = self.plain.folders()
        if uid is not None and names[where % len(names)] != names[folder % len(names)]:
            self.plain.client.uid("COPY", str(uid), f'"{names[where % len(names)]}"')
            self.plain.client.uid("STORE", str(uid), "+FLAGS", "(\\Deleted)")
            self.plain.client.expunge()

    @rule(folder=NUMBERS)
    def other_expunges(self, folder: int) -> None:
        """The other client empties a folder of what is marked there."""
        self._count()
        names = self.plain.folders()
        self.plain.select(names[folder % len(names)])
        self.plain.client.expunge()

    @precondition(lambda self: self.place.work in self.plain.folders())
    @rule(restore=st.booleans())
    def other_makes_the_folder_anew(self, restore: bool) -> None:
        """A folder gets another UIDVALIDITY, with the same messages or without any."""
        self._count()
        self.plain.select(self.place.work)
        messages = [self.plain.raw(uid) for uid in self.plain.uids()]
        self.plain.client.select("INBOX")
        self.plain.client.delete(f'"{self.place.work}"')
        self.plain.client.create(f'"{self.place.work}"')
        for raw in messages:
            if restore:
                self.plain.append(self.place.work, raw)
            else:
                self.plain.ordered.add(hash_of(raw))

    def _pick(self, folder: int, which: int) -> int | None:
        names = self.plain.folders()
        self.plain.select(names[folder % len(names)])
        uids = self.plain.uids()
        return uids[which % len(uids)] if uids else None

    def teardown(self) -> None:
        """At rest, all agree."""
        try:
            truth = settle(self.engines, self.plain)
            check_nobody_vanished(truth, self.delivered, self.plain.ordered)
        finally:
            for engine in self.engines:
                engine.close()
            self.plain.client.logout()
            shutil.rmtree(self.room, ignore_errors=True)


def test_all_clients_agree_at_rest_and_nobody_vanishes(places: Places) -> None:
    examples, steps = FULL if is_full() else SHORT
    machine = type("MailboxHere", (Mailbox,), {"places": places, "operations": 0})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate, Phase.shrink] if is_full() else [Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    record(f"convergence-{places.name}", operations=machine.operations, mailboxes=examples)  # type: ignore[attr-defined]
