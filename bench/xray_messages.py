"""The messages that ``bench/xray.py`` measures: small ones as people get them, and large ones. Made the same each time."""

from __future__ import annotations

import base64
import hashlib
import random
from typing import Final

from mailclient.xray.dkim_canonical import canonical_body

WORDS: Final = (
    "the meeting on Thursday moved to three o'clock because the room was taken and nobody had told the people upstairs "
    "please bring the figures for March and the two drafts that Robin sent last week so that we can compare them"
).split()
DKIM: Final = (
    "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain}; s=s{number};\r\n"
    "\th=From:To:Subject:Date:Message-ID:MIME-Version:Content-Type; t=1772362790;\r\n"
    "\tbh={hash};\r\n\tb={signature}\r\n"
)
HOP: Final = (
    "Received: from {sender} ({sender} [192.0.2.{number}])\r\n"
    "\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)\r\n"
    "\t key-exchange X25519 server-signature RSA-PSS (2048 bits))\r\n\t(No client certificate requested)\r\n"
    "\tby {receiver} (Postfix) with ESMTPS id 4Xq{number}2\r\n"
    "\tfor <anna@example.net>; Sun, 1 Mar 2026 12:00:{second:02} +0100 (CET)\r\n"
)


def _text(chance: random.Random, lines: int) -> str:
    return "".join(" ".join(chance.choices(WORDS, k=11)) + "\r\n" for _ in range(lines))


def _whole(chance: random.Random, number: int, kind: str, subject: str, body: str) -> str:
    """Return a message with the header that servers leave on it, and a signature whose hash is that of the body."""
    domain = f"news{number % 7}.example"
    hosts = ["in0.example.net", *(f"mx{step}.{domain}" for step in range(4 + number % 3))]
    hops = [
        HOP.format(sender=hosts[step + 1], receiver=hosts[step], number=step + 1, second=50 - 5 * step)
        for step in range(len(hosts) - 1)
    ]
    results = (
        f"Authentication-Results: in0.example.net;\r\n\tdkim=pass (2048-bit key; unprotected) header.d={domain}"
        f" header.i=@{domain} header.a=rsa-sha256 header.s=s1 header.b=AbCdEfGh;\r\n\tdkim-atps=neutral;\r\n"
        f"\tspf=pass smtp.mailfrom=b@{domain} smtp.helo=mx0.{domain};\r\n"
        f"\tdmarc=pass (p=reject dis=none) header.from={domain}\r\n"
    )
    digest = base64.b64encode(hashlib.sha256(canonical_body(body.encode(), "relaxed")).digest()).decode()
    signature = "\r\n\t ".join(base64.b64encode(chance.randbytes(48)).decode() for _ in range(5))
    return (
        f"Return-Path: <b-{number}@{domain}>\r\nDelivered-To: anna@example.net\r\n{''.join(hops)}{results}"
        f"{DKIM.format(domain=domain, number=1, signature=signature, hash=digest)}"
        f"From: Sender {number} <news@{domain}>\r\nTo: Anna Example <anna@example.net>\r\nSubject: {subject}\r\n"
        f"Date: Sun, 1 Mar 2026 12:00:00 +0100\r\nMessage-ID: <{number}.{chance.getrandbits(64):x}@{domain}>\r\n"
        f"MIME-Version: 1.0\r\nX-Mailer: Example Mailer 4.2\r\n{kind}\r\n{body}"
    )


def _reply(chance: random.Random, number: int) -> str:
    kind = (
        f"In-Reply-To: <{number - 1}@news.example>\r\n"
        f"References: <{number - 2}@news.example>\r\n\t<{number - 1}@news.example>\r\n"
        "Content-Type: text/plain; charset=utf-8; format=flowed\r\nContent-Transfer-Encoding: 8bit\r\n"
    )
    quoted = "".join("> " + line + "\r\n" for line in _text(chance, 12).splitlines())
    subject = "Re: =?utf-8?q?Gr=C3=BC=C3=9Fe?= aus Bonn" if number % 2 else "Re: Lunch on Thursday"
    return _whole(chance, number, kind, subject, _text(chance, 8) + quoted)


def _list(chance: random.Random, number: int) -> str:
    kind = (
        "List-Id: Builders <build.lists.example>\r\nList-Unsubscribe: <https://lists.example/u>,\r\n"
        "\t<mailto:build-leave@lists.example>\r\n"
        "List-Post: <mailto:build@lists.example>\r\nPrecedence: list\r\nSender: build-bounces@lists.example\r\n"
        "Content-Type: text/plain; charset=us-ascii\r\nContent-Transfer-Encoding: 7bit\r\n"
    )
    footer = "_______________________________________________\r\nbuild mailing list\r\nhttps://lists.example/listinfo/build\r\n"
    return _whole(chance, number, kind, "=?utf-8?q?=5Bbuild=5D_caf=C3=A9?=", _text(chance, 30) + footer)


def _page(chance: random.Random, rows: int) -> str:
    row = (
        '<tr><td style="padding:0 20px;font-family:Arial,sans-serif;font-size:14px;color:#333333">{text}'
        '<a href="https://click.news.example/t/{code}" style="color:#0066cc">Read more</a>'
        '<img src="https://img.news.example/{code}.png" width="600" height="200" alt=""></td></tr>\r\n'
    )
    body = "".join(row.format(text=_text(chance, 2), code=f"{chance.getrandbits(48):x}") for _ in range(rows))
    return (
        '<!DOCTYPE html><html><head><meta charset="utf-8"><style>td{margin:0}</style></head><body><table width="100%">\r\n'
        f'{body}</table><img src="https://img.news.example/open" width="1" height="1"></body></html>\r\n'
    )


def _forms(chance: random.Random) -> str:
    return (
        "--=_b1\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\n"
        f"{_text(chance, 10)}\r\n"
        "--=_b1\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\n"
        f"{_page(chance, 10)}\r\n--=_b1--\r\n"
    )


def _newsletter(chance: random.Random, number: int) -> str:
    kind = (
        "List-Unsubscribe: <https://news.example/u>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
        'Content-Type: multipart/alternative; boundary="=_b1"\r\n'
    )
    return _whole(chance, number, kind, "News of March", _forms(chance))


def _bounce(chance: random.Random, number: int) -> str:
    kind = (
        'Auto-Submitted: auto-replied\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="b2"\r\n'
    )
    body = (
        f"--b2\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n{_text(chance, 6)}\r\n--b2\r\n"
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.net\r\n"
        "Arrival-Date: Sun, 1 Mar 2026 12:00:00 +0100\r\n"
        "\r\nFinal-Recipient: rfc822; bob@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 <bob@example.org>: no such user\r\n\r\n"
        "--b2\r\nContent-Type: message/rfc822\r\n\r\n"
        "From: anna@example.net\r\nTo: bob@example.org\r\nSubject: Lunch\r\nMessage-ID: <l1@example.net>\r\n"
        f"Date: Sun, 1 Mar 2026 11:59:00 +0100\r\n\r\n{_text(chance, 5)}\r\n--b2--\r\n"
    )
    return _whole(chance, number, kind, "Undelivered Mail Returned to Sender", body)


MAKERS: Final = {"reply": _reply, "list": _list, "newsletter": _newsletter, "bounce": _bounce}


def small(count: int, kind: str = "") -> list[bytes]:
    """Return small messages: replies, list mail, newsletters and bounces in turn, or all of one kind."""
    chance = random.Random(11)
    makers = [MAKERS[kind]] if kind else [_reply, _list, _newsletter, _reply, _list, _newsletter, _bounce]
    return [makers[number % len(makers)](chance, number).encode() for number in range(count)]


def _part(chance: random.Random, name: str, size: int) -> str:
    data = base64.encodebytes(b"%PDF-1.7\n" + chance.randbytes(size)).decode().replace("\n", "\r\n")
    return (
        f'--b3\r\nContent-Type: application/pdf; name="{name}"\r\nContent-Disposition: attachment; filename="{name}"\r\n'
        f"Content-Transfer-Encoding: base64\r\n\r\n{data}"
    )


def large_with_files() -> bytes:
    """Return a message of 1 MB: text, HTML and three files."""
    chance = random.Random(13)
    kind = 'Content-Type: multipart/mixed; boundary="b3"\r\n'
    files = "".join(_part(chance, f"minutes-{number}.pdf", 235_000) for number in range(3))
    inner = f'--b3\r\nContent-Type: multipart/alternative; boundary="=_b1"\r\n\r\n{_forms(chance)}'
    return _whole(chance, 1, kind, "Minutes", inner + files + "--b3--\r\n").encode()


def large_page() -> bytes:
    """Return a message of 1 MB of HTML alone, as it is written by those who do not know how mail is read."""
    chance = random.Random(17)
    kind = "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n"
    return _whole(chance, 1, kind, "Catalogue", _page(chance, 2_550)).encode()


def large_text() -> bytes:
    """Return a message of 1 MB of text alone, as a log is."""
    chance = random.Random(19)
    kind = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n"
    return _whole(chance, 1, kind, "Log", _text(chance, 16_500)).encode()
