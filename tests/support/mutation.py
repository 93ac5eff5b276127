"""Messages bent a little, the same each time for the same seed: what storms, bad programs and enemies do to bytes."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Final

SPECIALS: Final = (
    b"\0", b"\r", b"\n", b"\r\n", b"\r\n\r\n", b"\xff", b"\x80", b"\x1b$B", b"=?", b"?=", b"=?utf-8?q?", b"(", b")",
    b'"', b"\\", b"<", b">", b"@", b",", b";", b":", b"[", b"]", b"=", b"=00", b"--", b"&#", b"%", b"''",
    b"*0*=", b"9" * 30, b" " * 200,
    "\u202e".encode(), "\u200b".encode(), "ı".encode(), b"\xed\xa0\x80", b"\xf4\x90\x80\x80",
)  # fmt: skip
MAX_BYTES: Final = 400_000
"""A mutated message is cut here, so that repeats of repeats stay what they are meant for."""


def _flip(chance: random.Random, raw: bytes, _other: bytes) -> bytes:
    bent = bytearray(raw)
    for _ in range(chance.randint(1, 8)):
        if bent:
            bent[chance.randrange(len(bent))] = chance.randrange(256)
    return bytes(bent)


def _splice(chance: random.Random, raw: bytes, other: bytes) -> bytes:
    return raw[: chance.randint(0, len(raw))] + other[chance.randint(0, len(other)) :]


def _double_line(chance: random.Random, raw: bytes, _other: bytes) -> bytes:
    lines = raw.splitlines(keepends=True) or [b""]
    place = chance.randrange(len(lines))
    return b"".join([*lines[: place + 1], *lines[place:]])


def _drop_line(chance: random.Random, raw: bytes, _other: bytes) -> bytes:
    lines = raw.splitlines(keepends=True) or [b""]
    del lines[chance.randrange(len(lines))]
    return b"".join(lines)


def _cut(chance: random.Random, raw: bytes, _other: bytes) -> bytes:
    return raw[: chance.randint(0, len(raw))]


def _insert(chance: random.Random, raw: bytes, _other: bytes) -> bytes:
    for _ in range(chance.randint(1, 5)):
        # Headers are where the grammars are: half of the specials go there.
        end = min(len(raw), 2_000) if chance.random() < 0.5 else len(raw)
        place = chance.randint(0, end)
        raw = raw[:place] + chance.choice(SPECIALS) + raw[place:]
    return raw


def _repeat(chance: random.Random, raw: bytes, _other: bytes) -> bytes:
    start = chance.randint(0, len(raw))
    piece = raw[start : start + chance.randint(1, 80)]
    return raw[:start] + piece * chance.choice((10, 100, 2_000)) + raw[start:]


def _shuffle(chance: random.Random, raw: bytes, _other: bytes) -> bytes:
    head, blank, body = raw.partition(b"\n\n") if b"\r\n\r\n" not in raw else raw.partition(b"\r\n\r\n")
    lines = head.splitlines(keepends=True)
    chance.shuffle(lines)
    return b"".join(lines) + blank + body


def _line_ends(chance: random.Random, raw: bytes, _other: bytes) -> bytes:
    return raw.replace(b"\r\n", chance.choice((b"\r", b"\n", b"\n\r", b"\r\r\n")), chance.choice((-1, 3)))


KINDS: Final[tuple[Callable[[random.Random, bytes, bytes], bytes], ...]] = (
    _flip, _splice, _double_line, _drop_line, _cut, _insert, _repeat, _shuffle, _line_ends,
)  # fmt: skip


def mutated(messages: Sequence[bytes], number: int, words: Sequence[bytes] = ()) -> bytes:
    """Return mutation ``number`` of these messages; each is bent one to three times."""
    chance = random.Random(number)
    raw = messages[number % len(messages)]
    for _ in range(chance.randint(1, 3)):
        raw = chance.choice(KINDS)(chance, raw, chance.choice(messages))[:MAX_BYTES]
        if words and chance.random() < 0.5:
            place = chance.randint(0, len(raw))
            raw = raw[:place] + chance.choice(words) + raw[place:]
    return raw
