"""Who a message is, as rows: its Message-ID, the conversation that it belongs to, its copies and how they differ. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from mailclient.ui.models.sentences import short_date
from mailclient.ui.xray.rows import MAX_CELL, Row
from mailclient.xray.copies import Copy
from mailclient.xray.copy_difference import FieldChange, FieldDifference, Sameness
from mailclient.xray.identity import Identity, Link
from mailclient.xray.identity_json import NOT_LOOKED
from mailclient.xray.inspection import Inspection
from mailclient.xray.line_difference import OneSidedLine

OPEN_IT = "Press Enter to go to it."
_SAMENESS_WORDS = {
    Sameness.IDENTICAL: "Identical",
    Sameness.TRACE: "Same content",
    Sameness.ENCODING: "Same content, other form",
    Sameness.ADDED: "Text added",
    Sameness.CHANGED: "Changed",
    Sameness.UNKNOWN: "Not compared",
}


def identity_rows(inspection: Inspection) -> tuple[Row, ...]:
    """Return the three groups."""
    identity = inspection.identity
    return _message_id_group(identity), _conversation_group(identity), _copies_group(identity)


def _message_id_group(identity: Identity) -> Row:
    rows = []
    for number, found in enumerate(identity.identifiers):
        name = "Message-ID" if not number else "Another Message-ID"
        place = identity.place if not number else None
        detail = found.problem or "It names this message, and no other, wherever it goes."
        mark = ("warning", "warning") if found.problem else ("key", "muted")
        rows.append(Row((name, found.text[:MAX_CELL], ""), place, f"{found.text}\n{detail}", *mark, found))
        if found.problem:
            rows.append(Row(("Its form", found.problem, ""), place, f"{found.problem}\nRFC 5322 section 3.6.4"))
    for name, sentence in (("Domain", identity.owner.whose), ("Written by", identity.owner.written_by)):
        if sentence and identity.identifiers:
            detail = f"{sentence}\nA hint, no proof: the field is text, and anybody can write any text."
            rows.append(Row((name, sentence, ""), identity.place, detail, "info"))
    for place in identity.owner.in_received:
        sentence = "A server's own number for the message is part of the identifier."
        rows.append(Row(("In Received", sentence, ""), place, sentence, "headers"))
    said = "" if identity.identifiers else "The message has none: answers cannot refer to it."
    return Row(("Message-ID", said, ""), identity.place, said or "What names this message.", children=tuple(rows))


def _conversation_group(identity: Identity) -> Row:
    count = len(identity.chain)
    if not count:
        told = "The message refers to no other."
        return Row(("Conversation", told, ""), None, f"{told} It begins a conversation, or its program forgot to say.")
    told = f"{count} {'message' if count == 1 else 'messages'} before this one"
    if identity.looked and identity.missing:
        told += f", {identity.missing} not here"
    if identity.left_out:
        told += f"; {identity.left_out} more are left out"
    detail = f"{told}. The oldest stands first." + ("" if identity.looked else f"\n{NOT_LOOKED}")
    rows = tuple(_link_row(number, link, identity) for number, link in enumerate(identity.chain, start=1))
    return Row(("Conversation", told, ""), None, detail, children=rows)


def _link_row(number: int, link: Link, identity: Identity) -> Row:
    by = "In-Reply-To" if link.is_parent else ""
    by += (" and References" if by else "References") if link.in_references else ""
    detail = f"{link.name}\nNamed by {by}." + (" This one is answered." if link.is_parent else "")
    parent = ", parent" if link.is_parent else ""
    if not link.here:
        state = "Not here" if identity.looked else "Not looked for"
        why = "\nIt never came here, was deleted, or lies in a folder that is not kept here." if identity.looked else ""
        return Row((f"{number}. {state}{parent}", link.name, ""), link.place, detail + why, "info", "muted", link)
    one = link.here[0]
    says = f"{one.subject or '(no subject)'} – {one.sender_name or one.sender_address}"
    when = f", {short_date(one.date_unix_s)}" if one.date_unix_s is not None else ""
    cells = (f"{number}. Here{parent}", says[:MAX_CELL], f"{identity.where(one)}{when}")
    return Row(cells, link.place, f"{detail}\n{OPEN_IT}", "unread", "accent", one)


def _copies_group(identity: Identity) -> Row:
    if not identity.looked:
        return Row(("Copies", NOT_LOOKED, ""), None, NOT_LOOKED)
    others = sum(1 for copy in identity.copies if not copy.is_shown)
    told = "One other is here." if others == 1 else f"{others} others are here." if others else "No other is here."
    rows = tuple(_copy_row(copy, identity) for copy in identity.copies)
    return Row(("Copies", told, ""), None, f"Messages with this Message-ID: {told}", children=rows)


def _copy_row(copy: Copy, identity: Identity) -> Row:
    detail = [f"{copy.reason.sentence} {copy.summary}"]
    if copy.reason.evidence:
        detail.append(f"Says so: {copy.reason.evidence}")
    if not copy.is_shown:
        detail.append(OPEN_IT)
    if copy.is_shown:
        word, mark = "This one", ("read", "accent")
    elif copy.contradicts:
        word, mark = "Another message", ("warning", "warning")
    else:
        word, mark = _SAMENESS_WORDS[copy.difference.sameness], ("unread", "muted")
    place = copy.reason.place if copy.is_shown else None
    cells = (word, copy.reason.sentence, identity.where(copy.stored))
    return Row(cells, place, "\n".join(detail), *mark, copy.stored, tuple(_difference_rows(copy)))


def _difference_rows(copy: Copy) -> Iterator[Row]:
    for sentence in copy.way:
        yield Row(("On the way", sentence, ""), None, sentence, "sent", "muted")
    for field in copy.difference.fields:
        yield _field_row(field)
    lines = copy.difference.lines
    for line in lines.lines:
        yield _line_row(line)
    hidden = lines.only_first + lines.only_second - len(lines.lines)
    if hidden > 0:
        yield Row(("And more", f"{hidden} more lines differ.", ""), None, "Only the first lines are listed.")


def _field_row(field: FieldDifference) -> Row:
    way = (
        "Those who carry mail add such fields."
        if field.on_the_way
        else "Servers leave this field alone; lists may not."
    )
    match field.change:
        case FieldChange.ONLY_HERE:
            word, says = "Only the shown", f"{field.name}: {field.here}"
            detail = f"{says}\n{way}"
        case FieldChange.ONLY_THERE:
            word, says = "Only this copy", f"{field.name}: {field.there}"
            detail = f"{says}\n{way}"
        case FieldChange.VALUE:
            word, says = "Differs", f"{field.name}: {field.there}"
            detail = f"{field.name} of the shown one: {field.here}\nOf this copy: {field.there}\n{way}"
    mark = ("headers", "muted" if field.on_the_way else "accent")
    return Row((word, says[:MAX_CELL], "header"), field.place, detail, *mark, field)


def _line_row(line: OneSidedLine) -> Row:
    word = "Only the shown" if line.is_first else "Only this copy"
    text = line.text or "(an empty line)"
    return Row((word, text, f"line {line.number}"), None, f"{word}: {text}", "read", "muted", line)
