"""FETCH and SEARCH in the open folder: first-pass headers, flags, bodies, and which UIDs there are.

Answers are matched to messages by the UID inside them and by nothing else. What is not the answer to the question is only
noticed. RFC 3501 section 6.4, RFC 4731 (ESEARCH), RFC 7162 (CHANGEDSINCE).
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from typing import Final

from mailclient.domain.errors import MalformedReply, PostscopeError, ServerBusy, ServerRefused
from mailclient.domain.exchange import BodyRecord, FlagRecord, HeaderRecord
from mailclient.domain.ids import ModSeq, Uid
from mailclient.mime.wire import WANTED_FIELDS
from mailclient.net.imap_dialogue import ImapDialogue
from mailclient.protocol.imap_gate import Piece, astring
from mailclient.protocol.imap_responses import Fetched, parse_fetch, parse_uids
from mailclient.protocol.imap_stream import Response
from mailclient.protocol.uid_sets import UidSet

MAX_SET_BYTES: Final = 6_000
"""Servers limit the length of a command line (RFC 7162 section 4 says 8,192)."""
_AHEAD: Final = 2
"""So many requests are under way: the server reads the next from its disk while one is on the line."""
_HEADER_ITEM: Final = f"BODY.PEEK[HEADER.FIELDS ({' '.join(WANTED_FIELDS)})]".encode("ascii")


def list_uids(dialogue: ImapDialogue, first: Uid, last: Uid | None = None) -> UidSet:
    """Return the UIDs that exist in a range of the open folder."""
    wanted = f"{first}:{'*' if last is None else last}".encode("ascii")
    how = b"UID SEARCH RETURN (ALL) UID " if "ESEARCH" in dialogue.capabilities else b"UID SEARCH UID "
    found = _found(dialogue, how + wanted)
    # "n:*" names the last message even when its UID is smaller than n (RFC 3501 section 6.4.8).
    return found.within(first, last if last is not None else found.last)


def find_message_id(dialogue: ImapDialogue, message_id_field: str) -> tuple[Uid, ...]:
    """Return UIDs in the open folder whose Message-ID contains this value."""
    # Never a CHARSET: where UTF-8 is enabled it must not be named (RFC 6855 section 3), and elsewhere these are ASCII.
    return tuple(_found(dialogue, b"UID SEARCH HEADER Message-ID", astring(message_id_field, utf8=dialogue.utf8)))


def _found(dialogue: ImapDialogue, *pieces: Piece) -> UidSet:
    """Run a search; an answer that says it belongs to another command is not its."""
    found = UidSet()
    for response in dialogue.run(*pieces).untagged:
        found = found.union(parse_uids(response, dialogue.last_tag) or UidSet())
    return found


def fetch_headers(dialogue: ImapDialogue, batches: Iterator[UidSet]) -> Iterator[HeaderRecord]:
    """Yield a header record for each message that still exists; the next batch is asked for while one still arrives."""
    items = b"(UID FLAGS INTERNALDATE RFC822.SIZE" + _email_id_item(dialogue) + b" BODYSTRUCTURE " + _HEADER_ITEM
    items += b" MODSEQ)" if dialogue.has_modseq else b")"
    for fetched in _fetch_ahead(dialogue, batches, items):
        header = fetched.header
        if fetched.uid is None or header is None or fetched.flags is None:
            continue
        yield HeaderRecord(
            fetched.uid,
            fetched.flags,
            fetched.received_unix_s or 0,
            fetched.size_bytes or 0,
            header,
            fetched.has_attachment,
            fetched.modseq,
            fetched.email_id,
        )


def _email_id_item(dialogue: ImapDialogue) -> bytes:
    """Return the item that names a message for ever, empty where there is none."""
    if "OBJECTID" in dialogue.capabilities:
        return b" EMAILID"
    return b" X-GM-MSGID" if "X-GM-EXT-1" in dialogue.capabilities else b""


def fetch_flags(dialogue: ImapDialogue, uids: UidSet, changed_since: ModSeq | None = None) -> Iterator[FlagRecord]:
    """Yield the flags of messages, with CONDSTORE only of those changed since."""
    modifier = b""
    if changed_since is not None and dialogue.has_modseq:
        modifier = b" (CHANGEDSINCE %d)" % changed_since
    for fetched in _fetch(dialogue, uids, b"(UID FLAGS)", modifier):
        if fetched.uid is not None and fetched.flags is not None:
            yield FlagRecord(fetched.uid, fetched.flags, fetched.modseq)


def fetch_bodies(dialogue: ImapDialogue, batches: Iterator[UidSet]) -> Iterator[BodyRecord]:
    """Yield whole messages without marking them read; the next batch is asked for while one still arrives."""
    for fetched in _fetch_ahead(dialogue, batches, b"(UID BODY.PEEK[])"):
        if fetched.uid is not None and "" in fetched.sections:
            yield BodyRecord(fetched.uid, fetched.sections[""])


def _fetch_ahead(dialogue: ImapDialogue, batches: Iterator[UidSet], items: bytes) -> Iterator[Fetched]:
    """Ask for items of messages batch by batch, and for the next while one arrives; yield what was asked for.

    When a batch is refused no more are asked for; the answers to those under way are yielded before the error is raised.
    """
    under_way: dict[bytes, UidSet] = {}
    refused: PostscopeError | None = None
    done = False
    try:
        while True:
            while len(under_way) < _AHEAD and refused is None and (uids := next(batches, None)) is not None:
                for part in short_sets(uids):
                    under_way[dialogue.start(b"UID FETCH " + part + b" " + items)] = uids
            if not under_way:
                break
            ended = yield from _until_one_ends(dialogue, under_way)
            del under_way[ended.line.partition(b" ")[0]]
            try:
                dialogue.checked(ended, (b"UID FETCH",))
            except (ServerRefused, ServerBusy) as error:
                refused = refused or error
        done = True
    finally:
        if not done:
            # Whoever stops listening in the middle of an answer cannot use this connection again.
            dialogue.wire.close()
    if refused is not None:
        raise refused


def _until_one_ends(dialogue: ImapDialogue, under_way: Mapping[bytes, UidSet]) -> Generator[Fetched, None, Response]:
    """Yield what was asked for by any of the commands: Dovecot begins the next when the line is full, and mixes answers."""
    answers = dialogue.answers_to_any(under_way)
    while True:
        try:
            response = next(answers)
        except StopIteration as end:
            ended: Response = end.value
            return ended
        fetched = _named(dialogue, response)
        if fetched is None:
            continue
        for uids in under_way.values():
            if fetched.uid in uids:
                yield fetched
                break


def fetch_piece(dialogue: ImapDialogue, uid: Uid, offset: int, size: int) -> bytes | None:
    """Return up to ``size`` bytes of a message from an offset, fewer only at its end; None when it is gone."""
    items = b"(UID BODY.PEEK[]<%d.%d>)" % (offset, size)
    piece: bytes | None = None
    for fetched in _fetch(dialogue, UidSet.of([uid]), items):
        piece = fetched.sections.get("", piece)
    return piece


def _fetch(dialogue: ImapDialogue, uids: UidSet, items: bytes, modifier: bytes = b"") -> Iterator[Fetched]:
    for part in short_sets(uids):
        done = False
        try:
            answers = dialogue.answers(b"UID FETCH " + part + b" " + items + modifier)
            for response in answers:
                fetched = _named(dialogue, response)
                if fetched is not None and fetched.uid in uids:
                    yield fetched
            done = True
        except (ServerRefused, ServerBusy):
            done = True  # The answer is complete, and it is no: the connection is as good as before.
            raise
        finally:
            if not done:
                # Whoever stops listening in the middle of an answer cannot use this connection again.
                dialogue.wire.close()


def _named(dialogue: ImapDialogue, response: Response) -> Fetched | None:
    """Return the FETCH answer that names a UID, and notice all else."""
    fetched = _read_fetch(dialogue, response)
    if fetched is None:
        dialogue.notice(response)
    elif fetched.uid is None:
        # Unasked and without UID: about a sequence number, so it proves only that something changed.
        dialogue.changed = True
    else:
        return fetched
    return None


def _read_fetch(dialogue: ImapDialogue, response: Response) -> Fetched | None:
    try:
        return parse_fetch(response)
    except MalformedReply as error:
        raise dialogue.wire.malformed(error.sentence, response.line) from error


def short_sets(uids: UidSet) -> Iterator[bytes]:
    """Yield the set in pieces that fit a command line."""
    line = bytearray()
    for low, high in uids.ranges:
        token = b"%d" % low if low == high else b"%d:%d" % (low, high)
        if line and len(line) + len(token) > MAX_SET_BYTES:
            yield bytes(line)
            line.clear()
        line += b"," + token if line else token
    if line:
        yield bytes(line)
