"""Collecting from one POP3 account: the session while it lasts, its steps, and showing what it brought.

The maildrop is visited in short sessions: a server locks it for whoever is in. Between two steps the worker may do
something more urgent. Knows no thread.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from mailclient.domain.account import Account, Purpose
from mailclient.domain.errors import MaildropRenamed, PostscopeError, ServerBusy, ServerRefused
from mailclient.domain.events import BodyFailed, Progressed
from mailclient.domain.folder import Folder, FolderRole
from mailclient.domain.ids import AccountId, MessageId, Uid
from mailclient.domain.scope import EVERY_BODY
from mailclient.engine.connections import UnderWay
from mailclient.engine.failures import decide_meaning
from mailclient.engine.rounds import Round
from mailclient.engine.services import EngineServices
from mailclient.store.local_mailbox import LocalMailbox
from mailclient.sync.bodies import fetch_bodies
from mailclient.sync.pop_collect import Collection
from mailclient.sync.pop_ports import PopMaildrop
from mailclient.sync.progress import Reporter

_BODIES_AT_ONCE = 100


class LocalRound(Round):
    """A round over the folders on this machine; of messages whose header alone is here no body is looked for."""

    def bodies(self, folder: Folder, interrupted: Callable[[], bool]) -> bool:
        """Bring the missing bodies of a folder into the cache; True when none is missing that is here."""
        store, mailbox = self.services.sync_store, LocalMailbox(self.services.writer, self.account.id)
        without = mailbox.headers_only(folder.wire_name)
        wanted = [body for body in store.bodies_wanted(folder.id, 1_000_000, EVERY_BODY) if body.uid not in without]
        mailbox.open_folder(folder.wire_name)
        for at in range(0, len(wanted), _BODIES_AT_ONCE):
            if interrupted():
                return False
            fetch_bodies(mailbox, store, folder.id, wanted[at : at + _BODIES_AT_ONCE], self.reporter)
        return True


def local_round(services: EngineServices, account: Account, should_stop: Callable[[], bool]) -> LocalRound:
    """Return a round over an account's own folders."""
    return LocalRound(services, account, LocalMailbox(services.writer, account.id), should_stop)


class Collecting:
    """One account's visits to its maildrop."""

    def __init__(self, services: EngineServices, account: Account, should_stop: Callable[[], bool]) -> None:
        """``should_stop`` ends even a message that is arriving."""
        self._services = services
        self._account = account
        self._should_stop = should_stop
        self._under_way = UnderWay(lambda: not should_stop())
        self._maildrop: PopMaildrop | None = None
        self._collection: Collection | None = None

    def close(self) -> None:
        """Leave the maildrop at once, from any thread; nothing is deleted there."""
        self._under_way.hang_up()
        self._maildrop = self._collection = None

    def step(self) -> bool:
        """Go on with the visit, or begin one; True when it has ended. Raises PostscopeError after leaving."""
        try:
            if self._collection is None:
                self._collection = self._begin()
            is_over = self._collection.step()
        except BaseException:  # Whatever it was: a maildrop is locked for everybody else while we are in.
            self.close()
            raise
        finally:
            self._show()
        if is_over:
            self._services.renamed_accepted.discard(self._account.id)
            self.close()
        return is_over

    def fetch_whole(self, key: str) -> bool:
        """Fetch a message of which the header is here; False when the server does not have it any more."""
        visiting = self._collection
        try:
            collection = visiting or self._begin()
            found = collection.fetch_whole(key)
            if visiting is None and self._maildrop is not None:
                self._maildrop.quit()
        except BaseException:
            self.close()
            raise
        if visiting is None:
            self.close()
        return found

    def _begin(self) -> Collection:
        services, account = self._services, self._account
        password = services.password(account, Purpose.INCOMING)
        record = services.recorder(account.id, self._under_way)
        try:
            maildrop = services.network.maildrop(account, password, "collecting", record, self._should_stop)
        except PostscopeError as error:
            meaning = decide_meaning(error, account.incoming.host)
            if meaning is error:
                raise
            raise meaning from error
        self._maildrop = maildrop
        reporter = Reporter(
            self._progressed,
            should_stop=self._should_stop,
            noticed=lambda sentence: services.tell_once(sentence, account.id),
            now_s=time.monotonic,
        )
        collection = Collection(
            maildrop,
            services.pop_store,
            account.id,
            replace(account.pop, deliver_to=self._target().id),
            reporter,
            services.clock.unix_s,
            accept_renamed=account.id in services.renamed_accepted,
        )
        collection.begin()
        return collection

    def _progressed(self, what: str, done: int, total: int | None) -> None:
        self._services.announcer.announce(Progressed(self._account.id, what, done, total))

    def _target(self) -> Account:
        """The account whose inbox gets the mail: its own, where the other one is gone or is no local one."""
        chosen = self._account.pop.deliver_to
        other = self._services.records.get(chosen) if chosen is not None else None
        return other if other is not None and other.protocol is self._account.protocol else self._account

    def _show(self) -> None:
        """Bring what has arrived into the cache, and tell."""
        work = local_round(self._services, self._target(), lambda: False)
        inbox = next((folder for folder in work.list_folders() if folder.role is FolderRole.INBOX), None)
        if inbox is not None:
            work.headers(inbox)
            work.bodies(inbox, lambda: False)


def bring_whole(services: EngineServices, account: Account, message_id: MessageId, collecting: Collecting) -> bool:
    """See to it that all of a message is on this machine; False, and told, when it cannot be had."""
    origin = _origin(services, account.id, message_id)
    if origin is None:
        return True
    owner, key = origin
    sentence = "The server no longer has this message, and only its headers are here."
    try:
        other = services.records.get(owner)
        if owner == account.id or other is None:
            arrived = collecting.fetch_whole(key)
        else:
            arrived = Collecting(services, other, lambda: False).fetch_whole(key)
    except (ServerRefused, ServerBusy, MaildropRenamed) as error:
        arrived, sentence = False, error.sentence
    if not arrived:
        services.announcer.announce(BodyFailed(message_id, sentence))
    return arrived


def _origin(services: EngineServices, account_id: AccountId, message_id: MessageId) -> tuple[AccountId, str] | None:
    """Return whose maildrop has the rest of a message; None when all of it is here."""
    place = services.sync_store.locate(message_id)
    folders = {folder.id: folder for folder in services.sync_store.folders(account_id)}
    if place is None or place[1] is None or place[0] not in folders:
        return None
    wire_name, uid = folders[place[0]].wire_name, Uid(place[1])
    if uid not in LocalMailbox(services.writer, account_id).headers_only(wire_name):
        return None
    return services.pop_store.origin(account_id, wire_name, uid)
