"""What whole messages take up here, by account or folder, and giving it back. Blocks: not for the window's thread."""

from __future__ import annotations

from mailclient.domain.account import Account
from mailclient.domain.events import SpaceFreed
from mailclient.domain.folder import Folder
from mailclient.domain.ids import FolderId
from mailclient.domain.scope import KeptBytes
from mailclient.engine.services import EngineServices


def measure(services: EngineServices, account: Account, folder_id: FolderId | None) -> KeptBytes:
    """Return what whole messages of an account, or of one folder, take up."""
    return services.keeping.measure(account, _chosen(services, account, folder_id))


def free(services: EngineServices, account: Account, folder_id: FolderId | None) -> SpaceFreed:
    """Drop whole messages that lie outside the scope, tell it, and return what went."""
    before = measure(services, account, folder_id)
    folders = _chosen(services, account, folder_id)
    after = services.keeping.free(account, folders, lambda each: services.announcer.touched(account.id, each))
    freed = SpaceFreed(account.id, before.total_bytes - after.total_bytes, before.messages - after.messages)
    services.announcer.announce(freed)
    return freed


def _chosen(services: EngineServices, account: Account, folder_id: FolderId | None) -> list[Folder]:
    folders = services.sync_store.folders(account.id)
    return [folder for folder in folders if folder_id is None or folder.id == folder_id]
