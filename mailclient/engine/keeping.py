"""What is kept here of each folder: the scopes as they are now, what opened messages may take up, and freeing the rest.

Decisions are ``sync.scope``'s; this brings them together with the store. Nothing goes by itself but what was opened outside
the scope, the longest unread first, beyond a bound. Everything else goes only when the user says so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mailclient.domain.account import Account, IncomingProtocol
from mailclient.domain.exchange import Touched
from mailclient.domain.folder import Folder
from mailclient.domain.ids import AccountId, FolderId, MessageId, received_unix_s
from mailclient.domain.scope import WHOLE_SCOPE, BodyBounds, ConnectionModel, DownloadScope, Keep, KeptBytes
from mailclient.store import kept, scopes
from mailclient.store.shrinking import compact_cache
from mailclient.store.writer import Writer
from mailclient.sync.beginnings import decide_beginning
from mailclient.sync.scope import OPENED_BYTES, FolderWish, decide_bounds, decide_wish, is_within


class Keeping:
    """The scopes of one profile. To be called from any thread but the window's: each question waits for the writer."""

    def __init__(self, writer: Writer, unix_s: Callable[[], float], opened_bytes: int = OPENED_BYTES) -> None:
        self._writer = writer
        self._unix_s = unix_s
        self._opened_bytes = opened_bytes
        self._shown: MessageId | None = None
        self.metered = False
        """The line costs by the byte: whole messages come only when they are opened."""

    def own_scope(self, folder: Folder) -> DownloadScope | None:
        """Return the scope that a folder has of its own."""
        own = self._writer.read(lambda connection: scopes.of_account(connection, folder.account_id))
        return own.get(folder.wire_name)

    def scope_of(self, account: Account, folder: Folder) -> DownloadScope:
        """Return a folder's scope: its own, or its account's. Mail that came by POP3 may be here only: all of it stays."""
        if account.protocol is IncomingProtocol.POP3:
            return WHOLE_SCOPE
        return self.own_scope(folder) or account.scope

    def wish(self, account: Account, folder: Folder) -> FolderWish:
        """Return what is to be fetched of a folder now."""
        metered = self.metered and account.protocol is not IncomingProtocol.POP3  # Its folders are on this machine.
        return decide_wish(self.scope_of(account, folder), _model(account), self._unix_s(), metered=metered)

    def _bounds(self, account: Account, folder: Folder) -> BodyBounds | None:
        return decide_bounds(self.scope_of(account, folder), _model(account), self._unix_s())

    def set_scope(self, folder_id: FolderId, scope: DownloadScope | None) -> AccountId:
        """Store a folder's scope, or let it follow its account; nothing is freed by that. Returns the account."""
        kept.keep_opened(self._writer, folder_id)
        return scopes.set_folder_scope(self._writer, folder_id, scope).account_id

    def changed(self, folders: Sequence[Folder]) -> None:
        """The account's scope or model became another: what was opened goes no more by itself."""
        for folder in folders:
            kept.keep_opened(self._writer, folder.id)

    def measure(self, account: Account, folders: Sequence[Folder]) -> KeptBytes:
        """Return what whole messages of these folders take up, and what of it could be freed."""
        found = [self._measured(folder.id, self._bounds(account, folder)) for folder in folders]
        return KeptBytes(
            sum(each.total_bytes for each in found),
            sum(each.messages for each in found),
            sum(each.free_bytes for each in found),
            sum(each.free_messages for each in found),
        )

    def _measured(self, folder_id: FolderId, bounds: BodyBounds | None) -> KeptBytes:
        return self._writer.read(lambda connection: kept.measure(connection, folder_id, bounds))

    def free(self, account: Account, folders: Sequence[Folder], tell: Callable[[Touched], None]) -> KeptBytes:
        """Free what lies outside the scope, but not what is being read; ``tell`` hears of each folder's rows.

        Returns what is kept now. The disk gets the room back as well, when it is worth the work.
        """
        for folder in folders:
            freed = kept.free(self._writer, folder.id, self._bounds(account, folder), self._spared())
            tell(Touched(folder.id, changed=freed))
            if self.scope_of(account, folder).keep is Keep.NOTHING:
                tell(kept.forget_rows(self._writer, folder.id, self._spared()))
        compact_cache(self._writer)
        return self.measure(account, folders)

    def is_bounded(self, account: Account, folder: Folder, size_bytes: int) -> bool:
        """True when opening a message of this size is to bring its beginning only."""
        metered = self.metered and account.protocol is not IncomingProtocol.POP3
        return decide_beginning(self.scope_of(account, folder), size_bytes, metered=metered)

    def show(self, message_id: MessageId | None) -> None:
        """The user reads this message now (None: none)."""
        self._shown = message_id
        if message_id is not None:
            kept.note_read(self._writer, message_id, self._unix_s())

    def fetched(self, account: Account, folder: Folder, message_id: MessageId, size_bytes: int) -> tuple[Touched, ...]:
        """A message came because it was opened: outside the scope it is kept for a while. Returns what went for it."""
        bounds = self._bounds(account, folder)
        if bounds is not None and is_within(bounds, received_unix_s(message_id), size_bytes):
            return ()
        kept.note_opened(self._writer, message_id, self._unix_s())
        gone = kept.evict(self._writer, account.id, self._opened_bytes, {*self._spared(), message_id})
        by_folder: dict[FolderId, list[MessageId]] = {}
        for folder_id, key in gone:
            by_folder.setdefault(folder_id, []).append(key)
        return tuple(Touched(folder_id, changed=tuple(keys)) for folder_id, keys in by_folder.items())

    def _spared(self) -> set[MessageId]:
        return set() if self._shown is None else {self._shown}


def _model(account: Account) -> ConnectionModel:
    """POP3 has no mail that stays on the server: of its models only the time of connecting counts."""
    return ConnectionModel.DISCONNECTED if account.protocol is IncomingProtocol.POP3 else account.model
