"""Mixed messages from a seed: plain, alternative, with attachments, several charsets, threads. Deterministic and quick."""

from __future__ import annotations

import base64
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

WORDS = (
    "harbour lantern gravel kettle orchard ferry copper window meadow violin basket thunder paper island button".split()
)
NAMES = ["Ada Harbour", "Jürgen Müller", "Łukasz Nowak", "Мария Иванова", "佐藤 健", "Sam O'Neil"]
FIRST = datetime(2024, 1, 1, tzinfo=UTC)


def mixed_messages(count: int, seed: int = 1) -> Iterator[bytes]:
    """Yield messages; the same seed gives the same bytes."""
    chance = random.Random(seed)
    for number in range(count):
        yield mixed_message(number, chance)


def mixed_message(number: int, chance: random.Random) -> bytes:
    """Return one message."""
    name = chance.choice(NAMES)
    encoded = name if name.isascii() else f"=?utf-8?b?{base64.b64encode(name.encode()).decode()}?="
    subject = " ".join(chance.choices(WORDS, k=4))
    text = "\r\n".join(" ".join(chance.choices(WORDS, k=12)) for _ in range(chance.randint(2, 12)))
    date = format_datetime(FIRST + timedelta(minutes=number * 37))
    parent = (
        f"In-Reply-To: <{number - 1}@test.example>\r\nReferences: <{number - 1}@test.example>\r\n"
        if number % 5 == 1
        else ""
    )
    head = (
        f"From: {encoded} <user{number % 17}@example.com>\r\nTo: Alex <alex@example.org>\r\nSubject: {subject} {number}\r\n"
        f"Date: {date}\r\nMessage-ID: <{number}@test.example>\r\n{parent}MIME-Version: 1.0\r\n"
    )
    kind = number % 10
    if kind < 5:
        body = f"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{text} grüße\r\n"
    elif kind < 8:
        body = (
            "Content-Type: multipart/alternative; boundary=alt\r\n\r\n--alt\r\nContent-Type: text/plain\r\n\r\n"
            f"{text}\r\n--alt\r\nContent-Type: text/html\r\n\r\n<p>{text}</p>\r\n--alt--\r\n"
        )
    else:
        blob = base64.encodebytes(chance.randbytes(chance.randint(500, 20_000))).decode().replace("\n", "\r\n")
        body = (
            "Content-Type: multipart/mixed; boundary=mix\r\n\r\n--mix\r\nContent-Type: text/plain\r\n\r\n"
            f"{text}\r\n--mix\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment;\r\n"
            f" filename*=utf-8''r%C3%A9port{number}.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n{blob}--mix--\r\n"
        )
    return (head + body).encode()
