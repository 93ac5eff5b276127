"""A message as one document: headers, structure, body, attachments, sender, identity, each with its byte ranges.

The keys are stable and documented in ``docs/inspect.md``. Pure. RFC 5322, RFC 2045, RFC 2369, RFC 2919.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Final

from mailclient.mime.body import BodyChoice
from mailclient.mime.defects import Defect
from mailclient.mime.headers import HeaderBlock
from mailclient.mime.tree import Message
from mailclient.mime.wire import summarise_headers
from mailclient.xray.authentication_report import authentication_json
from mailclient.xray.content_json import content_json
from mailclient.xray.inspection import Context, Inspection, inspect
from mailclient.xray.json_values import Json, finding_json
from mailclient.xray.route_report import route_json
from mailclient.xray.structure_json import structure_json

Explain = Callable[[str], tuple[str, str]]
"""Given a header's name, returns a sentence and its RFC."""

MAX_TEXT: Final = 1_000_000
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


def report_json(raw: bytes, explain: Explain) -> Json:
    """Return the report of a message; any bytes have one."""
    return inspection_json(inspect(raw, Context(explain_field=explain)), explain)


def inspection_json(inspection: Inspection, explain: Explain) -> Json:
    """Return the report of an inspection."""
    opened, message, truth, raw = inspection.opened, inspection.message, inspection.sender, inspection.raw
    choice = opened.choice
    summary = summarise_headers(raw[message.headers.start : message.headers.end])
    return {
        "headers": _headers(message.headers, explain),
        "structure": structure_json(inspection.parts),
        "body": _body(message, choice),
        "content": content_json(inspection.content),
        "attachments": [
            {
                "section": attachment.section,
                "filename": attachment.filename,
                "content_type": attachment.content_type,
                "size": len(data := opened.data(attachment.part)),
                "sha256": hashlib.sha256(data).hexdigest(),
            }
            for attachment in choice.attachments
        ],
        "sender": {
            "display_name": truth.display_name,
            "address": truth.address,
            "ambiguous": truth.ambiguous,
            "warnings": list(truth.warnings),
        },
        "route": route_json(inspection.route),
        "authentication": authentication_json(inspection),
        "identity": {
            "message_id": summary.message_id,
            "in_reply_to": summary.in_reply_to,
            "references": list(summary.references),
            "list": {name: value for name in _LIST_FIELDS if (value := message.headers.first(name)) is not None},
        },
        "findings": [finding_json(found) for found in inspection.findings],
    }


def _headers(block: HeaderBlock, explain: Explain) -> list[Json]:
    result: list[Json] = []
    for field in block.fields:
        sentence, rfc = explain(field.name)
        mine = [defect for defect in block.defects if field.start <= defect.start < field.end]
        result.append(
            {
                "name": field.name,
                "value": field.text,
                "raw": field.raw.decode("latin-1"),
                "range": [field.start, field.end],
                "explanation": sentence,
                "rfc": rfc,
                "defects": [_defect(defect) for defect in mine],
            }
        )
    return result


def _defect(defect: Defect) -> Json:
    return {"id": defect.kind.value, "sentence": defect.sentence, "range": [defect.start, defect.end]}


def _body(message: Message, choice: BodyChoice) -> Json:
    text, html = choice.text_part, choice.html_part
    return {
        "text": message.text(text).text[:MAX_TEXT] if text else None,
        "text_section": text.section if text else None,
        "html": message.text(html).text[:MAX_TEXT] if html else None,
        "html_section": html.section if html else None,
    }
