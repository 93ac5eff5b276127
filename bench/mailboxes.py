"""Mailboxes for measurements: seeded, mixed as people's mail is, written straight into Maildir. Not a benchmark itself.

Half of the messages are short texts, a quarter alternatives with some HTML, the rest newsletters and messages with
attachments: about 24.5 kB on average, so 20,000 of them are about 490 MB. Words follow Zipf's law over a vocabulary of
60,000, because an index costs what its words cost.
"""

from __future__ import annotations

import base64
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import accumulate

_SYLLABLES = [first + last for first in "bcdfghjklmnprstvw" for last in ("a", "e", "i", "o", "u", "an", "er", "il")]
_FIRST = datetime(2021, 1, 1, tzinfo=UTC)
_VOCABULARY = 60_000


class MailMaker:
    """Makes messages; the same seed makes the same bytes."""

    def __init__(self, seed: int = 20_000) -> None:
        self._chance = random.Random(seed)
        words: dict[str, None] = {}
        while len(words) < _VOCABULARY:
            words["".join(self._chance.choices(_SYLLABLES, k=self._chance.randint(1, 4)))] = None
        self._words = list(words)
        self._weights = list(accumulate(1 / (rank + 3) for rank in range(_VOCABULARY)))
        blob = base64.encodebytes(self._chance.randbytes(700_000)).replace(b"\n", b"\r\n")
        self._blob_lines = blob.splitlines(keepends=True)

    def messages(self, count: int) -> Iterator[bytes]:
        """Yield messages, oldest first."""
        for number in range(count):
            yield self._message(number)

    def small(self, count: int) -> Iterator[bytes]:
        """Yield short texts only: for mailboxes where the number matters."""
        for number in range(count):
            yield self._head(number) + b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + self._text(12)

    def _say(self, count: int) -> str:
        return " ".join(self._chance.choices(self._words, cum_weights=self._weights, k=count))

    def _text(self, words: int) -> bytes:
        lines = [self._say(11) for _ in range(max(words // 11, 1))]
        return ("\r\n".join(lines) + "\r\n").encode()

    def _head(self, number: int) -> bytes:
        person = number % 397
        parent = f"<{number - 1}.bench@mail.example>"
        reply = f"In-Reply-To: {parent}\r\nReferences: {parent}\r\n" if number % 4 == 1 else ""
        received = "".join(
            f"Received: from relay{hop}.example.net (relay{hop}.example.net [192.0.2.{hop + 1}])\r\n"
            f"\tby mx{hop}.example.org (Postfix) with ESMTPS id 4W{number:06d}{hop}\r\n\tfor <alex@example.org>; "
            f"{format_datetime(_FIRST + timedelta(minutes=number * 97, seconds=hop))}\r\n"
            for hop in range(3)
        )
        subject = self._say(6)
        if number % 9 == 0:
            subject = f"=?utf-8?b?{base64.b64encode(f'Größe {subject}'.encode()).decode()}?="
        return (
            f"{received}From: Person {person} <person{person}@example.com>\r\nTo: Alex <alex@example.org>\r\n"
            f"Subject: {subject}\r\nDate: {format_datetime(_FIRST + timedelta(minutes=number * 97))}\r\n"
            f"Message-ID: <{number}.bench@mail.example>\r\n{reply}MIME-Version: 1.0\r\n"
        ).encode()

    def _html(self, words: int) -> bytes:
        paragraphs = "".join(
            f'<tr><td style="padding:8px;font-family:Helvetica,Arial"><p>{self._say(24)}</p></td></tr>\r\n'
            for _ in range(max(words // 24, 1))
        )
        return f"<html><body><table width=600>\r\n{paragraphs}</table></body></html>\r\n".encode()

    def _message(self, number: int) -> bytes:
        chance = self._chance
        kind = number % 20
        head = self._head(number)
        if kind < 10:
            return (
                head
                + b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
                + self._text(chance.randint(30, 500))
            )
        if kind < 15:
            words = chance.randint(100, 500)
            return b"".join(
                (
                    head,
                    b'Content-Type: multipart/alternative; boundary="alt"\r\n\r\n--alt\r\nContent-Type: text/plain\r\n\r\n',
                    self._text(words),
                    b"--alt\r\nContent-Type: text/html; charset=utf-8\r\n\r\n",
                    self._html(words),
                    b"--alt--\r\n",
                )
            )
        if kind < 18:
            return head + b"Content-Type: text/html; charset=utf-8\r\n\r\n" + self._html(chance.randint(800, 4_000))
        lines = chance.randint(500, 3_950)
        start = chance.randrange(len(self._blob_lines) - lines)
        return b"".join(
            (
                head,
                b'Content-Type: multipart/mixed; boundary="mix"\r\n\r\n--mix\r\nContent-Type: text/plain\r\n\r\n',
                self._text(chance.randint(30, 200)),
                (
                    b"--mix\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment;\r\n"
                    b' filename="report.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
                ),
                *self._blob_lines[start : start + lines],
                b"--mix--\r\n",
            )
        )
