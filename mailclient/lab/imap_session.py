"""One client's session with the lab's IMAP server: signing in, choosing folders, waiting. RFC 3501 section 6, RFC 2177.

Message commands are in ``imap_messages``. A session tells what others changed before each tagged answer.
"""

from __future__ import annotations

import base64
import binascii
import select
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from mailclient.lab import imap_folders
from mailclient.lab.imap_messages import MessageCommands, No
from mailclient.lab.imap_names import Spelling
from mailclient.lab.imap_search import BadSearch
from mailclient.lab.mailstore import LabMailbox, UserMail
from mailclient.protocol.imap_stream import Response
from mailclient.protocol.imap_tokens import Value, parse_values
from mailclient.protocol.uid_sets import MAX_UID, UidSet


class ClientLine(Protocol):
    """What a session needs of its connection."""

    def send(self, data: bytes) -> None:
        """Send whole responses."""

    def line(self) -> bytes:
        """Read one line."""

    def command(self) -> Response:
        """Read one command."""

    @property
    def socket(self) -> _Readable:
        """To wait on while idle."""


class _Readable(Protocol):
    def fileno(self) -> int:
        """The descriptor."""


def text(value: Value) -> str:
    """Return an argument as text; raises BadSearch (answered with BAD) when it is none."""
    if not isinstance(value, bytes):
        raise BadSearch("an argument is missing")
    return value.decode("utf-8", "replace")


class ImapLabSession:
    """The state of one connection."""

    def __init__(self, connection: ClientLine, users: Mapping[str, UserMail], capabilities: Sequence[str]) -> None:
        self._connection = connection
        self._users = users
        self._capabilities = capabilities
        self._user: UserMail | None = None
        self._messages: MessageCommands | None = None
        self._is_quick = False
        self._spelling = Spelling()

    def run(self) -> None:
        """Serve until LOGOUT."""
        words = " ".join(self._capabilities)
        self._connection.send(f"* OK [CAPABILITY {words}] Postscope lab ready, on this machine only\r\n".encode())
        while self._one_command():
            pass

    def _one_command(self) -> bool:
        command = self._connection.command()
        tag, _, rest = command.line.partition(b" ")
        verb = rest.partition(b" ")[0].upper()
        uid = verb == b"UID"
        skip = len(tag) + 1 + len(verb)
        if uid:
            verb = rest[4:].partition(b" ")[0].upper()
            skip += 1 + len(verb)
        name = verb.decode("ascii", "replace")
        try:
            values = parse_values(command, skip) if name != "AUTHENTICATE" else []
            done = self._dispatch(name, values, uid, command)
            self._report()
            self._connection.send(tag + b" OK " + (done or f"{name} completed").encode() + b"\r\n")
        except No as refusal:
            self._report()
            self._connection.send(tag + b" NO " + str(refusal).encode() + b"\r\n")
        except (BadSearch, ValueError, IndexError) as error:
            self._connection.send(tag + f" BAD {error}\r\n".encode("utf-8", "replace"))
        return name != "LOGOUT"

    def _report(self) -> None:
        if self._messages is not None:
            self._messages.report_changes()

    def _dispatch(self, name: str, values: list[Value], uid: bool, command: Response) -> str:
        anywhere: dict[str, Callable[[list[Value]], str]] = {
            "CAPABILITY": self._capability,
            "NOOP": lambda _values: "",
            "LOGOUT": self._logout,
            "ID": self._id,
            "LOGIN": self._login,
        }
        if name in anywhere:
            return anywhere[name](values)
        if name == "AUTHENTICATE":
            return self._authenticate(command)
        user = self._user
        if user is None:
            raise BadSearch("sign in first")
        signed_in: dict[str, Callable[[UserMail, list[Value]], str]] = {
            "ENABLE": self._enable,
            "NAMESPACE": self._namespace,
            "LIST": self._list,
            "LSUB": self._list_subscribed,
            "STATUS": self._status,
            "SELECT": lambda mail, v: self._select(mail, v, False),
            "EXAMINE": lambda mail, v: self._select(mail, v, True),
            "APPEND": self._append,
        }
        if name in imap_folders.COMMANDS:
            self._connection.send(imap_folders.COMMANDS[name](user, values, self._spelling))
            return ""
        if name in signed_in:
            return signed_in[name](user, values)
        if self._messages is None:
            raise BadSearch(f"{name} is unknown, or no folder is open")
        if name in {"UNSELECT", "CLOSE"}:
            if name == "CLOSE":
                self._messages.expunge(None, silent=True)
            self._messages = None
            return ""
        if name == "IDLE":
            return self._idle(user, self._messages)
        return self._messages.dispatch(name, values, uid)

    def _capability(self, _values: list[Value]) -> str:
        self._connection.send(f"* CAPABILITY {' '.join(self._capabilities)}\r\n".encode())
        return ""

    def _logout(self, _values: list[Value]) -> str:
        self._connection.send(b"* BYE see you\r\n")
        return ""

    def _id(self, _values: list[Value]) -> str:
        self._connection.send(b'* ID ("name" "Postscope lab")\r\n')
        return ""

    def _login(self, values: list[Value]) -> str:
        return self._sign_in(text(values[0]), text(values[1]))

    def _sign_in(self, name: str, password: str) -> str:
        user = self._users.get(name.lower())
        if user is None or user.password != password:
            raise No("[AUTHENTICATIONFAILED] wrong user name or password")
        self._user = user
        return f"[CAPABILITY {' '.join(self._capabilities)}] signed in"

    def _authenticate(self, command: Response) -> str:
        words = command.line.split()
        if len(words) < 3 or words[2].upper() != b"PLAIN":
            raise No("only PLAIN is offered")
        if len(words) > 3:
            answer = words[3]
        else:
            self._connection.send(b"+ \r\n")
            answer = self._connection.line()
        try:
            _, name, password = base64.b64decode(answer, validate=True).decode().split("\0")
        except (binascii.Error, ValueError) as error:
            raise BadSearch("the credentials cannot be read") from error
        return self._sign_in(name, password)

    def _enable(self, _user: UserMail, values: list[Value]) -> str:
        wanted = [text(value).upper() for value in values]
        enabled = [word for word in wanted if word in self._capabilities]
        self._is_quick = self._is_quick or "QRESYNC" in enabled
        self._spelling.utf8 = self._spelling.utf8 or "UTF8=ACCEPT" in enabled
        self._connection.send(f"* ENABLED {' '.join(enabled)}\r\n".encode())
        return ""

    def _namespace(self, user: UserMail, _values: list[Value]) -> str:
        self._connection.send(f"* NAMESPACE {user.namespaces}\r\n".encode())
        return ""

    def _mailbox(self, user: UserMail, value: Value) -> LabMailbox:
        found = user.find(self._spelling.heard(value))
        if found is None:
            raise No("[NONEXISTENT] there is no such folder")
        return found

    def _list(self, user: UserMail, values: list[Value]) -> str:
        returned = values[3] if len(values) > 3 and isinstance(values[3], list) else []
        items = next((value for value in returned if isinstance(value, list)), None)
        with user.lock:
            names = set(user.mailboxes)
            lines = []
            for name, mailbox in sorted(user.mailboxes.items()):
                children = any(other.startswith(f"{name}/") for other in names)
                flags = ["\\HasChildren" if children else "\\HasNoChildren"]
                if mailbox.special_use and "SPECIAL-USE" in self._capabilities:
                    flags.append(mailbox.special_use)
                if mailbox.subscribed and "LIST-EXTENDED" in self._capabilities:
                    flags.append("\\Subscribed")
                lines.append(f'* LIST ({" ".join(flags)}) "/" '.encode() + self._spelling.told(name) + b"\r\n")
                if items is not None and "LIST-STATUS" in self._capabilities:
                    lines.append(self._status_line(mailbox, items))
        self._connection.send(b"".join(lines))
        return ""

    def _list_subscribed(self, user: UserMail, _values: list[Value]) -> str:
        with user.lock:
            names = sorted(name for name, mailbox in user.mailboxes.items() if mailbox.subscribed)
        self._connection.send(b"".join(b'* LSUB () "/" ' + self._spelling.told(name) + b"\r\n" for name in names))
        return ""

    def _status(self, user: UserMail, values: list[Value]) -> str:
        items = values[1] if isinstance(values[1], list) else []
        with user.lock:
            line = self._status_line(self._mailbox(user, values[0]), items)
        self._connection.send(line)
        return ""

    def _status_line(self, mailbox: LabMailbox, items: list[Value]) -> bytes:
        known: dict[str, object] = {
            "MESSAGES": len(mailbox.messages),
            "UIDNEXT": mailbox.uid_next,
            "UIDVALIDITY": mailbox.uid_validity,
            "UNSEEN": sum("\\Seen" not in message.flags for message in mailbox.messages),
            "RECENT": 0,
            "HIGHESTMODSEQ": mailbox.modseq,
            "MAILBOXID": f"({mailbox.mailbox_id})",
        }
        names = [text(item).upper() for item in items]
        told = " ".join(f"{name} {known[name]}" for name in names if name in known)
        return b"* STATUS " + self._spelling.told(mailbox.name) + f" ({told})\r\n".encode()

    def _select(self, user: UserMail, values: list[Value], read_only: bool) -> str:
        was_open, self._messages = self._messages is not None, None
        mailbox = self._mailbox(user, values[0])
        with user.lock:
            self._messages = messages = MessageCommands(
                self._connection,
                user,
                mailbox,
                self._capabilities,
                read_only,
                is_quick=self._is_quick,
                spelling=self._spelling,
            )
            lines = ["* OK [CLOSED] the folder before"] if was_open and self._is_quick else []
            lines += [
                "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft $Forwarded $Junk $NotJunk)",
                "* OK [PERMANENTFLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft \\*)] all may be set",
                f"* {len(mailbox.messages)} EXISTS",
                "* 0 RECENT",
                f"* OK [UIDVALIDITY {mailbox.uid_validity}] valid",
                f"* OK [UIDNEXT {mailbox.uid_next}] next",
            ]
            if "CONDSTORE" in self._capabilities:
                lines.append(f"* OK [HIGHESTMODSEQ {mailbox.modseq}] highest")
            if "OBJECTID" in self._capabilities:
                lines.append(f"* OK [MAILBOXID ({mailbox.mailbox_id})] for ever")
            changes = self._changes(messages, mailbox, values)
        self._connection.send("\r\n".join([*lines, ""]).encode() + changes)
        return "[READ-ONLY] examined" if read_only else "[READ-WRITE] selected"

    def _changes(self, messages: MessageCommands, mailbox: LabMailbox, values: list[Value]) -> bytes:
        """Return what the QRESYNC parameter asks for, nothing when it names another edition of the folder."""
        options = values[1] if len(values) > 1 and isinstance(values[1], list) else []
        if not options or text(options[0]).upper() != "QRESYNC" or not isinstance(options[1], list):
            return b""
        if not self._is_quick:
            raise BadSearch("enable QRESYNC first")
        validity, modseq = int(text(options[1][0])), int(text(options[1][1]))
        known = UidSet.parse(text(options[1][2])) if len(options[1]) > 2 else UidSet(((1, MAX_UID),))
        return messages.changes_since(modseq, known) if validity == mailbox.uid_validity else b""

    def _append(self, user: UserMail, values: list[Value]) -> str:
        mailbox = user.find(self._spelling.heard(values[0]))
        if mailbox is None:
            raise No("[TRYCREATE] there is no such folder")
        flags = next((value for value in values[1:] if isinstance(value, list)), [])
        raw = self._message(values)
        uid = user.add(mailbox, raw, [text(flag) for flag in flags])
        return f"[APPENDUID {mailbox.uid_validity} {uid}] stored" if "UIDPLUS" in self._capabilities else "stored"

    def _message(self, values: list[Value]) -> bytes:
        """Return the message of APPEND; one with UTF-8 in its header comes in a form of its own (RFC 6855 section 4)."""
        raw = values[-1]
        as_utf8 = isinstance(raw, list) and text(values[-2]).upper() == "UTF8"
        if as_utf8 and isinstance(raw, list):
            if not self._spelling.utf8:
                raise BadSearch("enable UTF8=ACCEPT first")
            raw = raw[0]
        if not isinstance(raw, bytes):
            raise BadSearch("the message is missing")
        if self._spelling.utf8 and not as_utf8 and not raw.partition(b"\r\n\r\n")[0].isascii():
            raise No("[CANNOT] UTF-8 in a header has to be sent as UTF8")
        return raw

    def _idle(self, user: UserMail, messages: MessageCommands) -> str:
        self._connection.send(b"+ waiting\r\n")
        while True:
            messages.report_changes()
            with user.lock:
                user.changed.wait(0.05)
            if select.select([self._connection.socket], [], [], 0)[0]:
                if self._connection.line().upper() == b"DONE":
                    return ""
                raise BadSearch("DONE was expected")
