"""The lab's commands about folders: CREATE, RENAME, DELETE, subscriptions, and the quota of a user.

RFC 3501 sections 6.3.3 to 6.3.7, RFC 6154 (CREATE-SPECIAL-USE), RFC 9208 (QUOTA), RFC 4314 (MYRIGHTS).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from mailclient.lab.imap_messages import No
from mailclient.lab.imap_names import Spelling
from mailclient.lab.mailstore import INBOX, LabMailbox, UserMail
from mailclient.protocol.imap_tokens import Value

RIGHTS: Final = "lrswipkxtea"
_USES: Final = {"\\archive", "\\drafts", "\\junk", "\\sent", "\\trash"}


def _found(user: UserMail, value: Value, spelling: Spelling) -> LabMailbox:
    found = user.find(spelling.heard(value))
    if found is None:
        raise No("[NONEXISTENT] there is no such folder")
    return found


def create(user: UserMail, values: list[Value], spelling: Spelling) -> bytes:
    """CREATE, with USE where a folder for that is not there yet."""
    use = ""
    if len(values) > 1 and isinstance(values[1], list):
        words = [item for part in values[1] if isinstance(part, list) for item in part if isinstance(item, bytes)]
        use = words[0].decode("ascii", "replace") if words else ""
        if use.lower() not in _USES or any(box.special_use.lower() == use.lower() for box in user.mailboxes.values()):
            raise No("[USEATTR] there is a folder for that, or there can be none")
    name = spelling.heard(values[0]).rstrip("/")
    if user.folder_limit is not None and len(user.mailboxes) >= user.folder_limit:
        raise No("[OVERQUOTA] no more folders")
    if not name.startswith(user.personal_prefix):
        raise No(f"[CANNOT] folders are made below {user.personal_prefix}")
    try:
        user.create(name, use)
    except KeyError as error:
        raise No("[ALREADYEXISTS] the folder exists") from error
    return b""


def delete(user: UserMail, values: list[Value], spelling: Spelling) -> bytes:
    """DELETE one folder; those in it stay."""
    mailbox = _found(user, values[0], spelling)
    if mailbox.name == INBOX:
        raise No("[CANNOT] the inbox stays")
    with user.lock:
        del user.mailboxes[mailbox.name]
        user.ring()
    return b""


def rename(user: UserMail, values: list[Value], spelling: Spelling) -> bytes:
    """RENAME a folder with all in it; RENAME of the inbox moves its mail out, as servers do."""
    mailbox, name = _found(user, values[0], spelling), spelling.heard(values[1])
    with user.lock:
        if name in user.mailboxes:
            raise No("[ALREADYEXISTS] the folder exists")
        if mailbox.name == INBOX:
            target = user.create(name)
            target.messages, mailbox.messages = mailbox.messages, []
            target.uid_next = mailbox.uid_next
            return b""
        before = mailbox.name
        for inner in [
            box for box in user.mailboxes.values() if box.name == before or box.name.startswith(f"{before}/")
        ]:
            del user.mailboxes[inner.name]
            inner.name = name + inner.name[len(before) :]
            user.mailboxes[inner.name] = inner
        user.ring()
    return b""


def _subscribed(user: UserMail, values: list[Value], spelling: Spelling, on: bool) -> bytes:
    _found(user, values[0], spelling).subscribed = on
    return b""


def subscribe(user: UserMail, values: list[Value], spelling: Spelling) -> bytes:
    """SUBSCRIBE."""
    return _subscribed(user, values, spelling, True)


def unsubscribe(user: UserMail, values: list[Value], spelling: Spelling) -> bytes:
    """UNSUBSCRIBE."""
    return _subscribed(user, values, spelling, False)


def quota_root(user: UserMail, values: list[Value], spelling: Spelling) -> bytes:
    """GETQUOTAROOT: one root for the user, when there is a limit."""
    name = spelling.told(_found(user, values[0], spelling).name)
    if user.quota_kib is None:
        return b"* QUOTAROOT " + name + b"\r\n"
    used = sum(len(message.raw) for box in user.mailboxes.values() for message in box.messages) // 1024
    quota = f'* QUOTA "" (STORAGE {used} {user.quota_kib})\r\n'.encode()
    return b"* QUOTAROOT " + name + b' ""\r\n' + quota


def my_rights(user: UserMail, values: list[Value], spelling: Spelling) -> bytes:
    """MYRIGHTS: all of them."""
    return b"* MYRIGHTS " + spelling.told(_found(user, values[0], spelling).name) + f" {RIGHTS}\r\n".encode()


COMMANDS: Final[dict[str, Callable[[UserMail, list[Value], Spelling], bytes]]] = {
    "CREATE": create,
    "DELETE": delete,
    "RENAME": rename,
    "SUBSCRIBE": subscribe,
    "UNSUBSCRIBE": unsubscribe,
    "GETQUOTAROOT": quota_root,
    "MYRIGHTS": my_rights,
}
"""What each command answers before its tagged line."""
