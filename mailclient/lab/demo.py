"""The demo's mail: every specimen laid out in folders, with times that make the list look alive.

Specimens are files in ``resources/specimens`` with an index. Only dates in the top header are moved, byte for byte; a signed
specimen keeps its date, because moving it would break the signature.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Final

from mailclient.lab.environment import Lab
from mailclient.lab.mailstore import INBOX
from mailclient.mime.dates import parse_date
from mailclient.mime.headers import parse_header_block
from mailclient.paths import resource_path

DEMO_ADDRESS: Final = "alex@example.org"
DEMO_PASSWORD: Final = "demo-alex"
SECOND_ADDRESS: Final = "robin@example.org"
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days"}
_DATED: Final = frozenset({"date", "received", "resent-date", "x-received"})
_DATE_TEXT: Final = re.compile(
    rb"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),\s+)?\d{1,2}\s+(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\s+\d{4}\s+"
    rb"\d{2}:\d{2}:\d{2}\s+[+-]\d{4}"
)


@dataclass(frozen=True, slots=True)
class Specimen:
    """One entry of the index."""

    file: str
    folder: str
    flags: tuple[str, ...]
    age: timedelta
    title: str
    """What the message shows, in a sentence."""
    shift: bool = True

    def raw(self) -> bytes:
        """Return the file's bytes."""
        return resource_path("specimens", self.file).read_bytes()


def parse_age(text: str) -> timedelta:
    """Return the time behind ``90m``, ``5h`` or ``3d``."""
    return timedelta(**{_UNITS[text[-1]]: float(text[:-1])})


def specimens() -> tuple[Specimen, ...]:
    """Return the index, in its order."""
    document = tomllib.loads(resource_path("specimens", "index.toml").read_text(encoding="utf-8"))
    return tuple(
        Specimen(
            file=item["file"],
            folder=item.get("folder", INBOX),
            flags=tuple(item.get("flags", ())),
            age=parse_age(item["age"]),
            title=item["title"],
            shift=item.get("shift", True),
        )
        for item in document["specimen"]
    )


def shift_dates(raw: bytes, delta: timedelta) -> bytes:
    """Return a message with the dates of its top header moved by ``delta``; what is no date stays as it is."""
    block = parse_header_block(raw)
    out = bytearray()
    position = 0
    for field in block.fields:
        if field.name.lower() not in _DATED:
            continue
        out += raw[position : field.start]
        out += _DATE_TEXT.sub(lambda match: _moved(match.group(), delta), field.raw)
        position = field.end
    return bytes(out) + raw[position:]


def _moved(text: bytes, delta: timedelta) -> bytes:
    when = parse_date(re.sub(rb"\s+", b" ", text))
    return format_datetime(when + delta).encode("ascii") if when is not None else text


def laid_out(specimen: Specimen, now: datetime) -> bytes:
    """Return a specimen as it would be had it arrived ``age`` before now."""
    raw = specimen.raw()
    written = parse_date(parse_header_block(raw).raw_first("Date"))
    if not specimen.shift or written is None:
        return raw
    return shift_dates(raw, now - specimen.age - written)


def demo_lab(now: datetime) -> Lab:
    """Return a lab, not started, with two users and every specimen in Alex's mailbox."""
    lab = Lab({DEMO_ADDRESS: DEMO_PASSWORD, SECOND_ADDRESS: "demo-robin"})
    for specimen in sorted(specimens(), key=lambda item: item.age, reverse=True):
        received = int((now - specimen.age).timestamp())
        lab.deliver(
            DEMO_ADDRESS,
            laid_out(specimen, now),
            folder=specimen.folder,
            flags=specimen.flags,
            received_unix_s=received,
        )
    return lab
