"""Where an answer to a message would go: for the three kinds of answer, with the field that decided for each address.

The decision is the composer's own (``mime.reply_targets``); here it is told, with what a reader may want to know before
answering. Pure. RFC 5322 section 3.6.2, RFC 2369 section 3.4, RFC 3834 section 4.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mailclient.mime.headers import HeaderBlock
from mailclient.mime.reply_targets import ReplyMode, ReplyTargets, decide_reply_targets, list_post_address
from mailclient.xray.finding import Finding, Severity
from mailclient.xray.own_servers import OwnServers

NOTHING: Final = ReplyTargets((), "")
_NOBODY_READS: Final = re.compile(r"(?:no|do[-_.]?not|never)[-_.]?repl(?:y|ies)|mailer-daemon", re.IGNORECASE)
_AUTOMATIC: Final = re.compile(r"auto-(?:generated|replied|notified)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Replies:
    """The three decisions, and sentences about them."""

    to_sender: ReplyTargets = NOTHING
    to_all: ReplyTargets = NOTHING
    to_list: ReplyTargets = NOTHING
    notes: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


def examine_replies(block: HeaderBlock, own: OwnServers) -> Replies:
    """Return where answers would go for the reader whose addresses these are."""
    addresses = frozenset(address.lower() for address in own.addresses)
    to_sender, to_all, to_list = (
        decide_reply_targets(block, addresses, mode) for mode in (ReplyMode.SENDER, ReplyMode.ALL, ReplyMode.LIST)
    )
    notes = tuple(_notes(block, to_sender))
    return Replies(to_sender, to_all, to_list, notes, tuple(_findings(block, to_sender)))


def _notes(block: HeaderBlock, to_sender: ReplyTargets) -> Iterator[str]:
    fields = block.all("Reply-To")
    if len(fields) > 1:
        yield f"There are {len(fields)} Reply-To fields; the first one counts here, and programs differ."
    if len(to_sender.to) > 1:
        yield f"An answer goes to {len(to_sender.to)} addresses."
    unread = next((one.address for one in to_sender.to if _NOBODY_READS.search(one.address[:64])), "")
    if unread:
        yield f"Nobody reads what comes to {unread}, its name says."
    if block.raw_first("Return-Path") == b"<>" or _AUTOMATIC.match(block.first("Auto-Submitted") or ""):
        yield "A program wrote this message; an answer may reach nobody."


def _findings(block: HeaderBlock, to_sender: ReplyTargets) -> Iterator[Finding]:
    post = (list_post_address(block) or "").lower()
    place = block.field("Reply-To")
    if place is None or not any(target.address.address.lower() == post for target in to_sender.left_out):
        return
    yield Finding(
        "reply-to-is-the-list",
        Severity.INFO,
        "The list put its own address into Reply-To.",
        "In other programs an answer to the sender goes to everybody on the list. Here it goes to the author alone.",
        (place.start, place.end),
        "RFC 5322 section 3.6.2",
    )
