"""What can be wrong with a message, by name, with the bytes that show it."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class DefectKind(enum.Enum):
    """Names of defects; stable, because ``inspect --json`` prints them."""

    EMPTY_MESSAGE = "empty-message"
    HEADER_BLOCK_TOO_LARGE = "header-block-too-large"
    TOO_MANY_FIELDS = "too-many-fields"
    FIELD_TOO_LONG = "field-too-long"
    LINE_TOO_LONG = "line-too-long"
    NOT_A_FIELD = "not-a-field"
    HEADER_ENDED_EARLY = "header-ended-early"
    SPACE_BEFORE_COLON = "space-before-colon"
    BARE_LF = "bare-lf"
    BARE_CR = "bare-cr"
    NUL = "nul"
    RAW_8BIT = "raw-8bit"
    MBOX_FROM_LINE = "mbox-from-line"
    MISSING_FIELD = "missing-field"
    DUPLICATE_FIELD = "duplicate-field"
    BAD_DATE = "bad-date"
    BAD_ADDRESS = "bad-address"
    AMBIGUOUS_SENDER = "ambiguous-sender"
    BAD_CONTENT_TYPE = "bad-content-type"
    DUPLICATE_PARAMETER = "duplicate-parameter"
    MISSING_BOUNDARY = "missing-boundary"
    BOUNDARY_NOT_FOUND = "boundary-not-found"
    BOUNDARY_NOT_CLOSED = "boundary-not-closed"
    TOO_DEEP = "too-deep"
    TOO_MANY_PARTS = "too-many-parts"
    UNKNOWN_ENCODING = "unknown-encoding"
    FORBIDDEN_ENCODING = "forbidden-encoding"
    BAD_BASE64 = "bad-base64"
    BAD_QUOTED_PRINTABLE = "bad-quoted-printable"
    UNKNOWN_CHARSET = "unknown-charset"
    WRONG_CHARSET = "wrong-charset"


@dataclass(frozen=True, slots=True)
class Defect:
    """One thing that is wrong, in a sentence, with its evidence as a byte range of the message."""

    kind: DefectKind
    sentence: str
    start: int
    end: int
