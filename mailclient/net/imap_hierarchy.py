"""Commands about folders, and what the server limits: CREATE, RENAME, DELETE, SUBSCRIBE, STATUS, quota, rights.

Names go through the gate. Answers that cannot be read leave a limit unknown; they are no reason to give up a connection.
RFC 3501 section 6.3, RFC 6154 section 3 (CREATE-SPECIAL-USE), RFC 9208 (QUOTA), RFC 7889 (APPENDLIMIT), RFC 4314 (ACL).
"""

from __future__ import annotations

from mailclient.domain.errors import ServerRefused
from mailclient.domain.folder import FolderLimits, FolderRole, Quota
from mailclient.net.imap_dialogue import ImapDialogue
from mailclient.protocol.imap_limits import parse_append_limit, parse_quota, parse_rights, parse_status_items

_USES = {
    FolderRole.DRAFTS: b"\\Drafts",
    FolderRole.SENT: b"\\Sent",
    FolderRole.ARCHIVE: b"\\Archive",
    FolderRole.JUNK: b"\\Junk",
    FolderRole.TRASH: b"\\Trash",
}


class ImapHierarchy:
    """The folder commands of one session; satisfies ``sync.ports.RemoteHierarchy`` by shape."""

    def __init__(self, dialogue: ImapDialogue) -> None:
        self._dialogue = dialogue

    def create(self, wire_name: str, role: FolderRole) -> None:
        """CREATE, with the role where the server takes one; a server that refuses the role is asked without."""
        name = self._dialogue.mailbox(wire_name)
        use = _USES.get(role)
        if use is not None and "CREATE-SPECIAL-USE" in self._dialogue.capabilities:
            try:
                self._dialogue.run(b"CREATE", name, b"(USE (" + use + b"))")
            except ServerRefused as error:
                if "[USEATTR]" not in (error.protocol_line or ""):
                    raise
            else:
                return
        self._dialogue.run(b"CREATE", name)

    def rename(self, wire_name: str, new_wire_name: str) -> None:
        """RENAME a folder with all that lie in it."""
        self._dialogue.run(b"RENAME", self._dialogue.mailbox(wire_name), self._dialogue.mailbox(new_wire_name))

    def delete(self, wire_name: str) -> None:
        """DELETE one folder with its messages."""
        self._dialogue.run(b"DELETE", self._dialogue.mailbox(wire_name))

    def subscribe(self, wire_name: str, subscribed: bool) -> None:
        """SUBSCRIBE or UNSUBSCRIBE."""
        self._dialogue.run(b"SUBSCRIBE" if subscribed else b"UNSUBSCRIBE", self._dialogue.mailbox(wire_name))

    def count(self, wire_name: str) -> int | None:
        """Return how many messages a folder holds, None when there is no such folder or it cannot hold any."""
        try:
            completed = self._dialogue.run(b"STATUS", self._dialogue.mailbox(wire_name), b"(MESSAGES)")
        except ServerRefused:
            return None
        told = [items["MESSAGES"] for items in map(parse_status_items, completed.untagged) if "MESSAGES" in items]
        return told[-1] if told else None

    def limits(self, wire_name: str) -> FolderLimits:
        """Ask what the server limits in a folder, each thing only where it is offered."""
        words = self._dialogue.capabilities
        offers_quota = any(word == "QUOTA" or word.startswith("QUOTA=") for word in words)
        return FolderLimits(
            quotas=self._quotas(wire_name) if offers_quota else None,
            append_limit_bytes=self.append_limit(wire_name),
            rights=self._rights(wire_name) if "ACL" in words else None,
        )

    def _quotas(self, wire_name: str) -> tuple[Quota, ...] | None:
        try:
            completed = self._dialogue.run(b"GETQUOTAROOT", self._dialogue.mailbox(wire_name))
        except ServerRefused:
            return None
        return tuple(quota for response in completed.untagged for quota in parse_quota(response))

    def append_limit(self, wire_name: str) -> int | None:
        """Return the largest message in bytes that a folder takes, None when the server does not tell."""
        # "APPENDLIMIT=n" is one limit for all folders; the bare word says that each may have its own.
        for word in self._dialogue.capabilities:
            name, _, value = word.partition("=")
            if name == "APPENDLIMIT":
                return int(value) if value.isdigit() else self._append_limit_of(wire_name)
        return None

    def _append_limit_of(self, wire_name: str) -> int | None:
        try:
            completed = self._dialogue.run(b"STATUS", self._dialogue.mailbox(wire_name), b"(APPENDLIMIT)")
        except ServerRefused:
            return None
        return next((limit for limit in map(parse_append_limit, completed.untagged) if limit is not None), None)

    def _rights(self, wire_name: str) -> str | None:
        try:
            completed = self._dialogue.run(b"MYRIGHTS", self._dialogue.mailbox(wire_name))
        except ServerRefused:
            return None
        return next((rights for rights in map(parse_rights, completed.untagged) if rights is not None), None)
