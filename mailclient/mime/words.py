"""Encoded words and parameters: text outside ASCII in header fields, read tolerantly and in linear time.

RFC 2047 (encoded words), RFC 2231 (parameter continuations and charsets), RFC 2045 section 5.1 (parameters).
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from mailclient.mime.charsets import decode_text

MAX_DECODED_BYTES: Final = 65_536
"""No header value is decoded beyond this many bytes; the raw bytes stay available."""

MAX_PARAMETERS: Final = 100

_ENCODED_WORD: Final = re.compile(rb"=\?([^?\s=]{1,60})\?([bBqQ])\?([^?\r\n]{0,60000})\?=")
_CONTROLS: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_DECEPTIVE: Final = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\u200b-\u200d\ufeff\u00ad\u2800\u3164]")
_FOLDS: Final = re.compile(rb"\r?\n(?=[ \t])|\r(?=[ \t])")
_UNFOLDABLE: Final = re.compile(r"[^ ]{850,}| {200,}")
_Q_ESCAPE: Final = re.compile(rb"=([0-9A-Fa-f]{2})")
_NON_BASE64: Final = re.compile(rb"[^A-Za-z0-9+/]")


def unfold(raw: bytes) -> bytes:
    """Return a field value without its line folds (RFC 5322 section 2.2.3)."""
    value = raw.strip(b" \t\r\n")
    return _FOLDS.sub(b"", value) if b"\n" in value or b"\r" in value else value


def header_bytes(value: bytes | str) -> bytes:
    """Return a header value as bytes; surrogate escapes become the bytes they stand for, other lone ones a mark."""
    if isinstance(value, bytes):
        return value
    try:
        return value.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return value.encode("utf-8", "replace")


def clean(text: str) -> str:
    """Return text safe to show on one line: controls become spaces, invisible and direction-turning marks vanish."""
    if text.isascii() and text.isprintable():
        return text
    return _DECEPTIVE.sub("", _CONTROLS.sub(" ", text.replace("\t", " ").replace("\n", " ")))


def decode_unstructured(raw: bytes | str) -> str:
    """Return the text of an unstructured value (Subject, Comments) with its encoded words decoded; never raises."""
    data = unfold(header_bytes(raw)[:MAX_DECODED_BYTES])
    if b"=?" not in data:
        return clean(data.decode("ascii") if data.isascii() else decode_text(data).text)
    return clean("".join(_decode_runs(data)))


def _decode_runs(data: bytes) -> list[str]:
    """Decode encoded words; neighbours in one charset are joined as bytes first, for those who split characters."""
    pieces: list[str] = []
    pending = bytearray()
    charset = ""
    position = 0

    def flush() -> None:
        if pending:
            pieces.append(decode_text(bytes(pending), charset).text)
            pending.clear()

    for match in _ENCODED_WORD.finditer(data):
        between = data[position : match.start()]
        if between.strip(b" \t\r\n") or not position:
            flush()
            if between:
                pieces.append(decode_text(between).text)
        name = match[1].decode("ascii", "replace").partition("*")[0].lower()
        if name != charset:
            flush()
            charset = name
        pending += b_bytes(match[3]) if match[2] in b"bB" else q_bytes(match[3])
        position = match.end()
    flush()
    pieces.append(decode_text(data[position:]).text)
    return pieces


def q_bytes(text: bytes) -> bytes:
    """Return the bytes of a Q-encoded word."""
    return _Q_ESCAPE.sub(lambda match: bytes([int(match[1], 16)]), text.replace(b"_", b" "))


def b_bytes(text: bytes) -> bytes:
    """Return the bytes of a B-encoded word, as far as they can be read."""
    letters = _NON_BASE64.sub(b"", text)
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    try:
        return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))
    except binascii.Error:
        return b""


def strip_controls(text: str) -> str:
    """Return text that may stand in a header: no line breaks, no controls, no lone surrogates."""
    cleaned = _CONTROLS.sub(" ", text.replace("\t", " ").replace("\n", " ").replace("\r", " "))
    return cleaned.encode("utf-8", "replace").decode("utf-8")


def encode_unstructured(text: str, first_line_used: int = 10) -> str:
    """Return a header value for text: itself when ASCII, else UTF-8 encoded words in lines of at most 76 characters.

    Control characters become spaces, so that no value can end its field. Text that no fold can bring under 998 bytes a
    line is encoded too, because a fold inside a word would change it. ``first_line_used`` is the length of the field name,
    its colon and the space.
    """
    text = strip_controls(text)
    if text.isascii() and "=?" not in text and not _UNFOLDABLE.search(text):
        return fold(text, first_line_used)
    return encode_words(text, first_line_used)


def encode_words(text: str, first_line_used: int) -> str:
    """Return text as encoded words, one a line (RFC 2047 section 5), each word holding whole characters."""
    text = strip_controls(text)
    words: list[str] = []
    chunk = bytearray()
    # RFC 2047 section 2: 76 characters a line, of which "=?utf-8?b?" and "?=" take 12; four letters carry three bytes.
    room = max((76 - first_line_used - 12) // 4 * 3, 6)
    for character in text:
        encoded = character.encode("utf-8")
        if len(chunk) + len(encoded) > room:
            words.append(_b_word(bytes(chunk)))
            chunk.clear()
            room = 45
        chunk += encoded
    if chunk:
        words.append(_b_word(bytes(chunk)))
    return "\r\n ".join(words)


def _b_word(chunk: bytes) -> str:
    return f"=?utf-8?b?{base64.b64encode(chunk).decode('ascii')}?="


def fold(text: str, first_line_used: int, limit: int = 78) -> str:
    """Return ASCII text folded at spaces so that lines keep the limit where a space allows it."""
    lines: list[str] = []
    line, used = "", first_line_used
    for token in re.findall(r" *[^ ]+ *$| *[^ ]+", text):
        if line.strip() and used + len(line) + len(token) > limit and token.startswith(" "):
            lines.append(line)
            line, used = "", 0
        while len(token) > 900:
            # One unbroken word longer than a line may be: only a fold inside can keep the 998 limit.
            lines.append(line + token[:900])
            line, used, token = "", 0, " " + token[900:]
        line += token
    lines.append(line)
    return "\r\n".join(lines)


@dataclass(frozen=True, slots=True)
class Parameters:
    """The value of a structured MIME field: ``value; name=text; ...``."""

    value: str
    """What stands before the first semicolon, lower case."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    duplicates: tuple[str, ...] = ()
    """Names that came more than once: parsers differ on which one counts."""
    raw: Mapping[str, bytes] = field(default_factory=dict)
    """The bytes of plain parameters, undecoded: a boundary is bytes to be found again, never text."""

    def get(self, name: str) -> str | None:
        """Return a parameter, decoded."""
        return self.parameters.get(name)


_PARAMETER: Final = re.compile(
    rb";[ \t\r\n]*([^\s=;\"()<>@,:\\/\[\]?*]+(?:\*\d{1,4})?\*?)[ \t\r\n]*=[ \t\r\n]*"
    rb"(?:\"((?:[^\"\\]|\\.)*)(?:\"|$)|([^;]*))",
    re.DOTALL,
)
_COMMENT: Final = re.compile(rb"\([^()]*\)")
_SHORT_BYTES: Final = 40


def parse_parameters(raw: bytes) -> Parameters:
    """Return value and parameters of Content-Type, Content-Disposition and the like; never raises."""
    # Most parts say one of a few dozen things; boundaries and file names do not come again.
    return _remembered(raw) if len(raw) <= _SHORT_BYTES else _read_parameters(raw)


@lru_cache(maxsize=512)
def _remembered(raw: bytes) -> Parameters:
    return _read_parameters(raw)


def _read_parameters(raw: bytes) -> Parameters:
    data = unfold(raw[:MAX_DECODED_BYTES])
    head, semicolon, _ = data.partition(b";")
    value = _COMMENT.sub(b"", head).strip().lower().decode("ascii", "replace")
    if not semicolon:
        return Parameters(value)
    plain: dict[str, bytes] = {}
    pieces: dict[str, list[tuple[int, bool, bytes]]] = {}
    duplicates: list[str] = []
    for count, match in enumerate(_PARAMETER.finditer(data, len(head))):
        if count >= MAX_PARAMETERS:
            break
        name = match[1].decode("ascii", "replace").lower()
        content = re.sub(rb"\\(.)", rb"\1", match[2]) if match[2] is not None else _COMMENT.sub(b"", match[3]).strip()
        base, star, rest = name.partition("*")
        if not star:
            if base in plain:
                duplicates.append(base)
            else:
                plain[base] = content
        else:
            digits = rest.rstrip("*")
            pieces.setdefault(base, []).append(
                (int(digits) if digits.isdigit() else 0, rest.endswith("*") or not rest, content)
            )
    parameters = {name: decode_unstructured(content) for name, content in plain.items()}
    parameters.update({name: _join_pieces(found) for name, found in pieces.items()})
    return Parameters(value, parameters, tuple(duplicates), plain)


def _join_pieces(pieces: list[tuple[int, bool, bytes]]) -> str:
    """RFC 2231: pieces in the order of their numbers; the first extended one names the charset."""
    charset: str | None = None
    result = bytearray()
    for index, (_, extended, content) in enumerate(sorted(pieces, key=lambda piece: piece[0])):
        data = content
        if extended:
            if index == 0 and data.count(b"'") >= 2:
                name, _, data = data.split(b"'", 2)
                charset = name.decode("ascii", "replace") or None
            data = re.sub(rb"%([0-9A-Fa-f]{2})", lambda match: bytes([int(match[1], 16)]), data)
        result += data
    return clean(decode_text(bytes(result), charset).text)


def encode_parameter(name: str, text: str) -> str:
    """Return ``name="text"`` or, outside ASCII, ``name*=utf-8''...`` (RFC 2231), split when it is long."""
    text = strip_controls(text)
    if text.isascii() and len(text) < 60:
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        return f'{name}="{escaped}"'
    safe = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
    units = ["".join(chr(b) if b in safe else f"%{b:02X}" for b in c.encode("utf-8")) for c in text]
    pieces, piece = [], "utf-8''"
    for unit in units:
        if len(piece) + len(unit) > 60:
            pieces.append(piece)
            piece = ""
        piece += unit
    pieces.append(piece)
    if len(pieces) == 1:
        return f"{name}*={pieces[0]}"
    return ";\r\n ".join(f"{name}*{number}*={piece}" for number, piece in enumerate(pieces))
