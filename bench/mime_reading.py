"""How fast messages are read, ours beside the standard library, in one run and on the same bytes.

    python bench/mime_reading.py [MESSAGES]

Needs no network. Prints messages per second and the ratio; the ratio is what may be compared between machines.
"""

from __future__ import annotations

import email
import email.message
import email.policy
import random
import sys
import time
from collections.abc import Callable, Sequence
from email.message import EmailMessage
from typing import Final

from mailclient.mime.body import choose_body, preview_text, readable_text
from mailclient.mime.sender import sender_truth
from mailclient.mime.tree import parse_message
from mailclient.mime.wire import summarise_headers

ROUNDS: Final = 3
SUBJECTS: Final = ("Lunch on Thursday", "Re: Grüße aus Köln", "会議の資料", "[list] build 1204 failed")
CHARSETS: Final = ("utf-8", "iso-8859-1", "us-ascii")
SHOWN: Final = ("Subject", "From", "To", "Date", "Message-ID", "References")


def made(count: int) -> list[bytes]:
    """Return messages as a mailbox holds them: plain, alternative, and with files; about 6 kB on average."""
    chance = random.Random(7)
    return [_one(number, chance) for number in range(count)]


def _one(number: int, chance: random.Random) -> bytes:
    message = EmailMessage(policy=email.policy.SMTP)
    message["From"] = f"Sender {number % 50} <sender{number % 50}@example.org>"
    message["To"] = "Anna Example <anna@example.org>, bob@example.net"
    message["Subject"] = SUBJECTS[number % len(SUBJECTS)]
    message["Date"] = "Sun, 1 Mar 2026 12:00:00 +0000"
    message["Message-ID"] = f"<{number}.bench@example.org>"
    message["References"] = f"<{number - 1}.bench@example.org>"
    for hop in range(4):
        message["Received"] = f"from mx{hop}.example.org by mx{hop + 1}.example.org with ESMTPS id {hop}"
    text = "\n".join(" ".join(chance.choices(["alpha", "beta", "gamma", "delta"], k=10)) for _ in range(25)) + "\n"
    message.set_content(text, charset=CHARSETS[number % 3])
    if number % 3:
        message.add_alternative(f"<html><body><p>{text}</p></body></html>", subtype="html")
    if number % 5 == 0:
        message.add_attachment(chance.randbytes(8_000), maintype="application", subtype="pdf", filename="Grüße.pdf")
    return message.as_bytes()


def ours(raw: bytes) -> int:
    """Read a message as the window does when it is opened: headers, sender, tree, body text, attachments."""
    message = parse_message(raw)
    size = sum(len(message.headers.first(name) or "") for name in SHOWN)
    sender_truth(message.headers)
    choice = choose_body(message)
    return size + len(readable_text(message, choice)) + len(choice.attachments)


def ours_preview(raw: bytes) -> int:
    """Read a message as the synchronisation does for its line in the list."""
    return len(preview_text(parse_message(raw)))


def theirs(raw: bytes) -> int:
    """Do the same with the library's modern interface."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    size = sum(len(message[name] or "") for name in SHOWN)
    body = message.get_body(("plain", "html"))
    text = body.get_content() if body is not None else ""
    return size + len(text) + len([part.get_filename() for part in message.iter_attachments()])


def theirs_compat(raw: bytes) -> int:
    """Do about the same with the library's old interface, which decodes less."""
    message = email.message_from_bytes(raw, policy=email.policy.compat32)
    size = sum(len(message[name] or "") for name in SHOWN)
    for part in message.walk():
        if part.get_content_maintype() == "text":
            payload = part.get_payload(decode=True)
            size += len(payload) if isinstance(payload, bytes) else 0
    return size


def ours_headers(raw: bytes) -> int:
    """Summarise a header block for the list."""
    return len(summarise_headers(raw).subject)


def theirs_headers(raw: bytes) -> int:
    """Read the same fields with the library."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    return sum(len(message[name] or "") for name in SHOWN)


def rate(work: Callable[[bytes], int], messages: Sequence[bytes]) -> float:
    """Return messages per second of processor time, the best of some rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        begun = time.process_time()
        for raw in messages:
            work(raw)
        best = min(best, time.process_time() - begun)
    return len(messages) / best


def main(count: int) -> None:
    """Measure and print."""
    messages = made(count)
    headers = [raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" for raw in messages]
    plain = [raw for raw in headers if b"=?" not in raw]
    size = sum(map(len, messages)) / count
    sys.stdout.write(f"{count} messages of {size:.0f} bytes on average\n")
    rows: list[tuple[str, float, float]] = []
    full = rate(theirs, messages)
    rows.append(("opened, against policy.default", rate(ours, messages), full))
    rows.append(("opened, against compat32", rate(ours, messages), rate(theirs_compat, messages)))
    rows.append(("preview, against policy.default", rate(ours_preview, messages), full))
    rows.append(("list headers, against policy.default", rate(ours_headers, headers), rate(theirs_headers, headers)))
    rows.append(("plain ASCII list headers", rate(ours_headers, plain), rate(theirs_headers, plain)))
    for name, our_rate, their_rate in rows:
        sys.stdout.write(f"{name:38} {our_rate:10,.0f}/s {their_rate:10,.0f}/s {our_rate / their_rate:6.1f} x\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
