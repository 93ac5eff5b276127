"""Reports field by field, wrappers, and files inside of parts, as rows. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from mailclient.mime.tree import Part
from mailclient.ui.models.sentences import size
from mailclient.ui.xray.rows import MAX_CELL, Row
from mailclient.xray.enclosed import EnclosedFile, Enclosure
from mailclient.xray.inspection import Inspection
from mailclient.xray.reports import Report
from mailclient.xray.wrappers import Wrapper, WrapperKind

_TITLES = {
    WrapperKind.DIGEST: "Digest",
    WrapperKind.PARTIAL: "Piece of a message",
    WrapperKind.EXTERNAL: "Content elsewhere",
    WrapperKind.SIGNED: "Signed",
    WrapperKind.ENCRYPTED: "Encrypted",
    WrapperKind.CALENDAR: "Calendar",
}
SAVE_IT = "“Save decoded…” saves it."


def report_group(report: Report) -> Row:
    """Return a report: a row for the message and for each recipient, and their fields in them."""
    groups = tuple(
        Row(
            (group.title, group.summary, ""),
            (group.fields[0].evidence[0], group.fields[-1].evidence[1]) if group.fields else None,
            f"{group.title}\n{group.summary}".strip(),
            "account" if group.summary else "unread",
            "muted",
            group,
            tuple(
                Row(
                    (field.name, field.value[:MAX_CELL], ""),
                    field.evidence,
                    "\n".join(filter(None, (f"{field.name}: {field.value}", field.meaning, field.rfc))),
                    "headers",
                    thing=field,
                )
                for field in group.fields
            ),
        )
        for group in report.groups
    )
    where = _where(report.section)
    return Row((f"Report ({report.kind.value})", report.summary, where), None, report.summary, children=groups)


def wrapper_group(wrapper: Wrapper, inspection: Inspection) -> Row:
    """Return what wraps something, or stands for it."""
    place = _body(inspection, wrapper.section)
    rows = [
        Row((name, value[:MAX_CELL], ""), place, f"{name}: {value}", "headers")
        for name, value in wrapper.details
        if value
    ]
    for word, sections in (("Covers", wrapper.covered), ("Does not cover", wrapper.uncovered)):
        for section in sections:
            part = _part(inspection, section)
            what = part.content_type if part is not None else ""
            sentence = f"{word} {_where(section)}" + (f" ({what})" if what else "") + "."
            mark = ("key", "muted") if word == "Covers" else ("info", "accent")
            rows.append(Row((word, what, _where(section)), _body(inspection, section), sentence, *mark))
    cells = (_TITLES[wrapper.kind], wrapper.summary, _where(wrapper.section))
    return Row(cells, place, wrapper.summary, children=tuple(rows))


def enclosure_group(enclosure: Enclosure) -> Row:
    """Return the files inside of a part, and what its wrapper tells beside them."""
    files = tuple(
        Row((file.content_type, file.name or "(no name)", size(len(file.data))), file.place, file_detail(file),
            "warning" if file.problems else "attachment", "warning" if file.problems else "muted", file)
        for file in enclosure.files
    )  # fmt: skip
    values = tuple(
        Row((value.name, value.value[:MAX_CELL], ""), value.place, f"{value.name}: {value.value}", "headers")
        for value in enclosure.values
    )
    if enclosure.text:
        text = enclosure.text[:MAX_CELL]
        values = (Row(("Text", " ".join(text.split()), ""), None, text, "headers"), *values)
    return Row(
        ("Enclosed files", enclosure.summary, _where(enclosure.section)),
        None,
        enclosure.summary,
        children=files + values,
    )


def file_detail(file: EnclosedFile) -> str:
    """Return what is said of a file inside of a part."""
    told = (
        f"{file.name or 'A file without a name'}: {file.content_type}, {size(len(file.data))}, written as {file.way}."
    )
    return "\n".join((told, *file.problems, f"SHA-256 {file.sha256}", SAVE_IT))


def enclosed_parts(enclosed: Sequence[Enclosure], part: Part) -> tuple[Row, ...]:
    """Return the files inside of a part as rows of the structure."""
    return tuple(
        Row(
            ("inside", file.content_type, file.way, size(len(file.data)), "in the part", file.name),
            file.place,
            file_detail(file),
            "attachment",
            thing=file,
        )
        for enclosure in enclosed
        if enclosure.section == part.section
        for file in enclosure.files
        if part.start <= file.place[0] and file.place[1] <= part.end
    )


def _where(section: str) -> str:
    return f"part {section}" if section else "the message"


def _part(inspection: Inspection, section: str) -> Part | None:
    return inspection.message.part(section) if section else inspection.message.root


def _body(inspection: Inspection, section: str) -> tuple[int, int] | None:
    part = _part(inspection, section)
    return (part.start, part.end) if part is not None else None
