"""Lies of an IMAP server, by name (RELIABILITY A-29): each is one bend, or a few, of what an honest server says.

What a client can only believe (a flag, that no flag changed, a message that is consistently denied) is no lie here.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from typing import Final

from mailclient.protocol.uid_sets import UidSet
from tests.support.faults.bending import Bend
from tests.support.faults.proxy import HANG_UP

_LISTED: Final = rb"(\* ESEARCH.* ALL )([0-9:,]+)"
_SEARCHED: Final = rb"(\A\* SEARCH )([0-9 ]+)"
_FETCHED: Final = rb"\A\* \d+ FETCH "
_DONE: Final = rb"\A([A-Z]+\d+) OK"
_FOLDER: Final = rb"\A\* LIST .*"
_validities = itertools.count(5_000)


def _backwards(match: re.Match[bytes]) -> bytes:
    uids = [b"%d" % uid for uid in UidSet.parse(match[2].decode())]
    return match[1] + b",".join(reversed(uids))


def _last_only(match: re.Match[bytes]) -> bytes:
    return match[1] + b"%d" % UidSet.parse(match[2].decode()).last


def _as_search(match: re.Match[bytes]) -> bytes:
    return b"* SEARCH " + b" ".join(b"%d" % uid for uid in UidSet.parse(match[2].decode()))


def _listed(
    bent: bytes | Callable[[re.Match[bytes]], bytes], listed: Callable[[Sequence[int]], Sequence[int]]
) -> tuple[Bend, ...]:
    """One lie in both kinds of answers to a search: which of them is asked for is the client's choice."""

    def other(match: re.Match[bytes]) -> bytes:
        uids = listed([int(uid) for uid in match[2].split()])
        return b" ".join([match[1].rstrip(), *(b"%d" % uid for uid in uids)])

    return Bend(_LISTED, bent), Bend(_SEARCHED, other)


def _next_validity(_match: re.Match[bytes]) -> bytes:
    return b"[UIDVALIDITY %d]" % next(_validities)


def _swapped(match: re.Match[bytes]) -> bytes:
    return b"UID %d " % {1: 2, 2: 1, 3: 4, 4: 3}.get(int(match[1]), int(match[1]))


def _longer(match: re.Match[bytes]) -> bytes:
    return b"{%d}\r\n" % (int(match[1]) + 5)


def _shorter(match: re.Match[bytes]) -> bytes:
    return b"{%d}\r\n" % max(int(match[1]) - 5, 0)


def _before(pattern: bytes, line: bytes, during: bytes = b"") -> Bend:
    """Say a line before what matches."""
    return Bend(rb"\A" + pattern, line.replace(b"\\", rb"\\") + rb"\r\n\g<0>", during)


LIES: Final[dict[str, tuple[Bend, ...]]] = {
    "uids-not-ascending": _listed(_backwards, lambda uids: uids[::-1]),
    "uids-twice": _listed(rb"\1\2,\2", lambda uids: [*uids, *uids]),
    "uid-zero-listed": _listed(rb"\g<1>0,\2", lambda uids: [0, *uids]),
    "unknown-uids-listed": _listed(rb"\1\2,4000:4003", lambda uids: [*uids, 4000, 4001, 4002, 4003]),
    "all-uids-listed": _listed(rb"\g<1>1:4294967295", lambda _uids: range(1, 20_000)),
    "uid-too-large-listed": _listed(rb"\1\2,4294967296", lambda uids: [*uids, 4294967296]),
    "only-the-last-uid-listed": _listed(_last_only, lambda uids: uids[-1:]),
    "no-uid-listed": _listed(rb"* ESEARCH UID", lambda _uids: ()),
    "list-of-uids-missing": (Bend(rb"\A\* E?SEARCH.*", b""),),
    "answer-of-the-other-kind-of-search": (Bend(_LISTED, _as_search), Bend(_SEARCHED, rb"* ESEARCH UID ALL 1")),
    "uidnext-falls": (Bend(rb"UIDNEXT \d+", b"UIDNEXT 1"),),
    "uidnext-at-the-end": (Bend(rb"UIDNEXT \d+", b"UIDNEXT 4294967295"),),
    "uidnext-absent": (Bend(rb"\[UIDNEXT \d+\]", b""),),
    "uidnext-no-number": (Bend(rb"UIDNEXT \d+", b"UIDNEXT soon"),),
    "uidvalidity-zero": (Bend(rb"UIDVALIDITY \d+", b"UIDVALIDITY 0"),),
    "uidvalidity-absent": (Bend(rb"\[UIDVALIDITY \d+\]", b""),),
    "uidvalidity-no-number": (Bend(rb"UIDVALIDITY \d+", b"UIDVALIDITY x"),),
    "uidvalidity-another": (Bend(rb"\[UIDVALIDITY \d+\]", b"[UIDVALIDITY 77]"),),
    "uidvalidity-another-each-time": (Bend(rb"\[UIDVALIDITY \d+\]", _next_validity),),
    "uidvalidity-changed-in-the-middle": (_before(_FETCHED, b"* OK [UIDVALIDITY 78] changed"),),
    "modseq-backwards": (Bend(rb"HIGHESTMODSEQ \d+", b"HIGHESTMODSEQ 1"),),
    "modseq-far-ahead": (Bend(rb"HIGHESTMODSEQ \d+", b"HIGHESTMODSEQ 4611686018427387904"),),
    "modseq-beyond-63-bits": (Bend(rb"HIGHESTMODSEQ \d+", b"HIGHESTMODSEQ 99999999999999999999"),),
    "modseq-zero": (Bend(rb"HIGHESTMODSEQ \d+", b"HIGHESTMODSEQ 0"),),
    "nomodseq": (Bend(rb"\[HIGHESTMODSEQ \d+\]", b"[NOMODSEQ]"),),
    "modseq-absent": (Bend(rb"\[HIGHESTMODSEQ \d+\]", b""),),
    "exists-shrinks-without-expunge": (_before(_FETCHED, b"* 1 EXISTS"),),
    "exists-zero": (Bend(rb"\A\* \d+ EXISTS", b"* 0 EXISTS"),),
    "exists-too-many": (Bend(rb"\A\* \d+ EXISTS", b"* 4000000000 EXISTS"),),
    "exists-absent": (Bend(rb"\A\* \d+ EXISTS\r\n", b""),),
    "exists-and-uidnext-of-an-empty-folder": (
        Bend(rb"\A\* \d+ EXISTS", b"* 0 EXISTS"),
        Bend(rb"UIDNEXT \d+", b"UIDNEXT 1"),
        Bend(rb"HIGHESTMODSEQ \d+", b"HIGHESTMODSEQ 1"),
    ),
    "expunge-zero": (_before(_FETCHED, b"* 0 EXPUNGE"),),
    "expunge-too-large": (_before(_FETCHED, b"* 99999 EXPUNGE"),),
    "expunge-of-all": (_before(_FETCHED, b"\r\n".join([b"* 1 EXPUNGE"] * 5)),),
    "vanished-unknown": (_before(_FETCHED, b"* VANISHED 900:999"),),
    "vanished-everything": (_before(_FETCHED, b"* VANISHED 1:4294967295"),),
    "vanished-earlier-everything": (_before(_DONE, b"* VANISHED (EARLIER) 1:4294967295"),),
    "vanished-garbage": (_before(_FETCHED, b"* VANISHED (EARLIER) x:y"),),
    "fetch-of-unknown-uid": (_before(_FETCHED, b"* 77 FETCH (UID 7777 FLAGS (\\Deleted))"),),
    "fetch-without-uid": (Bend(rb"UID \d+ (?=.*BODY)", b"", b"UID FETCH"),),
    "fetch-unasked-without-uid": (_before(_FETCHED, b"* 1 FETCH (FLAGS (\\Deleted))"),),
    "header-of-another": (Bend(rb"UID (\d+) (?=.*BODY\[HEADER)", _swapped),),
    "body-of-another": (Bend(rb"UID (\d+) (?=.*BODY\[\])", _swapped),),
    "body-of-a-wrong-section": (Bend(rb"BODY\[\] ", b"BODY[TEXT] "),),
    "body-empty": (Bend(rb"BODY\[\] \{\d+\}\r\n.*\)\r\n", b'BODY[] "")\r\n'),),
    "body-nil": (Bend(rb"BODY\[\] \{\d+\}\r\n.*\)\r\n", b"BODY[] NIL)\r\n"),),
    "body-cut-in-half": (Bend(rb"BODY\[\] \{\d+\}\r\n(.{20}).*\)\r\n", rb"BODY[] {20}\r\n\1)\r\n", times=1),),
    "size-too-small": (Bend(rb"RFC822\.SIZE \d+", b"RFC822.SIZE 1"),),
    "size-zero": (Bend(rb"RFC822\.SIZE \d+", b"RFC822.SIZE 0"),),
    "size-too-large": (Bend(rb"RFC822\.SIZE \d+", b"RFC822.SIZE 99999999"),),
    "ok-without-data": (Bend(_FETCHED + rb".*BODY.*", b""),),
    "no-after-data": (Bend(_DONE, rb"\1 NO", b"UID FETCH"),),
    "bad-after-data": (Bend(_DONE, rb"\1 BAD", b"UID FETCH"),),
    "bye-at-once": (Bend(rb"\A\* OK .*", b"* BYE not today\r\n" + HANG_UP, times=1),),
    "bye-after-signing-in": (_before(rb"\* LIST ", b"* BYE too many"),),
    "bye-in-the-folder": (_before(rb"\* \d+ EXISTS", b"* BYE folder"),),
    "bye-in-the-data": (_before(_FETCHED, b"* BYE data"),),
    "bye-before-ok": (_before(_DONE, b"* BYE done", b"UID STORE"),),
    "wrong-tag": (Bend(_DONE, b"P999 OK", b"UID"),),
    "tag-of-another-kind": (Bend(_DONE, b"* OK", b"UID FETCH"),),
    "tag-twice": (Bend(_DONE + rb".*", rb"\g<0>\g<0>", b"SELECT"),),
    "list-empty": (Bend(_FOLDER, b""),),
    "list-cut": (Bend(rb"\A\* LIST (?!.*INBOX).*", b""),),
    "list-twice": (Bend(_FOLDER, rb"\g<0>\g<0>"),),
    "list-of-bad-names": (_before(_FOLDER, b'* LIST () "/" "a\x01b"\r\n* LIST () "/" ""\r\n* LIST () "/" "../../x"'),),
    "list-not-selectable": (Bend(rb"\A\* LIST \(", rb"* LIST (\\Noselect "),),
    "list-nonexistent": (Bend(rb"\A\* LIST \(", rb"* LIST (\\NonExistent "),),
    "copyuid-of-another-folder": (Bend(rb"COPYUID \d+", b"COPYUID 1"),),
    "copyuid-other-targets": (Bend(rb"COPYUID (\d+) (\S+) ([0-9:,]+)", rb"COPYUID \1 \2 900:901"),),
    "copyuid-other-sources": (Bend(rb"COPYUID (\d+) (\S+) ([0-9:,]+)", rb"COPYUID \1 900:901 \3"),),
    "copyuid-unequal": (Bend(rb"COPYUID (\d+) (\S+) ([0-9:,]+)", rb"COPYUID \1 \2 1:77"),),
    "copyuid-garbage": (Bend(rb"COPYUID [^\]]*", b"COPYUID x y z"),),
    "copyuid-absent": (Bend(rb"\[COPYUID [^\]]*\]", b""),),
    "appenduid-garbage": (Bend(rb"APPENDUID [^\]]*", b"APPENDUID 1 999999999999"),),
    "appenduid-of-another": (Bend(rb"APPENDUID (\d+) \d+", rb"APPENDUID \1 1"),),
    "literal-longer-than-said": (Bend(rb"\{(\d+)\}\r\n", _shorter, b"UID FETCH"),),
    "literal-shorter-than-said": (Bend(rb"\{(\d+)\}\r\n", _longer, b"UID FETCH"),),
    "capabilities-that-are-none": (Bend(rb"CAPABILITY IMAP4rev1", b"CAPABILITY IMAP4rev1 NOTIFY QUOTA BINARY"),),
    "no-capabilities": (Bend(rb"CAPABILITY IMAP4rev1[^\]\r]*", b"CAPABILITY IMAP4rev1"),),
    "read-only": (Bend(rb"READ-WRITE", b"READ-ONLY"),),
    "store-not-done": (Bend(rb"\A([A-Z]+\d+) OK", rb"\1 NO", b"UID STORE"),),
}
