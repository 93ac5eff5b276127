"""Who a message is, as JSON and as lines for people: Message-ID, chain, copies. Pure.

The keys are documented in ``docs/inspect.md``. RFC 5322 section 3.6.4.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mailclient.domain.stored import StoredMessage
from mailclient.mime.wire import summarise_headers
from mailclient.xray.copies import Copy
from mailclient.xray.identity import Identity, Link
from mailclient.xray.inspection import Inspection
from mailclient.xray.json_values import Json

_LIST_FIELDS: Final = (
    "List-Id",
    "List-Post",
    "List-Help",
    "List-Subscribe",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "List-Owner",
    "List-Archive",
)
NOT_LOOKED: Final = "Copies and parents were not looked for: there was no store of messages to look into."


def identity_json(inspection: Inspection) -> Json:
    """Return who a message is."""
    identity, block = inspection.identity, inspection.message.headers
    summary = summarise_headers(inspection.raw[block.start : block.end])
    first = identity.identifiers[0] if identity.identifiers else None
    return {
        "message_id": summary.message_id,
        "well_formed": first.well_formed if first else None,
        "problem": (first.problem or None) if first else None,
        "domain": (first.domain or None) if first else None,
        "domain_kind": first.domain_kind.value if first else None,
        "software": first.form.software if first and first.form else None,
        "whose": identity.owner.whose or None,
        "written_by": identity.owner.written_by or None,
        "range": list(identity.place) if identity.place else None,
        "in_received": [list(place) for place in identity.owner.in_received],
        "in_reply_to": summary.in_reply_to,
        "references": list(summary.references),
        "looked": identity.looked,
        "chain": [_link(link, identity) for link in identity.chain],
        "copies": [_copy(copy) for copy in identity.copies] if identity.looked else None,
        "list": {name: value for name in _LIST_FIELDS if (value := block.first(name)) is not None},
    }


def _link(link: Link, identity: Identity) -> Json:
    return {
        "message_id": link.name,
        "range": list(link.place),
        "parent": link.is_parent,
        "in_references": link.in_references,
        "here": [_stored(one) for one in link.here] if identity.looked else None,
    }


def _stored(one: StoredMessage) -> dict[str, Json]:
    return {
        "id": one.id,
        "account": one.account_id,
        "folder": one.folder_name,
        "role": one.folder_role.value,
        "subject": one.subject,
        "from": one.sender_address,
        "date": one.date_unix_s,
    }


def _copy(copy: Copy) -> Json:
    difference = copy.difference
    return {
        **_stored(copy.stored),
        "shown": copy.is_shown,
        "reason": copy.reason.sentence,
        "evidence": copy.reason.evidence or None,
        "sameness": difference.sameness.value,
        "summary": copy.summary,
        "contradicts": copy.contradicts,
        "fields": [
            {
                "name": field.name,
                "change": field.change.value,
                "here": field.here,
                "there": field.there,
                "on_the_way": field.on_the_way,
            }
            for field in difference.fields
        ],
        "lines": [
            {"only": "here" if line.is_first else "there", "number": line.number, "text": line.text}
            for line in difference.lines.lines
        ],
        "way": list(copy.way),
    }


def identity_lines(identity: Identity) -> Iterator[tuple[str, str]]:
    """Yield the lines of a report for people: a short word and a sentence."""
    for found in identity.identifiers:
        yield "Message-ID", f"{found.text} {found.problem}".rstrip()
    yield "Domain", identity.owner.whose
    if identity.owner.written_by:
        yield "Written by", identity.owner.written_by
    for number, link in enumerate(identity.chain, start=1):
        place = link.here[0] if link.here else None
        here = f"here in “{identity.where(place)}”: {place.subject}" if place else "not here" if identity.looked else ""
        parent = ", the message that is answered" if link.is_parent else ""
        yield f"Refers to {number}", f"{link.name}{parent}" + (f"; {here}" if here else "")
    for copy in identity.copies:
        where = f"“{identity.where(copy.stored)}”"
        yield "Copy" if not copy.is_shown else "This copy", f"In {where}. {copy.reason.sentence} {copy.summary}"
        for sentence in copy.way:
            yield "On the way", sentence
    if not identity.looked:
        yield "", NOT_LOOKED
