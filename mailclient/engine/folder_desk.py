"""Commands about folders carried out: rows first, events after COMMIT.

Runs in the thread of whoever calls it: the command runner's, or the command line's.
"""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass
from typing import assert_never

from mailclient.domain import folder_commands as f
from mailclient.domain.account import Account, IncomingProtocol
from mailclient.domain.errors import BadInput, PostscopeError
from mailclient.domain.events import FoldersChanged
from mailclient.domain.exchange import FolderListing
from mailclient.domain.folder import Folder, FolderLimits, FolderRole, RemoteFolder, RoleSource
from mailclient.domain.ids import AccountId
from mailclient.engine.protocols import open_round
from mailclient.engine.services import EngineServices
from mailclient.store.actions import ActionResult
from mailclient.store.roles import forget_overrides
from mailclient.sync.roles import decide_roles

ROLE_WORDS = {
    FolderRole.ARCHIVE: "archived mail",
    FolderRole.TRASH: "deleted mail",
    FolderRole.JUNK: "junk",
    FolderRole.SENT: "sent mail",
    FolderRole.DRAFTS: "drafts",
    FolderRole.INBOX: "new mail",
}


class NoFolderForRole(BadInput):
    """An action needs a folder that the account does not have."""

    def __init__(self, account_id: AccountId, role: FolderRole) -> None:
        super().__init__(
            f"This account has no folder for {ROLE_WORDS.get(role, role.value)}."
            " Create one, or right-click a folder and choose “Use as”."
        )
        self.account_id = account_id
        self.role = role


class FolderOutcome(enum.Enum):
    """What became of a change that was to be made at once."""

    DONE = "done"
    WAITING = "waiting"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class FolderResult:
    """The outcome, and a sentence for the person."""

    outcome: FolderOutcome
    sentence: str


def carry_out_folder_command(services: EngineServices, command: f.FolderCommand) -> ActionResult:
    """Write the entry and its effect, and tell of it; the caller lets the account's worker replay. Raises BadInput."""
    actions = services.folder_actions
    match command:
        case f.CreateFolder():
            if services.records.get(command.account_id) is None:
                raise BadInput("There is no such account.")
            result = actions.create(command.account_id, command.name, command.parent, command.role)
        case f.RenameFolder():
            result = actions.rename(command.folder_id, command.name)
        case f.MoveFolder():
            result = actions.move(command.folder_id, command.parent)
        case f.TrashFolder():
            result = actions.move_to_trash(command.folder_id)
        case f.DeleteFolderForever():
            result = actions.delete(command.folder_id)
        case f.SubscribeFolder():
            result = actions.subscribe(command.folder_id, command.subscribed)
        case f.ResetFolderRoles():
            result = _reset_roles(services, command.account_id)
        case _:
            assert_never(command)
    for account_id in result.account_ids:
        services.announcer.announce(FoldersChanged(account_id))
    return result


def _reset_roles(services: EngineServices, account_id: AccountId) -> ActionResult:
    """Decide the roles anew from what is known; what the server says by attribute comes with its next list."""
    forget_overrides(services.writer, account_id)
    known = services.sync_store.folders(account_id)
    services.sync_store.put_folders(account_id, _decided_anew(known))
    services.announcer.announce(FoldersChanged(account_id))
    return ActionResult((), (), False, "Roles are as the server and the names say", (account_id,))


def _decided_anew(known: tuple[Folder, ...]) -> tuple[FolderListing, ...]:
    return decide_roles(
        [
            RemoteFolder(
                each.wire_name,
                each.name,
                each.delimiter,
                each.role
                if each.role_source is RoleSource.ATTRIBUTE or each.role is FolderRole.INBOX
                else FolderRole.NONE,
                each.selectable,
                each.subscribed,
                each.namespace,
                each.namespace_prefix,
            )
            for each in known
        ]
    )


def change_folder_now(services: EngineServices, account: Account, command: f.FolderCommand) -> FolderResult:
    """Carry out a command and its entries on the server, in the calling thread (for the command line)."""
    result = carry_out_folder_command(services, command)
    mine = set(result.operation_ids)
    if not mine:
        return FolderResult(FolderOutcome.DONE, result.sentence)
    try:
        work = open_round(services, account)
        try:
            replayed = work.journal()
        except PostscopeError:
            work.remote.close()
            raise
        work.remote.log_out()
    except PostscopeError as error:
        return FolderResult(FolderOutcome.WAITING, f"It is done here and waits for the server. {error.sentence}")
    refusal = next((each for each in replayed.refusals if each.operation_id in mine), None)
    if refusal is not None:
        return FolderResult(FolderOutcome.REFUSED, refusal.sentence)
    waiting = services.sync_store.runnable_operations(account.id, math.inf)
    if any(operation.id in mine for operation in waiting):
        return FolderResult(FolderOutcome.WAITING, "It is done here and waits behind something else for the server.")
    return FolderResult(FolderOutcome.DONE, result.sentence)


def ask_limits(services: EngineServices, account: Account, folder: Folder) -> FolderLimits:
    """Ask for the limits of one folder on a connection of its own; blocks on the network."""
    if account.protocol is not IncomingProtocol.IMAP or folder.awaits_creation:
        return FolderLimits()
    remote = services.connect(account, "asking for limits")
    try:
        told = remote.hierarchy.limits(folder.wire_name)
    except PostscopeError:
        remote.close()
        raise
    remote.log_out()
    return told
