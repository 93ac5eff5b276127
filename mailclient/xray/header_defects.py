"""What is wrong with a header as a whole and with its lines; and with the bytes of the body.

RFC 5322 sections 2.1, 2.2, 3.6 and 4; RFC 5321 section 4.4; RFC 5504; RFC 5536 section 3.2.1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from mailclient.mime.defects import Defect, DefectKind
from mailclient.mime.headers import HeaderBlock
from mailclient.mime.tree import Message

_ONCE: Final = (
    "date", "sender", "reply-to", "to", "cc", "bcc", "message-id", "in-reply-to", "references", "subject",
    "mime-version",
)  # fmt: skip
_CONTRADICTED: Final = frozenset({"sender", "reply-to", "subject"})
"""Those by which a reader judges a message."""
_NOT_EMPTY: Final = ("from", "date", "sender", "reply-to", "to", "message-id")
_TRACE: Final = frozenset({"received", "return-path"})
_BY_THE_AUTHOR: Final = frozenset({"from", "to", "subject", "date"})
_CONTROL: Final = re.compile(rb"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BLANK_LINE: Final = re.compile(rb"\n[ \t]+\r?\n")
_MANY_FOLDS: Final = re.compile(rb"(?:\r?\n[ \t]+(?=\r?\n)){10,}")
_FOLD_IN_ANGLE: Final = re.compile(rb"<[^<>\r\n\s]+\r?\n[ \t]+[^<>\r\n]+>")
_ADDRESS_OR_ID: Final = frozenset({"from", "sender", "reply-to", "to", "cc", "message-id", "in-reply-to"})
_SPACE_IN_NAME: Final = re.compile(rb"[A-Za-z][\w-]{0,60}(?:[ \t]+[\w-]{1,60})+:")
_8BIT_IN_NAME: Final = re.compile(rb"[!-9;-~]*[\x80-\xff][!-9;-~\x80-\xff]*:")
_INNER_END: Final = re.compile(rb"(?<!\r)\n\.\r?\n|\r\n\.\n")
_BARE_CR: Final = re.compile(rb"\r(?!\n)")
_BARE_LF: Final = re.compile(rb"(?<!\r)\n")
_8BIT: Final = re.compile(rb"[\x80-\xff]+")
_KNOWN: Final = frozenset(
    "from to cc bcc date subject sender replyto returnpath received messageid references inreplyto contenttype"
    " contenttransferencoding contentdisposition mimeversion authenticationresults dkimsignature listunsubscribe".split()
)
_LIKE: Final = str.maketrans({"0": "o", "1": "l", "3": "e", "5": "s", "-": None, "_": None, ".": None})


def header_defects(message: Message) -> Iterator[Defect]:
    """Return what is wrong with the header of a message; what From lacks or has twice is told with the sender."""
    block, raw = message.headers, message.raw
    yield from _fields(block)
    yield from _trace(block)
    yield from _lines(raw, block)
    for defect in block.defects:
        if defect.kind is DefectKind.HEADER_ENDED_EARLY:
            yield from _line_that_ended_it(raw, defect)


def _whole(kind: DefectKind, sentence: str, block: HeaderBlock) -> Defect:
    return Defect(kind, sentence, block.start, block.end)


def _fields(block: HeaderBlock) -> Iterator[Defect]:
    known = block.by_name
    if "date" not in known:
        yield _whole(DefectKind.MISSING_FIELD, "There is no Date field.", block)
    if not any(name in known for name in ("to", "cc", "bcc")):
        yield _whole(DefectKind.NO_RECIPIENT, "No field names a recipient.", block)
    for name in _ONCE:
        found = known.get(name, ())
        if len(found) > 1:
            differs = name in _CONTRADICTED and len({field.value_raw for field in found}) > 1
            kind = DefectKind.FIELD_CONTRADICTED if differs else DefectKind.DUPLICATE_FIELD
            says = "and says different things" if differs else "it may stand once"
            sentence = f"{found[0].name} stands {len(found)} times{'' if differs else ';'} {says}."
            yield Defect(kind, sentence, found[1].start, found[1].end)
    for name in _NOT_EMPTY:
        for field in known.get(name, ())[:1]:
            if not field.value_raw:
                yield Defect(DefectKind.EMPTY_FIELD, f"{field.name} is empty.", field.start, field.end)
    for field in known.get("bcc", ())[:1]:
        if field.value_raw and "received" in known:
            yield Defect(DefectKind.BCC_VISIBLE, "Bcc names those who were to be hidden.", field.start, field.end)
    for name in ("approved", "x-approved"):
        for field in known.get(name, ())[:1]:
            sentence = f"{field.name} can hold the password of a list."
            yield Defect(DefectKind.APPROVED_VISIBLE, sentence, field.start, field.end)
    for field in block.fields:
        name = field.name.lower()
        if name.startswith("downgraded-"):
            sentence = f"{field.name} keeps a field that a server could not pass on as it was."
            yield Defect(DefectKind.DOWNGRADED_FIELD, sentence, field.start, field.end)
        elif ("0" in name or "1" in name or "3" in name or "5" in name or "_" in name) and (
            name.replace("-", "") not in _KNOWN and name.translate(_LIKE) in _KNOWN
        ):
            sentence = f"{field.name} looks like a well-known field and is none."
            yield Defect(DefectKind.FIELD_NAME_LOOKALIKE, sentence, field.start, field.start + len(field.name))


def _trace(block: HeaderBlock) -> Iterator[Defect]:
    known = block.by_name
    paths = known.get("return-path", ())
    if len(paths) > 1:
        sentence = f"Return-Path stands {len(paths)} times."
        yield Defect(DefectKind.SEVERAL_RETURN_PATHS, sentence, paths[1].start, paths[1].end)
    by_author = next((field.start for field in block.fields if field.name.lower() in _BY_THE_AUTHOR), None)
    low = next(
        (
            field
            for field in block.fields
            if by_author is not None and field.start > by_author and field.name.lower() in _TRACE
        ),
        None,
    )
    if low is not None:
        sentence = f"{low.name} stands below fields that the author wrote."
        yield Defect(DefectKind.TRACE_NOT_ON_TOP, sentence, low.start, low.end)
    resent = [name for name in known if name.startswith("resent-")]
    if resent and not {"resent-from", "resent-date"} <= set(resent):
        field = known[resent[0]][0]
        sentence = "The message was sent on, and the fields do not say by whom and when."
        yield Defect(DefectKind.RESENT_INCOMPLETE, sentence, field.start, field.end)


def _lines(raw: bytes, block: HeaderBlock) -> Iterator[Defect]:
    start, end = block.start, block.end
    head = raw[start:end]
    for kind, pattern, sentence in (
        (DefectKind.CONTROL_CHARACTER, _CONTROL, "The header holds a control character."),
        (DefectKind.EXCESSIVE_FOLDING, _MANY_FOLDS, "Many empty lines of a fold stand before a value."),
        (DefectKind.WHITESPACE_ONLY_LINE, _BLANK_LINE, "A line of the header holds nothing but space."),
    ):
        match = pattern.search(head)
        if match is not None:
            yield Defect(kind, sentence, start + match.start(), start + match.end())
    for field in block.fields:
        if field.name.lower() in _ADDRESS_OR_ID and b"\n" in field.raw[:-1]:
            fold = _FOLD_IN_ANGLE.search(field.raw)
            if fold is not None:
                sentence = f"A line of {field.name} is broken inside angle brackets."
                yield Defect(DefectKind.FOLD_IN_ADDRESS, sentence, field.start + fold.start(), field.start + fold.end())
    if b"\r\n" in head:
        bare = _BARE_LF.search(head) if head.count(b"\n") != head.count(b"\r\n") else None
        if bare is not None:
            sentence = "Some lines end in CRLF, others in LF alone."
            yield Defect(DefectKind.MIXED_LINE_ENDS, sentence, start + bare.start(), start + bare.end())
    if not head.isascii() and _is_utf8(head):
        match = _8BIT.search(head)
        if match is not None:
            sentence = "The header holds letters outside ASCII as UTF-8."
            yield Defect(DefectKind.RAW_UTF8, sentence, start + match.start(), start + match.end())


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _line_that_ended_it(raw: bytes, ended: Defect) -> Iterator[Defect]:
    """Say what the line is that is no field."""
    line = raw[ended.start : ended.end]
    if line.startswith(b":"):
        yield Defect(DefectKind.EMPTY_FIELD_NAME, "A field has no name.", ended.start, ended.end)
    elif line.startswith(b">From "):
        sentence = "A line of a mailbox file was taken into the header."
        yield Defect(DefectKind.ESCAPED_FROM_LINE, sentence, ended.start, ended.end)
    else:
        for kind, pattern, sentence in (
            (DefectKind.SPACE_IN_FIELD_NAME, _SPACE_IN_NAME, "The name of a field holds a space."),
            (DefectKind.FIELD_NAME_8BIT, _8BIT_IN_NAME, "The name of a field holds letters outside ASCII."),
        ):
            match = pattern.match(line)
            if match is not None:
                yield Defect(kind, sentence, ended.start, ended.start + match.end())
                return


def body_defects(message: Message) -> Iterator[Defect]:
    """Return what no body may hold unless it is declared to be binary. NUL and long lines are told with their parts."""
    raw, start = message.raw, message.headers.body_start
    if any(part.encoding == "binary" for part in message.root.walk()):
        return
    crlf = raw.count(b"\r\n", start)
    if crlf and raw.count(b"\n", start) != crlf:
        inner = _INNER_END.search(raw, start)
        if inner is not None:
            sentence = "A line of one dot ends in another way than the lines of the message."
            yield Defect(DefectKind.BODY_INNER_END, sentence, *inner.span())
    if raw.count(b"\r", start) != crlf:
        bare = _BARE_CR.search(raw, start)
        if bare is not None:
            yield Defect(DefectKind.BODY_BARE_CR, "A carriage return stands alone in the body.", *bare.span())
