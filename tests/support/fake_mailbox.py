"""A mail server in memory with the habits of a real one: UIDs, UIDVALIDITY, modification sequences, COPYUID, IDLE.

It can be told to fail at a chosen call, before or after its effect or in mid-answer, and to lie. Satisfies
``sync.ports.RemoteMailbox``. RFC 3501, RFC 4315, RFC 6851, RFC 7162.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable

from mailclient.domain.account import Account
from mailclient.domain.errors import PostscopeError
from mailclient.domain.exchange import FolderSnapshot
from mailclient.domain.flags import Flag
from mailclient.domain.folder import FolderLimits, FolderRole, RemoteFolder
from mailclient.domain.ids import Uid
from mailclient.protocol.transcript import Transcript
from mailclient.protocol.uid_sets import UidSet
from tests.support.fake_folders import EPOCH, Failure, StoredFolder, StoredMessage, letter
from tests.support.fake_session import FakeRemoteMailbox

__all__ = ["FakeRemoteMailbox", "FakeServer"]

_numbers = itertools.count(1)


class FakeServer:
    """The mail of one account."""

    def __init__(
        self,
        *,
        condstore: bool = True,
        qresync: bool = False,
        move: bool = True,
        uidplus: bool = True,
        idle: bool = True,
        list_status: bool = False,
        notify: bool = False,
    ) -> None:
        names = {
            "CONDSTORE": condstore,
            "QRESYNC": qresync,
            "LIST-STATUS": list_status,
            "MOVE": move,
            "UIDPLUS": uidplus,
            "IDLE": idle,
            "NOTIFY": notify,
        }
        self.capabilities = frozenset({"IMAP4REV1", *(name for name, has in names.items() if has)})
        self.names_messages = False
        """It has names for messages that stay (EMAILID)."""
        self.folders: dict[str, StoredFolder] = {}
        self.calls: list[str] = []
        self.writes: list[str] = []
        self.connections: list[FakeRemoteMailbox] = []
        self.failures: list[Failure] = []
        self.poison: set[int] = set()
        """Messages whose bytes the server cannot read; ``mute`` ones have no headers either."""
        self.mute: set[int] = set()
        self.sick: dict[str, PostscopeError] = {}
        """Folders whose headers always fail like this."""
        self.limits = FolderLimits()
        self.ends_notify = False
        self.refuse_connections: PostscopeError | None = None
        self.turned_away = 0
        self.bend_snapshot: Callable[[str, FolderSnapshot], FolderSnapshot] = lambda _name, snapshot: snapshot
        self.bend_uids: Callable[[UidSet], UidSet] = lambda uids: uids
        self.bend_body: Callable[[int, bytes], bytes] = lambda _uid, raw: raw
        self.bend_list: Callable[[tuple[RemoteFolder, ...]], tuple[RemoteFolder, ...]] = lambda listed: listed
        self.on_call: Callable[[str], object] = lambda _name: None
        self.changed = threading.Condition()
        for name in ("INBOX", "Sent", "Archive", "Junk", "Trash"):
            self.folders[name] = StoredFolder(FolderRole(name.lower()))

    def connect(
        self, account: Account, password: str, purpose: str, record: Callable[[Transcript], None]
    ) -> FakeRemoteMailbox:
        """Sign in; satisfies ``engine.services.Network.connect``."""
        assert password
        with self.changed:
            if self.refuse_connections is not None:
                self.turned_away += 1
                raise self.refuse_connections
            remote = FakeRemoteMailbox(self, account, purpose)
            self.connections.append(remote)
        record(remote.transcript)
        return remote

    def session(self) -> FakeRemoteMailbox:
        """Return a connection for a test that needs no account."""
        self.connections.append(FakeRemoteMailbox(self, None, "test"))
        return self.connections[-1]

    def deliver(
        self, raw: bytes | None = None, *, to: str = "INBOX", flags: Flag = Flag.NONE, received: int | None = None
    ) -> Uid:
        """A message arrives."""
        with self.changed:
            uid = self.put(to, letter(next(_numbers) + 100_000) if raw is None else raw, flags, received)
            self.changed.notify_all()
        return uid

    def deliver_many(self, count: int, *, to: str = "INBOX") -> None:
        """Letters 1 to ``count`` arrive, one a second."""
        for number in range(1, count + 1):
            self.deliver(letter(number), to=to, received=EPOCH + number)

    def set_flags(self, uid: int, flags: Flag, *, folder: str = "INBOX") -> None:
        """Another client changes flags."""
        with self.changed:
            box = self.folders[folder]
            box.messages[uid].flags = flags
            box.messages[uid].modseq = self.tick(box)
            self.changed.notify_all()

    def expunge(self, *uids: int, folder: str = "INBOX") -> None:
        """Another client deletes."""
        with self.changed:
            box = self.folders[folder]
            for uid in uids:
                self.drop(box, uid)
            self.changed.notify_all()

    def renumber(self, folder: str = "INBOX", *, first: int = 1) -> None:
        """The mailbox is rebuilt: another UIDVALIDITY, other UIDs, the same mail."""
        with self.changed:
            self.folders[folder].renumber(first)
            self.tick(self.folders[folder])

    def fail(
        self, call: str, error: PostscopeError, *, skip: int = 0, after: bool = False, at_item: int | None = None
    ) -> None:
        """Let the next call of this name (after ``skip`` good ones) fail, once."""
        self.failures.append(Failure(call, error, skip, after, at_item))

    def due_failure(self, call: str) -> Failure | None:
        """Return the failure that this call runs into."""
        failure = next((each for each in self.failures if each.call == call and each.at_item is None), None)
        if failure is None:
            return None
        failure.skip -= 1
        if failure.skip >= 0:
            return None
        self.failures.remove(failure)
        return failure

    def uids(self, folder: str = "INBOX") -> list[int]:
        """Return what is there."""
        return sorted(self.folders[folder].messages)

    def subjects(self, folder: str = "INBOX") -> list[str]:
        """Return the subjects of what is there, oldest first."""
        mails = (self.folders[folder].messages[uid].raw.decode() for uid in self.uids(folder))
        return [mail.split("Subject: ")[1].split("\r\n")[0] for mail in mails]

    def flags(self, uid: int, folder: str = "INBOX") -> Flag:
        """Return the flags of one message."""
        return self.folders[folder].messages[uid].flags

    def put(self, name: str, raw: bytes, flags: Flag, received: int | None) -> Uid:
        """Store a message under the next UID; the lock is held."""
        box = self.folders[name]
        uid = box.uid_next
        box.uid_next += 1
        when = EPOCH + uid if received is None else received
        box.messages[uid] = StoredMessage(raw, flags, when, self.tick(box))
        return Uid(uid)

    def drop(self, box: StoredFolder, uid: int) -> None:
        """Remove a message for good; the lock is held."""
        del box.messages[uid]
        box.expunged[uid] = self.tick(box)

    def new_validity(self) -> int:
        """Return a UIDVALIDITY that no folder has had; the lock is held."""
        return max((box.uid_validity for box in self.folders.values()), default=0) + 1

    def tick(self, box: StoredFolder) -> int:
        """Return the next modification sequence; the lock is held."""
        box.highest_modseq += 1
        return box.highest_modseq
