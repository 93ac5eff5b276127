"""Carries out commands one after another on a thread of its own: rows first, events after COMMIT, then the workers."""

from __future__ import annotations

import logging
import queue
import secrets
import threading
import time
from collections.abc import Sequence
from typing import Protocol, assert_never

from mailclient.domain import commands as c
from mailclient.domain import folder_commands as f
from mailclient.domain.draft import OutboxState
from mailclient.domain.errors import BadInput, PostscopeError
from mailclient.domain.events import (
    BodyFailed,
    DraftQueued,
    DraftSaved,
    DraftsChanged,
    Failed,
    FoldersChanged,
    MeteredChanged,
    OperationGivenUp,
    OperationQueued,
    OperationUndone,
    OutboxChanged,
    RoleMissing,
    SendRefused,
)
from mailclient.domain.exchange import Touched
from mailclient.domain.flags import Flag, FlagChange
from mailclient.domain.folder import Folder, FolderRole
from mailclient.domain.ids import AccountId, FolderId, MessageId, OperationId
from mailclient.domain.operation import MoveReason
from mailclient.engine.folder_desk import NoFolderForRole, carry_out_folder_command
from mailclient.engine.services import EngineServices
from mailclient.send.compose import finish_draft
from mailclient.store.actions import ActionResult
from mailclient.store.remote_content import allow_remote_content
from mailclient.store.roles import set_folder_role
from mailclient.store.sources import sources_of

_log = logging.getLogger(__name__)


class Workers(Protocol):
    """The threads of the accounts, as far as commands concern them."""

    def synchronise(self, account_id: AccountId | None, folder_id: FolderId | None, *, asked: bool) -> None:
        """Bring something up to date; ``asked``: the user himself said so."""

    def look_at(self, folder: Folder) -> None:
        """A folder is on the screen."""

    def fetch(self, account_id: AccountId, message_id: MessageId, *, insist: bool, section: str | None = None) -> None:
        """Somebody waits for a message, or for a part of it."""

    def replay(self, account_ids: Sequence[AccountId]) -> None:
        """The journal grew."""

    def send(self, account_id: AccountId) -> None:
        """The outbox grew."""

    def go_online(self, online: bool) -> None:
        """Use the network, or not."""

    def note_network(self, here: bool) -> None:
        """The computer lost its network, or has another one."""

    def resume(self, account_id: AccountId) -> None:
        """Try again what only the user could put right."""

    def cancel(self, account_id: AccountId | None) -> None:
        """Stop what runs."""


class CommandRunner:
    """The queue between a window and the engine."""

    def __init__(self, services: EngineServices, workers: Workers) -> None:
        self._services = services
        self._workers = workers
        self._queue: queue.SimpleQueue[c.Command | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="commands", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self, deadline: float) -> None:
        """Carry out what is queued, then end; waits until ``deadline`` (monotonic seconds) at most."""
        self._queue.put(None)
        if self._thread.ident is not None:
            self._thread.join(max(deadline - time.monotonic(), 0.0))

    def submit(self, command: c.Command) -> None:
        """Queue a command."""
        self._queue.put(command)

    def _run(self) -> None:
        while (command := self._queue.get()) is not None:
            try:
                self.carry_out(command)
            except NoFolderForRole as error:
                self._services.announcer.announce(RoleMissing(error.account_id, error.role, error.sentence))
            except PostscopeError as error:
                self._services.announcer.announce(Failed(error.sentence, connection_id=error.connection_id))
            except Exception:
                _log.exception("A command failed: %s", type(command).__name__)
                self._services.tell("Postscope made a mistake; the log tells more. Nothing was lost.")

    def carry_out(self, command: c.Command) -> None:
        """Carry out one command in this thread."""
        match command:
            case c.Synchronise():
                self._workers.synchronise(command.account_id, command.folder_id, asked=True)
            case c.OpenFolder():
                folder = self._folder(command.folder_id)
                if folder is not None:
                    self._workers.look_at(folder)
            case c.FetchBody():
                self._fetch(command)
            case c.ShowMessage():
                self._services.keeping.show(command.message_id)
            case c.MarkRead():
                self._flag(command.message_ids, Flag.SEEN, command.read)
            case c.Star():
                self._flag(command.message_ids, Flag.FLAGGED, command.starred)
            case c.Move():
                self._finished(self._services.actions.move(command.message_ids, command.target, MoveReason.MOVE, 0))
            case c.Archive():
                self._move_by_role(command.message_ids, FolderRole.ARCHIVE, MoveReason.ARCHIVE)
            case c.Delete():
                self._delete(command)
            case c.MarkJunk():
                self._junk(command)
            case c.Undo():
                self._undone(self._services.actions.undo_newest())
            case c.SetFolderRole():
                account_id = set_folder_role(self._services.writer, command.folder_id, command.role)
                self._services.announcer.announce(FoldersChanged(account_id))
            case c.SetFolderScope():
                account_id = self._services.keeping.set_scope(command.folder_id, command.scope)
                self._services.announcer.announce(FoldersChanged(account_id))
                self._workers.synchronise(account_id, command.folder_id, asked=False)
            case c.SetMetered():
                self._services.keeping.metered = command.metered
                self._services.announcer.announce(MeteredChanged(command.metered))
                if not command.metered:
                    self._workers.synchronise(None, None, asked=False)
            case c.SaveDraft():
                draft_id = self._services.drafts.save(command.draft)
                self._services.announcer.announce(DraftSaved(draft_id, command.token))
                self._services.announcer.announce(DraftsChanged())
            case c.DiscardDraft():
                self._services.drafts.discard(command.draft_id)
                self._services.announcer.announce(DraftsChanged())
            case c.SendDraft():
                self._send(command)
            case c.RetrySending():
                self._retry_sending(command)
            case c.CancelSending():
                self._cancel_sending(command)
            case c.RetryOperation():
                self._finished(self._services.actions.retry_operation(command.operation_id))
            case c.GiveUpOperation():
                self._give_up(command.operation_id)
            case c.UndoOperation():
                self._undone(self._services.actions.undo_operation(command.operation_id))
            case c.GoOnline():
                self._workers.go_online(command.online)
            case c.NoteNetwork():
                self._workers.note_network(command.here)
            case c.ResumeAccount():
                self._workers.resume(command.account_id)
            case c.AllowRemoteContent():
                allow_remote_content(self._services.writer, command.address, allowed=command.allowed)
            case c.CancelWork():
                self._workers.cancel(command.account_id)
            case (
                f.CreateFolder()
                | f.RenameFolder()
                | f.MoveFolder()
                | f.TrashFolder()
                | f.DeleteFolderForever()
                | f.SubscribeFolder()
            ):
                self._finished(carry_out_folder_command(self._services, command))
            case f.ResetFolderRoles():
                carry_out_folder_command(self._services, command)
                self._workers.synchronise(command.account_id, None, asked=False)
            case _:
                assert_never(command)

    def _all_folders(self) -> list[Folder]:
        accounts = self._services.records.all()
        return [folder for account in accounts for folder in self._services.sync_store.folders(account.id)]

    def _folder(self, folder_id: FolderId) -> Folder | None:
        return next((folder for folder in self._all_folders() if folder.id == folder_id), None)

    def _by_folder(self, message_ids: Sequence[MessageId]) -> dict[FolderId, list[MessageId]]:
        found = self._services.writer.read(lambda connection: sources_of(connection, message_ids))
        return {source.items[0].folder_id: [item.message_id for item in source.items] for source in found}

    def _fetch(self, command: c.FetchBody) -> None:
        place = self._services.sync_store.locate(command.message_id)
        folder = self._folder(place[0]) if place else None
        if folder is not None:
            self._workers.fetch(folder.account_id, command.message_id, insist=command.insist, section=command.section)
        else:
            self._services.announcer.announce(BodyFailed(command.message_id, "This message is not here any more."))

    def _flag(self, message_ids: Sequence[MessageId], flag: Flag, on: bool) -> None:
        change = FlagChange(add=flag) if on else FlagChange(remove=flag)
        self._finished(self._services.actions.change_flags(message_ids, change))

    def _by_target(self, message_ids: Sequence[MessageId], role: FolderRole) -> dict[FolderId, list[MessageId]]:
        """Return the messages by the folder of that role in their account; those that are there already stay out."""
        folders = {folder.id: folder for folder in self._all_folders()}
        targets: dict[FolderId, list[MessageId]] = {}
        for folder_id, ids in self._by_folder(message_ids).items():
            account_id = folders[folder_id].account_id
            target = next(
                (each for each in folders.values() if each.account_id == account_id and each.role is role), None
            )
            if target is None:
                raise NoFolderForRole(account_id, role)
            if target.id != folder_id:
                targets.setdefault(target.id, []).extend(ids)
        return targets

    def _move_by_role(self, message_ids: Sequence[MessageId], role: FolderRole, reason: MoveReason) -> None:
        targets = self._by_target(message_ids, role)
        group = self._services.actions.new_undo_group() if len(targets) > 1 else 0
        for target_id, ids in targets.items():
            self._finished(self._services.actions.move(ids, target_id, reason, group))

    def _delete(self, command: c.Delete) -> None:
        if command.forever:
            self._finished(self._services.actions.delete_forever(command.message_ids))
        else:
            self._move_by_role(command.message_ids, FolderRole.TRASH, MoveReason.DELETE)

    def _junk(self, command: c.MarkJunk) -> None:
        if command.junk:
            change, role, reason = FlagChange(Flag.JUNK, Flag.NOT_JUNK), FolderRole.JUNK, MoveReason.JUNK
        else:
            change, role, reason = FlagChange(Flag.NOT_JUNK, Flag.JUNK), FolderRole.INBOX, MoveReason.NOT_JUNK
        targets = self._by_target(command.message_ids, role)  # First: without a target nothing at all is changed.
        group = self._services.actions.new_undo_group()
        self._finished(self._services.actions.change_flags(command.message_ids, change, group))
        for target_id, ids in targets.items():
            self._finished(self._services.actions.move(ids, target_id, reason, group))

    def _give_up(self, operation_id: OperationId) -> None:
        """What the server does when it refuses, done by the user: the effect here goes, and all that built upon it."""
        for touched in self._services.sync_store.operation_refused(operation_id, "Given up."):
            self._touched(touched)
        self._services.actions.dismiss_operation(operation_id)
        self._services.announcer.announce(OperationGivenUp(operation_id))

    def _touched(self, touched: Touched) -> None:
        account_id = next((f.account_id for f in self._all_folders() if f.id == touched.folder_id), None)
        if account_id is not None:
            self._services.announcer.touched(account_id, touched)

    def _undone(self, result: ActionResult | None) -> None:
        if result is None:
            self._services.announcer.announce(OperationUndone("There is nothing to undo."))
            return
        self._finished(result)
        for account_id in result.account_ids:
            self._services.announcer.announce(FoldersChanged(account_id))
        self._services.announcer.announce(OperationUndone(result.sentence))

    def _finished(self, result: ActionResult) -> None:
        accounts = {folder.id: folder.account_id for folder in self._all_folders()}
        for touched in result.touched:
            if touched.folder_id in accounts:
                self._services.announcer.touched(accounts[touched.folder_id], touched)
        if result.operation_ids:
            self._services.announcer.announce(OperationQueued(result.operation_ids, result.undoable, result.sentence))
            self._workers.replay(result.account_ids)

    def _send(self, command: c.SendDraft) -> None:
        account = self._services.records.get(command.draft.account_id)
        announce = self._services.announcer.announce
        if account is None:
            announce(SendRefused(command.token, "The account of this message is gone. Choose another one under From."))
            return
        clock = self._services.clock
        try:
            message = finish_draft(command.draft, account, clock.local(), secrets.token_hex(12))
        except BadInput as error:
            announce(SendRefused(command.token, error.sentence))
            return
        outbox_id = self._services.outbox.queue(message, clock.unix_s())
        announce(DraftQueued(command.token, outbox_id))
        announce(OutboxChanged(outbox_id, account.id, OutboxState.QUEUED))
        announce(DraftsChanged())
        self._workers.send(account.id)

    def _retry_sending(self, command: c.RetrySending) -> None:
        outbox = self._services.outbox
        item = outbox.item(command.outbox_id)
        if item is None:
            raise BadInput("This message is not in the outbox any more.")
        if item.state in {OutboxState.REJECTED, OutboxState.UNCERTAIN}:
            outbox.advance(item.id, OutboxState.QUEUED)
            self._services.announcer.announce(OutboxChanged(item.id, item.account_id, OutboxState.QUEUED))
        else:
            outbox.make_due(item.id)
        self._workers.resume(item.account_id)  # The user's word, whatever it was that kept it.

    def _cancel_sending(self, command: c.CancelSending) -> None:
        outbox = self._services.outbox
        item = outbox.item(command.outbox_id)
        if item is None:
            raise BadInput("This message is not in the outbox any more.")
        outbox.back_to_draft(item.id, self._services.clock.unix_s())
        self._services.announcer.announce(OutboxChanged(item.id, item.account_id, OutboxState.REJECTED))
        self._services.announcer.announce(DraftsChanged())
