"""What the servers of this run told of quotas and the like, by account. Asked for rarely, and only where it is offered."""

from __future__ import annotations

import threading
import time
from typing import Final

from mailclient.domain.folder import FolderLimits
from mailclient.domain.ids import AccountId
from mailclient.sync.ports import RemoteMailbox

ASK_AGAIN_S: Final = 600.0


class Limits:
    """The last answers. Any thread may ask."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[AccountId, FolderLimits] = {}
        self._asked_at: dict[AccountId, float] = {}

    def of(self, account_id: AccountId) -> FolderLimits | None:
        """Return what was told for the inbox; None before anything was."""
        with self._lock:
            return self._known.get(account_id)

    def learn(self, account_id: AccountId, remote: RemoteMailbox) -> bool:
        """Ask again when it has been a while and there is something to ask; True when something new was told."""
        if not offers_limits(remote.capabilities):
            return False
        with self._lock:
            now = time.monotonic()
            if now - self._asked_at.get(account_id, -ASK_AGAIN_S) < ASK_AGAIN_S:
                return False
            self._asked_at[account_id] = now
        told = remote.hierarchy.limits("INBOX")
        with self._lock:
            is_new = self._known.get(account_id) != told
            self._known[account_id] = told
        return is_new


def offers_limits(capabilities: frozenset[str]) -> bool:
    """True when a server can be asked for any limit."""
    return any(word in {"QUOTA", "ACL"} or word.startswith(("QUOTA=", "APPENDLIMIT")) for word in capabilities)
