"""What can be wrong with a message, by name, with the bytes that show it.

The first names are found while a message is read; the others are looked for when it is opened up (``xray.defects``).
"""

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
    QUOTED_MULTIPART = "quoted-multipart"
    BAD_BASE64 = "bad-base64"
    BAD_QUOTED_PRINTABLE = "bad-quoted-printable"
    UNKNOWN_CHARSET = "unknown-charset"
    WRONG_CHARSET = "wrong-charset"

    # The header as a whole.
    EMPTY_FIELD = "empty-field"
    NO_RECIPIENT = "no-recipient"
    FIELD_CONTRADICTED = "field-contradicted"
    EMPTY_FIELD_NAME = "empty-field-name"
    FIELD_NAME_8BIT = "field-name-8bit"
    SPACE_IN_FIELD_NAME = "space-in-field-name"
    ESCAPED_FROM_LINE = "escaped-from-line"
    WHITESPACE_ONLY_LINE = "whitespace-only-line"
    FOLD_IN_ADDRESS = "fold-in-address"
    EXCESSIVE_FOLDING = "excessive-folding"
    CONTROL_CHARACTER = "control-character"
    MIXED_LINE_ENDS = "mixed-line-ends"
    RAW_UTF8 = "raw-utf8"
    DIRECTION_CONTROL = "direction-control"
    INVISIBLE_CHARACTER = "invisible-character"
    TRACE_NOT_ON_TOP = "trace-not-on-top"
    SEVERAL_RETURN_PATHS = "several-return-paths"
    RESENT_INCOMPLETE = "resent-incomplete"
    DOWNGRADED_FIELD = "downgraded-field"
    FIELD_NAME_LOOKALIKE = "field-name-lookalike"
    BCC_VISIBLE = "bcc-visible"
    APPROVED_VISIBLE = "approved-visible"

    # The body as bytes.
    BODY_BARE_CR = "body-bare-cr"
    BODY_INNER_END = "body-inner-end"

    # Addresses.
    UNCLOSED_QUOTE = "unclosed-quote"
    UNCLOSED_COMMENT = "unclosed-comment"
    DEEP_COMMENTS = "deep-comments"
    SEVERAL_FROM_WITHOUT_SENDER = "several-from-without-sender"
    GROUP_IN_FROM = "group-in-from"
    TEXT_AFTER_ADDRESS = "text-after-address"
    TWO_ANGLE_ADDRESSES = "two-angle-addresses"
    QUOTED_LOCAL_PART = "quoted-local-part"
    ROUTE_ADDRESS = "route-address"
    DOMAIN_LITERAL = "domain-literal"
    ADDRESS_WITHOUT_DOMAIN = "address-without-domain"
    BAD_DOMAIN = "bad-domain"
    LONG_LOCAL_PART = "long-local-part"
    DOTS_IN_LOCAL_PART = "dots-in-local-part"
    SEMICOLON_BETWEEN_ADDRESSES = "semicolon-between-addresses"
    ENCODED_WORD_IN_ADDRESS = "encoded-word-in-address"
    EMPTY_PLACE_IN_LIST = "empty-place-in-list"

    # Dates.
    FOREIGN_DATE_FORMAT = "foreign-date-format"
    SHORT_YEAR = "short-year"
    NAMED_ZONE = "named-zone"
    MILITARY_ZONE = "military-zone"
    ZONE_MISSING = "zone-missing"
    WRONG_WEEKDAY = "wrong-weekday"
    IMPOSSIBLE_DATE = "impossible-date"
    EPOCH_DATE = "epoch-date"

    # Encoded words and parameters.
    BROKEN_ENCODED_WORD = "broken-encoded-word"
    ENCODED_WORD_TOO_LONG = "encoded-word-too-long"
    ENCODED_WORD_UNKNOWN_CHARSET = "encoded-word-unknown-charset"
    ENCODED_WORD_UNKNOWN_ENCODING = "encoded-word-unknown-encoding"
    ENCODED_WORD_BAD_BASE64 = "encoded-word-bad-base64"
    ENCODED_WORD_SPACE = "encoded-word-space"
    ENCODED_WORD_SPLIT_CHARACTER = "encoded-word-split-character"
    ENCODED_WORD_INVALID_BYTES = "encoded-word-invalid-bytes"
    ENCODED_WORD_GLUED = "encoded-word-glued"
    ENCODED_WORD_IN_QUOTES = "encoded-word-in-quotes"
    ENCODED_WORD_NESTED = "encoded-word-nested"
    ENCODED_WORD_CONTROL = "encoded-word-control"
    MOJIBAKE = "mojibake"
    PARAMETER_BAD_PERCENT = "parameter-bad-percent"


@dataclass(frozen=True, slots=True)
class Defect:
    """One thing that is wrong, in a sentence, with its evidence as a byte range of the message."""

    kind: DefectKind
    sentence: str
    start: int
    end: int
