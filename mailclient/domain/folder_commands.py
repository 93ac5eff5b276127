"""What may be asked of the engine about folders: frozen imperatives, part of ``commands.Command``."""

from __future__ import annotations

from dataclasses import dataclass

from mailclient.domain.folder import FolderRole
from mailclient.domain.ids import AccountId, FolderId


@dataclass(frozen=True, slots=True)
class CreateFolder:
    """Make a folder at the top of an account or inside another; with a role, it is at once the one for that."""

    account_id: AccountId
    name: str
    parent: FolderId | None = None
    role: FolderRole = FolderRole.NONE


@dataclass(frozen=True, slots=True)
class RenameFolder:
    """Give a folder another name where it lies."""

    folder_id: FolderId
    name: str


@dataclass(frozen=True, slots=True)
class MoveFolder:
    """Put a folder, with all in it, into another of its account, or at the top."""

    folder_id: FolderId
    parent: FolderId | None


@dataclass(frozen=True, slots=True)
class TrashFolder:
    """Put a folder, with all in it, into the trash."""

    folder_id: FolderId


@dataclass(frozen=True, slots=True)
class DeleteFolderForever:
    """Delete a folder, all in it and their messages on the server. Only after the user has been told what goes."""

    folder_id: FolderId


@dataclass(frozen=True, slots=True)
class SubscribeFolder:
    """Subscribe to a folder, or end that."""

    folder_id: FolderId
    subscribed: bool


@dataclass(frozen=True, slots=True)
class ResetFolderRoles:
    """Forget what the user said folders of an account are for: the server's words count again, and then names."""

    account_id: AccountId


FolderCommand = (
    CreateFolder | RenameFolder | MoveFolder | TrashFolder | DeleteFolderForever | SubscribeFolder | ResetFolderRoles
)
