"""Who a message is from and where answers go, as rows: names of senders, look-alikes, the kinds of answer. Pure."""

from __future__ import annotations

from mailclient.mime.reply_targets import ReplyTarget, ReplyTargets
from mailclient.ui.xray.rows import MAX_CELL, SEVERITY_WORDS, Row
from mailclient.xray.finding import Finding
from mailclient.xray.inspection import Inspection
from mailclient.xray.sender_report import ANSWERS, RELATION_WORDS, ROLE_WORDS
from mailclient.xray.senders import NamedSender, Role

MAX_ROWS = 200
NOBODY_NAMED = "Nothing in this message names a sender."
_LIKE = frozenset(
    {
        "sender-looks-the-same",
        "sender-accents",
        "sender-name-inside",
        "sender-word-inside",
        "sender-other-ending",
        "sender-one-letter",
        "sender-domain-looks-latin",
        "sender-domain-broken",
        "sender-domain-unusual",
        "sender-domain-mixed",
        "sender-domain-invisible",
    }
)
_ICONS = {"Reply": "reply", "Reply to all": "reply-all", "Reply to list": "inbox"}


def sender_rows(inspection: Inspection) -> tuple[Row, ...]:
    """Return a group of rows for each question: who is imitated, who is named, where answers go."""
    senders, replies = inspection.senders, inspection.replies
    if not senders.named:
        return ()
    groups = []
    alike = tuple(_alike_row(one) for one in senders.findings if one.id in _LIKE)
    if alike:
        groups.append(_group("Names that look like others", alike))
    groups.append(_group("Who is named", tuple(_named_row(each) for each in senders.named[:MAX_ROWS])))
    decisions = (replies.to_sender, replies.to_all, replies.to_list)
    groups += [_answer_group(words, each, inspection) for words, each in zip(ANSWERS, decisions, strict=True)]
    return tuple(groups)


def _group(title: str, children: tuple[Row, ...]) -> Row:
    return Row((title, "", "", ""), None, title, children=children)


def _named_row(each: NamedSender) -> Row:
    address = each.address or "<>"
    who = f"{each.display_name} <{address}>" if each.display_name else address
    is_from = each.role is Role.FROM
    beside = "" if is_from else RELATION_WORDS[each.relation]
    detail = f"{each.source}: {who}\n{each.note}" + (f"\nBeside From: {beside}." if beside else "")
    icon = "account" if is_from else "key" if each.role is Role.SIGNER else "info"
    token = "accent" if is_from else "muted"
    cells = (ROLE_WORDS[each.role], who[:MAX_CELL], each.organisation, beside)
    return Row(cells, each.place, detail, icon, token, each)


def _alike_row(found: Finding) -> Row:
    word, icon, token = SEVERITY_WORDS[found.severity]
    cells = (word, found.title[:MAX_CELL], "", "")
    return Row(cells, found.evidence, f"{found.title}\n{found.explanation}", icon, token, found)


def _answer_group(words: str, targets: ReplyTargets, inspection: Inspection) -> Row:
    children = [_target_row("Cc" if each.in_cc else "To", each, inspection) for each in targets.targets[:MAX_ROWS]]
    children += [_target_row("Left out", each, inspection) for each in targets.left_out[:MAX_ROWS]]
    notes = "\n".join(inspection.replies.notes) if targets.targets else ""
    detail = f"{words}: {targets.why}" + (f"\n{notes}" if notes else "")
    return Row((words, targets.why, "", ""), None, detail, _ICONS[words], "muted", targets, tuple(children))


def _target_row(what: str, target: ReplyTarget, inspection: Inspection) -> Row:
    field = inspection.message.headers.field(target.field)
    name, address = target.address.display_name, target.address.address
    who = f"{name} <{address}>" if name else address
    detail = f"{what}: {who}\n{target.field} decided. {target.why}"
    place = (field.start, field.end) if field else None
    return Row((what, who[:MAX_CELL], target.field, target.why), place, detail, thing=target)
