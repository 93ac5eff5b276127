"""What can be taken out of the X-ray: a part, the message, and the report of it as text, HTML or JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from mailclient.domain.errors import BadInput
from mailclient.mime.filenames import safe_filename
from mailclient.mime.headers import parse_header_block
from mailclient.mime.tree import Part
from mailclient.ui.models.sentences import size
from mailclient.ui.reading.saving import save_as
from mailclient.xray.enclosed import EnclosedFile
from mailclient.xray.inspection import Inspection
from mailclient.xray.report import inspection_json
from mailclient.xray.report_text import report_as_html, report_as_text

Tell = Callable[[str], object]


def report_bytes(inspection: Inspection, suffix: str) -> bytes:
    """Return the report in the form that a file's name ends with; text for any other."""
    match suffix.lower():
        case ".json":
            return json.dumps(inspection_json(inspection), ensure_ascii=False, indent=1).encode()
        case ".html" | ".htm":
            return report_as_html(inspection).encode()
        case _:
            return report_as_text(inspection).encode()


def save_report(parent: QWidget, inspection: Inspection, tell: Tell) -> None:
    """Ask where to, and save the report."""
    kinds = "Text (*.txt);;HTML (*.html);;JSON (*.json)"
    chosen, _ = QFileDialog.getSaveFileName(parent, "Save report", "report.txt", kinds)
    if chosen:
        write(Path(chosen), report_bytes(inspection, Path(chosen).suffix), tell)


def save_part(parent: QWidget, inspection: Inspection, part: Part, tell: Tell, *, decoded: bool) -> None:
    """Ask where to, and save a part."""
    name = safe_filename(part.filename or f"part {part.section or 'message'}.{'bin' if decoded else 'txt'}")
    chosen, _ = QFileDialog.getSaveFileName(parent, "Save part", name)
    if chosen:
        data = inspection.message.decoded(part) if decoded else inspection.raw[part.start : part.end]
        write(Path(chosen), data, tell)


def save_enclosed(parent: QWidget, inspection: Inspection, file: EnclosedFile, tell: Tell, *, decoded: bool) -> None:
    """Ask where to, and save a file that is inside of a part; not decoded: the bytes that hold it."""
    name = file.safe_name if decoded else f"{file.safe_name}.txt"
    chosen, _ = QFileDialog.getSaveFileName(parent, "Save file", name)
    if chosen:
        start, end = file.place
        write(Path(chosen), file.data if decoded else inspection.raw[start:end], tell)


def save_message(parent: QWidget, raw: bytes, tell: Tell) -> None:
    """Ask where to, and save a whole message, bit by bit as it came."""
    subject = parse_header_block(raw).first("Subject") or "message"
    chosen, _ = QFileDialog.getSaveFileName(parent, "Save message", safe_filename(f"{subject[:80]}.eml"))
    if chosen:
        write(Path(chosen), raw, tell)


def write(path: Path, data: bytes, tell: Tell) -> None:
    """Write a file, and say so."""
    try:
        save_as(path, data)
    except BadInput as error:
        tell(error.sentence)
    else:
        tell(f"Saved {size(len(data))} as “{path.name}”.")
