"""format=flowed: paragraphs that fit any width, with quote depth kept. RFC 3676 section 4."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

LINE_LENGTH: Final = 72
MAX_LINES: Final = 100_000
SIGNATURE: Final = "-- "


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One line of text for the reader, at a quote depth, without its quote marks."""

    depth: int
    text: str


def _split_quote(line: str) -> tuple[int, str]:
    rest = line.lstrip(">")
    return len(line) - len(rest), rest


def decode_flowed(text: str, *, delete_space: bool = False) -> tuple[Paragraph, ...]:
    """Return the paragraphs of a format=flowed text: soft breaks joined, stuffing removed."""
    result: list[Paragraph] = []
    depth, words, flowing = 0, "", False
    for line in _shown_lines(text):
        line_depth, rest = _split_quote(line)
        rest = rest.removeprefix(" ")
        if flowing and (line_depth != depth or rest == SIGNATURE):
            result.append(Paragraph(depth, words))
            words, flowing = "", False
        depth = line_depth
        flowing_on = rest.endswith(" ") and rest != SIGNATURE
        words += rest[:-1] if flowing_on and delete_space else rest
        flowing = flowing_on
        if not flowing:
            result.append(Paragraph(depth, words))
            words = ""
    if flowing:
        result.append(Paragraph(depth, words))
    return tuple(result)


def decode_fixed(text: str) -> tuple[Paragraph, ...]:
    """Return the lines of plain text with their quote depth; ``> > text`` counts as two."""
    result = []
    for line in _shown_lines(text):
        depth, rest = 0, line
        while rest.startswith(">") and depth < 50:
            depth += 1
            rest = rest[1:]
            if rest.startswith(" >"):
                rest = rest[1:]
        result.append(Paragraph(depth, rest[1:] if depth and rest.startswith(" ") else rest))
    return tuple(result)


def _lines(text: str) -> list[str]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if lines and not lines[-1]:
        lines.pop()
    return lines


def _shown_lines(text: str) -> list[str]:
    """The lines a reader is given: a message of millions of empty lines must not cost a gigabyte of paragraphs."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n", MAX_LINES)
    if len(lines) > MAX_LINES:
        more = lines[-1].count("\n") + bool(lines[-1].rpartition("\n")[2])
        lines[-1:] = [f"[{more} more lines are not shown here; the source has them.]"] if more else []
    elif not lines[-1]:
        lines.pop()
    return lines


def encode_flowed(text: str) -> str:
    """Return typed text as format=flowed with CRLF: long lines broken softly, quotes kept, stuffed where needed."""
    out: list[str] = []
    for line in _lines(text):
        depth, rest = _split_quote(line)
        if depth and rest.startswith(" "):
            rest = rest[1:]
        marks = ">" * depth
        if rest == SIGNATURE:
            out.append(f"{marks} {rest}" if depth else rest)
            continue
        pieces = _wrap(rest.rstrip(" "), LINE_LENGTH - depth - 1)
        for piece in pieces:
            stuffed = " " if depth or piece.startswith((" ", ">", "From ")) else ""
            out.append(f"{marks}{stuffed}{piece}" if piece or depth == 0 else marks)
    return "\r\n".join(out) + "\r\n"


def _wrap(text: str, width: int) -> list[str]:
    """Break at spaces; each line but the last ends in a space, which marks the break as soft."""
    pieces: list[str] = []
    while len(text) > width:
        cut = text.rfind(" ", 1, width)
        if cut < 0 or not text[:cut].strip():
            cut = text.find(" ", width)
        if cut < 0 or cut + 1 >= len(text):
            break
        pieces.append(text[: cut + 1])
        text = text[cut + 1 :]
    pieces.append(text)
    return pieces
