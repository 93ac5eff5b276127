"""Files that are in a message without being parts of it: inside Outlook's winmail.dat, or written into a text.

Programs that list only the parts do not show them. Each file has its data, its type by its bytes, and the bytes of the
message that hold it. Pure and bounded; nothing is opened or run. MS-OXTNEF, POSIX uuencode, yEnc 1.3.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from mailclient.mime.filenames import is_dangerous, safe_filename
from mailclient.mime.tree import Part
from mailclient.xray.finding import Finding, Range, Severity
from mailclient.xray.inline_files import InlineFile, find_inline_files
from mailclient.xray.magic import detect
from mailclient.xray.magic_table import Risk
from mailclient.xray.opened import OpenedMessage
from mailclient.xray.places import Places
from mailclient.xray.tnef import Tnef, TnefAttachment, read_tnef

MAX_FILES: Final = 500
MAX_ATTRIBUTES: Final = 500
MAX_VALUE: Final = 500
TNEF: Final = "winmail.dat"
"""How a file came, when Outlook wrapped it; the other ways are those of ``InlineKind``."""
_TNEF_TYPES: Final = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})


@dataclass(frozen=True, slots=True)
class EnclosedFile:
    """One file."""

    way: str
    """``winmail.dat``, ``uuencode``, ``begin-base64`` or ``yEnc``."""
    section: str
    """Of the part that it is in."""
    name: str
    """As given: not safe as a path."""
    content_type: str
    """By its bytes where they tell, else as declared."""
    data: bytes
    sha256: str
    """Of the data."""
    place: Range
    """The bytes of the message that hold it."""
    problems: tuple[str, ...] = ()
    """Sentences: cut off, a wrong checksum."""

    @property
    def safe_name(self) -> str:
        """A name that can be created."""
        return safe_filename(self.name or "file")


@dataclass(frozen=True, slots=True)
class WrapperValue:
    """One value that winmail.dat tells beside its files."""

    name: str
    value: str
    place: Range


@dataclass(frozen=True, slots=True)
class Enclosure:
    """What one part encloses."""

    section: str
    summary: str
    files: tuple[EnclosedFile, ...]
    values: tuple[WrapperValue, ...] = ()
    """Of winmail.dat."""
    text: str = ""
    """The text of winmail.dat, which the message itself may lack."""
    findings: tuple[Finding, ...] = ()


def examine_enclosed(opened: OpenedMessage) -> tuple[Enclosure, ...]:
    """Return what the parts of a message enclose, in the order of the bytes."""
    found: list[Enclosure] = []
    room = MAX_FILES
    for part in opened.message.root.walk():
        if part.children or room <= 0:
            continue
        enclosure = None
        if part.content_type in _TNEF_TYPES or part.filename.lower() == TNEF:
            enclosure = _tnef(opened, part, room)
        elif part.content_type.startswith("text/"):
            enclosure = _in_text(opened, part, room)
        if enclosure is not None:
            found.append(enclosure)
            room -= len(enclosure.files)
    return tuple(found)


def _in_text(opened: OpenedMessage, part: Part, room: int) -> Enclosure | None:
    data = opened.data(part)
    inline = find_inline_files(data)[:room] if b"begin" in data else ()
    if not inline:
        return None
    places = Places(opened.raw, part)
    files = tuple(
        _file(file.kind.value, part.section, file.name, "", file.data, places.raw_range(*file.place), _problems(file))
        for file in inline
    )
    summary = f"The text holds {_count(len(files))} as they were sent before MIME."
    return Enclosure(part.section, summary, files, findings=tuple(_findings(files)))


def _count(files: int) -> str:
    return "a file" if files == 1 else f"{files} files"


def _file(
    way: str, section: str, name: str, declared: str, data: bytes, place: Range, problems: Iterable[str] = ()
) -> EnclosedFile:
    magic = detect(data)
    kind = magic.content_type if magic else declared or "application/octet-stream"
    return EnclosedFile(way, section, name, kind, data, hashlib.sha256(data).hexdigest(), place, tuple(problems))


def _problems(file: InlineFile) -> Iterator[str]:
    if not file.complete:
        yield "Its end is missing: it was cut off."
    if file.checksum_right is False:
        yield "Its checksum is wrong: it was damaged on the way."
    if file.size_said is not None and file.part is None and file.size_said != len(file.data):
        yield f"It is said to have {file.size_said} bytes and has {len(file.data)}."
    if file.part is not None:
        yield f"It is piece {file.part[0]} of {file.part[1] or '?'} of a larger file."


def _tnef(opened: OpenedMessage, part: Part, room: int) -> Enclosure | None:
    tnef = read_tnef(opened.data(part))
    if tnef is None:
        return None
    places = Places(opened.raw, part)
    whole = part.body_range
    files = tuple(_tnef_file(attachment, part.section, places, whole) for attachment in tnef.attachments[:room])
    values = tuple(
        WrapperValue(each.name, each.value[:MAX_VALUE], places.raw_range(each.start, each.end))
        for each in tnef.attributes[:MAX_ATTRIBUTES]
    )
    summary = f"Outlook's own wrapper (TNEF) with {_count(len(files)) if files else 'no files'}."
    findings = (*_damage(tnef, part), *_findings(files))
    return Enclosure(part.section, summary, files, values, tnef.text, findings)


def _tnef_file(attachment: TnefAttachment, section: str, places: Places, whole: Range) -> EnclosedFile:
    spans = [places.raw_range(each.start, each.end) for each in attachment.attributes[:MAX_ATTRIBUTES]]
    place = (min(span[0] for span in spans), max(span[1] for span in spans)) if spans else whole
    declared = "application/ms-tnef" if attachment.is_message else attachment.content_type
    name = attachment.name or ("message" if attachment.is_message else "")
    return _file(TNEF, section, name, declared, attachment.data, place)


def _damage(tnef: Tnef, part: Part) -> Iterator[Finding]:
    for sentence in list(dict.fromkeys(tnef.damage))[:3]:
        why = "What can be read of it is shown. Outlook may show less, or more."
        yield Finding("winmail-damaged", Severity.NOTICE, sentence, why, part.body_range, "MS-OXTNEF")


def _findings(files: tuple[EnclosedFile, ...]) -> Iterator[Finding]:
    for file in files:
        name = file.name[:80] or "a file without a name"
        magic = detect(file.data)
        runs = magic is not None and magic.risk is Risk.PROGRAM and not magic.content_type.startswith("text/")
        if runs or is_dangerous(file.name, ""):
            title = f"A program is hidden in {file.way}: “{name}”."
            why = "Filters that look only at the parts of a message do not see it. Open it only if you expect it."
            yield Finding("enclosed-program", Severity.WARNING, title, why, file.place)
        elif file.problems and file.way != TNEF:
            title = f"The file “{name}” in the text: {file.problems[0]}"
            yield Finding("enclosed-damaged", Severity.NOTICE, title, "What is here can be saved.", file.place)
