"""The defects of a message: those that reading it showed, and those that are looked for only when it is opened up.

Reading a message is in the way of synchronising a mailbox and has to be quick; this pass has not. Each examiner is one
idea: the header as a whole, addresses, dates, encoded words, the body as bytes. What a kind means is in ``defect_rules``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from mailclient.mime.defects import Defect, DefectKind
from mailclient.mime.tree import Message
from mailclient.xray.address_defects import address_defects
from mailclient.xray.date_defects import date_defects
from mailclient.xray.defect_rules import RULES
from mailclient.xray.finding import Finding
from mailclient.xray.header_defects import body_defects, header_defects
from mailclient.xray.value_defect_rules import VALUE_RULES
from mailclient.xray.word_defects import word_defects

MAX_DEFECTS: Final = 500
ALL_RULES: Final = {**RULES, **VALUE_RULES}
_EXAMINED_BETTER: Final = frozenset(
    {
        DefectKind.BAD_BASE64,
        DefectKind.BAD_QUOTED_PRINTABLE,
        DefectKind.UNKNOWN_CHARSET,
        DefectKind.WRONG_CHARSET,
        DefectKind.AMBIGUOUS_SENDER,
    }
)
"""Those that the examiners of parts and senders tell with more detail."""


def examine_defects(message: Message) -> tuple[Defect, ...]:
    """Return the defects that reading the message did not look for."""
    return tuple(islice(_all(message), MAX_DEFECTS))


def _all(message: Message) -> Iterator[Defect]:
    if not message.raw.strip():
        return  # An empty message lacks everything, and that it is empty is said.
    block = message.headers
    yield from header_defects(message)
    yield from address_defects(block)
    yield from date_defects(block)
    yield from word_defects(block)
    yield from body_defects(message)


_MISSING: Final = frozenset({DefectKind.MISSING_FIELD, DefectKind.NO_RECIPIENT})
_MORE_PARTICULAR: Final = {
    DefectKind.RAW_8BIT: DefectKind.RAW_UTF8,
    DefectKind.BARE_LF: DefectKind.MIXED_LINE_ENDS,
    DefectKind.WHITESPACE_ONLY_LINE: DefectKind.EXCESSIVE_FOLDING,
}
"""Left out when the other one is there, too."""


def defect_findings(defects: Iterable[Defect]) -> Iterator[Finding]:
    """Return defects as findings; of two that say the same of the same bytes, the more particular one."""
    known = tuple(defects)
    kinds = {defect.kind for defect in known}
    for defect in known:
        if defect.kind in _EXAMINED_BETTER or _MORE_PARTICULAR.get(defect.kind) in kinds:
            continue
        rule = ALL_RULES[defect.kind]
        place = None if defect.kind in _MISSING else (defect.start, defect.end)
        yield Finding(defect.kind.value, rule.severity, defect.sentence, rule.why, place, rule.rfc)
