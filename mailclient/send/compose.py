"""From a message to a draft that answers or forwards it, and from a draft to the bytes that go out.

Pure: time and tokens are handed in. What a hostile message puts into its headers meets the same gate as what a person types
(``mime.build``). RFC 5322 section 3.6.4 (threads), RFC 2046 section 5.2.1 (forwarding as an attachment).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from mailclient.domain.account import Account
from mailclient.domain.draft import Draft, DraftAttachment, DraftKind
from mailclient.domain.errors import BadInput
from mailclient.domain.exchange import QueuedMessage
from mailclient.domain.ids import MessageId
from mailclient.mime.addresses import Address, format_address, idna_address, is_sendable, parse_addresses
from mailclient.mime.body import choose_body, readable_text
from mailclient.mime.build import OutgoingAttachment, OutgoingMessage, build_message, make_message_id, strip_bcc
from mailclient.mime.dates import parse_date
from mailclient.mime.filenames import safe_filename
from mailclient.mime.headers import parse_header_block
from mailclient.mime.reply_targets import ReplyMode, decide_reply_targets
from mailclient.mime.sender import sender_truth
from mailclient.mime.tree import Message
from mailclient.mime.wire import summarise_headers
from mailclient.mime.words import strip_controls
from mailclient.send.quoting import forward_text, reply_text
from mailclient.send.subjects import forward_subject, reply_subject

USER_AGENT: Final = "Postscope"
MAX_RECIPIENTS: Final = 1_000
MAX_REFERENCES: Final = 50
_MODES: Final = {DraftKind.REPLY: ReplyMode.SENDER, DraftKind.REPLY_ALL: ReplyMode.ALL}


def draft_answer(
    message: Message, kind: DraftKind, account: Account, own_addresses: Iterable[str], source: MessageId | None
) -> Draft:
    """Return the draft that a reply or forward of a message starts with."""
    headers = message.headers
    subject = strip_controls(headers.first("Subject") or "")
    summary = summarise_headers(message.raw[headers.start : headers.end])
    references = _thread(summary.references, summary.in_reply_to, summary.message_id)
    if kind in _MODES:
        own = frozenset(address.lower() for address in own_addresses)
        targets = decide_reply_targets(headers, own, _MODES[kind])
        author = sender_truth(headers)
        written = parse_date(headers.raw_first("Date"))
        return Draft(
            id=None,
            account_id=account.id,
            kind=kind,
            to=", ".join(map(format_address, targets.to)),
            cc=", ".join(map(format_address, targets.cc)),
            subject=reply_subject(subject),
            text=reply_text(author.display_name or author.address, written, readable_text(message)),
            in_reply_to=summary.message_id,
            references=references,
            source_message_id=source,
        )
    attachments: tuple[DraftAttachment, ...]
    if kind is DraftKind.FORWARD_ATTACHED:
        name = safe_filename(f"{subject[:100] or 'message'}.eml")
        text, attachments = "", (DraftAttachment(name, "message/rfc822", message.raw),)
    else:
        fields = [(name, headers.first(name) or "") for name in ("From", "Date", "Subject", "To", "Cc")]
        text = forward_text(fields, readable_text(message))
        attachments = _attachments(message)
    return Draft(
        id=None,
        account_id=account.id,
        kind=kind,
        subject=forward_subject(subject),
        text=text,
        attachments=attachments,
        references=references,
        source_message_id=source,
    )


def _thread(references: tuple[str, ...], in_reply_to: str, message_id: str) -> tuple[str, ...]:
    """RFC 5322 section 3.6.4: the parent's References (or its In-Reply-To), then the parent itself."""
    chain = [*(references or ((in_reply_to,) if in_reply_to else ())), *((message_id,) if message_id else ())]
    unique = list(dict.fromkeys(chain))
    if len(unique) > MAX_REFERENCES:
        unique = [unique[0], *unique[-(MAX_REFERENCES - 1) :]]
    return tuple(unique)


def _attachments(message: Message) -> tuple[DraftAttachment, ...]:
    return tuple(
        DraftAttachment(attachment.filename, attachment.content_type, message.decoded(attachment.part))
        for attachment in choose_body(message).attachments
    )


def finish_draft(draft: Draft, account: Account, now: datetime, token: str) -> QueuedMessage:
    """Return the message that a draft becomes; raise BadInput with a sentence when it cannot be sent as it is.

    ``now`` is an aware time in the user's zone, ``token`` a random token for Message-ID and boundary.
    """
    to, cc, bcc = (_recipients(name, text) for name, text in (("To", draft.to), ("Cc", draft.cc), ("Bcc", draft.bcc)))
    recipients = tuple(dict.fromkeys(idna_address(address.address) for address in (*to, *cc, *bcc)))
    if not recipients:
        raise BadInput("The message has no recipient. Write at least one address into To, Cc or Bcc.")
    if len(recipients) > MAX_RECIPIENTS:
        raise BadInput(
            f"The message has {len(recipients)} recipients; more than {MAX_RECIPIENTS} at once are not sent."
        )
    envelope_from = idna_address(account.address)
    if not is_sendable(envelope_from):
        raise BadInput(
            f"The account's own address “{account.address}” is not valid. Correct it in the account's settings."
        )
    message_id = make_message_id(token, envelope_from.rpartition("@")[2])
    outgoing = OutgoingMessage(
        sender=Address(account.display_name, account.address),
        to=to,
        cc=cc,
        bcc=bcc,
        subject=draft.subject,
        text=draft.text,
        date=now,
        message_id=message_id,
        in_reply_to=draft.in_reply_to,
        references=draft.references,
        attachments=tuple(
            OutgoingAttachment(safe_filename(item.filename), item.content_type, item.data) for item in draft.attachments
        ),
        user_agent=USER_AGENT,
    )
    try:
        with_bcc = build_message(outgoing, token)
    except ValueError as error:
        raise BadInput(
            "A field of the message contains characters that cannot be sent. Look for odd ones in the names."
        ) from error
    return QueuedMessage(
        account_id=account.id,
        envelope_from=envelope_from,
        recipients=recipients,
        subject=strip_controls(draft.subject),
        message_id_field=message_id,
        raw=strip_bcc(with_bcc),
        sent_copy=with_bcc,
        draft_id=draft.id,
        source_message_id=draft.source_message_id,
        kind=draft.kind,
    )


def _recipients(field: str, text: str) -> tuple[Address, ...]:
    clean = re.sub(r"\s*;\s*", ", ", text.strip()).strip(", ")
    if not clean:
        return ()
    found = parse_addresses(clean)
    bad = next((address for address in found.addresses if not is_sendable(address.address)), None)
    if bad is not None:
        shown = bad.address or bad.display_name
        raise BadInput(f"{field}: “{shown[:60]}” is not an address. It should look like ada@example.org.")
    return found.addresses


def finish_raw(raw: bytes, account: Account) -> QueuedMessage:
    """Return a finished message (a file) ready for the outbox; raise BadInput when it names no recipient."""
    summary = summarise_headers(raw[:262_144])
    headers = parse_header_block(raw)
    addresses = [
        address.address
        for name in ("To", "Cc", "Bcc")
        for field in headers.all(name)
        for address in parse_addresses(field.value_raw).addresses
    ]
    recipients = tuple(dict.fromkeys(idna_address(address) for address in addresses if is_sendable(address)))
    if not recipients:
        raise BadInput("The message names no recipient in To, Cc or Bcc.")
    if not summary.message_id:
        raise BadInput("The message has no Message-ID field. Add one, so that its copies can be recognised.")
    return QueuedMessage(
        account_id=account.id,
        envelope_from=idna_address(account.address),
        recipients=recipients,
        subject=summary.subject,
        message_id_field=summary.message_id,
        raw=strip_bcc(raw),
        sent_copy=raw,
        draft_id=None,
        source_message_id=None,
        kind=DraftKind.NEW,
    )
