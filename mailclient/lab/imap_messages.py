"""Commands on the messages of an open folder in the lab. RFC 3501 section 6.4, RFC 4315, RFC 6851, RFC 7162.

A session has its own view (the sequence numbers it was told); what others changed is told at safe moments only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from mailclient.lab.imap_names import Spelling
from mailclient.lab.imap_search import BadSearch, build_test
from mailclient.lab.imap_structure import body_structure, envelope, section_bytes
from mailclient.lab.mailstore import LabMailbox, LabMessage, UserMail
from mailclient.mime.tree import Message, parse_message
from mailclient.protocol.imap_dates import format_internal_date
from mailclient.protocol.imap_tokens import Value
from mailclient.protocol.uid_sets import UidSet

_MACROS = {
    "ALL": ["FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE"],
    "FAST": ["FLAGS", "INTERNALDATE", "RFC822.SIZE"],
    "FULL": ["FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE", "BODY"],
}
_SECTION = re.compile(r"BODY(\.PEEK)?\[(.*)\](?:<(\d+)\.(\d+)>)?", re.IGNORECASE | re.DOTALL)


_BINARY = re.compile(r"BINARY\.PEEK\[([\d.]+)\]<(\d+)\.(\d+)>", re.IGNORECASE)


class No(Exception):
    """Answered with NO."""


class Sender(Protocol):
    """Where answers go."""

    def send(self, data: bytes) -> None:
        """Send whole responses."""


class MessageCommands:
    """An open folder as one session sees it."""

    def __init__(
        self,
        connection: Sender,
        user: UserMail,
        mailbox: LabMailbox,
        capabilities: Sequence[str],
        read_only: bool,
        *,
        is_quick: bool = False,
        spelling: Spelling | None = None,
    ) -> None:
        """``is_quick``: the client enabled QRESYNC, and is told UIDs rather than numbers."""
        self._connection = connection
        self._user = user
        self._mailbox = mailbox
        self._capabilities = capabilities
        self._read_only = read_only
        self._is_quick = is_quick
        self._spelling = spelling or Spelling()
        with user.lock:
            self._view = [message.uid for message in mailbox.messages]
            self._seen_modseq = mailbox.modseq
            self._seen_version = user.version

    def dispatch(self, name: str, values: list[Value], uid: bool) -> str:
        """Run one command; returns the words of the tagged OK."""
        if name == "FETCH":
            return self._fetch(values, uid)
        if name == "SEARCH":
            return self._search(values, uid)
        if name == "STORE":
            return self._store(values, uid)
        if name in {"COPY", "MOVE"} and (name == "COPY" or "MOVE" in self._capabilities):
            return self._copy(values, uid, move=name == "MOVE")
        if name == "EXPUNGE" and (not uid or "UIDPLUS" in self._capabilities):
            self.expunge(self._set(values[0]) if uid else None)
            return ""
        raise BadSearch(f"{name} is unknown")

    def report_changes(self) -> None:
        """Tell what others changed since the last time."""
        with self._user.lock:
            if self._seen_version == self._user.version:
                return
            self._seen_version = self._user.version
            present = {message.uid for message in self._mailbox.messages}
            lines = []
            if self._is_quick and (gone := UidSet.of(set(self._view) - present)):
                lines.append(f"* VANISHED {gone}\r\n".encode())
                self._view = [uid for uid in self._view if uid in present]
            for number in range(len(self._view), 0, -1):
                if self._view[number - 1] not in present:
                    lines.append(b"* %d EXPUNGE\r\n" % number)
                    del self._view[number - 1]
            known = set(self._view)
            new = [message.uid for message in self._mailbox.messages if message.uid not in known]
            changed = [m for m in self._mailbox.messages if m.modseq > self._seen_modseq and m.uid in known]
            self._view += new
            if new:
                lines.append(b"* %d EXISTS\r\n" % len(self._view))
            for message in changed:
                number = self._view.index(message.uid) + 1
                told = b"UID %d MODSEQ (%d) " % (message.uid, message.modseq) if self._is_quick else b""
                lines.append(b"* %d FETCH (%sFLAGS (%s))\r\n" % (number, told, _flags(message)))
            self._seen_modseq = self._mailbox.modseq
        if lines:
            self._connection.send(b"".join(lines))

    def changes_since(self, modseq: int, known: UidSet) -> bytes:
        """Return what a client hears that knew the folder as it was then (RFC 7162 section 3.2.5.1)."""
        with self._user.lock:
            gone = UidSet.of(uid for uid, at in self._mailbox.expunged.items() if at > modseq and uid in known)
            lines = [f"* VANISHED (EARLIER) {gone}\r\n".encode()] if gone else []
            for number, message in self._mailbox.numbered():
                if message.modseq > modseq and message.uid in known:
                    told = (number, message.uid, _flags(message), message.modseq)
                    lines.append(b"* %d FETCH (UID %d FLAGS (%s) MODSEQ (%d))\r\n" % told)
        return b"".join(lines)

    def _set(self, value: Value) -> UidSet:
        if not isinstance(value, bytes):
            raise BadSearch("a set of messages is missing")
        return UidSet.parse(value.decode("ascii", "replace"))

    def _chosen(self, value: Value, uid: bool) -> list[tuple[int, LabMessage]]:
        wanted = self._set(value)
        star = isinstance(value, bytes) and b"*" in value
        with self._user.lock:
            by_uid = {message.uid: message for message in self._mailbox.messages}
            pairs = [(number, by_uid[u]) for number, u in enumerate(self._view, 1) if u in by_uid]
        chosen = [(n, m) for n, m in pairs if (m.uid if uid else n) in wanted]
        return chosen or (pairs[-1:] if star else [])

    def _fetch(self, values: list[Value], uid: bool) -> str:
        items = _items(values[1])
        since = 0
        if len(values) > 2 and isinstance(values[2], list) and len(values[2]) == 2:
            since = int(_word(values[2][1]))
            items = [*items, "MODSEQ"]
        if uid and "UID" not in items:
            items = ["UID", *items]
        for number, message in self._chosen(values[0], uid):
            if message.modseq > since:
                parsed = parse_message(message.raw)
                answer = b" ".join(self._item(item, message, parsed) for item in items)
                self._connection.send(b"* %d FETCH (%s)\r\n" % (number, answer))
        return ""

    def _item(self, item: str, message: LabMessage, parsed: Message) -> bytes:
        upper = item.upper()
        if upper == "UID":
            return b"UID %d" % message.uid
        if upper == "FLAGS":
            return b"FLAGS (%s)" % _flags(message)
        if upper == "INTERNALDATE":
            return b'INTERNALDATE "%s"' % format_internal_date(message.received_unix_s).encode()
        if upper == "RFC822.SIZE":
            return b"RFC822.SIZE %d" % len(message.raw)
        if upper == "MODSEQ":
            return b"MODSEQ (%d)" % message.modseq
        if upper == "EMAILID" and "OBJECTID" in self._capabilities:
            return b"EMAILID (%s)" % message.email_id.encode()
        if upper == "ENVELOPE":
            return b"ENVELOPE " + envelope(parsed.headers)
        if upper in {"BODYSTRUCTURE", "BODY"}:
            return upper.encode() + b" " + body_structure(parsed, parsed.root)
        if (binary := _BINARY.fullmatch(item)) is not None and "BINARY" in self._capabilities:
            return self._binary(binary, parsed)
        match = _SECTION.fullmatch({"RFC822": "BODY[]", "RFC822.HEADER": "BODY.PEEK[HEADER]"}.get(upper, item))
        if match is None:
            raise BadSearch(f"unknown item {item}")
        data = section_bytes(parsed, match[2])
        name = f"BODY[{match[2]}]"
        if match[3] is not None:
            data = data[int(match[3]) : int(match[3]) + int(match[4])]
            name += f"<{match[3]}>"
        if not match[1] and not self._read_only and "\\Seen" not in message.flags:
            with self._user.lock:
                message.flags.add("\\Seen")
                self._mailbox.touch(message)
                self._user.ring()
        return name.encode() + b" {%d}\r\n%s" % (len(data), data)

    def _binary(self, match: re.Match[str], parsed: Message) -> bytes:
        """Return a part without its transfer encoding (RFC 3516)."""
        part = parsed.part(match[1])
        data = parsed.decoded(part) if part is not None else b""
        if part is not None and part.encoding not in {"base64", "quoted-printable", "7bit", "8bit", "binary", ""}:
            raise No("[UNKNOWN-CTE] this encoding is not known")
        start, size = int(match[2]), int(match[3])
        data = data[start : start + size]
        return f"BINARY[{match[1]}]<{start}>".encode() + b" ~{%d}\r\n%s" % (len(data), data)

    def _search(self, values: list[Value], uid: bool) -> str:
        extended = bool(values) and _word(values[0]).upper() == "RETURN"
        keys = values[2:] if extended else values
        if keys and _word(keys[0]).upper() == "CHARSET":
            if self._spelling.utf8:
                raise BadSearch("with UTF8=ACCEPT no CHARSET is named")
            keys = keys[2:]
        test = build_test(keys)
        with self._user.lock:
            numbers = {u: n for n, u in enumerate(self._view, 1)}
            found = [m for m in self._mailbox.messages if m.uid in numbers and test(numbers[m.uid], m)]
        answer = UidSet.of((message.uid if uid else numbers[message.uid]) for message in found)
        if extended:
            told = f" ALL {answer}" if answer else ""
            self._connection.send(f"* ESEARCH{' UID' if uid else ''}{told}\r\n".encode())
        else:
            self._connection.send(("* SEARCH " + " ".join(map(str, answer))).rstrip().encode() + b"\r\n")
        return ""

    def _refuse_read_only(self) -> None:
        if self._read_only:
            raise No("[READ-ONLY] the folder is only examined")

    def _store(self, values: list[Value], uid: bool) -> str:
        self._refuse_read_only()
        how = _word(values[1]).upper()
        flags = {_word(flag) for flag in (values[2] if isinstance(values[2], list) else values[2:])}
        for number, message in self._chosen(values[0], uid):
            with self._user.lock:
                if how.startswith("+"):
                    message.flags |= flags
                elif how.startswith("-"):
                    message.flags -= flags
                else:
                    message.flags = flags
                self._mailbox.touch(message)
                self._seen_modseq = self._mailbox.modseq
                self._user.ring()
            if not how.endswith(".SILENT"):
                told = b"UID %d FLAGS (%s)" % (message.uid, _flags(message)) if uid else b"FLAGS (%s)" % _flags(message)
                self._connection.send(b"* %d FETCH (%s)\r\n" % (number, told))
        return ""

    def _copy(self, values: list[Value], uid: bool, *, move: bool) -> str:
        if move:
            self._refuse_read_only()
        target = self._user.find(self._spelling.heard(values[1]))
        if target is None:
            raise No("[TRYCREATE] there is no such folder")
        pairs = []
        with self._user.lock:
            for _, message in self._chosen(values[0], uid):
                flags = message.flags - {"\\Recent"}
                pairs.append(
                    (message.uid, self._user.add(target, message.raw, flags, message.received_unix_s, message.email_id))
                )
        code = ""
        if pairs and "UIDPLUS" in self._capabilities:
            source, copies = ",".join(str(a) for a, _ in pairs), ",".join(str(b) for _, b in pairs)
            code = f"[COPYUID {target.uid_validity} {source} {copies}] "
        if not move:
            return f"{code}copied"
        if code:
            self._connection.send(f"* OK {code}moved\r\n".encode())
        self._user.remove(self._mailbox, {a for a, _ in pairs})
        return "moved"

    def expunge(self, uids: UidSet | None, *, silent: bool = False) -> None:
        """Remove messages marked \\Deleted, of these UIDs alone if given."""
        self._refuse_read_only()
        with self._user.lock:
            gone = {m.uid for m in self._mailbox.messages if "\\Deleted" in m.flags and (uids is None or m.uid in uids)}
            self._user.remove(self._mailbox, gone)
        if not silent:
            self.report_changes()


def _flags(message: LabMessage) -> bytes:
    return " ".join(sorted(message.flags)).encode()


def _word(value: Value) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else ""


def _items(value: Value) -> list[str]:
    words: list[str] = []
    for item in value if isinstance(value, list) else [value]:
        word = _word(item)
        if word.startswith("<") and words:  # The octets of a partial fetch belong to the section before them.
            words[-1] += word
        else:
            words.append(word)
    return [item for word in words for item in _MACROS.get(word.upper(), [word])]
