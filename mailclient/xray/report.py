"""A message as one document: headers, structure, body, attachments, sender, identity, each with its byte ranges.

The keys are stable and documented in ``docs/inspect.md``. Pure. RFC 5322, RFC 2045, RFC 2369, RFC 2919.
"""

from __future__ import annotations

import hashlib
from typing import Final

from mailclient.mime.body import BodyChoice
from mailclient.mime.defects import Defect
from mailclient.mime.tree import Message
from mailclient.xray.authentication_report import authentication_json
from mailclient.xray.content_json import content_json
from mailclient.xray.enclosed_json import enclosed_json, reports_json, wrappers_json
from mailclient.xray.field_meaning import FieldMeaning
from mailclient.xray.identity_json import identity_json
from mailclient.xray.inspection import Context, Inspection, inspect
from mailclient.xray.json_values import Json, finding_json
from mailclient.xray.route_report import route_json
from mailclient.xray.sender_report import reply_json, sender_json
from mailclient.xray.structure_json import structure_json

MAX_TEXT: Final = 1_000_000


def report_json(raw: bytes, context: Context) -> Json:
    """Return the report of a message; any bytes have one."""
    return inspection_json(inspect(raw, context))


def inspection_json(inspection: Inspection) -> Json:
    """Return the report of an inspection."""
    opened, message = inspection.opened, inspection.message
    choice = opened.choice
    return {
        "headers": _headers(inspection),
        "structure": structure_json(inspection.parts),
        "body": _body(message, choice),
        "reports": reports_json(inspection.reports),
        "wrappers": wrappers_json(inspection.wrappers),
        "enclosed": enclosed_json(inspection.enclosed),
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
        "sender": sender_json(inspection),
        "reply": reply_json(inspection),
        "route": route_json(inspection.route),
        "authentication": authentication_json(inspection),
        "identity": identity_json(inspection),
        "findings": [finding_json(found) for found in inspection.findings],
    }


def _headers(inspection: Inspection) -> list[Json]:
    result: list[Json] = []
    block = inspection.message.headers
    reports = {report.place[0]: report for report in inspection.fields.fields}
    for field in block.fields:
        report = reports.get(field.start)
        meaning = report.meaning if report else FieldMeaning()
        result.append(
            {
                "name": field.name,
                "value": field.text,
                "raw": field.raw.decode("latin-1"),
                "range": [field.start, field.end],
                "explanation": meaning.sentence,
                "rfc": meaning.rfc,
                "class": meaning.field_class,
                "writer": meaning.writer,
                "status": meaning.status,
                "well_formed": report.well_formed if report else None,
                "oddities": list(report.oddities) if report else [],
                "notes": list(report.notes) if report else [],
                "defects": [_defect(defect) for defect in report.defects] if report else [],
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
