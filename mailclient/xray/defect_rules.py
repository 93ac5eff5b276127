"""For each kind of defect: how much it matters, why, and where it is written. What is the case, the defect itself says.

Here those of messages, headers and lines; those of values are in ``value_defect_rules``.

Ordinary mail is full of small mistakes, so that a defect is a warning only where readers or programs can be misled.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from mailclient.mime.defects import DefectKind as Kind
from mailclient.xray.finding import Severity


class Rule(NamedTuple):
    """What is said of each defect of a kind."""

    severity: Severity
    why: str
    rfc: str


_INFO, _NOTICE, _WARNING = Severity.INFO, Severity.NOTICE, Severity.WARNING

RULES: Final[Mapping[Kind, Rule]] = {
    # Found while a message is read.
    Kind.EMPTY_MESSAGE: Rule(
        _NOTICE,
        "Something went wrong on the way, or it was never more than a test.",
        "RFC 5322 section 2.1",
    ),
    Kind.HEADER_BLOCK_TOO_LARGE: Rule(
        _WARNING,
        "Programs cut such a header off at different places and then show different messages.",
        "RFC 5322 section 2.1",
    ),
    Kind.TOO_MANY_FIELDS: Rule(
        _WARNING,
        "Programs stop at different fields and then show different messages.",
        "RFC 5322 section 3.6",
    ),
    Kind.FIELD_TOO_LONG: Rule(_WARNING, "Programs cut such a field off at different places.", "RFC 5322 section 2.1.1"),
    Kind.LINE_TOO_LONG: Rule(
        _NOTICE,
        "Servers may break such a line, which can change its meaning and make a signature fail. Careless "
        "programs write them.",
        "RFC 5322 section 2.1.1",
    ),
    Kind.NOT_A_FIELD: Rule(
        _WARNING,
        "Some programs skip the line, some take it for the first field.",
        "RFC 5322 section 2.2.3",
    ),
    Kind.HEADER_ENDED_EARLY: Rule(
        _WARNING,
        "Programs differ: some skip the line, some take all that follows for the body. Fields below it may "
        "count or not.",
        "RFC 5322 section 2.1",
    ),
    Kind.SPACE_BEFORE_COLON: Rule(
        _WARNING,
        "The rules of 1982 allowed it, those of today do not. Some servers drop such a field, others read "
        "it: it can carry a second sender past a filter.",
        "RFC 5322 section 4.5",
    ),
    Kind.BARE_LF: Rule(
        _NOTICE,
        "Usual in files of Unix programs. On the way between servers it is forbidden, because servers that "
        "differ on it can be made to see two messages in one.",
        "RFC 5321 section 2.3.8",
    ),
    Kind.BARE_CR: Rule(
        _WARNING,
        "Some programs begin a new line here and some do not, so that they see other fields.",
        "RFC 5322 section 2.3",
    ),
    Kind.NUL: Rule(
        _WARNING,
        "Some programs stop reading at this byte, so that they see a shorter text.",
        "RFC 5322 section 4.1",
    ),
    Kind.RAW_8BIT: Rule(
        _NOTICE,
        "Nothing says which letters the bytes stand for, so programs guess. Old programs of one country did this.",
        "RFC 5322 section 2.2",
    ),
    Kind.MBOX_FROM_LINE: Rule(
        _NOTICE,
        "The message was copied out of a mailbox file together with the line that separates messages there.",
        "RFC 4155",
    ),
    Kind.MISSING_FIELD: Rule(
        _NOTICE,
        "Every message must have it. Small programs forget it; programs fill it in or leave it empty.",
        "RFC 5322 section 3.6",
    ),
    Kind.DUPLICATE_FIELD: Rule(
        _NOTICE,
        "Programs differ on which one counts: a filter may look at one and you see the other.",
        "RFC 5322 section 3.6",
    ),
    Kind.BAD_DATE: Rule(
        _NOTICE,
        "Programs show the time of arrival instead, or nothing, and sort the message elsewhere.",
        "RFC 5322 section 3.3",
    ),
    Kind.BAD_ADDRESS: Rule(
        _WARNING,
        "It cannot be told who is meant, and an answer goes nowhere.",
        "RFC 5322 section 3.4",
    ),
    Kind.AMBIGUOUS_SENDER: Rule(_WARNING, "Programs differ on whom they show as the sender.", "RFC 5322 section 3.6.2"),
    Kind.BAD_CONTENT_TYPE: Rule(
        _NOTICE,
        "Programs guess what the part is, and guess differently.",
        "RFC 2045 section 5.1",
    ),
    Kind.DUPLICATE_PARAMETER: Rule(
        _WARNING,
        "Programs differ on which one counts: of a boundary they see other parts, of a name another file.",
        "RFC 2045 section 5.1",
    ),
    Kind.MISSING_BOUNDARY: Rule(
        _WARNING,
        "Without it the parts cannot be told apart; some programs guess it from the body.",
        "RFC 2046 section 5.1.1",
    ),
    Kind.BOUNDARY_NOT_FOUND: Rule(
        _NOTICE,
        "The message was cut off or changed, or it never had parts.",
        "RFC 2046 section 5.1.1",
    ),
    Kind.BOUNDARY_NOT_CLOSED: Rule(
        _NOTICE,
        "The message may have been cut off on the way. Careless programs forget the last boundary.",
        "RFC 2046 section 5.1.1",
    ),
    Kind.TOO_DEEP: Rule(
        _WARNING,
        "Programs stop at different depths: what lies deeper is seen by some only.",
        "RFC 2046 section 5.1",
    ),
    Kind.TOO_MANY_PARTS: Rule(_WARNING, "Programs stop at different parts.", "RFC 2046 section 5.1"),
    Kind.UNKNOWN_ENCODING: Rule(
        _NOTICE,
        "Nobody knows how to read it, so the bytes are shown as they are.",
        "RFC 2045 section 6.4",
    ),
    Kind.QUOTED_MULTIPART: Rule(
        _NOTICE,
        "Old form mailers say of the whole what they mean of each part. A program that decodes it all the same may see "
        "other parts.",
        "RFC 2045 section 6.4",
    ),
    Kind.FORBIDDEN_ENCODING: Rule(
        _WARNING,
        "Some programs decode it and see parts, others see none: a way to hide something from a filter.",
        "RFC 2045 section 6.4",
    ),
    Kind.BAD_BASE64: Rule(_NOTICE, "Programs skip what they cannot read, or stop there.", "RFC 2045 section 6.8"),
    Kind.BAD_QUOTED_PRINTABLE: Rule(_NOTICE, "Programs leave it as it is, or drop it.", "RFC 2045 section 6.7"),
    Kind.UNKNOWN_CHARSET: Rule(_NOTICE, "Programs guess which letters are meant.", "RFC 2046 section 4.1.2"),
    Kind.WRONG_CHARSET: Rule(_NOTICE, "Programs show wrong letters or guess.", "RFC 2046 section 4.1.2"),
    # The header as a whole.
    Kind.EMPTY_FIELD: Rule(
        _NOTICE,
        "The field is there and says nothing. Programs fill the gap differently.",
        "RFC 5322 section 3.6",
    ),
    Kind.NO_RECIPIENT: Rule(
        _INFO,
        "It came to you as a blind copy, or a program wrote the message. The rules allow it.",
        "RFC 5322 section 3.6.3",
    ),
    Kind.FIELD_CONTRADICTED: Rule(
        _WARNING,
        "A filter may look at one and you see the other: a way to show a different sender, subject or place for answers.",
        "RFC 5322 section 3.6",
    ),
    Kind.EMPTY_FIELD_NAME: Rule(
        _NOTICE,
        "It is a mistake of the program that wrote it, and it ends the header for many readers.",
        "RFC 5322 section 2.2",
    ),
    Kind.FIELD_NAME_8BIT: Rule(
        _NOTICE,
        "Names of fields are ASCII even where values need not be. It ends the header for many readers.",
        "RFC 6532 section 3.2",
    ),
    Kind.SPACE_IN_FIELD_NAME: Rule(
        _NOTICE,
        "It is a mistake of the program that wrote it, and it ends the header for many readers.",
        "RFC 5322 section 2.2",
    ),
    Kind.ESCAPED_FROM_LINE: Rule(
        _NOTICE,
        "A program read a mailbox file wrongly; fields below the line became body.",
        "RFC 4155",
    ),
    Kind.WHITESPACE_ONLY_LINE: Rule(
        _NOTICE,
        "It looks like the end of the header and is none by the letter of the rules: programs differ.",
        "RFC 5322 section 4.2",
    ),
    Kind.FOLD_IN_ADDRESS: Rule(
        _NOTICE,
        "The two halves are put together with a space between, which no address may have.",
        "RFC 5322 section 2.2.3",
    ),
    Kind.EXCESSIVE_FOLDING: Rule(
        _WARNING,
        "It pushes the value out of sight, or past the place where a program stops reading.",
        "RFC 5322 section 3.2.2",
    ),
    Kind.CONTROL_CHARACTER: Rule(
        _NOTICE,
        "It cannot be seen, and programs differ on what they do with it.",
        "RFC 5322 section 4.1",
    ),
    Kind.MIXED_LINE_ENDS: Rule(
        _NOTICE,
        "Programs that take only one of them for a line end see other fields.",
        "RFC 5321 section 2.3.8",
    ),
    Kind.RAW_UTF8: Rule(
        _NOTICE,
        "Mail servers of today can pass such letters on; older ones destroy them. Encoded words would be safe.",
        "RFC 6532 section 3.2",
    ),
    Kind.DIRECTION_CONTROL: Rule(
        _NOTICE,
        "Usual in Hebrew and Arabic. Elsewhere it makes letters appear in another order than they are.",
        "Unicode UAX 9",
    ),
    Kind.INVISIBLE_CHARACTER: Rule(
        _NOTICE,
        "It makes a word differ from the one that is seen, for instance to get past a filter.",
        "Unicode UTR 36",
    ),
    Kind.TRACE_NOT_ON_TOP: Rule(
        _INFO,
        "Servers add their lines on top, so this one was moved or written later. Mailbox programs and filters do that.",
        "RFC 5321 section 4.4",
    ),
    Kind.SEVERAL_RETURN_PATHS: Rule(
        _NOTICE,
        "Only the last delivery writes it. More than one tells that the message was delivered and sent on.",
        "RFC 5321 section 4.4",
    ),
    Kind.RESENT_INCOMPLETE: Rule(
        _NOTICE,
        "Whoever passes a message on as it is has to say both.",
        "RFC 5322 section 3.6.6",
    ),
    Kind.DOWNGRADED_FIELD: Rule(
        _INFO,
        "The sender's address or text is not ASCII, and a server on the way knew ASCII only.",
        "RFC 5504",
    ),
    Kind.FIELD_NAME_LOOKALIKE: Rule(
        _WARNING,
        "Readers may take it for the real one; programs do not.",
        "RFC 5322 section 3.6",
    ),
    Kind.BCC_VISIBLE: Rule(
        _NOTICE,
        "The sender's program should have taken the field out. Every recipient can read it.",
        "RFC 5322 section 3.6.3",
    ),
    Kind.APPROVED_VISIBLE: Rule(_NOTICE, "The list's program should have taken it out.", "RFC 5536 section 3.2.1"),
    # The body as bytes.
    Kind.BODY_INNER_END: Rule(
        _WARNING,
        "Some servers take it for the end of the message, and what follows for a second message with any sender.",
        "RFC 5321 section 4.1.1.4",
    ),
    Kind.BODY_BARE_CR: Rule(
        _NOTICE,
        "Some programs begin a new line here, and a signature of the body can fail.",
        "RFC 5321 section 2.3.8",
    ),
}
