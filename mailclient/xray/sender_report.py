"""Who a message is from and where answers go, for a program (JSON) and for people (lines). Keys: docs/inspect.md. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from mailclient.mime.reply_targets import ReplyTarget, ReplyTargets
from mailclient.xray.inspection import Inspection
from mailclient.xray.json_values import Json
from mailclient.xray.senders import NamedSender, Relation, Role

ROLE_WORDS = {
    Role.FROM: "From",
    Role.SENDER: "Sender",
    Role.REPLY_TO: "Reply-To",
    Role.RETURN_PATH: "Return-Path",
    Role.ENVELOPE: "Envelope",
    Role.RESENT: "Resent by",
    Role.ORIGINAL: "Original author",
    Role.LIST: "List",
    Role.SIGNER: "Signed by",
    Role.DELIVERED: "Delivered to",
}
RELATION_WORDS = {
    Relation.ITSELF: "the same address",
    Relation.SAME_ORGANISATION: "same organisation",
    Relation.LIST: "the list's",
    Relation.ELSEWHERE: "another organisation",
    Relation.NONE: "",
}
ANSWERS = ("Reply", "Reply to all", "Reply to list")
"""The kinds of answer, as the menu calls them."""


def sender_json(inspection: Inspection) -> Json:
    """Return the key ``sender`` of the report."""
    truth, senders = inspection.sender, inspection.senders
    return {
        "display_name": truth.display_name,
        "address": truth.address,
        "ambiguous": truth.ambiguous,
        "warnings": list(truth.warnings),
        "sentence": senders.sentence,
        "domain": senders.shown_domain or None,
        "named": [
            {
                "role": each.role.value,
                "field": each.source,
                "display_name": each.display_name,
                "address": each.address,
                "organisation": each.organisation or None,
                "relation": each.relation.value,
                "note": each.note,
                "range": list(each.place) if each.place else None,
            }
            for each in senders.named
        ],
        "lookalikes": [
            {
                "domain": one.domain.ascii,
                "shown": one.domain.shown,
                "writing": one.domain.writing.value,
                "resembles": one.resembles,
                "relation": one.relation or None,
                "likeness": one.likeness.value,
            }
            for one in senders.lookalikes
        ],
    }


def reply_json(inspection: Inspection) -> Json:
    """Return the key ``reply`` of the report."""
    replies = inspection.replies
    return {
        "sender": _decision(replies.to_sender),
        "all": _decision(replies.to_all),
        "list": _decision(replies.to_list),
        "notes": list(replies.notes),
    }


def _decision(targets: ReplyTargets) -> Json:
    return {
        "why": targets.why,
        "to": [_target(each) for each in targets.targets if not each.in_cc],
        "cc": [_target(each) for each in targets.targets if each.in_cc],
        "left_out": [_target(each) for each in targets.left_out],
    }


def _target(target: ReplyTarget) -> Json:
    return {
        "display_name": target.address.display_name,
        "address": target.address.address,
        "field": target.field,
        "why": target.why,
    }


def sender_lines(inspection: Inspection) -> Iterator[tuple[str, str]]:
    """Yield a short word and a sentence for each name of a sender."""
    yield "", inspection.senders.sentence
    for each in inspection.senders.named:
        yield ROLE_WORDS[each.role], named_text(each)


def named_text(each: NamedSender) -> str:
    """Return one name with what is known of it."""
    address = each.address or "<>"
    who = f"{each.display_name} <{address}>" if each.display_name else address
    relation = RELATION_WORDS[each.relation] if each.role is not Role.FROM else ""
    return f"{who}{f', {relation}' if relation else ''}. {each.note}"


def reply_lines(inspection: Inspection) -> Iterator[tuple[str, str]]:
    """Yield where answers go: the kind of answer, and the addresses with the reason."""
    replies = inspection.replies
    for words, targets in zip(ANSWERS, (replies.to_sender, replies.to_all, replies.to_list), strict=True):
        to = ", ".join(each.address for each in targets.to)
        cc = ", ".join(each.address for each in targets.cc)
        where = " ".join([*([f"To {to}."] if to else []), *([f"Cc {cc}."] if cc else [])])
        yield words, f"{where} {targets.why}".strip()
        for each in targets.left_out:
            yield "", f"Left out: {each.address.address}. {each.why}"
    for note in replies.notes:
        yield "", note
