"""For each kind of defect in a value (an address, a date, an encoded word, a parameter): what ``defect_rules`` has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mailclient.mime.defects import DefectKind as Kind
from mailclient.xray.defect_rules import Rule
from mailclient.xray.finding import Severity

_NOTICE, _WARNING = Severity.NOTICE, Severity.WARNING

VALUE_RULES: Final[Mapping[Kind, Rule]] = {
    # Addresses.
    Kind.UNCLOSED_QUOTE: Rule(
        _NOTICE,
        "Programs differ on where the name ends and the address begins.",
        "RFC 5322 section 3.2.4",
    ),
    Kind.UNCLOSED_COMMENT: Rule(_NOTICE, "All that follows may count or not.", "RFC 5322 section 3.2.2"),
    Kind.DEEP_COMMENTS: Rule(
        _NOTICE,
        "No program writes them so; programs stop at different depths.",
        "RFC 5322 section 3.2.2",
    ),
    Kind.SEVERAL_FROM_WITHOUT_SENDER: Rule(
        _NOTICE,
        "When several wrote a message, Sender says which of them sent it.",
        "RFC 5322 section 3.6.2",
    ),
    Kind.GROUP_IN_FROM: Rule(
        _NOTICE,
        "Allowed for messages that must not be answered; many programs show it badly.",
        "RFC 6854 section 2",
    ),
    Kind.TEXT_AFTER_ADDRESS: Rule(
        _WARNING,
        "Some programs show the text as the address, others the address before it.",
        "RFC 5322 section 3.4",
    ),
    Kind.TWO_ANGLE_ADDRESSES: Rule(
        _WARNING,
        "Some programs take the first for the address, others the last.",
        "RFC 5322 section 3.4",
    ),
    Kind.QUOTED_LOCAL_PART: Rule(
        _NOTICE,
        "Allowed and very rare. What stands in the quotation can look like another address.",
        "RFC 5322 section 3.4.1",
    ),
    Kind.ROUTE_ADDRESS: Rule(
        _WARNING,
        "Such routes are not used since 1989. Programs differ on which of the names they show.",
        "RFC 5322 section 4.4",
    ),
    Kind.DOMAIN_LITERAL: Rule(
        _NOTICE,
        "Only machines without a name in the DNS have such addresses.",
        "RFC 5321 section 4.1.3",
    ),
    Kind.ADDRESS_WITHOUT_DOMAIN: Rule(
        _NOTICE,
        "Programs of the same machine write so; each server adds its own domain to it.",
        "RFC 5322 section 3.4.1",
    ),
    Kind.BAD_DOMAIN: Rule(
        _NOTICE,
        "No server can be found for it, so that an answer goes nowhere.",
        "RFC 5321 section 4.1.2",
    ),
    Kind.LONG_LOCAL_PART: Rule(
        _NOTICE,
        "Servers may refuse it. Services that put codes into addresses write such ones.",
        "RFC 5321 section 4.5.3.1.1",
    ),
    Kind.DOTS_IN_LOCAL_PART: Rule(
        _NOTICE,
        "Some servers gave such addresses to their users; others refuse them.",
        "RFC 5322 section 3.2.3",
    ),
    Kind.SEMICOLON_BETWEEN_ADDRESSES: Rule(
        _NOTICE,
        "A habit from Outlook. Other programs see one broken address.",
        "RFC 5322 section 3.4",
    ),
    Kind.ENCODED_WORD_IN_ADDRESS: Rule(
        _WARNING,
        "No address may be encoded so. Programs that decode it show another address than servers used.",
        "RFC 2047 section 5",
    ),
    Kind.EMPTY_PLACE_IN_LIST: Rule(
        _NOTICE,
        "The rules of 1982 allowed it. A recipient may have been taken out.",
        "RFC 5322 section 4.4",
    ),
    # Dates.
    Kind.FOREIGN_DATE_FORMAT: Rule(
        _NOTICE,
        "Programs read it as well as they can, and may read another day.",
        "RFC 5322 section 3.3",
    ),
    Kind.SHORT_YEAR: Rule(
        _NOTICE,
        "The rules of 1982 had two digits; the century has to be guessed.",
        "RFC 5322 section 4.3",
    ),
    Kind.NAMED_ZONE: Rule(
        _NOTICE,
        "Outside North America such names are not defined, so that the time can be hours wrong.",
        "RFC 5322 section 4.3",
    ),
    Kind.MILITARY_ZONE: Rule(
        _NOTICE,
        "The old rules had these letters the wrong way round: nobody knows which time is meant.",
        "RFC 5322 section 4.3",
    ),
    Kind.ZONE_MISSING: Rule(_NOTICE, "The time can be hours wrong.", "RFC 5322 section 3.3"),
    Kind.WRONG_WEEKDAY: Rule(
        _NOTICE,
        "The date was put together by hand or by a careless program.",
        "RFC 5322 section 3.3",
    ),
    Kind.IMPOSSIBLE_DATE: Rule(_NOTICE, "Programs show another time, or none.", "RFC 5322 section 3.3"),
    Kind.EPOCH_DATE: Rule(_NOTICE, "The clock of the machine that wrote it was not set.", "RFC 5322 section 3.3"),
    # Encoded words and parameters.
    Kind.BROKEN_ENCODED_WORD: Rule(
        _NOTICE,
        "It was cut off, and programs show its code instead of the text.",
        "RFC 2047 section 2",
    ),
    Kind.ENCODED_WORD_TOO_LONG: Rule(_NOTICE, "Nearly all programs read it all the same.", "RFC 2047 section 2"),
    Kind.ENCODED_WORD_UNKNOWN_CHARSET: Rule(_NOTICE, "Programs guess which letters are meant.", "RFC 2047 section 3"),
    Kind.ENCODED_WORD_UNKNOWN_ENCODING: Rule(
        _NOTICE,
        "Only B and Q exist; programs show the code.",
        "RFC 2047 section 4",
    ),
    Kind.ENCODED_WORD_BAD_BASE64: Rule(
        _NOTICE,
        "Programs skip what they cannot read, or show nothing.",
        "RFC 2047 section 4.1",
    ),
    Kind.ENCODED_WORD_SPACE: Rule(
        _NOTICE,
        "By the rules it is then no encoded word; many programs decode it all the same.",
        "RFC 2047 section 2",
    ),
    Kind.ENCODED_WORD_SPLIT_CHARACTER: Rule(
        _NOTICE,
        "Programs that decode each word by itself show two wrong letters.",
        "RFC 2047 section 5",
    ),
    Kind.ENCODED_WORD_INVALID_BYTES: Rule(_NOTICE, "Programs guess which letters are meant.", "RFC 2047 section 3"),
    Kind.ENCODED_WORD_GLUED: Rule(
        _NOTICE,
        "By the rules it is then no encoded word; many programs decode it all the same.",
        "RFC 2047 section 5",
    ),
    Kind.ENCODED_WORD_IN_QUOTES: Rule(
        _NOTICE,
        "By the rules it stays as it is there; nearly all programs decode it.",
        "RFC 2047 section 5",
    ),
    Kind.ENCODED_WORD_NESTED: Rule(
        _NOTICE,
        "A program that decodes twice shows another text than one that decodes once.",
        "RFC 2047 section 2",
    ),
    Kind.ENCODED_WORD_CONTROL: Rule(
        _WARNING,
        "A program that decodes it before it looks for the end of a line sees a field more, or a shorter name.",
        "RFC 2047 section 5",
    ),
    Kind.MOJIBAKE: Rule(
        _NOTICE,
        "A program on the way, or the one that wrote it, mistook UTF-8 for another charset.",
        "RFC 2047 section 3",
    ),
    Kind.PARAMETER_BAD_PERCENT: Rule(_NOTICE, "Programs leave it as it is, or drop it.", "RFC 2231 section 4"),
}
