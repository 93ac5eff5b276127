"""What a server limits, in words: quota, size of a message, rights; for a folder's properties and the status bar."""

from __future__ import annotations

from typing import Final

from mailclient.domain.folder import Folder, FolderLimits, Quota
from mailclient.protocol.imap_limits import RIGHTS
from mailclient.ui.models.sentences import size

NEARLY_FULL: Final = 0.8
_KIB: Final = 1024


def quota_words(quota: Quota) -> str:
    """Return "1.2 GB of 2 GB used (60 %)"."""
    percent = f"{quota.fraction:.0%}".replace("%", " %")
    if quota.resource == "STORAGE":
        return f"{size(quota.used * _KIB)} of {size(quota.limit * _KIB)} used ({percent})"
    what = {"MESSAGE": "messages", "MAILBOX": "folders"}.get(quota.resource, quota.resource.lower())
    return f"{quota.used:,} of {quota.limit:,} {what} ({percent})"


def fullest(limits: FolderLimits | None) -> Quota | None:
    """Return the quota that is nearest to its limit."""
    quotas = limits.quotas if limits is not None and limits.quotas else ()
    return max(quotas, key=lambda quota: quota.fraction, default=None)


def warning(label: str, limits: FolderLimits | None) -> str:
    """Return a calm sentence when an account is nearly full, else nothing."""
    quota = fullest(limits)
    if quota is None or quota.fraction < NEARLY_FULL:
        return ""
    return f"{label}: {quota_words(quota)}"


def limit_facts(folder: Folder, limits: FolderLimits | None) -> list[tuple[str, str]]:
    """Return rows about what the server limits in a folder; what it does not tell has no row."""
    rows: list[tuple[str, str]] = []
    if folder.state.read_only:
        rows.append(("Access", "Read-only: the server lets nobody change it in this account."))
    if limits is None:
        return rows
    rows += [
        ("Quota" if not quota.root else f"Quota “{quota.root}”", quota_words(quota)) for quota in limits.quotas or ()
    ]
    if limits.append_limit_bytes == 0:
        rows.append(("Largest message", "None: messages cannot be stored here."))
    elif limits.append_limit_bytes is not None:
        rows.append(("Largest message", size(limits.append_limit_bytes)))
    if limits.rights is not None:
        words = [RIGHTS[letter] for letter in limits.rights if letter in RIGHTS]
        everything = len(words) == len(RIGHTS)
        rows.append(("You may", "do everything" if everything else ", ".join(words) or "nothing"))
    return rows
