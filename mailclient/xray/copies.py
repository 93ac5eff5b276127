"""All copies of one message: why each is here, how it differs from the one that is shown, and what the way changed.

The bytes of the copies are handed in; a bounded number is compared. Two different messages under one Message-ID are told
apart from copies that lists and servers changed. Pure. RFC 5322 section 3.6.4, RFC 6376 section 3.7 (body hash).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from mailclient.domain.folder import FolderRole
from mailclient.domain.stored import StoredMessage
from mailclient.mime.tree import Message
from mailclient.xray.collection import Around, Collection
from mailclient.xray.copy_difference import Difference, FieldChange, Sameness, compare
from mailclient.xray.copy_reason import Reason, reason_for
from mailclient.xray.dkim import check_body, covered, signature_fields
from mailclient.xray.dkim_tags import parse_signature
from mailclient.xray.finding import Finding, Severity
from mailclient.xray.opened import OpenedMessage, open_message

MAX_COMPARED: Final = 8
MAX_BYTES: Final = 16_000_000
"""Of all copies that are compared, together."""
DIFFERENT_WORDS: Final = 0.4
"""Texts that share fewer of their words are different texts, not one text with a footer."""
_PLACES: Final = {FolderRole.ALL, FolderRole.FLAGGED}


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy of the message that is shown."""

    stored: StoredMessage
    is_shown: bool
    reason: Reason
    difference: Difference
    """From the one that is shown to this one."""
    summary: str
    """How it differs, in a sentence."""
    way: tuple[str, ...] = ()
    """What the way changed, when one of the two is the own Sent copy and the other came back."""
    contradicts: bool = False
    """It is another message under the same Message-ID."""


def examine_copies(
    shown: OpenedMessage, stored: Sequence[StoredMessage], collection: Collection, around: Around
) -> tuple[Copy, ...]:
    """Return the copies that are here, the shown one first."""
    mine = next((one for one in stored if one.id == around.shown), None)
    role = mine.folder_role if mine else FolderRole.NONE
    own_reason = reason_for(shown.message.headers, role, around.own.all_addresses)
    copies: list[Copy] = []
    if mine is not None:
        copies.append(Copy(mine, True, own_reason, Difference(Sameness.IDENTICAL), "The one that is shown."))
    room, compared = MAX_BYTES, 0
    for one in stored:
        if one is mine:
            continue
        raw = None
        if compared < MAX_COMPARED and one.size_bytes <= room:
            raw = collection.raw(one.id)
        if raw is None:
            copies.append(_not_whole(one, around.own.all_addresses))
            continue
        room, compared = room - len(raw), compared + 1
        copies.append(_compared(shown, own_reason, mine, one, raw, around))
    return tuple(copies)


def _not_whole(one: StoredMessage, own: frozenset[str]) -> Copy:
    sentence = "Only its header is known here, so it cannot be compared."
    if one.sender_address.lower() in own and one.folder_role in _OWN:
        reason = Reason("Your own copy.", is_own=True)
    else:
        reason = Reason("It lies in another folder.")
    return Copy(one, False, reason, Difference(Sameness.UNKNOWN), sentence)


_OWN: Final = {FolderRole.SENT, FolderRole.DRAFTS}


def _compared(
    shown: OpenedMessage, own_reason: Reason, mine: StoredMessage | None, one: StoredMessage, raw: bytes, around: Around
) -> Copy:
    if raw == shown.raw:
        reason = own_reason if mine is None else _same_elsewhere(mine, one)
        return Copy(one, False, reason, Difference(Sameness.IDENTICAL), "Byte for byte the same.")
    other = open_message(raw)
    difference = compare(shown, other, around.place_field)
    reason = reason_for(other.message.headers, one.folder_role, around.own.all_addresses)
    if mine is not None and mine.account_id != one.account_id and not reason.is_own:
        name = around.account_names.get(one.account_id)
        through = f"the account {name}" if name else "another of your accounts"
        reason = replace(reason, sentence=f"{reason.sentence} It came through {through}.")
    contradicts = not (own_reason.explains_changes or reason.explains_changes) and _contradicts(difference)
    way: tuple[str, ...] = ()
    if own_reason.is_own and not reason.is_own:
        way = tuple(changes_on_the_way(shown, other, compare(shown, other, around.place_field)))
    elif reason.is_own and not own_reason.is_own:
        way = tuple(changes_on_the_way(other, shown, compare(other, shown, around.place_field)))
    summary = "Another message under the same Message-ID." if contradicts else difference_sentence(difference)
    return Copy(one, False, reason, difference, summary, way, contradicts)


def _same_elsewhere(mine: StoredMessage, one: StoredMessage) -> Reason:
    if mine.account_id != one.account_id:
        return Reason(
            "The same message in another of your accounts: it was copied or moved there, or both show one mailbox."
        )
    if mine.folder_role in _PLACES or one.folder_role in _PLACES:
        return Reason("The same message: the server shows it in more than one folder.")
    return Reason("The same message in another folder: it was copied there, or the server shows it in both.")


def _contradicts(difference: Difference) -> bool:
    return not difference.same_sender or not difference.same_subject or difference.words_shared < DIFFERENT_WORDS


def difference_sentence(difference: Difference) -> str:
    """Return in a sentence how a copy differs from the one that is shown."""
    lines = difference.lines
    match difference.sameness:
        case Sameness.IDENTICAL:
            return "Byte for byte the same."
        case Sameness.UNKNOWN:
            return "It cannot be compared."
        case Sameness.TRACE:
            return "Only fields differ that are added on the way; the content is the same."
        case Sameness.ENCODING:
            return "The same content, written down in another way."
        case Sameness.ADDED | Sameness.CHANGED:
            names = dict.fromkeys(field.name for field in difference.fields if not field.on_the_way)
            told = [f"{', '.join(list(names)[:6])} {'differ' if len(names) > 1 else 'differs'}"] if names else []
            if lines.only_second:
                told.append(f"it has {_count(lines.only_second)} that the shown one lacks")
            if lines.only_first:
                told.append(f"it lacks {_count(lines.only_first)} of the shown one")
            sentence = "; ".join(told) or "its parts are put together in another way"
            return f"{sentence[0].upper()}{sentence[1:]}."


def _count(lines: int) -> str:
    return "a line" if lines == 1 else f"{lines} lines"


def changes_on_the_way(sent: OpenedMessage, came: OpenedMessage, difference: Difference) -> Iterator[str]:
    """Yield in sentences what became of a message between sending and coming back; ``difference`` is sent against came."""
    added = Counter(field.name for field in difference.fields if field.change is FieldChange.ONLY_THERE)
    if added:
        names = ", ".join(f"{name} ({count})" if count > 1 else name for name, count in list(added.items())[:20])
        yield f"The way added {_fields(added.total())}: {names}."
    for field in difference.fields:
        low = field.name.lower()
        if field.change is FieldChange.ONLY_HERE and low == "bcc":
            yield "Bcc was taken out before sending, as it must be: hidden recipients stay hidden."
        elif field.change is FieldChange.ONLY_HERE:
            yield f"{field.name} was taken out."
        elif field.change is FieldChange.VALUE:
            yield f"{field.name} was changed from “{field.here[:120]}” to “{field.there[:120]}”."
    lines = difference.lines
    if difference.body_is_same:
        yield "The body came back as it was sent."
    elif not lines.only_first and not lines.only_second:
        yield "The body was written down in another way; what it says is the same."
    else:
        gained = f"{_count(lines.only_second)} came in" if lines.only_second else ""
        lost = f"{_count(lines.only_first)} went away" if lines.only_first else ""
        yield f"The text was changed: {' and '.join(word for word in (gained, lost) if word)}."
    yield from _signatures(sent.message, came.message)


def _fields(count: int) -> str:
    return "one field" if count == 1 else f"{count} fields"


def _signatures(sent: Message, came: Message) -> Iterator[str]:
    """Say of each signature whether its hash of the body still fits."""
    before, after = covered(sent.raw, sent.headers), covered(came.raw, came.headers)
    for field in signature_fields(came.headers):
        signature = parse_signature(field.raw[field.value_start - field.start :].decode("utf-8", "replace"))
        if signature.errors:
            continue
        fits_now, _ = check_body(after, signature)
        fits_sent, _ = check_body(before, signature)
        who = f"The signature of {signature.domain[:100]}"
        if fits_now:
            made = "" if fits_sent else " It was made after the body had been changed."
            yield f"{who} fits the body that came back.{made}"
        elif fits_sent:
            yield f"{who} fits the body as you sent it, and no longer the one that came back: it was changed on the way."
        else:
            yield f"{who} fits neither the body that you sent nor the one that came back."


def copy_findings(copies: Sequence[Copy], evidence: tuple[int, int] | None) -> Iterator[Finding]:
    """Yield what is remarkable about copies."""
    for copy in copies:
        if copy.contradicts:
            title = (
                f"Another message in “{copy.stored.folder_name[:80]}” has the same Message-ID, but says something else."
            )
            why = (
                "A Message-ID must be used once. Programs that take the two for copies show only one of them. "
                "Careless programs number their messages so; somebody may also do it to hide one message behind another."
            )
            yield Finding("message-id-used-twice", Severity.WARNING, title, why, evidence, "RFC 5322 section 3.6.4")
            return
