"""How fast a message is opened up: many small ones one after the other, and large ones, without questions to the DNS.

    python bench/xray.py [MESSAGES]

Needs no network. Beside the figures stands a floor of the same run: the standard library parses the same bytes and reads
all header fields, and everything is hashed. Ratios may be compared between machines, times hardly.
"""

from __future__ import annotations

import base64
import email
import email.policy
import hashlib
import os
import random
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Final

from mailclient.app.glossary import inspection_context
from mailclient.mime.tree import parse_message
from mailclient.xray.inspection import inspect
from mailclient.xray.own_servers import OwnServers

ROUNDS: Final = 5
OWN: Final = OwnServers(hosts=("mx.example.org",), addresses=("alex@example.org",))
WORDS: Final = "the lake boathouse canoe whale museum ticket sandwich weather lighthouse thermos morning".split()
_HEAD: Final = """\
Return-Path: <bounce+{n}@example.net>
Delivered-To: alex@example.org
Authentication-Results: mx.example.org;
\tdkim=pass header.d=example.net header.s=s2026 header.b={short};
\tspf=pass (mx.example.org: domain of bounce@example.net designates 198.51.100.7 as permitted sender)
\t smtp.mailfrom=bounce@example.net; dmarc=pass (p=NONE) header.from=example.net
Received: from mail-{o}.example.net (mail-{o}.example.net [198.51.100.{o}])
\tby mx.example.org (Postfix) with ESMTPS id 4Qx{n}
\tfor <alex@example.org>; Tue, 24 Nov 2026 10:{m:02}:07 +0000 (UTC)
Received: from [192.0.2.{o}] (helo=client-{o}.example.com) by relay.example.net with esmtpsa
\t(TLS1.3:ECDHE_X25519__RSA_PSS_RSAE_SHA256__AES_256_GCM:256) (Exim 4.97)
\tid 1tF{n}-000; Tue, 24 Nov 2026 11:{m:02}:05 +0100
Received: from AM0PR04MB{n}.eurprd04.example.com (2001:db8:208:d2::{o})
 by AM9PR04MB8.eurprd04.example.com with Microsoft SMTP Server (version=TLS1_2,
 cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) id 15.20.9{n}.15;
 Tue, 24 Nov 2026 10:{m:02}:03 +0000
Received: by 2002:a05:6402:{o}:b0:5cf with SMTP id x{n};
 Tue, 24 Nov 2026 02:{m:02}:02 -0800 (PST)
Received: (qmail {n} invoked by uid 89); 24 Nov 2026 10:{m:02}:00 -0000
DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.net; s=s2026;
 h=from:to:subject:date:message-id:mime-version:content-type;
 bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=;
 b={token}
From: Sender {o} <sender{o}@example.net>
To: Alex Morgan <alex@example.org>, Robin <robin@example.com>
Subject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe_{n}?=
Date: Tue, 24 Nov 2026 10:{m:02}:00 +0000
Message-ID: <{n}.{short}@example.net>
MIME-Version: 1.0
"""
_LIST: Final = """\
In-Reply-To: <{n}.a@example.org>
References: <{n}.b@example.org> <{n}.a@example.org>
List-Id: Lake <lake.lists.example.net>
List-Post: <mailto:lake@lists.example.net>
List-Unsubscribe: <https://lists.example.net/u>
Precedence: list
Content-Type: text/plain; charset=utf-8; format=flowed
Content-Transfer-Encoding: 8bit

{text}> quoted
"""
_NEWS: Final = """\
List-Unsubscribe: <https://news.example.net/u>
Content-Type: multipart/alternative; boundary="=_b"

--=_b
Content-Type: text/plain; charset=utf-8

{text}
--=_b
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: 7bit

<html><body><div style="display:none">preview</div>{links}
<img src="https://open.example.net/o.gif" width="1" height="1"></body></html>
--=_b--
"""
_PLAIN: Final = """\
User-Agent: Mozilla Thunderbird
Content-Type: text/plain; charset=us-ascii

{text}"""
_BOUNCE: Final = """\
Content-Type: multipart/report; report-type=delivery-status; boundary="=_r"

--=_r

{text}
--=_r
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; nobody@example.com
Action: failed
Status: 5.1.1

--=_r
Content-Type: text/rfc822-headers

Subject: {n}

--=_r--
"""
_FILES: Final = """\
From: a@example.net
To: alex@example.org
Date: Tue, 24 Nov 2026 10:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="=_m"

--=_m
Content-Type: multipart/alternative; boundary="=_a"

--=_a
Content-Type: text/plain

{text}
--=_a
Content-Type: text/html

{page}
--=_a--
{files}--=_m--
"""
_FILE: Final = """\
--=_m
Content-Type: {kind}
Content-Disposition: attachment; filename={name}
Content-Transfer-Encoding: base64

{data}
"""


def small(count: int) -> list[bytes]:
    """Return small messages as they come: list mail, newsletters, replies, reports; 3 to 6 kB, five hops each."""
    chance = random.Random(11)
    return [_small(number, chance) for number in range(count)]


def _text(chance: random.Random, lines: int) -> str:
    return "".join(" ".join(chance.choices(WORDS, k=11)) + "\n" for _ in range(lines))


def _small(number: int, chance: random.Random) -> bytes:
    token = base64.b64encode(chance.randbytes(48)).decode()
    links = "".join(
        f'<p><a href="https://click.example.net/{token[:9]}/{place}">Read more</a> {_text(chance, 2)}</p>\n'
        for place in range(8)
    )
    form = _HEAD + (_LIST, _NEWS, _PLAIN, _BOUNCE)[number % 4]
    filled = form.format(
        n=1000 + number,
        o=number % 250 + 1,
        m=number % 60,
        token=token,
        short=token[:8],
        text=_text(chance, 14),
        links=links,
    )
    return _as_mail(filled)


def _as_mail(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()


def with_files(size: int = 1_000_000) -> bytes:
    """Return a message with text, HTML and three files, about ``size`` bytes long."""
    chance = random.Random(3)
    each = size // 4 * 54 // 74
    kinds = (("application/pdf", "a.pdf"), ("image/jpeg", "b.jpg"), ("application/zip", "c.zip"))
    files = "".join(
        _FILE.format(kind=kind, name=name, data=base64.encodebytes(chance.randbytes(each)).decode())
        for kind, name in kinds
    )
    link = '<p>{}<a href="https://example.net/{}">here</a></p>\n'
    page = "".join(link.format(_text(chance, 1), number) for number in range(size // 800))
    return _as_mail(_FILES.format(text=_text(chance, 400), page=page, files=files))


def page_alone(size: int = 1_000_000) -> bytes:
    """Return one text/html of ``size`` bytes."""
    words = _text(random.Random(4), 1).strip()
    row = f'<tr><td style="color:#333"><a href="https://example.net/x">{words}</a></td></tr>\n'
    head = "From: a@example.net\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n"
    return _as_mail(f"{head}<html><body><table>{row * (size // len(row))}</table></body></html>")


def floor(raw: bytes) -> None:
    """What everybody has to do: parse, read all fields, hash everything."""
    message = email.message_from_bytes(raw, policy=email.policy.compat32)
    for part in message.walk():
        part.items()
    hashlib.sha256(raw).digest()


def best_s(messages: Sequence[bytes], work: Callable[[bytes], object]) -> float:
    """Return the best of several rounds, in seconds of processor time for all messages."""
    rounds = []
    for _ in range(ROUNDS):
        started = time.process_time()
        for raw in messages:
            work(raw)
        rounds.append(time.process_time() - started)
    return min(rounds)


def open_all(messages: Sequence[bytes]) -> None:
    """Open messages up, one after the other."""
    context = inspection_context(OWN)
    for raw in messages:
        inspect(raw, context)


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    context = inspection_context(OWN)
    messages = small(count)
    seconds = best_s(messages, lambda raw: inspect(raw, context))
    ratio = seconds / best_s(messages, floor)
    fields = sum(len(parse_message(raw).headers.fields) for raw in messages) // count
    print(f"{count} small messages of {sum(map(len, messages)) // count} bytes and {fields} header fields on average:")
    print(
        f"  {count / seconds:,.0f} a second of processor time, {seconds / count * 1000:.2f} ms each, {ratio:.1f} x the floor"
    )
    with ProcessPoolExecutor() as pool:
        pool.submit(open_all, messages[:20]).result()  # Whoever inspects many starts only once.
        started = time.perf_counter()
        halves = [messages[place :: os.cpu_count() or 1] for place in range(os.cpu_count() or 1)]
        list(pool.map(open_all, halves))
    print(f"  on all {os.cpu_count()} processors at once: {count / (time.perf_counter() - started):,.0f} a second")
    for name, raw in (("with three files", with_files()), ("one HTML page", page_alone())):
        seconds = best_s([raw], lambda raw: inspect(raw, context))
        ratio = seconds / best_s([raw], floor)
        print(f"{len(raw) / 1e6:.2f} MB, {name}: {seconds:.3f} s, {ratio:.1f} x the floor")


if __name__ == "__main__":
    main()
